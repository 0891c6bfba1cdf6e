import {
  ADJUSTMENT,
  CANCELLED,
  CANCELLED_UNITS,
  COMPLETED,
  COMPLETED_UNITS,
  columnsOf,
  figureAt,
  isArea,
  nameOf,
  PERMITTED,
  PRESALE,
  PRESALE_UNITS,
  SIGNED,
  SIGNED_UNITS,
  type UnitFigures,
} from './figures.ts';
import { figureText, type Said } from './finding.ts';
import type { ChecksSettings } from './registry.ts';
import { atLeast, isFar, isOrdinary, lowerOf, medianOf, type Typical, upperOf } from './typical.ts';

/** A factor between two units, exact: 666.67 is 10,000/15. */
type Factor = { readonly over: bigint; readonly under: bigint; readonly text: string; readonly zh: string };

const TEN_THOUSAND: Factor = { over: 10_000n, under: 1n, text: '10000', zh: '㎡与万㎡' };
const MU_TO_SQM: Factor = { over: 10_000n, under: 15n, text: '666.67', zh: '亩与㎡' };
const MU: Factor = { over: 15n, under: 1n, text: '15', zh: '亩与公顷' };
const HOMES: Factor = { ...TEN_THOUSAND, zh: '套与万套' };

/** Which column counts the homes of an area. */
const HOMES_OF: ReadonlyMap<number, number> = new Map([
  [SIGNED, SIGNED_UNITS],
  [CANCELLED, CANCELLED_UNITS],
  [PRESALE, PRESALE_UNITS],
  [COMPLETED, COMPLETED_UNITS],
]);
/** Comes project by project, or contract by contract: 15 times the usual is usual. */
const LUMPY: ReadonlySet<number> = new Set([CANCELLED, PERMITTED, ADJUSTMENT]);
/** A home between these bears out its area, however unusual: 20–500 ㎡. */
const HOME_CENTISQM = { least: 2_000n, most: 50_000n };

export type Mixup = { readonly column: number; readonly code: 'UNIT_MIXUP' | 'UNIT_MIXUP_MU'; readonly said: Said };
const NONE: readonly Mixup[] = [];
type TypicalOf = (unit: UnitFigures, month: number, column: number) => Typical;

/**
 * Figures of a month that are not this unit's, but would be with another unit of measure: the factor is named.
 *
 * Missing: nothing is said with too little history, or where the row's own number of homes bears the area out.
 */
export function unitMixups(
  unit: UnitFigures,
  month: number,
  typicalOf: TypicalOf,
  { historyMonths: reach, checks }: ChecksSettings,
): readonly Mixup[] {
  let found: readonly Mixup[] = NONE;
  const neighbours = { reach, least: checks.UNIT_MIXUP.minMonths };
  const { from, count } = columnsOf(unit.feed);
  for (let column = from; column < from + count; column += 1) {
    const value = figureAt(unit, month, column);
    if (value === null || value <= 0 || isOrdinary(unit, month, column, neighbours)) continue;
    const typical = typicalOf(unit, month, column);
    if (typical.count < checks.UNIT_MIXUP.minMonths || !isFar(value, lowerOf(typical), upperOf(typical), 4)) continue;
    const homes = HOMES_OF.get(column);
    if (homes !== undefined && isBorneOut(value, figureAt(unit, month, homes))) continue;
    const mixup = explain(value, typical, { column, checks });
    if (mixup !== null) {
      found = [...found, { ...mixup, column, said: say(unit, month, { value, typical, column, ...mixup }) }];
    }
  }
  return found;
}

/** The homes sold say that the area is right. */
function isBorneOut(area: number, homes: number | null): boolean {
  if (homes === null || homes <= 0) return false;
  const centisqm = BigInt(area);
  return centisqm >= HOME_CENTISQM.least * BigInt(homes) && centisqm <= HOME_CENTISQM.most * BigInt(homes);
}

type Asked = { readonly column: number; readonly checks: ChecksSettings['checks'] };
type Explained = { readonly factor: Factor; readonly code: Mixup['code'] };

/** The nearest factor that takes the value into the unit's typical range, if the value itself is far from it. */
function explain(value: number, typical: Typical, { column, checks }: Asked): Explained | null {
  const big = isFar(value, lowerOf(typical), upperOf(typical), 10);
  const factors = isArea(column) ? [TEN_THOUSAND, MU_TO_SQM] : [HOMES];
  const fitting = big ? factors.filter((factor) => fits(value, typical, factor)) : [];
  const [nearest] = fitting.sort((a, b) => (isNearer(value, medianOf(typical), a, b) ? -1 : 1));
  if (nearest !== undefined) return { factor: nearest, code: 'UNIT_MIXUP' };
  if (!isArea(column) || LUMPY.has(column)) return null;
  const { withinPercent, spreadTimes } = checks.UNIT_MIXUP_MU;
  const steady = !atLeast(upperOf(typical), 1, lowerOf(typical) * spreadTimes);
  return steady && isTimes(value, medianOf(typical), withinPercent) ? { factor: MU, code: 'UNIT_MIXUP_MU' } : null;
}

/** Whether value ÷ factor, or value × factor, lies between half of the lower and twice the upper quarter. */
function fits(value: number, typical: Typical, { over, under }: Factor): boolean {
  const low = BigInt(lowerOf(typical));
  const high = BigInt(upperOf(typical)) * 2n;
  const [up, down] = [BigInt(value) * under, BigInt(value) * over];
  const divided = up * 2n >= low * over && up <= high * over;
  return divided || (down * 2n >= low * under && down <= high * under);
}

/** Whether factor `a` takes the value nearer to the median than `b`, as a ratio. */
function isNearer(value: number, median: number, a: Factor, b: Factor): boolean {
  const [da, db] = [distance(value, median, a), distance(value, median, b)];
  return da.over * db.under < db.over * da.under;
}

/** How many times (≥ 1) a value is from factor × median, as a fraction. */
function distance(value: number, median: number, { over, under }: Factor) {
  const [v, m] = [BigInt(value), BigInt(median)];
  const [a, b] = v > m ? [v * under, m * over] : [m * under, v * over];
  return a > b ? { over: a, under: b } : { over: b, under: a };
}

/** Whether value ÷ median, or the inverse, is 15 to within some per cent. */
function isTimes(value: number, median: number, percent: number): boolean {
  const [large, small] = value > median ? [BigInt(value), BigInt(median)] : [BigInt(median), BigInt(value)];
  const [least, most] = [15n * BigInt(100 - percent), 15n * BigInt(100 + percent)];
  return large * 100n >= small * least && large * 100n <= small * most;
}

type Spoken = Explained & { readonly value: number; readonly typical: Typical; readonly column: number };

function say(unit: UnitFigures, month: number, { value, typical, column, factor, code }: Spoken): Said {
  const median = medianOf(typical);
  const [mine, usual] = [figureText(value, column), figureText(median, column)];
  const way = value > median ? '倍' : '分之一';
  const doubt = code === 'UNIT_MIXUP' ? '应是单位错填' : '疑似单位错填';
  const zh = `${mine}约为${unit.name}常见值${usual}（${typical.count}个月的中位数）的${factor.text}${way}，${doubt}（${factor.zh}）；请核对单位后重报`;
  const ratio = value > median ? `${factor.text} times` : `1/${factor.text} of`;
  return {
    line: unit.lines[month] ?? null,
    column: nameOf(column),
    zh,
    en: `${mine} is about ${ratio} what this unit usually reports (${usual}): probably another unit of measure`,
    facts: { value: mine, usual, months: String(typical.count), factor: factor.text },
  };
}
