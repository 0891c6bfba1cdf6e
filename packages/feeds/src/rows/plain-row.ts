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
import type { CellReader } from './value-reading.ts';

/** Reads a row of which there is nothing to say; undefined for any other, whatever it is. */
export type PlainReader = (row: TableRow) => RecordReading | undefined;

export type PlainParts = {
  readonly keys: KeyReader;
  readonly cells: readonly CellPlan[];
  /** Undefined for a table without records. */
  readonly plausible: ReturnType<typeof plausibility> | undefined;
  readonly limits: Limits;
  readonly lineOf: (row: number, record: number) => number;
};

const NO_REASONS: RecordReading['reasons'] = [];
const NO_MONTH: MonthReading = { month: '', index: -1 };

/**
 * A reader of plain rows: one record each, unit and month in columns of their own, every cell sound. Nearly all rows of a large
 * file are so, and cost a third of the full check, which would find the same of them.
 *
 * Missing: no row of a table of another build is plain.
 */
export function plainReader(mapping: Mapping, { cells, keys, plausible, limits, lineOf }: PlainParts): PlainReader {
  const { feed, records, regions, unit } = mapping;
  const [plan, ...others] = records;
  if (plan === undefined || others.length > 0 || unit !== null || !hasOwnKeys(mapping, plan)) return none;
  const readValues = valuesReader(cells, feed.shape === 'record');
  const scratch: Draft = { row: undefined, reasons: [], refused: false };
  const region = regions[0]?.index ?? -1;
  const isMonthly = mapping.month !== null;
  const fits = shapeCheck(mapping, limits);
  return (row) => {
    if (!fits(row)) return undefined;
    const named = region < 0 ? null : keys.regionIn(row.cells[region] ?? '');
    if (named === undefined) return undefined;
    const month = isMonthly ? keys.monthIn(row) : NO_MONTH;
    if (isMonthly && (month.fault !== undefined || month.index < 0)) return undefined;
    const values = readValues(row);
    if (values === undefined) return undefined;
    scratch.row = row;
    plausible?.(scratch as RowDraft, values); // safe: the row was just set
    if (scratch.reasons.length > 0) {
      scratch.reasons = [];
      return undefined;
    }
    return recordOf({ row, line: lineOf(row.place.row, 0), region: named, month, values });
  };
}

type Draft = { row: TableRow | undefined; reasons: RowDraft['reasons']; refused: boolean };

function none(): undefined {
  return undefined;
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
    const { length } = cells;
    if (faults !== undefined || (strictWidth ? length !== width : length > width)) return false;
    for (let at = 0; at < length; at += 1) if ((cells[at]?.length ?? 0) > cellChars) return false;
    for (let at = 0; at < nameless.length; at += 1) if ((cells[nameless[at] ?? -1] ?? '') !== '') return false;
    return true;
  };
}

/** A column of a plain row. Shapes: `isFact` is of all but texts; `isMissed` where the record is incomplete without it. */
type PlainColumn = {
  readonly index: number;
  readonly absent: FeedValue;
  readonly isFact: boolean;
  readonly isKey: boolean;
  readonly isMissed: boolean;
  readonly reader: CellReader;
};

/** Reads a record's values; undefined where one is at fault or missing though it is needed, or nothing is said. */
function valuesReader(plans: readonly CellPlan[], record: boolean): (row: TableRow) => FeedValue[] | undefined {
  const absent = plans.map((plan) => plan.absent);
  const columns = plans.map((plan): PlainColumn => {
    const { index, isKey, reader, column } = plan;
    return {
      index,
      absent: plan.absent,
      isFact: column.type !== 'text',
      isKey,
      isMissed: isMissed(plan, record),
      reader,
    };
  });
  return ({ cells, types }) => {
    const values: FeedValue[] = absent.slice(); // copied: a new array of each row would be taken for one that lives long
    let hasFact = false;
    let isEmpty = true;
    for (let at = 0; at < columns.length; at += 1) {
      const column = columns[at];
      if (column === undefined) return undefined;
      const { index } = column;
      const value = index < 0 ? column.absent : valueIn(cells[index], types, column);
      if (value === undefined || (value === null && column.isMissed)) return undefined;
      values[at] = value;
      if (value === null || index < 0) continue;
      if (!column.isKey) isEmpty = false;
      if (column.isFact) hasFact = true;
    }
    return hasFact && !isEmpty ? values : undefined;
  };
}

function valueIn(
  text: string | undefined,
  types: string | undefined,
  { index, reader }: PlainColumn,
): FeedValue | undefined {
  if (text === undefined || text === '') return null;
  const { scale } = reader;
  if (scale >= 0) {
    const plain = readPlain(text, scale);
    if (plain >= 0 && plain <= reader.most) return plain;
  }
  const type = types?.[index] ?? '';
  if (scale < 0 && reader.isValue(text, type)) return text;
  const { value, fault } = reader.read(text, type);
  return fault === undefined ? value : undefined;
}
