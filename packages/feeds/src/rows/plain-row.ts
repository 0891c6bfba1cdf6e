import type { FeedValue, Region } from '@quhua/core';
import type { Limits } from '../limits.ts';
import type { Mapping, RecordPlan } from '../mapping.ts';
import type { TableRow } from '../table.ts';
import type { RecordReading } from './check-row.ts';
import { readPlain } from './decimal.ts';
import type { MonthReading } from './months.ts';
import type { plausibility } from './plausible.ts';
import type { KeyReader } from './read-keys.ts';
import { type CellPlan, isMissed } from './read-values.ts';
import type { RowDraft } from './row-draft.ts';

/** Reads a row of which there is nothing to say; undefined for any other, whatever it is. */
export type PlainReader = (row: TableRow) => RecordReading | undefined;

export type PlainParts = {
  readonly keys: KeyReader;
  readonly cells: readonly CellPlan[];
  readonly plausible: ReturnType<typeof plausibility>;
  readonly limits: Limits;
  readonly lineOf: (row: number, record: number) => number;
};

const NO_REASONS: RecordReading['reasons'] = [];
const NO_MONTH: MonthReading = { month: '', index: -1 };

/**
 * A reader of plain rows: one record each, unit and month in columns of their own, every cell sound. Nearly all rows of a large
 * file are so, and cost a third of the full check, which would find the same of them.
 *
 * Missing: null for a table of another build.
 */
export function createPlainReader(mapping: Mapping, parts: PlainParts): PlainReader | null {
  const { feed, records, regions, unit } = mapping;
  const [plan, ...others] = records;
  if (plan === undefined || others.length > 0 || unit !== null || !hasOwnKeys(mapping, plan)) return null;
  const readValues = valuesReader(parts.cells, feed.shape === 'record');
  const scratch = { row: null as TableRow | null, reasons: [], refused: false };
  const region = regions[0]?.index ?? -1;
  const fits = shapeCheck(mapping, parts.limits);
  return (row) => {
    if (!fits(row)) return undefined;
    const named = region < 0 ? null : parts.keys.regionIn(row.cells[region] ?? '');
    const month = mapping.month === null ? NO_MONTH : parts.keys.monthIn(row);
    if (named === undefined || month.fault !== undefined || (mapping.month !== null && month.index < 0))
      return undefined;
    const values = readValues(row);
    if (values === undefined) return undefined;
    scratch.row = row;
    parts.plausible(scratch as RowDraft, values); // safe: the row was just set
    if (scratch.reasons.length > 0) {
      scratch.reasons = [];
      return undefined;
    }
    return recordOf({ row, line: parts.lineOf(row.place.row, 0), region: named, month, values });
  };
}

function hasOwnKeys({ feed, regions, month, year }: Mapping, plan: RecordPlan): boolean {
  if (plan.region !== null || plan.month !== null || year !== null) return false;
  return regions.length === (feed.region ? 1 : 0) && (month !== null) === (feed.shape === 'monthly');
}

type Plain = Pick<RecordReading, 'row' | 'line' | 'values'> & {
  readonly region: Region | null;
  readonly month: MonthReading;
};

function recordOf({ row, line, region, month, values }: Plain): RecordReading {
  return {
    kind: 'record',
    row,
    record: 0,
    line,
    region,
    month: month.month,
    monthIndex: month.index,
    values,
    reasons: NO_REASONS,
    refused: false,
  };
}

function shapeCheck({ header, strictWidth, nameless }: Mapping, { cellChars }: Limits): (row: TableRow) => boolean {
  const width = header.length;
  return ({ cells, faults }) => {
    if (faults !== undefined || (strictWidth ? cells.length !== width : cells.length > width)) return false;
    for (let at = 0; at < cells.length; at += 1) if ((cells[at]?.length ?? 0) > cellChars) return false;
    for (let at = 0; at < nameless.length; at += 1) if ((cells[nameless[at] ?? -1] ?? '') !== '') return false;
    return true;
  };
}

/** Reads a record's values; undefined where one is at fault or missing though it is needed, or nothing is said. */
function valuesReader(plans: readonly CellPlan[], record: boolean): (row: TableRow) => FeedValue[] | undefined {
  const absent = plans.map((plan) => plan.absent);
  return ({ cells, types }) => {
    const values: FeedValue[] = absent.slice(); // copied: a new array of each row would be taken for one that lives long
    let facts = 0;
    let isEmpty = true;
    for (let at = 0; at < plans.length; at += 1) {
      const plan = plans[at];
      if (plan === undefined) return undefined;
      const { index } = plan;
      const text = index < 0 ? '' : (cells[index] ?? '');
      const value = index < 0 ? plan.absent : valueIn(text, types?.[index] ?? '', plan);
      if (value === undefined || (value === null && isMissed(plan, record))) return undefined;
      values[at] = value;
      if (value === null || index < 0) continue;
      if (!plan.isKey) isEmpty = false;
      if (plan.column.type !== 'text') facts += 1;
    }
    return facts === 0 || isEmpty ? undefined : values;
  };
}

function valueIn(text: string, type: string, { reader }: CellPlan): FeedValue | undefined {
  if (text === '') return null;
  const { scale } = reader;
  if (scale >= 0) {
    const plain = readPlain(text, scale);
    if (plain >= 0 && plain <= reader.most) return plain;
  } else if (reader.isValue(text, type)) return text;
  const { value, fault } = reader.read(text, type);
  return fault === undefined ? value : undefined;
}
