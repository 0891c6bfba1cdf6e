// Real monthly home sales and listings of 22 Texan areas, some of them very small: how often a check cries without a cause.
import { expect, test } from 'vitest';
import { createFileCheck, noFigures, WIDTH } from '../../src/checks/index.ts';
import { monthIndex } from '../../src/month.ts';
import { cell, readFixture } from '../fixtures.ts';
import { column, OPEN, SETTINGS } from './market.ts';

const FIRST = monthIndex('2000-01');
/** A home of 100 ㎡. */
const CENTISQM = 10_000;
const rows = readFixture('texas-public.csv').filter((row) => cell(row, 'sales') !== '' && cell(row, 'listings') !== '');
/** Areas made of whole homes repeat by chance as areas of 0.01 ㎡ do not. */
const { checks } = SETTINGS;
const COARSE = { ...SETTINGS, checks: { ...checks, IDENTICAL_PERIOD: { level: 'off' } } } as const;

function tally(feed: 'sales' | 'inventory'): {
  rows: number;
  found: Record<string, number>;
  refused: number;
  held: number;
} {
  const file = createFileCheck({ settings: COARSE, openMonth: OPEN, regions: [] });
  const areas = Map.groupBy(rows, (row) => cell(row, 'area'));
  const findings = [...areas].flatMap(([code, own]) => {
    const months = Math.max(...own.map(indexOf)) + 1;
    const unit = noFigures({ code, name: code, feed, first: FIRST, months });
    for (const row of own) {
      const place = indexOf(row) * WIDTH;
      const [sales, listings] = [Number(cell(row, 'sales')), Number(cell(row, 'listings'))];
      unit.figures[place + column('signed_area')] = sales * CENTISQM;
      unit.figures[place + column('cancelled_area')] = 0;
      unit.figures[place + column('signed_units')] = sales;
      unit.figures[place + column('presale_unsold_area')] = listings * CENTISQM;
      unit.figures[place + column('completed_unsold_area')] = 0;
      unit.lines[indexOf(row)] = indexOf(row) + 2;
    }
    return file.unit(unit);
  });
  const all = [...findings, ...file.finish(null)];
  const found: Record<string, number> = {};
  for (const { code } of all) found[code] = (found[code] ?? 0) + 1;
  const count = (level: string) => all.filter((finding) => finding.level === level).length;
  return { rows: rows.length, found, refused: count('refuse'), held: count('hold') };
}

function indexOf(row: Readonly<Record<string, string>>): number {
  return monthIndex(`${cell(row, 'year')}-${cell(row, 'month').padStart(2, '0')}`) - FIRST;
}

test.each(['sales', 'inventory'] as const)('real %s: nothing refused, nothing held, hardly a word', (feed) => {
  const { rows: total, found, refused, held } = tally(feed);
  expect({ refused, held }).toEqual({ refused: 0, held: 0 });
  const said = Object.values(found).reduce((sum, count) => sum + count, 0);
  // listings do break in these series when a board changes its system: that is what the word is for
  expect(said * 1000).toBeLessThanOrEqual(feed === 'sales' ? 0 : total * 6);
});
