import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { AssessmentsOf } from '@quhua/engine';
import ExcelJS from 'exceljs';
import { beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { temporaryFolder } from '../support/folders.ts';
import { until } from '../support/poll.ts';
import { workbookText } from '../support/workbook-text.ts';
import { ask, FEEDS, newHome, type Place, quhua, startQuhua } from './quhua.ts';

type Batch = {
  readonly id: string | null;
  readonly feed: string | null;
  readonly status: string;
  readonly rows: Readonly<Record<'total' | 'accepted' | 'warned' | 'quarantined' | 'duplicate', number>>;
  readonly reasons: readonly { readonly code: string; readonly count: number }[];
  readonly quarantineFile: string | null;
  readonly changeCount: number;
};
type Batches = { readonly batches: readonly Batch[] };
type Status = { readonly batches: readonly { readonly file: string; readonly status: string }[] };

let place: Place;
let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder('spreadsheets');
  place = await newPlace();
});

/** An installation on the run's server: a story of many commands need not start one for each. */
async function newPlace(): Promise<Place> {
  const { url } = await createTestDatabase();
  return { home: await newHome(), env: { INIT_CWD: folder, DATABASE_URL: url } };
}

async function ingestOne(args: readonly string[], expectedCode = 0): Promise<Batch> {
  const { batches } = await ask<Batches>(['ingest', ...args], place, expectedCode);
  expect(batches).toHaveLength(1);
  return batches[0] as Batch; // safe: there is one
}

/** Opens a workbook with a program that is not ours, has somebody write in its first sheet, and saves it. */
async function edit(path: string, out: string, write: (sheet: ExcelJS.Worksheet) => void): Promise<void> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.readFile(path);
  const [sheet] = workbook.worksheets;
  if (sheet === undefined) throw new Error(`no sheet in ${path}`);
  write(sheet);
  await workbook.xlsx.writeFile(out);
}

/** The row whose first cell says that. */
function rowOf(sheet: ExcelJS.Worksheet, name: string): ExcelJS.Row {
  for (let at = 1; at <= sheet.rowCount; at += 1) if (sheet.getCell(at, 1).text === name) return sheet.getRow(at);
  throw new Error(`no row of ${name}`);
}

const FILLED: Readonly<Record<string, readonly (number | string)[]>> = {
  喀什市: [1234.56, 110, 11, 1],
  疏附县: [900, 0, 8, 0],
  疏勒县: ['约300', 0, 3, 0],
  莎车县: [2100.5, 200.25, 19, 2],
  叶城县: [760, 0, 7, 0],
};

test('a template is filled in with two mistakes; the returned workbook, corrected, is taken in', async () => {
  const { file } = await ask<{ file: string }>(['template', 'sales', '--month', '2025-09', '--out', '.'], place);
  const filled = join(folder, '九月网签.xlsx');
  await edit(file, filled, (sheet) => {
    for (const [name, figures] of Object.entries(FILLED)) {
      const row = rowOf(sheet, name);
      for (const [at, figure] of figures.entries()) row.getCell(3 + at).value = figure;
    }
    rowOf(sheet, '莎车县').getCell(1).value = '沙车县';
  });

  const preview = await quhua(['ingest', filled, '--dry-run'], place);
  expect(preview.code).toBe(0);
  expect(preview.stdout).toContain('共 5 行 = 接收 3 + 带提示 0 + 隔离 2 + 重复 0');
  expect(preview.stdout).toMatch(/· 表“填报”第8行“网签面积（㎡）”列（C8）：“约300”不是数字/u);
  expect(preview.stdout).toMatch(/· 表“填报”第\d+行“县市”列（A\d+）：未知县市“沙车县”，是否为“莎车县”/u);
  expect(preview.stdout).toMatch(/^C +网签面积（㎡） +网签面积 signed_area +㎡/mu);
  expect(await ask<Status>(['status'], place)).toMatchObject({ batches: [] }); // nothing was stored

  const first = await ingestOne([filled]);
  expect(first).toMatchObject({ feed: 'sales', status: 'accepted', rows: { total: 5, accepted: 3, quarantined: 2 } });
  expect(first.reasons).toEqual(
    expect.arrayContaining([
      { code: 'NUM_FORMAT', count: 1 },
      { code: 'UNIT_UNKNOWN', count: 1 },
    ]),
  );
  const returned = first.quarantineFile ?? '';
  expect(returned).toBe(join(place.home, 'quarantine', first.id ?? '', '九月网签_退回2行.xlsx'));
  const text = await workbookText(returned);
  for (const words of ['约300', '沙车县', '不是数字', '是否为“莎车县”']) expect(text).toContain(words);

  const corrected = join(folder, basename(returned));
  await edit(returned, corrected, (sheet) => {
    rowOf(sheet, '疏勒县').getCell(3).value = 300.4;
    rowOf(sheet, '沙车县').getCell(1).value = '莎车县';
  });
  const second = await ingestOne([corrected]);
  expect(second).toMatchObject({ feed: 'sales', status: 'accepted', rows: { total: 2, accepted: 2, quarantined: 0 } });
  const { stdout } = await quhua(['export', 'sales'], place);
  expect(stdout.split('\n').slice(1, -1)).toEqual([
    '653101,2025-09,1234.56,110.00,11,1',
    '653121,2025-09,900.00,0.00,8,0',
    '653122,2025-09,300.40,0.00,3,0',
    '653125,2025-09,2100.50,200.25,19,2',
    '653126,2025-09,760.00,0.00,7,0',
  ]);
  expect(await ingestOne([filled])).toMatchObject({ id: first.id, status: 'duplicate' });
});

