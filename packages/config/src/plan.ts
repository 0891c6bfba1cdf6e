import { PLAN_UNITS, type Plan, type PlanTable } from '@quhua/core';
import * as z from 'zod';
import { checkShape, type Partially } from './check-shape.ts';
import { show } from './fault.ts';
import { listFolder, type Place, readText, reportUnread } from './files.ts';
import { suggestion } from './nearest.ts';
import {
  checkItems,
  checkSignals,
  checkTargets,
  DEFAULT_PACE,
  doneShape,
  itemName,
  paceShape,
  signalsShape,
  targetsShape,
  toDone,
  toSignals,
  toTargets,
  type WrittenItem,
} from './plan-items.ts';
import { readPlanTable, type Units } from './plan-table.ts';
import { count, text } from './words.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

const table = z.strictObject({
  file: z
    .string()
    .regex(/^[^\s/\\][^/\\]*\.csv$/u, '应为本目录中的 .csv 文件名 / the name of a .csv file in this folder'),
  title: text,
  columns: z
    .array(z.strictObject({ name: itemName, title: text, unit: z.enum(PLAN_UNITS), done: z.exactOptional(doneShape) }))
    .min(1),
  sums: z.exactOptional(z.array(z.strictObject({ total: itemName, parts: z.array(itemName).min(1) }))),
});
const plan = z.strictObject({
  year: count(1900, 2199),
  title: text,
  source: text,
  tables: z.array(table).min(1),
  targets: z.exactOptional(targetsShape),
  pace: z.exactOptional(paceShape),
  signals: z.exactOptional(signalsShape),
});

type WrittenTable = z.output<typeof table>;
type PartialTable = Partially<WrittenTable>;
type PartialColumns = NonNullable<PartialTable>['columns'];

const SOURCE = 'source.yaml';

/** Reads `plan-<year>/`: what source.yaml describes, and the tables that it names. */
export function readPlan(place: Place, folder: string, units: Units): Plan | null {
  const names = listFolder(place, folder);
  if (names === null) return null;
  const file = `${folder}/${SOURCE}`;
  const written = readText(place, file);
  if (written === null) return null;
  const source = parseYaml(file, written, place.faults);
  const { value, partial } = checkShape(source, plan);
  if (partial?.year !== undefined && folder !== `plan-${partial.year}`) {
    source.report(['year'], 'PLAN_YEAR', `year 应与目录名 ${folder} 一致 / must be the year of the folder`);
  }
  const files = partial?.tables?.map((one) => one?.file);
  const twice = checkFiles(source, files ?? []);
  if (files?.every((name) => name !== undefined) === true) reportStrays({ place, folder, names, files });
  const tables = (partial?.tables ?? []).map((one, at) => {
    const sound = checkTable(source, at, one);
    return sound && !twice.has(at) ? readTable(place, folder, { written: one, units }) : null;
  });
  const items = writtenItems(partial);
  checkItems(source, items);
  checkTargets(source, partial?.targets, units.codes);
  checkSignals(source, partial?.signals, items);
  if (value === null || !tables.every((one) => one !== null)) return null;
  const { year, title, source: from, targets, pace = DEFAULT_PACE, signals } = value;
  return { year, title, source: from, tables, targets: toTargets(targets), pace, signals: toSignals(signals) };
}

/** Columns and targets in one list, as far as they can be read. */
function writtenItems(partial: Partially<z.output<typeof plan>>): WrittenItem[] {
  const columns = (partial?.tables ?? []).flatMap((one, table) => {
    const totals = new Set((one?.sums ?? []).map((sum) => sum?.total));
    return (one?.columns ?? []).map((column, at): WrittenItem => {
      const { name: id, title, unit, done } = column ?? {};
      const path = ['tables', table, 'columns', at];
      return { path, idKey: 'name', table, id, title, unit, done, isSum: id !== undefined && totals.has(id) };
    });
  });
  const targets = (partial?.targets ?? []).map((one, at): WrittenItem => {
    const { id, title, unit, done } = one ?? {};
    return { path: ['targets', at], idKey: 'id', table: -1, id, title, unit, done, isSum: false };
  });
  return [...columns, ...targets];
}

