import { calendarNotes } from '@quhua/config';
import { dayAt, type HealthState, type StateCounts } from '@quhua/core';
import type { QueueWarning } from '@quhua/queue';
import type { Env } from '@quhua/runtime';
import {
  countDueUnits,
  countOutbox,
  type DeliveryBalance,
  findAssessedTo,
  listBatches,
  listRuns,
  readDeliveryBalance,
} from '@quhua/storage';
import type { Engine } from './engine.ts';
import { type FeedHealth, feedsHealth } from './feed-health.ts';
import { openEngineQueues } from './open-engine.ts';
import { type AlertAudit, auditAlerts } from './people/audit-alerts.ts';

/** How a feed stands. Shapes: `units` counts units by state; `missing` names those of which the month is not known. */
export type FeedStatus = {
  readonly feed: string;
  readonly month: string;
  readonly due: string;
  readonly state: HealthState;
  readonly since: string | null;
  /** Receiver who answers for it. */
  readonly owner: string | null;
  readonly missing: readonly string[];
  readonly units: StateCounts;
  readonly notFresh: readonly {
    readonly region: string;
    readonly name: string;
    readonly state: HealthState;
    readonly months: readonly string[];
    readonly since: string | null;
  }[];
};

export type StatusReport = {
  readonly jurisdiction: { readonly code: string; readonly name: string; readonly rulebook: string };
  readonly database: 'embedded' | 'server';
  readonly queue: {
    readonly kind: 'redis' | 'postgres';
    readonly state: string;
    readonly warnings: readonly QueueWarning[];
  };
  readonly assessedTo: string | null;
  readonly dueUnits: number;
  readonly outbox: { readonly waiting: number; readonly unfinished: number; readonly done: number };
  readonly deliveries: DeliveryBalance;
  /** Broken chains of people by what is wrong; `alerts audit` names them. */
  readonly brokenChains: AlertAudit['counts'];
  /** What the table of working days lacks. */
  readonly calendar: readonly string[];
  readonly feeds: readonly FeedStatus[];
  readonly batches: readonly {
    readonly id: string;
    readonly feed: string | null;
    readonly file: string;
    readonly status: string;
    readonly withdrawn: boolean;
    readonly total: number;
    readonly quarantined: number;
    readonly receivedAt: string;
  }[];
  readonly runs: Awaited<ReturnType<typeof listRuns>>;
  readonly healthy: boolean;
};

/** State of an installation: whether every feed is in and every alert out. Reads only. */
export async function readStatus(engine: Engine, env: Env): Promise<StatusReport> {
  const { db } = engine.database;
  const { code, name, rulebook } = engine.config.jurisdiction;
  const deliveries = await readDeliveryBalance(db, code);
  const queue = await queueState(engine, env);
  const feeds = await feedsHealth(engine);
  const batches = await listBatches(db, code, 10);
  return {
    jurisdiction: { code, name, rulebook },
    database: env.databaseUrl === null ? 'embedded' : 'server',
    queue,
    assessedTo: (await findAssessedTo(db, code, rulebook)) ?? null,
    dueUnits: await countDueUnits(db, code),
    outbox: await countOutbox(db, code),
    deliveries,
    brokenChains: (await auditAlerts(engine)).counts,
    calendar: calendarNotes(engine.config, dayAt(engine.now(), engine.config.jurisdiction.timezone)),
    feeds: feeds.map((health) => toFeedStatus(engine, health)),
    batches: batches.map((batch) => ({
      id: String(batch.id),
      feed: batch.feed,
      file: batch.fileName,
      status: batch.status,
      withdrawn: batch.withdrawn,
      total: batch.rows.total,
      quarantined: batch.rows.quarantined,
      receivedAt: batch.receivedAt.toISOString(),
    })),
    runs: await listRuns(db, code, 10),
    healthy: queue.state === 'ok', // of the process: a dead delivery is for people, not for a supervisor that restarts
  };
}

function toFeedStatus({ config }: Engine, health: FeedHealth): FeedStatus {
  const { feed, month, due, state, since, counts, units, missing } = health;
  const notFresh = units.filter((unit) => unit.state !== 'fresh');
  return {
    feed,
    month,
    due,
    state,
    since,
    owner: config.schedule.expected[feed]?.owner ?? null,
    missing: missing.map((region) => region.name),
    units: counts,
    notFresh: notFresh.map(({ region, state, months, since }) => {
      return { region: region.code, name: region.name, state, months, since };
    }),
  };
}

/** A queue that is down is part of the answer, not a reason to give none. */
async function queueState(engine: Engine, env: Env): Promise<StatusReport['queue']> {
  const kind = env.redisUrl === null ? 'postgres' : 'redis';
  try {
    await using queues = await openEngineQueues(env, engine);
    await queues.ping();
    return { kind, state: 'ok', warnings: queues.warnings };
  } catch (error) {
    return { kind, state: error instanceof Error ? error.message : String(error), warnings: [] };
  }
}
