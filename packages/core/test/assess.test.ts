import { expect, test } from 'vitest';
import { type Assessment, assessSeries, historyMonths, landSupplyOf, type UnitSeries } from '../src/assess.ts';
import { exactMonths } from '../src/sell-through.ts';
import { golden } from './golden.ts';
import { fiveTiers, mnr2024, steadySeries, withDefinition } from './samples.ts';

type StatusCase = {
  readonly stock: string | null;
  readonly net: readonly (string | null)[];
  readonly status: string;
  readonly tier: string | null;
  readonly exact: readonly [string, string] | null;
  readonly provisional: boolean | null;
  readonly why: string;
};

const WAN_SQM = 1_000_000;

function at(series: UnitSeries, month: string, previousTier: string | null = null, rulebook = mnr2024): Assessment {
  const [only] = assessSeries(series, rulebook, { from: month, to: month, previousTier });
  if (only === undefined) throw new Error('no month');
  return only;
}

test.each(golden<StatusCase>('status'))('$status: $why', (given) => {
  const steady = steadySeries('2025-01', 12, 0, 0);
  const series: UnitSeries = {
    ...steady,
    netSalesCentisqm: given.net.map((net) => (net === null ? null : Number(net) * WAN_SQM)),
    stockCentisqm: [...steady.stockCentisqm.slice(0, 11), given.stock === null ? null : Number(given.stock) * WAN_SQM],
  };
  const { status, tier, provisional, stockCentisqm, soldCentisqm, monthsPresent } = at(series, '2025-12');
  expect({ status, tier, provisional }).toEqual({
    status: given.status,
    tier: given.tier,
    provisional: given.provisional,
  });
  if (given.exact === null) return;
  const { numerator, denominator } = exactMonths({ stockCentisqm: stockCentisqm ?? 0, soldCentisqm, monthsPresent });
  expect([numerator.toString(), denominator.toString()]).toEqual(given.exact);
});

test('the window holds the assessed month and the eleven before it, and no other', () => {
  const series = {
    ...steadySeries('2024-01', 24, 100, 0),
    netSalesCentisqm: Array.from({ length: 24 }, (_, k) => 2 ** k),
  };
  expect(at(series, '2025-06').soldCentisqm).toBe(2 ** 18 - 2 ** 6);
  expect(at(series, '2024-03')).toMatchObject({ soldCentisqm: 7, monthsPresent: 3, presentMask: 0b111 });
  expect(at(series, '2025-06', null, withDefinition({ window: 6, minMonths: 4 })).soldCentisqm).toBe(2 ** 18 - 2 ** 12);
});

test('the mask says which months were there, bit 0 the assessed one', () => {
  const net = [1, null, 1, null, null, 1];
  const series = { ...steadySeries('2025-01', 6, 100, 0), netSalesCentisqm: net };
  expect(at(series, '2025-06')).toMatchObject({ presentMask: 0b101001, monthsPresent: 3 });
  expect(at(series, '2025-08')).toMatchObject({ presentMask: 0b10100100, status: 'NO_DATA' });
});

test('a tier is carried over months that have none', () => {
  const steady = steadySeries('2024-01', 24, 36_00, 1_00);
  const stock = steady.stockCentisqm.map((value, k) => (k === 14 ? 37_00 : k === 15 || k === 16 ? null : value));
  const range = { from: '2025-02', to: '2025-07', previousTier: null };
  const months = assessSeries({ ...steady, stockCentisqm: stock }, mnr2024, range);
  expect(months.map(({ tier, previousTier }) => [tier, previousTier])).toEqual([
    ['SWAP', null],
    ['SUSPEND', 'SWAP'],
    [null, 'SUSPEND'],
    [null, 'SUSPEND'],
    ['SUSPEND', 'SUSPEND'],
    ['SUSPEND', 'SUSPEND'],
  ]);
});

test('the tier before the range is what the first month starts from', () => {
  const series = steadySeries('2024-01', 24, 36_00, 1_00);
  expect(at(series, '2025-12', 'SUSPEND').tier).toBe('SUSPEND');
  expect(at(series, '2025-12', 'SWAP').tier).toBe('SWAP');
});

test('a range that ends before it begins has no months, and one outside the series has months without data', () => {
  const series = steadySeries('2024-01', 12, 36_00, 1_00);
  expect(assessSeries(series, mnr2024, { from: '2024-06', to: '2024-05', previousTier: null })).toEqual([]);
  const outside = assessSeries(series, mnr2024, { from: '2030-01', to: '2030-02', previousTier: 'FREE' });
  expect(outside.map(({ month, status, previousTier }) => [month, status, previousTier])).toEqual([
    ['2030-01', 'NO_DATA', 'FREE'],
    ['2030-02', 'NO_DATA', 'FREE'],
  ]);
});

