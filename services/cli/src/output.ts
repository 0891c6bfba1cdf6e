import { styleText } from 'node:util';
import type { Column } from './table.ts';

export type Style = Parameters<typeof styleText>[0];

/** Where a command's answer goes: stdout for the answer, stderr for everything else. */
export type Output = {
  readonly json: boolean;
  /** The one document of `--json`; nothing without it. */
  readonly document: (value: unknown) => void;
  /** A line of the answer for people; nothing with `--json`. */
  readonly line: (text?: string) => void;
  /** A table for people; nothing with `--json`. */
  readonly table: (columns: readonly Column[], rows: readonly (readonly string[])[]) => void;
  readonly paint: (style: Style, text: string) => string;
  /** A remark beside the answer. */
  readonly note: (text: string) => void;
};

/** Width of what goes into a pipe or a file: people read that too, programs take `--json`. */
const PIPE_WIDTH = 120;

export type OutputOptions = { readonly json: boolean; readonly color: boolean };

export async function createOutput({ json, color }: OutputOptions): Promise<Output> {
  const write = (text: string): void => {
    process.stdout.write(`${text}\n`);
  };
  const paint = (style: Style, text: string): string =>
    color ? styleText(style, text, { stream: process.stdout }) : text;
  const renderTable = json ? null : (await import('./table.ts')).renderTable; // it takes long to load
  return {
    json,
    document: (value) => {
      if (json) write(JSON.stringify(value));
    },
    line: (text = '') => {
      if (!json) write(text);
    },
    table: (columns, rows) => {
      const width = process.stdout.isTTY ? process.stdout.columns : PIPE_WIDTH;
      if (renderTable !== null) write(renderTable({ columns, rows, width, paintHead: (head) => paint('bold', head) }));
    },
    paint,
    note: (text) => {
      process.stderr.write(`${text}\n`);
    },
  };
}
