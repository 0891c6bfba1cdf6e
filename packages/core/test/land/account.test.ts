import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import {
  addUp,
  type LandKind,
  type LandPolicy,
  NO_QUOTA,
  QUOTA_KINDS,
  type QuotaEvent,
  type QuotaLine,
  quotaLineKey,
  quotaLinesOf,
  type StandingReservation,
  sumsOf,
} from '../../src/index.ts';
import { accountsOf } from './oracle.ts';
import { EXEMPT_USE, entryOf, HOUSING, ledger, VILLAGE, withLand } from './support.ts';

function reservationOf(given: Partial<StandingReservation> = {}): StandingReservation {
  return { id: 7, status: 'active', year: 2025, parcelNo: 'P', date: '2025-03-01', quotaSqm: 500, ...given };
}

type Given = {
  readonly lines?: readonly string[];
  readonly reservations?: readonly Partial<StandingReservation>[];
  readonly policy?: Partial<LandPolicy>;
  readonly free?: readonly string[];
};

/** Lines as text: year, kind, ㎡ and where from. */
function linesOf({ lines = [], reservations = [], policy = {}, free = [] }: Given): string[] {
  const facts = {
    entries: ledger(...lines),
    reservations: reservations.map(reservationOf),
    supplyOn: (day: string) => (free.includes(day) ? ('free' as const) : ('swap' as const)),
  };
  return quotaLinesOf(facts, withLand(policy)).map(short);
}

function short({ year, kind, areaSqm, source }: QuotaLine): string {
  const from =
    source.type === 'entry' ? source.entryNo : source.type === 'reservation' ? `R${source.id}` : source.fromYear;
  return `${year} ${kind} ${areaSqm} ${from}`;
}

const PHASES = ['sold 2024-05-01 1000', 'completed 2024-11-01 600', 'completed 02-01 400'];

