// The simulated market of the sample feeds as checks see it, and ways to spoil one cell of it.
import {
  type ChecksSettings,
  columnsOf,
  createFileCheck,
  DEFAULT_CHECKS,
  type Finding,
  noFigures,
  type UnitFigures,
  WIDTH,
} from '../../src/checks/index.ts';
import { FEEDS, MONTHLY_FEEDS, type MonthlyFeed } from '../../src/feed.ts';
import { monthIndex } from '../../src/month.ts';
import { cell, readFixture } from '../fixtures.ts';

export const FIRST = monthIndex('2022-11');
export const MONTHS = 36;
export const OPEN = monthIndex('2025-11');
export const CITY = '653101';
export const ZONE = '653100-JKQ';
export const SETTINGS: ChecksSettings = { ...DEFAULT_CHECKS, zones: [{ zone: ZONE, city: CITY }] };
export const NAMES = [...FEEDS.sales.columns, ...FEEDS.inventory.columns].map(({ name }) => name);

/** Figures of every unit, both feeds; NaN where the files have nothing. */
export type Market = ReadonlyMap<string, Float64Array>;

const SAMPLES = new Map(MONTHLY_FEEDS.map((feed) => [feed, readFixture(`feeds/${feed}.csv`)]));

export function sampleMarket(): Market {
  const market = new Map<string, Float64Array>();
  for (const feed of MONTHLY_FEEDS) {
    const { from } = columnsOf(feed);
    for (const row of SAMPLES.get(feed) ?? []) {
      const code = cell(row, 'region_code');
      const figures = market.get(code) ?? new Float64Array(MONTHS * WIDTH).fill(Number.NaN);
      market.set(code, figures);
      const month = monthIndex(cell(row, 'month')) - FIRST;
      for (const [at, { name }] of FEEDS[feed].columns.entries()) {
        const text = row[name] ?? '';
        if (text !== '') figures[month * WIDTH + from + at] = Number(text.replace('.', '')); // 2 decimals, or a count
      }
    }
  }
  return market;
}

export type Spoil = {
  readonly code: string;
  readonly month: number;
  readonly change: (figures: Float64Array, at: number) => unknown;
};
export type Asked = {
  readonly feed: MonthlyFeed;
  /** Months of the file; left out, all. */
  readonly from?: number;
  readonly to?: number;
  /** Whether what lies before is known, both feeds; else nothing but the file is. */
  readonly known?: boolean;
  readonly codes?: readonly string[];
  readonly settings?: ChecksSettings;
};

/** A unit's table as a file of some months meets it. */
export function tableOf(
  market: Market,
  code: string,
  { feed, from = 0, to = MONTHS - 1, known = true }: Asked,
): UnitFigures {
  const table = noFigures({ code, name: code, feed, first: FIRST, months: to + 1 });
  const own = columnsOf(feed);
  const all = market.get(code) ?? new Float64Array(0);
  for (let month = 0; month <= to; month += 1) {
    for (let column = 0; column < WIDTH; column += 1) {
      const ofFile = column >= own.from && column < own.from + own.count && month >= from;
      if (ofFile || known) table.figures[month * WIDTH + column] = all[month * WIDTH + column] ?? Number.NaN;
    }
    const first = all[month * WIDTH + own.from] ?? Number.NaN;
    if (month >= from && !Number.isNaN(first)) table.lines[month] = lineOf(code, month);
  }
  return table;
}

/** A line that says which unit and month it is of. */
export function lineOf(code: string, month: number): number {
  return [...sampleCodes()].indexOf(code) * 1000 + month + 1;
}

export function sampleCodes(): readonly string[] {
  return CODES;
}
const CODES = [...sampleMarket().keys()];

/** Checks a file cut out of a market. */
export function check(market: Market, asked: Asked): Finding[] {
  const { settings = SETTINGS, codes = [...market.keys()] } = asked;
  const file = createFileCheck({ settings, openMonth: OPEN, regions: codes.map((code) => ({ code, name: code })) });
  const findings = codes.flatMap((code) => {
    const zone = settings.zones.find(({ city }) => city === code)?.zone;
    const beside = zone === undefined ? {} : { zone: tableOf(market, zone, asked) };
    return file.unit(tableOf(market, code, asked), beside);
  });
  return [...findings, ...file.finish(null)];
}

/** A copy of the market in which some cells are not what they were. */
export function spoilt(market: Market, spoils: readonly Spoil[]): Market {
  const copy = new Map([...market].map(([code, figures]) => [code, figures.slice()]));
  for (const { code, month, change } of spoils) {
    const figures = copy.get(code);
    if (figures !== undefined) change(figures, month * WIDTH);
  }
  return copy;
}

export function column(name: string): number {
  return NAMES.indexOf(name);
}
