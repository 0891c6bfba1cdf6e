import { expect, test } from 'vitest';
import { LIMITS } from '../../src/limits.ts';
import { openXlsx } from '../../src/readers/xlsx/open-xlsx.ts';
import { sheetsOf } from '../reading.ts';
import { buildSheet, buildXlsx, officeType, partsOf, relation, relationsOf } from './build-xlsx.ts';
import { buildZip } from './build-zip.ts';
import { cellsIn, rowsIn } from './reading.ts';

const one = '<row r="1"><c r="A1"><v>7</v></c></row>';
const inline = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;

test('the size that a sheet says it has is not believed', async () => {
  const rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="C3"><v>2</v></c></row>';
  expect(await rowsIn(buildSheet(rows, { before: '<dimension ref="A1:A1"/>' }))).toEqual([
    { row: 1, cells: ['1'], types: 'n' },
    { row: 3, cells: ['', '', '2'], types: '..n' },
  ]);
});

test('rows and cells without their place follow the one before', async () => {
  const rows = `<row>${inline('甲')}${inline('乙')}</row><row r="5"><c r="C5"><v>3</v></c><c><v>4</v></c></row><row><c/><c><v>5</v></c></row>`;
  expect((await rowsIn(buildSheet(rows))).map(({ row, cells }) => [row, cells])).toEqual([
    [1, ['甲', '乙']],
    [5, ['', '', '3', '4']],
    [6, ['', '5']],
  ]);
});

test.each([
  { book: { prefix: 'x' }, why: 'every element under a prefix' },
  { book: { strict: true }, why: 'the namespaces of strict OOXML' },
  { book: { strict: true, prefix: 's' }, why: 'both' },
])('is read the same: $why', async ({ book }) => {
  const rows =
    '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" s="1"><v>45658</v></c><c r="C1" t="inlineStr"><is><t>丙</t></is></c></row>';
  const after = '<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>';
  const bytes = buildSheet(rows, { ...book, after, strings: ['<t>甲</t>', '<t>乙</t>'], styles: [0, 14] });
  const workbook = await openXlsx(bytes, LIMITS);
  expect(workbook.sheets.map(({ name, merges }) => [name, merges])).toEqual([
    ['表1', [{ top: 0, left: 0, bottom: 1, right: 1 }]],
  ]);
  expect((await sheetsOf(workbook))[0]?.rows).toEqual([{ row: 1, cells: ['乙', '2025-01-01', '丙'], types: 'sds' }]);
});

test('days are counted from 1904 where the workbook says so, and it is told', async () => {
  const bytes = buildSheet('<row r="1"><c r="A1" s="1"><v>0</v></c><c r="B1" s="1"><v>44196</v></c></row>', {
    date1904: true,
    styles: [0, 14],
  });
  const workbook = await openXlsx(bytes, LIMITS);
  expect(workbook.notes.map(({ code }) => code)).toEqual(['DATE_1904']);
  expect((await sheetsOf(workbook))[0]?.rows[0]?.cells).toEqual(['1904-01-01', '2025-01-01']);
});

test('text: rich, with a reading for pronunciation, escaped, with its blanks', async () => {
  const strings = [
    '<r><t>喀什</t></r><r><rPr><b/></rPr><t xml:space="preserve"> 市</t></r>',
    '<t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/>',
    '<t>上_x000D__x000a_下_x005F_x000D_</t>',
    '<t xml:space="preserve">  两边  </t>',
    '<t>&lt;A&amp;B&gt; &#x5580;<![CDATA[<什>]]></t>',
    '<t/>',
  ];
  const cells = strings.map((_, at) => `<c t="s"><v>${at}</v></c>`).join('');
  const typed =
    '<c t="str"><f>A1</f><v>公式_x0041_</v></c><c t="inlineStr"><is><r><t>内</t></r><r><t>联</t></r></is></c>';
  expect(await cellsIn(buildSheet(`<row>${cells}${typed}</row>`, { strings }))).toEqual([
    '喀什 市',
    '東京',
    '上\r\n下_x000D_',
    '  两边  ',
    '<A&B> 喀<什>',
    '',
    '公式A',
    '内联',
  ]);
});

