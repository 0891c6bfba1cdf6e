import { readFileSync } from 'node:fs';

/** Rows of a comma-separated fixture without quotes, by header name. */
export function readFixture(path: string): Record<string, string>[] {
  const text = readFileSync(new URL(`../../../test/fixtures/${path}`, import.meta.url), 'utf8');
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const names = header.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    if (cells.length !== names.length) throw new Error(`${path}: ${line}`);
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
}

/** A cell that must be there. */
export function cell(row: Readonly<Record<string, string>>, name: string): string {
  const value = row[name];
  if (value === undefined) throw new Error(`no column ${name}`);
  return value;
}
