import { describe, expect, test } from 'vitest';
import type { ProjectFacts } from '../../src/delivery/facts.ts';
import { DEFAULT_DELIVERY } from '../../src/delivery/settings.ts';
import { NOMINAL_WITHIN } from '../../src/delivery/trial-run.ts';
import { type Life, lifeOf, measure, ONLY_D1 } from './lives.ts';
import { notice, REPORT } from './project.ts';

const DUE = '2024-06-15';
const DAY = '2024-12-31';
const late = (facts: readonly ProjectFacts[], day = DAY) => measure(facts, day).asSet.events.late;

test('hits, false alarms, misses and good silences, each counted by hand', () => {
  const lives: readonly Life[] = [
    { levels: '..ooo......', due: DUE }, // late, orange from 31 March to the end of May: A
    { levels: '.ro..', due: DUE, delivered: '2024-06-10' }, // in time after all: B
    { levels: '.yyyy.ooo', due: DUE }, // orange from the end of July: C, warned after
    { levels: 'yyyyyyyyy', due: DUE }, // late, never more than yellow: C
    { levels: '.....', due: DUE, delivered: DUE }, // D
    { levels: 'ooooo', due: null }, // no contract date
    { levels: 'ooooo', due: '2025-01-01' }, // still to come
    { levels: '.....', due: DUE, delivered: '2024-06-01', sold: null }, // filed; how many were sold nobody said
  ];
  const { decided, late: events, unclear, undecided, levels } = late(lives.map(lifeOf));
  expect({ decided, events, unclear, undecided }).toEqual({
    ...{ decided: 5, events: 3, unclear: 0 },
    undecided: { open: 1, undated: 1, unknown: 1 },
  });
  expect(levels.orange).toEqual({
    ...{ hits: 1, falseAlarms: 1, misses: 2, silences: 1, unknownHits: 0, unknownFalseAlarms: 0 },
    ...{ warnedAfter: 1, neverWarned: 1 },
    recall: { numerator: 1, denominator: 3 },
    precision: { numerator: 1, denominator: 2 },
    falseAlarmRate: { numerator: 1, denominator: 2 },
    noiseToSignal: { numerator: 3, denominator: 2 }, // (1/2) ÷ (1/3)
    lead: { n: 1, median: 76, min: 76, max: 76 }, // 31 March to 15 June
    firstLead: { n: 1, median: 76, min: 76, max: 76 },
  });
  expect(levels.yellow).toMatchObject({ hits: 3, falseAlarms: 1, misses: 0, silences: 1, neverWarned: 0 });
  expect(levels.red).toMatchObject({ hits: 0, falseAlarms: 1, misses: 3, silences: 1, warnedAfter: 0, neverWarned: 3 });
});

test('what nothing can be divided by is null, never a number', () => {
  const { levels } = late([lifeOf({ levels: '.....', due: DUE })]);
  expect(levels.orange).toMatchObject({ recall: { numerator: 0, denominator: 1 }, precision: null });
  expect(levels.orange).toMatchObject({ falseAlarmRate: null, noiseToSignal: null, lead: null, firstLead: null });
  const none = measure([], DAY);
  expect(none).toMatchObject({ projects: 0, withoutReports: 0 });
  expect(none.asSet.events.late.levels.red.recall).toBeNull();
  expect(none.asSet.load).toMatchObject({ weeks: 0, flapRate: null, overBudget: { weeks: 0, share: null } });
  expect(none.asSet.load.rises.red).toEqual({ total: 0, perWeek: null, busiest: null });
  expect(none.calibration.all).toMatchObject({ reports: 0, median: null, medianAbsolute: null, within: null });
});

const TIES: readonly (Life & { readonly day: string; readonly is: string; readonly why: string })[] = [
  { levels: '...', due: DUE, delivered: DUE, day: DAY, is: '0/1 0/1', why: 'delivered on the contract date' },
  { levels: '...', due: DUE, delivered: '2024-06-16', day: DAY, is: '1/1 0/1', why: 'delivered a day late' },
  { levels: '...', due: DUE, delivered: '2024-09-13', day: DAY, is: '1/1 0/1', why: 'delivered 90 days late' },
  { levels: '...', due: DUE, delivered: '2024-09-14', day: DAY, is: '1/1 1/1', why: 'delivered 91 days late' },
  { levels: '...', due: DUE, day: '2024-06-14', is: '0/0 0/0', why: 'the contract date is tomorrow' },
  { levels: '...', due: DUE, day: DUE, is: '1/1 0/0', why: 'the contract date is today' },
  { levels: '...', due: DUE, day: '2024-09-12', is: '1/1 0/0', why: '89 days after it' },
  { levels: '...', due: DUE, day: '2024-09-13', is: '1/1 1/1', why: '90 days after it' },
  {
    levels: '...',
    due: DUE,
    delivered: '2024-09-13',
    day: '2024-09-12',
    is: '1/1 0/0',
    why: 'what comes later is not known',
  },
];

