import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { workbookText } from '../support/workbook-text.ts';
import { ask, type ErrorDocument, newHome, type Place, quhua } from './quhua.ts';

type Batch = {
  readonly id: string | null;
  readonly feed: string | null;
  readonly file: string;
  readonly sha256: string;
  readonly status: string;
  readonly rows: Readonly<Record<'total' | 'accepted' | 'warned' | 'quarantined' | 'duplicate', number>>;
  readonly reasons: readonly { readonly code: string; readonly count: number }[];
  readonly quarantineFile: string | null;
  readonly simulated: boolean;
};
type Batches = { readonly batches: readonly Batch[] };

const HEAD = 'region_code,month,signed_area,cancelled_area';
/** One file for each use: the same bytes would be a duplicate. */
const FILES = {
  'good.csv': [HEAD, '653101,2025-08,100.00,0', '653121,2025-08,50.00,1.50'],
  'partly.csv': [HEAD, '653101,2025-09,100.00,0', '653999,2025-09,50.00,0', '653121,2025-09,60.00,0'],
  'strict.csv': [HEAD, '653101,2025-05,100.00,0', '653999,2025-05,50.00,0', '653121,2025-05,60.00,0'],
  'mostly.csv': [HEAD, '653101,2025-13,100.00,0', '653122,2025-07,ten,0', '653121,2025-07,60.00,0'],
  'empty.csv': [],
  'headless.csv': ['653101,2025-08,100.00,0', '653121,2025-08,50.00,1.50'],
  '模拟 数据.csv': [HEAD, '653101,2025-06,10.00,0'],
  'many.csv': [
    HEAD,
    ...Array.from(
      { length: 30 },
      (_, at) => `653101,${2020 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')},${1000 + at}.00,0`,
    ),
    ...Array.from({ length: 25 }, (_, at) => `6539${10 + at},2025-05,50.00,0`),
  ],
  'stock.csv': ['region_code,month,presale_unsold_area,completed_unsold_area', '653101,2025-08,1000.00,0'],
} as const;

let place: Place;
let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder('feeds');
  place = { home: await newHome(), env: { INIT_CWD: folder } };
  await mkdir(join(folder, 'below'));
  for (const [name, lines] of Object.entries(FILES)) {
    await writeFile(join(folder, name), lines.map((line) => `${line}\n`).join(''));
  }
});

test('a wrong path stops the command before any file is taken in', async () => {
  const [missing, isFolder, future] = await Promise.all([
    ask<ErrorDocument>(['ingest', 'good.csv', 'nothing.csv'], place, 4),
    ask<ErrorDocument>(['ingest', 'good.csv', 'below'], place, 2),
    ask<ErrorDocument>(['ingest', 'good.csv', '--as-of', '2199-01-01'], place, 2),
  ]);
  expect(missing.error).toMatchObject({ kind: 'not_found', code: 'FILE_NOT_FOUND' });
  expect(missing.error.message).toContain(join(folder, 'nothing.csv')); // from where the command was typed
  expect(isFolder.error).toMatchObject({ kind: 'invalid', code: 'FILE_IS_FOLDER' });
  expect(future.error).toMatchObject({ kind: 'invalid', code: 'AS_OF_FUTURE' });
});

test('a dry run shows how a file would be read and stores nothing', async () => {
  const preview = await ask<Batches>(['ingest', '--dry-run', '--simulated', 'good.csv'], place);
  expect(preview.batches).toMatchObject([{ id: null, status: 'accepted', rows: { accepted: 2 }, simulated: true }]);
  const spoken = await quhua(['ingest', '--dry-run', 'good.csv', 'empty.csv'], place);
  expect(spoken.code).toBe(3);
  expect(spoken.stdout).toMatch(/已接收 {2}good\.csv {2}预览，未入库/u);
  expect(spoken.stdout).toMatch(/^3 +signed_area +网签面积 signed_area +㎡/mu);
  expect(spoken.stdout).toMatch(/^第 3 行 +653121 +2025-08 +50\.00 +1\.50 +653121 \| 2025-08 \| 50\.00 \| 1\.50$/mu);
  expect(await ask(['status'], place)).toMatchObject({ batches: [] });
});

test('of many wrong rows the first twenty are named, each with its place, and how many there are', async () => {
  const { stdout } = await quhua(['ingest', '--dry-run', 'many.csv'], place);
  expect(stdout.match(/^ {2}· 第\d+行“region_code”列：/gmu)).toHaveLength(20);
  expect(stdout).toMatch(/· 第32行“region_code”列：.*653910/u);
  expect(stdout).toContain('共 25 行，这里是前 20 行');
  type Told = { batches: { told: { quarantined: { line: number; reasons: { code: string }[] }[] } }[] };
  const { batches } = await ask<Told>(['ingest', '--dry-run', 'many.csv'], place);
  expect(batches[0]?.told.quarantined[19]).toMatchObject({ line: 51, reasons: [{ code: 'UNIT_UNKNOWN' }] });
});

