// Every indicator and level of random project histories against the oracle, and replays against what was said then.
import { expect, test } from 'vitest';
import { SOAK_MS, TEST_SEED } from '../../../../test/support/seeds.ts';
import { currentRisk } from '../../src/delivery/current.ts';
import type { ProjectFacts } from '../../src/delivery/facts.ts';
import type { Fraction } from '../../src/delivery/indicator.ts';
import { type ProjectRisk, riskHistory } from '../../src/delivery/level.ts';
import type { LimitedCode, Limits } from '../../src/delivery/settings.ts';
import { createRandom, forSeeds, type Random } from '../oracle/random.ts';
import { type Answer, type Day, dayOf, heldLevels, type Known } from './oracle.ts';
import { knownOn, type Story, storyOf } from './stories.ts';

/** In a soak further histories follow until the time is over. */
const EACH = 1_000;

const seen = new Map<string, number>();
/** What a run has to come by more than 200 times, or it shows little. */
const COMMON = [
  ...['corrected', 'late', 'seen otherwise then', 'delivered', 'held above raw', 'override', 'never', 'projected'],
  ...['none', 'blue', 'yellow', 'unknown', 'orange', 'red'].map((level) => `level ${level}`),
  ...['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D8', 'D10', 'D11'].map((code) => `${code} at a limit`),
  ...['D1', 'D2', 'D4', 'D5', 'D6', 'D8', 'D10'].flatMap((code) =>
    ['none', 'blue', 'yellow', 'unknown', 'orange', 'red'].map((level) => `${code} ${level}`),
  ),
  ...['D3 none', 'D3 yellow', 'D3 orange', 'D3 red', 'D7 unknown', 'D9 none', 'D9 unknown', 'D9 red', 'D12 unknown'],
  ...['D11 none', 'D11 yellow', 'D11 orange'],
];

const count = (what: string): void => {
  seen.set(what, (seen.get(what) ?? 0) + 1);
};

function factsOf({ project, reports, notices }: Known): ProjectFacts {
  const byDate = <T extends { readonly date: string }>(list: readonly T[]): T[] =>
    list.toSorted((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  return { project, reports: byDate(reports), notices: byDate(notices) };
}

function sameValue(value: Fraction | null, expected: Answer['value']): boolean {
  if (value === null || expected === null) return value === null && expected === null;
  return BigInt(value.numerator) * expected[1] === expected[0] * BigInt(value.denominator);
}

/** What differs between a day of src and one of the oracle; empty: nothing. */
function differences(risk: ProjectRisk, day: Day): string[] {
  const found: string[] = [];
  const say = (what: string, is: unknown, should: unknown): void => {
    if (is !== should) found.push(`${what}: ${String(is)}, oracle ${String(should)}`);
  };
  for (const { code, level, limit, value, missing } of risk.indicators) {
    const answer = day.answers[code];
    say(`${code} level`, level, answer.level);
    say(`${code} limit`, limit, answer.limit);
    say(`${code} says what is missing`, missing.length > 0, answer.level === 'unknown');
    if (!sameValue(value, answer.value))
      found.push(`${code}: ${value?.numerator}/${value?.denominator}, oracle ${answer.value?.join('/')}`);
  }
  say('raw', risk.raw, day.raw);
  say('overrides', risk.overrides.length, day.overrides);
  say('score', risk.score, day.score);
  say('horizon', risk.horizon, day.horizon);
  say('delivered', risk.delivered, day.delivered);
  const { projection } = risk;
  const on = [projection?.completionOn, projection?.earliestOn, projection?.latestOn];
  for (const [at, date] of on.entries())
    say(`date ${at}`, projection === null ? undefined : (date ?? 'never'), day.dates?.[at]);
  return found;
}

/** The days of an oracle's history: each on which somebody said something, and the day asked for. */
function oracleHistory(
  known: Known,
  { settings, pooled, confirmedOn }: Story,
  asked: string,
): { day: string; risk: Day; level: string }[] {
  const said = [...known.reports, ...known.notices].map(({ date }) => date);
  const days = [...said, ...confirmedOn, asked]
    .filter((date, at, all) => date <= asked && all.indexOf(date) === at)
    .sort();
  const risks = days.map((day) => dayOf({ known, day, settings, pooled }));
  const levels = heldLevels(
    risks.map(({ raw, delivered }, at) => ({
      raw,
      report: known.reports.some(({ date }) => date === days[at]),
      confirmed: delivered || confirmedOn.includes(days[at] ?? ''),
    })),
    settings.fallAfter,
  );
  return days.map((day, at) => ({ day, risk: risks[at] as Day, level: levels[at] ?? '' }));
}

function compare(story: Story, asked: string): ProjectRisk[] {
  const known = knownOn(story, asked);
  const { settings, pooled, confirmedOn } = story;
  const history = riskHistory({ facts: factsOf(known), settings, pooled }, { day: asked, confirmedOn });
  const expected = oracleHistory(known, story, asked);
  const found: string[] = [];
  if (history.length !== expected.length) found.push(`${history.length} days, oracle ${expected.length}`);
  for (const [at, risk] of history.entries()) {
    const should = expected[at];
    if (should === undefined || should.day !== risk.day) found.push(`day ${at}: ${risk.day}, oracle ${should?.day}`);
    else {
      found.push(...differences(risk, should.risk).map((one) => `${risk.day} ${one}`));
      if (risk.level !== should.level) found.push(`${risk.day} held ${risk.level}, oracle ${should.level}`);
    }
  }
  if (found.length > 0) throw new Error(`${found.join('\n')}\n${describe({ ...known, settings, confirmedOn, asked })}`);
  return history;
}

function describe(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? Number(one) : one), 1);
}

