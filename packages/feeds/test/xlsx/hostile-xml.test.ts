import { expect, test } from 'vitest';
import { LIMITS, type Limits } from '../../src/limits.ts';
import { openXlsx } from '../../src/readers/xlsx/open-xlsx.ts';
import { refusal, sheetsOf } from '../reading.ts';
import { buildSheet, buildXlsx, officeType, partsOf, relation, relationsOf } from './build-xlsx.ts';

const SHEET = 'xl/worksheets/sheet1.xml';
const sound = String(partsOf({ sheets: [{ rows: '<row r="1"><c r="A1"><v>7</v></c></row>' }] })[SHEET]);
const withPart = (name: string, data: string | Buffer) =>
  buildXlsx({ parts: { [SHEET]: sound, [name]: data }, strings: ['<t>a</t>'], styles: [0] });

async function refusedAs(bytes: Buffer, limits: Partial<Limits> = {}) {
  const error = await refusal(async () => sheetsOf(await openXlsx(bytes, { ...LIMITS, ...limits })));
  expect(error.message).toMatch(/^[^/]*\p{Script=Han}.* \/ /su);
  return error;
}

const DOCTYPE = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]>';

test.each([
  'xl/workbook.xml',
  SHEET,
  'xl/sharedStrings.xml',
  'xl/styles.xml',
  'xl/_rels/workbook.xml.rels',
  '_rels/.rels',
])('what is no sound XML is refused and named: %s', async (name) => {
  const part = String(partsOf({ strings: ['<t>a</t>'], styles: [0] })[name]);
  const faults = [
    part.replace(/<\/[^>]*>$/u, ''),
    part.replace('?>', `?>${DOCTYPE}`),
    part.replace('<', '<<'),
    part.replace(/>/u, '>&b;'),
    Buffer.concat([Buffer.from(part), Buffer.from([0xff, 0xfe])]),
    Buffer.from(part, 'utf16le'),
    '',
    'text',
    `${part}<second/>`,
  ];
  for (const fault of faults) {
    const error = await refusedAs(withPart(name, fault));
    expect([error.code, String(fault).slice(0, 40)]).toEqual(['XLSX_XML', String(fault).slice(0, 40)]);
    expect(error.message).toContain(name);
  }
});

test.each([
  { xml: `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`, why: 'elements within elements' },
  { xml: `<a ${Array.from({ length: 200_000 }, (_, at) => `b${at}="1"`).join(' ')}/>`, why: 'attributes without end' },
  { xml: `<row><c t="inlineStr"><is><t>${'x'.repeat(20_000_000)}</t></is></c></row>`, why: 'a text without end' },
])('grows beyond what a table needs: $why', async ({ xml }) => {
  const memory = process.memoryUsage().rss;
  const error = await refusedAs(withPart(SHEET, sound.replace('<sheetData>', `<sheetData>${xml}`)), {
    zipRatio: 2_000,
  });
  expect(['XLSX_XML', 'FILE_TOO_COMPLEX']).toContain(error.code);
  expect(process.memoryUsage().rss - memory).toBeLessThan(300 * 1024 * 1024);
});

test.each([
  { rows: '<row r="2"/><row r="2"><c r="A2"><v>1</v></c></row>', why: 'a row that stands twice' },
  { rows: '<row r="3"><c r="A3"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>', why: 'rows out of order' },
  { rows: '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>', why: 'a cell that stands twice' },
  {
    rows: '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c><c><v>3</v></c></row>',
    why: 'a cell without place upon another',
  },
  { rows: '<row r="1"><c r="A2"><v>1</v></c></row>', why: 'a cell in another row' },
  { rows: '<row r="0"><c><v>1</v></c></row>', why: 'row 0' },
  { rows: '<row r="1048577"><c><v>1</v></c></row>', why: 'a row behind the last' },
  { rows: '<row r="99999999999999999999"><c><v>1</v></c></row>', why: 'a row far behind the last' },
  { rows: '<row r="1x"><c><v>1</v></c></row>', why: 'a row that is no number' },
  { rows: '<row r="1"><c r="1"><v>1</v></c></row>', why: 'a cell without column' },
  { rows: '<row r="1"><c r="A"><v>1</v></c></row>', why: 'a cell without row' },
  { rows: '<row r="1"><c r="A1" t="s"><v>2</v></c></row>', why: 'a text that is not there' },
  { rows: '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>', why: 'a text before the first' },
  { rows: '<row r="1"><c r="A1" t="s"><v>0.5</v></c></row>', why: 'half a text' },
  { rows: '<row r="1"><c r="A1" t="s"><v>1e0</v></c></row>', why: 'a text by a number that is none' },
  { rows: '<row r="1"><c r="A1" s="9"><v>1</v></c></row>', why: 'a style that is not there' },
  { rows: '<row r="1"><c r="A1" s="x"><v>1</v></c></row>', why: 'a style that is no number' },
  { rows: '<row r="1"><c r="A1"><row r="2"/></c></row>', why: 'a row within a cell' },
  { rows: '<c r="A1"><v>1</v></c>', why: 'a cell in no row' },
  { rows: '<row r="1"><c r="A1" t="q"><v>1</v></c></row>', why: 'a type that there is not' },
  { rows: '<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>', why: 'two values in one cell' },
  { rows: '<row r="1"><c r="A1"><v/><v>2</v></c></row>', why: 'two values in one cell, one empty' },
  { rows: '<row r="1"><c r="A1"><v>1</v><is><t>2</t></is></c></row>', why: 'a value and a text in one cell' },
  { rows: '<row r="1"><c r="A1"><is><t>1</t></is><is><t>2</t></is></c></row>', why: 'two texts in one cell' },
  { rows: '<row r="1"><c r="A1" t="b"><v>2</v></c></row>', why: 'a truth value that is neither' },
])('could be read in two ways, and is not: $why', async ({ rows }) => {
  const error = await refusedAs(buildSheet(rows, { strings: ['<t>a</t>', '<t>b</t>'], styles: [0, 14] }));
  expect(error.code).toBe('XLSX_XML');
  expect(error.message).toContain(SHEET);
});

