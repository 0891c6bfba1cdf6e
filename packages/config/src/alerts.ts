import {
  ALERT_KINDS,
  type AlertKind,
  type AlertsSettings,
  type ChannelSettings,
  EPISODE_KINDS,
  LEVELS,
  type Level,
  OWN_LEVEL_KINDS,
  PROJECT_ALERT_KINDS,
  type SetLevelKind,
} from '@quhua/core';
import * as z from 'zod';
import { checkShape, type Partially } from './check-shape.ts';
import { checkEscalation, escalationShape, toEscalation } from './escalation.ts';
import { show } from './fault.ts';
import { suggestion } from './nearest.ts';
import { code, slug, text } from './words.ts';
import type { YamlFile } from './yaml-file.ts';

const level = z.exactOptional(z.enum(LEVELS));
const levels = z.strictObject({
  TIER_SUSPEND: level,
  TIER_SWAP: level,
  STOCK_GREW: level,
  FEED_LATE: level,
  FEED_STALE: level,
  FEED_PARTIAL: level,
  FEED_REFUSED: level,
  QUOTA_NEAR: level,
  QUOTA_FULL: level,
  QUOTA_OVERDRAWN: level,
  RESERVATION_SUSPENDED: level,
  PLAN_SIGNAL: level,
  PROJECT_OVERRIDE: level,
  PROJECT_LATE: level,
  PROJECT_FUNDING: level,
  PROJECT_STALE: level,
  PROJECT_LIST: level,
  DEVELOPER_RISK: level,
} satisfies Record<SetLevelKind, typeof level>);
const channel = z.strictObject({ channel: z.enum(['file', 'queue']), consumer: z.exactOptional(slug) });
const receiver = z.strictObject({ name: slug, title: z.exactOptional(text), channels: z.array(channel).min(1) });
const route = z.strictObject({
  receiver: slug,
  kinds: z.exactOptional(z.array(z.enum(ALERT_KINDS)).min(1)),
  levels: z.exactOptional(z.array(z.enum(LEVELS)).min(1)),
  regions: z.exactOptional(z.array(code).min(1)),
});
const alerts = z.strictObject({
  levels: z.exactOptional(levels),
  receivers: z.array(receiver).min(1),
  routes: z.array(route).min(1),
  escalation: z.exactOptional(escalationShape),
});

type PartialAlerts = NonNullable<Partially<z.output<typeof alerts>>>;

const DEFAULT_LEVELS: Readonly<Record<SetLevelKind, Level>> = {
  TIER_SUSPEND: 'red',
  TIER_SWAP: 'orange',
  STOCK_GREW: 'yellow',
  FEED_LATE: 'yellow',
  FEED_STALE: 'orange',
  FEED_PARTIAL: 'blue',
  FEED_REFUSED: 'yellow',
  QUOTA_NEAR: 'blue',
  QUOTA_FULL: 'yellow',
  QUOTA_OVERDRAWN: 'orange',
  RESERVATION_SUSPENDED: 'orange',
  PLAN_SIGNAL: 'blue',
  PROJECT_OVERRIDE: 'red',
  PROJECT_LATE: 'yellow',
  PROJECT_FUNDING: 'orange',
  PROJECT_STALE: 'yellow',
  PROJECT_LIST: 'orange',
  DEVELOPER_RISK: 'orange',
};

/** Everything to one receiver, written to a file: a bare installation shows what it would send. */
export const DEFAULT_ALERTS: AlertsSettings = {
  levels: DEFAULT_LEVELS,
  receivers: [{ name: 'default', title: '默认接收人', channels: [{ channel: 'file' }] }],
  routes: [{ receiver: 'default' }],
  escalation: toEscalation(undefined), // there is nobody else to tell
};

export type AlertsFile = {
  readonly settings: AlertsSettings | null;
  /** Null where not every name can be read. */
  readonly receivers: readonly string[] | null;
};
export type Around = {
  /** Null: the regions are not known for sure, so none is called unknown. */
  readonly codes: ReadonlySet<string> | null;
  /** Receivers that answer for a feed, or are told when nobody takes an alert over: they need no route. */
  readonly owners: readonly string[];
};