test.each<Given & { wanted: readonly string[]; why: string }>([
  { lines: [], wanted: [], why: 'nothing is known of it' },
  { lines: ['completed 03-01 1000'], wanted: ['2025 completed 1000 E1'], why: 'completed this year' },
  { lines: ['recovered 03-01 1000'], wanted: ['2025 recovered 1000 E1'], why: 'recovered this year' },
  { lines: ['completed 2024-12-31 1000'], wanted: ['2024 completed 1000 E1'], why: 'the day before this year' },
  { lines: ['completed 01-01 1000'], wanted: ['2025 completed 1000 E1'], why: 'its first day' },
  { lines: [`completed 03-01 1000 ${EXEMPT_USE}`], wanted: [], why: 'only commercial housing land revitalises' },
  { lines: [`recovered 03-01 1000 ${VILLAGE} @5000`], wanted: [], why: 'village land neither' },
  { lines: ['completed 03-01 1001 @5000'], wanted: ['2025 completed 500 E1'], why: 'the housing part, rounded down' },
  { lines: ['announced 03-01 1001 @5000'], wanted: ['2025 reserved 501 E1'], why: 'the housing part, rounded up' },
  {
    lines: PHASES,
    wanted: ['2024 confirmed 1000 E1', '2024 completed 600 E2', '2025 completed 400 E3'],
    policy: { confirmAt: 'sold' },
    why: 'a phase counts in its own year',
  },
  {
    lines: PHASES,
    wanted: ['2024 reserved 1000 E1', '2025 completed 1000 E3'],
    policy: { completionBy: 'parcel' },
    why: 'by parcel all of it counts when the last phase is completed',
  },
  {
    lines: PHASES.slice(0, 2),
    wanted: ['2024 reserved 1000 E1'],
    policy: { completionBy: 'parcel' },
    why: 'by parcel an unfinished one does not count',
  },
  {
    lines: ['completed 03-01 600', 'completed 04-01 100'],
    wanted: ['2025 completed 600 E1', '2025 completed 100 E2'],
    policy: { completionBy: 'parcel' },
    why: 'where nobody knows how large the parcel is, phase by phase',
  },
  {
    lines: ['announced 03-01 400'],
    reservations: [{}],
    wanted: ['2025 reserved 400 E1'],
    why: 'the announcement replaces the reservation of its parcel',
  },
  {
    lines: ['announced 03-01 400 #Q'],
    reservations: [{}],
    wanted: ['2025 reserved 400 E1', '2025 reserved 500 R7'],
    why: 'but not that of another parcel',
  },
  {
    lines: ['announced 03-01 400', 'withdrawn 04-01 400'],
    reservations: [{ date: '2025-03-01' }],
    wanted: [],
    why: 'what was called off after the reservation is called off for it too',
  },
  {
    lines: ['announced 03-01 400', 'withdrawn 04-01 400'],
    reservations: [{ date: '2025-04-02' }],
    wanted: ['2025 reserved 500 R7'],
    why: 'reserved after it was called off',
  },
  {
    lines: [`announced 03-01 400 ${EXEMPT_USE}`],
    reservations: [{}],
    wanted: ['2025 reserved 500 R7'],
    why: 'an entry that takes no quota takes nothing over',
  },
  {
    reservations: [{ status: 'confirmed' }],
    wanted: ['2025 confirmed 500 R7'],
    why: 'confirmed here, not yet in the ledger',
  },
  { reservations: [{ quotaSqm: 0 }], wanted: [], why: 'exempt land has no line' },
  {
    reservations: [{ year: 2024, date: '2024-12-30' }],
    wanted: ['2024 reserved 500 R7'],
    why: 'in the year of its account',
  },
  {
    lines: ['completed 2024-06-01 1000', 'announced 2024-08-01 300'],
    wanted: ['2024 completed 1000 E1', '2024 reserved 300 E2'],
    why: 'by default what is left is lost',
  },
  {
    lines: ['completed 2024-06-01 1000', 'announced 2024-08-01 300 #Q'],
    policy: { carryOver: 'unused' },
    wanted: ['2024 completed 1000 E1', '2024 reserved 300 E2', '2025 carried 700 2024'],
    why: 'carried into the year after',
  },
  {
    lines: ['announced 2024-08-01 300', 'completed 2025-06-01 1000 #Q'],
    policy: { carryOver: 'unused' },
    wanted: ['2024 reserved 300 E1', '2025 completed 1000 E2', '2026 carried 1000 2025'],
    why: 'an overdraft is not carried',
  },
  {
    lines: ['completed 2023-06-01 1000', 'announced 2025-08-01 300 #Q'],
    policy: { carryOver: 'unused' },
    wanted: [
      '2023 completed 1000 E1',
      '2024 carried 1000 2023',
      '2025 carried 1000 2024',
      '2025 reserved 300 E2',
      '2026 carried 700 2025',
    ],
    why: 'through a year in which nothing happened',
  },
  {
    lines: ['announced 03-01 400', 'announced 05-01 300 #Q'],
    policy: { announcedBefore: 'grandfathered' },
    free: ['2025-03-01'],
    wanted: ['2025 reserved 300 E2'],
    why: 'what was announced while the unit was free is left alone',
  },
  {
    lines: ['announced 03-01 400'],
    free: ['2025-03-01'],
    wanted: ['2025 reserved 400 E1'],
    why: 'by default it is bound like any other',
  },
])('lines of an account: $why', ({ wanted, ...given }) => {
  expect(linesOf(given)).toEqual(wanted);
});

test('sums are what the lines add up to, and may lie below zero', () => {
  const lines = quotaLinesOf(
    { entries: ledger('completed 03-01 100', 'announced 04-01 250 #Q'), reservations: [] },
    withLand({}),
  );
  expect(addUp(lines)).toEqual({ ...NO_QUOTA, completed: 100, reserved: 250, remaining: -150 });
  expect(addUp([])).toEqual(NO_QUOTA);
});

