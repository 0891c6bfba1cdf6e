import { readFileSync } from 'node:fs';

/** Rows of a comma-separated fixture, by header name. Cells may be quoted; they hold no quote and no end of line. */
export function readFixture(path: string): Record<string, string>[] {
  const text = readFileSync(new URL(`../../../test/fixtures/${path}`, import.meta.url), 'utf8');
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const names = header.split(',');
  return lines.map((line) => {
    const cells = cellsOf(line);
    if (cells.length !== names.length) throw new Error(`${path}: ${line}`);
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
}

function cellsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  return [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^",]*))/gu)].map(([, quoted, plain = '']) => quoted ?? plain);
}

/** A cell that must be there. */
export function cell(row: Readonly<Record<string, string>>, name: string): string {
  const value = row[name];
  if (value === undefined) throw new Error(`no column ${name}`);
  return value;
}
