import { expect, test } from 'vitest';
import {
  COMPARATORS,
  checkRulebook,
  citationOf,
  conditionText,
  type Definition,
  getTierRule,
  LAND_SUPPLIES,
  type TierRule,
} from '../src/rulebook.ts';
import { forSeeds } from './oracle/random.ts';
import { condition, randomRule } from './oracle/rules.ts';
import { fiveTiers, mnr2024, tierRule } from './samples.ts';

/** What is wrong, as `path CODE`. */
function faultsOf(tiers: readonly TierRule[], definition: Partial<Definition> = {}): string[] {
  const faults = checkRulebook({ tiers, definition: { ...mnr2024.definition, ...definition } });
  return faults.map(({ path, code }) => `${path.join('.')} ${code}`);
}

const ALL = tierRule('ALL');

test('the default rule and the older five bands are sound', () => {
  expect(checkRulebook(mnr2024)).toEqual([]);
  expect(checkRulebook(fiveTiers)).toEqual([]);
});

test('2,000 random rulebooks made to be sound are', () => {
  forSeeds(2_000, (random) => expect(checkRulebook(randomRule(random).src)).toEqual([]));
});

test.each<{ tiers: TierRule[]; faults: string[]; why: string }>([
  { tiers: [], faults: ['tiers RULEBOOK_NOT_TOTAL'], why: 'no tier at all' },
  { tiers: [tierRule('A', 'over 36')], faults: ['tiers.0.when RULEBOOK_NOT_TOTAL'], why: 'nothing below 36' },
  {
    tiers: [ALL, tierRule('B')],
    faults: ['tiers.0.when RULEBOOK_NOT_TOTAL', 'tiers.1.when TIER_ORDER'],
    why: 'what stands after `always` is never reached',
  },
  { tiers: [tierRule('A', 'over 36'), tierRule('A')], faults: ['tiers.1.tier TIER_TWICE'], why: 'one name for two' },
  {
    tiers: [tierRule('A', 'over 18'), tierRule('B', 'over 36'), ALL],
    faults: ['tiers.1.when TIER_ORDER'],
    why: 'B is never reached',
  },
  {
    tiers: [tierRule('A', 'over 36'), tierRule('B', 'over 36.0'), ALL],
    faults: ['tiers.1.when TIER_ORDER'],
    why: 'the same threshold',
  },
  {
    tiers: [tierRule('A', 'atLeast 36'), tierRule('B', 'over 36'), ALL],
    faults: ['tiers.1.when TIER_ORDER'],
    why: 'at least 36 takes all that is over 36',
  },
  {
    tiers: [tierRule('A', 'atLeast 36'), tierRule('B', 'atLeast 36'), ALL],
    faults: ['tiers.1.when TIER_ORDER'],
    why: 'twice the same',
  },
  { tiers: [tierRule('A', 'under 36'), ALL], faults: ['tiers.0.when TIER_COMPARATOR'], why: 'tiers begin above' },
  { tiers: [tierRule('A', 'atMost 36'), ALL], faults: ['tiers.0.when TIER_COMPARATOR'], why: 'tiers begin above' },
  {
    tiers: [tierRule('A', 'over 36', 'over 36'), ALL],
    faults: ['tiers.0.until TIER_COMPARATOR'],
    why: 'a way out leads down',
  },
  {
    tiers: [tierRule('A', 'over 36', 'atLeast 30'), ALL],
    faults: ['tiers.0.until TIER_COMPARATOR'],
    why: 'a way out leads down',
  },
  { tiers: [tierRule('A', 'over 36', 'under 36.5'), ALL], faults: ['tiers.0.until TIER_UNTIL'], why: 'out before in' },
  {
    tiers: [tierRule('A', 'atLeast 36', 'atMost 36'), ALL],
    faults: ['tiers.0.until TIER_UNTIL'],
    why: 'at 36 it would end and begin at once',
  },
  {
    tiers: [tierRule('A', 'over 0'), ALL],
    faults: ['tiers.0.when TIER_ZERO'],
    why: 'no stock and no sales would not be over it',
  },
  { tiers: [tierRule('A', 'atLeast 0.0'), ALL], faults: ['tiers.0.when TIER_ZERO'], why: 'it would take everything' },
])('refused as $faults: $why', ({ tiers, faults }) => {
  expect(faultsOf(tiers)).toEqual(faults);
});

