import { AppError } from '@quhua/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import { createRowScanner } from '../../src/readers/xlsx/row-scanner.ts';
import { createSheetXml } from '../../src/readers/xlsx/sheet-xml.ts';
import { createParser, type XmlHandler } from '../../src/readers/xlsx/xml.ts';

/** What a handler is told, texts in one piece however they came; the error as its last. */
function toldBy(create: typeof createParser, pieces: readonly string[]): string[] {
  const told: string[] = [];
  const handler: XmlHandler = {
    root: 'worksheet',
    open: (name, { r, s, t, hidden, ref }) => told.push(`<${[name, r, s, t, hidden, ref].join('|')}`),
    close: (name) => told.push(`>${name}`),
    text: (text) => {
      const last = told.at(-1);
      if (last?.startsWith('"')) told[told.length - 1] = last + text;
      else told.push(`"${text}`);
    },
  };
  try {
    const parser = create('part', handler);
    for (const piece of pieces) parser.write(piece);
    parser.close();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    told.push(error.code);
  }
  return told.filter((one) => !/^"\s*$/u.test(one)); // blanks between elements say nothing
}

function cutAt(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.map((cut) => Math.floor(cut * text.length)), text.length].sort(
    (one, other) => one - other,
  );
  return places.slice(1).map((place, at) => text.slice(places[at], place));
}

const cell = fc.constantFrom(
  '<c r="A1"/>',
  '<c r="A1" s="1"/>',
  '<c r="A1" s="2" t="s"><v>7</v></c>',
  '<c><v>1.5</v></c>',
  '<c r="B1" t="str"><v>喀什 市</v></c>',
  '<c r="C1" t="inlineStr"><is><t>𠮷</t></is></c>',
  '<c r="C1" t="inlineStr"><is><t xml:space="preserve">  a </t></is></c>',
  '<c r="D1"></c>',
  '<c r="D1"><v></v></c>',
  '<c r="D1"><v/></c>',
  "<c r='D1'><v>1</v></c>",
  '<c  r="D1"><v>1</v></c>',
  '<c r="D1" r="D2"><v>1</v></c>',
  '<c r="D1" cm="1"><v>1</v></c>',
  '<c r="D1"><f>A1</f><v>1</v></c>',
  '<c r="D1" t="str"><v>a&amp;b</v></c>',
  '<c r="D1" t="str"><v>a>b</v></c>',
  '<c r="D1" t="str"><v>a]]>b</v></c>',
  '<c r="D1" t="str"><v>a\r\nb</v></c>',
  '<c r="D1" t="str"><v>a\u0000b</v></c>',
  '<c r="D1" t="str"><v><![CDATA[</row><row r="9">]]></v></c>',
  '<c r="D&#49;"><v>1</v></c>',
  '<c r="D1"><v>1</v></c ><!-- <row r="3"> -->',
  '<c r="D1"><is><r><t>a</t></r></is></c>',
  '<c r="D1"><v>1</v>',
  '<c r="D1" t="str"><v>\u2028\u0085\uffff</v></c>',
  '<x:c r="D1"/>',
  '<cx r="D1"/>',
);
const row = fc
  .tuple(
    fc.constantFrom(
      '<row>',
      '<row r="1">',
      '<row r="1" spans="1:7" x14ac:dyDescent="0.25">',
      '<row r="1" hidden="1" ht="15">',
      '<row r="1" r="2">',
      "<row r='1'>",
      '<row r="1"/><row>',
      '<row >',
      '<row r="1" other="2">',
      '<rows>',
    ),
    fc.array(cell, { maxLength: 4 }),
    fc.constantFrom(
      '</row>',
      '</row>',
      '</row>\n',
      '</row ><row></row>',
      '</row><!-- <row r="4"></row> -->',
      '</rows>',
      '',
    ),
  )
  .map(([open, cells, close]) => open + cells.join('') + close);
const opening = fc.constantFrom(
  '<sheetData>',
  '<sheetData>',
  '<sheetData >',
  '<!-- <sheetData> --><sheetData>',
  '<cols><col hidden="1"/></cols><sheetData>\n ',
  '<sheetData><sheetData>',
);
const ending = fc.constantFrom(
  '</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>',
  '</sheetData></worksheet>',
  '</worksheet>',
  '</sheetData><rowBreaks/></worksheet>',
  '',
);
const good = fc.constantFrom('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1.25</v></c></row>');
const documents = fc
  .tuple(
    fc.constantFrom('<worksheet>', '<?xml version="1.0"?><worksheet xmlns="a">', '<x:worksheet xmlns:x="a">'),
    opening,
    fc.array(fc.oneof(good, row), { maxLength: 6 }),
    ending,
  )
  .map((parts) => parts.flat().join(''));

test('a sheet with its plain rows scanned tells what the XML parser tells, sound or not, however it is cut', () => {
  fc.assert(
    fc.property(documents, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }), (text, cuts) => {
      expect(toldBy(createSheetXml, cutAt(text, cuts))).toEqual(toldBy(createParser, [text]));
    }),
    runs(4_000),
  );
});

test('rows as programs write them are scanned', () => {
  const told: string[] = [];
  const scan = createRowScanner({
    root: '',
    open: (name) => told.push(name),
    close: () => {},
    text: (text) => told.push(text),
  });
  const text =
    '<row r="1" spans="1:2" x14ac:dyDescent="0.25"><c r="A1" s="1" t="s"><v>12</v></c><c r="B1" s="1"/></row>';
  expect(scan(text, 0, text.indexOf('</row>'))).toBe(true);
  expect(told).toEqual(['row', 'c', 'v', '12', 'c']);
});

test('what would take long to look at is looked at once', () => {
  const pieces = Array.from({ length: 40 }, () => '<row ></row>'.repeat(5_000));
  const selfClosed = Array.from({ length: 40 }, () => '<row r="1"/>'.repeat(5_000));
  for (const rows of [pieces, selfClosed]) {
    const started = performance.now();
    const told = toldBy(createSheetXml, ['<worksheet><sheetData>', ...rows, '</sheetData></worksheet>']);
    expect(told).toHaveLength(4 + 400_000);
    expect(performance.now() - started).toBeLessThan(5_000);
  }
});