test.each(TIES)('late/decided at 0 and 90 days: $is, $why', ({ day, is, ...life }) => {
  const { late: at, late90 } = measure([lifeOf(life)], day).asSet.events;
  expect(`${at.late}/${at.decided} ${late90.late}/${late90.decided}`).toBe(is);
});

test('a notice of completion and handover delivers on its own day; a month’s report may come too late to tell', () => {
  const life = lifeOf({ levels: '......', due: DUE });
  const notices = [notice('completion', '2024-06-10'), notice('handover', '2024-06-14', { count: 200 })];
  expect(late([{ ...life, notices }])).toMatchObject({ decided: 1, late: 0, unclear: 0 });
  // 30 June is the first report after 15 June: handed over before or after that day
  expect(late([lifeOf({ levels: '.....', due: DUE, delivered: '2024-06-30' })])).toMatchObject({ late: 1, unclear: 1 });
  expect(late([lifeOf({ levels: '......', due: DUE, delivered: '2024-07-31' })])).toMatchObject({
    late: 1,
    unclear: 0,
  });
});

test('a report of the contract date itself: who is not handed over by it is late beyond doubt, and warned too late', () => {
  const due = '2024-05-31';
  const life = { levels: '....o', due, delivered: '2024-06-30' };
  const { late: events, unclear, levels } = late([lifeOf(life)]);
  expect({ events, unclear }).toEqual({ events: 1, unclear: 0 });
  expect(levels.orange).toMatchObject({ hits: 0, misses: 1, warnedAfter: 1, neverWarned: 0 });
  // on that very day what was said before it counts already
  expect(late([lifeOf({ ...life, levels: '...oo' })], due).levels.orange).toMatchObject({
    hits: 1,
    lead: { median: 31 },
  });
});

describe('lead time', () => {
  test.each([
    { levels: '.oooo', lead: 107, first: 107, why: '29 February to 15 June' },
    { levels: '.o.oo', lead: 46, first: 107, why: 'the run that reaches the date begins on 30 April' },
    { levels: '.oro.', lead: null, first: 107, why: 'it fell before the date: a hit that no run reaches' },
    {
      levels: '.o??o',
      lead: 15,
      first: 107,
      why: 'a month of which nothing is known breaks it where it counts as none',
    },
  ])('$levels: $lead, first ever $first: $why', ({ levels, lead, first }) => {
    const { orange } = late([lifeOf({ levels, due: DUE })]).levels;
    expect([orange.hits, orange.lead?.median ?? null, orange.firstLead?.median]).toEqual([1, lead, first]);
  });

  test('of several: the middle, or halfway between the two middle ones, and the ends', () => {
    const of = (...levels: string[]) => late(levels.map((one) => lifeOf({ levels: one, due: DUE }))).levels.orange.lead;
    expect(of('....o', 'o....', '..ooo', '.oooo')).toEqual({ n: 3, median: 76, min: 15, max: 107 });
    expect(of('....o', '...oo', '..ooo', '.oooo')).toEqual({ n: 4, median: 61, min: 15, max: 107 });
    expect(of('....o', '....o', '...oo', '..ooo')).toEqual({ n: 4, median: 30.5, min: 15, max: 76 });
  });
});

test('a level that only the eve of the contract date reaches is a warning of one day', () => {
  const settings = { ...ONLY_D1, limits: { ...ONLY_D1.limits, D10: { yellow: { numerator: 14n, denominator: 1n } } } };
  const life = lifeOf({ levels: '....', due: DUE }); // the last report is of 30 April: 45 days before the eve, 14 too many
  expect(measure([life], DAY, settings).asSet.events.late.levels.yellow).toMatchObject({
    hits: 1,
    lead: { median: 1 },
  });
  const earlier = lifeOf({ levels: '....', due: '2024-06-14' });
  const { yellow } = measure([earlier], DAY, settings).asSet.events.late.levels;
  expect(yellow).toMatchObject({ hits: 0, misses: 1, warnedAfter: 1 });
});