/** What a replay must say again. */
function spoken({ day, raw, level, score, overrides, indicators }: ProjectRisk): string {
  const each = indicators.map((one) => `${one.code} ${one.level} ${one.limit} ${one.text}`);
  return [day, raw, level, score, ...overrides, ...each].join('\n');
}

function check(random: Random): void {
  const story = storyOf(random);
  const history = compare(story, story.day);
  note(story, history);
  // as of an earlier day, corrections and late reports not yet known
  const early = history[random.int(0, history.length - 1)]?.day ?? story.day;
  const then = compare(story, early);
  // what is known now, asked for that day: nothing that lies after it may matter
  const { settings, pooled, confirmedOn } = story;
  const facts = factsOf(knownOn(story, story.day));
  const current = currentRisk({ facts, settings, pooled }, { day: story.day, confirmedOn });
  expect(spoken(current)).toBe(spoken(history.at(-1) ?? current));
  const again = riskHistory({ facts, settings, pooled }, { day: early, confirmedOn });
  const prefix = history.slice(0, again.length);
  if (again.map(spoken).join('\n\n') !== prefix.map(spoken).join('\n\n'))
    expect({ story: describe(story), early, said: again.map(spoken) }).toEqual(prefix.map(spoken));
  if (then.length !== again.length || then.at(-1)?.level !== again.at(-1)?.level) count('seen otherwise then');
}

/** Whether a value is exactly one of the limits, whichever side of it counts. */
function isAtLimit({ numerator, denominator }: Fraction, limits: Limits): boolean {
  return Object.values(limits).some(
    (limit) => BigInt(numerator) * limit.denominator === limit.numerator * BigInt(denominator),
  );
}

function note({ sent, settings }: Story, history: readonly ProjectRisk[]): void {
  count('history');
  if (new Set(sent.map(({ report }) => report.date)).size < sent.length) count('corrected');
  if (sent.some(({ report, knownOn: known }) => known > report.date)) count('late');
  const last = history.at(-1);
  if (last === undefined) return;
  if (last.delivered) count('delivered');
  if (last.level !== last.raw) count('held above raw');
  count(`level ${last.level}`);
  for (const { code, level, value } of last.indicators) {
    count(`${code} ${level}`);
    if (value !== null && code in settings.limits && isAtLimit(value, settings.limits[code as LimitedCode]))
      count(`${code} at a limit`);
  }
  if (last.overrides.length > 0) count('override');
  if (last.projection?.completionOn === null) count('never');
  if (last.projection?.completionOn != null) count('projected');
}

test(
  'every indicator and level of 50,000 random histories is the oracle’s, and what was said is said again',
  () => {
    const some = (random: Random): void => {
      for (let at = 0; at < EACH; at += 1) check(random);
    };
    forSeeds(50, some);
    for (let at = 50, until = Date.now() + SOAK_MS; Date.now() < until; at += 1) {
      const seed = TEST_SEED + at * 7919;
      try {
        some(createRandom(seed));
      } catch (error) {
        throw new Error(`seed ${seed}: repeat with QUHUA_TEST_SEED=${seed}`, { cause: error });
      }
    }
  },
  180_000 + SOAK_MS,
);

test('what those histories came by', () => {
  expect(seen.get('history')).toBeGreaterThanOrEqual(50_000);
  for (const what of COMMON) expect([what, (seen.get(what) ?? 0) > 200]).toEqual([what, true]);
});
