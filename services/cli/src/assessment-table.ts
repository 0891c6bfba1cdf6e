import type { TierRule } from '@quhua/core';
import type { RegionAssessment } from '@quhua/engine';
import type { Output, Style } from './output.ts';

export type AssessmentTable = {
  readonly regions: readonly RegionAssessment[];
  /** The month before, for the change; left out, the column is. */
  readonly before?: readonly RegionAssessment[];
  readonly tiers: readonly TierRule[];
};

const SUPPLY_STYLE: Readonly<Record<TierRule['landSupply'], Style>> = {
  suspended: ['white', 'bgRed'],
  swap: ['black', 'bgYellow'],
  free: ['white', 'bgBlue'],
};
const SUPPLY_TEXT: Readonly<Record<TierRule['landSupply'], string>> = { suspended: '暂停', swap: '限量', free: '不限' };

/** The units of one month: tier as word and colour, figures, and how far the nearest threshold is. */
export function printAssessments(out: Output, { regions, before, tiers }: AssessmentTable): void {
  const earlier = new Map(before?.map((region) => [region.code, region]));
  const change = before === undefined ? [] : ['较上月'];
  const head = ['县市', '档次', '去化周期(月)', ...change, '库存(㎡)', '窗口净销售(㎡)', '月数', '距最近界线', '提示'];
  const rows = regions.map((region) => [
    region.name,
    tierCell(out, region, tiers),
    region.monthsOfSupplyText,
    ...(before === undefined ? [] : [changeText(region, earlier.get(region.code))]),
    region.stock ?? '—',
    region.sold,
    `${region.monthsPresent}${region.provisional === true ? '（暂定）' : ''}`,
    nearestText(region),
    region.flags.map((flag) => FLAG_TEXT[flag] ?? flag).join(' '),
  ]);
  out.table(head, rows);
  if (regions.some((region) => region.flags.includes('SIMULATED')))
    out.line('【模拟数据】以上数字由模拟数据得出，不代表任何真实情况 / simulated data');
  out.line();
}

const FLAG_TEXT: Readonly<Record<string, string>> = {
  SIMULATED: '模拟',
  STOCK_GREW: '存量增加',
  NO_SALES: '无成交',
  NET_NEGATIVE: '净销售为负，待核实',
};

function tierCell(out: Output, { tier }: RegionAssessment, tiers: readonly TierRule[]): string {
  const rule = tiers.find((candidate) => candidate.tier === tier);
  return rule === undefined
    ? '—'
    : out.paint(SUPPLY_STYLE[rule.landSupply], `${SUPPLY_TEXT[rule.landSupply]} ${rule.tier}`);
}

function changeText({ monthsOfSupply, tier }: RegionAssessment, before: RegionAssessment | undefined): string {
  if (before === undefined || monthsOfSupply === null || before.monthsOfSupply === null) return '—';
  const difference = monthsOfSupply - before.monthsOfSupply;
  const moved = tier !== before.tier && before.tier !== null ? ` ←${before.tier}` : '';
  return `${difference > 0 ? '+' : ''}${difference.toFixed(1)}${moved}`;
}

/** The threshold that the least area separates the unit from. */
function nearestText({ distances }: RegionAssessment): string {
  const nearest = distances
    .map(({ threshold, sell, room }) => ({ threshold, sell, area: Number(sell ?? room ?? 'NaN') }))
    .filter(({ area }) => !Number.isNaN(area))
    .sort((a, b) => a.area - b.area)[0];
  if (nearest === undefined) return '—';
  const area = nearest.area.toFixed(2);
  return nearest.sell === null
    ? `${nearest.threshold}月：可增库存 ${area}㎡`
    : `${nearest.threshold}月：须再售 ${area}㎡`;
}
