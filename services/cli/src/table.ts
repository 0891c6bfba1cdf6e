import Table from 'cli-table3';
import displayWidth from 'string-width';

export type Column = {
  readonly head: string;
  /** `figure`: to the right, with what follows a figure (`11（暂定）`) to the left behind it. Left out: text. */
  readonly align?: 'figure';
  /** Takes the width that the others leave and runs on in further lines. For the last column. */
  readonly wrap?: true;
};

export type TableInput = {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** Columns on the terminal. */
  readonly width: number;
  readonly paintHead: (head: string) => string;
};

const NOTHING = ['top', 'bottom', 'left', 'mid', 'right'].flatMap((side) =>
  ['', '-left', '-mid', '-right'].map((end) => [`${side}${end}`, ''] as const),
);
const GAP = '  ';
/** A column narrower than this is not worth wrapping into. */
const LEAST_WRAP = 30;

/** A table without lines whose columns stand straight with double-width characters in them. */
export function renderTable({ columns, rows, width, paintHead }: TableInput): string {
  const aligned = columns.map((column, at) => alignColumn(column, [column.head, ...rows.map((row) => row[at] ?? '')]));
  const last = columns.length - 1;
  const before = aligned.slice(0, last).reduce((sum, cells) => sum + widest(cells) + GAP.length, 0);
  const cells = aligned.map((column, at) => {
    const room = width - before;
    return columns[at]?.wrap === true && at === last && room >= LEAST_WRAP ? column.map(wrapTo(room)) : column;
  });
  const table = new Table({
    chars: { ...Object.fromEntries(NOTHING), middle: GAP },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(cells.map(([head = '']) => paintHead(head)));
  for (const at of rows.keys()) table.push(cells.map((column) => column[at + 1] ?? ''));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function widest(cells: readonly string[]): number {
  return cells.reduce((most, cell) => Math.max(most, displayWidth(cell)), 0);
}

function alignColumn({ align }: Column, cells: readonly string[]): readonly string[] {
  if (align !== 'figure') return cells;
  const [head = '', ...figures] = cells;
  const parts = figures.map((cell) => {
    const [, figure = cell, note = ''] = /^([^（ ]*)([（ ].*)?$/u.exec(cell) ?? [];
    return { figure, note };
  });
  const figureWidth = widest(parts.map(({ figure }) => figure));
  const noteWidth = widest(parts.map(({ note }) => note));
  const full = Math.max(displayWidth(head), figureWidth + noteWidth);
  const body = parts.map(({ figure, note }) => padLeft(figure, full - noteWidth) + note);
  return [noteWidth > 0 ? padLeft(head, Math.max(displayWidth(head), full - noteWidth)) : padLeft(head, full), ...body];
}

function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** What is not broken at the end of a line: a run of letters and figures, with the punctuation that belongs to it. */
const TOKENS = /[“（《〔【]*(?:[\w.,:/+-]+|.)[，。、；：！？）》〕】”%㎡]*/gu;

/** Breaks text into lines of at most that width. */
function wrapTo(width: number): (text: string) => string {
  return (text) => {
    const lines: string[] = [];
    let line = '';
    for (const token of text.match(TOKENS) ?? []) {
      if (displayWidth(line + token) > width && line !== '') {
        lines.push(line.trimEnd());
        line = '';
      }
      line += line === '' ? token.trimStart() : token;
    }
    return [...lines, line].join('\n');
  };
}
