import { isDelivered, reportAt } from './facts.ts';
import type { Indicator, IndicatorInput, Work } from './indicator.ts';
import { d4, d5, d12 } from './money.ts';
import { type Projection, projectDelivery } from './pace.ts';
import { d7, d8, d9 } from './people.ts';
import { d1, d2, d3, d6, d10, d11 } from './progress.ts';
import { contractDateOn } from './schedule.ts';

/** A project's indicators and the projection that D2 rests on. */
export type Indicators = {
  readonly list: readonly Indicator[];
  readonly projection: Projection | null;
  readonly delivered: boolean;
};

const ALL = [d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12];

/**
 * D1–D12 of one project on a day, from what is reported up to that day.
 *
 * Missing: what cannot be computed is `unknown` with what is missing and who owes it; it is never mild.
 * Source: METHODS.md §11; limits from `delivery.yaml`.
 */
export function indicatorsOf(input: IndicatorInput): Indicators {
  const { facts, day, settings, pooled, lean = false } = input;
  const report = reportAt(facts.reports, day);
  const delivered = isDelivered(facts, day);
  if (delivered && lean) return { list: [], projection: null, delivered };
  const projection = delivered ? null : projectDelivery({ reports: facts.reports, day, settings, pooled, lean });
  const due = delivered ? null : contractDateOn(facts, day);
  const work: Work = { facts, day, settings, pooled, lean, report, delivered, projection, due };
  const list = ALL.map((indicator) => indicator(work));
  return { list, projection, delivered };
}
