import { formatCentisqm, formatWanSqm } from './area.ts';
import type { Assessment } from './assess.ts';
import { type DataWarning, dataWarningText } from './data-warning.ts';
import type { Distance } from './distance.ts';
import type { EpisodeKind } from './episode.ts';
import { monthText } from './month.ts';
import { citationOf, conditionText, getTierRule, type Rulebook } from './rulebook.ts';
import { exactMonths, monthsText, statusText } from './sell-through.ts';
import { holds } from './tier.ts';

/** Mark of everything that rests on simulated data. */
export const SIMULATED_MARK = '【模拟数据】';

export type AlertTextInput = {
  readonly kind: EpisodeKind;
  readonly regionName: string;
  readonly assessment: Assessment;
  readonly rulebook: Rulebook;
  readonly distances: readonly Distance[];
  /** What was said of the figures when they came in. */
  readonly warnings?: readonly DataWarning[];
};

/** What an opened alert says: the figure, the rule with its source, and what would change it. */
export function openText(input: AlertTextInput): string {
  const { kind, regionName, assessment, rulebook } = input;
  const figure = `${monthText(assessment.month)}去化周期${figureText(assessment, rulebook)}`;
  const stock = stockText(assessment);
  const warned = dataWarningText(input.warnings ?? []);
  const hint = warned === '' ? '' : `。${warned}`;
  if (kind === 'STOCK_GREW') {
    return mark(
      assessment,
      `${regionName}：${figure}，${stock}，高于上年同月或上年末，存量仍在增加（控制存量不增加）${hint}`,
    );
  }
  const provisional = assessment.provisional === true ? `（暂定，${assessment.monthsPresent}个月数据）` : '';
  return mark(
    assessment,
    `${regionName}：${figure}${provisional}${whyText(assessment, rulebook)}。${stock}${sellText(input)}。依据：${citationOf(rulebook)}${hint}`,
  );
}

/** What a resolved alert says; `end` null means that a correction took its ground away. */
export function resolveText(input: AlertTextInput & { readonly corrected: boolean }): string {
  const { kind, regionName, assessment, rulebook, corrected } = input;
  const subject = KIND_TEXT[kind];
  if (corrected) return mark(assessment, `${regionName}：数据更正后，“${subject}”的依据不再成立，预警解除`);
  const now = `${monthText(assessment.month)}去化周期${figureText(assessment, rulebook)}`;
  const rule = assessment.tier === null ? '' : `，现为“${getTierRule(rulebook, assessment.tier).action}”`;
  return mark(assessment, `${regionName}：${now}${rule}，“${subject}”预警解除`);
}

/** Short names of the kinds, for lists. */
export const KIND_TEXT: Readonly<Record<EpisodeKind, string>> = {
  TIER_SUSPEND: '暂停供地',
  TIER_SWAP: '盘活供地',
  STOCK_GREW: '存量增加',
};

/** `40.1个月`, or what stands where there is no quotient. */
export function figureText(assessment: Assessment, { tiers, definition }: Rulebook): string {
  const { stockCentisqm, soldCentisqm, monthsPresent, status } = assessment;
  if (stockCentisqm === null || status !== 'OK') return statusText(status, definition.window);
  const text = monthsText(exactMonths({ stockCentisqm, soldCentisqm, monthsPresent }), tiers);
  return text === null ? statusText(status, definition.window) : `${text}个月`;
}

function stockText({ stockCentisqm }: Assessment): string {
  return stockCentisqm === null ? '当月可售面积未报' : `可售面积${formatWanSqm(stockCentisqm)}万㎡`;
}

/** Why the tier holds: it was entered, or it runs on because its way out is not reached (exactly 36). */
function whyText({ tier, stockCentisqm, soldCentisqm, monthsPresent }: Assessment, rulebook: Rulebook): string {
  if (tier === null || stockCentisqm === null) return '';
  const { when, until, action } = getTierRule(rulebook, tier);
  const runsOn = until !== undefined && !holds(when, { stockCentisqm, soldCentisqm, monthsPresent });
  return runsOn ? `，未满足退出条件（${conditionText(until)}）：${action}` : `，${conditionText(when)}：${action}`;
}

/** Nothing where selling all there is would not do (more cancelled than in stock). */
function sellText({ distances, assessment }: AlertTextInput): string {
  const nearest = distances.find((distance) => distance.sellCentisqm !== null);
  const sell = nearest?.sellCentisqm ?? null;
  if (nearest === undefined || sell === null || sell > (assessment.stockCentisqm ?? 0)) return '';
  return `，再净销售${formatCentisqm(sell)}㎡可退出${nearest.threshold}个月档`;
}

function mark({ simulated }: Assessment, text: string): string {
  return simulated ? `${SIMULATED_MARK}${text}` : text;
}
