import {
  DONE_FROM,
  type DoneFrom,
  type DoneSource,
  matchingKey,
  NO_SIGNALS,
  type PlanSignalSettings,
  type PlanTarget,
  parseRatio,
  QUOTA_EVENTS,
  readPlanCell,
  TARGET_UNITS,
  type TargetUnit,
} from '@quhua/core';
import * as z from 'zod';
import type { Partially } from './check-shape.ts';
import { type FaultCode, type Path, show } from './fault.ts';
import { suggestion } from './nearest.ts';
import { code, count, text } from './words.ts';
import type { YamlFile } from './yaml-file.ts';

export const itemName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/u, '列名只能用小写字母、数字和 _ / only lower-case letters, digits and _');

const decimal = z
  .string()
  .regex(/^\d{1,15}(?:\.\d{1,9})?$/u, '应为加引号的十进制数，如 "0.10" / must be a quoted decimal number, like "0.10"');

/** Where it is read off what is done. */
export const doneShape = z.strictObject({
  from: z.enum(DONE_FROM),
  uses: z.exactOptional(z.array(text).min(1)),
  at: z.exactOptional(z.enum(QUOTA_EVENTS)),
});
const target = z.strictObject({
  id: itemName,
  title: text,
  unit: z.enum(TARGET_UNITS),
  amount: text,
  source: text,
  region: z.exactOptional(code),
  done: doneShape,
});
export const targetsShape = z.array(target);
export const paceShape = z.strictObject({ withinPercent: count(0, 100) });
export const signalsShape = z.strictObject({
  landPerHousing: z.exactOptional(
    z.strictObject({ housing: itemName, land: itemName, below: decimal, far: decimal, why: text }),
  ),
  homeSize: z.exactOptional(z.array(z.strictObject({ homes: itemName, area: itemName, above: decimal, why: text }))),
  blankRow: z.exactOptional(z.strictObject({ why: text })),
});

type WrittenDone = z.output<typeof doneShape>;
type WrittenTargets = z.output<typeof targetsShape>;
type WrittenSignals = z.output<typeof signalsShape>;

/** Within ten percent of the year's target beside the calendar is on pace: building and allotting go by season. */
export const DEFAULT_PACE = { withinPercent: 10 } as const;

export function toDone({ from, uses, at }: WrittenDone): DoneSource {
  return from === 'land' ? { from, uses: uses ?? [], at: at ?? 'contracted' } : { from };
}

export function toTargets(written: WrittenTargets = []): PlanTarget[] {
  return written.map(({ amount, region = null, done, ...one }) => {
    const cell = readPlanCell(amount, one.unit);
    return { ...one, amount: cell?.amount ?? 0, regionCode: region, done: toDone(done) };
  });
}

export function toSignals(written: WrittenSignals | undefined): PlanSignalSettings {
  if (written === undefined) return NO_SIGNALS;
  const { landPerHousing, homeSize = [], blankRow = null } = written;
  return {
    landPerHousing:
      landPerHousing === undefined
        ? null
        : { ...landPerHousing, below: parseRatio(landPerHousing.below), far: parseRatio(landPerHousing.far) },
    homeSize: homeSize.map((one) => ({ ...one, above: parseRatio(one.above) })),
    blankRow,
  };
}

/** An item of the plan wherever it stands, as far as it can be read. */
export type WrittenItem = {
  /** Where the item stands, and which of its keys is the id. */
  readonly path: Path;
  readonly idKey: 'name' | 'id';
  /** Index of its table; -1 for a target of the text. */
  readonly table: number;
  readonly id: string | undefined;
  readonly title: string | undefined;
  readonly unit: TargetUnit | undefined;
  readonly done: Partially<WrittenDone> | undefined;
  /** It is printed as the sum of others. */
  readonly isSum: boolean;
};

/** What the shapes cannot say of items: names that two of them share, and sources that do not fit. */
export function checkItems(source: YamlFile, items: readonly WrittenItem[]): void {
  const uses = new Map<string, string>();
  const words: Words = new Map();
  for (const item of items) {
    checkTwice(source, item, words);
    checkDone(source, item);
    for (const [at, use] of (item.done?.uses ?? []).entries()) {
      if (use === undefined) continue;
      const before = uses.get(matchingKey(use));
      uses.set(matchingKey(use), item.title ?? item.id ?? '');
      if (before === undefined) continue;
      const message = `用途${show(use)}已计入${show(before)}，不能计两次 / the use is counted there already`;
      source.report([...item.path, 'done', 'uses', at], 'PLAN_USE_TWICE', message);
    }
  }
}

type Words = Map<string, WrittenItem>;

