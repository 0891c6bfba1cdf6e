import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { utils, type WorkBook, write } from '@e965/xlsx';
import { FEED_NAMES, FEEDS, type FeedRow, type LedgerRow } from '@quhua/core';
import { expect, test } from 'vitest';
import { openFeed } from '../../src/index.ts';
import type { FeedFile } from '../../src/types.ts';
import { returnedFileName, returnedWorkbook, withoutEnding } from '../../src/write/returned.ts';
import { returnedCsv } from '../../src/write/returned-csv.ts';
import { writeWorkbook } from '../../src/write/sheet-writer.ts';
import { templateWorkbook } from '../../src/write/template.ts';
import { FEED_FILES } from '../reading.ts';
import { CONTEXT, REGIONS, SETTINGS } from '../support.ts';
import { opened, sheetNamed, textOf } from './plans.ts';

const { jurisdiction } = CONTEXT;

async function take(file: FeedFile) {
  const reading = await openFeed(file, CONTEXT);
  try {
    const ledger = new Map<number, LedgerRow>();
    const taken = new Map<number, FeedRow>();
    for await (const chunk of reading.chunks()) {
      for (const line of chunk.revokedLines) {
        ledger.delete(line);
        taken.delete(line);
      }
      for (const row of chunk.rows) taken.set(row.line, row);
      for (const row of chunk.ledger) ledger.set(row.line, row);
    }
    const rows = [...taken.values()].map(({ regionCode, month, values }) => [regionCode, month, ...values]);
    const { plan } = reading;
    return { plan, counts: reading.counts(), rows, taken: [...taken.values()], ledger: [...ledger.values()] };
  } finally {
    await reading.close();
  }
}

/** As another program saves it after somebody has written in it. */
function saved(book: WorkBook): Buffer {
  return write(book, { type: 'buffer', bookType: 'xlsx' });
}

async function returnedOf(
  { plan, ledger }: Pick<Awaited<ReturnType<typeof take>>, 'plan' | 'ledger'>,
  fileName: string,
): Promise<FeedFile> {
  const refused = ledger.filter(({ outcome }) => outcome === 'quarantined');
  const bytes = await returnedWorkbook({ plan, ledger: refused, fileName, jurisdiction });
  return { name: returnedFileName(fileName, refused.length), bytes };
}

test.each(FEED_NAMES)('the template of %s stores nothing as it is, and is taken when filled in', async (feed) => {
  const context = { regions: REGIONS, month: '2025-10', settings: SETTINGS, jurisdiction };
  const bytes = await templateWorkbook(feed, context);
  const untouched = await take({ name: '模板.xlsx', bytes });
  expect(untouched.plan.feed).toBe(feed);
  expect([untouched.rows, untouched.ledger]).toEqual([[], []]);
  const book = opened(bytes);
  const sheet = sheetNamed(book, '填报');
  const { region, shape } = FEEDS[feed];
  const keys = (region ? 1 : 0) + (shape === 'monthly' ? 1 : 0);
  for (const [column, text] of textOf(sheet, 4).entries()) {
    const sample = sheet[utils.encode_cell({ r: 3, c: column })];
    const value = column === 0 ? (region ? '喀什市' : 'P-1') : text;
    if (column >= keys || sheet.A5?.v === undefined)
      sheet[utils.encode_cell({ r: 4, c: column })] = {
        ...sample,
        v: sample.t === 'n' ? sample.v : value,
        w: undefined,
      };
  }
  const filled = await take({ name: '模板.xlsx', bytes: saved(book) });
  expect(filled.ledger.filter(({ outcome }) => outcome === 'quarantined')).toEqual([]);
  expect(filled.counts).toMatchObject({ total: 1, quarantined: 0 });
  expect(filled.rows[0]?.[0]).toBe(region ? '653101' : null);
});

const TITLE = '2025年10月商品住房网签月报';
const SHEET = [
  [TITLE, '', '', ''],
  ['单位：平方米', '', '', ''],
  ['县市', '网签面积', '撤销网签面积', '备注'],
  ['喀什市', '100.5', '1', '=1+1'],
  ['沙车县', '200', '2', '+A1'],
  ['疏附县', '约300', '-', '-'],
];

test('refused rows are corrected in the workbook that they came back in, and are taken', async () => {
  const bytes = await writeWorkbook('t', [{ name: '销售', rows: SHEET }]);
  const first = await take({ name: '上报.xlsx', bytes });
  expect(first.counts).toMatchObject({ total: 3, quarantined: 2 });
  const back = await returnedOf(first, '上报.xlsx');
  expect(back.name).toBe('上报_退回2行.xlsx');

  const again = await take(back);
  expect(again.counts).toMatchObject({ total: 2, quarantined: 2 });
  expect(again.ledger.map(({ raw }) => raw[3])).toEqual(["'+A1", '-']); // what the sender wrote, no more and no less

  const book = opened(back.bytes);
  const sheet = sheetNamed(book, '销售');
  expect([textOf(sheet, 4)[0], textOf(sheet, 5)[1]]).toEqual(['沙车县', '约300']);
  sheet.A4 = { t: 's', v: '莎车县' };
  sheet.B5 = { t: 'n', v: 300 };
  const corrected = await take({ name: back.name, bytes: saved(book) });
  expect(corrected.counts).toMatchObject({ total: 2, quarantined: 0 });
  expect(corrected.rows.map((row) => row.slice(0, 4))).toEqual([
    ['653125', '2025-10', 20_000, 200],
    ['653121', '2025-10', 30_000, null],
  ]);
});

test('a row of a text file that was cut short is not taken for a row with empty cells when it comes back unchanged', async () => {
  const text = '县市,月份,网签面积（㎡）,撤销网签面积（㎡）\r\n喀什市,2025-10,1,2\r\n莎车县,2025-10,3\r\n';
  const first = await take({ name: 'a.csv', bytes: Buffer.from(text) });
  expect(first.counts).toMatchObject({ total: 2, quarantined: 1 });
  const again = await take(await returnedOf(first, 'a.csv'));
  expect(again.counts).toMatchObject({ total: 1, quarantined: 1, accepted: 0, warned: 0 });
});

const SAMPLES = join(FEED_FILES, 'bad');
const READABLE = readdirSync(SAMPLES).filter((name) => !/^(?:08|09|10|11|12|13)_/u.test(name)); // those are refused whole

test.each(READABLE)('what comes back of %s is read like the file itself, in a workbook and as text', async (name) => {
  const first = await take({ name, bytes: readFileSync(join(SAMPLES, name)) });
  const refused = first.ledger.filter(({ outcome }) => outcome === 'quarantined');
  if (refused.length > 0) {
    const unchanged = await take(await returnedOf(first, name));
    expect(unchanged.counts).toMatchObject({ total: refused.length, quarantined: refused.length });
    expect(unchanged.plan.simulated).toBe(first.plan.simulated);
  }
  const reasons = [{ code: 'NUM_FORMAT', message: '第1行：不是数字 / line 1: no number' }];
  const all = first.taken.map(({ line, raw }): LedgerRow => ({ line, outcome: 'quarantined', reasons, raw }));
  const back = await take(await returnedOf({ ...first, ledger: all }, name));
  expect(back.rows.map(String).sort()).toEqual(first.rows.map(String).sort());
  const text = [...returnedCsv({ plan: first.plan, ledger: all })].join('');
  const asText = await take({ name: `${withoutEnding(name)}_退回.csv`, bytes: Buffer.from(text) });
  expect(asText.rows.map(String).sort()).toEqual(first.rows.map(String).sort());
});
