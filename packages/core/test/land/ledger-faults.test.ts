import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import { type LandFault, ledgerFaults, newLedgerFaults } from '../../src/index.ts';
import { entryOf, HOUSING, ledger, withLand } from './support.ts';

const policy = withLand({});

function short({ code, entry, against }: LandFault): string {
  return `${code} ${entry.entryNo}${against === null ? '' : ` ${against.entryNo}`}`;
}

const LIFE = ['announced 03-01 1000', 'sold 04-01 900', 'contracted 05-01 900'];

test.each([
  { lines: [], why: 'nothing' },
  { lines: [...LIFE, 'completed 10-01 500', 'completed 11-01 400'], why: 'a whole life in two phases' },
  {
    lines: ['announced 03-01 1000', 'withdrawn 04-01 1000', ...['announced 05-01 1200']],
    why: 'announced anew, and larger',
  },
  { lines: ['sold 04-01 900', 'completed 10-01 900'], why: 'a deal is enough to be completed' },
  { lines: ['completed 03-01 900'], why: 'sold before the ledger began' },
  { lines: ['recovered 03-01 900'], why: 'likewise taken back' },
  { lines: [...LIFE, 'recovered 08-01 900', 'announced 09-01 900'], why: 'taken back and offered again' },
  { lines: [...LIFE, 'withdrawn 06-01 900'], why: 'a contract that is called off' },
  {
    lines: [...LIFE, 'recovered 08-01 900', 'withdrawn 08-15 900'],
    why: 'the contract ended after the land was taken back',
  },
  { lines: ['announced 03-01 500', 'sold 03-01 500', 'contracted 03-01 500'], why: 'everything on one day' },
  { lines: ['announced 03-01 500', 'announced 03-01 500 #Q !B'], why: 'two parcels of two units' },
  {
    lines: [...LIFE, 'completed 10-01 900', 'recovered 11-01 900', 'completed 12-01 900'],
    why: 'completed twice, taken back between',
  },
])('no contradiction: $why', ({ lines }) => {
  expect(ledgerFaults(ledger(...lines), policy).map(short)).toEqual([]);
});

test.each([
  {
    lines: ['announced 03-01 1000 工业用地'],
    faults: ['LAND_USE_UNKNOWN E1'],
    why: 'nobody knows whether it is controlled',
  },
  { lines: ['announced 03-01 0'], faults: ['LAND_AREA_ZERO E1'], why: 'no area' },
  { lines: ['announced 03-01 -5'], faults: ['LAND_AREA_ZERO E1'], why: 'less than none' },
  {
    lines: ['announced 03-01 900', 'sold 04-01 900 !B'],
    faults: ['PARCEL_TWO_UNITS E2 E1'],
    why: 'two units claim it',
  },
  { lines: ['announced 03-01 900', 'announced 03-02 900'], faults: ['LAND_TWICE E2 E1'], why: 'announced twice' },
  { lines: [...LIFE, 'contracted 05-02 900'], faults: ['LAND_TWICE E4 E3'], why: 'contracted twice' },
  { lines: ['contracted 03-01 900', 'sold 04-01 900'], faults: ['LAND_ORDER E2 E1'], why: 'a deal after its contract' },
  { lines: ['sold 03-01 900', 'announced 04-01 900'], faults: ['LAND_ORDER E2 E1'], why: 'announced after the deal' },
  {
    lines: ['announced 03-01 900', 'sold 04-01 901'],
    faults: ['LAND_AREA_OVER E2 E1'],
    why: 'more sold than announced',
  },
  { lines: [...LIFE, 'completed 10-01 901'], faults: ['LAND_AREA_OVER E4 E3'], why: 'more completed than contracted' },
  {
    lines: [...LIFE, 'completed 10-01 500', 'completed 11-01 401'],
    faults: ['LAND_AREA_OVER E5 E3'],
    why: 'more completed in two phases',
  },
  { lines: ['announced 03-01 900', 'completed 10-01 900'], faults: ['COMPLETED_UNSOLD E2 E1'], why: 'only announced' },
  {
    lines: ['announced 03-01 900', 'withdrawn 04-01 900', 'completed 10-01 900'],
    faults: ['COMPLETED_UNSOLD E3 E2'],
    why: 'the sale was called off',
  },
  {
    lines: [...LIFE, 'recovered 08-01 900', 'announced 09-01 900', 'completed 11-01 900'],
    faults: ['COMPLETED_UNSOLD E6 E5'],
    why: 'taken back and only announced since',
  },
  { lines: ['withdrawn 04-01 900'], faults: ['WITHDRAWN_NOTHING E1'], why: 'nothing to call off' },
  {
    lines: ['announced 03-01 900', 'withdrawn 04-01 900', 'withdrawn 05-01 900'],
    faults: ['WITHDRAWN_NOTHING E3'],
    why: 'called off already',
  },
  {
    lines: ['withdrawn 03-01 900', 'announced 04-01 900'],
    faults: ['WITHDRAWN_NOTHING E1'],
    why: 'called off before it began',
  },
])('$faults: $why', ({ lines, faults }) => {
  const entries = ledger(...lines);
  expect(ledgerFaults(entries, policy).map(short)).toEqual(faults);
  expect(ledgerFaults(entries.toReversed(), policy).map(short)).toEqual(faults);
  for (const { zh, en } of ledgerFaults(entries, policy)) expect([zh, en].join('').length).toBeGreaterThan(10);
});

