import { AppError } from './errors.ts';
import { DEFAULT_LAND_POLICY, type LandPolicy } from './land/policy.ts';
import { formatRatio, type Ratio } from './ratio.ts';

export const COMPARATORS = ['over', 'atLeast', 'under', 'atMost'] as const;
export type Comparator = (typeof COMPARATORS)[number];

/** A test of months of supply against a number of months. */
export type Condition = { readonly kind: Comparator; readonly months: Ratio } | { readonly kind: 'always' };

/** What a tier means for land: the words that the rest of the system decides by, whatever a rule calls its tiers. */
export const LAND_SUPPLIES = ['suspended', 'swap', 'free'] as const;
export type LandSupply = (typeof LAND_SUPPLIES)[number];

export type TierRule = {
  readonly tier: string;
  readonly when: Condition;
  /** A unit already in this tier stays in it until this holds (hysteresis). */
  readonly until?: Condition;
  readonly landSupply: LandSupply;
  readonly action: string;
};

/** How contracts add up to monthly sales: by event, or with cancelled ones taken out of their month of signing. */
export const SALES_BASES = ['event', 'restated'] as const;
export type SalesBasis = (typeof SALES_BASES)[number];

/** Which sales of a month are believed where both were reported: the monthly figure, or the contracts added up. */
export const SALES_SOURCES = ['reported', 'contracts'] as const;
export type SalesSource = (typeof SALES_SOURCES)[number];

export type Definition = {
  readonly id: string;
  readonly stock: 'narrow' | 'broad';
  /** Left out: `event`. */
  readonly basis?: SalesBasis;
  /** Left out: `reported`. The other one fills its gaps. */
  readonly sales?: SalesSource;
  /** Months in the window, the assessed month included. */
  readonly window: number;
  /** Fewer months present than this: no figure. */
  readonly minMonths: number;
  /** Fewer months present than this: the figure is provisional. */
  readonly provisionalBelow: number;
};

/** The mask of the months present stays a safe integer. */
const MAX_WINDOW = 53;

/** One version of the rule in force. Shapes: `tiers` from worst to best, the last `always`. */
export type Rulebook = {
  readonly id: string;
  readonly title: string;
  readonly number: string;
  readonly issued: string;
  readonly effectiveFrom: string;
  readonly clause?: string;
  readonly definition: Definition;
  readonly tiers: readonly TierRule[];
  /** Left out: `DEFAULT_LAND_POLICY`. */
  readonly land?: LandPolicy;
};

/** What a rulebook says of land supply beyond its tiers. */
export function landPolicyOf({ land }: Pick<Rulebook, 'land'>): LandPolicy {
  return land ?? DEFAULT_LAND_POLICY;
}

export type RulebookFault = {
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly message: string;
};

/**
 * What makes a rulebook undecidable or self-contradictory; empty for a sound one.
 *
 * Shapes: each fault names the path inside the rulebook that is wrong.
 */
export function checkRulebook({ definition, tiers }: Pick<Rulebook, 'definition' | 'tiers'>): RulebookFault[] {
  return [...checkTiers(tiers), ...checkDefinition(definition)];
}

function checkTiers(tiers: readonly TierRule[]): RulebookFault[] {
  if (tiers.length === 0) {
    return [fault(['tiers'], 'RULEBOOK_NOT_TOTAL', '至少要有一个档次 / at least one tier is needed')];
  }
  return tiers.flatMap((rule, at) => [...checkOrder(tiers, rule, at), ...checkWhen(rule, at), ...checkUntil(rule, at)]);
}

function checkOrder(tiers: readonly TierRule[], { tier, when }: TierRule, at: number): RulebookFault[] {
  const faults: RulebookFault[] = [];
  const last = at === tiers.length - 1;
  if (tiers.findIndex((other) => other.tier === tier) < at) {
    faults.push(fault(['tiers', at, 'tier'], 'TIER_TWICE', `档次重复 / tier stands twice: ${tier}`));
  }
  if (last !== (when.kind === 'always')) faults.push(notTotal(at, last));
  const next = tiers[at + 1]?.when;
  if (next !== undefined && !stricter(when, next)) {
    const message = '档次须由重到轻，界线递减 / tiers go from worst to best';
    faults.push(fault(['tiers', at + 1, 'when'], 'TIER_ORDER', message));
  }
  return faults;
}

function notTotal(at: number, last: boolean): RulebookFault {
  const message = last
    ? '最后一个档次必须是 always，否则有的情形没有档次 / the last tier must be `always`'
    : 'always 之后的档次永远到不了 / only the last tier may be `always`';
  return fault(['tiers', at, 'when'], 'RULEBOOK_NOT_TOTAL', message);
}

