// Faults planted in the sample market, one at a time: which are found, and whether anything else is accused.
import { expect, test } from 'vitest';
import { WIDTH } from '../../src/checks/index.ts';
import type { MonthlyFeed } from '../../src/feed.ts';
import { CITY, check, column, lineOf, MONTHS, sampleMarket, spoilt, ZONE } from './market.ts';

const market = sampleMarket();
const AREAS: Readonly<Record<MonthlyFeed, readonly string[]>> = {
  sales: ['signed_area', 'cancelled_area'],
  inventory: ['presale_unsold_area', 'completed_unsold_area', 'unpermitted_area', 'newly_permitted_area'],
};
const LUMPY = ['cancelled_area', 'newly_permitted_area'];
/** 15 times is within what lumpy figures do, and what a stock that is being built up does in a year. */
const LEAST_OF_15: Readonly<Record<string, number>> = {
  cancelled_area: 0,
  newly_permitted_area: 0.8,
  unpermitted_area: 0.7,
};

type Factor = readonly [name: string, of: (value: number) => number];
const TIMES: readonly Factor[] = [
  ['×10000', (value) => value * 10_000],
  ['÷10000', (value) => Math.round(value / 10_000)],
  ['×666.67', (value) => Math.round((value * 10_000) / 15)],
  ['÷666.67', (value) => Math.round((value * 15) / 10_000)],
  ['×15', (value) => value * 15],
  ['÷15', (value) => Math.round(value / 15)],
];

type Tally = { planted: number; found: number; accused: number };

/** Plants one factor in every sensible cell of a column, every fifth month, as the newest month of what is known. */
function plant(feed: MonthlyFeed, name: string, of: (value: number) => number): Tally {
  const tally = { planted: 0, found: 0, accused: 0 };
  const at = column(name);
  for (const [code, figures] of market) {
    for (let month = 8; month < MONTHS; month += 5) {
      const value = figures[month * WIDTH + at] ?? Number.NaN;
      const seen = figures.slice(0, month * WIDTH).filter((other, index) => index % WIDTH === at && other > 0).length;
      if (!(value > 0) || seen < 6) continue;
      const bad = spoilt(market, [
        { code, month, change: (cells, row) => cells.fill(of(value), row + at, row + at + 1) },
      ]);
      const codes = code === ZONE || code === CITY ? [CITY, ZONE] : [code];
      const findings = check(bad, { feed, from: month, to: month, codes });
      tally.planted += 1;
      if (findings.some((finding) => finding.line === lineOf(code, month))) tally.found += 1;
      if (findings.some((finding) => finding.line !== lineOf(code, month))) tally.accused += 1;
    }
  }
  return tally;
}

test.each([...TIMES])('%s in an area', (name, of) => {
  const rows = (['sales', 'inventory'] as const).flatMap((feed) =>
    AREAS[feed].map((area) => ({ area, ...plant(feed, area, of) })),
  );
  for (const { area, planted, found, accused } of rows) {
    expect({ area, accused }).toEqual({ area, accused: 0 });
    const least = name.endsWith('15') ? (LEAST_OF_15[area] ?? 0.98) : LUMPY.includes(area) ? 0.88 : 1;
    expect(found / planted, `${area} ${name}`).toBeGreaterThanOrEqual(least);
  }
});

const NEWEST = MONTHS - 1;
const codesOf = (findings: readonly { readonly code: string }[]): string[] => findings.map(({ code }) => code);

test('homes in 万套', () => {
  const at = column('signed_units');
  const bad = spoilt(market, [
    { code: CITY, month: NEWEST, change: (cells, row) => cells.fill(7_340_000, row + at, row + at + 1) },
  ]);
  const [finding, ...others] = check(bad, { feed: 'sales', from: NEWEST });
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    code: 'UNIT_MIXUP',
    level: 'refuse',
    column: 'signed_units',
    facts: { value: '7340000套' },
  });
});

test('a month copied from the one before: each row is said, and the file is held', () => {
  const copied = spoilt(
    market,
    [...market.keys()].map((code) => ({
      code,
      month: NEWEST,
      change: (cells: Float64Array, row: number) => cells.copyWithin(row, row - WIDTH, row - WIDTH + 4),
    })),
  );
  const findings = check(copied, { feed: 'sales', from: NEWEST });
  const withSales = [...market.values()].filter((cells) => (cells[(NEWEST - 1) * WIDTH] ?? 0) > 0).length;
  expect(codesOf(findings).filter((code) => code === 'IDENTICAL_PERIOD')).toHaveLength(withSales);
  expect(findings.filter(({ level }) => level === 'hold')).toMatchObject([{ code: 'IDENTICAL_FILE', line: null }]);
});