export function readAlerts(source: YamlFile, { codes, owners }: Around): AlertsFile {
  const { value, partial = {} } = checkShape(source, alerts);
  checkReceivers(source, partial);
  checkRoutes(source, partial, codes);
  const told = checkEscalation(
    source,
    partial.escalation,
    partial.receivers?.map((one) => one?.name),
  );
  checkCoverage(source, partial, { codes, owners: [...owners, ...told] });
  const names = partial.receivers?.map((one) => one?.name) ?? [];
  const receivers = partial.receivers === undefined ? null : names.filter((name) => name !== undefined);
  const sure = receivers !== null && receivers.length === names.length;
  return { settings: value === null ? null : toAlerts(value), receivers: sure ? receivers : null };
}

function toAlerts(value: z.output<typeof alerts>): AlertsSettings {
  return {
    levels: { ...DEFAULT_LEVELS, ...value.levels },
    receivers: value.receivers.map(({ name, title = name, channels }) => ({
      name,
      title,
      channels: channels.map(toChannel),
    })),
    routes: value.routes,
    escalation: toEscalation(value.escalation),
  };
}

function toChannel({ channel: kind, consumer = '' }: z.output<typeof channel>): ChannelSettings {
  return kind === 'file' ? { channel: kind } : { channel: kind, consumer };
}

function checkReceivers(source: YamlFile, { receivers = [] }: PartialAlerts): void {
  const names = new Set<string>();
  for (const [at, one] of receivers.entries()) {
    const name = one?.name;
    if (name !== undefined && names.has(name)) {
      source.report(
        ['receivers', at, 'name'],
        'RECEIVER_TWICE',
        `接收人 ${name} 已写过 / the receiver stands above already`,
      );
    }
    if (name !== undefined) names.add(name);
    checkChannels(source, at, one?.channels ?? []);
  }
}

type PartialChannels = readonly Partially<z.output<typeof channel>>[];

function checkChannels(source: YamlFile, receiverAt: number, channels: PartialChannels): void {
  const seen = new Set<string>();
  for (const [at, one] of channels.entries()) {
    const path = ['receivers', receiverAt, 'channels', at];
    if (one?.channel === 'queue' && !('consumer' in one)) {
      source.report(path, 'CHANNEL_CONSUMER', 'queue 通道要写 consumer（队列名） / a queue needs a consumer');
    }
    if (one?.channel === 'file' && one.consumer !== undefined) {
      source.reportKey([...path, 'consumer'], 'CHANNEL_CONSUMER', 'file 通道没有 consumer，请删去 / a file has none');
    }
    if (one?.channel === undefined) continue;
    const key = `${one.channel} ${one.consumer ?? ''}`;
    if (seen.has(key)) source.report(path, 'CHANNEL_TWICE', '同一通道写了两次 / the same channel twice');
    seen.add(key);
  }
}

function checkRoutes(source: YamlFile, partial: PartialAlerts, codes: ReadonlySet<string> | null): void {
  const names = partial.receivers?.map((one) => one?.name);
  const sure = names?.every((name) => name !== undefined) === true;
  for (const [at, one] of (partial.routes ?? []).entries()) {
    const name = one?.receiver;
    if (sure && name !== undefined && !names.includes(name)) {
      const { zh, en } = suggestion(name, names);
      source.report(
        ['routes', at, 'receiver'],
        'RECEIVER_UNKNOWN',
        `没有接收人 ${show(name)}${zh} / no such receiver${en}`,
      );
    }
    for (const [index, region] of (one?.regions ?? []).entries()) {
      if (codes === null || region === undefined || codes.has(region)) continue;
      const { zh, en } = suggestion(region, [...codes]);
      const message = `jurisdiction.yaml 中没有代码 ${show(region)}${zh} / no such code in jurisdiction.yaml${en}`;
      source.report(['routes', at, 'regions', index], 'ROUTE_REGION', message);
    }
  }
}

/** An alert as far as routes look at it. */
type Leveled = { readonly kind: AlertKind; readonly level: Level };

