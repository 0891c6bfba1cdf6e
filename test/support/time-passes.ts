import { type Target, withClient } from './with-client.ts';

const LEASES = {
  outbox: "update outbox set enqueued_at = enqueued_at - interval '1 hour'",
  delivery: "update delivery set lease_until = lease_until - interval '1 hour'",
  schedule: "update scheduled_run set lease_until = lease_until - interval '1 hour'",
} as const;

/** An hour goes by for everything that runs out in the database, or for one kind of it. */
export async function letAnHourPass(
  target: Target,
  kinds: readonly (keyof typeof LEASES)[] = ['outbox', 'delivery', 'schedule'],
): Promise<void> {
  await withClient(target, async (client) => {
    for (const kind of kinds) await client.query(LEASES[kind]);
  });
}