test('parts are found by their relations: renamed, in other folders, from the top, with blanks, the texts last', async () => {
  const parts = partsOf({
    sheets: [{ rows: '<row r="1"><c r="A1" t="s"><v>0</v></c></row>' }],
    strings: ['<t>远</t>'],
  });
  const of = (kind: string) => officeType({}, kind);
  const book = relationsOf([
    relation('rId1', of('worksheet'), '/Data/%E8%A1%A8%201.xml'),
    relation('rId9', of('sharedStrings'), '../texts/all.xml'),
  ]);
  const bytes = buildZip([
    { name: 'Data/表 1.xml', data: parts['xl/worksheets/sheet1.xml'] ?? '' },
    { name: '[Content_Types].xml', data: parts['[Content_Types].xml'] ?? '' },
    { name: 'office/book.xml', data: parts['xl/workbook.xml'] ?? '' },
    { name: 'office/_rels/book.xml.rels', data: book },
    { name: '_rels/.rels', data: relationsOf([relation('a', of('officeDocument'), '/office/book.xml')]) },
    { name: 'TEXTS/all.xml', data: parts['xl/sharedStrings.xml'] ?? '', stored: true },
  ]);
  expect(await cellsIn(bytes)).toEqual(['远']);
});

test('merged cells and hidden columns are known before the rows', async () => {
  const workbook = await openXlsx(
    buildSheet(one, {
      before:
        '<cols><col min="2" max="3" hidden="1"/><col min="3" max="3" hidden="true"/><col min="5" max="5"/></cols>',
      after: '<mergeCells count="2"><mergeCell ref="B3:D3"/><mergeCell ref="$A$1:$A$2"/></mergeCells>',
    }),
    LIMITS,
  );
  expect(workbook.sheets[0]?.hiddenColumns).toEqual([1, 2]);
  expect(workbook.sheets[0]?.merges).toEqual([
    { top: 2, left: 1, bottom: 2, right: 3 },
    { top: 0, left: 0, bottom: 1, right: 0 },
  ]);
});

test('hidden rows are marked, empty ones left out', async () => {
  const rows = `${one}<row r="2" hidden="1"><c r="A2"><v>8</v></c></row><row r="3"><c r="A3" s="1"/></row><row r="4" hidden="0"><c r="A4"><v>9</v></c></row>`;
  expect(await rowsIn(buildSheet(rows))).toEqual([
    { row: 1, cells: ['7'], types: 'n' },
    { row: 2, cells: ['8'], types: 'n', hidden: true },
    { row: 4, cells: ['9'], types: 'n' },
  ]);
});

test('hidden sheets are there, charts are left out and named', async () => {
  const chart = officeType({}, 'chartsheet');
  const bytes = buildXlsx({
    sheets: [
      { name: '数据', rows: one },
      { name: '代码', state: 'hidden' },
      { name: '更深', state: 'veryHidden' },
      { name: '图' },
    ],
    parts: {
      'xl/_rels/workbook.xml.rels': relationsOf([
        ...[1, 2, 3].map((at) => relation(`rId${at}`, officeType({}, 'worksheet'), `worksheets/sheet${at}.xml`)),
        relation('rId4', chart, 'worksheets/sheet4.xml'),
      ]),
    },
  });
  const { sheets, notes } = await openXlsx(bytes, LIMITS);
  expect(sheets.map(({ name, hidden }) => [name, hidden])).toEqual([
    ['数据', false],
    ['代码', true],
    ['更深', true],
  ]);
  expect(notes).toHaveLength(1);
  expect(notes[0]?.code).toBe('SHEET_NOT_READ');
  expect(notes[0]?.message).toContain('“图”');
});

