/**
 * Started by tests: reserves, confirms and releases its share of a load of sales, on as many connections as it has lanes.
 * Whatever goes wrong on the way is asked for again under the same key; ends when its share is done.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@quhua/core';
import { confirmReservation, type Engine, type ReservationView, releaseReservation, reserveLand } from '@quhua/engine';
import { readEnv, silentLogger } from '@quhua/runtime';
import { openDatabase } from '@quhua/storage';
import { inParallel } from './in-parallel.ts';
import {
  CLIENTS,
  type ClientOrder,
  LAND_USE,
  landUnits,
  loadKashgar,
  ownerOf,
  type Told,
  type Wanted,
  wantedLand,
} from './land-load.ts';
import { stepHook } from './step-order.ts';

/** A client that comes again is no longer sure of what it heard last. */
const ASKED_AGAIN = 20;
const PAUSE_MS = 20;

const order = JSON.parse(process.argv[2] ?? '') as ClientOrder; // safe: written by the test
const { client } = order;
const connectionString = readEnv().databaseUrl ?? '';
await using database = openDatabase({ connection: { connectionString }, name: 'land-load', poolSize: order.lanes });
const engine: Engine = {
  database,
  config: loadKashgar(),
  home: '/nonexistent',
  now: () => new Date(Date.now() + order.clockMs),
  log: silentLogger,
  onStep: stepHook({ ...order, startsAt: '' }).onStep,
};
const settled = settledIn(linesOf(order.log));
const mine = wantedLand(order, landUnits()).filter((wanted) => {
  const owner = ownerOf(wanted);
  const isTwin = wanted.twice === 'by another client' && (owner + 1) % CLIENTS === client;
  return (owner === client || isTwin) && !settled.has(wanted.key);
});
process.stdout.write('begins\n');
await inParallel(mine, order.lanes, work);
process.stdout.write('done\n');

/** Keys of which a client that comes again is sure that nothing is left to do: all that it had done but for the last few. */
function settledIn(told: readonly Told[]): Set<string> {
  const settled = new Set<string>();
  for (const { key, what } of told) {
    if (what === 'done') settled.add(key);
    if (what === 'begun') settled.delete(key);
  }
  return new Set([...settled].slice(0, -ASKED_AGAIN));
}

async function work(wanted: Wanted): Promise<void> {
  const { key, twice } = wanted;
  note({ key, client, what: 'begun' });
  try {
    const times = twice === 'at once' ? [1, 2] : [1];
    const told = await Promise.all(times.map(() => reserve(wanted)));
    if (ownerOf(wanted) === client && told.some((each) => each !== null))
      await Promise.all(times.map(() => end(wanted)));
    note({ key, client, what: 'done' });
  } catch (error) {
    note({ key, client, what: 'fault', why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

async function reserve({ key, region, parcel, areaSqm }: Wanted): Promise<ReservationView | null> {
  const askedAt = Date.now();
  const ask = { key, region, parcel, use: LAND_USE, area: String(areaSqm), by: `client ${client}` };
  try {
    const { reservation, decision } = await persistently(() => reserveLand(engine, ask));
    if (reservation === null) note({ key, client, askedAt, toldAt: Date.now(), what: 'refused', why: decision });
    else tell('reserved', reservation, askedAt);
    return reservation;
  } catch (error) {
    if (!(error instanceof AppError && error.kind === 'conflict')) throw error;
    note({ key, client, askedAt, toldAt: Date.now(), what: 'refused', why: error.code });
    return null;
  }
}

async function end({ key, areaSqm, fate }: Wanted): Promise<void> {
  if (fate === 'kept') return;
  const askedAt = Date.now();
  const area = String(fate === 'confirmed' ? areaSqm : Math.ceil(areaSqm * 0.7));
  const ended = await persistently(() =>
    fate === 'released'
      ? releaseReservation(engine, { key, by: `client ${client}` })
      : confirmReservation(engine, { key, area, by: `client ${client}` }),
  );
  tell('ended', ended, askedAt);
}

/** What a careful client does: as long as it may be a passing fault, the same again. */
async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const code = passingFault(error);
      if (code === null) throw error;
      process.stdout.write(`again: ${code}\n`);
      await delay(PAUSE_MS);
    }
  }
}

/** Code of a fault after which the same may be asked again; null: asking again would not help. */
function passingFault(error: unknown): string | null {
  return error instanceof AppError && error.kind === 'transient' ? error.code : null;
}

function tell(what: 'reserved' | 'ended', view: ReservationView, askedAt: number): void {
  const { key, id, status, area, quotaArea, confirmedArea, createdAt } = view;
  note({
    key,
    client,
    askedAt,
    toldAt: Date.now(),
    what,
    id,
    status,
    area,
    quotaArea,
    confirmedArea,
    createdAt,
  });
}

function note(told: Told): void {
  appendFileSync(order.log, `${JSON.stringify(told)}\n`); // at once: what was heard is not to be lost with the process
}

function linesOf(path: string): Told[] {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Told); // safe: written above
}
