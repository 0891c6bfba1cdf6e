import {
  CHECK_CODES,
  CHECKS,
  type CheckCode,
  type CheckDefinition,
  type CheckParameter,
  type ChecksSettings,
  DEFAULT_CHECKS,
  HISTORY_MONTHS,
  settingsOf,
} from '@quhua/core';
import * as z from 'zod';
import { checkShape, type Partially } from './check-shape.ts';
import { type Path, show } from './fault.ts';
import { suggestion } from './nearest.ts';
import { code, count } from './words.ts';
import type { YamlFile } from './yaml-file.ts';

const setting = ({ least, most }: CheckParameter) => z.exactOptional(count(least, most));

/** Level and settings of one check: what its definition in core names, and nothing else. */
function checkSchema(name: CheckCode) {
  const { levels, parameters }: CheckDefinition = CHECKS[name];
  const settings = Object.entries(parameters).map(([key, parameter]) => [key, setting(parameter)] as const);
  return z.exactOptional(z.strictObject({ level: z.exactOptional(z.enum(levels)), ...Object.fromEntries(settings) }));
}

const zone = z.strictObject({ zone: code, city: code });
const checks = z.strictObject({
  historyMonths: setting(HISTORY_MONTHS),
  zones: z.exactOptional(z.array(zone)),
  checks: z.exactOptional(z.strictObject(Object.fromEntries(CHECK_CODES.map((name) => [name, checkSchema(name)])))),
});
type PartialZones = NonNullable<Partially<z.output<typeof checks>>>['zones'];

/** `codes` null: the regions are not known for sure, so none is called unknown. */
export function readChecks(source: YamlFile, codes: ReadonlySet<string> | null): ChecksSettings | null {
  const { value, partial } = checkShape(source, checks);
  checkZones(source, partial?.zones, codes);
  if (value === null) return null;
  return {
    historyMonths: value.historyMonths ?? DEFAULT_CHECKS.historyMonths,
    zones: value.zones ?? DEFAULT_CHECKS.zones,
    checks: settingsOf((name) => value.checks?.[name]),
  };
}

/** A pair that names no unit, or a zone that lies in two cities, would never be checked as somebody expects. */
function checkZones(source: YamlFile, zones: PartialZones = [], codes: ReadonlySet<string> | null): void {
  const seen = new Set<string>();
  for (const [at, pair] of zones.entries()) {
    for (const key of ['zone', 'city'] as const) {
      const region = pair?.[key];
      if (region !== undefined && codes !== null && !codes.has(region)) {
        const { zh, en } = suggestion(region, [...codes]);
        report(source, ['zones', at, key], `没有这个县市代码 ${show(region)}${zh}`, `no region has this code${en}`);
      }
    }
    const own = pair?.zone;
    if (own === undefined) continue;
    if (own === pair?.city) report(source, ['zones', at, 'city'], '园区不能在它自己里', 'a zone cannot lie in itself');
    if (seen.has(own)) report(source, ['zones', at, 'zone'], '园区已写过，只能在一个市里', 'the zone stands above');
    seen.add(own);
  }
}

function report(source: YamlFile, path: Path, zh: string, en: string): void {
  source.report(path, 'ZONE_REGION', `${zh} / ${en}`);
}
