import { SIMULATED_MARK, type TierRule } from '@quhua/core';
import type { RegionAssessment } from '@quhua/engine';
import type { Output, Style } from './output.ts';

export type AssessmentTable = {
  readonly title: string;
  readonly regions: readonly RegionAssessment[];
  /** The month before, for the change; left out, the column is. */
  readonly before?: readonly RegionAssessment[];
  readonly tiers: readonly TierRule[];
};

const SUPPLY_STYLE: Readonly<Record<TierRule['landSupply'], Style>> = {
  suspended: ['bold', 'white', 'bgRed'],
  swap: ['black', 'bgYellow'],
  free: ['green'],
};
const SUPPLY_TEXT: Readonly<Record<TierRule['landSupply'], string>> = { suspended: '暂停', swap: '限量', free: '不限' };

/** The units of one month: tier as word and colour, figures, and how far the nearest threshold is. */
export function printAssessments(out: Output, { title, regions, before, tiers }: AssessmentTable): void {
  const simulated = regions.filter((region) => region.flags.includes('SIMULATED')).length;
  const earlier = before === undefined ? null : new Map(before.map((region) => [region.code, region]));
  out.line(`${simulated > 0 ? SIMULATED_MARK : ''}${out.paint('bold', title)}`);
  out.table(
    [
      { head: '县市' },
      { head: '档次' },
      { head: '去化(月)', align: 'figure' },
      ...(earlier === null ? [] : [{ head: '较上月', align: 'figure' } as const]),
      { head: '库存(㎡)', align: 'figure' },
      { head: '净销售(㎡)', align: 'figure' },
      { head: '最近界线' },
      { head: '相距(㎡)', align: 'figure' },
      { head: '提示' },
    ],
    regions.map((region) => [
      region.name,
      tierCell(out, region, tiers),
      monthsCell(region),
      ...(earlier === null ? [] : [changeCell(region, earlier.get(region.code))]),
      region.stock ?? '—',
      region.sold,
      ...nearestCells(region),
      // Where every unit is simulated, title and foot say so.
      remarks(region, { tiers, markSimulated: simulated < regions.length }).join('，'),
    ]),
  );
  printFoot(out, { regions, simulated: simulated > 0 });
}

function printFoot(
  out: Output,
  { regions, simulated }: { readonly regions: readonly RegionAssessment[]; readonly simulated: boolean },
): void {
  if (regions.some(({ distances }) => distances.length > 0)) {
    out.line(
      out.paint(
        'dim',
        '须再售：再净销售这么多即不再超过该界线；可增：库存再增加这么多仍不超过 / distance to threshold',
      ),
    );
  }
  if (simulated) out.line(`${SIMULATED_MARK}以上数字由模拟数据得出，不代表任何真实情况 / simulated data`);
  out.line();
}

function tierCell(out: Output, { tier }: RegionAssessment, tiers: readonly TierRule[]): string {
  const rule = tiers.find((candidate) => candidate.tier === tier);
  if (rule === undefined) return '—';
  return out.paint(SUPPLY_STYLE[rule.landSupply], `${SUPPLY_TEXT[rule.landSupply]} ${rule.tier}`);
}

/** The figure; where there is none, its reason stands among the remarks. */
function monthsCell({ monthsOfSupply, monthsOfSupplyText, status }: RegionAssessment): string {
  if (monthsOfSupply !== null) return monthsOfSupplyText;
  return status === 'NO_SALES' ? '∞' : '—';
}

function changeCell({ monthsOfSupply }: RegionAssessment, before: RegionAssessment | undefined): string {
  if (before === undefined || monthsOfSupply === null || before.monthsOfSupply === null) return '—';
  const shown = (monthsOfSupply - before.monthsOfSupply).toFixed(1);
  if (Number(shown) === 0) return '0.0';
  return shown.startsWith('-') ? shown : `+${shown}`;
}

/** The threshold that the least area separates the unit from. */
function nearestCells({ distances }: RegionAssessment): readonly [string, string] {
  const nearest = distances
    .flatMap(({ threshold, sell, room }) => {
      const area = sell ?? room;
      return area === null ? [] : [{ threshold, area, word: sell === null ? '可增' : '须再售' }];
    })
    .sort((a, b) => Number(a.area) - Number(b.area))[0];
  return nearest === undefined ? ['—', '—'] : [`${nearest.threshold}月 ${nearest.word}`, nearest.area];
}

type RemarkOptions = { readonly tiers: readonly TierRule[]; readonly markSimulated: boolean };

function remarks(region: RegionAssessment, { tiers, markSimulated }: RemarkOptions): string[] {
  const { flags, tier, previousTier, monthsPresent, provisional, monthsOfSupply, monthsOfSupplyText } = region;
  const before = tiers.find((rule) => rule.tier === previousTier);
  const words: string[] = [];
  if (monthsOfSupply === null)
    words.push(/（(?<why>.+)）/u.exec(monthsOfSupplyText)?.groups?.why ?? monthsOfSupplyText);
  if (tier !== null && before !== undefined && tier !== previousTier) words.push(`原${SUPPLY_TEXT[before.landSupply]}`);
  if (flags.includes('STOCK_GREW')) words.push('存量增加');
  if (provisional === true) words.push(`暂定，仅${monthsPresent}个月数据`);
  if (markSimulated && flags.includes('SIMULATED')) words.push('模拟');
  return words;
}
