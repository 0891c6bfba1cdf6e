import { type Expectation, FEED_NAMES, type FeedName, type MonthlyExpectation } from '@quhua/core';
import * as z from 'zod';
import type { Partially } from './check-shape.ts';
import { show } from './fault.ts';
import { suggestion } from './nearest.ts';
import { count, slug } from './words.ts';
import type { YamlFile } from './yaml-file.ts';

const due = {
  dueDay: z.exactOptional(count(1, 31)),
  graceDays: z.exactOptional(count(0, 60)),
  staleDays: z.exactOptional(count(1, 400)),
};
const owner = z.exactOptional(slug);
const byUnit = z.strictObject({ ...due, units: z.exactOptional(z.record(z.string(), z.strictObject(due))), owner });
const byFile = z.strictObject({ ...due, owner });
const byDays = z.strictObject({
  everyDays: count(1, 366),
  graceDays: z.exactOptional(count(0, 60)),
  staleDays: z.exactOptional(count(1, 400)),
  owner,
});

/** `expected` of schedule.yaml: what is due when, and who answers for it. */
export const expectedShape = z.strictObject({
  sales: z.exactOptional(byUnit),
  inventory: z.exactOptional(byUnit),
  contracts: z.exactOptional(byDays),
  land: z.exactOptional(byDays),
  projects: z.exactOptional(byDays),
  'project-reports': z.exactOptional(byFile),
  'plan-progress': z.exactOptional(byDays),
  'project-notices': z.exactOptional(byDays),
  'project-schedule': z.exactOptional(byDays),
});
export type Expected = Partially<z.output<typeof expectedShape>>;

const MONTHLY: MonthlyExpectation = {
  rhythm: 'monthly',
  dueDay: 7,
  graceDays: 3,
  staleDays: 40,
  units: {},
  owner: null,
};

/** Monthly on the 7th with three days of grace, stale after 40; what comes without a rhythm of its own is not watched. */
export const DEFAULT_EXPECTED: Readonly<Partial<Record<FeedName, Expectation>>> = {
  sales: MONTHLY,
  inventory: MONTHLY,
  'project-reports': MONTHLY,
};

/** Settings with their defaults: a feed that is left out keeps its own. */
export function toExpected(
  written: z.output<typeof expectedShape> = {},
): Readonly<Partial<Record<FeedName, Expectation>>> {
  const { sales, inventory, 'project-reports': reports, ...byDay } = written;
  const monthly = { sales, inventory, 'project-reports': reports };
  const expected: Partial<Record<FeedName, Expectation>> = { ...DEFAULT_EXPECTED };
  for (const [name, one] of Object.entries(monthly)) {
    if (one !== undefined) expected[name as FeedName] = { ...MONTHLY, ...one }; // safe: keys of the schema
  }
  for (const [name, one] of Object.entries(byDay)) {
    expected[name as FeedName] = { graceDays: 3, staleDays: 40, owner: null, ...one, rhythm: 'days' }; // safe: as above
  }
  return expected;
}

/** Receivers that own a feed. */
export function ownersOf(expected: Expected): string[] {
  return FEED_NAMES.flatMap((name) => expected?.[name]?.owner ?? []);
}

/** `codes`, `receivers` null: not known for sure, so nothing is called unknown. */
export function checkExpected(
  source: YamlFile,
  expected: Expected,
  { codes, receivers }: { readonly codes: ReadonlySet<string> | null; readonly receivers: readonly string[] | null },
): void {
  for (const name of FEED_NAMES) {
    const one = expected?.[name];
    const units = one !== undefined && 'units' in one ? Object.keys(one.units ?? {}) : [];
    for (const unit of codes === null ? [] : units.filter((unit) => !codes.has(unit))) {
      const { zh, en } = suggestion(unit, [...(codes ?? [])]);
      const message = `jurisdiction.yaml 中没有代码 ${show(unit)}${zh} / no such code in jurisdiction.yaml${en}`;
      source.reportKey(['expected', name, 'units', unit], 'EXPECTED_REGION', message);
    }
    const wanted = one?.owner;
    if (receivers === null || wanted === undefined || receivers.includes(wanted)) continue;
    const { zh, en } = suggestion(wanted, receivers);
    const message = `alerts.yaml 中没有接收人 ${show(wanted)}${zh} / no such receiver in alerts.yaml${en}`;
    source.report(['expected', name, 'owner'], 'OWNER_UNKNOWN', message);
  }
}