/** Nothing may end nowhere: every receiver gets something, every kind goes somewhere, every route can match. */
function checkCoverage(source: YamlFile, partial: PartialAlerts, { codes, owners }: Around): void {
  const { receivers = [], routes = [] } = partial;
  const possible = possibleAlerts(partial);
  const taken = routes.map((one) => takenBy(partial, one, possible));
  for (const [at, matched] of taken.entries()) {
    if (matched?.length !== 0) continue;
    const message =
      '这条路由什么也收不到：kinds 的等级都不在 levels 中 / it never matches: no such kind has such a level';
    source.report(['routes', at], 'ROUTE_NEVER', message);
  }
  if (routes.length === 0 || taken.includes(null)) return; // reported already; what it would match is not known
  for (const [at, one] of receivers.entries()) {
    const name = one?.name;
    if (name === undefined || owners.includes(name) || routes.some((other) => other?.receiver === name)) continue;
    const message = `没有路由通向 ${name}，它什么也收不到；加一条路由 / no route leads here: add one`;
    source.report(['receivers', at, 'name'], 'RECEIVER_UNROUTED', message);
  }
  for (const one of possible) {
    const taking = routes.filter((_, at) => taken[at]?.includes(one));
    const left = uncovered(one.kind, taking, codes);
    if (left === null) continue;
    const which = ownsLevel(one.kind) ? `${one.kind} ${one.level}` : one.kind;
    const message = `预警 ${which} ${left.zh}没有去向；加一条收它的路由 / nobody gets ${which}${left.en}: add a route that does`;
    source.report(['routes'], 'KIND_UNROUTED', message);
  }
}

/** Kinds whose alerts belong to a unit. */
const REGIONAL: readonly AlertKind[] = [...EPISODE_KINDS, ...PROJECT_ALERT_KINDS];

function ownsLevel(kind: AlertKind): kind is (typeof OWN_LEVEL_KINDS)[number] {
  return OWN_LEVEL_KINDS.some((one) => one === kind);
}

/** Every kind at the level that it is set to, or at each that it can have. */
function possibleAlerts({ levels: written }: PartialAlerts): Leveled[] {
  return ALERT_KINDS.flatMap((kind): Leveled[] =>
    ownsLevel(kind)
      ? LEVELS.map((level) => ({ kind, level }))
      : [{ kind, level: written?.[kind] ?? DEFAULT_LEVELS[kind] }],
  );
}

/** Whose alerts of a kind no route takes, or null if every one is taken; a route with `regions` takes none about a file. */
function uncovered(
  kind: AlertKind,
  taking: NonNullable<PartialAlerts['routes']>,
  codes: ReadonlySet<string> | null,
): { readonly zh: string; readonly en: string } | null {
  if (taking.some((one) => one !== undefined && !('regions' in one))) return null;
  if (taking.length === 0 || !REGIONAL.includes(kind)) return { zh: '', en: '' };
  const taken = new Set(taking.flatMap((one) => one?.regions ?? []));
  const left = [...(codes ?? [])].filter((one) => !taken.has(one));
  if (left.length === 0) return null;
  const list = left.slice(0, 3).join(', ') + (left.length > 3 ? ' …' : '');
  return { zh: `（${list}）`, en: ` of ${list}` };
}

/** The alerts that a route takes, or null where it, or the levels, cannot be read. */
function takenBy(
  partial: PartialAlerts,
  one: NonNullable<PartialAlerts['routes']>[number],
  possible: readonly Leveled[],
): Leveled[] | null {
  if (one === undefined || one.receiver === undefined) return null;
  const unsure = Object.values(partial.levels ?? {}).includes(undefined);
  if (unsure && one.levels !== undefined) return null;
  for (const list of ['kinds', 'levels'] as const) {
    if (list in one && one[list]?.every((item) => item !== undefined) !== true) return null;
  }
  return possible.filter(
    ({ kind, level: own }) => (one.kinds?.includes(kind) ?? true) && (one.levels?.includes(own) ?? true),
  );
}
