// The measure of random projects against one that walks day by day.
import { expect, test } from 'vitest';
import type { ProjectFacts, ProjectReport } from '../../src/delivery/facts.ts';
import type { DeliverySettings } from '../../src/delivery/settings.ts';
import type { Spread } from '../../src/delivery/trial-run.ts';
import { forSeeds, type Random } from '../oracle/random.ts';
import { lifeOf, measure, ONLY_D1 } from './lives.ts';
import { dateAt, placeOf } from './oracle-days.ts';
import { REPORT } from './project.ts';
import { measured } from './quality-oracle.ts';
import { factsOf, storyOf } from './stories.ts';

const seen = new Map<string, number>();
const see = (what: string, many: number): void => {
  seen.set(what, (seen.get(what) ?? 0) + many);
};

type Sheet = ReturnType<typeof measured>;

/** Whether a spread is that of a list: the middle found by sorting it out. */
function spread(list: readonly number[] | undefined): Spread | null {
  if (list === undefined) return null;
  const sorted = list.toSorted((a, b) => a - b);
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return { n: sorted.length, median: (low + high) / 2, min: Math.min(...list), max: Math.max(...list) };
}

function compare(facts: readonly ProjectFacts[], settings: DeliverySettings, day: string): void {
  const quality = measure(facts, day, settings);
  const bare = { ...settings, horizons: [] };
  const sheets = [measured(facts, { settings, day }), measured(facts, { settings: bare, day })] as const;
  expect(quality.withoutReports).toBe(sheets[0].counts.get('silent') ?? 0);
  compareLevels(quality.asSet, sheets[0], day);
  compareLevels(quality.withoutHorizons, sheets[1], day);
  compareDates(quality.calibration, sheets[0]);
}

type Quality = ReturnType<typeof measure>;

function compareLevels({ events, load }: Quality['asSet'], { counts, lists }: Sheet, day: string): void {
  const count = (name: string): number => counts.get(name) ?? 0;
  for (const event of ['late', 'late90'] as const) {
    const { decided, undecided, levels } = events[event];
    expect([event, decided, undecided.unknown]).toEqual([event, count(`${event} decided`), count(`${event} unknown`)]);
    see(`${event} undecided`, undecided.unknown);
    for (const level of ['yellow', 'orange', 'red'] as const) {
      const { hits, falseAlarms, misses, silences, unknownHits, unknownFalseAlarms, warnedAfter, lead, firstLead } =
        levels[level];
      const name = `${event} ${level}`;
      const counted = {
        hits,
        falseAlarms,
        misses,
        silences,
        unknownHits,
        unknownFalseAlarms,
        warnedAfter,
        lead,
        firstLead,
      };
      expect({ name, ...counted }).toEqual({
        ...{ name, hits: count(`${name} A`), falseAlarms: count(`${name} B`), misses: count(`${name} C`) },
        ...{ silences: count(`${name} D`), warnedAfter: count(`${name} after`) },
        ...{ unknownHits: count(`${name} A unknown`), unknownFalseAlarms: count(`${name} B unknown`) },
        ...{ lead: spread(lists.get(`${name} lead`)), firstLead: spread(lists.get(`${name} first`)) },
      });
      for (const [what, many] of Object.entries({ hits, falseAlarms, misses, silences, warnedAfter }))
        see(`${name} ${what}`, many);
      see('warned by what is not known', unknownHits + unknownFalseAlarms);
      see('leads apart', lead?.median === firstLead?.median ? 0 : 1);
    }
  }
  expect([load.changes, load.projectDays]).toEqual([count('changes'), count('project days')]);
  const first = lists.get('begun');
  const from = first === undefined ? null : dateAt(Math.min(...first));
  expect(load.weeks).toBe(from === null ? 0 : weeksBetween(from, day));
  for (const level of ['blue', 'yellow', 'orange', 'red'] as const)
    compareRises(load, level, lists.get(`rise ${level}`) ?? []);
}

