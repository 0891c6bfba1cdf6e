import { FEEDS } from '@quhua/core';
import type { Mapping } from '../mapping.ts';
import type { PlannedColumn, PlannedTable, Settled } from '../types.ts';
import { unitText } from '../units.ts';
import type { SheetRow } from '../workbook.ts';
import type { Found } from './context-texts.ts';
import type { FoundTable } from './find-tables.ts';
import { offsetsOf } from './joined-tables.ts';
import type { MappedTables } from './mapped-tables.ts';
import type { ColumnMatch } from './match-columns.ts';
import { hasUnit, type MeasureUnit } from './unit-texts.ts';

const HOW = { canonical: '规范列名', settings: 'feeds.yaml 中的列名', mapping: '保存的映射' } as const;

/** What was found of each table, for the preview and the batch; tables side by side are one. */
export function plannedTables({ tables, lastRows }: MappedTables): PlannedTable[] {
  const last = lastRows();
  return tables.map(({ found, mapped }, at) => {
    const offsets = offsetsOf(found.map(({ settled }) => settled.mapping));
    const parts = found.map((table, nth) =>
      planned(table, { mapping: mapped.mapping, lastRow: last[at] ?? 0, offset: offsets[nth] ?? 0 }),
    );
    const [first] = parts;
    if (first === undefined) throw new Error('a table is made of something');
    if (parts.length === 1) return first;
    const height = Math.max(...parts.map(({ head }) => head.length));
    return {
      ...first,
      columns: parts.flatMap(({ columns }) => columns),
      head: Array.from({ length: height }, (_, row) => besides(parts, offsets, row)),
      merges: parts.flatMap(({ merges }) => merges),
    };
  });
}

/** One row above the data, of tables that stand side by side. */
function besides(parts: readonly PlannedTable[], offsets: readonly number[], row: number): string[] {
  const cells: string[] = [];
  parts.forEach(({ head }, nth) => {
    while (cells.length < (offsets[nth] ?? 0)) cells.push('');
    cells.push(...(head[row] ?? []));
  });
  return cells;
}

type Planning = { readonly mapping: Mapping; readonly lastRow: number; readonly offset: number };

function planned({ segment, settled }: FoundTable, { mapping, lastRow, offset }: Planning): PlannedTable {
  const { reading, unit, month, region, saved } = settled;
  const { from } = segment.data;
  const to = segment.data.to === Number.MAX_SAFE_INTEGER ? lastRow : segment.data.to;
  const top = segment.titles[0]?.row ?? reading.from;
  const above = segment.section === null ? 0 : 1;
  const headRows = segment.scanned.filter(({ row }) => row >= top && row < from && row <= reading.to);
  return {
    sheet: segment.sheet.name,
    header: { from: reading.from, to: reading.to },
    data: { from, to },
    columns: settled.matches.flatMap((match) => plannedColumn(match, settled, offset) ?? []),
    unit: unit === null ? null : { value: measureText(unit.value), where: unit.where },
    month: settledAs(month, (value) => value),
    region: settledAs(region, (value) => value.name),
    mapping: saved?.name ?? null,
    head: [...sectionRow(segment.section), ...headGrid(headRows, top)],
    merges: segment.sheet.merges
      .filter((merge) => merge.top >= top - 1 && merge.bottom < reading.to)
      .map(({ top: first, bottom, left, right }) => ({
        top: first - top + 1 + above,
        bottom: bottom - top + 1 + above,
        left: left + offset,
        right: right + offset,
      })),
    base: mapping.base,
    records: mapping.records.length,
  };
}

/** A month that stood between the rows goes above the header: there it is read again. */
function sectionRow(section: SheetRow | null): (readonly string[])[] {
  return section === null ? [] : [section.cells];
}

/** Rows above the data with the blank ones between them, so that merges keep their places. */
function headGrid(rows: readonly SheetRow[], top: number): (readonly string[])[] {
  const last = rows.at(-1)?.row ?? top - 1;
  const byRow = new Map(rows.map((row) => [row.row, row.cells]));
  return Array.from({ length: last - top + 1 }, (_, at) => byRow.get(top + at) ?? []);
}

function settledAs<T>(found: Found<T> | null, text: (value: T) => string): Settled | null {
  return found === null ? null : { value: text(found.value), where: found.where };
}

function plannedColumn(match: ColumnMatch, settled: FoundTable['settled'], offset: number): PlannedColumn | null {
  const { name, index, header, from, region } = match;
  if (name === null) return null;
  const { records } = settled.mapping;
  const at = records.findIndex(({ values }) => values.some((value) => value.index === index));
  const value = records[at]?.values.find((one) => one.index === index);
  const column = FEEDS[settled.reading.feed].columns.find((one) => one.name === name);
  const month = match.month === null ? null : (records[at]?.month ?? null);
  const unit = value?.unit ?? null;
  const why = [
    from === null ? '' : HOW[from],
    match.month === null ? '' : `${month}的数`,
    region === null ? '' : `${region.name}的数`,
    column === undefined || !hasUnit(column.type)
      ? ''
      : unitWhy(unit, { match, settled, stated: value?.stated ?? false }),
  ];
  return {
    name,
    header,
    position: index + offset + 1,
    unit: unit === null ? null : measureText(unit),
    month,
    why: why.filter((text) => text !== '').join('，'),
  };
}

type UnitSource = { readonly match: ColumnMatch; readonly settled: FoundTable['settled']; readonly stated: boolean };

function unitWhy(unit: MeasureUnit | null, { match, settled, stated }: UnitSource): string {
  if (unit === null) return settled.mapping.unit === null ? '单位见各单元格' : '单位见各行单位列';
  const text = measureText(unit);
  if (match.unit !== null) return `表头写明${text}`;
  if (stated) return `${settled.unit?.where ?? '标题'}写明${text}`;
  return `规范列名按${text}读`;
}

function measureText(unit: MeasureUnit): string {
  if (unit === 'percent') return '%';
  return unit === 'fraction' ? '小数' : unitText(unit);
}
