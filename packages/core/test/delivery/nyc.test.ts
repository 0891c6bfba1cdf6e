// How far our figures of lateness rank published slips of real projects, beside the rule "it slipped last time".
import { expect, test } from 'vitest';
import { auroc, groupInterval } from '../../src/auroc.ts';
import { daysBetween } from '../../src/delivery/facts.ts';
import { createRandom, forSeeds } from '../oracle/random.ts';
import { cellsOf, factsOf, MEASURES, type MeasureName, type Published, readPanel } from './nyc.ts';

const NAMES = Object.keys(MEASURES) as MeasureName[]; // safe: the keys of a record of them
type Ranked = Readonly<Record<MeasureName, number | null>> & { readonly slipped: boolean };

const panel = readPanel();
const groups = panel.map((reports) =>
  cellsOf(reports).map((cell): Ranked => {
    const said = NAMES.map((name) => [name, MEASURES[name](cell)]);
    return { ...(Object.fromEntries(said) as Record<MeasureName, number | null>), slipped: cell.slipped }; // safe: each name
  }),
);
const cells = groups.flat();
const known = (name: MeasureName) => cells.filter((one) => one[name] !== null);
const isBoth = (one: Ranked): boolean => one.D2 !== null && one['last slip'] !== null;

test('the panel: 67 projects, 273 reports, 206 of them with a next one, 77 slips of 90 days or more', () => {
  expect([panel.length, panel.flat().length, cells.length]).toEqual([67, 273, 206]);
  expect(groups.filter((group) => group.length > 0)).toHaveLength(59);
  expect(cells.filter(({ slipped }) => slipped)).toHaveLength(77);
  for (const reports of panel)
    expect(reports.map(({ on }) => on)).toEqual([...new Set(reports.map(({ on }) => on))].sort());
});

test('the published slip is the forecast’s move, but for one report that the panel lacks', () => {
  const differing = panel.flatMap((reports) =>
    reports.slice(1).filter(({ forecast, slip }, at) => daysBetween(reports[at]?.forecast ?? '', forecast) !== slip),
  );
  expect(differing.map(({ project, on, slip }) => [project, on, slip])).toEqual([['314', '2015-02-01', 31]]);
});

test('what is unknown: a pace takes two reports, a plan its start, and a first report has no last slip', () => {
  const of = (name: MeasureName) => [known(name).length, known(name).filter(({ slipped }) => slipped).length];
  expect(Object.fromEntries(NAMES.map((name) => [name, of(name)]))).toEqual({
    D2: [141, 62],
    D1: [198, 76],
    D3: [206, 77],
    score: [206, 77],
    'last slip': [155, 63],
  });
  expect(cells.filter(isBoth)).toHaveLength(141);
});

test('a project as ours, worked by hand', () => {
  const said = (on: string, forecast: string): Published => ({
    ...{ project: '1', slip: null, start: '2014-01-01' },
    ...{ on, forecast },
  });
  const facts = factsOf([said('2014-04-11', '2014-07-20'), said('2014-05-31', '2014-10-28')]);
  expect(facts.project.contractDeliveryOn).toBe('2014-07-20');
  // 100 and 150 of 200 days of the plan, 100 of 200 and 150 of 300 days of the forecasts
  expect(facts.reports.map(({ plannedBp, physicalBp }) => [plannedBp, physicalBp])).toEqual([
    [5_000, 5_000],
    [7_500, 5_000],
  ]);
});

test('what later reports say changes nothing that was said before', () => {
  let changed = 0;
  forSeeds(5, (random) => {
    for (const reports of panel) {
      for (const { on } of cellsOf(reports)) {
        const otherwise = reports.map((one) => (one.on <= on ? one : later(one, random.int(-900, 900))));
        for (const name of NAMES) {
          const measure = MEASURES[name];
          expect(measure({ reports: otherwise, on })).toBe(measure({ reports, on }));
        }
        // the last report's own word does move, so that the above says something
        const last = reports.at(-1)?.on ?? '';
        if (MEASURES.D1({ reports: otherwise, on: last }) !== MEASURES.D1({ reports, on: last })) changed += 1;
      }
    }
  });
  expect(changed).toBeGreaterThan(500);
});

function later(report: Published, days: number): Published {
  const moved = new Date(Date.parse(report.forecast) + days * 86_400_000).toISOString().slice(0, 10);
  return { ...report, forecast: moved, slip: days, start: days % 7 === 0 ? null : report.start };
}

const RESAMPLES = 2_000;
type Statistic = (cases: readonly Ranked[]) => number | null;

/** The AUROC of a measure in some cells; an unknown ranks below everything. */
function aurocOf(name: MeasureName, among: (one: Ranked) => boolean): Statistic {
  return (cases) =>
    auroc(cases.filter(among).map((one) => ({ score: one[name] ?? Number.NEGATIVE_INFINITY, event: one.slipped })))
      ?.value ?? null;
}

/** Of all cells, with 95 % of the resamples of projects, as printed in METHODS.md. */
function measured(statistic: Statistic): string {
  const { int } = createRandom(1);
  const interval = groupInterval(groups, statistic, { resamples: RESAMPLES, random: (below) => int(0, below - 1) });
  return [statistic(cells), ...(interval ?? [])].map((value) => value?.toFixed(3)).join(' ');
}

test('measured: cells in which D2 and the last slip are both known', () => {
  const found = Object.fromEntries(NAMES.map((name) => [name, measured(aurocOf(name, isBoth))]));
  expect(found).toEqual({
    D2: '0.551 0.442 0.656',
    D1: '0.602 0.505 0.698',
    D3: '0.646 0.558 0.724',
    score: '0.616 0.517 0.714',
    'last slip': '0.535 0.416 0.645',
  });
});

test('measured: all cells, an unknown ranked lowest', () => {
  const found = Object.fromEntries(NAMES.map((name) => [name, measured(aurocOf(name, () => true))]));
  expect(found).toEqual({
    D2: '0.622 0.534 0.704',
    D1: '0.631 0.556 0.703',
    D3: '0.630 0.550 0.708',
    score: '0.597 0.508 0.682',
    'last slip': '0.579 0.476 0.673',
  });
});

test('measured: what is gained on the last slip, in the same resamples', () => {
  const gain = (name: MeasureName): Statistic => {
    const [own, naive] = [aurocOf(name, isBoth), aurocOf('last slip', isBoth)];
    return (cases) => {
      const [a, b] = [own(cases), naive(cases)];
      return a === null || b === null ? null : a - b;
    };
  };
  const found = Object.fromEntries((['D2', 'D1', 'D3', 'score'] as const).map((name) => [name, measured(gain(name))]));
  expect(found).toEqual({
    D2: '0.016 -0.032 0.064',
    D1: '0.067 -0.005 0.139',
    D3: '0.112 -0.013 0.230',
    score: '0.081 0.016 0.147',
  });
});

test('that a figure is unknown is itself a sign: first reports are followed by fewer slips', () => {
  const unknown = cells.filter(({ D2 }) => D2 === null);
  expect([unknown.length, unknown.filter(({ slipped }) => slipped).length]).toEqual([65, 15]);
});
