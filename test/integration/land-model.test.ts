import type { Config } from '@quhua/config';
import { AppError } from '@quhua/core';
import {
  assessMonths,
  checkLand,
  closeLandYear,
  confirmReservation,
  type Engine,
  expireReservations,
  explainLand,
  ingestFile,
  landStatus,
  recordLand,
  releaseReservation,
  reserveLand,
  withdrawBatch,
} from '@quhua/engine';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createTestEngine, salesCsv, stockCsv, type TestEngine } from '../support/engine.ts';
import { inParallel } from '../support/in-parallel.ts';
import { accountsOf, type ModelAsk, type ModelEntry, type ModelState } from '../support/land-model.ts';
import { predict } from '../support/land-prediction.ts';
import { anyPause, anySettings, firstSteps, type LandStep, nextStep } from '../support/land-steps.ts';
import { type Random, seeded } from '../support/seeded.ts';
import { SOAK_MS, TEST_SEED } from '../support/seeds.ts';

const LIVES = 100;
const STEPS = 102;

type Life = {
  readonly engine: Engine;
  readonly model: ModelState;
  readonly random: Random;
  /** Ids of the model's batches, in its order. */
  readonly ids: number[];
  /** What the accounts were at earlier instants. */
  readonly past: { readonly at: number; readonly accounts: readonly string[] }[];
};

const UNITS = ['653101', '653121'];

function beginLife(base: TestEngine, config: Config, seed: number): Life {
  const random = seeded(seed);
  const settings = anySettings(random);
  const model: ModelState = {
    settings,
    units: UNITS,
    batches: [],
    reservations: [],
    closedYears: new Set(),
    now: Date.parse('2024-10-15T01:00:00Z'),
  };
  const { jurisdiction } = config;
  const rule = config.rulebooks.get(jurisdiction.rulebook);
  if (rule?.land === undefined) throw new Error('the rulebook in force has settings for land');
  const definition = { ...rule.definition, window: 1, minMonths: 1, provisionalBelow: 1 };
  const rulebook = { ...rule, definition, land: { ...rule.land, ...settings } };
  const engine: Engine = {
    ...base,
    database: { ...base.database }, // what is remembered of a database is remembered of one jurisdiction
    config: {
      ...config,
      jurisdiction: {
        ...jurisdiction,
        code: `life-${seed}`,
        regions: jurisdiction.regions.filter(({ code }) => UNITS.includes(code)),
      },
      rulebooks: new Map([[rulebook.id, rulebook]]),
      schedule: { ...config.schedule, expected: {} },
      checks: { ...config.checks, checks: switchedOff(config.checks.checks) },
      plans: [],
    },
    now: () => new Date(model.now),
  };
  return { engine, model, random, ids: [], past: [] };
}

function switchedOff<T extends object>(checks: T): T {
  const off = Object.entries(checks).map(([code, settings]) => [code, { ...settings, level: 'off' }]);
  return Object.fromEntries(off); // safe: the same checks, each with another level
}

function askOf({ unit, parcel, use, area, share, date }: ModelAsk) {
  const part = share === null ? {} : { residentialShare: `${share}%` };
  return { region: unit, parcel, use, area: String(area), date, by: 'test', ...part };
}

function rowOf({ no, unit, kind, parcel, use, area, date, proof, share }: ModelEntry): string {
  return [unit, no, kind, parcel, use, area, date, proof ? '合同1号' : '', share ?? ''].join(',');
}

async function take(life: Life, feed: 'land' | 'sales' | 'inventory', bytes: Buffer): Promise<string> {
  const { status, id, rows } = await ingestFile(life.engine, { name: `${feed}.csv`, bytes, feed, by: 'test' });
  if (status === 'duplicate') return status;
  life.ids.push(Number(id));
  return status === 'accepted' ? `accepted, ${rows.quarantined} set aside` : status;
}

