import { expect, test } from 'vitest';
import { auroc, groupInterval, type Scored } from '../src/auroc.ts';
import { createRandom, forSeeds } from './oracle/random.ts';

/** `1+` is a case with score 1 to which the event came, `1-` one to which it did not. */
function scored(text: string): Scored[] {
  return text.split(' ').map((one) => ({ score: Number(one.slice(0, -1)), event: one.endsWith('+') }));
}

test.each([
  { cases: '1- 2- 3+ 4+', value: 1, why: 'every event above every other case' },
  { cases: '3- 4- 1+ 2+', value: 0, why: 'every event below' },
  { cases: '1- 2+ 3- 4+', value: 3 / 4, why: '2 beats 1, 4 beats 1 and 3: 3 of 4 pairs' },
  { cases: '5+ 5- 5- 5+', value: 1 / 2, why: 'one score for all says nothing' },
  {
    cases: '1- 2- 2+ 3+ 3- 3-',
    value: 9 / 16,
    why: '2 beats 1 and ties once, 3 beats 2 and ties twice: 4.5 of 8 pairs',
  },
  { cases: '-Infinity- 0+ Infinity+ Infinity-', value: 5 / 8, why: '0 beats one, Infinity beats one and ties once' },
  { cases: '0- -0+', value: 1 / 2, why: 'zero has no sign here' },
])('$cases is $value: $why', ({ cases, value }) => {
  expect(auroc(scored(cases))?.value).toBe(value);
});

test('without an event, without another case or without any there is no figure', () => {
  expect(['1+ 2+', '1- 2-'].map((cases) => auroc(scored(cases)))).toEqual([null, null]);
  expect(auroc([])).toBeNull();
});

test('the cases are counted', () => {
  expect(auroc(scored('1- 2- 3- 4+ 5+'))).toEqual({ value: 1, events: 2, others: 3 });
});

test('what is not a number is refused, wherever it stands', () => {
  for (const at of [0, 1, 2]) {
    const cases = scored('1- 2+').toSpliced(at, 0, { score: Number.NaN, event: true });
    expect(() => auroc(cases)).toThrow(expect.objectContaining({ code: 'SCORE_NOT_A_NUMBER' }));
  }
});

/** Every pair looked at. */
function byPairs(cases: readonly Scored[]): number | null {
  let [wins, pairs] = [0, 0];
  for (const one of cases) {
    for (const other of cases) {
      if (!one.event || other.event) continue;
      pairs += 1;
      wins += one.score > other.score ? 1 : one.score === other.score ? 0.5 : 0;
    }
  }
  return pairs === 0 ? null : wins / pairs;
}

test('it is the share of pairs, whatever the ties and the order', () => {
  let ties = 0;
  forSeeds(500, (random) => {
    const [count, levels] = [random.int(0, 40), random.int(1, 30)];
    const cases = Array.from({ length: count }, () => ({
      score: random.int(-levels, levels) / 7,
      event: random.chance(0.4),
    }));
    if (new Set(cases.map(({ score }) => score)).size < count) ties += 1;
    expect(auroc(cases)?.value ?? null).toBe(byPairs(cases));
    expect(auroc(cases.toReversed())).toEqual(auroc(cases));
  });
  expect(ties).toBeGreaterThan(200);
});

const mean = (cases: readonly number[]): number => cases.reduce((sum, one) => sum + one, 0) / cases.length;

test('groups are drawn whole, and the interval is the nearest ranks', () => {
  const drawn: number[][] = [];
  let next = 0;
  const random = (below: number): number => next++ % below; // 0 1 2 0 1 2 …
  const statistic = (cases: readonly number[]): number => {
    drawn.push([...cases]);
    return drawn.length;
  };
  expect(groupInterval([[1, 2], [3], [4, 5]], statistic, { resamples: 40, random })).toEqual([1, 39]);
  expect(drawn.every((cases) => cases.join() === '1,2,3,4,5')).toBe(true);
});

test('a constant has no width, more cases a narrower interval, and one seed one interval', () => {
  const interval = (count: number, seed: number) => {
    const { int } = createRandom(seed);
    const groups = Array.from({ length: count }, (_, at) => [at % 10]);
    return groupInterval(groups, mean, { resamples: 300, random: (below) => int(0, below - 1) }) ?? [0, 0];
  };
  const width = (count: number): number => interval(count, 3)[1] - interval(count, 3)[0];
  expect(width(1)).toBe(0);
  expect(width(400)).toBeLessThan(width(40));
  expect(interval(40, 3)).toEqual(interval(40, 3));
  expect(interval(40, 3)).not.toEqual(interval(40, 4));
});

test('resamples without a value are left out', () => {
  let nth = 0;
  const every = () => (nth++ % 2 === 0 ? null : 7);
  const random = () => 0;
  expect(groupInterval([[1]], every, { resamples: 10, random })).toEqual([7, 7]);
  expect(groupInterval([[1]], () => null, { resamples: 10, random })).toBeNull();
  expect(groupInterval([], (cases) => cases.length || null, { resamples: 10, random })).toBeNull();
});
