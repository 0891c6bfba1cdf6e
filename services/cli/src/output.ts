import { stripVTControlCharacters, styleText } from 'node:util';
import Table from 'cli-table3';

export type Style = Parameters<typeof styleText>[0];

/** Where a command's answer goes: stdout for the answer, stderr for everything else. */
export type Output = {
  readonly json: boolean;
  /** The one document of `--json`; nothing without it. */
  readonly document: (value: unknown) => void;
  /** A line of the answer for people; nothing with `--json`. */
  readonly line: (text?: string) => void;
  readonly table: (head: readonly string[], rows: readonly (readonly string[])[]) => void;
  readonly paint: (style: Style, text: string) => string;
  /** A remark beside the answer. */
  readonly note: (text: string) => void;
};

const BARE = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
};
const LINES = {
  ...BARE,
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

export function createOutput({ json, color }: { readonly json: boolean; readonly color: boolean }): Output {
  const coloured = color && process.stdout.isTTY === true;
  const write = (text: string): void => {
    process.stdout.write(`${text}\n`);
  };
  return {
    json,
    document: (value) => {
      if (json) write(JSON.stringify(value));
    },
    line: (text = '') => {
      if (!json) write(text);
    },
    table: (head, rows) => {
      if (!json) write(renderTable(head, rows));
    },
    paint: (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text),
    note: (text) => {
      process.stderr.write(`${text}\n`);
    },
  };
}

/** A table whose columns line up with double-width characters in them. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: [...head],
    chars: LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((_, column) => (rows.every((row) => isFigure(row[column])) ? 'right' : 'left')),
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function isFigure(cell: string | undefined): boolean {
  return /^[-+−]?[\d,.∞—-]+/u.test(stripVTControlCharacters(cell ?? '')) || cell === '';
}
