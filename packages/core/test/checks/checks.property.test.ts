import { expect, test } from 'vitest';
import { columnsOf, createFileCheck, noFigures, type UnitFigures, WIDTH } from '../../src/checks/index.ts';
import type { MonthlyFeed } from '../../src/feed.ts';
import { forSeeds, type Random } from '../oracle/random.ts';
import { check, column, MONTHS, OPEN, SETTINGS, sampleMarket, spoilt, tableOf } from './market.ts';

const market = sampleMarket();
const CODES = [...market.keys()];
const FACTORS = [1, 3, 15, 667, 10_000] as const;
/** Two of them still add up exactly. */
const LARGEST = 2 ** 50;
const AREAS = ['signed_area', 'cancelled_area', 'presale_unsold_area', 'completed_unsold_area'].map(column);

/** What was found, apart from figures. */
function outline(findings: ReturnType<typeof check>): string[] {
  return findings.map(({ code, line, column: name, level }) => `${line} ${code} ${name} ${level}`).sort();
}

test('scaling every area of history and file, the homes along with it, changes nothing that is found by ratio', () => {
  const settings = {
    ...SETTINGS,
    checks: {
      ...SETTINGS.checks,
      JUMP: { ...SETTINGS.checks.JUMP, floorSqm: 0 },
      STOCK_FLOW: { ...SETTINGS.checks.STOCK_FLOW, floorSqm: 0 },
    },
  };
  forSeeds(60, (random) => {
    const code = random.pick(CODES);
    const feed: MonthlyFeed = random.chance(0.5) ? 'sales' : 'inventory';
    const cell = random.pick(AREAS);
    const factor = random.pick(FACTORS);
    const month = random.int(8, MONTHS - 1);
    const bad = spoilt(market, [
      {
        code,
        month,
        change: (cells, row) => cells.fill((cells[row + cell] ?? 0) * factor, row + cell, row + cell + 1),
      },
    ]);
    const scale = random.int(2, 9);
    const scaled = new Map([...bad].map(([own, figures]) => [own, figures.map((value) => value * scale)]));
    const asked = { feed, codes: [code], settings };
    expect(outline(check(scaled, asked))).toEqual(outline(check(bad, asked)));
  });
});

test('units in another order, lines in another order: the same findings', () => {
  forSeeds(30, (random) => {
    const cell = random.pick(AREAS);
    const spoils = Array.from({ length: 5 }, () => ({
      code: random.pick(CODES),
      month: random.int(0, MONTHS - 1),
      change: (cells: Float64Array, row: number) =>
        cells.fill((cells[row + cell] ?? 0) * 10_000, row + cell, row + cell + 1),
    }));
    const bad = spoilt(market, spoils);
    const feed: MonthlyFeed = random.chance(0.5) ? 'sales' : 'inventory';
    const forward = check(bad, { feed, codes: CODES });
    const backward = check(bad, { feed, codes: CODES.toReversed() });
    expect(outline(backward)).toEqual(outline(forward));
  });
});

test('any figures at all, the largest that fit too: findings of the closed list, each on a line of the file, nothing thrown', () => {
  forSeeds(200, (random) => {
    const feed: MonthlyFeed = random.chance(0.5) ? 'sales' : 'inventory';
    const unit = anyUnit(random, feed);
    const lines = new Set(unit.lines);
    const file = createFileCheck({ settings: SETTINGS, openMonth: OPEN, regions: [] });
    for (const finding of [...file.unit(unit, { zone: anyUnit(random, 'inventory') }), ...file.finish(null)]) {
      expect(finding.code in SETTINGS.checks).toBe(true);
      if (finding.line !== null) expect(lines.has(finding.line) && finding.line > 0).toBe(true);
      expect(finding.zh).not.toMatch(/NaN|undefined|Infinity|\de\+/u);
    }
  });
});

function anyUnit(random: Random, feed: MonthlyFeed): UnitFigures {
  const unit = noFigures({ code: 'x', name: 'x', feed, first: OPEN - MONTHS, months: MONTHS });
  for (let cell = 0; cell < MONTHS * WIDTH; cell += 1) {
    const most = random.pick([1, 100, 1_000_000, LARGEST]);
    if (!random.chance(0.2)) unit.figures[cell] = random.int(0, most);
  }
  const { from } = columnsOf(feed);
  for (let month = 0; month < MONTHS; month += 1) {
    if (!Number.isNaN(unit.figures[month * WIDTH + from] ?? Number.NaN)) unit.lines[month] = month + 2;
  }
  return unit;
}

test('a refused figure is no history for the others: two faults do not hide each other', () => {
  const cell = column('signed_area');
  const spoils = [20, 21, 22].map((month) => ({
    code: '653101',
    month,
    change: (cells: Float64Array, row: number) =>
      cells.fill((cells[row + cell] ?? 0) * 10_000, row + cell, row + cell + 1),
  }));
  const bad = spoilt(market, spoils);
  const findings = check(bad, { feed: 'sales', codes: ['653101'] });
  expect(outline(findings)).toEqual(
    [20, 21, 22].map(
      (month) => `${tableOf(market, '653101', { feed: 'sales' }).lines[month]} UNIT_MIXUP signed_area refuse`,
    ),
  );
});
