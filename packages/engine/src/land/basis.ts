import {
  AppError,
  type Assessment,
  addUp,
  type LandBasis,
  type LandQuestion,
  landPlanOf,
  landPolicyOf,
  landSupplyOf,
  NO_QUOTA,
  ownRemarks,
  type Parcel,
  parcelKey,
  parcelsOf,
  type QuotaLine,
  quotaLinesOf,
  type Rulebook,
  refuseParcel,
  replaces,
  unconfirmedFault,
  yearOf,
} from '@quhua/core';
import {
  type LandFacts,
  listLandEntries,
  listStandingReservations,
  listUnitReports,
  readLandFacts,
} from '@quhua/storage';
import { assessMonths } from '../assess-months.ts';
import { type Engine, regionIdsOf } from '../engine.ts';
import { feedBasis, reportsFrom } from './feed-basis.ts';
import { deriveNewest, supplyKnownAt } from './known-tiers.ts';

/** A basis with where it is from: what the account's version was, or its lines where they were derived as of an instant. */
export type FoundBasis = {
  readonly basis: LandBasis;
  readonly regionId: number;
  readonly assessmentId: number | null;
  readonly account: { readonly id: number; readonly version: number } | null;
  readonly lines: readonly QuotaLine[] | null;
  readonly closed: boolean;
  /** The ledger speaks for the parcel on that day, in whatever year it counts: a reservation would take nothing. */
  readonly takenOver: boolean;
  readonly simulated: boolean;
};

export type BasisInput = { readonly question: LandQuestion; readonly rulebook: Rulebook; readonly asOf: Date | null };

/**
 * Everything that an answer rests on, as stored now or as it was known at an instant.
 *
 * Errors: invalid/PARCEL_OTHER_UNIT, AREA_OVER_PARCEL, PARCEL_UNKNOWN, YEAR_NOT_OPEN, AS_OF_FUTURE.
 */
export async function loadBasis(engine: Engine, input: BasisInput): Promise<FoundBasis> {
  return input.asOf === null ? loadStored(engine, input) : loadKnown(engine, { ...input, asOf: input.asOf });
}

async function loadStored(engine: Engine, { question, rulebook }: BasisInput): Promise<FoundBasis> {
  const { db } = engine.database;
  const regionId = await regionIdOf(engine, question.regionCode);
  const request = {
    jurisdiction: engine.config.jurisdiction.code,
    regionId,
    rulebook: rulebook.id,
    year: yearOf(question.date),
    parcelKey: parcelKey(question.parcelNo),
    before: question.date.slice(0, 7),
    reportsFrom: reportsFrom(question),
    broad: rulebook.definition.stock === 'broad',
  };
  let facts = await readLandFacts(db, request);
  if (facts.due) {
    await assessMonths(engine, { wait: true }); // an answer never rests on figures that are known to be superseded
    facts = await readLandFacts(db, request);
  }
  refuseParcel(
    question,
    landPolicyOf(rulebook),
    facts.parcels.map((parcel) => ({ ...parcel, own: parcel.regionId === regionId })),
  );
  const parcel = facts.parcels.find((one) => one.regionId === regionId);
  const reports = facts.reports.map((report) => ({ ...report, knownFrom: new Date(report.knownFrom) }));
  const health = await feedBasis(engine, {
    question,
    reports,
    connected: facts.connected,
    refusedAt: facts.refusedAt === null ? null : new Date(facts.refusedAt),
    asOf: null,
  });
  const waiting = facts.unconfirmed.map((kind) => unconfirmedFault(question.regionName, kind));
  const { assessment } = facts;
  const ownSqm = facts.own.reduce((sum, { areaSqm }) => sum + areaSqm, 0);
  const quota = facts.account?.sums ?? NO_QUOTA;
  return {
    regionId,
    assessmentId: assessment?.id ?? null,
    account: facts.account === null ? null : { id: facts.account.id, version: facts.account.version },
    lines: null,
    closed: facts.account?.closed ?? false,
    takenOver: parcel !== undefined && replaces(claimOf(parcel), question.date),
    simulated: (assessment?.simulated ?? false) || (facts.account?.simulated ?? false),
    basis: {
      assessment:
        assessment === null
          ? null
          : { ...withSupply(assessment, rulebook), asOf: new Date(assessment.asOf).toISOString() },
      faults: [...health.faults, ...waiting],
      remarks: [...health.remarks, ...ownRemarks(facts.own)],
      quota,
      parcel: {
        known: parcel !== undefined,
        ownSqm,
        recovered: parcel?.recovered.findLast(({ date }) => isSameYear(date, question.date)) ?? null,
        announced: await announcedOf(engine, {
          question,
          rulebook,
          announcedOn: parcel?.announcedOn ?? null,
          asOf: engine.now(),
        }),
      },
      plan: landPlanOf(engine.config.plans, question, {
        policy: landPolicyOf(rulebook),
        usedSqm: quota.reserved + quota.confirmed - ownSqm,
      }),
    },
  };
}

function claimOf({ uses, withdrawnOn }: LandFacts['parcels'][number]) {
  return { uses: uses.map(({ since, endedOn }) => ({ since: { date: since }, endedOn })), withdrawnOn };
}

