import { expect, test } from 'vitest';
import { brokenLaws } from '../support/end-state.ts';
import { createInstallation } from '../support/installation.ts';
import { untilEnded, untilStopped } from '../support/process.ts';
import { sendFaults, sentMessages } from '../support/sent-messages.ts';
import { startServices } from '../support/services-that-stop.ts';
import { drop, layOut } from '../support/story.ts';
import { letAnHourPass } from '../support/time-passes.ts';
import { untilQuiet } from '../support/until-quiet.ts';
import { MAIN_JOB } from './stories.ts';

const STARTS_AT = '2025-11-20T10:10:00+08:00';

test('a process that was frozen past its lease leaves the message to the one that took over', async () => {
  const installation = await createInstallation();
  await layOut(installation.home, MAIN_JOB.drops);
  const frozen = await startServices(installation, { startsAt: STARTS_AT, steps: ['deliver.claimed'] });
  await drop(installation, 'first');
  await untilStopped(frozen);
  const before = (await sentMessages(installation.home)).length;
  await letAnHourPass(installation.databaseUrl);
  const other = await startServices(installation, { startsAt: STARTS_AT });
  await untilQuiet(installation);
  const sent = await sentMessages(installation.home);
  expect(sent).toHaveLength(3);
  expect(sent.filter(({ repeat }) => repeat).length).toBeGreaterThan(before);
  frozen.signal('SIGUSR2'); // its clock, too, has gone on
  frozen.signal('SIGCONT');
  for (const services of [frozen, other]) {
    services.signal('SIGTERM');
    expect(await untilEnded(services), services.output.stderr).toEqual({ code: 0, signal: null });
  }
  const after = await sentMessages(installation.home);
  expect(after).toEqual(sent);
  expect(await sendFaults(installation.databaseUrl, after)).toEqual([]);
  expect(await brokenLaws(installation.databaseUrl)).toEqual([]);
}, 90_000);
