import { AppError, type ScheduledJob } from '@quhua/core';
import { type Jobs, runSchedule, slotsSince } from '@quhua/engine';
import { expect, test } from 'vitest';
import { createTestEngine, type TestEngine } from '../support/engine.ts';

const SHANGHAI = 'Asia/Shanghai';

async function engineWith(job: ScheduledJob, now: string): Promise<TestEngine> {
  const base = await createTestEngine({ now });
  return { ...base, config: { ...base.config, schedule: { ...base.config.schedule, jobs: [job] } } };
}

function counting(): { jobs: Jobs; ran: () => number } {
  let count = 0;
  const job = async (): Promise<void> => {
    count += 1;
  };
  return {
    jobs: {
      'assess-due': job,
      'check-feeds': job,
      'pull-sources': job,
      'check-land': job,
      'check-projects': job,
      'check-alerts': job,
    },
    ran: () => count,
  };
}

async function ledger(engine: TestEngine): Promise<string[]> {
  const rows = await engine.database.db.selectFrom('scheduled_run').selectAll().orderBy('slot').execute();
  return rows.map((row) => `${row.slot.toISOString()} ${row.outcome}${row.caught_up ? ' caught up' : ''}`);
}

const DAILY: ScheduledJob = { job: 'check-feeds', cron: '7 9 * * *', catchUp: 'latest' };

test.each([
  {
    after: null,
    until: '2025-11-06T01:06:59Z',
    slots: ['2025-11-05T01:07:00.000Z'],
    why: 'without a past, the newest slot only',
  },
  {
    after: '2025-11-05T01:07:00Z',
    until: '2025-11-06T01:07:00Z',
    slots: ['2025-11-06T01:07:00.000Z'],
    why: 'a slot is due at its very instant',
  },
  { after: '2025-11-05T01:07:00Z', until: '2025-11-06T01:06:59Z', slots: [], why: 'and not before' },
  {
    after: '2025-11-03T01:07:00Z',
    until: '2025-11-06T12:00:00Z',
    slots: ['2025-11-04T01:07:00.000Z', '2025-11-05T01:07:00.000Z', '2025-11-06T01:07:00.000Z'],
    why: 'every one since the last, oldest first',
  },
])('slots of 09:07 Beijing time after $after until $until: $why', ({ after, until, slots }) => {
  const range = { timeZone: SHANGHAI, after: after === null ? null : new Date(after), until: new Date(until) };
  expect(slotsSince('7 9 * * *', range).map((slot) => slot.toISOString())).toEqual(slots);
});

test('of many schedulers at once, one runs a slot', async () => {
  const engine = await engineWith(DAILY, '2025-11-06T10:00:00+08:00');
  const { jobs, ran } = counting();
  await Promise.all(Array.from({ length: 5 }, (_, at) => runSchedule(engine, jobs, { by: `scheduler-${at}` })));
  await runSchedule(engine, jobs, { by: 'later' });
  expect(ran()).toBe(1);
  expect(await ledger(engine)).toEqual(['2025-11-06T01:07:00.000Z done']);
});

test.each([
  {
    catchUp: 'latest',
    ran: 2,
    lines: ['04T01:07:00.000Z skipped', '05T01:07:00.000Z skipped', '06T01:07:00.000Z done'],
  },
  {
    catchUp: 'each',
    ran: 4,
    lines: ['04T01:07:00.000Z done caught up', '05T01:07:00.000Z done caught up', '06T01:07:00.000Z done'],
  },
  {
    catchUp: 'none',
    ran: 1,
    lines: ['04T01:07:00.000Z skipped', '05T01:07:00.000Z skipped', '06T01:07:00.000Z skipped'],
  },
] as const)(
  'after three days without a scheduler, catchUp $catchUp leaves $lines',
  async ({ catchUp, ran: expected, lines }) => {
    const engine = await engineWith({ ...DAILY, catchUp }, '2025-11-03T09:07:30+08:00');
    const { jobs, ran } = counting();
    await runSchedule(engine, jobs, { by: 'a' });
    engine.setNow('2025-11-06T12:00:00+08:00');
    await runSchedule(engine, jobs, { by: 'a' });
    expect(ran()).toBe(expected);
    expect((await ledger(engine)).slice(1)).toEqual(lines.map((line) => `2025-11-${line}`));
  },
);

test('a slot whose scheduler died is taken over once its lease has run out', async () => {
  const engine = await engineWith(DAILY, '2025-11-06T10:00:00+08:00');
  const { jobs, ran } = counting();
  let die = (): void => {};
  const dying: Jobs = {
    ...jobs,
    'check-feeds': () => new Promise((_, reject) => (die = () => reject(new Error('gone')))),
  };
  const first = runSchedule(engine, dying, { by: 'dying', leaseMs: 50 });
  await runUntil(async () => (await ledger(engine)).length === 1);
  await runUntil(async () => {
    await runSchedule(engine, jobs, { by: 'heir' });
    return ran() === 1;
  });
  expect(ran()).toBe(1);
  die();
  await first;
});

async function runUntil(done: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) if (await done()) return;
  throw new Error('never came to be');
}

test('a job that fails is written down as failed, and the schedule goes on', async () => {
  const engine = await engineWith(DAILY, '2025-11-06T10:00:00+08:00');
  const jobs: Jobs = {
    'assess-due': async () => {},
    'check-feeds': () => Promise.reject(new Error('no disk')),
    'pull-sources': async () => {},
    'check-land': async () => {},
    'check-projects': async () => {},
    'check-alerts': async () => {},
  };
  expect(await runSchedule(engine, jobs, { by: 'a' })).toBe(1);
  expect(await engine.database.db.selectFrom('scheduled_run').select(['outcome', 'note']).execute()).toEqual([
    { outcome: 'failed', note: 'no disk' },
  ]);
});

test('a job that a server’s absence ended is tried again at the next look, until it is done', async () => {
  const engine = await engineWith(DAILY, '2025-11-06T10:00:00+08:00');
  let tries = 0;
  const down = async (): Promise<void> => {
    tries += 1;
    if (tries < 3) throw new AppError('transient', 'DATABASE_DOWN', 'away');
  };
  const { jobs } = counting();
  const flaky: Jobs = { ...jobs, 'check-feeds': down };
  expect(await runSchedule(engine, flaky, { by: 'a' })).toBe(0);
  expect(await runSchedule(engine, flaky, { by: 'b' })).toBe(0);
  expect(await runSchedule(engine, flaky, { by: 'a' })).toBe(1);
  expect(await runSchedule(engine, flaky, { by: 'b' })).toBe(0);
  expect(tries).toBe(3);
  expect(await ledger(engine)).toEqual([expect.stringMatching(/ done$/u)]);
});
