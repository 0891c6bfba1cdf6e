import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import { LIMITS } from '../../src/limits.ts';
import { openLegacy } from '../../src/readers/legacy/open-legacy.ts';
import type { LegacyKind } from '../../src/readers/legacy/protocol.ts';
import { plainDecimal } from '../../src/readers/number-format.ts';
import { refusal, sheetsOf } from '../reading.ts';
import {
  type BookCell,
  type BookKind,
  type BookSheet,
  odsOf,
  withLargestSize,
  writeBook,
  writeExcel95,
} from './books.ts';

const KINDS: readonly BookKind[] = ['biff8', 'biff5', 'xlsb', 'ods'];
const READ_AS: Readonly<Record<BookKind, LegacyKind>> = { biff8: 'xls', biff5: 'xls', xlsb: 'xlsb', ods: 'ods' };

function open(kind: BookKind, sheets: readonly BookSheet[], date1904 = false) {
  const bytes = kind === 'biff5' ? writeExcel95(sheets) : writeBook(kind, sheets, date1904);
  return openLegacy(bytes, READ_AS[kind], LIMITS);
}

type Given = { readonly cell: BookCell; readonly text: string; readonly type: string };

const text = fc.constantFrom(
  '喀什市',
  ' 疏 附 县',
  '网签面积\n（㎡）',
  '0012',
  '＝1+2',
  '—',
  '合计',
  'a"b',
  '１２３．５',
);
const given: fc.Arbitrary<Given> = fc.oneof(
  fc.constant({ cell: null, text: '', type: '.' }),
  text.map((v): Given => ({ cell: { t: 's', v }, text: v, type: 's' })),
  fc
    .oneof(
      fc.nat(9_999_999_999).map((n) => n / 100),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
      fc.integer(),
    )
    .map((v): Given => ({ cell: { t: 'n', v }, text: plainDecimal(String(v)) ?? '', type: 'n' })),
  fc.integer({ min: 40_000, max: 50_000 }).map((v): Given => {
    const day = new Date(Date.UTC(1899, 11, 30 + v)).toISOString().slice(0, 10);
    return { cell: { t: 'n', v, z: 'yyyy/m/d' }, text: day, type: 'd' };
  }),
  fc.integer({ min: 40_000, max: 50_000 }).map((v): Given => {
    const month = new Date(Date.UTC(1899, 11, 30 + v)).toISOString().slice(0, 7);
    return { cell: { t: 'n', v, z: 'yyyy"年"m"月"' }, text: month, type: 'd' };
  }),
  fc.nat(10_000).map((n): Given => {
    const [whole, rest] = [Math.floor(n / 100), n % 100];
    const decimals = rest === 0 ? '' : `.${String(rest).padStart(2, '0').replace(/0$/u, '')}`;
    return { cell: { t: 'n', v: n / 10_000, z: '0.00%' }, text: `${whole}${decimals}%`, type: 'n' };
  }),
  fc.boolean().map((v): Given => ({ cell: { t: 'b', v }, text: v ? 'TRUE' : 'FALSE', type: 'b' })),
);
const table = fc.array(fc.array(given, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 12 });

test.each(KINDS)('what was written into a workbook comes out of it: %s', async (kind) => {
  await fc.assert(
    fc.asyncProperty(fc.array(table, { minLength: 1, maxLength: 3 }), async (tables) => {
      const sheets = tables.map((rows, at) => ({
        name: `第${at + 1}月`,
        rows: rows.map((row) => row.map(({ cell }) => cell)),
      }));
      const found = await sheetsOf(await open(kind, sheets));
      expect(found.map(({ name }) => name)).toEqual(sheets.map(({ name }) => name));
      tables.forEach((rows, at) => {
        const filled = rows
          .map((row, index) => ({ row: index + 1, ...trimmed(row) }))
          .filter(({ cells }) => cells.length > 0);
        expect(found[at]?.rows.map(({ row, cells, types }) => ({ row, cells, types }))).toEqual(filled);
      });
    }),
    runs(5),
  );
});

function trimmed(row: readonly Given[]) {
  const last = row.findLastIndex(({ text: shown }) => shown !== '');
  const kept = row.slice(0, last + 1);
  return { cells: kept.map((one) => one.text), types: kept.map((one) => one.type).join('') };
}

