import {
  type Assessment,
  addMonths,
  assessSeries,
  continueEpisodes,
  earlierMonth,
  historyMonths,
  type Month,
  type Region,
} from '@quhua/core';
import {
  type DueUnit,
  findLatestChange,
  findLatestMonth,
  listEpisodes,
  listFirstMonths,
  listOpenAlerts,
  listTiersBefore,
  loadSeries,
  saveAssessments,
  saveEpisodes,
  type Tx,
  takeDueUnits,
} from '@quhua/storage';
import { type Engine, regionIdsOf, ruleInForce } from './engine.ts';
import { settleTiers } from './land/settle-ledger.ts';
import { openAndResolveAlerts } from './open-and-resolve-alerts.ts';
import type { DerivedUnit } from './unit-alerts.ts';

export type AssessInput = {
  /** Month that every unit must be assessed to; left out, the newest that any feed has reported. */
  readonly target?: Month;
  /** Wait for units that somebody else is assessing, so that the result is complete when this returns. */
  readonly wait?: boolean;
};
export type AssessOutcome = {
  readonly units: number;
  readonly assessments: number;
  readonly opened: number;
  readonly resolved: number;
};

const NOTHING: AssessOutcome = { units: 0, assessments: 0, opened: 0, resolved: 0 };

/** Batches at a time. */
const LANES = 2;
/** Units in one commit: few enough that a feed which waits for them waits shortly. */
const UNITS_PER_COMMIT = 750;

/**
 * Derives what is not yet derived from what is known now: assessments, episodes, alerts, and who is told, unit by unit
 * in one commit each. Under the rulebook in force.
 *
 * Concurrency: any number at once; each unit is taken by one. Idempotent: with nothing new it writes nothing.
 */
export async function assessMonths(engine: Engine, { target, wait = false }: AssessInput = {}): Promise<AssessOutcome> {
  const goal = target ?? (await findLatestMonth(engine.database.db, engine.config.jurisdiction.code));
  if (goal === undefined) return NOTHING;
  const regionIds = [...(await regionIdsOf(engine)).values()];
  const outcome = await assessInLanes(engine, { goal, wait: false, regionIds });
  return wait ? add(outcome, await assessInLanes(engine, { goal, wait, regionIds })) : outcome;
}

type Batches = { readonly goal: Month; readonly wait: boolean; readonly regionIds: readonly number[] };

/** Batch after batch until none is full; a full one opens a second lane, so that one computes while the other waits for the database. */
async function assessInLanes(engine: Engine, batches: Batches): Promise<AssessOutcome> {
  let total: AssessOutcome = NOTHING;
  const failures: unknown[] = [];
  const lanes: Promise<void>[] = [];
  const run = async (): Promise<void> => {
    for (;;) {
      const part = await engine.database.transaction((tx) => assessBatch(engine, tx, { ...batches, onFull: openLane }));
      engine.onStep('assess.committed');
      total = add(total, part);
      if (part.units < UNITS_PER_COMMIT) return;
    }
  };
  const openLane = (): void => {
    if (lanes.length < LANES) lanes.push(run().catch((error: unknown) => void failures.push(error)));
  };
  openLane();
  for (const lane of lanes) await lane; // the list may have grown meanwhile
  if (failures.length > 0) throw failures[0];
  return total;
}

function add(a: AssessOutcome, b: AssessOutcome): AssessOutcome {
  return {
    units: a.units + b.units,
    assessments: a.assessments + b.assessments,
    opened: a.opened + b.opened,
    resolved: a.resolved + b.resolved,
  };
}

async function assessBatch(
  engine: Engine,
  tx: Tx,
  { goal, wait, regionIds, onFull }: Batches & { readonly onFull: () => void },
): Promise<AssessOutcome> {
  const rulebook = ruleInForce(engine);
  const request = { regionIds, rulebook: rulebook.id, target: goal, limit: UNITS_PER_COMMIT, wait };
  const due = await takeDueUnits(tx, request);
  engine.onStep('assess.taken');
  if (due.length === UNITS_PER_COMMIT) onFull();
  if (due.length === 0) return NOTHING;
  const asOf = await knowledgeAsOf(engine, tx);
  const units = await deriveUnits(engine, tx, { due, goal, asOf });
  await saveAssessments(tx, { rulebook, asOf, units });
  engine.onStep('assess.saved');
  const alerts = await saveEpisodesAndAlerts(engine, tx, { units, asOf });
  engine.onStep('assess.alerted');
  return { units: due.length, assessments: units.reduce((sum, unit) => sum + unit.assessments.length, 0), ...alerts };
}