const BOTH = `县市,月份,网签面积（㎡）,撤销面积（㎡）,批准预售未售面积（㎡）,现售未售面积（㎡）
喀什市,2025-08,1000.00,10.00,50000.00,2000.00
疏附县,2025-08,900.00,0.00,20000.00,1000.00
`;

test('one table that two feeds fit is read once for each of them, and each is a batch of its own', async () => {
  await writeFile(join(folder, 'both.csv'), BOTH);
  const refused = await ingestOne(['both.csv'], 3);
  expect(refused).toMatchObject({ status: 'rejected', reasons: [{ code: 'FEED_AMBIGUOUS' }] });
  const sales = await ingestOne(['both.csv', '--feed', 'sales']);
  const inventory = await ingestOne(['both.csv', '--feed', 'inventory']);
  expect([sales, inventory]).toMatchObject([
    { feed: 'sales', status: 'accepted', rows: { total: 2, accepted: 2 } },
    { feed: 'inventory', status: 'accepted', rows: { total: 2, accepted: 2 } },
  ]);
  expect(new Set([refused.id, sales.id, inventory.id]).size).toBe(3);
  expect(await ingestOne(['both.csv', '--feed', 'inventory'])).toMatchObject({ id: inventory.id, status: 'duplicate' });
});

test('two columns that claim one figure are refused; a mapping says which is read, and the preview says so', async () => {
  const lines = ['县市,月份,网签面积（㎡）,签约面积（㎡）,撤销面积（㎡）', '喀什市,2025-07,1000.00,1100.00,10.00'];
  await writeFile(join(folder, 'claims.csv'), `${lines.join('\n')}\n`);
  await writeFile(join(folder, 'claims.yaml'), 'columns:\n  签约面积（㎡）: null\n');
  const refused = await quhua(['ingest', 'claims.csv'], place);
  expect(refused.code).toBe(3);
  expect(refused.stdout).toMatch(/“网签面积（㎡）”.*“签约面积（㎡）”.*null/u); // both are named, and the way out
  const preview = await quhua(['ingest', 'claims.csv', '--map', 'claims.yaml', '--dry-run'], place);
  expect(preview.stdout).toMatch(/653101 +2025-07 +1000\.00 +10\.00/u);
  const taken = await ingestOne(['claims.csv', '--map', 'claims.yaml']);
  expect(taken).toMatchObject({ status: 'accepted', rows: { total: 1, accepted: 1 } });
});

/** What is decided, without when it was asked. */
async function assessed(at: Place): Promise<AssessmentsOf['months']> {
  return (await ask<AssessmentsOf>(['assess', '--from', '2025-08', '--to', '2025-10'], at)).months;
}

test('a correction shows what it changes; withdrawn, everything is as it was', async () => {
  const other = await newPlace();
  await ask(['ingest', join(FEEDS, 'sales.csv'), join(FEEDS, 'inventory.csv')], other);
  const before = await assessed(other);
  await writeFile(join(folder, '更正.csv'), '县市,月份,网签面积（㎡）,撤销面积（㎡）\n疏勒县,2025-09,30000.00,0\n');
  const { batches } = await ask<Batches>(['ingest', '更正.csv'], other);
  expect(batches[0]).toMatchObject({ status: 'accepted', changeCount: 2 });
  const corrected = await assessed(other);
  expect(corrected).not.toEqual(before);
  await ask(['withdraw', batches[0]?.id ?? '', '--reason', '报错了'], other);
  expect(await assessed(other)).toEqual(before);
});

test('a workbook that is dropped into the inbox is taken in, with a report and the rows to correct beside it', async () => {
  const home = await newHome();
  const name = '15_数字列中有文字.csv';
  const running = startQuhua(['up', '--no-sample'], { home, env: { QUHUA_INBOX_SETTLE_MS: '50' } });
  await until(() => running.stdout().includes('运行中'), { withinMs: 30_000, what: 'the first pass' });
  await drop(home, '台账.xlsx', readFileSync(join(FEEDS, 'as-received/03_2024年上半年商品房销售台账.xlsx')));
  await drop(home, name, readFileSync(join(FEEDS, 'bad', name)));
  const done = await until(
    () => {
      const files = filesOf(join(home, 'inbox/done'));
      return files.filter((file) => /(?:台账\.xlsx|有文字\.csv)$/u.test(file)).length === 2 ? files : null;
    },
    { withinMs: 20_000, what: 'both files to be taken in' },
  );
  const ending = (end: string): string => done.find((file) => file.endsWith(end)) ?? `nothing ends in ${end}`;
  const read = (end: string): string => readFileSync(join(home, 'inbox/done', ending(end)), 'utf8');
  expect(read('台账.xlsx.报告.txt')).toMatch(/已采用.*共 73 = 采用 73/su);
  expect(read('台账.xlsx.报告.txt')).toContain('网签面积→网签面积');
  expect(read('有文字.csv.报告.txt')).toMatch(/共 13 = 采用 11.*待核实/su);
  expect(await workbookText(join(home, 'inbox/done', ending('有文字.csv.退回.xlsx')))).toContain('待核实');
  running.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
});

function filesOf(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return []; // nothing was taken in yet
  }
}

/** Whole, as a person moves a file. */
async function drop(home: string, name: string, bytes: Buffer): Promise<void> {
  await mkdir(join(home, 'inbox'), { recursive: true });
  await writeFile(join(home, name), bytes);
  await rename(join(home, name), join(home, 'inbox', name));
}
