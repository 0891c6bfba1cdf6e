import { readFileSync } from 'node:fs';
import { NO_SIGNALS, type Plan, type PlanColumn, type PlanTable, type PlanUnit, readPlanCell } from '../src/plan.ts';

/** A plan without anything in it. */
export const EMPTY_PLAN: Plan = {
  year: 2025,
  title: '计划',
  source: '测试',
  tables: [],
  targets: [],
  pace: { withinPercent: 10 },
  signals: NO_SIGNALS,
};

/** A table from lines of cells: code first, then one a column; the last line is of the totals. */
export function tableOf(
  columns: readonly PlanColumn[],
  lines: readonly (readonly string[])[],
  more: Partial<PlanTable> = {},
): PlanTable {
  const read = (cells: readonly string[]) =>
    cells.slice(1).map((text, at) => {
      const cell = readPlanCell(text, columns[at]?.unit ?? 'homes');
      if (cell === null) throw new Error(`no cell: ${text}`);
      return cell;
    });
  return {
    file: 't.csv',
    title: '表',
    columns,
    sums: [],
    rows: lines.slice(0, -1).map((cells) => ({ regionCode: cells[0] ?? '', cells: read(cells) })),
    totals: read(lines.at(-1) ?? []),
    ...more,
  };
}

const UNITS: readonly (readonly [RegExp, PlanUnit])[] = [
  [/_wan_sqm$/u, 'wan-sqm'],
  [/_ha$/u, 'hectare'],
  [/_units$/u, 'homes'],
];

/** Cells of a printed table of 2025, as text: code, name, figures. */
export function printed(file: 'table1' | 'table2' | 'table3'): string[][] {
  const text = readFileSync(new URL(`../../../config/kashgar/plan-2025/${file}.csv`, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
}

/** A printed table of the plan of 2025, its columns titled by their names. */
export function table2025(
  file: 'table1' | 'table2' | 'table3',
  done: Readonly<Record<string, PlanColumn['done']>> = {},
) {
  const [head = [], ...lines] = printed(file);
  const columns = head.slice(2).map((name): PlanColumn => {
    const unit = UNITS.find(([ending]) => ending.test(name))?.[1] ?? 'homes';
    const source = done[name];
    return { name, title: name, unit, ...(source === undefined ? {} : { done: source }) };
  });
  return tableOf(
    columns,
    lines.map(([code = '', , ...cells]) => [code, ...cells]),
    { file: `${file}.csv`, title: file },
  );
}
