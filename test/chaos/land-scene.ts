import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addMonths, monthRange } from '@quhua/core';
import { assessMonths, recordLand } from '@quhua/engine';
import { expect } from 'vitest';
import {
  createTestEngine,
  type SalesRow,
  type StockRow,
  salesCsv,
  stockCsv,
  type TestEngine,
  take,
} from '../support/engine.ts';
import { bareEnvironment } from '../support/installation.ts';
import {
  CLIENTS,
  type ClientOrder,
  LAND_USE,
  type LoadShape,
  landUnits,
  quotaOf,
  type Told,
  type Wanted,
  wantedLand,
} from '../support/land-load.ts';
import { startProgram, type TestProcess, untilEnded } from '../support/process.ts';
import type { Random } from '../support/seeded.ts';
import type { StepFault } from '../support/step-order.ts';

const CLIENT = fileURLToPath(new URL('../support/land-client.ts', import.meta.url));
const STARTS_AT = Date.parse('2025-11-20T10:10:00+08:00');
const LANES = 16;

export type Scene = {
  readonly engine: TestEngine;
  readonly wanted: readonly Wanted[];
  readonly shape: LoadShape;
  /** From the machine's clock to that of the story, which goes on for everybody alike. */
  readonly clockMs: number;
};

/** Every unit at 24 months of supply, with quota for two fifths of what is wanted. */
export async function setScene(
  shape: LoadShape,
  { databaseUrl }: { readonly databaseUrl?: string } = {},
): Promise<Scene> {
  const units = landUnits();
  const now = new Date(STARTS_AT).toISOString();
  const engine = await createTestEngine({ now, ...(databaseUrl === undefined ? {} : { databaseUrl }) });
  const scene = { engine, wanted: wantedLand(shape, units), shape, clockMs: STARTS_AT - Date.now() };
  const months = monthRange(addMonths('2025-10', -11), '2025-10');
  await take(engine, salesCsv(units.flatMap((unit) => months.map((month): SalesRow => [unit, month, '1000', '0']))));
  await take(engine, stockCsv(units.map((unit): StockRow => [unit, '2025-10', '24000', '0'])));
  await assessMonths(engine);
  for (const unit of units) await complete(scene, unit, 'first');
  return scene;
}

/** The ledger says that something was completed: that much more may be sold. */
export async function complete(
  { engine, wanted, clockMs }: Scene,
  unit: string,
  part: 'first' | 'later',
): Promise<void> {
  engine.setNow(new Date(Date.now() + clockMs).toISOString());
  const { status } = await recordLand(engine, {
    entryNo: `竣工-${unit}-${part}`,
    region: unit,
    kind: 'completed',
    parcel: `老宗地-${unit}-${part}`,
    use: LAND_USE,
    area: String(quotaOf(wanted, unit)[part]),
    date: '2025-11-01',
    document: '合同1号',
    correct: false,
    by: 'test',
  });
  expect(status).toBe('accepted');
}

export type Clients = {
  /** The process that does a client's share just now. */
  readonly at: (client: number) => TestProcess;
  /** Starts a client on its share, or on what is left of it. */
  readonly start: (client: number, faults?: readonly StepFault[]) => TestProcess;
  /** Kills one that is at work, and lets it begin again; whether there was one. */
  readonly kill: (random: Random) => Promise<boolean>;
  readonly areWorking: () => boolean;
  /** Insists that each ends in order, with its share done. */
  readonly untilDone: () => Promise<void>;
  /** Everything that the clients, killed ones too, were told. */
  readonly told: () => Told[];
};

/** Processes that share a load, each on as many connections as it has lanes; none is started yet. */
export function createClients({ shape, clockMs }: Scene, databaseUrl: string, folder: string): Clients {
  const running = new Map<number, TestProcess>();
  const logOf = (client: number): string => join(folder, `${client}.ndjson`);
  const start: Clients['start'] = (client, faults = []) => {
    const order: ClientOrder = { ...shape, client, lanes: LANES, clockMs, log: logOf(client), faults };
    const env = { ...bareEnvironment(), DATABASE_URL: databaseUrl };
    const started = startProgram(CLIENT, { args: [JSON.stringify(order)], env });
    running.set(client, started);
    return started;
  };
  const at = (client: number): TestProcess => {
    const found = running.get(client);
    if (found === undefined) throw new Error(`client ${client} was not started`);
    return found;
  };
  const kill = async (random: Random): Promise<boolean> => {
    const client = random.below(CLIENTS);
    const victim = at(client);
    if (!victim.isRunning() || victim.output.stdout === '') return false;
    victim.signal('SIGKILL');
    if ((await victim.exit).signal !== 'SIGKILL') return false; // it had just ended
    start(client);
    return true;
  };
  const untilDone = async (): Promise<void> => {
    for (const each of running.values()) {
      expect(await untilEnded(each, 120_000), each.output.stderr).toEqual({ code: 0, signal: null });
      expect(each.output.stdout).toMatch(/^done$/mu);
    }
  };
  return {
    at,
    start,
    kill,
    untilDone,
    areWorking: () => [...running.values()].some((each) => each.isRunning()),
    told: () => [...running.keys()].flatMap((client) => linesOf(logOf(client))),
  };
}

function linesOf(log: string): Told[] {
  const text = existsSync(log) ? readFileSync(log, 'utf8') : '';
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Told); // safe: written by the client
}
