import {
  type Assessment,
  addMonths,
  addUp,
  dayAt,
  getTierRule,
  type LandSupply,
  landPolicyOf,
  NO_QUOTA,
  type QuotaLine,
  type QuotaSums,
  quotaLinesOf,
  type Region,
  yearOf,
} from '@quhua/core';
import {
  listLandAccounts,
  listLandEntries,
  listLandLines,
  listNewestTiers,
  listReservations,
  listStandingReservations,
} from '@quhua/storage';
import { assessMonths } from '../assess-months.ts';
import { deriveAssessments } from '../derive.ts';
import { type Engine, refuseFuture, regionIdsOf, ruleInForce } from '../engine.ts';
import { presentQuota } from './decide-land.ts';
import { supplyKnownAt } from './known-tiers.ts';
import { type QuotaLineView, viewLine } from './lines.ts';
import { findUnit } from './question.ts';
import { type ReservationView, viewOf } from './reserve-land.ts';

export type LandStatusInput = { readonly region?: string; readonly year?: number; readonly asOf?: Date };

export type UnitQuota = {
  readonly region: string;
  readonly name: string;
  readonly tier: string | null;
  readonly landSupply: LandSupply | null;
  readonly quota: ReturnType<typeof presentQuota>;
  readonly closed: boolean;
  readonly simulated: boolean;
};
export type LandStatus = {
  readonly year: number;
  readonly asOf: string;
  readonly units: readonly UnitQuota[];
  /** Of one unit, if one was asked for. */
  readonly lines: readonly QuotaLineView[];
  readonly reservations: readonly ReservationView[];
};

type Balance = {
  readonly sums: QuotaSums;
  readonly closed: boolean;
  readonly simulated: boolean;
  readonly lines: readonly QuotaLine[];
};

/**
 * The quota accounts of a year, of every unit or of one with its lines; as stored now, or derived as known at an instant.
 *
 * Missing: a unit without entries has an account of zeros. Errors: invalid/REGION_UNKNOWN, invalid/AS_OF_FUTURE.
 */
export async function landStatus(engine: Engine, input: LandStatusInput): Promise<LandStatus> {
  const asOf = input.asOf === undefined ? null : refuseFuture(engine, input.asOf);
  if (asOf === null) await assessMonths(engine, { wait: true }); // tiers as they follow from what is known now
  const at = asOf ?? engine.now();
  const year = input.year ?? yearOf(dayAt(at, engine.config.jurisdiction.timezone));
  const regions = input.region === undefined ? engine.config.jurisdiction.regions : [findUnit(engine, input.region)];
  const ids = await regionIdsOf(engine);
  const wanted = regions.flatMap((region) => {
    const id = ids.get(region.code);
    return id === undefined ? [] : [{ region, id }];
  });
  const one = input.region !== undefined;
  const balances =
    asOf === null
      ? await storedBalances(engine, { wanted, year, one })
      : await knownBalances(engine, { wanted, year, asOf });
  const tiers = await tiersOf(engine, { wanted, asOf });
  const units = wanted.map(({ region, id }): UnitQuota => {
    const balance = balances.get(id);
    return {
      region: region.code,
      name: region.name,
      ...(tiers.get(region.code) ?? { tier: null, landSupply: null }),
      quota: presentQuota(year, balance?.sums ?? NO_QUOTA),
      closed: balance?.closed ?? false,
      simulated: balance?.simulated ?? false,
    };
  });
  const regionIds = wanted.map(({ id }) => id);
  const reservations = asOf === null ? await listReservations(engine.database.db, { regionIds, year }) : [];
  return {
    year,
    asOf: at.toISOString(),
    units,
    lines: one ? [...balances.values()].flatMap(({ lines }) => lines).map(viewLine) : [],
    reservations: reservations.map(viewOf),
  };
}

type Wanted = readonly { readonly region: Region; readonly id: number }[];

async function storedBalances(
  { database }: Engine,
  { wanted, year, one }: { readonly wanted: Wanted; readonly year: number; readonly one: boolean },
) {
  const accounts = await listLandAccounts(database.db, { regionIds: wanted.map(({ id }) => id), year });
  const lines = one ? await listLandLines(database.db, accounts) : [];
  return new Map(
    accounts.map(({ regionId, sums, closedAt, simulated }): [number, Balance] => [
      regionId,
      { sums, closed: closedAt !== null, simulated, lines },
    ]),
  );
}

async function knownBalances(
  engine: Engine,
  { wanted, year, asOf }: { readonly wanted: Wanted; readonly year: number; readonly asOf: Date },
) {
  const { db } = engine.database;
  const rulebook = ruleInForce(engine);
  const policy = landPolicyOf(rulebook);
  const regionIds = wanted.map(({ id }) => id);
  const supply = await supplyKnownAt(engine, { rulebook, codes: wanted.map(({ region }) => region.code), asOf });
  const entries = Map.groupBy(
    await listLandEntries(db, { jurisdiction: engine.config.jurisdiction.code, asOf, regionIds }),
    ({ regionCode }) => regionCode,
  );
  const reservations = Map.groupBy(await listStandingReservations(db, regionIds, asOf), ({ regionId }) => regionId);
  return new Map(
    wanted.map(({ region, id }): [number, Balance] => {
      const own = entries.get(region.code) ?? [];
      const supplyOn = supply.get(region.code);
      const facts = { entries: own, reservations: reservations.get(id) ?? [] };
      const all = quotaLinesOf({ ...facts, ...(supplyOn === undefined ? {} : { supplyOn }) }, policy);
      const lines = all.filter((line) => line.year === year);
      return [id, { sums: addUp(lines), closed: false, simulated: own.some((entry) => entry.simulated), lines }];
    }),
  );
}

/** How old the newest tier of a unit may be to be shown. */
const MONTHS_BACK = 120;

async function tiersOf(engine: Engine, { wanted, asOf }: { readonly wanted: Wanted; readonly asOf: Date | null }) {
  const rulebook = ruleInForce(engine);
  const found = new Map<string, { readonly tier: string; readonly landSupply: LandSupply }>();
  const note = (code: string, tier: string): void =>
    void found.set(code, { tier, landSupply: getTierRule(rulebook, tier).landSupply });
  if (asOf === null) {
    const tiers = await listNewestTiers(
      engine.database.db,
      rulebook.id,
      wanted.map(({ id }) => id),
    );
    for (const { region, id } of wanted) {
      const newest = tiers.get(id);
      if (newest !== undefined) note(region.code, newest.tier);
    }
    return found;
  }
  const to = dayAt(asOf, engine.config.jurisdiction.timezone).slice(0, 7);
  const codes = wanted.map(({ region }) => region.code);
  const from = addMonths(to, -MONTHS_BACK);
  for await (const { code, assessments } of deriveAssessments(engine, { rulebook, from, to, asOf, codes })) {
    const last: Assessment | undefined = assessments.findLast(({ tier }) => tier !== null);
    if (last?.tier != null) note(code, last.tier);
  }
  return found;
}
