import {
  DEFAULT_LAND_POLICY,
  LAND_CONTROLS,
  type LandPolicy,
  matchingKey,
  QUOTA_EVENTS,
  SHARE_RULES,
} from '@quhua/core';
import * as z from 'zod';
import type { Partially } from './check-shape.ts';
import { count, text } from './words.ts';
import type { YamlFile } from './yaml-file.ts';

const use = z.strictObject({
  use: text,
  words: z.exactOptional(z.array(text)),
  control: z.enum(LAND_CONTROLS),
  revitalises: z.exactOptional(z.boolean()),
  share: z.exactOptional(z.enum(SHARE_RULES)),
  why: text,
});

/** The `land` section of a rulebook; what it does not say is as in core's `DEFAULT_LAND_POLICY`. */
export const landShape = z.strictObject({
  reserveAt: z.exactOptional(z.enum(QUOTA_EVENTS)),
  confirmAt: z.exactOptional(z.enum(QUOTA_EVENTS)),
  completionBy: z.exactOptional(z.enum(['phase', 'parcel'])),
  carryOver: z.exactOptional(z.enum(['none', 'unused'])),
  mixedUse: z.exactOptional(z.enum(['residential-share', 'whole'])),
  announcedBefore: z.exactOptional(z.enum(['bound', 'grandfathered'])),
  recoveredThisYear: z.exactOptional(z.enum(['refuse', 'warn', 'allow'])),
  unknownParcel: z.exactOptional(z.enum(['warn', 'refuse'])),
  assessmentMaxAgeMonths: z.exactOptional(count(1, 24)),
  reservationDays: z.exactOptional(count(1, 366)),
  certificateDays: z.exactOptional(count(1, 366)),
  nearPercent: z.exactOptional(count(1, 100)),
  uses: z.exactOptional(z.array(use).min(1)),
});

type WrittenLand = z.output<typeof landShape>;

export function toLandPolicy({ uses, ...settings }: WrittenLand): LandPolicy {
  return {
    ...DEFAULT_LAND_POLICY,
    ...settings,
    ...(uses === undefined
      ? {}
      : { uses: uses.map((one) => ({ words: [], revitalises: false, share: 'none' as const, ...one })) }),
  };
}

/** What the shape cannot say: final before it is taken, and words that mean two uses. */
export function checkLand(source: YamlFile, written: Partially<WrittenLand> | undefined): void {
  const { reserveAt, confirmAt } = { ...DEFAULT_LAND_POLICY, ...written };
  if (QUOTA_EVENTS.indexOf(confirmAt ?? 'contracted') < QUOTA_EVENTS.indexOf(reserveAt ?? 'announced')) {
    const message = `confirmAt（${confirmAt}）早于 reserveAt（${reserveAt}） / quota cannot be final before it is taken`;
    source.report(['land'], 'LAND_EVENT_ORDER', message);
  }
  const seen = new Map<string, string>();
  for (const [at, one] of (written?.uses ?? []).entries()) {
    for (const word of [one?.use, ...(one?.words ?? [])]) {
      if (word === undefined) continue;
      const before = seen.get(matchingKey(word));
      seen.set(matchingKey(word), one?.use ?? word);
      if (before === undefined) continue;
      const message = `“${word}”已用于${before} / the word stands for another use, or stands twice`;
      source.report(['land', 'uses', at], 'LAND_WORD_TWICE', message);
    }
  }
}