test('sums beyond the exact range are refused, never rounded', () => {
  const most = Number.MAX_SAFE_INTEGER;
  expect(() =>
    addUp([
      { kind: 'completed', areaSqm: most },
      { kind: 'completed', areaSqm: 1 },
    ]),
  ).toThrowError(expect.objectContaining({ code: 'NUM_RANGE' }));
  expect(() => sumsOf({ ...NO_QUOTA, completed: most, recovered: most })).toThrowError(
    expect.objectContaining({ code: 'NUM_RANGE' }),
  );
});

const EVENTS: readonly [QuotaEvent, QuotaEvent][] = [
  ['announced', 'contracted'],
  ['announced', 'sold'],
  ['sold', 'contracted'],
  ['contracted', 'contracted'],
];

const policies = fc
  .record({
    events: fc.constantFrom(...EVENTS),
    completionBy: fc.constantFrom('phase', 'parcel'),
    carryOver: fc.constantFrom('none', 'unused'),
    mixedUse: fc.constantFrom('residential-share', 'whole'),
    announcedBefore: fc.constantFrom('bound', 'grandfathered'),
  })
  .map(({ events: [reserveAt, confirmAt], ...rest }) =>
    withLand({ reserveAt, confirmAt, ...(rest as Partial<LandPolicy>) }),
  );

const day = fc
  .tuple(fc.integer({ min: 2023, max: 2025 }), fc.integer({ min: 1, max: 9 }))
  .map(([y, m]) => `${y}-0${m}-15`);
const parcelNo = fc.constantFrom('P', 'Q', 'R', 'S');
const anyEntry = fc.record({
  kind: fc.constantFrom<LandKind>(
    'completed',
    'completed',
    'recovered',
    'announced',
    'sold',
    'contracted',
    'withdrawn',
  ),
  date: day,
  parcelNo,
  areaSqm: fc.integer({ min: 1, max: 3000 }),
  shareBp: fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: null, freq: 2 }),
  landUse: fc.constantFrom(HOUSING, HOUSING, HOUSING, VILLAGE, EXEMPT_USE),
});
const anyReservation = fc.record({
  status: fc.constantFrom('active' as const, 'confirmed' as const),
  year: fc.integer({ min: 2023, max: 2025 }),
  parcelNo,
  date: day,
  quotaSqm: fc.integer({ min: 0, max: 3000 }),
});

test('accounts of random ledgers under random settings are the oracle’s, year by year', () => {
  const freeOn = (date: string): boolean => date < '2024-06';
  const check = fc.property(
    policies,
    fc.array(anyEntry, { maxLength: 16 }),
    fc.array(anyReservation, { maxLength: 4 }),
    (policy, given, reserved) => {
      const entries = given.map((one, at) => entryOf({ ...one, entryNo: `E${at}` }));
      const reservations = reserved.map((one, at) => ({ ...one, id: at }));
      const supplyOn = (date: string) => (freeOn(date) ? ('free' as const) : ('suspended' as const));
      const lines = quotaLinesOf({ entries: entries.toReversed(), reservations, supplyOn }, policy);
      const wanted = accountsOf({ entries, reservations, freeOn }, policy);
      const years = new Set([...lines.map(({ year }) => year), ...wanted.keys()]);
      for (const year of years) {
        const sums = addUp(lines.filter((line) => line.year === year));
        for (const kind of [...QUOTA_KINDS, 'remaining'] as const) {
          expect({ year, kind, sqm: BigInt(sums[kind]) }).toEqual({ year, kind, sqm: wanted.get(year)?.[kind] ?? 0n });
        }
      }
      const keys = lines.map((line) => `${line.year} ${quotaLineKey(line)}`);
      expect(new Set(keys).size).toBe(keys.length);
    },
  );
  fc.assert(check, runs(3_000));
});