test.each([
  {
    month: '2025-12',
    stock: 101,
    before: 100,
    december: null,
    grew: true,
    why: 'above December, which is a year ago, too',
  },
  { month: '2025-03', stock: 101, before: 100, december: 200, grew: true, why: 'above the same month last year alone' },
  { month: '2025-03', stock: 101, before: 200, december: 100, grew: true, why: 'above last December alone' },
  { month: '2025-03', stock: 100, before: 100, december: 100, grew: false, why: 'the same is not more' },
  { month: '2025-03', stock: 101, before: null, december: 101, grew: false, why: 'one reference is enough' },
  { month: '2025-03', stock: 101, before: null, december: null, grew: null, why: 'no reference, no flag' },
  { month: '2025-01', stock: 101, before: null, december: 100, grew: true, why: 'December is the month before' },
])(
  'stock $stock in $month after $before and $december grew: $grew: $why',
  ({ month, stock, before, december, grew }) => {
    const series = steadySeries('2023-12', 26, 50, 0);
    const stocks = new Array<number | null>(26).fill(null);
    const place = (text: string): number => Number(text.slice(0, 4)) * 12 + Number(text.slice(5)) - 1 - series.first;
    stocks[place(`${Number(month.slice(0, 4)) - 1}${month.slice(4)}`)] = before;
    if (december !== null) stocks[place('2024-12')] = december;
    stocks[place(month)] = stock;
    const net = series.netSalesCentisqm.map(() => 4);
    expect(at({ ...series, stockCentisqm: stocks, netSalesCentisqm: net }, month)).toMatchObject({
      tier: 'SWAP',
      stockGrew: grew,
    });
  },
);

test('stock growth is asked in SWAP only', () => {
  const growing = {
    ...steadySeries('2024-01', 24, 0, 100),
    stockCentisqm: Array.from({ length: 24 }, (_, k) => 1_000 + k),
  };
  expect(at(growing, '2025-12')).toMatchObject({ tier: 'FREE', stockGrew: null });
  const steep = { ...growing, netSalesCentisqm: growing.netSalesCentisqm.map(() => 1) };
  expect(at(steep, '2025-12')).toMatchObject({ tier: 'SUSPEND', stockGrew: null });
});

test.each([
  { back: 0, tier: 'FREE', simulated: true, why: 'the assessed month' },
  { back: 11, tier: 'FREE', simulated: true, why: 'the oldest month of the window' },
  { back: 12, tier: 'FREE', simulated: false, why: 'outside the window' },
  { back: 12, tier: 'SWAP', simulated: true, why: 'but the stock that growth is measured against' },
  { back: 13, tier: 'SWAP', simulated: false, why: 'outside of everything' },
])('a month simulated $back months back marks $tier $simulated: $why', ({ back, tier, simulated }) => {
  const series = steadySeries('2024-01', 24, tier === 'SWAP' ? 24_00 : 12_00, 1_00);
  const marks = series.simulated.map((_, k) => k === 23 - back);
  expect(at({ ...series, simulated: marks }, '2025-12')).toMatchObject({ tier, simulated });
});

test('a sum that leaves the exact range is refused, even if it comes back', () => {
  const huge = Number.MAX_SAFE_INTEGER;
  for (const tail of [
    [huge, 1],
    [huge, huge, -huge, -huge + 1],
  ]) {
    const net = [...new Array<number>(12 - tail.length).fill(0), ...tail];
    const series = { ...steadySeries('2025-01', 12, 1, 0), netSalesCentisqm: net };
    expect(() => at(series, '2025-12')).toThrowError(expect.objectContaining({ kind: 'invalid', code: 'NUM_RANGE' }));
  }
});

test('history reaches over the window and over the year that stock is compared with', () => {
  expect(historyMonths(mnr2024)).toBe(12);
  expect(historyMonths(withDefinition({ window: 6 }))).toBe(12);
  expect(historyMonths(withDefinition({ window: 24 }))).toBe(23);
});

test('what a stored tier means for land is read back from its rule', () => {
  expect(landSupplyOf(mnr2024, 'SUSPEND')).toBe('suspended');
  expect(landSupplyOf(mnr2024, null)).toBeNull();
  expect(landSupplyOf(fiveTiers, 'LESS')).toBe('swap');
  expect(() => landSupplyOf(fiveTiers, 'SUSPEND')).toThrowError(expect.objectContaining({ code: 'TIER_UNKNOWN' }));
});
