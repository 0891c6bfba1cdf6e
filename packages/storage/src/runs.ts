import { sql } from 'kysely';
import type { Db } from './database.ts';

export type RunKey = { readonly jurisdiction: string; readonly job: string; readonly slot: Date };
export type RunClaim = RunKey & { readonly caughtUp: boolean; readonly by: string; readonly leaseMs: number };

/**
 * Takes one slot of a scheduled job; false if it was taken, unless its taker died (its lease ran out unfinished).
 *
 * Concurrency: the row is the lock: of many schedulers one gets true.
 */
export async function claimRun(db: Db, { jurisdiction, job, slot, caughtUp, by, leaseMs }: RunClaim): Promise<boolean> {
  const { rows } = await sql`
    insert into scheduled_run (jurisdiction, job, slot, outcome, caught_up, claimed_by, lease_until)
    values (${jurisdiction}, ${job}, ${slot}, 'running', ${caughtUp}, ${by}, clock_timestamp() + make_interval(secs => ${leaseMs / 1000}))
    on conflict (jurisdiction, job, slot) do update
      set claimed_by = excluded.claimed_by, lease_until = excluded.lease_until, claimed_at = clock_timestamp()
      where scheduled_run.outcome = 'running' and scheduled_run.lease_until < clock_timestamp()
    returning slot
  `.execute(db);
  return rows.length === 1;
}

/** Ends a run. */
export async function finishRun(
  db: Db,
  { jurisdiction, job, slot }: RunKey,
  outcome: 'done' | 'failed',
  note: string | null,
): Promise<void> {
  await db
    .updateTable('scheduled_run')
    .set({ outcome, note, finished_at: new Date(), lease_until: null })
    .where('jurisdiction', '=', jurisdiction)
    .where('job', '=', job)
    .where('slot', '=', slot)
    .execute();
}

/** Gives a run up that could not be done now: whoever looks next takes it over. */
export async function releaseRun(db: Db, { jurisdiction, job, slot }: RunKey): Promise<void> {
  await sql`
    update scheduled_run set lease_until = clock_timestamp()
    where jurisdiction = ${jurisdiction} and job = ${job} and slot = ${slot} and outcome = 'running'
  `.execute(db);
}

/** Records slots that the job's policy says are not to be caught up. */
export async function skipRuns(db: Db, runs: readonly RunKey[], by: string): Promise<void> {
  for (const run of runs) {
    await db
      .insertInto('scheduled_run')
      .values({
        ...run,
        outcome: 'skipped',
        caught_up: false,
        claimed_by: by,
        lease_until: null,
        finished_at: new Date(),
        note: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Newest slot of a job that is settled or under way. */
export async function findLastSlot(db: Db, jurisdiction: string, job: string): Promise<Date | undefined> {
  const row = await db
    .selectFrom('scheduled_run')
    .select('slot')
    .where('jurisdiction', '=', jurisdiction)
    .where('job', '=', job)
    .orderBy('slot', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.slot;
}

/** Slots whose taker died before finishing. */
export async function listAbandonedRuns(db: Db, jurisdiction: string): Promise<{ job: string; slot: Date }[]> {
  return db
    .selectFrom('scheduled_run')
    .select(['job', 'slot'])
    .where('jurisdiction', '=', jurisdiction)
    .where('outcome', '=', 'running')
    .where(sql<boolean>`lease_until < clock_timestamp()`)
    .orderBy('slot')
    .execute();
}

/** Newest runs, for the status page. */
export async function listRuns(db: Db, jurisdiction: string, limit: number) {
  return db
    .selectFrom('scheduled_run')
    .select(['job', 'slot', 'outcome', 'caught_up as caughtUp', 'finished_at as finishedAt', 'note'])
    .where('jurisdiction', '=', jurisdiction)
    .orderBy('slot', 'desc')
    .limit(limit)
    .execute();
}
