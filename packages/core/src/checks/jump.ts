import {
  COMPLETED_UNITS,
  figureAt,
  nameOf,
  netAt,
  PERMITTED,
  PRESALE,
  PRESALE_UNITS,
  SIGNED,
  SIGNED_UNITS,
  stockAt,
  type UnitFigures,
} from './figures.ts';
import { figureText, NOTHING, type Said } from './finding.ts';
import type { ChecksSettings } from './registry.ts';
import { atLeast, isOrdinary, leastOf, medianOf, mostOf, type Typical } from './typical.ts';

type TypicalOf = (unit: UnitFigures, month: number, column: number) => Typical;
/** The homes only where the area says nothing. */
const SALES_COLUMNS = [SIGNED, SIGNED_UNITS] as const;
/** Homes that an area of the floor holds, at a hundred square metres each. */
const CENTISQM_A_HOME = 10_000;

/**
 * A month far from the unit's own history: sales many times the usual, or a stock that halved or doubled at once.
 *
 * Missing: sales of 0 are no jump (a month without sales has its own status), nor is anything below the floor.
 */
export function jumps(
  unit: UnitFigures,
  month: number,
  typicalOf: TypicalOf,
  settings: ChecksSettings,
): readonly Said[] {
  return unit.feed === 'sales'
    ? salesJump(unit, month, typicalOf, settings)
    : stockJump(unit, month, settings.checks.JUMP);
}

function salesJump(
  unit: UnitFigures,
  month: number,
  typicalOf: TypicalOf,
  { historyMonths: reach, checks }: ChecksSettings,
): readonly Said[] {
  const { salesTimes, floorSqm } = checks.JUMP;
  const neighbours = { reach, least: checks.UNIT_MIXUP.minMonths };
  for (const column of SALES_COLUMNS) {
    const value = figureAt(unit, month, column);
    if (value === null || value <= 0 || isOrdinary(unit, month, column, neighbours)) continue;
    const typical = typicalOf(unit, month, column);
    if (typical.count < checks.UNIT_MIXUP.minMonths) continue;
    const median = medianOf(typical);
    const floor = column === SIGNED ? floorSqm * 100 : (floorSqm * 100) / CENTISQM_A_HOME;
    const up = !atLeast(median, salesTimes, value) && value > mostOf(typical);
    const down = !atLeast(value, salesTimes, median) && value < leastOf(typical);
    if (Math.max(value, median) <= floor || !(up || down)) continue;
    const [mine, usual] = [figureText(value, column), figureText(median, column)];
    const ratio = up ? `${salesTimes}倍以上` : `不足${salesTimes}分之一`;
    return [
      {
        line: unit.lines[month] ?? null,
        column: nameOf(column),
        zh: `${mine}，${unit.name}常见值为${usual}（${typical.count}个月的中位数），${up ? `是其${ratio}` : ratio}；请核实`,
        en: `${mine}, while this unit usually reports ${usual}: ${up ? 'more than' : 'less than 1 in'} ${salesTimes} ${up ? 'times as much' : 'of it'}`,
        facts: { value: mine, usual, months: String(typical.count) },
      },
    ];
  }
  return NOTHING;
}

/** Only where the flow is not known as a whole: `STOCK_FLOW` says it better. */
function stockJump(
  unit: UnitFigures,
  month: number,
  { stockPercent, floorSqm }: ChecksSettings['checks']['JUMP'],
): readonly Said[] {
  const [now, before] = [stockAt(unit, month), stockAt(unit, month - 1)];
  if (now === null || before === null || before <= 0) return homesJump(unit, month, stockPercent, floorSqm);
  const permitted = figureAt(unit, month, PERMITTED);
  if (permitted !== null && netAt(unit, month) !== null) return homesJump(unit, month, stockPercent, floorSqm);
  const unexplained = now > before ? Math.max(0, now - before - (permitted ?? 0)) : before - now;
  if (Math.max(now, before) <= floorSqm * 100 || !isShare(unexplained, before, stockPercent)) {
    return homesJump(unit, month, stockPercent, floorSqm);
  }
  return [saidOf(unit, month, { now, before, column: PRESALE, named: null, percent: stockPercent })];
}

/** The homes in stock, where both kinds are counted in both months. */
function homesJump(unit: UnitFigures, month: number, percent: number, floorSqm: number): readonly Said[] {
  const [now, before] = [homesAt(unit, month), homesAt(unit, month - 1)];
  if (now === null || before === null || before <= 0) return NOTHING;
  if (Math.max(now, before) <= (floorSqm * 100) / CENTISQM_A_HOME) return NOTHING;
  const [area, areaBefore] = [stockAt(unit, month), stockAt(unit, month - 1)];
  if (!isShare(Math.abs(now - before), before, percent)) return NOTHING;
  // homes that move with their area are no fault of their own
  if (area !== null && areaBefore !== null && isShare(Math.abs(area - areaBefore), areaBefore, percent)) return NOTHING;
  return [saidOf(unit, month, { now, before, column: PRESALE_UNITS, named: nameOf(PRESALE_UNITS), percent })];
}

function homesAt(unit: UnitFigures, month: number): number | null {
  const [presale, completed] = [figureAt(unit, month, PRESALE_UNITS), figureAt(unit, month, COMPLETED_UNITS)];
  return presale === null || completed === null ? null : presale + completed;
}

/** Whether a part is more than some per cent of a whole, exactly. */
function isShare(part: number, whole: number, percent: number): boolean {
  return BigInt(part) * 100n > BigInt(whole) * BigInt(percent);
}

type Change = {
  readonly now: number;
  readonly before: number;
  readonly column: number;
  readonly named: string | null;
  readonly percent: number;
};

function saidOf(unit: UnitFigures, month: number, { now, before, column, named, percent }: Change): Said {
  const [mine, last] = [figureText(now, column), figureText(before, column)];
  return {
    line: unit.lines[month] ?? null,
    column: named,
    zh: `可售合计${mine}，上月为${last}，一个月变化超过${percent}%；请核实`,
    en: `stock of ${mine} after ${last} the month before: a change of more than ${percent} %`,
    facts: { value: mine, before: last },
  };
}
