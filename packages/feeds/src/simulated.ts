import type { RowReason } from '@quhua/core';
import { note, shown } from './reasons.ts';

const MARK = '模拟';

/** Notices that a file says of itself that its figures are simulated (模拟数据). A mark too many is seen and asked about, one too few is believed. */
export type SimulatedWatch = {
  /** Looks at a text of the file; `where` is for people. */
  readonly look: (text: string, where: () => string) => void;
  /** The note, once there is one. */
  readonly note: () => RowReason | null;
};

export function watchSimulated(fileName: string): SimulatedWatch {
  let found = fileName.includes(MARK) ? `文件名${shown(fileName)}` : null;
  return {
    look: (text, where) => {
      if (found === null && text.includes(MARK)) found = where();
    },
    note: () => {
      if (found === null) return null;
      const zh = `${found}写有“模拟”，整个文件按模拟数据标记；如不是模拟数据，请删去这两个字后重报`;
      return note('SIMULATED', `${zh} / it says simulated there, so the whole file is marked`);
    },
  };
}
