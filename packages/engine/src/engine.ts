import { type Config, getRulebook } from '@quhua/config';
import { AppError, createRegionLookup, monthAt, type RegionLookup, type Rulebook } from '@quhua/core';
import type { Clock, Logger } from '@quhua/runtime';
import { type Database, type RegionIds, syncRegions } from '@quhua/storage';

/** What every use case works with; a service builds it once. */
export type Engine = {
  readonly database: Database;
  readonly config: Config;
  readonly home: string;
  readonly now: Clock;
  readonly log: Logger;
  /** Called between the steps of a use case, for progress and for tests that stop a process there. */
  readonly onStep: (step: string) => void;
};

/** Internal region numbers of the engine's jurisdiction. */
export function regionIdsOf({ database, config }: Engine): Promise<RegionIds> {
  return syncRegions(database.db, config.jurisdiction);
}

/** The rulebook in force. */
const lookups = new WeakMap<object, RegionLookup>();

/** Units by any of their spellings; made once for a list of units: of 2,846 units that is 5 ms, more than a land check takes. */
export function regionLookupOf({ config }: Pick<Engine, 'config'>): RegionLookup {
  const { regions } = config.jurisdiction;
  const known = lookups.get(regions) ?? createRegionLookup(regions);
  lookups.set(regions, known);
  return known;
}

export function ruleInForce({ config }: Engine): Rulebook {
  return getRulebook(config);
}

/** An instant that data may be read or written as of. Errors: invalid/AS_OF_FUTURE. */
export function refuseFuture({ now }: Engine, asOf: Date): Date {
  if (asOf.getTime() <= now().getTime()) return asOf;
  throw new AppError('invalid', 'AS_OF_FUTURE', `时点在将来：${asOf.toISOString()} / the instant lies in the future`);
}

/** First month that is not over at an instant, on the jurisdiction's calendar. */
export function firstOpenMonth({ config }: Engine, instant: Date): string {
  return monthAt(instant, config.jurisdiction.timezone);
}
