import { readDecimal, readInUnit, type UnitSize } from '@quhua/core';
import { foldCell, hasControl, isMissing } from '../cell-text.ts';
import { shown } from '../reasons.ts';
import { type Grain, roundInUnit, withoutFloatNoise } from './decimal.ts';
import { bad, type CellFormat, controlled, formulaError, MISSING, type ValueReading } from './value-reading.ts';

const WITH_UNIT = /^(?<number>-?[\d.,]+)\s*(?<unit>[^\d\s.,].*)$/u;

/** A number as it stands in a cell. Shapes: `unit` is what stands behind the digits. */
export type WrittenNumber = { readonly number: string; readonly unit: string | undefined };
/** The cell that is read, for messages. */
export type Source = { readonly text: string; readonly format: CellFormat };

/** Takes a cell apart, or says at once what it is: missing, an error, something with control characters. */
export function writtenNumber(text: string): WrittenNumber | ValueReading {
  const folded = foldCell(text);
  if (isMissing(folded)) return MISSING;
  const error = formulaError(folded);
  if (error !== undefined) return error;
  if (hasControl(text)) return controlled(text);
  const parts = WITH_UNIT.exec(folded)?.groups;
  return { number: parts?.number ?? folded, unit: parts?.unit };
}

/** How a number becomes what its column stores. */
export type Measure = {
  readonly size: UnitSize;
  readonly grain: Grain;
  /** What is wrong with a value as such; undefined if nothing is. */
  readonly check: (value: number) => ValueReading | undefined;
};

/** A number in its unit, exact; what is finer than the column keeps is rounded half up and told. */
export function readAmount(number: string, { size, grain, check }: Measure, source: Source): ValueReading {
  const checked = (value: number): ValueReading => check(value) ?? { value };
  const exact = readInUnit(number, size, { negative: true });
  if ('value' in exact) return checked(exact.value);
  if (exact.fault === 'NUM_RANGE') return outOfRange(source.text);
  if (exact.fault !== 'NUM_PRECISION') return notNumber(source.text);
  const clean = withoutFloatNoise(number);
  const cleaned = readInUnit(clean, size, { negative: true });
  if ('value' in cleaned) return checked(cleaned.value);
  const { value, added } = roundInUnit(clean, size, grain);
  const whole = readDecimal(value.toString(), { scale: 0, negative: true });
  if ('fault' in whole) return outOfRange(source.text);
  const reading = checked(whole.value);
  if (reading.fault !== undefined) return reading;
  const zh = `${shown(source.text)}比 ${grain.finest} 更细，已四舍五入（${added}）；如需精确请填到 ${grain.finest}`;
  return {
    ...reading,
    fault: { code: 'NUM_ROUNDED', zh, en: `finer than ${grain.finest}, rounded half up (${added})` },
  };
}

/** What is wrong with a number below zero, by what the column is; undefined for any other. */
export function negativeFault(value: number, { text, format }: Source): ValueReading | undefined {
  if (value >= 0 || format.column.signed) return undefined;
  if (format.feed === 'inventory') {
    return bad('STOCK_NEGATIVE', `库存为负：${shown(text)}，请核对`, `stock below zero: ${shown(text)}`);
  }
  if (format.feed === 'sales') {
    const zh = `网签或撤销为负：${shown(text)}；退房请以正数填在撤销列，请核对`;
    return bad('SALES_NEGATIVE', zh, `sales or cancellations below zero: ${shown(text)}`);
  }
  return bad('NUM_NEGATIVE', `${shown(text)}小于0，这一列不能为负，请核对`, `${shown(text)} is below zero`);
}

export function notNumber(text: string): ValueReading {
  const zh = `${shown(text.trim())}不是数字；请填阿拉伯数字（如 1234.56），缺数请留空`;
  return bad('NUM_FORMAT', zh, `${shown(text.trim())} is not a number; leave the cell empty if there is none`);
}

export function outOfRange(text: string): ValueReading {
  return bad('NUM_RANGE', `${shown(text)}超出可精确表示的范围，请核对`, `${shown(text)} is outside the exact range`);
}