/** A report names an item by its id or title: each must mean one item. Of names within a table its own check speaks. */
function checkTwice(source: YamlFile, item: WrittenItem, words: Words): void {
  for (const key of [item.idKey, 'title'] as const) {
    const word = key === 'title' ? item.title : item.id;
    if (word === undefined) continue;
    const taken = words.get(matchingKey(word));
    words.set(matchingKey(word), taken ?? item);
    const said = key === 'name' && taken?.table === item.table;
    if (taken === undefined || taken === item || said) continue;
    const message = `${show(word)} 已是${show(taken.title ?? taken.id ?? '')}的名称或代号 / the word means another item already`;
    source.report([...item.path, key], 'PLAN_ITEM_TWICE', message);
  }
}

const UNITS_OF: Readonly<Record<DoneFrom, readonly TargetUnit[]>> = {
  permits: ['wan-sqm'],
  land: ['hectare'],
  'projects-delivered': ['count'],
  progress: TARGET_UNITS,
};

function checkDone(source: YamlFile, { path, unit, done, isSum }: WrittenItem): void {
  if (done === undefined) return;
  const report = (key: string | null, faultCode: FaultCode, message: string): void =>
    source.report([...path, 'done', ...(key === null ? [] : [key])], faultCode, message);
  if (isSum) report(null, 'PLAN_DONE_SUM', '本列是其他列的合计，完成数随各分项，删去 done / a sum follows its parts');
  const { from } = done;
  if (from === undefined) return;
  if (from === 'land' && !('uses' in done)) {
    report(null, 'PLAN_DONE_KEYS', '取自土地台账的要写明 uses（用途） / from land: say which uses count');
  }
  for (const key of ['uses', 'at'] as const) {
    if (from === 'land' || !(key in done)) continue;
    report(key, 'PLAN_DONE_KEYS', `只有 from: land 才有 ${key} / only from: land has ${key}`);
  }
  if (unit === undefined || UNITS_OF[from].includes(unit)) return;
  const list = UNITS_OF[from].join(', ');
  report('from', 'PLAN_DONE_UNIT', `${from} 给不出 ${unit}，只给出 ${list} / it gives ${list}, not ${unit}`);
}

/** What the shapes cannot say of targets of the text. `codes` null: not known for sure, so none is called unknown. */
export function checkTargets(
  source: YamlFile,
  targets: Partially<WrittenTargets>,
  codes: ReadonlySet<string> | null,
): void {
  for (const [at, one] of (targets ?? []).entries()) {
    const { amount, unit, region } = one ?? {};
    if (amount !== undefined && unit !== undefined && typeof readPlanCell(amount, unit)?.amount !== 'number') {
      const message = `应为数字，现为 ${show(amount)} / must be a number (${unit})`;
      source.report(['targets', at, 'amount'], 'PLAN_NUMBER', message);
    }
    if (region === undefined || codes === null || codes.has(region)) continue;
    const { zh, en } = suggestion(region, [...codes]);
    const message = `jurisdiction.yaml 中没有代码 ${show(region)}${zh} / no such code in jurisdiction.yaml${en}`;
    source.report(['targets', at, 'region'], 'PLAN_REGION_UNKNOWN', message);
  }
}

/** Signals compare columns of the tables: each must be there, in the unit that is compared. */
export function checkSignals(
  source: YamlFile,
  signals: Partially<WrittenSignals> | undefined,
  items: readonly WrittenItem[],
): void {
  const columns = items.filter(({ table }) => table >= 0);
  const column = (path: Path, name: string | undefined, unit: TargetUnit): void => {
    if (name === undefined || columns.some(({ id }) => id === undefined)) return;
    const found = columns.find(({ id }) => id === name);
    if (found !== undefined && (found.unit === undefined || found.unit === unit)) return;
    const names = columns.flatMap((one) => (one.unit === unit && one.id !== undefined ? [one.id] : []));
    const { zh, en } = suggestion(name, names);
    const message = `表中没有单位为 ${unit} 的列 ${show(name)}${zh} / no column of that name and unit${en}`;
    source.report(path, 'PLAN_SIGNAL_COLUMN', message);
  };
  const { landPerHousing, homeSize } = signals ?? {};
  const land: Path = ['signals', 'landPerHousing'];
  column([...land, 'housing'], landPerHousing?.housing, 'wan-sqm');
  column([...land, 'land'], landPerHousing?.land, 'hectare');
  for (const [at, one] of (homeSize ?? []).entries()) {
    const path: Path = ['signals', 'homeSize', at];
    column([...path, 'homes'], one?.homes, 'homes');
    column([...path, 'area'], one?.area, 'wan-sqm');
  }
}
