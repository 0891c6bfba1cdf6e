import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import {
  inLedgerOrder,
  type LandKind,
  type LandPolicy,
  parcelKey,
  parcelOf,
  type QuotaEvent,
} from '../../src/index.ts';
import { takingsOf } from './oracle.ts';
import { EXEMPT_USE, entryOf, HOUSING, ledger, VILLAGE, withLand } from './support.ts';

test.each([
  { a: '喀什2025-01号', b: ' 喀什 2025-01号', same: true, why: 'blanks' },
  { a: '喀什２０２５-01号', b: '喀什2025-01号', same: true, why: 'full-width digits' },
  { a: 'KS-A', b: 'ks-a', same: true, why: 'capitals' },
  { a: 'KS·1', b: 'KS•1', same: true, why: 'dots' },
  { a: '喀什2025-01号', b: '喀什2025-1号', same: false, why: 'a number is not read' },
])('“$a” and “$b” are one parcel: $same, $why', ({ a, b, same }) => {
  expect(parcelKey(a) === parcelKey(b)).toBe(same);
});

test('entries of one day stand in the order of a parcel’s life, then by number', () => {
  const given = ledger(
    'completed 03-01 1',
    'withdrawn 03-01 1',
    'contracted 03-01 1',
    'sold 03-01 1',
    'announced 03-01 1 =B',
    'announced 03-01 1 =A',
    'recovered 03-01 1',
    'completed 02-28 1',
  );
  const order = inLedgerOrder(given).map(({ kind, entryNo }) => (kind === 'announced' ? entryNo : kind));
  expect(order).toEqual(['completed', 'recovered', 'A', 'B', 'sold', 'contracted', 'withdrawn', 'completed']);
});

/** Uses as text: state, year, ㎡, the entry that says so, since when, and when it ended. */
function usesOf(lines: readonly string[], policy: LandPolicy): string[] {
  return parcelOf(ledger(...lines), policy).uses.map(({ state, year, quotaSqm, entry, since, endedOn }) =>
    [state, year, quotaSqm, entry.entryNo, since.date.slice(5), ...(endedOn === null ? [] : [endedOn])].join(' '),
  );
}

const LIFE = ['announced 03-01 1000', 'sold 04-01 900', 'contracted 05-01 900'];

test.each<{ at: [QuotaEvent, QuotaEvent]; after: [string[], string[], string[]]; why: string }>([
  {
    at: ['announced', 'contracted'],
    after: [['reserved 2025 1000 E1 03-01'], ['reserved 2025 900 E2 03-01'], ['confirmed 2025 900 E3 03-01']],
    why: 'the default: promised to the public, final by contract',
  },
  {
    at: ['sold', 'contracted'],
    after: [[], ['reserved 2025 900 E2 04-01'], ['confirmed 2025 900 E3 04-01']],
    why: 'an announcement takes nothing',
  },
  {
    at: ['contracted', 'contracted'],
    after: [[], [], ['confirmed 2025 900 E3 05-01']],
    why: 'nothing is ever only reserved',
  },
  {
    at: ['announced', 'sold'],
    after: [['reserved 2025 1000 E1 03-01'], ['confirmed 2025 900 E2 03-01'], ['confirmed 2025 900 E3 03-01']],
    why: 'final by the deal, the contract still says how much',
  },
  {
    at: ['announced', 'announced'],
    after: [['confirmed 2025 1000 E1 03-01'], ['confirmed 2025 900 E2 03-01'], ['confirmed 2025 900 E3 03-01']],
    why: 'final at once',
  },
  {
    at: ['sold', 'sold'],
    after: [[], ['confirmed 2025 900 E2 04-01'], ['confirmed 2025 900 E3 04-01']],
    why: 'taken and final by the deal',
  },
])('with $at events take quota: $why', ({ at: [reserveAt, confirmAt], after }) => {
  for (const [count, wanted] of after.entries()) {
    expect(usesOf(LIFE.slice(0, count + 1), withLand({ reserveAt, confirmAt }))).toEqual(wanted);
  }
});

