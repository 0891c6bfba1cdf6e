import type { RowFault } from '../table.ts';
import type { FeedContext } from '../types.ts';
import type { Workbook } from '../workbook.ts';
import { checkMeta, type Meta, metaOf } from '../write/meta.ts';
import { restored } from '../write/neutralise.ts';
import { LOST_CELL, QUARANTINE_HEADERS, SAMPLE_MARK } from '../write/our-headers.ts';
import type { Scan } from './sheet-scan.ts';

/** A file that this program made: a template that was filled in, or refused rows that were corrected. */
export type OwnFile = {
  /** What a workbook of ours says of itself; null for a text file, which has no place for it. */
  readonly meta: Meta | null;
  /** Whether a row is the template's example. */
  readonly isSample: (cells: readonly string[]) => boolean;
  /** Takes off the apostrophe that we put on. */
  readonly restore: (text: string) => string;
  /** What is wrong with a row as only we can know. */
  readonly faultOf: (cells: readonly string[]) => RowFault | null;
};

/** What a workbook of ours says of itself; null for all others. Errors: invalid/TEMPLATE_OTHER for another jurisdiction's. */
export async function ownWorkbook(workbook: Workbook, { jurisdiction }: FeedContext): Promise<OwnFile | null> {
  const meta = await metaOf(workbook);
  if (meta === null) return null;
  checkMeta(meta, jurisdiction);
  return ownFile(meta);
}

/** A text file of refused rows, known by the columns that we put in front. */
export function ownText(scans: readonly Scan[]): OwnFile | null {
  const heads = scans.flatMap(({ rows }) => rows.slice(0, 10));
  const isOurs = heads.some(({ cells }) => QUARANTINE_HEADERS.every((header) => cells.includes(header)));
  return isOurs ? ownFile(null) : null;
}

function ownFile(meta: Meta | null): OwnFile {
  return {
    meta,
    isSample: (cells) => meta?.kind === 'template' && cells.slice(0, 2).includes(SAMPLE_MARK),
    restore: restored,
    faultOf: (cells) => (cells.includes(LOST_CELL) ? lostCell() : null),
  };
}

function lostCell(): RowFault {
  const zh = `本行有“${LOST_CELL}”：原来的文件缺这一格；请填上应有的内容，确实没有就清空`;
  return { code: 'ROW_SHAPE', zh, en: 'a cell that the file did not have is still to be filled in or cleared' };
}
