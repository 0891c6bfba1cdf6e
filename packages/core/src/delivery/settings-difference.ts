import { formatRatio } from '../ratio.ts';
import { type DeliverySettings, LIMITED, WARNING_LEVELS } from './settings.ts';

/** A setting that differs. Shapes: `key` as in `delivery.yaml`, dotted; values as text, null where a limit does not exist. */
export type SettingsDifference = { readonly key: string; readonly from: string | null; readonly to: string | null };

/** Which settings of the warning differ, in the order of the file; none: they say the same, however written. */
export function settingsDifferences(from: DeliverySettings, to: DeliverySettings): SettingsDifference[] {
  const [before, after] = [flatten(from), flatten(to)];
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].flatMap((key) => {
    const difference = { key, from: before.get(key) ?? null, to: after.get(key) ?? null };
    return difference.from === difference.to ? [] : [difference];
  });
}

function flatten(settings: DeliverySettings): Map<string, string | null> {
  const { limits, overrides, weights, horizons, winter, required, expected, alertFrom } = settings;
  const { paceDays, fallAfter, reportEvery, filingDays, guaranteePercent } = settings;
  const flat = new Map<string, string | null>([['expected', expected === null ? null : String(expected)]]);
  for (const code of LIMITED) {
    for (const level of WARNING_LEVELS) {
      const limit = limits[code][level];
      flat.set(`limits.${code}.${level}`, limit === undefined ? null : formatRatio(limit));
    }
  }
  for (const [name, value] of Object.entries(overrides)) flat.set(`overrides.${name}`, String(value));
  flat.set('required', [...new Set(required)].sort().join(' '));
  for (const code of LIMITED) flat.set(`weights.${code}`, String(weights[code]));
  const byDays = [...horizons].sort((a, b) => b.days - a.days);
  flat.set('horizons', byDays.map(({ days, level }) => `${days} ${level}`).join(', '));
  flat.set('winter', winter === null ? null : `${winter.from} ${winter.to}`);
  flat.set('alertFrom', alertFrom);
  const counts = { paceDays, fallAfter, reportEvery, filingDays, guaranteePercent };
  for (const [name, value] of Object.entries(counts)) flat.set(name, String(value));
  return flat;
}
