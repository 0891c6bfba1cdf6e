import { readFileSync } from 'node:fs';
import { AppError } from '@quhua/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import { FILE_CODES } from '../../src/codes.ts';
import { LIMITS, type Limits } from '../../src/limits.ts';
import { faultOf, openJob } from '../../src/readers/legacy/held-book.ts';
import { openLegacy } from '../../src/readers/legacy/open-legacy.ts';
import { refusal, sheetsOf } from '../reading.ts';
import { odsOf, writeBook, zipOf } from './books.ts';

const small = (changes: Partial<Limits['legacy']>): Limits => ({ ...LIMITS, legacy: { ...LIMITS.legacy, ...changes } });
const book = writeBook('biff8', [{ name: '数据', rows: [[{ t: 's', v: '县市' }], [{ t: 'n', v: 12.5 }]] }]);
const row = (repeated: number, columns: number) =>
  `<table:table-row table:number-rows-repeated="${repeated}"><table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="${columns}"><text:p>1</text:p></table:table-cell></table:table-row>`;
const bomb = odsOf(`<table:table table:name="一">${row(1_000_000, 200)}</table:table>`);

test('a workbook that grows beyond the memory it may have is refused, and the process lives', async () => {
  const error = await refusal(() => openLegacy(bomb, 'ods', small({ heapMb: 64 })));
  expect(error.code).toBe('FILE_TOO_COMPLEX');
  expect(error.message).toContain('64MB');
});

test('a workbook that takes too long is refused', async () => {
  const started = performance.now();
  const error = await refusal(() => openLegacy(bomb, 'ods', small({ ms: 400 })));
  expect(error.code).toBe('FILE_TIMEOUT');
  expect(performance.now() - started).toBeLessThan(3_000);
});

test('a file too large for this kind is refused before a thread is started', async () => {
  const error = await refusal(() => openLegacy(book, 'xls', small({ fileBytes: 1_000 })));
  expect([error.code, error.details]).toEqual(['FILE_TOO_LARGE', { bytes: book.length, most: 1_000 }]);
});

test('what an archive declares is refused before it is inflated', async () => {
  expect((await refusal(() => openLegacy(bomb, 'ods', small({ unpackedBytes: 500 })))).code).toBe('ZIP_UNPACKED');
});

test('a sheet of OpenDocument with a password is refused as that', async () => {
  const manifest =
    '<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>';
  const bytes = zipOf({ mimetype: 'x', 'META-INF/manifest.xml': manifest, 'content.xml': 'scrambled' });
  expect((await refusal(() => openLegacy(bytes, 'ods', LIMITS))).code).toBe('XLSX_ENCRYPTED');
});

test('an old workbook with a password is refused as that', async () => {
  const bytes = Buffer.from(book);
  const codepage = bytes.indexOf(Buffer.from('42000200', 'hex'));
  expect(codepage).toBeGreaterThan(0);
  bytes.writeUInt16LE(0x2f, codepage); // a record FilePass in its place
  bytes.writeUInt16LE(0, codepage + 4);
  expect((await refusal(() => openLegacy(bytes, 'xls', LIMITS))).code).toBe('XLSX_ENCRYPTED');
});

test('closing twice is closing; rows are then refused, and reading on is too', async () => {
  const open = await openLegacy(book, 'xls', LIMITS);
  await open.close();
  await open.close();
  const read = async () => {
    for await (const rows of open.sheets[0]?.rows() ?? []) expect(rows).toBeUndefined();
  };
  expect((await refusal(read)).code).toBe('FILE_CORRUPT');
});

const folder = new URL('../../../../test/fixtures/feeds/as-received/', import.meta.url);
const fixture = (name: string) => readFileSync(new URL(encodeURIComponent(name), folder));

test('the sample workbooks come out as they are', async () => {
  const [cross] = await sheetsOf(await openLegacy(fixture('04_2024年下半年网签交叉表.ods'), 'ods', LIMITS));
  expect(cross?.rows[3]?.cells.slice(0, 4)).toEqual(['喀什市', '6.337768', '0.214338', '6.883545']);
  const months = await sheetsOf(await openLegacy(fixture('05_2025年1-6月网签.xls'), 'xls', LIMITS));
  expect(months.map(({ rows }) => rows.length)).toEqual([81, 0, 0]);
  expect(months[0]?.rows[2]).toMatchObject({
    row: 3,
    cells: ['2025-01', '喀什市 ', '28990.82', '260', '1545.52', '15'],
    types: 'dsnnnn',
  });
  const projects = await sheetsOf(await openLegacy(fixture('13_保交房项目月报.xls'), 'xls', LIMITS));
  expect(projects.map(({ name }) => name)).toHaveLength(12);
  expect(projects[0]?.rows[2]?.cells.slice(0, 4)).toEqual(['BJF310101', '2024-11-30', '31.9', '32.0%']);
});

const SEEDS = [
  { kind: 'xls' as const, bytes: book },
  { kind: 'xls' as const, bytes: fixture('05_2025年1-6月网签.xls') },
  { kind: 'ods' as const, bytes: fixture('04_2024年下半年网签交叉表.ods') },
  {
    kind: 'xlsb' as const,
    bytes: writeBook('xlsb', [{ name: '数据', rows: [[{ t: 's', v: '县市' }], [{ t: 'n', v: 12.5 }]] }]),
  },
];
const CODES: ReadonlySet<string> = new Set(FILE_CODES);
const change = fc.record({ at: fc.double({ min: 0, max: 0.999, noNaN: true }), byte: fc.nat(255), cut: fc.boolean() });
const damagedSeed = fc
  .tuple(fc.constantFrom(...SEEDS), fc.array(change, { minLength: 1, maxLength: 4 }))
  .map(([{ kind, bytes }, changes]) => ({ kind, bytes: changes.reduce(changed, bytes) }));

function changed(before: Buffer, { at, byte, cut }: { at: number; byte: number; cut: boolean }): Buffer {
  const place = Math.floor(at * before.length);
  if (cut && byte < 16) return before.subarray(0, place);
  const after = Buffer.from(before);
  after[place] = byte;
  return after;
}

test('500 damaged workbooks: each is read, or fails in a way that has a name', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(damagedSeed, async ({ kind, bytes }) => {
      try {
        const book = await openJob({ bytes, kind, limits: LIMITS });
        for (const sheet of book.opened.sheets.keys()) book.rows({ sheet, next: 0 });
        seen.add('read');
      } catch (error) {
        const fault = faultOf(error);
        if (fault.kind === 'refused') expect(CODES.has(fault.code), fault.code).toBe(true);
        seen.add(fault.kind);
      }
    }),
    runs(500),
  );
  expect([...seen]).toEqual(expect.arrayContaining(['read', 'refused'])); // sums of an archive find most damage; an .xls has none
}, 120_000);

test('damaged workbooks in a thread: each is read or refused with a code of the list', async () => {
  await fc.assert(
    fc.asyncProperty(damagedSeed, async ({ kind, bytes }) => {
      try {
        await sheetsOf(await openLegacy(bytes, kind, LIMITS));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        expect(CODES.has(error.code), error.code).toBe(true);
        expect(error.message).toMatch(/^[^/]*\p{Script=Han}.* \/ /su);
      }
    }),
    runs(12),
  );
}, 60_000);
