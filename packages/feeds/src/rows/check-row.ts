import type { FeedValue, Month, Region, RegionLookup, RowReason } from '@quhua/core';
import type { Limits } from '../limits.ts';
import type { Mapping, RecordPlan } from '../mapping.ts';
import { isBlank, type TableRow } from '../table.ts';
import type { MonthReading } from './months.ts';
import { type PlainReader, plainReader } from './plain-row.ts';
import { plausibility } from './plausible.ts';
import { createKeyReader, type RowRegion } from './read-keys.ts';
import { cellPlans, createValueReader, type RecordValues } from './read-values.ts';
import type { WholeArea } from './regions.ts';
import { type RowDraft, say } from './row-draft.ts';
import { createRowKinds, type RowKinds } from './row-kinds.ts';
import { checkShape, isStray, readsOf } from './row-shape.ts';
import { isRefused } from './value-reading.ts';

/** What one record of a table is, by itself: what it has to do with other records is decided later. */
export type RecordReading = {
  readonly kind: 'empty' | 'total' | 'record';
  readonly row: TableRow;
  /** Which of the row's records it is. */
  readonly record: number;
  readonly line: number;
  readonly region: Region | null;
  /** Shapes: empty where it is not known or the feed has none; `monthIndex` is then -1. */
  readonly month: Month;
  readonly monthIndex: number;
  /** In the feed's order; null is missing, NaN was refused. */
  readonly values: readonly FeedValue[];
  readonly reasons: readonly RowReason[];
  readonly refused: boolean;
};

/** A row that holds no record. */
export type PassedOver = { readonly kind: 'blank' | 'note' | 'header' };
export type RowReading =
  | PassedOver
  | { readonly kind: 'records' | 'total'; readonly word: string; readonly records: readonly RecordReading[] };

export type RowContext = {
  readonly lookup: RegionLookup;
  readonly jurisdiction: WholeArea;
  readonly today: string;
  readonly limits: Limits;
};

const BLANK: RowReading = { kind: 'blank' };

type Checker = {
  readonly mapping: Mapping;
  readonly lineOf: (row: number, record: number) => number;
  readonly limits: Limits;
  readonly keys: ReturnType<typeof createKeyReader>;
  readonly readValues: (draft: RowDraft, record: number) => RecordValues;
  readonly kinds: RowKinds;
  /** One for each record of a row. */
  readonly plausible: readonly ReturnType<typeof plausibility>[];
  /** Columns that are read: a fault elsewhere harms nothing. */
  readonly read: ReadonlySet<number>;
  readonly planned: boolean;
};

/** Checks single rows. */
export type RowChecker = {
  readonly check: (row: TableRow) => RowReading;
  /** The one record of a row of which there is nothing to say; undefined for any other row, and for some that are sound. */
  readonly plain: PlainReader;
  /** `check` of a row that is known not to be plain. */
  readonly full: (row: TableRow) => RowReading;
};

/** Makes the check of single rows. Pure but for what it remembers of texts seen before. */
export function createRowChecker(mapping: Mapping, context: RowContext): RowChecker {
  const plausible = mapping.records.map(({ values }) => plausibility(values));
  const keys = createKeyReader(mapping, context);
  const lineOf = lineNumbers(mapping);
  const checker: Checker = {
    mapping,
    lineOf,
    limits: context.limits,
    keys,
    readValues: createValueReader(mapping, context),
    kinds: createRowKinds(mapping, context.jurisdiction),
    plausible,
    read: readsOf(mapping),
    planned: mapping.records.every(({ month }) => month !== null),
  };
  const cells = cellPlans(mapping, context);
  const plain = plainReader(mapping, { keys, cells, plausible: plausible[0], limits: context.limits, lineOf });
  const full = (row: TableRow) => (isBlank(row.cells) ? BLANK : checkRow(row, checker));
  const check = (row: TableRow): RowReading => {
    const record = plain(row);
    return record === undefined ? full(row) : { kind: 'records', word: '', records: [record] };
  };
  return { check, plain, full };
}

/**
 * Line numbers of records: unique in their file, and the row number itself in a plain table. A mapping's `base` is asked for once:
 * not before the table's rows are read.
 */
function lineNumbers(mapping: Mapping): (row: number, record: number) => number {
  const width = mapping.records.length;
  let base = -1;
  return (row, record) => {
    if (base < 0) base = mapping.base;
    return base + (row - 1) * width + record + 1;
  };
}

function checkRow(row: TableRow, checker: Checker): RowReading {
  const { mapping, kinds } = checker;
  const draft: RowDraft = { row, reasons: [], refused: false };
  checkShape(draft, checker);
  if (draft.refused) return isStray(row, mapping, kinds) ? { kind: 'note' } : refusedWhole(draft, checker);
  const region = checker.keys.regionOf(draft);
  const month = checker.keys.monthOf(draft, checker.planned);
  const found = mapping.records.map((plan, record): Found => {
    const own = mapping.records.length === 1 ? draft : copyOf(draft);
    return { plan, record, draft: own, values: checker.readValues(own, record) };
  });
  const odd = oddRow(row, { region, month, found }, checker);
  if (odd !== undefined) return odd;
  const known = found.some(({ values }) => !values.empty);
  const records = found.map((one) => recordOf(one, { region, month, known }, checker));
  return { kind: 'records', word: '', records };
}

