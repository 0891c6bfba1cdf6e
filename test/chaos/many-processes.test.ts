import { expect, test } from 'vitest';
import { createInstallation, type Installation } from '../support/installation.ts';
import { until } from '../support/poll.ts';
import { seeded } from '../support/seeded.ts';
import { repeatsIn, sentMessages } from '../support/sent-messages.ts';
import { drop, layOut } from '../support/story.ts';
import { untilQuiet } from '../support/until-quiet.ts';
import { ask, withClient } from '../support/with-client.ts';
import { busySchedule, expectDerived, expectEverythingOnce, firstDrop, startMembers, stopMembers } from './members.ts';

const SEED = 20_251_120;
const SLOTS_MISSED = 20;

/**
 * As if a scheduler had run each job some minutes ago and none since: all find the same slots due at their next poke.
 * From then on it is written down how often each slot is taken.
 */
async function missSlots({ databaseUrl }: Installation): Promise<void> {
  const statements = [
    'begin',
    'lock table scheduled_run in exclusive mode',
    'create table claim (job text, slot timestamptz)',
    `create function note_claim() returns trigger language plpgsql as
      $$ begin insert into claim values (new.job, new.slot); return new; end $$`,
    'delete from scheduled_run',
    `insert into scheduled_run (jurisdiction, job, slot, outcome, caught_up, claimed_by, finished_at)
      select '653100', job, date_trunc('minute', now()) - interval '${SLOTS_MISSED} minutes', 'done', false, 'test', now()
      from unnest(array['assess-due', 'check-feeds', 'pull-sources', 'check-land', 'check-projects', 'check-alerts']) as job`,
    `create trigger claimed after insert or update of claimed_at on scheduled_run
      for each row execute function note_claim()`,
    'commit',
  ];
  await withClient(databaseUrl, async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

test('two schedulers, four relays in all and four workers at once do each thing once', async () => {
  const installation = await createInstallation({ config: await busySchedule() });
  await layOut(installation.home, firstDrop(seeded(SEED)));
  const members = await startMembers(installation);
  await missSlots(installation);
  await drop(installation, 'all');
  const schedulers = "select count(distinct claimed_by) as busy from scheduled_run where claimed_by <> 'test'";
  const both = async () => (await ask<{ busy: number }>(installation.databaseUrl, schedulers))[0]?.busy === 2;
  await until(both, { withinMs: 30_000, what: 'both schedulers to take slots' });
  await untilQuiet(installation);
  await stopMembers(members);
  await expectEverythingOnce(installation, 4);
  expect(repeatsIn(await sentMessages(installation.home))).toBe(0);
  const claims = await ask<{ times: number }>(
    installation.databaseUrl,
    'select count(*) as times from claim group by job, slot',
  );
  expect(claims.length).toBeGreaterThanOrEqual(2 * SLOTS_MISSED);
  expect(claims.filter(({ times }) => times > 1)).toEqual([]);
  await expectDerived(installation);
}, 120_000);
