import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Config, loadConfig } from '@quhua/config';
import { seeded } from './seeded.ts';
import type { StepOrder } from './step-order.ts';

export const LAND_USE = '商品住宅用地';

/** What becomes of a parcel once it is reserved. */
export type Fate = 'kept' | 'confirmed' | 'confirmed for less' | 'released';

/** One sale that somebody wants, with the key under which it is asked for however often. */
export type Wanted = {
  readonly key: string;
  readonly region: string;
  readonly parcel: string;
  readonly areaSqm: number;
  readonly fate: Fate;
  /** Who else asks under the same key: nobody, the same client on another connection at the same time, or another client too. */
  readonly twice: 'no' | 'at once' | 'by another client';
  /** Whether somebody else wants the parcel under another key. */
  readonly contested: boolean;
};

/** How many clients share a load. */
export const CLIENTS = 4;

/** The client that a sale is the business of: it alone confirms or releases. */
export function ownerOf({ key }: Pick<Wanted, 'key'>): number {
  return Number(key.slice(KEY.length)) % CLIENTS;
}

const KEY = '出让-';

export type LoadShape = { readonly seed: number; readonly count: number };

const LARGEST_SQM = 2_000;
const FATES: readonly Fate[] = ['kept', 'kept', 'confirmed', 'confirmed for less', 'released'];
const TWICE: readonly Wanted['twice'][] = [
  'no',
  'no',
  'no',
  'no',
  'no',
  'no',
  'at once',
  'at once',
  'by another client',
];

/** The units of Kashgar. */
export function landUnits(): string[] {
  return loadKashgar().jurisdiction.regions.map(({ code }) => code);
}

export function loadKashgar(): Config {
  return loadConfig(join(dirname(fileURLToPath(import.meta.url)), '../../config/kashgar'));
}

/** Everything that is wanted, the same for the same seed; every seventh parcel was wanted by somebody else already. */
export function wantedLand({ seed, count }: LoadShape, units: readonly string[]): Wanted[] {
  const random = seeded(seed);
  const wanted: Wanted[] = [];
  const rivals = new Set<number>();
  for (let nth = 0; nth < count; nth += 1) {
    const other = random.below(7) === 0 && nth > 0 ? Math.max(0, nth - 1 - random.below(60)) : null;
    const before = other === null ? undefined : wanted[other];
    if (other !== null) rivals.add(other);
    wanted.push({
      key: `${KEY}${nth}`,
      region: before !== undefined && random.below(4) > 0 ? before.region : random.pick(units),
      parcel: before?.parcel ?? `宗地${nth}`,
      areaSqm: 1 + random.below(LARGEST_SQM),
      fate: random.pick(FATES),
      twice: random.pick(TWICE),
      contested: before !== undefined,
    });
  }
  return wanted.map((one, nth) => (rivals.has(nth) ? { ...one, contested: true } : one));
}

/** Quota of a unit at the beginning, and what comes on top on the way: together about half of what is wanted of it. */
export function quotaOf(wanted: readonly Wanted[], unit: string): { readonly first: number; readonly later: number } {
  const asked = wanted.reduce((sum, { region, areaSqm }) => sum + (region === unit ? areaSqm : 0), 0);
  return { first: Math.ceil(asked * 0.4), later: Math.ceil(asked * 0.1) };
}

/** What a client is started with; handed over as JSON. */
export type ClientOrder = LoadShape &
  Omit<StepOrder, 'startsAt'> & {
    readonly client: number;
    readonly lanes: number;
    /** From the machine's clock to that of the story. */
    readonly clockMs: number;
    /** Where it writes down what it was told, and reads, when it comes again, what it had been told before. */
    readonly log: string;
  };

/** Something that a client was told under a key. Shapes: times by the machine's clock, in ms. */
export type Told =
  | {
      readonly key: string;
      readonly client: number;
      readonly askedAt: number;
      readonly toldAt: number;
      readonly what: 'reserved' | 'ended';
      readonly id: string;
      readonly status: string;
      readonly area: string;
      readonly quotaArea: string;
      readonly confirmedArea: string | null;
      readonly createdAt: string;
    }
  | {
      readonly key: string;
      readonly client: number;
      readonly askedAt: number;
      readonly toldAt: number;
      readonly what: 'refused';
      /** An answer, or the code of a conflict. */
      readonly why: string;
    }
  /** All that was to be done about a key is done; or it is begun once more. */
  | { readonly key: string; readonly client: number; readonly what: 'done' | 'begun' }
  | { readonly key: string; readonly client: number; readonly what: 'fault'; readonly why: string };