/**
 * Now, or later if what is due was written by a host whose clock is ahead: the marks are taken, so whatever they stand
 * for must be visible.
 */
async function knowledgeAsOf({ config, now }: Engine, tx: Tx): Promise<Date> {
  const [here, latest] = [now(), await findLatestChange(tx.sql, config.jurisdiction.code)];
  return latest !== undefined && latest > here ? latest : here;
}

type Derivation = { readonly due: readonly DueUnit[]; readonly goal: Month; readonly asOf: Date };
type Derived = {
  readonly regionId: number;
  readonly region: Region;
  readonly assessedTo: Month;
  readonly assessments: readonly Assessment[];
};

async function deriveUnits({ config }: Engine, tx: Tx, { due, goal, asOf }: Derivation): Promise<Derived[]> {
  const rulebook = config.rulebooks.get(config.jurisdiction.rulebook);
  if (rulebook === undefined) return [];
  const regions = new Map(config.jurisdiction.regions.map((region) => [region.code, region]));
  const unknownStart = due.filter((unit) => unit.from === null).map((unit) => unit.regionId);
  const firstMonths = await listFirstMonths(tx.sql, unknownStart, asOf);
  const spans = due.flatMap((unit) => {
    const region = regions.get(unit.code);
    const to = unit.assessedTo !== null && unit.assessedTo > goal ? unit.assessedTo : goal;
    const first = unit.from ?? firstMonths.get(unit.regionId) ?? to;
    return region === undefined ? [] : [{ regionId: unit.regionId, region, from: earlierMonth(first, to), to }];
  });
  const tiers = await listTiersBefore(
    tx.sql,
    rulebook.id,
    spans.map(({ regionId, from }) => ({ regionId, before: from })),
  );
  const wanted = spans.map(({ regionId, from }) => ({ regionId, from: addMonths(from, -historyMonths(rulebook)) }));
  const last =
    spans
      .map((span) => span.to)
      .sort()
      .at(-1) ?? goal;
  const series = await loadSeries(tx.sql, { wanted, to: last, asOf, definition: rulebook.definition });
  return spans.flatMap(({ regionId, region, from, to }) => {
    const facts = series.get(regionId);
    if (facts === undefined) return [];
    const assessments = assessSeries(facts, rulebook, { from, to, previousTier: tiers.get(regionId) ?? null });
    return [{ regionId, region, assessedTo: to, assessments }];
  });
}

async function saveEpisodesAndAlerts(
  engine: Engine,
  tx: Tx,
  { units, asOf }: { units: readonly Derived[]; asOf: Date },
) {
  const rulebook = ruleInForce(engine);
  const known = await listEpisodes(
    tx.sql,
    rulebook.id,
    units.map((unit) => unit.regionId),
  );
  const codes = units.map((unit) => unit.region.code);
  const open = Map.groupBy(
    await listOpenAlerts(tx.sql, engine.config.jurisdiction.code, 'region', codes),
    (alert) => alert.subject.code,
  );
  const derived = units.map(
    (unit): DerivedUnit => ({
      regionId: unit.regionId,
      region: unit.region,
      assessments: unit.assessments,
      episodes: continueEpisodes(known.get(unit.regionId) ?? [], unit.assessments),
      open: open.get(unit.region.code) ?? [],
    }),
  );
  await saveEpisodes(
    tx,
    rulebook.id,
    derived.map(({ regionId, episodes }) => ({ regionId, before: known.get(regionId) ?? [], after: episodes })),
  );
  const outcome = await openAndResolveAlerts(engine, tx, { units: derived, at: asOf });
  await settleTiers(engine, tx, { regionIds: derived.map(({ regionId }) => regionId), at: asOf });
  return outcome;
}