const HEADER = 'region_code,entry_no,kind,parcel_no,land_use,area,date,document,residential_share_pct';

function fileOf(entries: readonly ModelEntry[]): Buffer {
  return Buffer.from(`${[HEADER, ...entries.map(rowOf)].join('\n')}\n`);
}

/** Does a step to the real ledger and says in one line what came of it. */
async function perform(life: Life, step: LandStep): Promise<string> {
  const { engine, ids } = life;
  switch (step.do) {
    case 'record': {
      const { no, unit, kind, parcel, use, area, share, date, proof } = step.entry;
      const part = share === null ? {} : { residentialShare: `${share}%` };
      const document = proof ? { document: '合同1号' } : {};
      const input = {
        entryNo: no,
        region: unit,
        kind,
        parcel,
        use,
        area: String(area),
        date,
        correct: step.correct,
        by: 'test',
      };
      const { status, id } = await recordLand(engine, { ...input, ...part, ...document });
      if (status !== 'duplicate') ids.push(Number(id));
      return status;
    }
    case 'file':
      return take(life, 'land', fileOf(step.entries));
    case 'withdraw':
      await withdrawBatch(engine, { id: ids[step.batch] ?? 0, by: 'test', reason: 'test' });
      await assessMonths(engine, { wait: true });
      return 'withdrawn';
    case 'sales':
      return figures(life, 'sales', salesCsv(step.units.map((unit) => [unit, step.month, String(step.area), '0'])));
    case 'stock':
      return figures(life, 'inventory', stockCsv(step.units.map((unit) => [unit, step.month, String(step.area), '0'])));
    case 'check': {
      const { decision, quotaArea, quota, largestAllowed } = await checkLand(engine, askOf(step.ask));
      return `${decision} takes ${quotaArea}, left ${quota.remaining}, most ${largestAllowed}`;
    }
    case 'reserve': {
      const { decision, reservation } = await reserveLand(engine, { ...askOf(step.ask), key: step.key });
      return reservation === null ? decision : `${reservation.status} ${reservation.quotaArea}`;
    }
    case 'confirm': {
      const area = step.area === null ? {} : { area: String(step.area) };
      const date = step.date === null ? {} : { date: step.date };
      const { status, confirmedArea } = await confirmReservation(engine, {
        key: step.key,
        by: 'test',
        ...area,
        ...date,
      });
      return `${status} ${confirmedArea}`;
    }
    case 'release':
      return (await releaseReservation(engine, { key: step.key, by: 'test' })).status;
    case 'expire':
      return `expired ${await expireReservations(engine)}`;
    case 'close':
      await closeLandYear(engine, step.year);
      return 'closed';
  }
}

async function figures(life: Life, feed: 'sales' | 'inventory', bytes: Buffer): Promise<string> {
  const outcome = await take(life, feed, bytes);
  await assessMonths(life.engine, { wait: true });
  return outcome;
}

