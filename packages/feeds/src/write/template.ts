import { FEEDS, type FeedName } from '@quhua/core';
import { metaSheet, TEMPLATE_VERSION } from './meta.ts';
import { type OutCell, type OutSheet, type OutValidation, writeWorkbook } from './sheet-writer.ts';
import { type TemplateColumn, type TemplateContext, templateColumns, unitLine } from './template-columns.ts';
import { notesSheet, UNITS_SHEET, unitsSheet } from './template-sheets.ts';

const FILL_SHEET = '填报';
/** A monthly feed has a line for each unit, unless there are more than people fill in by hand. */
const MOST_PREFILLED = 3_000;
/** Lines to write in behind those, and in a template without any. */
const SPARE_ROWS = { monthly: 200, record: 1_000 } as const;

/**
 * A workbook to fill in and send: the sheet to fill in with its lists of units and months, notes, the units.
 *
 * Shapes: a title, the units of measure, the header, a sample row that is not read, then the lines. Sent in as it is, it stores
 * nothing: lines without any figure are `empty`.
 */
export function templateWorkbook(feed: FeedName, context: TemplateContext): Promise<Buffer> {
  const columns = templateColumns(feed, context, unitRange(context));
  const lists = FEEDS[feed].region ? [unitsSheet(context.regions)] : [];
  const notes = notesSheet(feed, columns, context);
  const sheets = [fillSheet(feed, columns, context), notes, ...lists];
  const meta = metaSheet({
    kind: 'template',
    feed,
    version: TEMPLATE_VERSION,
    jurisdiction: context.jurisdiction.code,
    file: null,
    batch: null,
    notRead: [notes, ...lists].map(({ name }) => name),
  });
  return writeWorkbook(titleOf(feed, context), [...sheets, meta]);
}

/** `商品住房网签月报_模板v1.xlsx`. */
export function templateFileName(feed: FeedName): string {
  return `${reportName(feed)}_模板v${TEMPLATE_VERSION}.xlsx`;
}

function reportName(feed: FeedName): string {
  const { title, shape } = FEEDS[feed];
  return shape === 'monthly' ? `${title}月报` : title;
}

function titleOf(feed: FeedName, { jurisdiction }: TemplateContext): string {
  return `${jurisdiction.name}${reportName(feed)}（填报模板）`;
}

function unitRange({ regions }: TemplateContext): string {
  return `'${UNITS_SHEET}'!$B$2:$B$${regions.length + 1}`;
}

function fillSheet(feed: FeedName, columns: readonly TemplateColumn[], context: TemplateContext): OutSheet {
  const unit = unitLine(feed);
  const above = [[styled(titleOf(feed, context), 'title')], ...(unit === null ? [] : [[styled(unit, 'note')]])];
  const header = columns.map((column) => ({
    ...styled(column.header, 'head'),
    comment: `${column.meaning}。${column.how}${column.required ? '。必填' : ''}`,
  }));
  const sample = columns.map(({ sample: value, format }) => sampleCell(value, format));
  const lines = linesOf(feed, columns.length, context);
  const head = above.length;
  const last = columns.length - 1;
  return {
    name: FILL_SHEET,
    rows: [...above, header, sample, ...lines],
    columns: columns.map(({ width, format }) => {
      return format === undefined ? { width, style: 'input' } : { width, style: 'input', format };
    }),
    merges: above.map((_, row) => ({ top: row, left: 0, bottom: row, right: last })),
    validations: checks(columns, { from: head + 2, to: head + 1 + lines.length }),
    freeze: { rows: head + 1, columns: feedKeys(feed) },
    printTitle: { from: head, to: head },
    heights: new Map([
      [0, 30],
      [head, 34],
    ]),
    locked: true,
  };
}

function styled(value: string, style: 'title' | 'note' | 'head') {
  return { value, style };
}

function sampleCell(cell: OutCell, format: string | undefined): OutCell {
  const value = typeof cell === 'object' && cell !== null ? cell.value : cell;
  return format === undefined ? { value, style: 'sample' } : { value, style: 'sample', format };
}

/** Columns that stay in sight when the sheet is scrolled sideways. */
function feedKeys(feed: FeedName): number {
  return FEEDS[feed].shape === 'monthly' ? 2 : 1;
}

function linesOf(feed: FeedName, width: number, { regions, month }: TemplateContext): OutCell[][] {
  const { shape } = FEEDS[feed];
  const empty = (count: number): null[] => Array.from({ length: count }, () => null);
  const named = shape === 'monthly' && regions.length <= MOST_PREFILLED ? regions : [];
  const spare = Array.from({ length: SPARE_ROWS[shape] }, () => empty(width));
  return [...named.map(({ name }) => [name, month, ...empty(width - 2)]), ...spare];
}

function checks(columns: readonly TemplateColumn[], rows: OutValidation['rows']): OutValidation[] {
  return columns.flatMap(({ check }, column) => (check === undefined ? [] : [{ column, rows, ...check }]));
}
