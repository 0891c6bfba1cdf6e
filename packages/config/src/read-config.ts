import { resolve } from 'node:path';
import {
  type AlertsSettings,
  AppError,
  type ChecksSettings,
  DEFAULT_CHECKS,
  type FeedsSettings,
  type Jurisdiction,
  type Plan,
  type Rulebook,
  type ScheduleSettings,
  type SourcesSettings,
  type WorkCalendar,
} from '@quhua/core';
import { DEFAULT_ALERTS, readAlerts } from './alerts.ts';
import { DEFAULT_CALENDAR, readCalendar, readCalendarYear } from './calendar.ts';
import { readChecks } from './checks.ts';
import { DEFAULT_DELIVERY_CONFIG, type DeliveryConfig, readDelivery } from './delivery.ts';
import { checkExpected, ownersOf } from './expected.ts';
import { type ConfigFault, compareFaults, formatFault, show } from './fault.ts';
import { DEFAULT_FEEDS, readFeeds } from './feeds.ts';
import { type Inventory, listFiles, type Place, readText } from './files.ts';
import { type JurisdictionFile, knownCodes, knownSpellings, readJurisdiction, toJurisdiction } from './jurisdiction.ts';
import { suggestion } from './nearest.ts';
import { readPlan } from './plan.ts';
import { readRulebook } from './rulebook.ts';
import { DEFAULT_SCHEDULE, readSchedule } from './schedule.ts';
import { DEFAULT_SOURCES, readSources } from './sources.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

/** One jurisdiction's configuration, whole and sound. */
export type Config = {
  /** Absolute path of the folder. */
  readonly dir: string;
  readonly jurisdiction: Jurisdiction;
  /** By id, in the order of their file names. */
  readonly rulebooks: ReadonlyMap<string, Rulebook>;
  readonly feeds: FeedsSettings;
  readonly checks: ChecksSettings;
  readonly alerts: AlertsSettings;
  readonly schedule: ScheduleSettings;
  readonly sources: SourcesSettings;
  readonly delivery: DeliveryConfig;
  readonly calendar: WorkCalendar;
  /** By year. */
  readonly plans: readonly Plan[];
};

export type ConfigReading = { readonly config: Config | null; readonly faults: readonly ConfigFault[] };

/**
 * The configuration in a folder, and every fault of every file of it in one run.
 *
 * Shapes: `config` is null exactly if there are faults; faults in the order of files, then of lines.
 * Errors: none for bad configuration, whatever it is.
 */
export function readConfig(dir: string): ConfigReading {
  const place: Place = { root: resolve(dir), faults: [] };
  const inventory = listFiles(place);
  const config = inventory === null ? null : readAll(place, inventory);
  const faults = place.faults.toSorted(compareFaults);
  return { config: faults.length === 0 ? config : null, faults };
}

/** Errors: invalid/CONFIG_INVALID; its message lists every fault, its details are the faults. */
export function loadConfig(dir: string): Config {
  const { config, faults } = readConfig(dir);
  if (config !== null) return config;
  const head = `配置有 ${faults.length} 处错误 ${show(dir)} / ${faults.length} faults in the configuration`;
  const message = [head, ...faults.map((fault) => `  ${formatFault(fault)}`)].join('\n');
  throw new AppError('invalid', 'CONFIG_INVALID', message, { details: faults });
}

/** The rulebook of that id, else the one in force. Errors: not_found/RULEBOOK_NOT_FOUND, listing the known ids. */
export function getRulebook({ rulebooks, jurisdiction }: Config, id: string = jurisdiction.rulebook): Rulebook {
  const rulebook = rulebooks.get(id);
  if (rulebook !== undefined) return rulebook;
  const known = [...rulebooks.keys()].join(', ');
  throw new AppError('not_found', 'RULEBOOK_NOT_FOUND', `没有规则 ${show(id)}；可用：${known} / no such rulebook`);
}