/** Weeks from Monday to Sunday that two days lie in or between, counted off. */
function weeksBetween(from: string, to: string): number {
  let weeks = 1;
  for (let place = placeOf(from) + 1; place <= placeOf(to); place += 1) {
    if (new Date(`${dateAt(place)}T00:00:00Z`).getUTCDay() === 1) weeks += 1;
  }
  return weeks;
}

function compareRises(
  { rises, overBudget }: Quality['asSet']['load'],
  level: 'blue' | 'yellow' | 'orange' | 'red',
  mondays: readonly number[],
): void {
  const weeks = [...Map.groupBy(mondays, (place) => place)].map(([place, list]) => ({ place, many: list.length }));
  const most = weeks.toSorted((a, b) => b.many - a.many || a.place - b.place)[0];
  const { total, busiest } = rises[level];
  expect([level, total, busiest?.rises ?? 0]).toEqual([level, mondays.length, most?.many ?? 0]);
  if (level === 'orange') expect(overBudget.weeks).toBe(weeks.filter(({ many }) => many > 5).length);
}

function compareDates({ all, bands }: Quality['calibration'], { counts, lists }: Sheet): void {
  for (const [band, { projects, reports, never, median, medianAbsolute, within }] of Object.entries({
    all,
    ...bands,
  })) {
    const errors = lists.get(`${band} errors`);
    expect({ band, projects, reports, never, median, medianAbsolute, within: within?.numerator ?? 0 }).toEqual({
      ...{ band, projects: new Set(lists.get(`${band} projects`)).size, reports: counts.get(`${band} reports`) ?? 0 },
      ...{ never: counts.get(`${band} never`) ?? 0, median: spread(errors)?.median ?? null },
      medianAbsolute: spread(errors?.map(Math.abs))?.median ?? null,
      within: counts.get(`${band} within`) ?? 0,
    });
    see(`${band} reports`, reports);
    see(`${band} never`, never);
    see(`${band} within`, within?.numerator ?? 0);
  }
}

/** A project that is built in a year or more, by fits and starts; all of them report on the same days. */
function builtLife({ int, pick, chance }: Random): ProjectFacts {
  const life = lifeOf({ levels: '', due: dateAt(placeOf('2024-09-01') + int(0, 200)) });
  const reports: ProjectReport[] = [];
  let bp = pick([0, 3_000, 6_000]);
  for (let at = placeOf('2023-09-30'); reports.length < 16; at += 30) {
    const physicalBp = chance(0.1) ? null : Math.min(10_000, bp);
    reports.push({ ...REPORT, date: dateAt(at), physicalBp, plannedBp: bp + pick([0, 1_000, 1_500, 2_500]) });
    bp += pick([0, 100, 500, 1_000, 2_000]);
  }
  return { ...life, reports };
}

function check(random: Random): void {
  const { settings: any, day } = factsOf(storyOf(random));
  // where every indicator counts, few projects are quiet before their date: half of the time one counts
  const { winter, paceDays, fallAfter, horizons } = any;
  const settings = random.chance(0.5) ? any : { ...ONLY_D1, winter, paceDays, fallAfter, horizons };
  const facts = Array.from({ length: random.int(1, 12) }, (_, at) => {
    const one = random.chance(0.25) ? builtLife(random) : factsOf(storyOf(random)).facts;
    return { ...one, project: { ...one.project, projectNo: `P${at + 1}` } };
  });
  compare(facts, settings, random.chance(0.5) ? day : '2025-06-30');
}

test('400 times some random projects: every count, spread, week and error', () => {
  forSeeds(400, check);
}, 120_000);

test('what those projects came by', () => {
  const levels = ['late yellow', 'late orange', 'late red', 'late90 yellow', 'late90 orange', 'late90 red'];
  const common = [
    ...levels.flatMap((name) => ['hits', 'misses', 'falseAlarms', 'silences'].map((what) => `${name} ${what}`)),
    ...['late red warnedAfter', 'late undecided', 'warned by what is not known', 'leads apart'],
    ...['near reports', 'near never', 'near within', 'middle reports', 'middle within', 'far reports', 'all within'],
  ];
  for (const what of common) expect([what, (seen.get(what) ?? 0) > 10]).toEqual([what, true]);
});