test.each([
  {
    lines: ['announced 03-01 1000', 'withdrawn 04-01 1000'],
    uses: [],
    why: 'an auction without a bid gives all of it back',
  },
  { lines: [...LIFE, 'withdrawn 06-01 900'], uses: [], why: 'so does a contract that is called off' },
  {
    lines: ['announced 03-01 1000', 'withdrawn 04-01 1000', 'announced 05-01 800'],
    uses: ['reserved 2025 800 E3 05-01'],
    why: 'announced anew, it begins anew',
  },
  {
    lines: ['announced 2024-12-20 1000', 'contracted 02-01 900'],
    uses: ['confirmed 2024 900 E2 12-20'],
    why: 'the year is that of the event that first took quota',
  },
  {
    lines: [...LIFE, 'recovered 08-01 900'],
    uses: ['confirmed 2025 900 E3 03-01 2025-08-01'],
    why: 'land that is taken back was sold all the same',
  },
  {
    lines: [...LIFE, 'recovered 08-01 900', 'announced 09-01 900'],
    uses: ['confirmed 2025 900 E3 03-01 2025-08-01', 'reserved 2025 900 E5 09-01'],
    why: 'sold again it takes again',
  },
  {
    lines: ['recovered 02-01 900', 'announced 03-01 900'],
    uses: ['reserved 2025 900 E2 03-01'],
    why: 'taken back before, from a sale that nobody recorded',
  },
  {
    lines: ['announced 03-01 1000', 'recovered 04-01 1000'],
    uses: ['reserved 2025 1000 E1 03-01'],
    why: 'what was not sold yet cannot end by being taken back',
  },
  {
    lines: [...LIFE, 'completed 11-01 900'],
    uses: ['confirmed 2025 900 E3 03-01'],
    why: 'completion gives nothing back',
  },
  { lines: [`announced 03-01 1000 ${EXEMPT_USE}`], uses: [], why: 'exempt land takes nothing' },
  { lines: ['announced 03-01 1000 工业用地'], uses: [], why: 'nor does a use that the rules do not know' },
  { lines: [`announced 03-01 1000 ${VILLAGE} @3000`], uses: ['reserved 2025 300 E1 03-01'], why: 'by its share' },
  { lines: ['announced 03-01 1000 @0'], uses: ['reserved 2025 0 E1 03-01'], why: 'a share of 0 takes 0' },
])('what a parcel takes: $why', ({ lines, uses }) => {
  expect(usesOf(lines, withLand({}))).toEqual(uses);
  expect(usesOf(lines.toReversed(), withLand({})).length).toBe(uses.length);
});

test.each([
  { lines: LIFE, area: 900, calledOff: null, why: 'the newest entry before completion' },
  { lines: [...LIFE, 'completed 11-01 400'], area: 900, calledOff: null, why: 'a phase is not the parcel' },
  { lines: ['completed 11-01 400'], area: null, calledOff: null, why: 'only completions are known' },
  { lines: ['announced 03-01 1000', 'withdrawn 04-01 1000'], area: 1000, calledOff: '2025-04-01', why: 'called off' },
])('an area of $area, called off $calledOff: $why', ({ lines, area, calledOff }) => {
  const parcel = parcelOf(ledger(...lines), withLand({}));
  expect([parcel.areaSqm, parcel.withdrawnOn]).toEqual([area, calledOff]);
});

const settings = fc
  .constantFrom<[QuotaEvent, QuotaEvent]>(
    ['announced', 'announced'],
    ['announced', 'sold'],
    ['announced', 'contracted'],
    ['sold', 'sold'],
    ['sold', 'contracted'],
    ['contracted', 'contracted'],
  )
  .chain(([reserveAt, confirmAt]) =>
    fc
      .constantFrom('residential-share', 'whole')
      .map((mixedUse) => withLand({ reserveAt, confirmAt, mixedUse: mixedUse as 'whole' })),
  );

const anyEntry = fc.record({
  kind: fc.constantFrom<LandKind>('completed', 'recovered', 'announced', 'sold', 'contracted', 'withdrawn'),
  date: fc.integer({ min: 0, max: 11 }).map((at) => `${2024 + (at % 2)}-0${1 + Math.floor(at / 2)}-01`),
  areaSqm: fc.integer({ min: 1, max: 2000 }),
  shareBp: fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: null, freq: 2 }),
  landUse: fc.constantFrom(HOUSING, HOUSING, HOUSING, '商住用地', VILLAGE, EXEMPT_USE, '工业用地'),
});

test('whatever the entries and their order, a parcel takes what the plain reading of them says', () => {
  const check = fc.property(settings, fc.array(anyEntry, { maxLength: 9 }), fc.nat(), (policy, given, turn) => {
    const entries = given.map((one, at) => entryOf({ ...one, entryNo: `E${at}` }));
    const turned = [...entries.slice(turn % (given.length + 1)), ...entries.slice(0, turn % (given.length + 1))];
    const uses = parcelOf(turned, policy).uses.map(({ state, year, quotaSqm, entry, since, endedOn }) => ({
      state,
      year,
      sqm: BigInt(quotaSqm),
      since: since.date,
      by: entry.entryNo,
      ended: endedOn,
    }));
    expect(uses).toEqual(takingsOf(entries, policy));
  });
  fc.assert(check, runs(3_000));
});