function readAll(place: Place, inventory: Inventory): Config | null {
  const jurisdiction = readTop(place, 'jurisdiction.yaml', readJurisdiction);
  const rulebooks = readRulebooks(place, inventory);
  checkInForce(inventory, jurisdiction);
  const codes = jurisdiction === null ? null : knownCodes(jurisdiction.shaped);
  const spellings = jurisdiction === null ? new Map() : knownSpellings(jurisdiction.shaped);
  const optional = <T>(name: string, fallback: T, read: (source: YamlFile) => T | null): T | null =>
    inventory.top.includes(name) ? (readTop(place, name, read)?.shaped ?? null) : fallback;
  const feeds = optional('feeds.yaml', DEFAULT_FEEDS, readFeeds);
  const checks = optional('checks.yaml', DEFAULT_CHECKS, (source) => readChecks(source, codes));
  const { alerts, schedule } = readAlertsAndSchedule(place, inventory, codes);
  const sources = optional('sources.yaml', DEFAULT_SOURCES, readSources);
  const delivery = optional('delivery.yaml', DEFAULT_DELIVERY_CONFIG, readDelivery);
  const calendar = readCalendars(place, inventory);
  const plans = inventory.plans.map((folder) => readPlan(place, folder, { codes, spellings }));
  const written = jurisdiction?.shaped.value ?? null;
  if (written === null || feeds === null || alerts === null || schedule === null) return null;
  if (sources === null || checks === null || delivery === null || calendar === null) return null;
  if (!plans.every((plan) => plan !== null)) return null;
  const settings = { feeds, checks, alerts, schedule, sources, delivery, calendar };
  return { dir: place.root, jurisdiction: toJurisdiction(written), rulebooks, ...settings, plans };
}

type Told = { readonly alerts: AlertsSettings | null; readonly schedule: ScheduleSettings | null };

/** Owners of feeds are receivers: each of the two files is held against the other. */
function readAlertsAndSchedule(place: Place, { top }: Inventory, codes: ReadonlySet<string> | null): Told {
  const has = (name: string): boolean => top.includes(name);
  const schedule = has('schedule.yaml') ? readTop(place, 'schedule.yaml', readSchedule) : undefined;
  const owners = ownersOf(schedule?.shaped.expected);
  const around = { codes, owners };
  const alerts = has('alerts.yaml') ? readTop(place, 'alerts.yaml', (file) => readAlerts(file, around)) : undefined;
  const named = DEFAULT_ALERTS.receivers.map(({ name }) => name);
  const receivers = alerts === undefined ? named : (alerts?.shaped.receivers ?? null);
  if (schedule) checkExpected(schedule.source, schedule.shaped.expected, { codes, receivers });
  return {
    alerts: alerts === undefined ? DEFAULT_ALERTS : (alerts?.shaped.settings ?? null),
    schedule: schedule === undefined ? DEFAULT_SCHEDULE : (schedule?.shaped.settings ?? null),
  };
}

/** Hours and local holidays, and a table for each year that has a file. */
function readCalendars(place: Place, { top, calendarYears }: Inventory): WorkCalendar | null {
  const common = top.includes('calendar.yaml')
    ? readTop(place, 'calendar.yaml', readCalendar)?.shaped
    : { settings: DEFAULT_CALENDAR, local: [] };
  const local = common?.local ?? [];
  const tables = calendarYears.map(
    (named) =>
      readTop(place, `calendar-${named}.yaml`, (source) => readCalendarYear(source, { named, local }))?.shaped ?? null,
  );
  if (!common?.settings || !tables.every((table) => table !== null)) return null;
  return { ...common.settings, years: new Map(tables.map((table) => [table.year, table])) };
}

type Top<T> = { readonly source: YamlFile; readonly shaped: T };

function readTop<T>(place: Place, file: string, read: (source: YamlFile) => T): Top<T> | null {
  const text = readText(place, file);
  if (text === null) return null;
  const source = parseYaml(file, text, place.faults);
  return { source, shaped: read(source) };
}

function readRulebooks(place: Place, { rulebooks }: Inventory): Map<string, Rulebook> {
  const read = new Map<string, Rulebook>();
  for (const name of rulebooks) {
    const rulebook = readTop(place, `rulebook/${name}.yaml`, (source) => readRulebook({ source, name }))?.shaped;
    if (rulebook !== undefined && rulebook !== null) read.set(name, rulebook);
  }
  return read;
}

/** A rulebook that exists and is broken has its own faults; only one that is not there is unknown. */
function checkInForce({ rulebooks }: Inventory, jurisdiction: Top<JurisdictionFile> | null): void {
  const id = jurisdiction?.shaped.partial?.rulebook;
  if (jurisdiction === null || id === undefined || rulebooks.length === 0 || rulebooks.includes(id)) return;
  const { zh, en } = suggestion(id, rulebooks);
  jurisdiction.source.report(
    ['rulebook'],
    'RULEBOOK_UNKNOWN',
    `没有规则文件 rulebook/${id}.yaml${zh} / no such rulebook${en}`,
  );
}