type Fresh = { known: string[]; fresh: string[]; blamed: Record<string, string[]>; why: string };
test.each<Fresh>([
  {
    known: ['announced 03-01 900 =OLD'],
    fresh: ['announced 03-02 900 =NEW'],
    blamed: { NEW: ['LAND_TWICE NEW OLD'] },
    why: 'the new one is blamed',
  },
  {
    known: ['announced 03-05 900 =OLD'],
    fresh: ['announced 03-01 900 =NEW'],
    blamed: { NEW: ['LAND_TWICE OLD NEW'] },
    why: 'even where its date makes the old one the second',
  },
  {
    known: [],
    fresh: ['announced 03-01 900 =A', 'announced 03-02 800 =B'],
    blamed: { A: ['LAND_TWICE B A'], B: ['LAND_TWICE B A'] },
    why: 'of two new ones neither can be preferred',
  },
  {
    known: ['announced 03-01 900 =OLD', 'announced 03-02 900 =OLD2'],
    fresh: ['recovered 06-01 900 =NEW'],
    blamed: {},
    why: 'what the ledger said before is nobody’s fault now',
  },
  {
    known: ['sold 04-01 900 =OLD', 'completed 10-01 900 =DONE'],
    fresh: ['withdrawn 05-01 900 =NEW'],
    blamed: { NEW: ['COMPLETED_UNSOLD DONE NEW'] },
    why: 'what a new one makes wrong of an old one is the new one’s fault',
  },
  {
    known: ['announced 03-01 900 =OLD'],
    fresh: ['announced 03-02 900 =NEW #Q'],
    blamed: {},
    why: 'another parcel',
  },
  {
    known: ['announced 03-01 900 =OLD'],
    fresh: ['sold 04-01 950 =A !B', 'recovered 04-02 10 =C #Q'],
    blamed: { A: ['PARCEL_TWO_UNITS A OLD', 'LAND_AREA_OVER A OLD'] },
    why: 'everything that is wrong with a row is said, the good row stands',
  },
  {
    known: [],
    fresh: ['sold 04-01 900 =A 工业用地'],
    blamed: { A: ['LAND_USE_UNKNOWN A'] },
    why: 'wrong on its own',
  },
])('$why', ({ known, fresh, blamed }) => {
  const found = newLedgerFaults(ledger(...fresh), ledger(...known), policy);
  const told = Object.fromEntries([...found].map(([no, faults]) => [no, faults.map(short)]));
  expect(told).toEqual(blamed);
});

/** Lives that nobody can object to: sales that are called off or taken back, the last one perhaps built on. */
const life = fc
  .array(
    fc.record({
      steps: fc.integer({ min: 1, max: 3 }),
      area: fc.integer({ min: 10, max: 5000 }),
      end: fc.constantFrom('withdrawn', 'recovered'),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .chain((sales) => fc.tuple(fc.constant(sales), fc.integer({ min: 0, max: 10 })));

test('a life without contradictions has none, in whatever order its entries come', () => {
  const check = fc.property(life, fc.nat(), ([sales, phases], turn) => {
    let month = 0;
    const next = (): string => `${2020 + Math.floor(month / 12)}-${String((month++ % 12) + 1).padStart(2, '0')}-01`;
    const lines = sales.flatMap(({ steps, area, end }, at) => {
      const sale = ['announced', 'sold', 'contracted'].slice(0, steps).map((kind) => `${kind} ${next()} ${area}`);
      if (at < sales.length - 1)
        return [...sale, `${end === 'recovered' && steps > 1 ? end : 'withdrawn'} ${next()} ${area}`];
      return steps === 1 || phases === 0 ? sale : [...sale, `completed ${next()} ${Math.ceil(area / phases)}`];
    });
    const entries = ledger(...lines);
    const turned = [...entries.slice(turn % entries.length), ...entries.slice(0, turn % entries.length)];
    expect(newLedgerFaults(turned, [], policy).size).toBe(0);
  });
  fc.assert(check, runs(1_000));
});

test('only new rows are ever blamed, and never for what was wrong before them', () => {
  const row = fc.record({
    kind: fc.constantFrom('completed', 'recovered', 'announced', 'sold', 'contracted', 'withdrawn'),
    date: fc.integer({ min: 1, max: 9 }).map((at) => `2025-0${at}-01`),
    parcelNo: fc.constantFrom('P', 'Q'),
    regionCode: fc.constantFrom('A', 'A', 'A', 'B'),
    areaSqm: fc.integer({ min: 0, max: 5 }),
    landUse: fc.constantFrom(HOUSING, HOUSING, '工业用地'),
  });
  const check = fc.property(fc.array(row, { maxLength: 6 }), fc.array(row, { maxLength: 4 }), (before, after) => {
    const known = before.map((one, at) => entryOf({ ...one, kind: one.kind as 'sold', entryNo: `K${at}` }));
    const fresh = after.map((one, at) => entryOf({ ...one, kind: one.kind as 'sold', entryNo: `F${at}` }));
    const old = new Set(ledgerFaults(known, policy).map(short));
    const all = ledgerFaults([...known, ...fresh], policy).map(short);
    const blamed = newLedgerFaults(fresh, known, policy);
    for (const [entryNo, faults] of blamed) {
      expect(entryNo).toMatch(/^F/u);
      for (const fault of faults) expect(old.has(short(fault)) || !all.includes(short(fault))).toBe(false);
    }
    const own = all.filter((text) => /^\S+ F/u.test(text) && !old.has(text));
    for (const text of own) expect(blamed.has(text.split(' ')[1] ?? '')).toBe(true);
  });
  fc.assert(check, runs(2_000));
});
