import {
  AppError,
  type Assessment,
  addMonths,
  addUp,
  type BasisFault,
  createRegionLookup,
  dueSettingsOf,
  findLandUse,
  hectareText,
  KIND_TEXT,
  type LandBasis,
  type LandQuestion,
  type LandRemark,
  landPolicyOf,
  landSupplyOf,
  type Month,
  NO_QUOTA,
  type Parcel,
  parcelKey,
  parcelsOf,
  type QuotaLine,
  quotaLinesOf,
  type Rulebook,
  replaces,
  type UnitHealth,
  unitHealth,
  yearOf,
} from '@quhua/core';
import {
  type LandFacts,
  listLandEntries,
  listRefused,
  listStandingReservations,
  listUnitReports,
  readLandFacts,
} from '@quhua/storage';
import { assessMonths } from '../assess-months.ts';
import { type Engine, regionIdsOf } from '../engine.ts';
import { refusalsOf } from '../refused-units.ts';
import { deriveNewest, supplyKnownAt } from './known-tiers.ts';
import { invalid } from './question.ts';

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

/** Months of reports that are looked at: as far back as what is owed is listed. */
const REPORT_MONTHS = 14;

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
    reportsFrom: addMonths(question.date.slice(0, 7), -REPORT_MONTHS),
    broad: rulebook.definition.stock === 'broad',
  };
  let facts = await readLandFacts(db, request);
  if (facts.due) {
    await assessMonths(engine, { wait: true }); // an answer never rests on figures that are known to be superseded
    facts = await readLandFacts(db, request);
  }
  refuseParcel(
    question,
    rulebook,
    facts.parcels.map((parcel) => ({ ...parcel, own: parcel.regionId === regionId })),
  );
  const parcel = facts.parcels.find((one) => one.regionId === regionId);
  const reports = facts.reports.map((report) => ({ ...report, knownFrom: new Date(report.knownFrom) }));
  const health = await healthOf(engine, {
    question,
    reports,
    connected: facts.connected,
    refusedAt: facts.refusedAt === null ? null : new Date(facts.refusedAt),
    asOf: null,
  });
  const waiting = facts.unconfirmed.map(
    (kind): BasisFault => ({
      code: 'UNIT_UNCONFIRMED',
      zh: `${question.regionName}的“${kind in KIND_TEXT ? KIND_TEXT[kind as keyof typeof KIND_TEXT] : kind}”预警待人工确认，数据存疑`,
      en: 'an alert of the unit waits for confirmation',
    }),
  );
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
      plan: planOf(engine, question, rulebook, quota.reserved + quota.confirmed - ownSqm),
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
  refuseParcel(question, rulebook, [
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
  const from = addMonths(question.date.slice(0, 7), -REPORT_MONTHS);
  const broad = rulebook.definition.stock === 'broad';
  const reports = await listUnitReports(db, { regionId, from, asOf, broad });
  const connected = ['sales', 'inventory'].filter((feed) => reports.some((report) => report.feed === feed));
  const health = await healthOf(engine, { question, reports, connected, refusedAt: asOf, asOf });
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
      plan: planOf(engine, question, rulebook, quota.reserved + quota.confirmed - ownSqm),
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

type Claimed = { readonly own: boolean; readonly areaSqm: number | null };

function refuseParcel(question: LandQuestion, rulebook: Rulebook, parcels: readonly Claimed[]): void {
  const own = parcels.find((parcel) => parcel.own);
  if (parcels.some((parcel) => !parcel.own)) {
    const word = own === undefined ? '登记在其他单元' : '同时登记在两个单元';
    throw invalid(
      'PARCEL_OTHER_UNIT',
      `宗地 ${question.parcelNo} ${word}，请核对单元和宗地编号 / the parcel is another unit's`,
    );
  }
  if (own === undefined && landPolicyOf(rulebook).unknownParcel === 'refuse') {
    throw invalid(
      'PARCEL_UNKNOWN',
      `台账中没有宗地 ${question.parcelNo}：请先登记，或核对编号 / the ledger does not hold this parcel`,
    );
  }
  if (own?.areaSqm != null && question.areaSqm > own.areaSqm) {
    const [asked, known] = [hectareText(question.areaSqm), hectareText(own.areaSqm)];
    throw invalid(
      'AREA_OVER_PARCEL',
      `面积 ${asked} 公顷大于宗地面积 ${known} 公顷，请核对 / more than the parcel holds`,
    );
  }
}

type Reported = {
  readonly feed: 'sales' | 'inventory';
  readonly month: Month;
  readonly whole: boolean;
  readonly knownFrom: Date;
};
type HealthInput = {
  readonly question: LandQuestion;
  readonly reports: readonly Reported[];
  readonly connected: readonly string[];
  /** When a file was last refused, if any was. */
  readonly refusedAt: Date | null;
  readonly asOf: Date | null;
};

const FEED_TEXT = { sales: '网签', inventory: '库存' } as const;
const FEEDS_NEEDED = ['sales', 'inventory'] as const;
const BEFORE_ALL = new Date(0);

/** When the newest report of a feed became known; null if there is none. */
function lastKnownOf(feed: keyof typeof FEED_TEXT, reports: readonly Reported[]): Date | null {
  const own = reports.filter((report) => report.feed === feed);
  return own.reduce<Date | null>((last, { knownFrom }) => (last === null || knownFrom > last ? knownFrom : last), null);
}

async function healthOf(engine: Engine, { question, reports, connected, refusedAt, asOf }: HealthInput) {
  const { config, database } = engine;
  const faults: BasisFault[] = [];
  const remarks: LandRemark[] = [];
  const since = new Date(`${addMonths(question.date.slice(0, 7), -REPORT_MONTHS)}-01T00:00:00Z`);
  // What was refused before the unit's last reports came in has nothing to say any more: then nobody needs to look at it.
  const isOpen = FEEDS_NEEDED.some(
    (feed) => refusedAt !== null && refusedAt > (lastKnownOf(feed, reports) ?? BEFORE_ALL),
  );
  const refused = isOpen ? await listRefused(database.db, config.jurisdiction.code, since) : [];
  const known = asOf === null ? refused : refused.filter(({ at }) => at <= asOf);
  for (const feed of FEEDS_NEEDED) {
    const expected = config.schedule.expected[feed];
    if (expected?.rhythm !== 'monthly' || !connected.includes(feed)) continue;
    const own = reports.filter((report) => report.feed === feed);
    const lastKnown = lastKnownOf(feed, reports);
    const isRefused =
      known.length > 0 &&
      refusalsOf(feed, known, createRegionLookup(config.jurisdiction.regions))(question.regionCode, lastKnown);
    const months = own.map(({ month }) => month);
    const health = unitHealth({
      today: question.date,
      due: dueSettingsOf(expected, question.regionCode),
      first: months.toSorted()[0] ?? addMonths(question.date.slice(0, 7), -REPORT_MONTHS),
      reports: {
        complete: own.filter(({ whole }) => whole).map(({ month }) => month),
        partial: own.filter(({ whole }) => !whole).map(({ month }) => month),
        refused: isRefused,
      },
    });
    tell(feed, question, health, { faults, remarks });
  }
  return { faults, remarks };
}

function tell(
  feed: keyof typeof FEED_TEXT,
  { regionName }: LandQuestion,
  health: UnitHealth,
  { faults, remarks }: { readonly faults: BasisFault[]; readonly remarks: LandRemark[] },
): void {
  const what = `${regionName}${FEED_TEXT[feed]}数据`;
  if (health.state === 'refused') {
    faults.push({
      code: 'FEED_DISPUTED',
      zh: `${what}最近一次报送被退回或待核，尚未补正`,
      en: 'the last report was refused or is held',
    });
  } else if (health.outdated) {
    faults.push({ code: 'FEED_STALE', zh: `${what}已过期：缺 ${health.months.join('、')}`, en: 'the feed is stale' });
  } else if (health.incomplete) {
    remarks.push({ code: 'FEED_PARTIAL', text: `${what}不完整：${health.month} 缺少必需的数` });
  } else if (health.state === 'late') {
    remarks.push({ code: 'FEED_LATE', text: `${what}迟报：缺 ${health.months.join('、')}` });
  }
}

function ownRemarks(own: readonly { readonly kind: string }[]): LandRemark[] {
  if (own.some(({ kind }) => kind === 'confirmed'))
    return [{ code: 'PARCEL_CONTRACTED', text: '本宗地已签约（确认），其面积已计入限额' }];
  if (own.length > 0) return [{ code: 'PARCEL_COUNTED', text: '本宗地已公告或预留，其面积已计入限额' }];
  return [];
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

/** What the year's plan foresees for this use in this unit, in whole ㎡, and what of it is taken. */
function planOf(
  { config }: Engine,
  { regionCode, use, date }: LandQuestion,
  rulebook: Rulebook,
  usedSqm: number,
): LandBasis['plan'] {
  const policy = landPolicyOf(rulebook);
  for (const table of config.plans.find(({ year }) => year === yearOf(date))?.tables ?? []) {
    const at = table.columns.findIndex(
      ({ unit, title }) => unit === 'hectare' && findLandUse(title, policy)?.use === use.use,
    );
    const amount = at === -1 ? null : table.rows.find((row) => row.regionCode === regionCode)?.cells[at]?.amount;
    if (amount != null) return { targetSqm: amount, usedSqm };
  }
  return null;
}
