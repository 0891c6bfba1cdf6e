import { cached } from '../cached.ts';
import { foldCell, isMissing } from '../cell-text.ts';
import { areaReader } from './areas.ts';
import { countReader } from './counts.ts';
import { readDay } from './days.ts';
import { moneyReader } from './money.ts';
import { percentReader } from './percents.ts';
import { codeReader, readText } from './texts.ts';
import { type CellFormat, type CellReader, formulaError, MISSING, type ReadCell } from './value-reading.ts';
import { kindReader, readFlag } from './words.ts';

/** Days on which something is still to happen. */
const AHEAD: ReadonlySet<string> = new Set(['contract_delivery_on']);
/** Numbers that a system gave out, as their columns are called. */
const CODE = /_no$/u;

/** How the cells of a column are read. */
export function cellReader(format: CellFormat): CellReader {
  const { column } = format;
  switch (column.type) {
    case 'area':
    case 'land':
      return areaReader(format);
    case 'money':
      return moneyReader(format);
    case 'percent':
      return percentReader(format);
    case 'count':
      return countReader(format);
    case 'flag':
      return slow(remembered(readFlag));
    case 'kind':
      return slow(remembered(kindReader(column)));
    case 'day':
      return slow(dayReader(format));
    case 'text':
      return slow(CODE.test(column.name) ? codeReader(format.today) : remembered(readText));
  }
}

function slow(read: ReadCell): CellReader {
  return { read, scale: -1, most: 0 };
}

function remembered(read: (text: string, type: string) => ReturnType<ReadCell>): ReadCell {
  return cached((text) => read(text, ''));
}

function dayReader({ column, today }: CellFormat): ReadCell {
  const rule = { past: !AHEAD.has(column.name), today };
  const read = (numeric: boolean) =>
    cached((text) => {
      const folded = foldCell(text);
      if (isMissing(folded)) return MISSING;
      return formulaError(folded) ?? readDay(text, rule, numeric);
    });
  const [asText, asNumber] = [read(false), read(true)];
  return (text, type) => (type === 'n' ? asNumber(text) : asText(text));
}
