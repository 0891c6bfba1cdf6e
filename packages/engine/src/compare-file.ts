import {
  canonicalText,
  columnTitle,
  FEEDS,
  type FeedName,
  type LedgerRow,
  type RowCounts,
  type RowReason,
} from '@quhua/core';
import { type ReadPlan, reasonAtLine } from '@quhua/feeds';
import { compareStaged, listChanges, listCorrected, listNewerKnown, type StoredChange, type Tx } from '@quhua/storage';

/** A value that a file changes. Shapes: `key` by canonical column; values as canonical files write them, null is missing. */
export type Change = {
  readonly key: Readonly<Record<string, string>>;
  readonly column: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly beforeBatch: string;
};

/** `changeCount` is of all, `changes` the first of them. */
export type Differences = { readonly changes: readonly Change[]; readonly changeCount: number };

export const NO_DIFFERENCES: Differences = { changes: [], changeCount: 0 };

const CHANGES_KEPT = 200;

export type Comparison = {
  /** Whether `ingest_before` holds what was known. */
  readonly compared: boolean;
  readonly differences: Differences;
  readonly warnings: ReadonlyMap<number, RowReason>;
};

export type Comparable = { readonly plan: ReadPlan; readonly jurisdiction: string; readonly knownFrom: Date };

/** What staged rows change of what is known, and which of them deserve a word. Reads only, beside the stage. */
export async function compareFile(tx: Tx, { plan, jurisdiction, knownFrom }: Comparable): Promise<Comparison> {
  const { feed } = plan;
  const compared = await compareStaged(tx, { feed, jurisdiction });
  const warnings = new Map<number, RowReason>();
  if (!compared) return { compared, differences: NO_DIFFERENCES, warnings };
  const { count, first } = await listChanges(tx, { feed, knownFrom, limit: CHANGES_KEPT });
  const corrected = count === 0 ? [] : await listCorrected(tx, feed, knownFrom);
  const shown = Map.groupBy(first, (change) => change.line);
  for (const line of corrected) warnings.set(line, correctedReason(plan, line, shown.get(line) ?? []));
  for (const line of await listNewerKnown(tx, feed, knownFrom))
    warnings.set(line, reasonAtLine(plan, { line, month: null }, null, NEWER_KNOWN));
  const changes = first.map((change) => toChange(feed, change));
  return { compared, differences: { changes, changeCount: count }, warnings };
}

const NEWER_KNOWN = {
  code: 'NEWER_KNOWN',
  zh: '已有更晚的报数，本行只留作当时的记录，不改变现在的数字，无需处理',
  en: 'something newer is known of it: kept for its own time only',
};

function correctedReason(plan: ReadPlan, line: number, changes: readonly StoredChange[]): RowReason {
  const what = changes.map((change) => {
    const { column, before, after, beforeBatch } = toChange(plan.feed, change);
    return `${columnTitle(plan.feed, column)} ${before ?? '—'} → ${after ?? '—'}（原批次 ${beforeBatch}）`;
  });
  const list = what.length === 0 ? '' : `：${what.join('，')}`;
  return reasonAtLine(plan, { line, month: null }, null, {
    code: 'PERIOD_CORRECTED',
    zh: `更正了已报月份的数字${list}；请核对，有误可撤回本批次`,
    en: 'corrects a month that was reported before: check it, withdraw the batch if it is wrong',
  });
}

function toChange(feed: FeedName, { key, column, before, after, beforeBatch }: StoredChange): Change {
  const definition = FEEDS[feed];
  const names = definition.key.map((name) => (name === 'region' ? 'region_code' : name));
  const changed = definition.columns[column];
  const text = (value: string | null): string | null =>
    value === null ? null : changed === undefined ? value : canonicalText(changed, value);
  return {
    key: Object.fromEntries(names.map((name, at) => [name, key[at] ?? ''])),
    column: changed?.name ?? 'region_code',
    before: text(before),
    after: text(after),
    beforeBatch: String(beforeBatch),
  };
}

export type Counted = { readonly ledger: Map<number, LedgerRow>; readonly counts: RowCounts };

/** Adds a reason to taken rows: accepted ones become warned. Changes the ledger, returns the counts. */
export function warnRows({ ledger, counts }: Counted, warnings: ReadonlyMap<number, RowReason>): RowCounts {
  let { accepted, warned } = counts;
  for (const [line, reason] of warnings) {
    const before = ledger.get(line);
    if (before === undefined) {
      accepted -= 1;
      warned += 1;
    }
    ledger.set(line, {
      line,
      outcome: 'warned',
      reasons: [...(before?.reasons ?? []), reason],
      raw: before?.raw ?? [],
    });
  }
  return { ...counts, accepted, warned };
}
