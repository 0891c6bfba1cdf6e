import { read, utils, type WorkBook, type WorkSheet } from '@e965/xlsx';
import type { FeedsSettings, LedgerRow, Region } from '@quhua/core';
import type { PlannedTable, ReadPlan } from '../../src/types.ts';
import type { Sheet, SheetRow } from '../../src/workbook.ts';

export const JURISDICTION = { code: '653100', name: '喀什地区' } as const;

const named = (code: string, name: string, short: string, aliases: string[] = []): Region => {
  return { code, name, short, kind: 'county', aliases, local: false };
};
export const UNITS: readonly Region[] = [
  named('653101', '喀什市', '喀什', ['喀什市本级']),
  named('653121', '疏附县', '疏附'),
  named('653125', '莎车县', '莎车', ['莎车', '叶尔羌']),
];

const plain = { simulated: false, headers: {} };
export const SETTINGS: FeedsSettings = {
  heldAboveShare: 0.5,
  totals: 'hold',
  mappings: [],
  keyHeaders: { region: ['县市'], month: ['月份'], year: [], unit: ['计量单位'] },
  feeds: {
    sales: {
      simulated: false,
      headers: { signed_area: ['网签>面积', '网签面积（备案）', '网签面积'], signed_units: ['网签套数'] },
    },
    inventory: plain,
    contracts: { simulated: false, headers: { price_total: ['合同总价'] } },
    land: plain,
    projects: plain,
    'project-reports': plain,
    'plan-progress': plain,
    'project-notices': plain,
    'project-schedule': plain,
  },
};

const column = (name: string, header: string, position: number) => {
  return { name, header, position, unit: null, month: null, why: '规范列名' };
};

/** Two rows of header under a title and a unit line, data from row 5. */
export const TABLE: PlannedTable = {
  sheet: '10月',
  header: { from: 3, to: 4 },
  data: { from: 5, to: 30 },
  columns: [
    column('region', '县市', 1),
    column('signed_area', '网签>面积', 2),
    column('cancelled_area', '撤销>面积', 3),
  ],
  unit: { value: '平方米', where: '第2行' },
  month: { value: '2025-10', where: '标题' },
  region: null,
  mapping: null,
  head: [
    ['2025年10月网签月报', '', '', ''],
    ['', '', '', '单位：平方米'],
    ['县市', '网签', '', '备注'],
    ['', '面积', '套数', ''],
  ],
  merges: [
    { top: 0, left: 0, bottom: 0, right: 3 },
    { top: 2, left: 0, bottom: 3, right: 0 },
    { top: 2, left: 1, bottom: 2, right: 2 },
    { top: 6, left: 0, bottom: 8, right: 0 }, // among the data
  ],
  base: 0,
  records: 1,
};

export function planOf(tables: readonly PlannedTable[], more: Partial<ReadPlan> = {}): ReadPlan {
  return {
    feed: 'sales',
    kind: 'xlsx',
    encoding: null,
    delimiter: null,
    tables,
    ignored: [],
    simulated: false,
    notes: [],
    ...more,
  };
}

export function refusedRow(line: number, raw: readonly string[], ...reasons: LedgerRow['reasons']): LedgerRow {
  return { line, outcome: 'quarantined', reasons, raw };
}

/** Reads what we wrote with another library. */
export function opened(bytes: Buffer): WorkBook {
  return read(bytes, { cellStyles: true, cellNF: true, WTF: true });
}

export function sheetNamed(book: WorkBook, name: string): WorkSheet {
  const sheet = book.Sheets[name];
  if (sheet === undefined) throw new Error(`no sheet ${name} among ${book.SheetNames.join(', ')}`);
  return sheet;
}

/** Text of a row from column A to the last one that says something. Shapes: `row` as the spreadsheet counts. */
export function textOf(sheet: WorkSheet, row: number): string[] {
  const last = utils.decode_range(sheet['!ref'] ?? 'A1').e.c;
  const cells = Array.from({ length: last + 1 }, (_, c) =>
    String(sheet[utils.encode_cell({ r: row - 1, c })]?.v ?? ''),
  );
  return cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1);
}

/** Sheets as our own readers give them. */
export function sheetsOf(book: WorkBook): { readonly sheets: readonly Sheet[] } {
  const sheets = book.SheetNames.map((name): Sheet => {
    const sheet = sheetNamed(book, name);
    const rows: SheetRow[] = Array.from({ length: 40 }, (_, at) => ({ row: at + 1, cells: textOf(sheet, at + 1) }));
    async function* batches() {
      yield rows.filter(({ cells }) => cells.length > 0);
    }
    return { name, hidden: false, hiddenColumns: [], merges: [], rows: batches };
  });
  return { sheets };
}