test('several files at once: each has its own result, and a refused one makes the command exit 3', async () => {
  const files = ['good.csv', 'partly.csv', 'empty.csv', '模拟 数据.csv', 'stock.csv'];
  const { batches } = await ask<Batches>(['ingest', ...files], place, 3);
  expect(batches.map(({ file, feed, status, simulated }) => [file, feed, status, simulated])).toEqual([
    ['good.csv', 'sales', 'accepted', false],
    ['partly.csv', 'sales', 'accepted', false],
    ['empty.csv', null, 'rejected', false],
    ['模拟 数据.csv', 'sales', 'accepted', true],
    ['stock.csv', 'inventory', 'accepted', false],
  ]);
  for (const { rows, sha256, id } of batches) {
    expect(rows.total).toBe(rows.accepted + rows.warned + rows.quarantined + rows.duplicate);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/u);
    expect(id).toMatch(/^\d+$/u);
  }
  const [good, partly, empty] = batches;
  // Two months to the last digit the same is worth a word.
  expect(partly?.rows).toEqual({ total: 3, accepted: 1, warned: 1, quarantined: 1, duplicate: 0 });
  expect(partly?.reasons).toEqual(
    expect.arrayContaining([
      { code: 'UNIT_UNKNOWN', count: 1 },
      { code: 'IDENTICAL_PERIOD', count: 1 },
    ]),
  );
  expect(basename(partly?.quarantineFile ?? '')).toBe('partly_退回1行.xlsx');
  expect(await workbookText(partly?.quarantineFile ?? '')).toMatch(/653999\t.*未知县市/u);
  expect(empty?.reasons).toEqual([{ code: 'FILE_EMPTY', count: 1 }]);

  const again = await ask<Batches>(['ingest', 'good.csv'], place);
  expect(again.batches).toMatchObject([{ id: good?.id, status: 'duplicate', rows: good?.rows }]);
  const known = await ask<Batches>(['ingest', '--dry-run', 'good.csv'], place);
  expect(known.batches).toMatchObject([{ id: null, status: 'duplicate' }]);
});

test('--strict refuses a file with one wrong row; for people each wrong row is named', async () => {
  const { code, stdout } = await quhua(['ingest', '--strict', 'strict.csv', 'headless.csv'], place);
  expect(code).toBe(3);
  expect(stdout).toMatch(/^已接收 {2}strict\.csv {2}批次 \d+ {2}商品住房网签 sales$/mu);
  expect(stdout).toContain('共 3 行 = 接收 2 + 带提示 0 + 隔离 1 + 重复 0');
  expect(stdout).toMatch(/^ {2}· 第3行“region_code”列：.*653999.* \/ line 3/mu);
  expect(stdout).toMatch(/^拒收 {2}headless\.csv/mu);
  const strict = await ask<Batches>(['ingest', '--strict', 'strict.csv'], place, 3);
  expect(strict.batches).toMatchObject([{ status: 'duplicate' }]);
});

test('a held file becomes known when it is approved, and stops being believed when it is withdrawn', async () => {
  const { batches } = await ask<Batches>(['ingest', 'mostly.csv'], place);
  expect(batches).toMatchObject([{ status: 'held', rows: { total: 3, accepted: 1, quarantined: 2 } }]);
  const id = batches[0]?.id ?? '';
  const { alerts } = await ask<{ alerts: { subject: { code: string } }[] }>(['alerts', '--status', 'open'], place);
  expect(alerts).toContainEqual(expect.objectContaining({ kind: 'FEED_REFUSED', subject: fileNamed('mostly.csv') }));

  const effect = { batch: id, affected: [{ region: '653121', month: '2025-07' }] };
  expect(await ask(['approve', id], place)).toEqual(effect);
  const twice = await ask<ErrorDocument>(['approve', id], place, 3);
  expect(twice.error).toMatchObject({ kind: 'conflict', code: 'BATCH_NOT_HELD' });
  expect(await ask(['withdraw', id, '--reason', '报错了'], place)).toEqual(effect);
  const [gone, missing, status] = await Promise.all([
    quhua(['withdraw', id, '--reason', '再撤一次'], place),
    ask<ErrorDocument>(['approve', '777'], place, 4),
    ask<{ batches: unknown[] }>(['status'], place),
  ]);
  expect(gone).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('已经撤回过') });
  expect(missing.error.code).toBe('BATCH_NOT_FOUND');
  expect(status.batches[0]).toMatchObject({ id, status: 'accepted', withdrawn: true });
});

function fileNamed(name: string) {
  return { type: 'file', code: name, name };
}

test('a template is written where it was asked for, is not overwritten, and is taken in again', async () => {
  const args = ['template', 'inventory', '--month', '2025-09', '--out'];
  const written = await ask<{ file: string }>([...args, 'to-fill.csv'], place);
  expect(written).toEqual({ feed: 'inventory', month: '2025-09', file: join(folder, 'to-fill.csv') });
  const [kept, nowhere] = await Promise.all([
    quhua([...args, 'to-fill.csv'], place),
    quhua([...args, 'nowhere/x.csv'], place),
  ]);
  expect(kept).toMatchObject({ code: 2, stderr: expect.stringContaining('已经存在') });
  expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('没有这个文件夹') });
  const filled = readFileSync(written.file, 'utf8').replace(/^(653101.*?2025-09),*\r?$/mu, '$1,10.00,20.00,,,,,');
  await writeFile(written.file, filled);
  const { batches } = await ask<Batches>(['ingest', 'to-fill.csv'], place);
  expect(batches).toMatchObject([{ feed: 'inventory', status: 'accepted', rows: { total: 1, accepted: 1 } }]);
});

test('a template is a workbook where its name says so, and has its own name in a folder', async () => {
  const args = ['template', 'sales', '--month', '2025-09', '--out'];
  const [named, inFolder, other] = await Promise.all([
    ask<{ file: string }>([...args, 'sales.XLSX'], place),
    ask<{ file: string }>([...args, '.'], place),
    quhua([...args, 'sales.doc'], place),
  ]);
  expect(inFolder).toEqual({ feed: 'sales', month: '2025-09', file: join(folder, '商品住房网签月报_模板v1.xlsx') });
  expect(readFileSync(named.file).equals(readFileSync(inFolder.file))).toBe(true);
  expect(readFileSync(named.file).subarray(0, 2).toString()).toBe('PK');
  expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('两样都不是') });
});