async function outcomeOf(life: Life, step: LandStep): Promise<string> {
  try {
    return await perform(life, step);
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

const FIGURES = ['carried', 'completed', 'recovered', 'reserved', 'confirmed', 'remaining'] as const;
type Figures = Readonly<Record<(typeof FIGURES)[number], number | string>>;

function accountLine(unit: string, year: number, account: Figures): string {
  return `${unit} ${year}: ${FIGURES.map((kind) => account[kind]).join(' ')}`;
}

/** Accounts that hold anything. */
function isUsed(account: Figures): boolean {
  return FIGURES.some((kind) => Number(account[kind]) !== 0);
}

function modelAccounts(model: ModelState): string[] {
  return UNITS.flatMap((unit) =>
    [...accountsOf(model, unit)]
      .filter(([, account]) => isUsed(account))
      .map(([year, account]) => accountLine(unit, year, account)),
  ).sort();
}

type StoredAccount = Figures & {
  readonly code: string;
  readonly year: number;
  readonly agrees: boolean;
  readonly balanced: boolean;
};
type StoredReservation = {
  readonly key: string;
  readonly status: string;
  readonly quota: number;
  readonly confirmed: number | null;
};
type Stored = { readonly accounts: readonly StoredAccount[]; readonly reservations: readonly StoredReservation[] };

/** Accounts and reservations as they are stored, in one snapshot; each account agrees with its lines. */
async function storedLines({ engine }: Life): Promise<string[]> {
  const { code } = engine.config.jurisdiction;
  const { rows } = await sql<Stored>`
    select (select coalesce(json_agg(t), '[]') from (
        select r.code, a.year, a.carried_sqm as carried, a.completed_sqm as completed, a.recovered_sqm as recovered,
          a.reserved_sqm as reserved, a.confirmed_sqm as confirmed, b.remaining_sqm as remaining, b.agrees,
          b.remaining_sqm = b.lines_sqm as balanced
        from land_account a join region r on r.id = a.region_id
          cross join lateral (select * from land_balance v where v.account_id = a.id offset 0) b
        where a.region_id in (select id from region where jurisdiction = ${code})) t) as accounts,
      (select coalesce(json_agg(t), '[]') from (
        select key, status, quota_sqm as quota, confirmed_sqm as confirmed from land_reservation where jurisdiction = ${code}) t) as reservations
  `.execute(engine.database.db);
  const { accounts = [], reservations = [] } = rows[0] ?? {};
  expect(accounts.filter(({ agrees, balanced }) => !agrees || !balanced)).toEqual([]);
  return [
    ...accounts.filter(isUsed).map(({ code: unit, year, ...account }) => accountLine(unit, year, account)),
    ...reservations.map(({ key, status, quota, confirmed }) => `${key} ${status} ${quota} ${confirmed}`),
  ].sort();
}

function modelReservations({ reservations }: ModelState): string[] {
  return reservations.map(({ key, status, quota, confirmedQuota }) => `${key} ${status} ${quota} ${confirmedQuota}`);
}

/** What `land status` says of a year: the accounts as stored, or as they were known at an instant. */
async function statusLines(engine: Engine, year: number, asOf?: number): Promise<string[]> {
  const { units } = await landStatus(engine, { year, ...(asOf === undefined ? {} : { asOf: new Date(asOf) }) });
  const used = units.filter(({ quota }) => isUsed(quota));
  return used.map(({ region, quota }) => accountLine(region, year, quota)).sort();
}

function ofYear(accounts: readonly string[], year: number): string[] {
  return accounts.filter((line) => line.includes(` ${year}: `));
}

async function takeStep(life: Life, step: LandStep): Promise<void> {
  const { model, random } = life;
  const outcome = await outcomeOf(life, step);
  expect(predict(model, step)).toContain(outcome);
  const accounts = modelAccounts(model);
  expect(await storedLines(life)).toEqual([...accounts, ...modelReservations(model)].sort());
  compared += 1;
  seen.add(`${step.do} ${outcome.split(/[ ,]/u)[0]}`);
  if (random.below(16) > 0) return;
  life.past.push({ at: model.now, accounts });
  const year = random.pick(YEARS);
  expect(await statusLines(life.engine, year)).toEqual(ofYear(accounts, year));
  expect(await statusLines(life.engine, year, model.now)).toEqual(ofYear(accounts, year));
}

const YEARS = [2024, 2024, 2025, 2025, 2026];

/** What has come of steps so far, and how many were compared. */
const seen = new Set<string>();
let compared = 0;

/** What a run has to come by, or it shows little. */
const OUTCOMES = [
  ...['ALLOWED', 'WITHIN_QUOTA', 'OVER_QUOTA', 'SUSPENDED', 'EXEMPT', 'NO_BASIS'].map((answer) => `check ${answer}`),
  ...['AREA_OVER_PARCEL', 'PARCEL_OTHER_UNIT', 'PARCEL_UNKNOWN', 'DATE_FUTURE'].map((code) => `check ${code}`),
  ...['active', 'confirmed', 'released', 'expired', 'OVER_QUOTA', 'SUSPENDED'].map((what) => `reserve ${what}`),
  ...['KEY_REUSED', 'PARCEL_COUNTED', 'PARCEL_RESERVED', 'YEAR_NOT_OPEN'].map((code) => `reserve ${code}`),
  ...['confirmed', 'AREA_OVER_RESERVED', 'DATE_BEFORE', 'RESERVATION_ENDED'].map((what) => `confirm ${what}`),
  ...['release released', 'release RESERVATION_ENDED', 'expire expired', 'close closed', 'close YEAR_RUNNING'],
  ...['accepted', 'duplicate', 'ENTRY_EXISTS', 'ENTRY_NOT_FOUND', 'COMPLETED_UNSOLD'].map((what) => `record ${what}`),
  ...['LAND_TWICE', 'LAND_ORDER', 'LAND_AREA_OVER', 'PARCEL_TWO_UNITS'].map((code) => `record ${code}`),
  ...['record WITHDRAWN_NOTHING', 'file accepted', 'file held', 'file duplicate', 'stock accepted'],
  ...['withdraw withdrawn', 'withdraw BATCH_WITHDRAWN'],
];

/** Answers that were given on the way follow again from what they were made of, and nothing is told twice at a time. */
async function lookBack({ engine, past, random }: Life): Promise<void> {
  const { db } = engine.database;
  const { code } = engine.config.jurisdiction;
  for (const { at, accounts } of past) {
    const year = random.pick(YEARS);
    expect(await statusLines(engine, year, at)).toEqual(ofYear(accounts, year));
  }
  const decisions = await db.selectFrom('land_decision').select('id').where('jurisdiction', '=', code).execute();
  for (const { id } of decisions.filter(() => random.below(8) === 0))
    expect(await explainLand(engine, id)).toMatchObject({ derivedAgain: true });
  const open = await db
    .selectFrom('alert')
    .select(['kind', 'subject_code'])
    .where('jurisdiction', '=', code)
    .where('resolved_at', 'is', null)
    .execute();
  expect(new Set(open.map((alert) => `${alert.kind} ${alert.subject_code}`)).size).toBe(open.length);
}

/** One life: its units are assessed first, then whatever comes. */
async function live(base: TestEngine, config: Config, seed: number): Promise<void> {
  const life = beginLife(base, config, seed);
  const done: LandStep[] = [];
  try {
    const scene = { model: life.model, random: life.random };
    const first = firstSteps(scene);
    for (let at = 0; at < STEPS; at += 1) {
      life.model.now += anyPause(life.random);
      const step = first[at] ?? nextStep(scene);
      done.push(step);
      await takeStep(life, step);
    }
    await lookBack(life);
  } catch (error) {
    const steps = done.map((step) => JSON.stringify(step)).join('\n');
    const settings = JSON.stringify(life.model.settings);
    throw new Error(`seed ${seed}: repeat with QUHUA_TEST_SEED=${seed}\n${settings}\n${steps}`, { cause: error });
  }
}

test(
  'ten thousand random steps of many lives end as the plain model says, account by account, at each step',
  async () => {
    const base = await createTestEngine();
    const end = performance.now() + SOAK_MS;
    for (let from = TEST_SEED; from === TEST_SEED || performance.now() < end; from += LIVES) {
      const seeds = Array.from({ length: LIVES }, (_, at) => from + at);
      // Two at a time: one computes while the other waits for the database.
      await inParallel(seeds, 2, (seed) => live(base, base.config, seed));
    }
    expect(compared).toBeGreaterThanOrEqual(10_000);
    expect(OUTCOMES.filter((outcome) => !seen.has(outcome))).toEqual([]);
  },
  SOAK_MS + 600_000,
);