const number = (v: number, z?: string): BookCell => (z === undefined ? { t: 'n', v } : { t: 'n', v, z });
const word = (v: string): BookCell => ({ t: 's', v });

test.each(['biff8', 'xlsb', 'ods'] as const)('merges, hidden sheets and sheets without a cell: %s', async (kind) => {
  const book = await open(kind, [
    {
      name: '数据',
      rows: [
        [word('标题'), null],
        [word('甲'), word('乙')],
        [null, word('丙')],
      ],
      merges: ['A1:B1', 'A2:A4'],
    },
    { name: '空表', rows: [] },
    { name: '代码', rows: [[word('x')]], hidden: true },
  ]);
  expect(book.sheets.map(({ name }) => name)).toEqual(['数据', '空表', '代码']);
  expect(book.sheets[0]?.merges).toEqual([
    { top: 0, left: 0, bottom: 0, right: 1 },
    { top: 1, left: 0, bottom: 3, right: 0 },
  ]);
  if (kind !== 'ods') expect(book.sheets.map(({ hidden }) => hidden)).toEqual([false, false, true]); // its writer does not hide
  expect((await sheetsOf(book)).map(({ rows }) => rows.length)).toEqual([3, 0, 1]);
});

test.each(['biff8', 'xlsb'] as const)('days counted from 1904: %s', async (kind) => {
  const book = await open(
    kind,
    [{ name: '数据', rows: [[number(44_196, 'yyyy/m/d'), number(44_196, 'yyyy"年"m"月"')]] }],
    true,
  );
  expect(book.notes.map(({ code }) => code)).toEqual(['DATE_1904']);
  expect((await sheetsOf(book))[0]?.rows[0]?.cells).toEqual(['2025-01-01', '2025-01']);
});

test('hidden columns and rows of an .xlsb and an .xls', async () => {
  const sheet: BookSheet = {
    name: '数据',
    rows: [[word('a'), word('b'), word('c')], [word('d')], [word('e')]],
    cols: [{ wch: 9 }, { wch: 9, hidden: true }, { wch: 9 }],
    rowInfos: [{}, { hidden: true }, {}],
  };
  for (const kind of ['xlsb', 'biff8'] as const) {
    const book = await open(kind, [sheet]);
    expect(book.sheets[0]?.hiddenColumns).toEqual([1]);
    const rows = (await sheetsOf(book))[0]?.rows ?? [];
    if (kind === 'xlsb') expect(rows.map(({ hidden }) => hidden)).toEqual([undefined, true, undefined]); // .xls: its writer shows every row
    expect(rows).toHaveLength(3);
  }
});

test.each(['biff8', 'biff5', 'xlsb'] as const)('errors, and what a format writes: %s', async (kind) => {
  const book = await open(kind, [
    {
      name: '数据',
      rows: [
        [{ t: 'e', v: 0x17 }, { t: 'e', v: 0x2a }, number(2025.1, '0.00'), number(60, 'yyyy/m/d'), number(7, '0"月"')],
      ],
    },
  ]);
  const [row] = (await sheetsOf(book))[0]?.rows ?? [];
  expect([row?.cells, row?.types]).toEqual([['#REF!', '#N/A', '2025.1', '60', '7'], 'eennn']);
  const monthShown = kind === 'biff5' ? [] : [[4, '7月']]; // its writer spoils the format
  expect([...(row?.shown ?? [])]).toEqual([[2, '2025.10'], ...monthShown]);
  expect(row?.faults?.map(({ column, code }) => [column, code])).toEqual([[3, 'DATE_SERIAL']]);
});

test('rows can be read again, and two readings at once do not mix', async () => {
  const rows = Array.from({ length: 2_500 }, (_, at) => [number(at), word('县')]);
  const book = await open('biff8', [
    { name: '一', rows },
    { name: '二', rows: rows.slice(0, 1_200) },
  ]);
  const read = async (at: number) => {
    const found: string[] = [];
    for await (const batch of book.sheets[at]?.rows() ?? []) found.push(...batch.map(({ cells }) => cells[0] ?? ''));
    return found;
  };
  const [one, two, again] = await Promise.all([read(0), read(1), read(0)]);
  await book.close();
  const numbers = rows.map((_, at) => String(at));
  expect(one).toEqual(numbers);
  expect(again).toEqual(numbers);
  expect(two).toEqual(numbers.slice(0, 1_200));
});

