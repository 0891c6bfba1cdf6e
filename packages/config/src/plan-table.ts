import {
  checkPlanSums,
  matchingKey,
  type PlanCell,
  type PlanRow,
  type PlanSumFault,
  type PlanTable,
  readPlanCell,
} from '@quhua/core';
import { type CsvCell, readCsvRows } from './csv-rows.ts';
import { type ConfigFault, type FaultCode, formatPath, show } from './fault.ts';
import { suggestion } from './nearest.ts';

/** The jurisdiction's units as far as they are known for sure. */
export type Units = {
  /** Null: not known for sure, so no code is called unknown. */
  readonly codes: ReadonlySet<string> | null;
  /** Matching keys of what a unit may be called, by code. */
  readonly spellings: ReadonlyMap<string, ReadonlySet<string>>;
};

export type TableSource = {
  /** Relative to the configuration's folder. */
  readonly file: string;
  readonly name: string;
  readonly content: string;
  readonly units: Units;
  readonly faults: ConfigFault[];
};
export type TableForm = Pick<PlanTable, 'title' | 'columns' | 'sums'>;

type Line = { readonly cells: readonly CsvCell[]; readonly code: string; readonly amounts: readonly PlanCell[] | null };
type Found = { readonly code: FaultCode; readonly path: readonly string[]; readonly message: string };

/**
 * Reads one table: header `code,name,…`, one line a unit, last the printed totals without a code.
 *
 * Shapes: null if any of its lines cannot be read; every fault goes to `source.faults` either way.
 */
export function readPlanTable(source: TableSource, form: TableForm): PlanTable | null {
  const [header = [], ...body] = readCsvRows(source.content);
  const names = ['code', 'name', ...form.columns.map(({ name }) => name)];
  if (!checkHeader(source, header, names)) return null;
  const lines = body.map((cells) => toLine(source, form, { cells, names }));
  const rows = lines.filter((line) => line.code !== '');
  const totals = lines.at(-1);
  checkTotals(source, lines);
  checkUnits(source, rows, header);
  const read = lines.every((line) => line.amounts !== null);
  if (!read || totals === undefined || totals.code !== '' || rows.length !== lines.length - 1) return null;
  const table: PlanTable = {
    ...form,
    file: source.name,
    rows: rows.map(({ code, amounts }): PlanRow => ({ regionCode: code, cells: amounts ?? [] })),
    totals: totals.amounts ?? [],
  };
  for (const fault of checkPlanSums(table)) reportSum(source, lines, { fault, name: names[fault.column + 2] ?? '' });
  return table;
}

function reportAt({ file, faults }: TableSource, cell: CsvCell | undefined, { code, path, message }: Found): void {
  faults.push({ file, line: cell?.line ?? 1, column: cell?.column ?? 1, path: formatPath(path), message, code });
}

function checkHeader(source: TableSource, header: readonly CsvCell[], names: readonly string[]): boolean {
  const at = names.findIndex((name, index) => header[index]?.text !== name);
  const wrong = at === -1 ? names.length : at;
  if (at === -1 && header.length === names.length) return true;
  const message = `表头应为 ${names.join(',')} / the header must be that, as source.yaml says`;
  reportAt(source, header[wrong] ?? header.at(-1), { code: 'CSV_HEADER', path: ['header'], message });
  return false;
}

type Written = { readonly cells: readonly CsvCell[]; readonly names: readonly string[] };

