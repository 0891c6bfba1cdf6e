import { AREA_UNITS, type FeedValue, MONEY_UNITS } from '@quhua/core';
import { cached } from '../cached.ts';
import { foldCell, isMissing } from '../cell-text.ts';
import type { Limits } from '../limits.ts';
import type { Mapping, RecordPlan, ValueColumn } from '../mapping.ts';
import { type Fault, shown } from '../reasons.ts';
import { areaUnitOf, moneyUnitOf, unitText } from '../units.ts';
import { readPlain } from './decimal.ts';
import { isPersonalHeader } from './personal.ts';
import { cellReader } from './read-cells.ts';
import { type RowDraft, say } from './row-draft.ts';
import type { CellFormat, CellReader } from './value-reading.ts';

/**
 * What a record's cells say.
 *
 * Shapes: `values` in the feed's order; null is missing, NaN stands for a cell that was refused. `empty`: no cell but those
 * of the key says anything. `facts`: so many cells hold a number, a day, a flag or a kind.
 */
export type RecordValues = { readonly values: FeedValue[]; readonly empty: boolean; readonly facts: number };

export type CellPlan = ValueColumn & {
  readonly reader: CellReader;
  readonly isKey: boolean;
  readonly conflict?: Fault;
};
/** How the cells of each record are read, given what the row's unit column says. */
type RowPlan = { readonly records: readonly (readonly CellPlan[])[]; readonly fault?: Fault };
type Unit = NonNullable<ValueColumn['unit']>;

export type ValueContext = { readonly limits: Limits; readonly today: string };

/** A month without one of these is half a report; core's net sales and stock are then missing. */
const MISSED: ReadonlySet<string> = new Set(['cancelled_area']);

/** How the cells of each row are read where no column gives the unit. Shapes: of the only record. */
export function cellPlans(mapping: Mapping, context: ValueContext): readonly CellPlan[] {
  return planRow('', mapping, context).records[0] ?? [];
}

/** Whether a record without this value is incomplete. */
export function isMissed({ column, index }: ValueColumn, record: boolean): boolean {
  return record ? column.required === true : index >= 0 && (column.required === true || MISSED.has(column.name));
}

/** Reads a record's values, exactly, and says what is wrong with any of them. */
export function createValueReader(mapping: Mapping, context: ValueContext) {
  const { unit, feed } = mapping;
  const planOf = cached((text) => planRow(text, mapping, context));
  return (draft: RowDraft, record: number): RecordValues => {
    const plan = planOf(unit === null ? '' : (draft.row.cells[unit.index] ?? ''));
    const cells = plan.records[record] ?? [];
    const reading = readCells(draft, cells);
    if (reading.empty) return reading;
    if (plan.fault !== undefined && unit !== null) say(draft, unit, plan.fault);
    sayMissing(draft, reading.values, cells, feed.shape === 'record');
    return reading;
  };
}

function readCells(draft: RowDraft, plans: readonly CellPlan[]): RecordValues {
  const { cells } = draft.row;
  const values: FeedValue[] = new Array(plans.length).fill(null);
  let empty = true;
  let facts = 0;
  for (let at = 0; at < plans.length; at += 1) {
    const plan = plans[at];
    if (plan === undefined) continue;
    const { index, reader, column } = plan;
    if (index < 0) {
      values[at] = plan.absent;
      continue;
    }
    const text = cells[index] ?? '';
    const plain = reader.scale < 0 || plan.conflict !== undefined ? -1 : readPlain(text, reader.scale);
    const value = plain >= 0 && plain <= reader.most ? plain : readSlowly(draft, text, plan);
    values[at] = value;
    if (value === null) continue;
    if (!plan.isKey) empty = false;
    if (column.type !== 'text' && !Number.isNaN(value)) facts += 1;
  }
  return { values, empty, facts };
}

function readSlowly(draft: RowDraft, text: string, plan: CellPlan): FeedValue {
  if (text === '') return null;
  const { value, fault } = plan.reader.read(text, draft.row.types?.[plan.index] ?? '');
  if (value === null) return null;
  if (plan.conflict !== undefined) {
    say(draft, plan, plan.conflict);
    return Number.NaN;
  }
  if (fault !== undefined) say(draft, plan, fault);
  return value;
}

function sayMissing(draft: RowDraft, values: readonly FeedValue[], plans: readonly CellPlan[], record: boolean): void {
  for (let at = 0; at < plans.length; at += 1) {
    const plan = plans[at];
    if (plan === undefined || values[at] !== null) continue;
    if (!isMissed(plan, record)) continue;
    if (record) {
      const zh = `没有填${shown(plan.header)}，这条记录不完整；请补上`;
      say(draft, plan, { code: plan.isKey ? 'KEY_MISSING' : 'VALUE_REQUIRED', zh, en: 'missing: the record needs it' });
    } else {
      const zh = '缺数，按缺失处理（不当作0），该月不能参与计算；如有数字请补报';
      const en = 'missing, and not taken for 0: the month cannot be used';
      say(draft, plan, { code: 'VALUE_MISSING', zh, en });
    }
  }
}

function planRow(text: string, mapping: Mapping, context: ValueContext): RowPlan {
  const missing = isMissing(foldCell(text));
  const units = missing ? [] : [areaUnitOf(text), moneyUnitOf(text)].filter((unit) => unit !== undefined);
  const records = mapping.records.map(({ values }: RecordPlan) =>
    values.map((column) => planCell(column, units, { mapping, context })),
  );
  if (missing || units.length > 0) return { records };
  const zh = `单位${shown(text)}不认识；面积请写㎡、万㎡、公顷或亩，金额请写元或万元`;
  return { records, fault: { code: 'UNIT_UNSUPPORTED', zh, en: `${shown(text)} is no unit that is read` } };
}

type Setting = { readonly mapping: Mapping; readonly context: ValueContext };

function planCell(given: ValueColumn, rowUnits: readonly Unit[], { mapping, context }: Setting): CellPlan {
  const { feed } = mapping;
  const column = isPersonalHeader(given.header) ? { ...given, index: -1 } : given; // whoever mapped it: it is not read
  const own = rowUnits.find((unit) => fits(unit, column)) ?? null;
  const format: CellFormat = {
    feed: feed.name,
    column: column.column,
    unit: column.unit ?? own,
    stated: column.stated || own !== null,
    plausibleCentisqm: context.limits.plausibleCentisqm,
    today: context.today,
  };
  const isKey = feed.shape === 'record' && feed.key.includes(column.column.name);
  const plan = { ...column, reader: cellReader(format), isKey };
  if (column.unit === null || own === null || column.unit === own) return plan;
  const [header, row] = [textOf(column.unit), textOf(own)];
  const zh = `表头写的是${header}，单位列写的是${row}，不能确定以哪个为准；请统一单位`;
  return {
    ...plan,
    conflict: { code: 'UNIT_CONFLICT', zh, en: `the header says ${column.unit}, the row says ${own}` },
  };
}

/** Whether a column can be in that unit. */
function fits(unit: Unit, { column: { type } }: ValueColumn): boolean {
  const units: readonly string[] =
    type === 'area' || type === 'land' ? AREA_UNITS : type === 'money' ? MONEY_UNITS : [];
  return units.includes(unit);
}

function textOf(unit: Unit): string {
  return unit === 'percent' || unit === 'fraction' ? unit : unitText(unit);
}
