import type { AreaUnit } from '@quhua/core';
import { cached } from './cached.ts';
import { foldCell, isMissing } from './cell-text.ts';
import { type FigureFormat, plainScale, readFigure, readPlainFigure } from './figures.ts';
import type { FigureColumn, Mapping } from './mapping.ts';
import { type Fault, shown } from './reasons.ts';
import { type RowDraft, say } from './row-draft.ts';
import { areaUnitOf, unitText } from './units.ts';

/** Shapes: in the feed's order; null is missing, NaN stands for a cell that was refused. `empty`: no cell says anything. */
export type RowFigures = { readonly figures: (number | null)[]; readonly empty: boolean };

type CellPlan = FigureColumn & { readonly format: FigureFormat; readonly scale: number; readonly conflict?: Fault };
/** How a row's cells are read, given what its unit column says. */
type RowPlan = { readonly cells: readonly CellPlan[]; readonly fault?: Fault };

/** A month without one of these is half a report; core's net sales and stock are then missing. */
const MISSED: ReadonlySet<string> = new Set(['cancelled_area']);

/** Reads a row's figures, exactly, and says what is wrong with any of them. */
export function createFigureReader(mapping: Mapping, plausibleCentisqm: number) {
  const planOf = cached((text) => planRow(text, mapping, plausibleCentisqm));
  const { unit, figures: columns } = mapping;
  return (draft: RowDraft): RowFigures => {
    const { cells } = draft.row;
    const plan = planOf(unit === null ? '' : (cells[unit.index] ?? ''));
    const figures: (number | null)[] = new Array(columns.length).fill(null);
    let empty = true;
    for (let at = 0; at < plan.cells.length; at += 1) {
      const cell = plan.cells[at];
      if (cell === undefined) continue;
      const value = cell.index < 0 ? cell.absent : readCell(draft, cells[cell.index] ?? '', cell);
      figures[at] = value;
      if (value !== null && cell.index >= 0) empty = false;
    }
    if (!empty && plan.fault !== undefined) say(draft, unit?.header, plan.fault);
    if (!empty) sayMissing(draft, figures, columns);
    return { figures, empty };
  };
}

function readCell(draft: RowDraft, text: string, cell: CellPlan): number | null {
  const plain = cell.conflict === undefined ? readPlainFigure(text, cell.scale, cell.format) : undefined;
  if (plain !== undefined) return plain;
  const { value, fault } = readFigure(text, cell.format);
  if (value === null) return null;
  if (cell.conflict !== undefined) {
    say(draft, cell.header, cell.conflict);
    return Number.NaN;
  }
  if (fault !== undefined) say(draft, cell.header, fault);
  return value;
}

function sayMissing(draft: RowDraft, figures: readonly (number | null)[], columns: readonly FigureColumn[]): void {
  for (let at = 0; at < columns.length; at += 1) {
    const entry = columns[at];
    if (entry === undefined || entry.index < 0 || figures[at] !== null) continue;
    if (!entry.column.required && !MISSED.has(entry.column.name)) continue;
    const zh = '缺数，按缺失处理（不当作0），该月不能参与计算；如有数字请补报';
    say(draft, entry.header, {
      code: 'VALUE_MISSING',
      zh,
      en: 'missing, and not taken for 0: the month cannot be used',
    });
  }
}

function planRow(text: string, mapping: Mapping, plausibleCentisqm: number): RowPlan {
  const said = isMissing(foldCell(text)) ? null : areaUnitOf(text);
  const fault: Fault = {
    code: 'UNIT_UNSUPPORTED',
    zh: `单位${shown(text)}不认识；面积请写㎡、万㎡、公顷或亩`,
    en: `${shown(text)} is no unit of area that is read`,
  };
  const rowUnit = said ?? null;
  const cells = mapping.figures.map((column) => planCell(column, rowUnit, { mapping, plausibleCentisqm }));
  return said === undefined ? { cells, fault } : { cells };
}

type Setting = { readonly mapping: Mapping; readonly plausibleCentisqm: number };

function planCell(column: FigureColumn, rowUnit: AreaUnit | null, { mapping, plausibleCentisqm }: Setting): CellPlan {
  const unit = column.unit ?? rowUnit;
  const stated = column.stated || rowUnit !== null;
  const format: FigureFormat = { feed: mapping.feed.name, column: column.column, unit, stated, plausibleCentisqm };
  const plan = { ...column, format, scale: plainScale(format) };
  if (column.unit === null || rowUnit === null || column.unit === rowUnit) return plan;
  const zh = `表头写的是${unitText(column.unit)}，单位列写的是${unitText(rowUnit)}，不能确定以哪个为准；请统一单位`;
  const en = `the header says ${column.unit}, the row says ${rowUnit}`;
  return { ...plan, conflict: { code: 'UNIT_CONFLICT', zh, en } };
}