function toLine(source: TableSource, { columns }: TableForm, { cells, names }: Written): Line {
  const code = cells[0]?.text ?? '';
  const label = code === '' ? (cells[1]?.text ?? '') : code;
  const quoted = cells.find(({ text }) => text.includes('"'));
  if (quoted !== undefined) {
    const message = '不支持引号；去掉引号和千分位逗号 / no quotes: take them out, and commas inside numbers';
    reportAt(source, quoted, { code: 'CSV_QUOTE', path: [label], message });
    return { cells, code, amounts: null };
  }
  if (cells.length !== names.length) {
    const message = `应有 ${names.length} 列，现有 ${cells.length} 列 / ${names.length} cells needed, ${cells.length} found`;
    reportAt(source, cells[0], { code: 'CSV_CELLS', path: [label], message });
    return { cells, code, amounts: null };
  }
  const amounts = columns.map(({ name, unit }, at) => {
    const cell = cells[at + 2];
    const amount = readPlanCell(cell?.text ?? '', unit);
    if (amount !== null) return amount;
    const message = `应为数字或“-”，现为 ${show(cell?.text ?? '')} / must be a number or “-” (${unit})`;
    reportAt(source, cell, { code: 'PLAN_NUMBER', path: [label, name], message });
    return null;
  });
  return { cells, code, amounts: amounts.every((amount) => amount !== null) ? amounts : null };
}

function checkTotals(source: TableSource, lines: readonly Line[]): void {
  for (const [at, { code, cells }] of lines.entries()) {
    const last = at === lines.length - 1;
    if (last === (code === '')) continue;
    const message = last
      ? '最后一行应为合计，代码留空 / the last line must be the totals, without a code'
      : '只有最后一行合计可以没有代码 / only the last line, the totals, has no code';
    reportAt(source, cells[0], { code: 'PLAN_TOTALS', path: [cells[1]?.text ?? ''], message });
  }
  if (lines.length > 0) return;
  const message = '表中没有数据行 / the table has no lines';
  reportAt(source, undefined, { code: 'PLAN_TOTALS', path: [], message });
}

function checkUnits(source: TableSource, rows: readonly Line[], header: readonly CsvCell[]): void {
  const { codes, spellings } = source.units;
  const seen = new Set<string>();
  for (const { code, cells } of rows) {
    if (codes !== null && !codes.has(code)) {
      const { zh, en } = suggestion(code, [...codes]);
      const message = `jurisdiction.yaml 中没有代码 ${show(code)}${zh} / no such code in jurisdiction.yaml${en}`;
      reportAt(source, cells[0], { code: 'PLAN_REGION_UNKNOWN', path: [code], message });
    }
    if (seen.has(code)) {
      const message = `代码 ${code} 已有一行 / the code has a line already`;
      reportAt(source, cells[0], { code: 'PLAN_REGION_TWICE', path: [code], message });
    }
    seen.add(code);
    const known = spellings.get(code);
    const name = cells[1]?.text ?? '';
    if (known === undefined || known.size === 0 || known.has(matchingKey(name))) continue;
    const message = `${show(name)} 不是代码 ${code} 的名称、简称或别名；核对本行 / is no name of ${code}: check this line`;
    reportAt(source, cells[1], { code: 'PLAN_NAME', path: [code, 'name'], message });
  }
  for (const code of codes ?? []) {
    if (seen.has(code)) continue;
    const message = `缺少 ${code} 的一行；没有计划的写“-” / no line of ${code}: write “-” where nothing is planned`;
    reportAt(source, header[0], { code: 'PLAN_REGION_MISSING', path: [code], message });
  }
}

type Sum = { readonly fault: PlanSumFault; readonly name: string };

function reportSum(source: TableSource, lines: readonly Line[], { fault, name }: Sum): void {
  const line = fault.line === 'totals' ? lines.at(-1) : lines[fault.line];
  const cell = line?.cells[fault.column + 2];
  const label = line?.code === '' ? (line.cells[1]?.text ?? '') : (line?.code ?? '');
  const of = fault.code === 'PLAN_ROW_SUM' ? ['本行分项', 'the parts of this line'] : ['本列各行', 'the lines above'];
  const message = `${of[0]}之和为 ${fault.expected}，表中为 ${cell?.text ?? ''}；核对原文 / ${of[1]} add up to ${fault.expected}`;
  reportAt(source, cell, { code: fault.code, path: [label, name], message });
}
