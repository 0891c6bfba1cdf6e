import { formatCentisqm, type RowReason } from '@quhua/core';
import type { RowReading } from './check-row.ts';
import type { FigureColumn, Mapping } from './mapping.ts';
import { reasonAt, shown } from './reasons.ts';

type Other = { readonly first: readonly (number | null)[] | undefined; readonly mapping: Mapping };

/** Said of the row at which two values for one key came to light. */
export function conflictReason(reading: RowReading, firstLine: number, { first, mapping }: Other): RowReason {
  const at = mapping.figures.findIndex((_, column) => first?.[column] !== reading.figures[column]);
  const column = mapping.figures[at];
  const [here = null, there = null] = [reading.figures[at], first?.[at]];
  const how =
    first === undefined || column === undefined
      ? `第${firstLine}行有读不出的数字`
      : `${shown(column.header)}这里是${figureText(here, column)}，第${firstLine}行是${figureText(there, column)}`;
  return conflict(reading, firstLine, how);
}

/** Said of an earlier row of the same key. */
export function metBefore(reading: RowReading, otherLine: number): RowReason {
  return conflict(reading, otherLine, '数字不同');
}

function conflict({ row, regionName, regionCode, month }: RowReading, other: number, how: string): RowReason {
  const zh = `与第${other}行同为${regionName} ${month}，${how}；都不采用，请确认哪一行正确后重报`;
  const en = `line ${other} gives other figures for ${regionCode} ${month}; neither is taken`;
  return reasonAt(row.line, undefined, { code: 'ROW_CONFLICT', zh, en });
}

function figureText(value: number | null, { column }: FigureColumn): string {
  if (value === null) return '空';
  return column.type === 'area' ? `${formatCentisqm(value)}㎡` : String(value);
}