test('an `until` of `always` is no way out, and an `always` tier has none', () => {
  const always = { kind: 'always' } as const;
  expect(faultsOf([{ ...tierRule('A', 'over 36'), until: always }, ALL])).toEqual(['tiers.0.until TIER_COMPARATOR']);
  expect(faultsOf([{ ...ALL, until: condition('under 5') }])).toEqual(['tiers.0.until TIER_UNTIL']);
});

test.each<{ tiers: TierRule[]; why: string }>([
  { tiers: [ALL], why: 'one tier for everything' },
  { tiers: [tierRule('A', 'over 36'), tierRule('B', 'atLeast 36'), ALL], why: 'exactly 36 as a tier of its own' },
  { tiers: [tierRule('A', 'over 36', 'under 36'), ALL], why: 'the default' },
  { tiers: [tierRule('A', 'over 36', 'atMost 36'), ALL], why: 'the same as without a way out' },
  {
    tiers: [tierRule('A', 'over 36', 'under 10'), tierRule('B', 'over 18'), ALL],
    why: 'a way out below the next tier',
  },
])('accepted: $why', ({ tiers }) => {
  expect(faultsOf(tiers)).toEqual([]);
});

test.each<{ definition: Partial<Definition>; faults: string[]; why: string }>([
  { definition: { minMonths: 12 }, faults: [], why: 'every month is needed' },
  { definition: { minMonths: 13 }, faults: ['definition.minMonths DEFINITION_MIN'], why: 'more than the window' },
  {
    definition: { minMonths: 0 },
    faults: ['definition.minMonths DEFINITION_MIN'],
    why: 'no report at all would be enough',
  },
  { definition: { minMonths: 7.5 }, faults: ['definition.minMonths DEFINITION_MIN'], why: 'half a month' },
  { definition: { provisionalBelow: 0 }, faults: [], why: 'nothing is provisional' },
  {
    definition: { provisionalBelow: 13 },
    faults: ['definition.provisionalBelow DEFINITION_PROVISIONAL'],
    why: 'always provisional',
  },
  {
    definition: { provisionalBelow: -1 },
    faults: ['definition.provisionalBelow DEFINITION_PROVISIONAL'],
    why: 'below zero',
  },
  { definition: { window: 53 }, faults: [], why: 'the widest that a mask holds' },
  { definition: { window: 54 }, faults: ['definition.window DEFINITION_WINDOW'], why: 'wider' },
  { definition: { window: 12.5 }, faults: ['definition.window DEFINITION_WINDOW'], why: 'half a month' },
  {
    definition: { window: 0 },
    faults: [
      'definition.window DEFINITION_WINDOW',
      'definition.minMonths DEFINITION_MIN',
      'definition.provisionalBelow DEFINITION_PROVISIONAL',
    ],
    why: 'every fault in one run',
  },
])('definition $definition has faults $faults: $why', ({ definition, faults }) => {
  expect(faultsOf([ALL], definition)).toEqual(faults);
});

test('faults are named in two languages', () => {
  for (const { message } of checkRulebook({ tiers: [], definition: { ...mnr2024.definition, window: 0 } })) {
    expect(message).toMatch(/\p{Script=Han}.* \/ \w/u);
  }
});

test('a tier of other rules is not found', () => {
  expect(getTierRule(mnr2024, 'SWAP').action).toBe('盘活多少、供应多少');
  expect(() => getTierRule(mnr2024, 'STOP')).toThrowError(
    expect.objectContaining({
      kind: 'invalid',
      code: 'TIER_UNKNOWN',
      message: expect.stringContaining('mnr-2024-918'),
    }),
  );
});

test('a decision cites number, title and clause of its document', () => {
  expect(citationOf(mnr2024)).toBe(
    '自然资办函〔2024〕918号《自然资源部办公厅关于做好2024年住宅用地供应有关工作的通知》',
  );
  expect(citationOf({ ...mnr2024, clause: '第三条' })).toMatch(/》第三条$/u);
});

test('conditions are written as people say them', () => {
  const texts = COMPARATORS.map((word) => conditionText(condition(`${word} 6.5`)));
  expect(texts).toEqual(['超过6.5个月', '达到6.5个月', '低于6.5个月', '不超过6.5个月']);
  expect(conditionText({ kind: 'always' })).toBe('其他情形');
  expect(LAND_SUPPLIES).toEqual(['suspended', 'swap', 'free']);
});