test('formulas give the results that were saved; one without is a fault in its place', async () => {
  const rows = `<row r="4">
    <c r="A4"><f>1+1</f><v>2</v></c><c r="B4" t="str"><f>""</f><v></v></c><c r="C4"><f>SUM(A1:A3)</f></c><c r="D4"><f>A1</f><v/></c>
    <c r="E4"><f t="shared" si="0" ref="E4:E9">A1</f><v>3</v></c><c r="F4"><f t="shared" si="0"/><v>4</v></c>
    <c r="G4"><f t="array" ref="G4">A1*B1</f><v>5</v></c><c r="H4"><f t="shared" si="0"/></c><c r="I4" t="b"><f>A1</f><v>1</v></c></row>`;
  const [row] = await rowsIn(buildSheet(rows));
  expect(row?.cells).toEqual(['2', '', '', '', '3', '4', '5', '', 'TRUE']);
  expect(row?.types).toBe('n...nnn.b');
  expect(row?.faults?.map(({ column, code }) => [column, code])).toEqual([
    [2, 'CELL_FORMULA_NO_VALUE'],
    [3, 'CELL_FORMULA_NO_VALUE'],
    [7, 'CELL_FORMULA_NO_VALUE'],
  ]);
});

test('errors, truth values, days as text and numbers as text keep their type', async () => {
  const cells = [
    '<c t="e"><v>#REF!</v></c>',
    '<c t="e"><f>A1</f><v>#DIV/0!</v></c>',
    '<c t="e"><v></v></c>',
    '<c t="b"><v>1</v></c>',
    '<c t="b"><v>0</v></c>',
    '<c t="b"><v>true</v></c>',
    '<c t="d"><v>2025-01-31</v></c>',
    '<c t="d"><v>2025-01-31T00:00:00Z</v></c>',
    '<c t="d"><v>2025-01-31T23:30:00</v></c>',
    '<c t="inlineStr"><is><t>007</t></is></c>',
    '<c t="n"><v>12</v></c>',
  ];
  const [row] = await rowsIn(buildSheet(`<row>${cells.join('')}</row>`));
  expect(row?.types).toBe('eeebbbdddsn');
  expect(row?.cells).toEqual([
    '#REF!',
    '#DIV/0!',
    '#ERROR!',
    'TRUE',
    'FALSE',
    'TRUE',
    '2025-01-31',
    '2025-01-31',
    '2025-01-31 23:30:00',
    '007',
    '12',
  ]);
});

test('what is no table is left out, and said once for each kind', async () => {
  const of = (kind: string) => officeType({}, kind);
  const bytes = buildXlsx({
    sheets: [{ rows: one }],
    relations: [
      relation('v', 'http://schemas.microsoft.com/office/2006/relationships/vbaProject', 'vbaProject.bin'),
      relation('e', of('externalLink'), 'externalLinks/externalLink1.xml'),
      relation('c', of('connections'), 'connections.xml'),
    ].join(''),
    parts: {
      'xl/vbaProject.bin': 'macro',
      'xl/media/image1.png': 'picture',
      'xl/media/image2.png': 'picture',
      'xl/embeddings/oleObject1.bin': 'object',
      'xl/externalLinks/externalLink1.xml': '<a/>',
      'xl/connections.xml': '<a/>',
      'xl/comments1.xml': '<a/>',
    },
  });
  const workbook = await openXlsx(bytes, LIMITS);
  expect(new Set(workbook.notes.map(({ code }) => code))).toEqual(new Set(['XLSX_IGNORED_PART']));
  const said = workbook.notes.map(({ message }) => message).join();
  for (const word of ['宏', '未运行', '图片', '嵌入', '其他文件', '数据连接']) expect(said).toContain(word);
  expect((await sheetsOf(workbook))[0]?.rows).toHaveLength(1);
});

test('comments inside and between elements, and a byte order mark', async () => {
  const bytes = buildSheet('<row r="1"><!-- a --><c r="A1"><v>1<!-- b -->2</v></c></row>');
  expect(await cellsIn(bytes)).toEqual(['12']);
  const marked = partsOf({ sheets: [{ rows: one }] });
  const parts = { 'xl/worksheets/sheet1.xml': `\ufeff${marked['xl/worksheets/sheet1.xml']}` };
  expect(await cellsIn(buildXlsx({ parts }))).toEqual(['7']);
});