function withSupply(
  { id: _id, definition: _definition, asOf: _asOf, ...assessment }: NonNullable<LandFacts['assessment']>,
  rulebook: Rulebook,
): Assessment {
  return { ...assessment, landSupply: landSupplyOf(rulebook, assessment.tier) };
}

async function loadKnown(
  engine: Engine,
  { question, rulebook, asOf }: BasisInput & { readonly asOf: Date },
): Promise<FoundBasis> {
  const { db } = engine.database;
  const jurisdiction = engine.config.jurisdiction.code;
  const policy = landPolicyOf(rulebook);
  const regionId = await regionIdOf(engine, question.regionCode);
  const key = parcelKey(question.parcelNo);
  const entries = await listLandEntries(db, { jurisdiction, asOf, regionIds: [regionId] });
  const elsewhere = await listLandEntries(db, { jurisdiction, asOf, parcels: [key] });
  const reservations = await listStandingReservations(db, [regionId], asOf);
  const parcel = parcelsOf(entries, policy).get(key);
  refuseParcel(question, policy, [
    ...(parcel === undefined ? [] : [{ own: true, areaSqm: parcel.areaSqm }]),
    ...elsewhere
      .filter(({ regionCode }) => regionCode !== question.regionCode)
      .map(({ areaSqm }) => ({ own: false, areaSqm })),
  ]);
  const year = yearOf(question.date);
  const supply = await supplyKnownAt(engine, { rulebook, codes: [question.regionCode], asOf });
  const supplyOn = supply.get(question.regionCode);
  const facts = { entries, reservations, ...(supplyOn === undefined ? {} : { supplyOn }) };
  const lines = quotaLinesOf(facts, policy).filter((line) => line.year === year);
  const quota = addUp(lines);
  const own = lines.filter(
    ({ kind, parcelNo }) =>
      (kind === 'reserved' || kind === 'confirmed') && parcelNo !== null && parcelKey(parcelNo) === key,
  );
  const ownSqm = own.reduce((sum, { areaSqm }) => sum + areaSqm, 0);
  const broad = rulebook.definition.stock === 'broad';
  const reports = await listUnitReports(db, { regionId, from: reportsFrom(question), asOf, broad });
  const connected = ['sales', 'inventory'].filter((feed) => reports.some((report) => report.feed === feed));
  const health = await feedBasis(engine, { question, reports, connected, refusedAt: asOf, asOf });
  const assessment = await deriveNewest(engine, { question, rulebook, asOf });
  return {
    regionId,
    assessmentId: null,
    account: null,
    lines,
    closed: false,
    takenOver: parcel !== undefined && replaces(parcel, question.date),
    simulated: (assessment?.simulated ?? false) || entries.some((entry) => entry.simulated),
    basis: {
      assessment: assessment === null ? null : { ...assessment, asOf: asOf.toISOString() },
      faults: health.faults,
      remarks: [...health.remarks, ...ownRemarks(own.map(({ kind }) => ({ kind })))],
      quota,
      parcel: {
        known: parcel !== undefined,
        ownSqm,
        recovered: recoveredIn(parcel, question.date),
        announced: await announcedOf(engine, { question, rulebook, announcedOn: standing(parcel), asOf }),
      },
      plan: landPlanOf(engine.config.plans, question, {
        policy: landPolicyOf(rulebook),
        usedSqm: quota.reserved + quota.confirmed - ownSqm,
      }),
    },
  };
}

function standing(parcel: Parcel | undefined): string | null {
  const last = parcel?.uses.at(-1);
  return last === undefined || last.endedOn !== null ? null : last.since.date;
}

function recoveredIn(parcel: Parcel | undefined, date: string) {
  const entry = parcel?.entries.findLast((one) => one.kind === 'recovered' && isSameYear(one.date, date));
  return entry === undefined ? null : { entryNo: entry.entryNo, date: entry.date };
}

function isSameYear(a: string, b: string): boolean {
  return a.slice(0, 4) === b.slice(0, 4);
}

async function regionIdOf(engine: Engine, code: string): Promise<number> {
  const id = (await regionIdsCached(engine)).get(code);
  if (id === undefined)
    throw new AppError('permanent', 'REGION_NOT_SYNCED', `单元 ${code} 尚未入库 / the unit is not stored`);
  return id;
}

/** Numbers of units never change: read once for an engine, so that a question costs no statement for them. */
const knownIds = new WeakMap<object, ReturnType<typeof regionIdsOf>>();
function regionIdsCached(engine: Engine): ReturnType<typeof regionIdsOf> {
  const found = knownIds.get(engine.database) ?? regionIdsOf(engine);
  knownIds.set(engine.database, found);
  found.catch(() => knownIds.delete(engine.database));
  return found;
}

type Announced = {
  readonly question: LandQuestion;
  readonly rulebook: Rulebook;
  readonly announcedOn: string | null;
  readonly asOf: Date;
};

async function announcedOf(
  engine: Engine,
  { question, rulebook, announcedOn, asOf }: Announced,
): Promise<LandBasis['parcel']['announced']> {
  if (announcedOn === null) return null;
  if (landPolicyOf(rulebook).announcedBefore === 'bound') return { date: announcedOn, landSupply: null };
  const before = await deriveNewest(engine, { question: { ...question, date: announcedOn }, rulebook, asOf });
  return { date: announcedOn, landSupply: before?.landSupply ?? null };
}
