import { FEEDS } from '@quhua/core';
import { foldCell, isMissing } from '../cell-text.ts';
import { refused, shown } from '../reasons.ts';
import type { SheetRow } from '../workbook.ts';
import type { HeaderReading } from './find-header.ts';
import { type ColumnMatch, measureOf } from './match-columns.ts';
import type { Segment } from './segments.ts';

/** A table of one figure, out of one whose rows name theirs. */
export type MeasureTable = { readonly segment: Segment; readonly reading: HeaderReading };

/** Whether the rows of a table name the figure that they hold. */
export function hasMeasureRows(reading: HeaderReading): boolean {
  return measureColumn(reading) !== undefined;
}

/**
 * A table whose rows name their figure (`指标`), taken apart into one table for each; any other table as it is.
 *
 * Errors: invalid/MEASURE_UNCLEAR if no row names a figure of the feed.
 */
export function byMeasure(segment: Segment, reading: HeaderReading): MeasureTable[] {
  const column = measureColumn(reading);
  if (column === undefined) return [{ segment, reading }];
  const parts = partsOf(segment, reading, column);
  if (parts.length === 0) throw nothingNamed(dataRows(segment), column);
  return parts.map(({ match, rows: only }) => ({
    segment: { ...segment, only },
    reading: { ...reading, missing: [], matches: reading.matches.map((own) => withFigure(own, match)) },
  }));
}

/** The figures that the rows of a table name. */
export function measuresOfRows(segment: Segment, reading: HeaderReading): string[] {
  const column = measureColumn(reading);
  return column === undefined ? [] : partsOf(segment, reading, column).flatMap(({ match }) => match.name ?? []);
}

function measureColumn({ matches }: HeaderReading): ColumnMatch | undefined {
  return matches.find(({ name }) => name === 'measure');
}

function dataRows({ scanned, data }: Segment): readonly SheetRow[] {
  return scanned.filter(({ row }) => row >= data.from && row <= data.to);
}

type Part = { readonly match: ColumnMatch; readonly rows: Set<number> };

function partsOf(segment: Segment, reading: HeaderReading, { index }: ColumnMatch): Part[] {
  const byName = new Map<string, Part>();
  let last = '';
  for (const row of dataRows(segment)) {
    last = textAt(row, index) || last; // the name may stand once over the rows of several units
    const match = measureOf(last, reading.book);
    if (match.name === null || !isFigure(match.name, reading)) continue;
    const part = byName.get(match.name) ?? { match, rows: new Set<number>() };
    byName.set(match.name, part);
    part.rows.add(row.row);
  }
  return [...byName.values()];
}

function textAt({ cells }: SheetRow, index: number): string {
  const text = foldCell(cells[index] ?? '');
  return isMissing(text) ? '' : text;
}

function isFigure(name: string, { feed }: HeaderReading): boolean {
  return FEEDS[feed].columns.some((column) => column.name === name);
}

/** Columns of months, and the one of values, hold the figure that the row names. */
function withFigure(own: ColumnMatch, { name, unit }: ColumnMatch): ColumnMatch {
  if (own.name === 'measure') return { ...own, name: null, dropped: true };
  if (own.name !== 'value' && !own.open) return own;
  return { ...own, name, open: false, unit: own.unit ?? unit, from: 'settings', canonical: false };
}

function nothingNamed(rows: readonly SheetRow[], { header, index }: ColumnMatch) {
  const texts = [...new Set(rows.map((row) => textAt(row, index)).filter((text) => text !== ''))].slice(0, 8);
  const zh = `${shown(header)}列里没有一项是认识的指标：${texts.map(shown).join('、')}；请改成已知的列名，或在 feeds.yaml 中加列名`;
  return refused('MEASURE_UNCLEAR', `${zh} / none of the rows names a known figure`, { header });
}
