import {
  AppError,
  type Condition,
  checkRulebook,
  LAND_SUPPLIES,
  parseRatio,
  type Rulebook,
  SALES_BASES,
  SALES_SOURCES,
  type TierRule,
} from '@quhua/core';
import * as z from 'zod';
import { checkShape, type Partially } from './check-shape.ts';
import { FAULT_CODES, type FaultCode, type Path, show } from './fault.ts';
import { checkLand, landShape, toLandPolicy } from './land-policy.ts';
import { count, day, id, text } from './words.ts';
import type { YamlFile } from './yaml-file.ts';

const LONGEST_WINDOW = 48;
const months = z.string();
const condition = z.strictObject({
  over: z.exactOptional(months),
  atLeast: z.exactOptional(months),
  under: z.exactOptional(months),
  atMost: z.exactOptional(months),
  always: z.exactOptional(z.literal(true)),
});
const tier = z.strictObject({
  tier: z.string().regex(/^\p{L}[\p{L}\p{N}_-]{0,62}$/u, '应为字母开头的名称 / a name of letters, digits, _ and -'),
  when: condition,
  until: z.exactOptional(condition),
  landSupply: z.enum(LAND_SUPPLIES),
  action: text,
});
const definition = z.strictObject({
  id,
  stock: z.enum(['narrow', 'broad']),
  basis: z.exactOptional(z.enum(SALES_BASES)),
  sales: z.exactOptional(z.enum(SALES_SOURCES)),
  window: count(1, LONGEST_WINDOW),
  minMonths: count(1, LONGEST_WINDOW),
  provisionalBelow: count(1, LONGEST_WINDOW),
});
const rulebook = z.strictObject({
  id,
  title: text,
  number: text,
  issued: day,
  effectiveFrom: day,
  clause: z.exactOptional(text),
  definition,
  tiers: z.array(tier).min(1),
  land: z.exactOptional(landShape),
});

type WrittenCondition = Partially<z.output<typeof condition>>;
type WrittenTier = Partially<z.output<typeof tier>>;
type Reader = { readonly source: YamlFile; readonly name: string };

/** Reads one version of the rule; `name` is its file's name without `.yaml`. */
export function readRulebook({ source, name }: Reader): Rulebook | null {
  const { value, partial } = checkShape(source, rulebook);
  if (partial?.id !== undefined && partial.id !== name) {
    source.report(['id'], 'RULEBOOK_ID', `id 应与文件名相同：${name} / must be the file's name: ${name}`);
  }
  const { issued, effectiveFrom } = partial ?? {};
  if (issued !== undefined && effectiveFrom !== undefined && effectiveFrom < issued) {
    const message = `生效日早于发文日 ${issued} / takes effect before it was issued, ${issued}`;
    source.report(['effectiveFrom'], 'RULEBOOK_DATES', message);
  }
  const tiers = (partial?.tiers ?? []).map((written, at) => toTier(source, ['tiers', at], written));
  checkTiers(source, tiers);
  checkDefinition(source, partial?.definition);
  checkLand(source, partial?.land);
  if (value === null || !tiers.every((one) => one !== null)) return null;
  const { land, ...rest } = value;
  return { ...rest, tiers, ...(land === undefined ? {} : { land: toLandPolicy(land) }) };
}

/** A tier whose conditions can be compared; its words may be missing, they are reported elsewhere. */
function toTier(source: YamlFile, path: Path, written: WrittenTier): TierRule | null {
  if (written === undefined) return null;
  const when = toCondition(source, [...path, 'when'], written.when);
  const until = toCondition(source, [...path, 'until'], written.until);
  if (when === null || (until === null && written.until !== undefined)) return null;
  const { tier: name = '', landSupply = 'free', action = '' } = written;
  return { tier: name === '' ? path.join('.') : name, when, ...(until === null ? {} : { until }), landSupply, action };
}

function toCondition(source: YamlFile, path: Path, written: WrittenCondition): Condition | null {
  if (written === undefined) return null;
  // a comparator whose value was refused is there too, but undefined: one fault is enough
  const [first, ...others] = Object.entries(written);
  if (first === undefined || others.length > 0) {
    const message = '应恰好写一个：over、atLeast、under、atMost 或 always / exactly one comparator is needed';
    source.report(path, 'CONDITION_KEYS', message);
    return null;
  }
  const [kind, limit] = first;
  if (kind === 'always') return limit === true ? { kind } : null;
  if (typeof limit !== 'string' || !isComparator(kind)) return null;
  try {
    return { kind, months: parseRatio(limit) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const message = `月数应为十进制文字，如 "36" 或 "6.5"，现为 ${show(limit)} / months are decimal text like "36" or "6.5"`;
    source.report([...path, kind], 'RATIO_FORMAT', message);
    return null;
  }
}

function isComparator(kind: string): kind is 'over' | 'atLeast' | 'under' | 'atMost' {
  return kind in condition.shape && kind !== 'always';
}

const SOUND = { window: 12, minMonths: 1, provisionalBelow: 1, id: 'sound', stock: 'narrow' } as const;
const ALWAYS: TierRule = { tier: 'ALL', when: { kind: 'always' }, landSupply: 'free', action: 'all' };

/** Core's checks on the tiers that can be read; whether the last one is `always` only where all of them can. */
function checkTiers(source: YamlFile, tiers: readonly (TierRule | null)[]): void {
  const readable = [...tiers.entries()].flatMap(([at, one]) => (one === null ? [] : [{ at, one }]));
  if (readable.length === 0) return;
  for (const { path, code, message } of checkRulebook({ definition: SOUND, tiers: readable.map(({ one }) => one) })) {
    const [head = 'tiers', index, ...rest] = path;
    const at = typeof index === 'number' ? [readable[index]?.at ?? index] : [];
    if (code === 'RULEBOOK_NOT_TOTAL' && readable.length < tiers.length) continue;
    source.report([head, ...at, ...rest], toFaultCode(code), message);
  }
}

function checkDefinition(source: YamlFile, written: Partially<z.output<typeof definition>>): void {
  const { window, minMonths, provisionalBelow } = written ?? {};
  if (window === undefined) return;
  const known = { ...SOUND, window, minMonths: minMonths ?? 1, provisionalBelow: provisionalBelow ?? 1 };
  for (const { path, code, message } of checkRulebook({ definition: known, tiers: [ALWAYS] })) {
    source.report(path, toFaultCode(code), message);
  }
}

/** A fault that core learnt after this list was written is still a fault. */
function toFaultCode(code: string): FaultCode {
  return FAULT_CODES.find((known) => known === code) ?? 'VALUE_FORMAT';
}
