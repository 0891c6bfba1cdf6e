import { until } from './poll.ts';
import { waitingFiles } from './story.ts';
import { ask, type Target } from './with-client.ts';

const UNDER_WAY = `
  select 'message' as what, id::text from outbox where done_at is null
  union all select 'delivery', id::text from delivery where status = 'pending'
  union all select 'run', job from scheduled_run where outcome = 'running'
  union all select 'schedule', 'not yet begun' where not exists (select 1 from scheduled_run)
  limit 10`;

/** Waits until an installation that others work on has nothing left to do; servers may be away meanwhile. */
export async function untilQuiet(
  installation: { readonly databaseUrl: Target; readonly home: string },
  withinMs = 60_000,
): Promise<void> {
  let left: unknown = 'files';
  const quiet = async (): Promise<boolean> => {
    const files = await waitingFiles(installation);
    const rows = files.length > 0 ? files : await ask(installation.databaseUrl, UNDER_WAY);
    left = rows;
    return rows.length === 0;
  };
  await until(quiet, { withinMs, what: 'nothing to be left to do', everyMs: 50 }).catch((error: unknown) => {
    throw new Error(`still under way: ${JSON.stringify(left)}`, { cause: error });
  });
}