test('a stock 5 % off in every unit and month: found in that month, and not again in the next', () => {
  const tally = { planted: 0, found: 0, accused: 0 };
  const at = column('presale_unsold_area');
  for (const [code, figures] of market) {
    for (let month = 1; month < NEWEST; month += 3) {
      const row = month * WIDTH;
      const stock = (figures[row + at] ?? Number.NaN) + (figures[row + at + 1] ?? Number.NaN);
      const known = [0, 1, at - WIDTH, column('newly_permitted_area')].every(
        (cell) => !Number.isNaN(figures[row + cell] ?? Number.NaN),
      );
      if (!(stock > 2_000_000) || !known) continue;
      const change = (cells: Float64Array, place: number): void => {
        cells[place + at] = (cells[place + at] ?? 0) + Math.round(stock / 20);
      };
      const findings = check(spoilt(market, [{ code, month, change }]), { feed: 'inventory', codes: [code] });
      tally.planted += 1;
      if (findings.some((one) => one.code === 'STOCK_FLOW' && one.line === lineOf(code, month))) tally.found += 1;
      if (findings.some((one) => one.line !== lineOf(code, month))) tally.accused += 1;
    }
  }
  expect(tally).toEqual({ planted: tally.planted, found: tally.planted, accused: 0 });
  expect(tally.planted).toBeGreaterThan(100);
});

test.each(['inventory', 'sales'] as const)('the zone counted in the %s of its city too', (feed) => {
  let found = 0;
  const range = feed === 'sales' ? [0, 4] : [4, 10];
  for (let month = 1; month < MONTHS; month += 1) {
    const change = (cells: Float64Array, row: number): void => {
      const zone = market.get(ZONE);
      for (let at = range[0] ?? 0; at < (range[1] ?? 0); at += 1)
        cells[row + at] = (cells[row + at] ?? 0) + (zone?.[row + at] ?? 0);
    };
    const bad = spoilt(market, [{ code: CITY, month, change }]);
    const findings = check(bad, { feed, from: month, to: month, codes: [CITY, ZONE] });
    if (findings.some((one) => one.code === 'ZONE_TWICE' && one.line === lineOf(CITY, month))) found += 1;
  }
  expect(found).toBeGreaterThanOrEqual(feed === 'inventory' ? 33 : 20);
});

test('cancellations above all that was signed, sales above all that could be sold', () => {
  const [cancelled, signed, permitted] = ['cancelled_area', 'signed_area', 'newly_permitted_area'].map(column) as [
    number,
    number,
    number,
  ];
  const set = (at: number, value: number) => ({
    code: '653131',
    month: NEWEST,
    change: (cells: Float64Array, row: number) => cells.fill(value, row + at, row + at + 1),
  });
  const many = check(spoilt(market, [set(cancelled, 900_000_000), set(column('cancelled_units'), 90_000)]), {
    feed: 'sales',
    from: NEWEST,
  });
  expect(codesOf(many)).toContain('CANCELLED_GT_SIGNED');
  const sold = check(spoilt(market, [set(signed, 90_000_000), set(column('signed_units'), 9000), set(permitted, 0)]), {
    feed: 'sales',
    from: NEWEST,
  });
  expect(codesOf(sold)).toEqual(expect.arrayContaining(['SALES_GT_STOCK']));
  expect(codesOf(sold)).not.toContain('STOCK_FLOW');
});

test('figures of the year so far: held, for the prefecture and for a single county', () => {
  const sums = new Map([...market].map(([code, figures]) => [code, figures.slice()]));
  for (const figures of sums.values()) {
    for (let month = 1; month < MONTHS; month += 1) {
      if ((month + 10) % 12 === 0) continue; // January begins anew
      for (let at = 0; at < 4; at += 1) {
        figures[month * WIDTH + at] = (figures[month * WIDTH + at] ?? 0) + (figures[(month - 1) * WIDTH + at] ?? 0);
      }
    }
  }
  for (const codes of [[...market.keys()], [CITY]]) {
    const findings = check(sums, { feed: 'sales', known: false, codes, from: 2, to: 13 });
    expect(findings.filter(({ level }) => level === 'hold')).toMatchObject([{ code: 'PERIOD_CUMULATIVE' }]);
  }
});
