import { readDecimal } from '@quhua/core';
import { shown } from '../reasons.ts';
import { withoutFloatNoise } from './decimal.ts';
import { negativeFault, notNumber, outOfRange, type Source, writtenNumber } from './numbers.ts';
import { bad, type CellFormat, type CellReader, never, type ValueReading } from './value-reading.ts';

/** What may stand behind the digits, by what is counted. */
const SUFFIXES: readonly (readonly [RegExp, ReadonlySet<string>])[] = [
  [/_units$|^households/u, new Set(['套', '户'])],
  [/^buildings$/u, new Set(['栋', '幢', '座'])],
  [/_days$/u, new Set(['天', '日'])],
  [/^petitions/u, new Set(['件', '批', '起', '次'])],
];
const ANY = '个';

/** Reads whole numbers. */
export function countReader(format: CellFormat): CellReader {
  const suffixes = SUFFIXES.find(([name]) => name.test(format.column.name))?.[1] ?? new Set<string>();
  return {
    read: (text) => readCount(text, suffixes, { text, format }),
    isValue: never,
    scale: 0,
    most: Number.MAX_SAFE_INTEGER,
  };
}

/** What a count of this column is called, for people. */
export function countWord(name: string): string {
  const [first = ANY] = SUFFIXES.find(([pattern]) => pattern.test(name))?.[1] ?? [];
  return /^households/u.test(name) ? '户' : first;
}

function readCount(text: string, suffixes: ReadonlySet<string>, source: Source): ValueReading {
  const written = writtenNumber(text);
  if ('value' in written) return written;
  if (written.unit !== undefined && written.unit !== ANY && !suffixes.has(written.unit)) return notNumber(text);
  const reading = readDecimal(withoutFloatNoise(written.number), { scale: 0, negative: true });
  if ('value' in reading) return negativeFault(reading.value, source) ?? { value: reading.value };
  if (reading.fault === 'NUM_PRECISION') {
    return bad('COUNT_NOT_INTEGER', `必须是整数，这里是${shown(text)}，请改正`, `${shown(text)} is not a whole number`);
  }
  return reading.fault === 'NUM_RANGE' ? outOfRange(text) : notNumber(text);
}
