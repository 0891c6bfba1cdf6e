import { FEN_SCALE, type MoneyUnit } from '@quhua/core';
import { shown } from '../reasons.ts';
import { moneyUnitOf, unitText } from '../units.ts';
import type { Grain } from './decimal.ts';
import { type Measure, negativeFault, notNumber, readAmount, type Source, writtenNumber } from './numbers.ts';
import { bad, type CellFormat, type CellReader, never, type ValueReading } from './value-reading.ts';

const SIGN = /^\s*[¥￥]\s*/u;
const GRAIN: Grain = { shownPer: 100n, unit: '元', finest: '0.01元' };
/** No project has more than this: a larger figure in a column of 万元 was written in 元. 1,000 亿元, in fen. */
export const PLAUSIBLE_FEN = 10_000_000_000_000;

/** Reads money to the fen. */
export function moneyReader(format: CellFormat): CellReader {
  const unit = format.unit as MoneyUnit | null; // safe: the unit of a money column is one of money
  return {
    read: (text) => readMoney(text, unit, { text, format }),
    isValue: never,
    scale: unit === null ? -1 : FEN_SCALE[unit],
    most: unit === 'yuan' ? Number.MAX_SAFE_INTEGER : PLAUSIBLE_FEN,
  };
}

function readMoney(text: string, given: MoneyUnit | null, source: Source): ValueReading {
  const written = writtenNumber(text.replace(SIGN, ''));
  if ('value' in written) return written;
  const own = written.unit === undefined ? undefined : moneyUnitOf(written.unit);
  if (written.unit !== undefined && own === undefined) return notNumber(text);
  if (own !== undefined && source.format.stated && given !== null && own !== given) {
    const zh = `单元格写的是${unitText(own)}，表头或单位列写的是${unitText(given)}，不能确定以哪个为准；请统一单位`;
    return bad('UNIT_CONFLICT', zh, `the cell says ${own}, the column says ${given}`);
  }
  const unit = own ?? given;
  if (unit === null) {
    return bad('UNIT_MISSING', `${shown(text)}没有单位；请注明，如 元 或 万元`, `${shown(text)} has no unit`);
  }
  return readAmount(written.number, measureOf(unit, source), source);
}

function measureOf(unit: MoneyUnit, source: Source): Measure {
  return {
    size: { numerator: 10n ** BigInt(FEN_SCALE[unit]), denominator: 1n },
    grain: GRAIN,
    check: (value) => tooLarge(value, unit, source) ?? negativeFault(value, source),
  };
}

function tooLarge(value: number, unit: MoneyUnit, { text }: Source): ValueReading | undefined {
  if (unit === 'yuan' || Math.abs(value) <= PLAUSIBLE_FEN) return undefined;
  const zh = `${shown(text)}按${unitText(unit)}计大得不合理，疑似填的是元；请核对单位`;
  return bad('UNIT_SUSPECT', zh, `${shown(text)} in ${unit} is too much to be true; was it written in yuan?`);
}
