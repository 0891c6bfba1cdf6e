import * as z from 'zod';
import { type FaultCode, formatPath, type Path, show } from './fault.ts';
import { findNearest, suggestion } from './nearest.ts';
import type { YamlFile } from './yaml-file.ts';

/** What is left of a value when every part that does not fit its schema is taken out: what is there has the right type. */
export type Partially<T> = T extends string | number | boolean
  ? T | undefined
  : T extends readonly (infer E)[]
    ? readonly Partially<E>[] | undefined
    : { readonly [K in keyof T]?: Partially<T[K]> | undefined } | undefined;

export type Shaped<T> = {
  /** The whole value, if all of it fits. */
  readonly value: T | null;
  /** For checks that must also run on a file that has other faults. */
  readonly partial: Partially<T>;
};

/**
 * Holds a file's value against a schema and reports whatever does not fit, each part at its own place.
 *
 * Shapes: schemas without transforms or defaults, so that what comes out is what was written.
 */
export function checkShape<S extends z.ZodType>(source: YamlFile, schema: S): Shaped<z.output<S>> {
  // safe: without transforms the output type is the type of the value; Partially only adds what may be missing
  const partial = (value: unknown): Partially<z.output<S>> => value as Partially<z.output<S>>;
  if (source.value === undefined) return { value: null, partial: partial(undefined) };
  const result = schema.safeParse(source.value, { jitless: true }); // each schema runs once: compiling it costs more
  if (result.success) return { value: result.data, partial: partial(result.data) };
  const { issues } = result.error;
  reportIssues(source, schema, issues);
  return { value: null, partial: partial(without(source.value, issues.flatMap(misfits))) };
}

/** Paths that do not fit; of a missing key there is nothing to take out. */
function misfits(issue: z.core.$ZodIssue): Path[] {
  const path = toPath(issue.path);
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
}

/** One report a place: an unknown key stands also for the missing one that it probably is. */
function reportIssues(source: YamlFile, schema: z.ZodType, issues: readonly z.core.$ZodIssue[]): void {
  const missing = new Set(
    issues.filter((issue) => isMissing(issue, source.value)).map(({ path }) => formatPath(toPath(path))),
  );
  const told = new Set<string>();
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    for (const key of issue.keys) {
      const meant = reportUnknownKey(source, schema, { path: toPath(issue.path), key, missing });
      if (meant !== null) told.add(meant);
    }
  }
  for (const issue of issues) {
    const path = formatPath(toPath(issue.path));
    if (issue.code === 'unrecognized_keys' || told.has(path)) continue;
    told.add(path);
    reportIssue(source, issue);
  }
}

function toPath(path: readonly PropertyKey[]): Path {
  return path.map((step) => (typeof step === 'number' ? step : String(step)));
}

function isMissing({ code, path }: z.core.$ZodIssue, value: unknown): boolean {
  const typed = code === 'invalid_type' || code === 'invalid_value';
  return typed && path.length > 0 && valueAt(value, toPath(path)) === undefined;
}

function valueAt(value: unknown, path: Path): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as Record<string | number, unknown>)[step]; // safe: an own key of an object or array
  }
  return found;
}

type UnknownKey = { readonly path: Path; readonly key: string; readonly missing: ReadonlySet<string> };

/** Reports an unknown key, and gives the path of the missing key that it probably is. */
function reportUnknownKey(source: YamlFile, schema: z.ZodType, { path, key, missing }: UnknownKey): string | null {
  const known = keysAt(schema, path);
  const { zh, en } = suggestion(key, known);
  const nearest = formatPath([...path, findNearest(key, known) ?? '']);
  const needed = missing.has(nearest);
  const need = needed ? { zh: '（必填）', en: ' It is required.' } : { zh: '', en: '' };
  source.reportKey(
    [...path, key],
    'KEY_UNKNOWN',
    `不认识的键 ${show(key)}${zh}${need.zh} / unknown key ${show(key)}${en}${need.en}`,
  );
  return needed ? nearest : null;
}

function keysAt(schema: z.ZodType, path: Path): string[] {
  const [step, ...rest] = path;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional) {
    return keysAt(schema.unwrap() as z.ZodType, path); // safe: this package nests ordinary schemas only
  }
  if (schema instanceof z.ZodArray) return keysAt(schema.element as z.ZodType, rest); // safe: as above
  if (!(schema instanceof z.ZodObject)) return [];
  if (step === undefined) return Object.keys(schema.shape);
  const next: unknown = schema.shape[step];
  return next instanceof z.ZodType ? keysAt(next, rest) : [];
}

const TYPES: Readonly<Record<string, readonly [string, string]>> = {
  string: ['文字', 'text'],
  number: ['数', 'a number'],
  int: ['整数', 'a whole number'],
  boolean: ['true 或 false', 'true or false'],
  array: ['列表', 'a list'],
  object: ['一组“键: 值”', 'keys and values'],
};

