import { ceilDiv, formatRatio, type Ratio } from '../ratio.ts';
import { type Fraction, INDICATOR_TEXT, type Indicator, yuan } from './indicator.ts';
import { isWorse, type ProjectRisk } from './level.ts';
import { type DeliverySettings, LIMITED, type LimitedCode, type WarningLevel } from './settings.ts';

/**
 * What would take a project below its level: for each indicator that stands at it or above, what has to happen to it.
 *
 * Shapes: empty for a level of `none`. A level that is held although the day is milder waits for milder reports; one that
 * only the calendar gives ends with the delivery.
 */
export function liftsOf({ level, raw, indicators }: ProjectRisk, settings: DeliverySettings): string[] {
  if (level === 'none') return [];
  if (isWorse(level, raw)) return [`连续 ${settings.fallAfter} 次报告较轻，或确认化解，即降级`];
  const at = indicators.filter((one) => one.level !== 'none' && !isWorse(level, one.level));
  const words = at.map((one) => liftOf(one, settings));
  return words.length > 0 ? words : ['临近合同交付日：交付后解除'];
}

function liftOf(indicator: Indicator, { limits }: DeliverySettings): string {
  const { code, level, value, missing } = indicator;
  if (level === 'unknown') return `补报${missing.map(({ what, owner }) => `${what}（${owner}）`).join('、')}`;
  const limited = LIMITED.find((one) => one === code);
  if (limited === undefined) return '解除冻结或执行';
  return WORDS[limited](indicator, { limit: limits[limited][level as WarningLevel] ?? null, value }); // safe: neither none nor unknown
}

type Bound = { readonly limit: Ratio | null; readonly value: Fraction | null };
type Words = (indicator: Indicator, bound: Bound) => string;

const under =
  (unit: string): Words =>
  ({ code }, { limit }) =>
    `${INDICATOR_TEXT[code]}降到不足 ${limit === null ? '' : formatRatio(limit)} ${unit}`;

/** How much money brings a cover to its limit; it has to be reached, not passed. */
const short: Words = ({ code }, { limit, value }) => {
  if (limit === null || value === null) return `${INDICATOR_TEXT[code]}补足`;
  const needed = ceilDiv(BigInt(value.denominator) * limit.numerator, limit.denominator) - BigInt(value.numerator);
  return `${INDICATOR_TEXT[code]}达到 ${formatRatio(limit)}：还差 ${yuan(Number(needed))} 元`;
};

const WORDS: Readonly<Record<LimitedCode, Words>> = {
  D1: under('个百分点'),
  D2: (indicator, bound) =>
    bound.value === null
      ? '复工，使近期进度大于零'
      : bound.limit?.numerator === 0n
        ? '预计完工提前到合同交付日之前'
        : under('天')(indicator, bound),
  D3: () => '完成竣工备案并交付全部已售住房',
  D4: short,
  D5: short,
  D6: () => '复工',
  D8: under('件/百户'),
  D10: () => '补报项目报告',
  D11: ({ inputs }) => `补齐${inputs.尚缺 ?? '手续'}`,
};
