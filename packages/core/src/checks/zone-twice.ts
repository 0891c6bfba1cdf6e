import { formatCentisqm } from '../area.ts';
import { figureAt, netAt, PERMITTED, stockAt, type UnitFigures } from './figures.ts';
import { NOTHING, type Said } from './finding.ts';
import type { ChecksSettings } from './registry.ts';
import { flowOf } from './stock-flow.ts';

/**
 * A city whose figure holds its zone's too: what its stock has too much, or its sales, is just what the zone reports.
 *
 * Shapes: `zone` reaches over the same months as `city`. Missing: only the month in which it begins can be seen; sales
 * need the whole stock-flow identity, a stock the month before.
 */
export function zoneTwice(
  city: UnitFigures,
  zone: UnitFigures,
  month: number,
  { checks }: ChecksSettings,
): readonly Said[] {
  const { withinPercent } = checks.ZONE_TWICE;
  const flow = flowOf(city, month);
  const [now, before] = [stockAt(city, month), stockAt(city, month - 1)];
  const excess = flow?.residual ?? (now === null || before === null ? null : now - before);
  if (excess === null || excess <= 0) return NOTHING;
  for (const { what, en, figure } of candidatesOf(zone, month + city.first - zone.first, flow !== null)) {
    if (figure === null || figure <= 0 || !isNear(excess, figure, withinPercent)) continue;
    const [more, own] = [formatCentisqm(excess), formatCentisqm(figure)];
    return [
      {
        line: city.lines[month] ?? null,
        column: null,
        zh: `${city.name}比上月${flow === null ? '' : '应有的数'}多出${more}㎡，恰与${zone.name}的${what}${own}㎡相当，疑似把${zone.name}也计入；请核对口径`,
        en: `${more} ㎡ too many, about the ${en} of ${zone.name} (${own} ㎡): perhaps counted here too`,
        facts: { excess: more, zone: zone.code, figure: own },
      },
    ];
  }
  return NOTHING;
}

type Candidate = { readonly what: string; readonly en: string; readonly figure: number | null };

/** What the city has too much, by which of the zone's figures are in it: stock alone, permits too, sales too, or sales alone. */
function candidatesOf(zone: UnitFigures, month: number, flowKnown: boolean): readonly Candidate[] {
  const stock = stockAt(zone, month);
  const permitted = figureAt(zone, month, PERMITTED);
  const stocks = { what: '可售', en: 'stock' };
  if (!flowKnown) return [{ ...stocks, figure: stock }];
  return [
    { ...stocks, figure: stock },
    { ...stocks, figure: stock === null || permitted === null ? null : stock - permitted },
    { ...stocks, figure: stockAt(zone, month - 1) },
    { what: '净销售', en: 'net sales', figure: netAt(zone, month) },
  ];
}

function isNear(a: number, b: number, percent: number): boolean {
  return BigInt(Math.abs(a - b)) * 100n <= BigInt(b) * BigInt(percent);
}
