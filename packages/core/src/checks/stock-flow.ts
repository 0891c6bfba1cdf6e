import { formatCentisqm } from '../area.ts';
import { ADJUSTMENT, exact, figureAt, netAt, PERMITTED, stockAt, type UnitFigures } from './figures.ts';
import { NOTHING, type Said } from './finding.ts';
import type { ChecksSettings } from './registry.ts';

/** How a month's stock follows from the month before. Units: centisqm. */
type Flow = {
  readonly before: number;
  readonly now: number;
  readonly permitted: number;
  readonly net: number;
  readonly adjustment: number;
  /** What the stock is above what follows. */
  readonly residual: number;
};

/** Missing: null unless every part is known; no adjustment reported is an adjustment of 0. */
export function flowOf(unit: UnitFigures, month: number): Flow | null {
  const [before, now, net] = [stockAt(unit, month - 1), stockAt(unit, month), netAt(unit, month)];
  const permitted = figureAt(unit, month, PERMITTED);
  if (before === null || now === null || net === null || permitted === null) return null;
  const adjustment = figureAt(unit, month, ADJUSTMENT) ?? 0;
  const follows = [permitted, -net, adjustment].reduce<number | null>(
    (sum, part) => (sum === null ? null : exact(sum + part)),
    before,
  );
  const residual = follows === null ? null : exact(now - follows);
  return residual === null ? null : { before, now, permitted, net, adjustment, residual };
}

/**
 * A stock that does not follow from the one before: I(t) = I(t−1) + permitted − net sales + adjustment.
 *
 * Missing: says nothing unless every part is known. Where the month before was off by as much the other way, that one
 * is the fault, and this month is not said again.
 */
export function stockFlow(unit: UnitFigures, month: number, { checks }: ChecksSettings): readonly Said[] {
  const flow = flowOf(unit, month);
  if (flow === null || !isOff(flow, checks.STOCK_FLOW) || isEcho(unit, month, flow, checks.STOCK_FLOW)) return NOTHING;
  const text = textOf(flow);
  const follows = formatCentisqm(flow.now - flow.residual);
  const sum = `${text.before}＋新批${text.permitted}－净销${text.net}${flow.adjustment === 0 ? '' : `＋调整${text.adjustment}`}`;
  const zh = `可售${text.now}㎡，按上月${sum}应为${follows}㎡，相差${text.residual}㎡，超过库存的${checks.STOCK_FLOW.tolerancePercent}%；请核对库存、网签和新批准面积`;
  const en = `stock of ${text.now} ㎡, while ${text.before} + ${text.permitted} permitted − ${text.net} net sales + ${text.adjustment} adjusted makes ${follows}: off by ${text.residual} ㎡`;
  return [{ line: unit.lines[month] ?? null, column: null, zh, en, facts: { ...text, follows } }];
}

/** More sold in a month than was there and came on the market. */
export function salesAboveStock(unit: UnitFigures, month: number): readonly Said[] {
  const flow = flowOf(unit, month);
  if (flow === null || flow.net <= 0) return NOTHING;
  const saleable = flow.before + flow.permitted + Math.max(0, flow.adjustment);
  if (flow.net <= saleable) return NOTHING;
  const text = textOf(flow);
  const sum = formatCentisqm(saleable);
  const zh = `净销售${text.net}㎡，大于可售${sum}㎡（上月末${text.before}＋新批${text.permitted}）；请核对网签和库存`;
  const en = `net sales of ${text.net} ㎡, while only ${sum} ㎡ could be sold`;
  return [{ line: unit.lines[month] ?? null, column: null, zh, en, facts: { ...text, saleable: sum } }];
}

type Tolerance = ChecksSettings['checks']['STOCK_FLOW'];

function isOff({ residual, before, now }: Flow, { tolerancePercent, floorSqm }: Tolerance): boolean {
  const off = BigInt(Math.abs(residual));
  const stock = BigInt(Math.max(before, now));
  return off > BigInt(floorSqm) * 100n && off * 100n > stock * BigInt(tolerancePercent);
}

/** One wrong stock puts two months off, the second as much the other way. */
function isEcho(unit: UnitFigures, month: number, flow: Flow, tolerance: Tolerance): boolean {
  const earlier = flowOf(unit, month - 1);
  if (earlier === null || !isOff(earlier, tolerance)) return false;
  return !isOff({ ...flow, residual: flow.residual + earlier.residual }, tolerance);
}

function textOf(flow: Flow): Readonly<Record<keyof Flow, string>> {
  return {
    before: formatCentisqm(flow.before),
    now: formatCentisqm(flow.now),
    permitted: formatCentisqm(flow.permitted),
    net: formatCentisqm(flow.net),
    adjustment: formatCentisqm(flow.adjustment),
    residual: formatCentisqm(flow.residual),
  };
}
