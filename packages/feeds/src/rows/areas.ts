import { type AreaUnit, centisqmIn } from '@quhua/core';
import { shown } from '../reasons.ts';
import { areaUnitOf, unitText } from '../units.ts';
import type { Grain } from './decimal.ts';
import { type Measure, negativeFault, notNumber, readAmount, type Source, writtenNumber } from './numbers.ts';
import { bad, type CellFormat, type CellReader, never, type ValueReading } from './value-reading.ts';

const SCALES: Readonly<Record<AreaUnit, number>> = { sqm: 2, 'wan-sqm': 6, hectare: 6, mu: -1 };
const AREA_GRAIN: Grain = { shownPer: 100n, unit: '㎡', finest: '0.01㎡' };
const LAND_GRAIN: Grain = { shownPer: 1n, unit: '㎡', finest: '1㎡' };
/** No parcel has more than this: a larger figure in a column of 公顷 or 亩 was written in ㎡. 1,000 公顷. */
export const PLAUSIBLE_LAND_SQM = 10_000_000;

/** Reads areas: homes to 0.01 ㎡, land to whole ㎡. */
export function areaReader(format: CellFormat): CellReader {
  const unit = format.unit as AreaUnit | null; // safe: the unit of an area or land column is one of area
  const land = format.column.type === 'land';
  const scale = unit === null ? -1 : SCALES[unit];
  return {
    read: (text) => readArea(text, unit, { text, format }),
    isValue: never,
    scale: scale < 0 ? -1 : land ? scale - 2 : scale,
    most: unit === 'sqm' ? Number.MAX_SAFE_INTEGER : mostOf(format),
  };
}

function mostOf({ column, plausibleCentisqm }: CellFormat): number {
  return column.type === 'land' ? PLAUSIBLE_LAND_SQM : plausibleCentisqm;
}

function readArea(text: string, given: AreaUnit | null, source: Source): ValueReading {
  const written = writtenNumber(text);
  if ('value' in written) return written;
  const own = written.unit === undefined ? undefined : areaUnitOf(written.unit);
  if (written.unit !== undefined && own === undefined) return notNumber(text);
  if (own !== undefined && source.format.stated && given !== null && own !== given) {
    const zh = `单元格写的是${unitText(own)}，表头或单位列写的是${unitText(given)}，不能确定以哪个为准；请统一单位`;
    return bad('UNIT_CONFLICT', zh, `the cell says ${own}, the column says ${given}`);
  }
  const unit = own ?? given;
  if (unit === null) {
    return bad('UNIT_MISSING', `${shown(text)}没有单位；请在单位列注明，如 ㎡ 或 万㎡`, `${shown(text)} has no unit`);
  }
  return readAmount(written.number, measureOf(unit, source), source);
}

function measureOf(unit: AreaUnit, source: Source): Measure {
  const land = source.format.column.type === 'land';
  const { numerator, denominator } = centisqmIn(unit);
  return {
    size: land ? { numerator, denominator: denominator * 100n } : { numerator, denominator },
    grain: land ? LAND_GRAIN : AREA_GRAIN,
    check: (value) => tooLarge(value, unit, source) ?? negativeFault(value, source),
  };
}

/** A figure in a large unit that no unit of the country reaches was written in ㎡. */
function tooLarge(value: number, unit: AreaUnit, { text, format }: Source): ValueReading | undefined {
  if (unit === 'sqm' || Math.abs(value) <= mostOf(format)) return undefined;
  const zh = `${shown(text)}按${unitText(unit)}计大得不合理，疑似填的是㎡；请核对单位`;
  return bad('UNIT_SUSPECT', zh, `${shown(text)} in ${unit} is too much to be true; was it written in sqm?`);
}