test('what the calendar raises is measured beside the same without it', () => {
  const settings = { ...ONLY_D1, horizons: [{ days: 30, level: 'yellow' as const }] };
  const lives = [lifeOf({ levels: '.....', due: DUE }), lifeOf({ levels: '.....', due: DUE, delivered: DUE })];
  const { asSet, withoutHorizons } = measure(lives, DAY, settings);
  expect(asSet.events.late.levels.yellow).toMatchObject({ hits: 1, misses: 0, silences: 0, falseAlarms: 1 });
  expect(withoutHorizons.events.late.levels.yellow).toMatchObject({ hits: 0, misses: 1, silences: 1, falseAlarms: 0 });
});

test('a horizon that is reached on the last day asks for work too', () => {
  const settings = { ...ONLY_D1, horizons: [{ days: 30, level: 'yellow' as const }] };
  const rises = (due: string) => {
    const { asSet, withoutHorizons } = measure([lifeOf({ levels: '.....', due })], '2024-06-10', settings);
    return [asSet.load.rises.yellow.total, withoutHorizons.load.rises.yellow.total];
  };
  expect(rises('2024-07-10')).toEqual([1, 0]);
  expect(rises('2024-07-11')).toEqual([0, 0]);
});

test('what is not known warns at yellow and not at orange, and is counted apart', () => {
  const settings = { ...ONLY_D1, required: ['D1'] as const };
  const lives = [lifeOf({ levels: '.?..', due: DUE }), lifeOf({ levels: '.?y.', due: DUE, delivered: DUE })];
  const { levels } = measure(lives, DAY, settings).asSet.events.late;
  expect(levels.yellow).toMatchObject({ hits: 1, unknownHits: 1, falseAlarms: 1, unknownFalseAlarms: 0 });
  expect(levels.orange).toMatchObject({ hits: 0, unknownHits: 0, misses: 1, silences: 1 });
});

test('projects nobody reports on are counted and in no other figure; those first reported on too late are named', () => {
  const silent = { ...lifeOf({ levels: '', due: DUE }) };
  const tooLate = lifeOf({ levels: '......', due: '2024-01-31' });
  const inTime = lifeOf({ levels: '......', due: '2024-02-01' });
  const toCome = lifeOf({ levels: '......', due: '2025-02-01' });
  const found = measure([silent, tooLate, inTime, toCome], DAY);
  expect(found).toMatchObject({ projects: 3, withoutReports: 1, reportedTooLate: 1 });
  expect(found.asSet.events.late).toMatchObject({ decided: 2, undecided: { open: 1 } });
});

describe('what it asks of people', () => {
  test('rises by ISO week, also over the turn of the year; falls and steady levels are none', () => {
    const lives = ['.ob.........y', 'oooooooooooor', '............o'].map((levels) => lifeOf({ levels, due: null }));
    const { weeks, rises, changes, projectDays, flapRate } = measure(lives, '2025-02-28').asSet.load;
    // 31 January 2024 is a Wednesday of week 5; 28 February 2025 is 56 weeks on; 31 January 2025 is in 2025-W05
    expect(weeks).toBe(57);
    expect(rises.red).toEqual({
      total: 1,
      perWeek: { numerator: 1, denominator: 57 },
      busiest: { week: '2025-W05', rises: 1 },
    });
    // the first level counts: a project that is orange when it is first heard of has to be looked at
    expect(rises.orange).toMatchObject({ total: 4, busiest: { week: '2025-W05', rises: 2 } });
    expect(rises.yellow).toMatchObject({ total: 5, busiest: { week: '2025-W05', rises: 3 } });
    expect(rises.blue.total).toBe(5);
    expect([changes, projectDays]).toEqual([4 + 1 + 1, 3 * 394]);
    expect(flapRate).toEqual({ numerator: 6 * 91, denominator: 3 * 394 });
  });

  test.each([
    { on: '2024-12-31', week: '2025-W01' },
    { on: '2021-01-03', week: '2020-W53' },
    { on: '2021-01-04', week: '2021-W01' },
    { on: '2027-01-01', week: '2026-W53' },
  ])('$on lies in $week', ({ on, week }) => {
    const life = {
      ...lifeOf({ levels: '', due: null }),
      reports: [{ ...REPORT, date: on, physicalBp: 0, plannedBp: 5_000 }],
    };
    expect(measure([life], on).asSet.load).toMatchObject({ weeks: 1, rises: { red: { busiest: { week, rises: 1 } } } });
  });

  test('a week of five rises to orange is within the budget, one of six is over it', () => {
    const lives = (count: number) => Array.from({ length: count }, () => lifeOf({ levels: '.o', due: null }));
    const over = (count: number) => measure(lives(count), '2024-02-29').asSet.load.overBudget;
    expect(over(5)).toEqual({ budget: 5, weeks: 0, share: { numerator: 0, denominator: 5 } });
    expect(over(6)).toEqual({ budget: 5, weeks: 1, share: { numerator: 1, denominator: 5 } });
    expect(measure(lives(6), '2024-02-29').asSet.load.rises.orange.busiest).toEqual({ week: '2024-W09', rises: 6 });
  });
});