const cell = (attributes: string, inside = '') => `<table:table-cell ${attributes}>${inside}</table:table-cell>`;

test('an .ods as other programs write it: nothing is left out', async () => {
  const body = `<table:table table:name="表一" table:style-name="shown">
    <table:table-column/><table:table-column table:number-columns-repeated="2" table:visibility="collapse"/>
    <table:table-row>${cell('office:value-type="string"', '<text:p>甲<text:s text:c="2"/>乙</text:p><text:p>丙</text:p>')}
      <table:table-cell office:value-type="float" office:value="12.5"/>
      ${cell('office:value-type="percentage" office:value="0.5"')}
      <table:table-cell table:formula="of:=[.A1]"/>
      <table:table-cell office:value-type="string" office:string-value="值"/>
      ${cell('table:formula="of:=1/0" office:value-type="string" office:string-value=""', '<text:p>Err:502</text:p>')}
      ${cell('office:value-type="date" office:date-value="2025-10-31"', '<text:p>2025-10-31</text:p>')}</table:table-row>
    <table:table-row table:number-rows-repeated="2" table:visibility="filter">${cell('office:value-type="float" office:value="7"', '<text:p>7</text:p>')}</table:table-row>
    <table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
    </table:table><table:table table:name="表二" table:style-name="gone"><table:table-row>${cell('office:value-type="string"', '<text:p>x</text:p>')}</table:table-row></table:table>`;
  const styles = `<style:style style:name="shown" style:family="table"><style:table-properties table:display="true"/></style:style>
    <style:style style:name="gone" style:family="table"><style:table-properties table:display="false"/></style:style>`;
  const book = await openLegacy(odsOf(body, styles), 'ods', LIMITS);
  expect(book.sheets.map(({ name, hidden, hiddenColumns }) => [name, hidden, hiddenColumns])).toEqual([
    ['表一', false, [1, 2]],
    ['表二', true, []],
  ]);
  const [first, second] = await sheetsOf(book);
  const [row, ...rest] = first?.rows ?? [];
  expect(row?.cells).toEqual(['甲  乙\n丙', '12.5', '0.5', '', '值', 'Err:502', '2025-10-31']);
  expect(row?.types).toBe('snn.sed');
  expect(row?.faults?.map(({ column, code }) => [column, code])).toEqual([[3, 'CELL_FORMULA_NO_VALUE']]);
  expect(rest.map(({ row: at, cells, hidden }) => [at, cells, hidden])).toEqual([
    [2, ['7'], true],
    [3, ['7'], true],
  ]);
  expect(second?.rows.map(({ cells }) => cells)).toEqual([['x']]);
});

test('a sheet that says it is as large as can be, with few cells, is read at once', async () => {
  const bytes = withLargestSize(writeBook('biff8', [{ name: '数据', rows: [[word('甲')], [], [word('乙')]] }]));
  const started = performance.now();
  const [sheet] = await sheetsOf(await openLegacy(bytes, 'xls', LIMITS));
  expect(sheet?.rows.map(({ row, cells }) => [row, ...cells])).toEqual([
    [1, '甲'],
    [3, '乙'],
  ]);
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('a cell beyond the columns that are allowed refuses the workbook and says where', async () => {
  const wide = Array.from({ length: 255 }, () => null);
  const fits = await open('xlsb', [{ name: '数据', rows: [[word('a')], [...wide, word('z')]] }]);
  expect((await sheetsOf(fits))[0]?.rows[1]?.cells).toHaveLength(256);
  const error = await refusal(() => open('xlsb', [{ name: '数据', rows: [[word('a')], [...wide, null, word('z')]] }]));
  expect([error.code, error.details]).toEqual(['TOO_MANY_COLUMNS', { columns: 257 }]);
  expect(error.message).toContain('“数据”');
});