function checkWhen({ when }: TierRule, at: number): RulebookFault[] {
  const path = ['tiers', at, 'when'];
  if (when.kind === 'always') return [];
  if (when.kind === 'under' || when.kind === 'atMost') {
    const message = 'when 只能用 over、atLeast 或 always / only over, atLeast or always';
    return [fault(path, 'TIER_COMPARATOR', message)];
  }
  // At 0 no sale at all would no longer count as over the threshold.
  if (when.months.numerator > 0n) return [];
  return [fault(path, 'TIER_ZERO', '界线须大于 0 个月 / a threshold must be more than 0 months')];
}

function checkUntil({ when, until }: TierRule, at: number): RulebookFault[] {
  const path = ['tiers', at, 'until'];
  if (until === undefined) return [];
  if (until.kind !== 'under' && until.kind !== 'atMost') {
    return [fault(path, 'TIER_COMPARATOR', 'until 只能用 under 或 atMost / only under or atMost')];
  }
  if (when.kind === 'always') {
    return [fault(path, 'TIER_UNTIL', 'always 档次没有退出界线 / an `always` tier has no way out')];
  }
  const difference = compareRatio(until.months, when.months);
  // What leaves a tier must not enter it again at once: `atMost 36` and `atLeast 36` both hold at 36.
  if (difference < 0 || (difference === 0 && !(until.kind === 'atMost' && when.kind === 'atLeast'))) return [];
  return [fault(path, 'TIER_UNTIL', '退出界线高于进入界线 / the way out lies above the way in')];
}

function checkDefinition({ window, minMonths, provisionalBelow }: Definition): RulebookFault[] {
  const faults: RulebookFault[] = [];
  const complain = (key: keyof Definition, code: string, message: string): void => {
    faults.push(fault(['definition', key], code, message));
  };
  if (!isWhole(window, 1) || window > MAX_WINDOW) {
    const range = `1–${MAX_WINDOW}`;
    complain('window', 'DEFINITION_WINDOW', `window 须为 ${range} 的整数 / must be a whole number, ${range}`);
  }
  // With 0, a unit nobody reported would have a figure.
  if (!isWhole(minMonths, 1)) {
    complain('minMonths', 'DEFINITION_MIN', 'minMonths 须为不小于 1 的整数 / must be a whole number, at least 1');
  } else if (minMonths > window) {
    complain('minMonths', 'DEFINITION_MIN', 'minMonths 不能大于 window / must not exceed window');
  }
  if (!isWhole(provisionalBelow, 0)) {
    const message = 'provisionalBelow 须为非负整数 / must be a whole number, at least 0';
    complain('provisionalBelow', 'DEFINITION_PROVISIONAL', message);
  } else if (provisionalBelow > window) {
    const message = 'provisionalBelow 不能大于 window / must not exceed window';
    complain('provisionalBelow', 'DEFINITION_PROVISIONAL', message);
  }
  return faults;
}

function isWhole(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least;
}

function fault(path: readonly (string | number)[], code: string, message: string): RulebookFault {
  return { path, code, message };
}

/** Whether whatever passes `a` is over more months than the least that passes `b`. */
function stricter(a: Condition, b: Condition): boolean {
  if (a.kind === 'always') return false;
  if (b.kind === 'always') return true;
  const difference = compareRatio(a.months, b.months);
  return difference > 0 || (difference === 0 && a.kind === 'over' && b.kind === 'atLeast');
}

function compareRatio(a: Ratio, b: Ratio): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}

/** The rule of a tier. Errors: invalid/TIER_UNKNOWN, e.g. a tier stored under an older text of the rule. */
export function getTierRule(rulebook: Rulebook, tier: string): TierRule {
  const rule = rulebook.tiers.find((candidate) => candidate.tier === tier);
  if (rule === undefined)
    throw new AppError('invalid', 'TIER_UNKNOWN', `规则 ${rulebook.id} 没有档次 ${tier} / no such tier`);
  return rule;
}

/** The document that a decision rests on, as people cite it. */
export function citationOf({ title, number, clause }: Rulebook): string {
  return `${number}《${title}》${clause ?? ''}`;
}

const COMPARATOR_TEXT: Readonly<Record<Comparator, string>> = {
  over: '超过',
  atLeast: '达到',
  under: '低于',
  atMost: '不超过',
};

/** `超过36个月`. */
export function conditionText(condition: Condition): string {
  if (condition.kind === 'always') return '其他情形';
  return `${COMPARATOR_TEXT[condition.kind]}${formatRatio(condition.months)}个月`;
}