describe('calibration of the projected date', () => {
  /** Reports 30 days apart, from 2024-01-01 on, with these progresses in percent. */
  const built = (...progress: readonly (number | null)[]): ProjectFacts => {
    const life = lifeOf({ levels: '', due: null });
    const dates = ['2024-01-01', '2024-01-31', '2024-03-01', '2024-03-31', '2024-04-30', '2024-05-30', '2024-06-29'];
    const reports = progress.map((percent, at) => {
      const physicalBp = percent === null ? null : percent * 100;
      return { ...REPORT, date: dates[at] ?? '', physicalBp, plannedBp: null };
    });
    return { ...life, reports };
  };

  test('errors from the report that first says 100 %, by how far off that was', () => {
    // day 30: 60 % left at 40 % in 30 days: 45 days, day 75, 45 early of 120; day 60: 40 % at 60 % in 60: day 100, 20 early;
    // day 90: 20 % at 80 % in 90 days: 22.5, so 23 days, day 113, 7 early
    const { all, bands } = measure([built(0, 40, 60, 80, 100, 100)], DAY).calibration;
    expect(all).toMatchObject({ projects: 1, reports: 3, never: 0, median: -20, medianAbsolute: 20 });
    expect(bands.near).toMatchObject({ projects: 1, reports: 3 }); // 90 days are near
    expect([bands.middle.reports, bands.far.projects]).toEqual([0, 0]);
    // own paces: 40 then also 20 and 20 in 30 days; the slowest fifth says day 75, 120, 120, the fastest 75, 90, 105
    expect(all.within).toEqual({ numerator: 2, denominator: 3 });
    expect(NOMINAL_WITHIN).toEqual({ numerator: 60, denominator: 100 });
  });

  test('a pace that gets nowhere has no error and an interval without an end', () => {
    // day 30: nothing built: never, and no earliest day; day 60: 50 % in 60 days: day 120, the real day; its fastest
    // pace says day 90, its slowest never
    const { all } = measure([built(0, 0, 50, null, 100)], DAY).calibration;
    expect(all).toMatchObject({ projects: 1, never: 1, reports: 3, median: 0, medianAbsolute: 0 });
    expect(all.within).toEqual({ numerator: 2, denominator: 3 });
  });

  test('projects that are not built by the day are not in it', () => {
    expect(measure([built(0, 40, 60, 80, 99)], DAY).calibration.all).toMatchObject({ projects: 0, reports: 0 });
    expect(measure([built(0, 40, 60, 80, 100)], '2024-04-29').calibration.all.reports).toBe(0);
    expect(measure([built(0, 40, 60, 80, 100)], '2024-04-30').calibration.all.reports).toBe(3);
  });

  test('an interval rests on what other projects had built by then, and on nothing that came later', () => {
    const [slow, fast] = [built(0, 10, 20, 30, 40, 50, 100), built(0, 90, 100)];
    const alone = measure([slow], DAY).calibration.all;
    const beside = measure([slow, fast], DAY).calibration;
    expect(alone.within).toEqual({ numerator: 0, denominator: 5 });
    // at 150 and 120 days the other's 90 % in 30 days is the fastest fifth, so that the jump at the end is in the interval;
    // from 90 days on the slow one's own paces outweigh it. The fast one's end is the last day of its interval
    expect(beside.all).toMatchObject({ projects: 2, reports: 6, within: { numerator: 3, denominator: 6 } });
    expect(beside.bands.middle.within).toEqual({ numerator: 2, denominator: 2 });
    // the fast one starts later than the slow one ends: it tells the slow one nothing
    const later = { ...fast, reports: fast.reports.map((one) => ({ ...one, date: one.date.replace('2024', '2025') })) };
    const apart = measure([slow, later], '2025-12-31').calibration.bands.middle;
    expect(apart.within).toEqual({ numerator: 0, denominator: 2 });
  });
});

test('the default settings are measured as any', () => {
  const life = lifeOf({ levels: 'oooooo', due: DUE });
  const { events } = measure([life], DAY, DEFAULT_DELIVERY).asSet;
  expect(events.late.levels.orange).toMatchObject({ hits: 1, lead: { n: 1, median: 136 } });
});
