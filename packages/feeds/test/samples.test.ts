import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { FEEDS, formatCentisqm } from '@quhua/core';
import { expect, test } from 'vitest';
import { openFeed } from '../src/index.ts';
import { CONTEXT, gb18030, type Outcome, readAll, refusalOf } from './support.ts';

type Expected = {
  file: string;
  feed: string;
  outcome: string;
  rows: Record<string, number>;
  canonical?: string;
  canonicalSha256?: string;
  refused?: { place: string; row?: string[]; reason: string }[];
};

const folder = new URL('./fixtures/', import.meta.url);
const read = (name: string) => readFileSync(new URL(encodeURI(name), folder));
const expected: Expected[] = JSON.parse(read('expected.json').toString()).files;
const entry = (start: string) => {
  const found = expected.find(({ file }) => file.startsWith(start));
  if (found === undefined) throw new Error(`no expectation for ${start}`);
  return found;
};

/** The canonical text of the sample feeds: the file's own columns, sorted by key, areas with 2 decimals. */
function canonicalText({ plan, rows }: Outcome): string {
  const columns = FEEDS[plan.feed].columns.map((column, at) => ({ ...column, at }));
  const held = columns.filter(({ name }) => plan.columns.some((column) => column.name === name));
  const body = rows.map(({ regionCode, month, figures }) => {
    const cells = held.map(({ type, at }) => {
      const value = figures[at] ?? null;
      if (value === null) return '';
      return type === 'area' ? formatCentisqm(value) : String(value);
    });
    return [regionCode, month, ...cells].join(',');
  });
  const header = ['region_code', 'month', ...held.map(({ name }) => name)].join(',');
  return `${[header, ...body.sort()].join('\n')}\n`;
}

test.each(['sales.csv', 'inventory.csv'])('%s is taken in whole', async (name) => {
  const bytes = read(name);
  const outcome = await readAll({ name, bytes });
  const { feed, rows, canonicalSha256 } = entry(name);
  expect(outcome.plan.feed).toBe(feed);
  expect(outcome.counts).toEqual({ ...rows, empty: 0 });
  expect(createHash('sha256').update(canonicalText(outcome)).digest('hex')).toBe(canonicalSha256);
});

const TITLED = expected.filter(({ file }) => /^bad\/(?:0[2-7]|15)/u.test(file));

test.each(TITLED.map(({ file }) => file))(
  '%s: a title above the header is for the next readers, never misread',
  async (file) => {
    const error = await refusalOf({ name: file, bytes: read(file) });
    expect(error.code).toBe('HEADER_NOT_FIRST');
    expect(error.message).toContain('第2行');
    expect(error.details).toEqual({ line: 2 });
  },
);

test.each(TITLED.map(({ file }) => file))('%s without its title gives the expected rows and refusals', async (file) => {
  const { rows, canonical = '', refused = [] } = entry(file);
  const bytes = read(file);
  const outcome = await readAll({ name: file, bytes: bytes.subarray(bytes.indexOf('\n') + 1) });
  expect(outcome.plan.encoding).toBe('gb18030');
  expect(outcome.counts).toEqual({ ...rows, empty: 0 });
  expect(sortedLines(canonicalText(outcome))).toEqual(sortedLines(read(canonical).toString()));
  const kept = [...outcome.ledger.values()].sort((a, b) => a.line - b.line);
  expect(kept.map(({ raw }) => raw)).toEqual(refused.map(({ row }) => row));
  for (const [at, { line, outcome: what, reasons }] of kept.entries()) {
    const place = refused[at]?.place ?? '';
    expect(what).toBe('quarantined');
    expect(`line ${line + 1}`).toBe(place.split(',')[0]); // one line less: the title is cut off
    const column = /column (?<name>.+)$/u.exec(place)?.groups?.name;
    if (column !== undefined) expect(reasons[0]?.column).toContain(column);
  }
});

function sortedLines(text: string): string[] {
  return text.trim().split('\n').sort();
}

test.each([
  { file: 'bad/02', code: 'UNIT_UNKNOWN', says: ['“沙车县”', '是否为“莎车县”'] },
  { file: 'bad/03', code: 'ROW_CONFLICT', says: ['叶城县 2025-10', '第9行', '都不采用'] },
  { file: 'bad/04', code: 'UNIT_SUSPECT', says: ['“82006.47”', '万㎡', '疑似填的是㎡'] },
  { file: 'bad/05', code: 'STOCK_NEGATIVE', says: ['“批准预售未售面积（㎡）”', '-165706.00'] },
  { file: 'bad/06', code: 'PERIOD_FUTURE', says: ['“月份”', '2035-10', '2025-11-06'] },
  { file: 'bad/07', code: 'DATE_INVALID', says: ['“月份”', '2025-13'] },
  { file: 'bad/15', code: 'NUM_FORMAT', says: ['“待核实”', '缺数请留空'] },
])('$file tells the sender what is wrong: $code', async ({ file, code, says }) => {
  const bytes = read(entry(file).file);
  const { ledger } = await readAll({ name: file, bytes: bytes.subarray(bytes.indexOf('\n') + 1) });
  const last = [...ledger.values()].sort((a, b) => a.line - b.line).at(-1);
  const reason = last?.reasons.at(-1);
  expect(reason?.code).toBe(code);
  for (const text of says) expect(reason?.message).toContain(text);
});

test.each([
  { file: 'bad/08', code: 'ZIP_CORRUPT', says: '不完整' },
  { file: 'bad/09', code: 'XLSX_ENCRYPTED', says: '密码' },
  { file: 'bad/10', code: 'FILE_TYPE_MISMATCH', says: '网页' },
  { file: 'bad/11', code: 'ENC_MOJIBAKE', says: '乱码' },
  { file: 'bad/12', code: 'CSV_QUOTE', says: '第6行' },
])('$file is rejected as a whole: $code', async ({ file, code, says }) => {
  const name = entry(file).file;
  const error = await refusalOf({ name, bytes: read(name) });
  expect({ kind: error.kind, code: error.code }).toEqual({ kind: 'invalid', code });
  expect(error.message).toContain(says);
});

test('the 模拟 of a title marks the whole file', () => {
  const bytes = Buffer.concat([gb18030('地区代码,月份,网签面积（㎡）,备注\n653101,2025-10,1.00,模拟数据\n')]);
  const { plan } = openFeed({ name: '月报.csv', bytes }, CONTEXT);
  expect(plan.simulated).toBe(true);
  expect(plan.notes[0]).toMatchObject({ code: 'SIMULATED' });
  expect(plan.notes[0]?.message).toContain('第2行');
});
