import { expect, test } from 'vitest';
import { FEED_NAMES, FEEDS, isMonthlyFeed, NO_ROWS, netSales, stockOf } from '../src/feed.ts';
import { columnTitle } from '../src/feed-text.ts';

test.each([
  { figures: [100, 30], net: 70, why: 'signed less cancelled' },
  { figures: [30, 100], net: -70, why: 'more cancelled than signed' },
  { figures: [0, 0], net: 0, why: 'a true zero' },
  { figures: [null, 30], net: null, why: 'no signed area' },
  { figures: [100, null], net: null, why: 'half a report is none' },
  { figures: [null, null], net: null, why: 'nothing' },
  { figures: [], net: null, why: 'no columns' },
  { figures: [100, 30, null, null], net: 70, why: 'homes are not needed' },
])('net sales of $figures are $net: $why', ({ figures, net }) => {
  expect(netSales(figures)).toBe(net);
});

test.each([
  { figures: [100, 30], narrow: 130, broad: null, why: 'broad needs the land' },
  { figures: [100, 30, 1, 1, 50], narrow: 130, broad: 180, why: 'homes are not area' },
  { figures: [100, 30, 1, 1, 0], narrow: 130, broad: 130, why: 'a true zero' },
  { figures: [100, 30, 1, 1, null], narrow: 130, broad: null, why: 'land not reported' },
  { figures: [null, 30, 1, 1, 50], narrow: null, broad: null, why: 'a part would be too low' },
  { figures: [100, null, 1, 1, 50], narrow: null, broad: null, why: 'either part' },
  { figures: [0, 0, 0, 0, 0], narrow: 0, broad: 0, why: 'zero is a stock' },
])('stock of $figures is $narrow, broad $broad: $why', ({ figures, narrow, broad }) => {
  expect(stockOf(figures, 'narrow')).toBe(narrow);
  expect(stockOf(figures, 'broad')).toBe(broad);
});

test('a stock beyond the exact range is refused', () => {
  const refused = expect.objectContaining({ code: 'NUM_RANGE' });
  expect(() => stockOf([Number.MAX_SAFE_INTEGER, 1], 'narrow')).toThrowError(refused);
  expect(() => stockOf([Number.MAX_SAFE_INTEGER - 1, 1, null, null, 1], 'broad')).toThrowError(refused);
});

test('figures stand in the order in which they are read', () => {
  expect(FEEDS.sales.columns.slice(0, 2).map(({ name }) => name)).toEqual(['signed_area', 'cancelled_area']);
  const inventory = FEEDS.inventory.columns.map(({ name }) => name);
  expect([inventory[0], inventory[1], inventory[4]]).toEqual([
    'presale_unsold_area',
    'completed_unsold_area',
    'unpermitted_area',
  ]);
});

test('every feed has its own name, columns once each, required ones and a key among them', () => {
  for (const name of FEED_NAMES) {
    const { columns, key, region } = FEEDS[name];
    const names = columns.map((column) => column.name);
    expect(FEEDS[name].name).toBe(name);
    expect(new Set(names).size).toBe(columns.length);
    expect(columns.some(({ required }) => required === true)).toBe(true);
    const beside = isMonthlyFeed(name) ? ['region', 'month'] : key.includes('region') ? ['region'] : [];
    expect(key.filter((part) => !names.includes(part))).toEqual(beside);
    expect(region).toBe(!['project-reports', 'project-notices', 'project-schedule'].includes(name)); // a project says where it is
  }
  expect(Object.values(NO_ROWS).every((count) => count === 0)).toBe(true);
});

test('a column has a name for people, in Chinese and its own', () => {
  for (const name of FEED_NAMES) {
    const titles = FEEDS[name].columns.map(({ title }) => title);
    for (const title of titles) expect(title).toMatch(/^[\p{Script=Han}\d]{2,10}$/u);
    expect(new Set(titles).size).toBe(titles.length);
  }
  expect(columnTitle('sales', 'signed_area')).toBe('网签面积');
  expect(columnTitle('land', 'region')).toBe('县市');
  expect(columnTitle('land', 'signed_area')).toBe('signed_area');
});

test('a column is of the type that its name says', () => {
  const types = new Set<string>();
  for (const name of FEED_NAMES) {
    for (const column of FEEDS[name].columns) {
      types.add(column.type);
      if (column.name.endsWith('_area')) expect([column.name, column.type]).toEqual([column.name, 'area']);
      if (column.name.endsWith('_units')) expect([column.name, column.type]).toEqual([column.name, 'count']);
      if (column.name.endsWith('_on')) expect([column.name, column.type]).toEqual([column.name, 'day']);
      if (column.name.endsWith('_pct')) expect([column.name, column.type]).toEqual([column.name, 'percent']);
      expect(column.kinds !== undefined).toBe(column.type === 'kind');
    }
    if (!isMonthlyFeed(name)) continue;
    const figures = FEEDS[name].columns.filter(({ type }) => type === 'area' || type === 'count');
    expect(figures).toHaveLength(FEEDS[name].columns.length); // what is summed and compared holds figures only
  }
  expect([...types].sort()).toEqual(['area', 'count', 'day', 'flag', 'kind', 'land', 'money', 'percent', 'text']);
});

test('only an adjustment may be below zero', () => {
  const signed = FEED_NAMES.flatMap((name) => FEEDS[name].columns.filter((column) => column.signed === true));
  expect(signed.map(({ name }) => name)).toEqual(['adjustment_area']);
});
