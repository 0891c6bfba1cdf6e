// The default rule and an assessment under it, for tests that need one of each.
import type { Assessment, UnitSeries } from '../src/assess.ts';
import { type Month, monthIndex } from '../src/month.ts';
import type { Condition, Definition, Rulebook, TierRule } from '../src/rulebook.ts';
import { FIVE_TIERS, MNR_2024, rulePair, condition as textCondition } from './oracle/rules.ts';

/** 自然资办函〔2024〕918号 as the default rulebook holds it. */
export const mnr2024: Rulebook = {
  id: 'mnr-2024-918',
  title: '自然资源部办公厅关于做好2024年住宅用地供应有关工作的通知',
  number: '自然资办函〔2024〕918号',
  issued: '2024-04-29',
  effectiveFrom: '2024-04-29',
  definition: { id: 'net-signed-12m', stock: 'narrow', window: 12, minMonths: 8, provisionalBelow: 12 },
  tiers: rulePair(MNR_2024).src.tiers.map((tier) => ({ ...tier, action: actionOf(tier.tier) })),
};

/** Bands as in the rules of 2017 and 2019: 36 itself stops. */
export const fiveTiers: Rulebook = rulePair(FIVE_TIERS).src;

function actionOf(tier: string): string {
  return { SUSPEND: '暂停新增商品住宅用地出让', SWAP: '盘活多少、供应多少', FREE: '不受限' }[tier] ?? tier;
}

/** A rulebook that differs from the default in its definition. */
export function withDefinition(definition: Partial<Definition>): Rulebook {
  return { ...mnr2024, definition: { ...mnr2024.definition, ...definition } };
}

/** A tier from texts such as `over 36`; `always` without one. */
export function tierRule(tier: string, when?: string, until?: string): TierRule {
  const entry: Condition = when === undefined ? { kind: 'always' } : textCondition(when);
  const rule: TierRule = { tier, when: entry, landSupply: 'free', action: tier };
  return until === undefined ? rule : { ...rule, until: textCondition(until) };
}

/** An assessment of a suspended unit at 40.1 months; whatever is given stands instead. */
export function assessmentOf(given: Partial<Assessment> = {}): Assessment {
  return {
    month: '2025-10',
    status: 'OK',
    tier: 'SUSPEND',
    previousTier: 'SUSPEND',
    landSupply: 'suspended',
    stockCentisqm: 31_205_146,
    soldCentisqm: 9_338_219,
    monthsPresent: 12,
    presentMask: 4095,
    provisional: false,
    stockGrew: null,
    simulated: false,
    ...given,
  };
}

/** A series in which every month sells the same and ends with the same stock. */
export function steadySeries(from: Month, count: number, stockCentisqm: number, netCentisqm: number): UnitSeries {
  return {
    first: monthIndex(from),
    netSalesCentisqm: new Array<number>(count).fill(netCentisqm),
    stockCentisqm: new Array<number>(count).fill(stockCentisqm),
    simulated: new Array<boolean>(count).fill(false),
  };
}
