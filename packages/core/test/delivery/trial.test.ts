import { expect, test } from 'vitest';
import type { ProjectFacts } from '../../src/delivery/facts.ts';
import { riskHistory } from '../../src/delivery/level.ts';
import { DEFAULT_DELIVERY, type DeliverySettings, PROJECT_LEVELS } from '../../src/delivery/settings.ts';
import { settingsDifferences } from '../../src/delivery/settings-difference.ts';
import { compareVerdicts, type ProjectVerdict, placesOf, verdictOf } from '../../src/delivery/trial.ts';
import { warnedStory } from '../../src/delivery/warned-story.ts';
import { forSeeds } from '../oracle/random.ts';
import { lifeOf, ONLY_D1 } from './lives.ts';
import { factsOf, storyOf } from './stories.ts';

const whole = (count: number) => ({ numerator: BigInt(count), denominator: 1n });
const stricter: DeliverySettings = {
  ...ONLY_D1,
  limits: { ...ONLY_D1.limits, D1: { ...ONLY_D1.limits.D1, orange: whole(10), yellow: whole(8) } },
};

function verdict(facts: ProjectFacts, settings: DeliverySettings, day: string): ProjectVerdict {
  return verdictOf({ facts, settings }, warnedStory({ facts, settings }, { day }));
}

test('what settings come to: level, highest, days at each from the first report on, first day at orange', () => {
  const life = lifeOf({ levels: '.yo?b', due: null });
  expect(verdict(life, ONLY_D1, '2024-06-09')).toMatchObject({
    ...{ level: 'blue', highest: 'orange', firstOrangeOn: '2024-03-31' },
    // 31 January to 28 February, 29 February to 30 March, 31 March to 29 April, then a month of nothing, 31 May to 9 June
    daysAt: { none: 29 + 31, blue: 10, yellow: 31, unknown: 0, orange: 30, red: 0 },
  });
  expect(verdict(life, ONLY_D1, '2024-01-31')).toMatchObject({ highest: 'none', firstOrangeOn: null });
  expect(verdict(life, ONLY_D1, '2024-01-31').daysAt.none).toBe(1);
  const silent = verdict(lifeOf({ levels: '', due: null }), { ...ONLY_D1, required: ['D1'] }, '2024-01-31');
  expect(silent).toMatchObject({ level: 'unknown', highest: 'unknown', daysAt: { unknown: 0 } });
});

test('two settings: only what differs is named', () => {
  const on = '2024-06-09';
  const both = (levels: string, other: DeliverySettings) => {
    const life = lifeOf({ levels, due: null });
    return compareVerdicts(verdict(life, ONLY_D1, on), verdict(life, other, on)).changes;
  };
  expect(both('.y.b', stricter)).toEqual(['highest', 'days', 'firstOrange']); // orange in February
  expect(both('.y.y', stricter)).toEqual(['level', 'highest', 'days', 'firstOrange', 'score']);
  expect(both('oo.y', stricter)).toEqual(['level', 'days', 'score']); // orange it had been anyway
  expect(both('rr..', stricter)).toEqual([]);
  expect(both('.y.y', { ...ONLY_D1, weights: { ...ONLY_D1.weights, D1: 30 } })).toEqual(['score']);
});

test('who comes first: the worse level, whatever the score; then the score; then as given', () => {
  const places = placesOf([
    { level: 'orange', score: 900 },
    { level: 'red', score: 1 },
    { level: 'orange', score: 901 },
    { level: 'unknown', score: 950 },
    { level: 'orange', score: 900 },
  ]);
  expect(places).toEqual([3, 1, 2, 5, 4]);
});