test('a part that is something else than its relation says is refused', async () => {
  expect((await refusedAs(withPart(SHEET, '<html><body/></html>'))).code).toBe('XLSX_XML');
  expect((await refusedAs(withPart('xl/sharedStrings.xml', sound))).code).toBe('XLSX_XML');
  expect((await refusedAs(withPart('xl/styles.xml', sound))).code).toBe('XLSX_XML');
  expect((await refusedAs(withPart('xl/workbook.xml', sound))).code).toBe('XLSX_XML');
});

test.each(['A1:B', 'A1:B2:C3', 'B2:A1', 'A0:B2', 'A1:XFE1', 'A1:B1048577', '', 'name'])(
  'a merged area that is none is refused: %s',
  async (area) => {
    const after = `<mergeCells><mergeCell ref="${area}"/></mergeCells>`;
    expect((await refusedAs(buildSheet('', { after }))).code).toBe('XLSX_XML');
  },
);

test('two sheets in one part, or a sheet without one, are refused', async () => {
  const of = (at: number, target: string) => relation(`rId${at}`, officeType({}, 'worksheet'), target);
  const sheets = [{}, {}];
  const twice = relationsOf([of(1, 'worksheets/sheet1.xml'), of(2, 'worksheets/sheet1.xml')]);
  const parts = (rels: string) => ({ 'xl/_rels/workbook.xml.rels': rels });
  expect((await refusedAs(buildXlsx({ sheets, parts: parts(twice) }))).code).toBe('ZIP_CORRUPT');
  const lost = relationsOf([of(1, 'worksheets/sheet1.xml')]);
  expect((await refusedAs(buildXlsx({ sheets, parts: parts(lost) }))).code).toBe('ZIP_CORRUPT');
  const outside = relationsOf([relation('rId1', officeType({}, 'worksheet'), 'http://a.example/s.xml', 'External')]);
  expect((await refusedAs(buildXlsx({ parts: parts(outside) }))).code).toBe('ZIP_CORRUPT');
});

test('limits: sheets, cells (blank ones too), characters of texts, columns', async () => {
  const sheets = Array.from({ length: 3 }, () => ({}));
  expect((await refusedAs(buildXlsx({ sheets }), { sheets: 2 })).code).toBe('TOO_MANY_SHEETS');
  const blanks = buildSheet(`<row r="1">${'<c/>'.repeat(50)}</row><row r="2">${'<c/>'.repeat(50)}</row>`);
  expect((await refusedAs(blanks, { cells: 99 })).code).toBe('XLSX_TOO_MANY_CELLS');
  expect(await sheetsOf(await openXlsx(blanks, { ...LIMITS, cells: 100 }))).toHaveLength(1);
  const texts = buildSheet('', { strings: ['<t>12345</t>', '<t>67890</t>'] });
  expect((await refusedAs(texts, { sharedChars: 9 })).code).toBe('XLSX_TOO_MANY_CELLS');
  const empty = buildSheet('', { strings: Array.from({ length: 1_000 }, () => '') });
  expect((await refusedAs(empty, { sharedChars: 900 })).code).toBe('XLSX_TOO_MANY_CELLS');
  const wide = buildSheet('<row r="1"><c r="XFD1"><v>1</v></c></row>');
  expect((await refusedAs(wide)).code).toBe('TOO_MANY_COLUMNS');
});

test('blank cells far to the right are only cells with a format', async () => {
  const [sheet] = await sheetsOf(
    await openXlsx(buildSheet('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row>'), LIMITS),
  );
  expect(sheet?.rows).toEqual([{ row: 1, cells: ['1'], types: 'n' }]);
});

test('hidden columns and merged cells without number take no memory without end', async () => {
  const columns = '<col min="1" max="16384" hidden="1"/>'.repeat(20_000);
  const workbook = await openXlsx(buildSheet('', { before: `<cols>${columns}</cols>` }), {
    ...LIMITS,
    zipRatio: 2_000,
  });
  expect(workbook.sheets[0]?.hiddenColumns.length).toBeLessThanOrEqual(1_024);
  const merges = '<mergeCell ref="A1:B1"/>'.repeat(300_000);
  const error = await refusedAs(buildSheet('', { after: `<mergeCells>${merges}</mergeCells>` }), { zipRatio: 2_000 });
  expect(error.code).toBe('FILE_TOO_COMPLEX');
});

test('relations, styles and names of a size that no workbook has are refused before they are parsed', async () => {
  const blanks = ' '.repeat(40_000_000);
  for (const name of ['xl/workbook.xml', 'xl/styles.xml', '_rels/.rels', 'xl/_rels/workbook.xml.rels']) {
    const part = String(partsOf({ strings: [], styles: [0] })[name]);
    const error = await refusedAs(withPart(name, part + blanks), { zipRatio: 2_000 });
    expect(error.code).toBe('FILE_TOO_COMPLEX');
  }
});
