import type { FeedName } from '@quhua/core';
import { cached } from '../cached.ts';
import { foldCell, isMissing } from '../cell-text.ts';
import { areaReader } from './areas.ts';
import { countReader } from './counts.ts';
import { type DayRule, plainDays, readDay } from './days.ts';
import { moneyReader } from './money.ts';
import { percentReader } from './percents.ts';
import { codeReader, isCodeColumn, isPlainCode, readText } from './texts.ts';
import { type CellFormat, type CellReader, formulaError, MISSING, never, type ReadCell } from './value-reading.ts';
import { kindReader, readFlag } from './words.ts';

/** Days on which something is still to happen, by feed. */
const AHEAD: Readonly<Partial<Record<FeedName, readonly string[]>>> = {
  projects: ['contract_delivery_on'],
  'project-schedule': ['date'],
};

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
    case 'day': {
      const rule = ruleOf(format);
      return slow(dayReader(rule), plainDays(rule));
    }
    case 'text':
      return isCodeColumn(column.name) ? slow(codeReader(format.today), isPlainCode) : slow(remembered(readText));
  }
}

function slow(read: ReadCell, isValue: CellReader['isValue'] = never): CellReader {
  return { read, isValue, scale: -1, most: 0 };
}

function remembered(read: (text: string, type: string) => ReturnType<ReadCell>): ReadCell {
  return cached((text) => read(text, ''));
}

function ruleOf({ feed, column, today }: CellFormat): DayRule {
  return { past: AHEAD[feed]?.includes(column.name) !== true, today };
}

function dayReader(rule: DayRule): ReadCell {
  const read = (numeric: boolean) =>
    cached((text) => {
      const folded = foldCell(text);
      if (isMissing(folded)) return MISSING;
      return formulaError(folded) ?? readDay(text, rule, numeric);
    });
  const [asText, asNumber] = [read(false), read(true)];
  return (text, type) => (type === 'n' ? asNumber(text) : asText(text));
}