test('settings that say the same, however they are written, do not differ; each that differs is named once', () => {
  const rewritten: DeliverySettings = {
    ...DEFAULT_DELIVERY,
    limits: {
      ...DEFAULT_DELIVERY.limits,
      D4: { ...DEFAULT_DELIVERY.limits.D4, yellow: { numerator: 10n, denominator: 10n } },
    },
    required: DEFAULT_DELIVERY.required.toReversed(),
    horizons: DEFAULT_DELIVERY.horizons.toReversed(),
  };
  expect(settingsDifferences(DEFAULT_DELIVERY, rewritten)).toEqual([]);
  const other: DeliverySettings = {
    ...DEFAULT_DELIVERY,
    limits: { ...DEFAULT_DELIVERY.limits, D3: { blue: whole(1), yellow: whole(1), orange: whole(30) } },
    weights: { ...DEFAULT_DELIVERY.weights, D2: 21 },
    overrides: { ...DEFAULT_DELIVERY.overrides, frozen: false },
    required: ['D1'],
    horizons: [{ days: 30, level: 'red' }],
    winter: { from: '12-01', to: '02-28' },
    fallAfter: 3,
  };
  expect(settingsDifferences(DEFAULT_DELIVERY, other)).toEqual([
    { key: 'limits.D3.blue', from: null, to: '1' },
    { key: 'limits.D3.red', from: '90', to: null },
    { key: 'overrides.frozen', from: 'true', to: 'false' },
    { key: 'required', from: 'D1 D10 D2 D3 D4 D5 D6 D9', to: 'D1' },
    { key: 'weights.D2', from: '20', to: '21' },
    { key: 'horizons', from: '180 blue, 90 blue, 30 yellow', to: '30 red' },
    { key: 'winter', from: null, to: '12-01 02-28' },
    { key: 'fallAfter', from: '2', to: '3' },
  ]);
});

test('every setting of the warning is compared', () => {
  const different: DeliverySettings = {
    ...{ expected: 7, paceDays: 1, fallAfter: 9, reportEvery: 1, filingDays: 1, guaranteePercent: 1, required: [] },
    ...{ horizons: [], winter: { from: '01-01', to: '01-02' }, alertFrom: 'red' },
    overrides: { overdueDays: 1, idleDays: 1, frozen: false },
    limits: { D1: {}, D2: {}, D3: {}, D4: {}, D5: {}, D6: {}, D8: {}, D10: {}, D11: {} },
    weights: { D1: 1, D2: 1, D3: 1, D4: 1, D5: 1, D6: 1, D8: 1, D10: 1, D11: 1 },
  };
  const named = new Set(settingsDifferences(DEFAULT_DELIVERY, different).map(({ key }) => key.split('.')[0]));
  expect([...named].sort()).toEqual(Object.keys(DEFAULT_DELIVERY).sort());
});

test('of 1,000 random lives none changes under the same settings', () => {
  forSeeds(1_000, (random) => {
    const { facts, settings, day } = factsOf(storyOf(random));
    const again = { ...settings, limits: { ...settings.limits }, horizons: settings.horizons.toReversed() };
    expect(compareVerdicts(verdict(facts, settings, day), verdict(facts, again, day)).changes).toEqual([]);
  });
});

test('stricter limits make nothing that is reached milder or later: 1,000 random lives', () => {
  const rank = (level: ProjectVerdict['level']): number => PROJECT_LEVELS.indexOf(level);
  let harder = 0;
  forSeeds(1_000, (random) => {
    const { facts, settings, day } = factsOf(storyOf(random));
    // a step to be met where there was none, and a further one that is met sooner
    const limits = { ...settings.limits, D1: { yellow: whole(1), orange: whole(2), red: whole(4) } };
    const one = verdict(facts, settings, day);
    const other = verdict(facts, { ...settings, limits }, day);
    expect(rank(other.highest)).toBeGreaterThanOrEqual(rank(one.highest));
    expect((other.firstOrangeOn ?? '9999') <= (one.firstOrangeOn ?? '9999')).toBe(true);
    if (rank(other.highest) > rank(one.highest)) harder += 1;
    // where one milder report is enough to fall, no held level is milder on any day
    const held = (tried: DeliverySettings) =>
      riskHistory({ facts, settings: { ...tried, fallAfter: 1 }, pooled: [], lean: true }, { day });
    const strict = held({ ...settings, limits });
    for (const one of held(settings))
      expect(rank(strict.findLast((other) => other.day <= one.day)?.level ?? 'none')).toBeGreaterThanOrEqual(
        rank(one.level),
      );
  });
  expect(harder).toBeGreaterThan(50);
});

test('with two milder reports to fall, a stricter limit can end in a milder level: the row of milder reports begins anew', () => {
  const settings = { ...ONLY_D1, fallAfter: 2 };
  const strict = { ...settings, limits: { ...settings.limits, D1: { ...settings.limits.D1, red: whole(15) } } };
  const life = lifeOf({ levels: 'royy', due: null });
  // red, then orange and yellow: orange holds, and the second yellow is but one. Under the stricter limit February is red,
  // so that both yellows are the two that are needed
  expect(verdict(life, settings, '2024-04-30').level).toBe('orange');
  expect(verdict(life, strict, '2024-04-30').level).toBe('yellow');
});
