import { type AreaUnit, type FeedColumn, type FeedName, readArea, readDecimal } from '@quhua/core';
import { foldCell, hasControl, isMissing } from './cell-text.ts';
import { readPlain, roundArea, withoutFloatNoise } from './decimal.ts';
import { type Fault, shown } from './reasons.ts';
import { areaUnitOf, isCountUnit, unitText } from './units.ts';

/** How the cells of one figure column are read. */
export type FigureFormat = {
  readonly feed: FeedName;
  readonly column: FeedColumn;
  /** Unit of an area column: of the header, or of the row; null where neither says. */
  readonly unit: AreaUnit | null;
  /** The unit stands in the file, and is not merely what canonical headers mean. */
  readonly stated: boolean;
  readonly plausibleCentisqm: number;
};

/** Shapes: null is missing; NaN is a cell that says something else than a usable figure, and then `fault` tells. */
export type FigureReading = { readonly value: number | null; readonly fault?: Fault };

const MISSING: FigureReading = { value: null };
const ERRORS = /^#(?:REF!|DIV\/0!|VALUE!|NAME\?|NUM!|NULL!|N\/A|SPILL!|CALC!)$/iu;
const WITH_UNIT = /^(?<number>-?[\d.,]+)\s*(?<unit>[^\d\s.,].*)$/u;
const SCALES: Readonly<Record<AreaUnit, number>> = { sqm: 2, 'wan-sqm': 6, hectare: 6, mu: -1 };

/** Decimal places by which `readPlain` may read these cells, or -1 where only core can. */
export function plainScale({ column, unit }: Pick<FigureFormat, 'column' | 'unit'>): number {
  if (column.type === 'count') return 0;
  return unit === null ? -1 : SCALES[unit];
}

/** Reads one cell, exactly or not at all. */
export function readFigure(text: string, format: FigureFormat): FigureReading {
  const folded = foldCell(text);
  if (isMissing(folded)) return MISSING;
  if (ERRORS.test(folded)) {
    return bad('CELL_ERROR', `单元格是公式错误 ${folded}，请在原表中改正`, `the cell is the formula error ${folded}`);
  }
  if (hasControl(text)) {
    return bad('CHAR_CONTROL', `${shown(text)}含有控制字符，请删除`, `${shown(text)} holds control characters`);
  }
  const parts = WITH_UNIT.exec(folded)?.groups;
  const number = parts?.number ?? folded;
  return format.column.type === 'count'
    ? readCount(number, parts?.unit, { text, format })
    : readAreaCell(number, parts?.unit, { text, format });
}

type Source = { readonly text: string; readonly format: FigureFormat };

function readCount(number: string, unit: string | undefined, { text, format }: Source): FigureReading {
  if (unit !== undefined && !isCountUnit(unit)) return notNumber(text);
  const reading = readDecimal(withoutFloatNoise(number), { scale: 0, negative: true });
  if ('value' in reading) return signed(reading.value, { text, format });
  if (reading.fault === 'NUM_PRECISION') {
    return bad(
      'COUNT_NOT_INTEGER',
      `套数必须是整数，这里是${shown(text)}，请改正`,
      `${shown(text)} is not a whole number`,
    );
  }
  return reading.fault === 'NUM_RANGE' ? outOfRange(text) : notNumber(text);
}

function readAreaCell(number: string, cellUnit: string | undefined, source: Source): FigureReading {
  const { text, format } = source;
  const own = cellUnit === undefined ? undefined : areaUnitOf(cellUnit);
  if (cellUnit !== undefined && own === undefined) return notNumber(text);
  const { unit: given, stated } = format;
  if (own !== undefined && stated && given !== null && own !== given) {
    const zh = `单元格写的是${unitText(own)}，表头或单位列写的是${unitText(given)}，不能确定以哪个为准；请统一单位`;
    return bad('UNIT_CONFLICT', zh, `the cell says ${own}, the column says ${given}`);
  }
  const unit = own ?? given;
  if (unit === null) {
    return bad('UNIT_MISSING', `${shown(text)}没有单位；请在单位列注明，如 ㎡ 或 万㎡`, `${shown(text)} has no unit`);
  }
  return inUnit(number, unit, source);
}

function inUnit(number: string, unit: AreaUnit, source: Source): FigureReading {
  const exact = readArea(number, unit, { negative: true });
  if ('value' in exact) return plausible(exact.value, unit, source);
  if (exact.fault === 'NUM_RANGE') return outOfRange(source.text);
  if (exact.fault !== 'NUM_PRECISION') return notNumber(source.text);
  const clean = withoutFloatNoise(number);
  const cleaned = readArea(clean, unit, { negative: true });
  if ('value' in cleaned) return plausible(cleaned.value, unit, source);
  return rounded(clean, unit, source);
}

function rounded(number: string, unit: AreaUnit, source: Source): FigureReading {
  const { centisqm, added } = roundArea(number, unit);
  const whole = readDecimal(centisqm.toString(), { scale: 0, negative: true });
  if ('fault' in whole) return outOfRange(source.text);
  const reading = plausible(whole.value, unit, source);
  if (reading.fault !== undefined) return reading;
  const zh = `${shown(source.text)}比 0.01㎡ 更细，已四舍五入（${added}）；如需精确请填到 0.01㎡`;
  return { ...reading, fault: { code: 'NUM_ROUNDED', zh, en: `finer than 0.01 sqm, rounded half up (${added})` } };
}

/** A figure in a large unit that no unit of the country reaches was written in ㎡. */
function plausible(value: number, unit: AreaUnit, source: Source): FigureReading {
  const { plausibleCentisqm } = source.format;
  if (unit === 'sqm' || Math.abs(value) <= plausibleCentisqm) return signed(value, source);
  const zh = `${shown(source.text)}按${unitText(unit)}计大得不合理，疑似填的是㎡；请核对单位`;
  return bad('UNIT_SUSPECT', zh, `${shown(source.text)} in ${unit} is too much to be true; was it written in sqm?`);
}

function signed(value: number, { text, format }: Source): FigureReading {
  if (value >= 0 || format.column.signed) return { value };
  if (format.feed === 'inventory') {
    return bad('STOCK_NEGATIVE', `库存为负：${shown(text)}，请核对`, `stock below zero: ${shown(text)}`);
  }
  const zh = `网签或撤销为负：${shown(text)}；退房请以正数填在撤销列，请核对`;
  return bad('SALES_NEGATIVE', zh, `sales or cancellations below zero: ${shown(text)}`);
}

function notNumber(text: string): FigureReading {
  const zh = `${shown(text.trim())}不是数字；请填阿拉伯数字（如 1234.56），缺数请留空`;
  return bad('NUM_FORMAT', zh, `${shown(text.trim())} is not a number; leave the cell empty if there is none`);
}

function outOfRange(text: string): FigureReading {
  return bad('NUM_RANGE', `${shown(text)}超出可精确表示的范围，请核对`, `${shown(text)} is outside the exact range`);
}

function bad(code: Fault['code'], zh: string, en: string): FigureReading {
  return { value: Number.NaN, fault: { code, zh, en } };
}

/** The figure of a plain cell without a detour, or undefined if the cell needs `readFigure`. */
export function readPlainFigure(text: string, scale: number, format: FigureFormat): number | undefined {
  const value = scale < 0 ? -1 : readPlain(text, scale);
  if (value < 0) return undefined;
  return scale === 6 && value > format.plausibleCentisqm ? undefined : value;
}
