import { expect, test } from 'vitest';
import { openRedis } from '../support/connections.ts';
import { createInstallation, type Installation } from '../support/installation.ts';
import { until } from '../support/poll.ts';
import { startPrivatePostgres } from '../support/postgres.ts';
import { startPrivateRedis } from '../support/redis.ts';
import { type Random, seeded } from '../support/seeded.ts';
import { SOAK_MS, SOAK_SEED } from '../support/seeds.ts';
import { repeatsIn, sentMessages } from '../support/sent-messages.ts';
import { drop, layOut } from '../support/story.ts';
import { letAnHourPass } from '../support/time-passes.ts';
import { untilQuiet } from '../support/until-quiet.ts';
import { ask } from '../support/with-client.ts';
import {
  busySchedule,
  drawnStock,
  expectDerived,
  expectEverythingOnce,
  firstDrop,
  type Member,
  startMember,
  startMembers,
  stopMembers,
  untilUp,
} from './members.ts';

/** `scripts/soak.mjs` asks for more than the short form; the seed is printed with every failure. */
/** A sender's lease, the relay's next offer, and the next minute in which the inbox offers a file again. */
const HEALED_WITHIN_MS = 100_000;

/** Something that a process has in hand just after its counter went up. */
const MOMENTS = [
  'select count(*) as count from batch',
  'select count(*) as count from alert_event',
  'select coalesce(sum(attempts), 0) as count from delivery',
  'select coalesce(sum(attempt), 0) + count(enqueued_at) as count from outbox',
] as const;

type Scene = {
  readonly installation: Installation;
  readonly random: Random;
  readonly members: Member[];
  readonly redis: Awaited<ReturnType<typeof startPrivateRedis>>;
  readonly postgres: Awaited<ReturnType<typeof startPrivatePostgres>>;
};

/** Each of them sees to it that what it is named for has really happened. */
const BLOWS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  kill: async ({ members, random, installation }) => {
    const [victim] = members.splice(random.below(members.length), 1);
    if (victim === undefined) return;
    victim.process.signal('SIGKILL');
    expect(await victim.process.exit).toEqual({ code: null, signal: 'SIGKILL' });
    members.push(startMember(victim.role, installation));
  },
  flush: async ({ redis }) => {
    const client = openRedis(redis.url);
    expect(await client.dbsize()).toBeGreaterThan(0);
    await client.flushall();
    client.disconnect();
  },
  redis: async ({ redis }) => {
    await redis.kill();
    expect(redis.pid()).toBeNull();
    await redis.restart();
  },
  postgres: async ({ postgres }) => {
    await postgres.kill();
    expect(postgres.pid()).toBeNull();
    await postgres.restart();
  },
  cut: async ({ installation }) => {
    const text =
      'select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()';
    expect((await ask(installation.databaseUrl, text)).length).toBeGreaterThan(0);
  },
  freeze: async ({ members, random, installation }) => {
    const { process } = random.pick(members);
    process.signal('SIGSTOP');
    const before = await countOf(installation, MOMENTS[0]);
    await until(async () => (await countOf(installation, MOMENTS[0])) > before, {
      withinMs: 5_000,
      what: 'another',
    }).catch(
      () => {}, // the frozen one may be the very one that all wait for
    );
    process.signal('SIGCONT');
  },
};

async function countOf({ databaseUrl }: Installation, counter: string): Promise<number> {
  return (await ask<{ count: number }>(databaseUrl, counter))[0]?.count ?? 0;
}

/** A file comes in, and as soon as something moves the blow falls. */
async function strike(scene: Scene, wave: number, blow: string): Promise<void> {
  const { installation, random } = scene;
  const name = `wave-${wave}`;
  await layOut(installation.home, { [name]: { [`${name}.csv`]: drawnStock(random) } });
  const moment = random.pick(MOMENTS);
  const before = await countOf(installation, moment);
  await drop(installation, name);
  const moved = async (): Promise<boolean> => (await countOf(installation, moment)) > before;
  await until(moved, { withinMs: HEALED_WITHIN_MS, what: `more of: ${moment}`, everyMs: 2 });
  await BLOWS[blow]?.(scene);
  const gone = scene.members.filter(({ process }) => !process.isRunning());
  expect(gone.map(({ role, process }) => `${role}: ${process.output.stderr.slice(-2_000)}`)).toEqual([]);
}

/** Every kind of blow, the killing of processes most often, in an order by chance. */
function shuffled(random: Random): string[] {
  const blows = [...Object.keys(BLOWS), 'kill', 'kill', 'kill'];
  return blows
    .map((blow) => ({ blow, at: random.below(1_000_000) }))
    .sort((a, b) => a.at - b.at)
    .map(({ blow }) => blow);
}

test(
  `whatever is killed, flushed, cut off or frozen, nothing is lost and nothing happens twice (seed ${SOAK_SEED})`,
  async () => {
    const random = seeded(SOAK_SEED);
    const [redis, postgres] = await Promise.all([startPrivateRedis(), startPrivatePostgres()]);
    const options = { redisUrl: redis.url, databaseUrl: postgres.url, config: await busySchedule() };
    const installation = await createInstallation(options);
    await layOut(installation.home, firstDrop(random));
    const members = await startMembers(installation);
    const scene = { installation, random, members, redis, postgres };
    await drop(installation, 'all');
    const end = performance.now() + SOAK_MS;
    let waves = 0;
    do for (const blow of shuffled(random)) await strike(scene, waves++, blow);
    while (performance.now() < end);
    await untilUp(members);
    await letAnHourPass(installation.databaseUrl, ['schedule']); // the lease of a scheduled job is ten minutes
    await untilQuiet(installation, HEALED_WITHIN_MS);
    await stopMembers(members);
    await expectEverythingOnce(installation, 4 + waves);
    expect(repeatsIn(await sentMessages(installation.home))).toBeLessThanOrEqual(8 * waves);
    await expectDerived(installation);
  },
  SOAK_MS + 300_000,
);
