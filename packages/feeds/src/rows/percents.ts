import type { PercentScale } from '../mapping.ts';
import { shown } from '../reasons.ts';
import type { Grain } from './decimal.ts';
import { notNumber, readAmount, type Source, writtenNumber } from './numbers.ts';
import { bad, type CellFormat, type CellReader, never, type ValueReading } from './value-reading.ts';

const GRAIN: Grain = { shownPer: 100n, unit: '%', finest: '0.01%' };
/** 100 %, in 0.01 %. */
const WHOLE = 10_000;
const SCALES: Readonly<Record<PercentScale, number>> = { percent: 2, fraction: 4 };

/** Reads percentages to 0.01 %, from 0 to 100 %. */
export function percentReader(format: CellFormat): CellReader {
  const scale = format.unit as PercentScale | null; // safe: the unit of a percent column is its scale
  return {
    read: (text) => readPercent(text, scale, { text, format }),
    isValue: never,
    scale: scale === null ? -1 : SCALES[scale],
    most: WHOLE,
  };
}

function readPercent(text: string, given: PercentScale | null, source: Source): ValueReading {
  const written = writtenNumber(text);
  if ('value' in written) return written;
  if (written.unit !== undefined && written.unit !== '%') return notNumber(text);
  const scale = written.unit === '%' ? 'percent' : given;
  if (scale === null) {
    const zh = `${shown(text)}是百分数还是比例（0–1）不明；请写成 95% 的样子，或在表头注明“（%）”`;
    return bad('PERCENT_SCALE', zh, `${shown(text)}: percent or a fraction of 1?`);
  }
  const size = { numerator: 10n ** BigInt(SCALES[scale]), denominator: 1n };
  return readAmount(written.number, { size, grain: GRAIN, check: (value) => outside(value, scale, text) }, source);
}

function outside(value: number, scale: PercentScale, text: string): ValueReading | undefined {
  if (value >= 0 && value <= WHOLE) return undefined;
  const range = scale === 'percent' ? '0 到 100%' : '0 到 1（比例）';
  const zh = `${shown(text)}不在${range}之间，请核对口径`;
  return bad('PERCENT_SCALE', zh, `${shown(text)} is not between 0 and 100 %`);
}