function reportIssue(source: YamlFile, issue: z.core.$ZodIssue): void {
  const path = toPath(issue.path);
  const value = valueAt(source.value, path);
  const [code, message] = value === undefined ? explainMissing(issue) : explain(issue, value);
  if (code === 'KEY_MISSING') source.reportKey(path, code, message);
  else source.report(path, code, message);
}

function explain(issue: z.core.$ZodIssue, value: unknown): readonly [FaultCode, string] {
  switch (issue.code) {
    case 'invalid_type':
      return explainType(issue.expected, value);
    case 'invalid_value':
      return explainChoice(issue.values.map(String), value);
    case 'too_small':
      if (issue.origin === 'string') break;
      return ['VALUE_RANGE', atLeast(issue.origin, Number(issue.minimum))];
    case 'too_big':
      if (issue.origin === 'string') break;
      return ['VALUE_RANGE', atMost(issue.origin, Number(issue.maximum))];
  }
  const [zh, en = ''] = issue.message.split(' / '); // every schema of this package says both
  return ['VALUE_FORMAT', `${zh}；现为 ${show(String(value))} / ${en}`];
}

function explainMissing(issue: z.core.$ZodIssue): readonly [FaultCode, string] {
  const key = String(issue.path.at(-1) ?? '');
  if (issue.code === 'invalid_value') {
    const choices = issue.values.join(', ');
    return ['KEY_MISSING', `缺少必填项 ${key}（${choices} 之一） / ${key} is missing: one of ${choices}`];
  }
  const [zh, en] = TYPES[issue.code === 'invalid_type' ? issue.expected : ''] ?? ['', 'a value'];
  return ['KEY_MISSING', `缺少必填项 ${key}（${zh}） / ${key} is missing: ${en}`];
}

function explainType(expected: string, value: unknown): readonly [FaultCode, string] {
  const [zh, en] = TYPES[expected] ?? [expected, expected];
  if (value === null) return ['VALUE_TYPE', `没有值，应为${zh} / no value: must be ${en}`];
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
    return ['VALUE_TYPE', `应为文字，请加引号："${value}" / must be text: put it in quotes, "${value}"`];
  }
  if (typeof value === 'string' && value !== '' && (expected === 'int' || expected === 'number')) {
    const hint = Number.isNaN(Number(value)) ? ['', ''] : ['，请去掉引号', ': leave out the quotes'];
    return ['VALUE_TYPE', `应为${zh}，不是文字 ${show(value)}${hint[0]} / must be ${en}, not text${hint[1]}`];
  }
  return ['VALUE_TYPE', `应为${zh}，现为${kindOf(value)[0]} / must be ${en}, not ${kindOf(value)[1]}`];
}

function kindOf(value: unknown): readonly [string, string] {
  const kind = Array.isArray(value) ? 'array' : typeof value;
  const [zh, en] = TYPES[kind] ?? [kind, kind];
  if (typeof value === 'number') return [` ${value} `, String(value)];
  return typeof value === 'string' ? [`${zh} ${show(value)}`, en] : [zh, en];
}

function explainChoice(choices: readonly string[], value: unknown): readonly [FaultCode, string] {
  const written = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const { zh, en } = suggestion(written, choices);
  const list = choices.join(', ');
  return [
    'VALUE_CHOICE',
    zh.includes(list)
      ? `不能是 ${show(written)}${zh} / cannot be ${show(written)}${en}`
      : `不能是 ${show(written)}${zh}可用：${list} / cannot be ${show(written)}${en}`,
  ];
}

function atLeast(origin: string, minimum: number): string {
  if (origin === 'array') return `至少要有 ${minimum} 项 / at least ${minimum} needed`;
  return `不能小于 ${minimum} / must be at least ${minimum}`;
}

function atMost(origin: string, maximum: number): string {
  if (origin === 'array') return `最多 ${maximum} 项 / at most ${maximum}`;
  return `不能大于 ${maximum} / must be at most ${maximum}`;
}

/** A copy without what stands at those paths; list items become undefined, so that indices stay. */
function without(value: unknown, paths: readonly Path[]): unknown {
  if (paths.some((path) => path.length === 0)) return undefined;
  if (typeof value !== 'object' || value === null) return value;
  const below = new Map<string, Path[]>();
  for (const [step, ...rest] of paths) {
    const key = String(step);
    const inner = below.get(key);
    if (inner === undefined) below.set(key, [rest]);
    else inner.push(rest);
  }
  const keep = (child: unknown, key: string): unknown => {
    const inner = below.get(key);
    return inner === undefined ? child : without(child, inner);
  };
  if (Array.isArray(value)) return value.map((child, at) => keep(child, String(at)));
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, keep(child, key)]));
}
