import {
  type Assessment,
  addMonths,
  assessSeries,
  earlierMonth,
  historyMonths,
  type Month,
  type Rulebook,
} from '@quhua/core';
import { listFirstMonths, loadSeries } from '@quhua/storage';
import { type Engine, regionIdsOf } from './engine.ts';

export type DeriveInput = {
  readonly rulebook: Rulebook;
  readonly from: Month;
  readonly to: Month;
  readonly asOf: Date;
  /** These units only; left out, all. */
  readonly codes?: readonly string[];
};

/** Units whose whole history is in memory at one time. */
const UNITS_AT_ONCE = 500;

/**
 * Assessments of every unit as they follow from what was known at `asOf`, from each unit's first month on, so that no
 * stored tier takes part; reads only.
 *
 * Shapes: yields unit by unit, in the jurisdiction's order within each part; months from `from` to `to`.
 */
export async function* deriveAssessments(
  engine: Engine,
  { rulebook, from, to, asOf, codes }: DeriveInput,
): AsyncGenerator<{ readonly code: string; readonly assessments: readonly Assessment[] }> {
  const { db } = engine.database;
  const ids = [...(await regionIdsOf(engine))].filter(([code]) => codes === undefined || codes.includes(code));
  for (let at = 0; at < ids.length; at += UNITS_AT_ONCE) {
    const part = ids.slice(at, at + UNITS_AT_ONCE);
    const firstMonths = await listFirstMonths(
      db,
      part.map(([, id]) => id),
      asOf,
    );
    const spans = part.map(([code, regionId]) => ({
      code,
      regionId,
      first: earlierMonth(firstMonths.get(regionId) ?? from, from),
    }));
    const wanted = spans.map(({ regionId, first }) => ({ regionId, from: addMonths(first, -historyMonths(rulebook)) }));
    const series = await loadSeries(db, { wanted, to, asOf, definition: rulebook.definition });
    for (const { code, regionId, first } of spans) {
      const facts = series.get(regionId);
      if (facts === undefined) continue;
      const all = assessSeries(facts, rulebook, { from: first, to, previousTier: null });
      yield { code, assessments: all.filter((assessment) => assessment.month >= from) };
    }
  }
}