type Found = {
  readonly plan: RecordPlan;
  readonly record: number;
  readonly draft: RowDraft;
  readonly values: RecordValues;
};
type RowKey = { readonly region: RowRegion; readonly month: MonthReading };

/** A total, a note or a repeated header; undefined for a row of records. */
function oddRow(
  row: TableRow,
  { region, month, found }: RowKey & { readonly found: readonly Found[] },
  checker: Checker,
): RowReading | undefined {
  const { mapping, kinds } = checker;
  const [first] = found;
  if (first === undefined) return BLANK;
  const record = mapping.feed.shape === 'record';
  const keyed = record ? hasKey(first, mapping) : month.index >= 0;
  const named = mapping.feed.region ? region.region !== undefined : keyed;
  const facts = found.some(({ values }) => values.facts > 0);
  if (named && keyed && facts) return undefined;
  const word = region.region === undefined || (record && !facts) ? kinds.totalWord(row) : undefined;
  if (word !== undefined) return totalOf(row, word, { found, month, checker });
  if (facts) return undefined;
  if (kinds.isHeader(row)) return { kind: 'header' };
  const located = named || found.every(({ plan }) => plan.region !== null);
  const known = { region: located, key: keyed || (!record && checker.planned), ownKey: keyed };
  return kinds.isNote(row, known) ? { kind: 'note' } : undefined;
}

/** Whether every column of a record's key says something that can be read. */
function hasKey({ plan, values }: Found, { feed }: Mapping): boolean {
  return plan.values.every(({ column }, at) => {
    const value = values.values[at] ?? null;
    return !feed.key.includes(column.name) || (value !== null && !isRefused(value));
  });
}

function totalOf(
  row: TableRow,
  word: string,
  { found, month, checker }: { found: readonly Found[]; month: MonthReading; checker: Checker },
): RowReading {
  const records = found.map(({ plan, record, values }): RecordReading => {
    const own = plan.month ?? month.month;
    return { ...placed(row, record, checker), kind: 'total', month: own, values: values.values };
  });
  return { kind: 'total', word, records };
}

type Known = RowKey & { readonly known: boolean };

function recordOf({ plan, record, draft, values }: Found, { region, month, known }: Known, checker: Checker) {
  const { mapping } = checker;
  const located = locate(draft, { plan, region, mapping });
  const settled = mapping.feed.shape === 'monthly' ? checker.keys.settledMonth(draft, plan.month, month) : month;
  const keyed = mapping.feed.shape === 'monthly' ? settled.index >= 0 : !draft.refused;
  const isEmpty = values.empty && (known || (keyed && (located !== null || !mapping.feed.region)));
  if (!isEmpty) checker.plausible[record]?.(draft, values.values);
  return {
    ...placed(draft.row, record, checker),
    kind: isEmpty ? 'empty' : 'record',
    region: located,
    month: settled.month,
    monthIndex: settled.index,
    values: values.values,
    reasons: draft.reasons,
    refused: draft.refused,
  } satisfies RecordReading;
}

type Locating = { readonly plan: RecordPlan; readonly region: RowRegion; readonly mapping: Mapping };

/** The unit of a record: its plan's or its row's, which must not differ. */
function locate(draft: RowDraft, { plan, region: { region, missing }, mapping }: Locating): Region | null {
  if (!mapping.feed.region) return null;
  const [column] = mapping.regions;
  if (plan.region !== null && region !== undefined && plan.region.code !== region.code) {
    const zh = `表头或标题是${plan.region.name}，这一行是${region.name}，不一致，请核对`;
    const en = `the header or title is of ${plan.region.code}, the row of ${region.code}`;
    say(draft, column, { code: 'REGION_CONFLICT', zh, en });
    return null;
  }
  if (plan.region === null && missing) {
    say(draft, column, { code: 'KEY_MISSING', zh: '没有填县市，请补上代码或名称', en: 'the unit is missing' });
  }
  return plan.region ?? region ?? null;
}

/** Nothing can be said of the values of a row that is broken as a whole. */
function refusedWhole({ row, reasons }: RowDraft, checker: Checker): RowReading {
  const records = checker.mapping.records.map(({ values }, record): RecordReading => {
    const unread = values.map(() => Number.NaN);
    return { ...placed(row, record, checker), kind: 'record', values: unread, reasons, refused: true };
  });
  return { kind: 'records', word: '', records };
}

function placed(row: TableRow, record: number, { lineOf }: Checker) {
  const line = lineOf(row.place.row, record);
  return { row, record, line, region: null, month: '', monthIndex: -1, reasons: [], refused: false };
}

function copyOf({ row, reasons, refused }: RowDraft): RowDraft {
  return { row, reasons: [...reasons], refused };
}
