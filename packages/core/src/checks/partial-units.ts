import { NOTHING, type Said } from './finding.ts';
import type { ChecksSettings } from './registry.ts';

/** What a file with a grand total brings. */
export type Coverage = {
  readonly codes: ReadonlySet<string>;
  readonly months: number;
  /** Rows whose unit could not be read, or which hold no figure: they may be any of the missing. */
  readonly unreadable: number;
};

/**
 * A table of the whole area, with its grand total, that lacks some of the area's units.
 *
 * Missing: says nothing where rows that could not be read, or hold nothing, may be what is missing.
 */
export function partialUnits(
  { codes, months, unreadable }: Coverage,
  regions: readonly { readonly code: string; readonly name: string }[],
  { checks }: ChecksSettings,
): readonly Said[] {
  const whole = codes.size * 100 > regions.length * checks.PARTIAL_UNITS.mostPercent;
  const missing = regions.filter(({ code }) => !codes.has(code));
  if (!whole || missing.length === 0) return NOTHING;
  if (missing.length * months <= unreadable) return NOTHING;
  const names = missing.map(({ name }) => name).join('、');
  return [
    {
      line: null,
      column: null,
      zh: `表中有合计，但缺${missing.length}个县市：${names}；请确认是未报还是合计未含`,
      en: `the table has a grand total but lacks ${missing.length} units: ${names}`,
      facts: { missing: String(missing.length), units: missing.map(({ code }) => code).join(' ') },
    },
  ];
}
