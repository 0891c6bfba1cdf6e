import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { addMonths, monthRange } from '@quhua/core';
import { assessMonths, recordLand } from '@quhua/engine';
import { expect, test } from 'vitest';
import {
  createTestEngine,
  type SalesRow,
  type StockRow,
  salesCsv,
  stockCsv,
  type TestEngine,
  take,
} from '../support/engine.ts';
import { temporaryFolder } from '../support/folders.ts';
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
import { startProgram, type TestProcess, untilEnded, untilSaid } from '../support/process.ts';
import { type Random, seeded } from '../support/seeded.ts';
import { withClient } from '../support/with-client.ts';
import { expectKept, expectLawful, watchBooks } from './land-books.ts';

const CLIENT = fileURLToPath(new URL('../support/land-client.ts', import.meta.url));
const STARTS_AT = Date.parse('2025-11-20T10:10:00+08:00');
/** Another seed, another run; it is printed with every failure. */
const SEED = Number(process.env.QUHUA_SOAK_SEED ?? 20_251_120);
const LANES = 16;
const CUT_EVERY_MS = 200;

type Scene = {
  readonly engine: TestEngine;
  readonly wanted: readonly Wanted[];
  readonly shape: LoadShape;
  /** From the machine's clock to that of the story, which goes on for everybody alike. */
  readonly clockMs: number;
};

/** Every unit at 24 months, with four fifths of its quota; the rest comes on the way. */
async function setScene(shape: LoadShape): Promise<Scene> {
  const units = landUnits();
  const engine = await createTestEngine({ now: new Date(STARTS_AT).toISOString() });
  const scene = { engine, wanted: wantedLand(shape, units), shape, clockMs: STARTS_AT - Date.now() };
  const months = monthRange(addMonths('2025-10', -11), '2025-10');
  await take(engine, salesCsv(units.flatMap((unit) => months.map((month): SalesRow => [unit, month, '1000', '0']))));
  await take(engine, stockCsv(units.map((unit): StockRow => [unit, '2025-10', '24000', '0'])));
  await assessMonths(engine);
  for (const unit of units) await complete(scene, unit, 'first');
  return scene;
}

async function complete({ engine, wanted, clockMs }: Scene, unit: string, part: 'first' | 'later'): Promise<void> {
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

class Clients {
  readonly #start: (client: number) => TestProcess;
  readonly #logs: readonly string[];
  readonly all: TestProcess[];
  kills = 0;

  constructor({ engine, shape, clockMs }: Scene, folder: string) {
    this.#logs = Array.from({ length: CLIENTS }, (_, client) => join(folder, `${client}.ndjson`));
    this.#start = (client) => {
      const log = this.#logs[client] ?? '';
      const order: ClientOrder = { ...shape, client, lanes: LANES, clockMs, log };
      const env = { ...bareEnvironment(), DATABASE_URL: engine.databaseUrl };
      return startProgram(CLIENT, { args: [JSON.stringify(order)], env });
    };
    this.all = this.#logs.map((_, client) => this.#start(client));
  }

  /** Kills one that is at work, and lets it begin again. */
  async kill(random: Random): Promise<void> {
    const client = random.below(CLIENTS);
    const victim = this.all[client];
    if (victim === undefined || !victim.isRunning() || victim.output.stdout === '') return;
    victim.signal('SIGKILL');
    if ((await victim.exit).signal !== 'SIGKILL') return;
    this.kills += 1;
    this.all[client] = this.#start(client);
  }

  isWorking(): boolean {
    return this.all.some((each) => each.isRunning());
  }

  async untilDone(): Promise<void> {
    for (const each of this.all) {
      expect(await untilEnded(each), each.output.stderr).toEqual({ code: 0, signal: null });
      expect(each.output.stdout).toMatch(/^done$/mu);
    }
  }

  told(): Told[] {
    return this.#logs.flatMap((log) => linesOf(log));
  }
}

function linesOf(log: string): Told[] {
  const text = existsSync(log) ? readFileSync(log, 'utf8') : '';
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Told); // safe: written by the client
}

/** Cuts one of the clients' connections at a time, whatever it is just doing. */
async function cutConnections(databaseUrl: string, isWorking: () => boolean): Promise<number> {
  const text = `
    select count(pg_terminate_backend(pid))::int as cut from (select pid from pg_stat_activity
      where datname = current_database() and application_name = 'land-load' and state <> 'idle' order by random() limit 1) one`;
  return withClient(databaseUrl, async (client) => {
    let cut = 0;
    while (isWorking()) {
      cut += (await client.query<{ cut: number }>(text)).rows[0]?.cut ?? 0;
      await delay(CUT_EVERY_MS);
    }
    return cut;
  });
}

type Blows = { readonly killEveryMs: number };

async function run(scene: Scene, { killEveryMs }: Blows) {
  const { engine, shape } = scene;
  const random = seeded(shape.seed);
  const clients = new Clients(scene, await temporaryFolder('land'));
  const watch = watchBooks(engine.databaseUrl, 20);
  for (const each of clients.all) await untilSaid(each, 'begins');
  const cutting = cutConnections(engine.databaseUrl, () => clients.isWorking());
  const completing = (async () => {
    for (const unit of landUnits()) {
      await delay(500);
      await complete(scene, unit, 'later');
    }
  })();
  while (clients.isWorking()) {
    await delay(killEveryMs);
    await clients.kill(random);
  }
  await clients.untilDone();
  for (const {output} of clients.all) process.stderr.write(JSON.stringify(Object.entries(Object.groupBy(output.stdout.split('\n'), (l) => l)).map(([k, v]) => [k, v?.length])) + '\n');
  await completing;
  await watch.stop();
  const told = clients.told();
  await expectLawful(engine.databaseUrl);
  await expectKept(engine.databaseUrl, { wanted: scene.wanted, told });
  return { told, looks: watch.looks(), kills: clients.kills, cuts: await cutting };
}

test(`10,000 reservations at once, with clients killed and connections cut: nothing oversold, nothing lost (seed ${SEED})`, async () => {
  const scene = await setScene({ seed: SEED, count: Number(process.env.QUHUA_LAND_COUNT ?? 10_000) });
  const began = performance.now();
  const { told, looks, kills, cuts } = await run(scene, { killEveryMs: 2_000 });
  const count = (what: Told['what']): number => told.filter((each) => each.what === what).length;
  process.stderr.write(
    `${((performance.now() - began) / 1000).toFixed(1)} s, ${looks} looks, ${kills} kills, ${cuts} cuts, ${count('reserved')} reserved, ${count('refused')} refused, ${count('ended')} ended\n`,
  );
}, 180_000);