type Strays = { readonly place: Place; readonly folder: string; readonly names: string[]; readonly files: string[] };

function reportStrays({ place, folder, names, files }: Strays): void {
  const known = [SOURCE, 'README.md', ...files];
  for (const name of names) {
    if (!known.includes(name)) reportUnread(place, `${folder}/${name}`, [SOURCE, ...files]);
  }
}

/** Which tables name a file that is another's already. */
function checkFiles(source: YamlFile, files: readonly (string | undefined)[]): ReadonlySet<number> {
  const twice = new Set<number>();
  for (const [at, file] of files.entries()) {
    if (file === undefined || files.indexOf(file) === at) continue;
    twice.add(at);
    const message = `${file} 已是上面一张表的文件 / is the file of a table above`;
    source.report(['tables', at, 'file'], 'PLAN_FILE_TWICE', message);
  }
  return twice;
}

/** Whether the description of a table is whole and sound enough to read its file by. */
function checkTable(source: YamlFile, at: number, one: PartialTable): one is WrittenTable {
  const columns = checkColumns(source, ['tables', at, 'columns'], one?.columns);
  const sums = columns && checkSums(source, at, one);
  return sums && table.safeParse(one).success;
}

function checkColumns(source: YamlFile, path: readonly (string | number)[], columns: PartialColumns): boolean {
  let sound = true;
  const seen = new Set(['code', 'name']);
  for (const [at, column] of (columns ?? []).entries()) {
    const name = column?.name;
    if (name !== undefined && seen.has(name)) {
      source.report([...path, at, 'name'], 'PLAN_COLUMN_TWICE', `列名 ${name} 已用过 / the column's name is taken`);
      sound = false;
    }
    if (name === undefined) sound = false;
    else seen.add(name);
  }
  return sound;
}

function checkSums(source: YamlFile, tableAt: number, one: PartialTable): boolean {
  const columns = one?.columns ?? [];
  const unitOf = (name: string) => columns.find((column) => column?.name === name)?.unit;
  const names = columns.map((column) => column?.name).filter((name) => name !== undefined);
  let sound = true;
  for (const [at, sum] of (one?.sums ?? []).entries()) {
    const own = [
      { name: sum?.total, key: ['total'] },
      ...(sum?.parts ?? []).map((name, i) => ({ name, key: ['parts', i] })),
    ];
    for (const [index, { name, key }] of own.entries()) {
      if (name === undefined) continue;
      const twice = own.findIndex((other) => other.name === name) < index;
      const strange =
        !names.includes(name) || twice || (sum?.total !== undefined && unitOf(name) !== unitOf(sum.total));
      if (!strange) continue;
      sound = false;
      const { zh, en } = names.includes(name) ? SAME_SUM : suggestion(name, names);
      const message = `${show(name)} 不能列入这个合计${zh} / cannot be part of this sum${en}`;
      source.report(['tables', tableAt, 'sums', at, ...key], 'PLAN_SUM_COLUMN', message);
    }
  }
  return sound;
}

const SAME_SUM = {
  zh: '：重复，或与合计列单位不同',
  en: ': it stands twice, or has another unit than the total',
};

type Described = { readonly written: WrittenTable; readonly units: Units };

function readTable(place: Place, folder: string, { written, units }: Described): PlanTable | null {
  const file = `${folder}/${written.file}`;
  const content = readText(place, file);
  if (content === null) return null;
  const { sums = [], title } = written;
  const columns = written.columns.map(({ done, ...column }) => {
    return done === undefined ? column : { ...column, done: toDone(done) };
  });
  return readPlanTable({ file, name: written.file, content, units, faults: place.faults }, { title, columns, sums });
}
