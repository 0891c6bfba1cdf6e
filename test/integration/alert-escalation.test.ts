import type { Channel, Message } from '@quhua/alerts';
import { loadConfig } from '@quhua/config';
import { auditAlerts, changeAlertCase, checkAlerts, deliverAlert } from '@quhua/engine';
import { CHAIN_FAULTS, getAlert, listAlertEvents, listAlerts, listClocks } from '@quhua/storage';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createTestEngine, KASHGAR, type TestEngine } from '../support/engine.ts';
import { openMany } from '../support/many-alerts.ts';
import { seeded } from '../support/seeded.ts';

/** Thursday, ten in the morning: work has just begun. */
const NOW = '2025-11-06T10:00:00+08:00';
/** When a red alert of that moment is escalated: after four working hours, and with the end of the next working day. */
const FIRST = '2025-11-06T14:00:00+08:00';
const SECOND = '2025-11-07T20:00:00+08:00';

type Sent = { readonly alertId: number; readonly receiver: string; readonly step: number };

/** What was put on its way by escalations, oldest first. */
async function escalations({ database }: TestEngine): Promise<Sent[]> {
  const { rows } = await sql<Sent>`
    select d.alert_id as "alertId", d.receiver, (e.detail ->> 'step')::int as step
    from delivery d join alert_event e on e.id = d.event_id where e.event = 'escalate' order by d.alert_id, e.id
  `.execute(database.db);
  return rows;
}

function later(instant: string, ms: number): string {
  return new Date(new Date(instant).getTime() + ms).toISOString();
}

test('nobody is told before the deadline, the head at it, the lead at theirs, and each once', async () => {
  const engine = await createTestEngine({ now: NOW });
  const [id = 0] = await openMany(engine, 1, 'red');
  engine.setNow(later(FIRST, -1));
  expect(await checkAlerts(engine)).toEqual({ escalated: 0, dated: 0, started: 0 });
  engine.setNow(FIRST);
  expect((await checkAlerts(engine)).escalated).toBe(1);
  expect((await checkAlerts(engine)).escalated).toBe(0);
  engine.setNow(SECOND);
  await Promise.all([checkAlerts(engine), checkAlerts(engine), checkAlerts(engine)]);
  expect(await escalations(engine)).toEqual([
    { alertId: id, receiver: 'section-head', step: 1 },
    { alertId: id, receiver: 'bureau-lead', step: 2 },
  ]);
  const [, first] = await listAlertEvents(engine.database.db, id);
  expect(first?.detail).toMatchObject({
    level: 'red',
    text: expect.stringMatching(/^4 个工时内无人签收，特此上报：/u),
  });
  expect((await auditAlerts(engine)).broken).toEqual([]);
});

test('after somebody took it over, or it ended, nobody is told', async () => {
  const engine = await createTestEngine({ now: NOW });
  const [acked = 0, excluded = 0, supervised = 0, waiting = 0] = await openMany(engine, 4, 'red');
  const say = { by: '张三', reason: '已核实' };
  await changeAlertCase(engine, { ...say, id: acked, action: 'ack' });
  await changeAlertCase(engine, { ...say, id: excluded, action: 'exclude' });
  await changeAlertCase(engine, { ...say, id: supervised, action: 'supervise', owner: '李四', due: '2025-11-10' });
  engine.setNow('2025-11-07T21:00:00+08:00');
  await checkAlerts(engine);
  expect((await escalations(engine)).map(({ alertId }) => alertId)).toEqual([waiting, waiting]);
  engine.setNow('2025-11-10T19:59:59+08:00');
  expect((await checkAlerts(engine)).escalated).toBe(0);
  engine.setNow('2025-11-10T20:00:00+08:00');
  expect((await checkAlerts(engine)).escalated).toBe(1);
  expect(await escalations(engine)).toEqual([
    { alertId: supervised, receiver: 'bureau-lead', step: 1 },
    { alertId: waiting, receiver: 'section-head', step: 1 },
    { alertId: waiting, receiver: 'bureau-lead', step: 2 },
  ]);
});

test('a year without a table stops no alert: it is said, and counted once the table is there', async () => {
  const engine = await createTestEngine({ now: '2026-12-31T19:00:00+08:00' });
  const [id = 0] = await openMany(engine, 1, 'red');
  expect((await listClocks(engine.database.db, id)).map(({ dueAt }) => dueAt)).toEqual([null, null]);
  expect((await auditAlerts(engine)).counts.NO_DEADLINE).toBe(2);
  engine.setNow('2027-01-04T12:00:00+08:00');
  expect(await checkAlerts(engine)).toEqual({ escalated: 0, dated: 0, started: 0 });
  const years = new Map(engine.config.calendar.years);
  years.set(2027, { year: 2027, daysOff: new Set(['2027-01-01']), makeUpDays: new Set(), undated: [] });
  const calendar = { ...engine.config.calendar, years };
  const later = { ...engine, config: { ...engine.config, calendar } };
  // One hour of the old year, three of the next working day, a Monday.
  expect(await checkAlerts(later)).toEqual({ escalated: 0, dated: 2, started: 0 });
  engine.setNow('2027-01-04T13:00:00+08:00');
  expect((await checkAlerts(later)).escalated).toBe(1);
});

test('a calendar that is told to counts weekdays where there is no table', async () => {
  const config = loadConfig(KASHGAR);
  const calendar = { ...config.calendar, withoutTable: 'weekdays' } as const;
  const engine = await createTestEngine({ now: '2027-01-01T10:00:00+08:00', config: { ...config, calendar } });
  const [id = 0] = await openMany(engine, 1, 'yellow');
  expect(await listClocks(engine.database.db, id)).toMatchObject([{ dueAt: new Date('2027-01-08T20:00:00+08:00') }]);
});

test('an alert that was open before its level had a chain is counted from the first look', async () => {
  const config = loadConfig(KASHGAR);
  const none = { red: [], orange: [], yellow: [], blue: [] };
  const engine = await createTestEngine({
    now: NOW,
    config: { ...config, alerts: { ...config.alerts, escalation: none } },
  });
  const [id = 0] = await openMany(engine, 1, 'red');
  expect(await checkAlerts(engine)).toEqual({ escalated: 0, dated: 0, started: 0 });
  const chained = { ...engine, config };
  engine.setNow('2025-11-20T10:00:00+08:00');
  expect((await auditAlerts(chained)).broken).toMatchObject([{ fault: 'NO_CLOCK', alertId: id }]);
  expect(await checkAlerts(chained)).toEqual({ escalated: 0, dated: 0, started: 1 });
  expect(await auditAlerts(chained)).toMatchObject({ broken: [] });
  engine.setNow('2025-11-20T14:00:00+08:00');
  expect((await checkAlerts(chained)).escalated).toBe(1);
});

test('whoever it is escalated to gets a reminder that says why, through a channel of theirs', async () => {
  const engine = await createTestEngine({ now: NOW });
  await openMany(engine, 1, 'red');
  engine.setNow(FIRST);
  await checkAlerts(engine);
  const { rows } = await sql<{ id: string }>`select d.id from delivery d join alert_event e on e.id = d.event_id
    where e.event = 'escalate'`.execute(engine.database.db);
  const sent: Message[] = [];
  const file: Channel = { send: async (message) => void sent.push(message) };
  for (const { id } of rows) expect(await deliverAlert(engine, { file }, id)).toBe(true);
  expect(sent).toMatchObject([
    { receiver: 'section-head', repeat: false, alerts: [{ event: 'repeat', level: 'red' }] },
  ]);
  expect(sent[0]?.text).toBe('【红色提醒】4 个工时内无人签收，特此上报：red-0 超过 36 个月');
});

/** The job dies at a step: whatever it has not committed is rolled back. */
class Killed extends Error {}

test('1,000 red alerts, random words, the job killed at every step: each unacknowledged one escalates once a step', async () => {
  const seed = Number(process.env.QUHUA_TEST_SEED ?? 20251106);
  const random = seeded(seed);
  const engine = await createTestEngine({ now: NOW });
  const ids = await openMany(engine, 1_000, 'red');
  const early = new Set<number>();
  const between = new Set<number>();
  const ack = (id: number) => changeAlertCase(engine, { id, action: 'ack', by: '科员' });
  for (const id of ids) if (random.below(3) === 0) early.add(id);
  for (const id of early) await ack(id);

  let kills = 0;
  const killing: TestEngine = {
    ...engine,
    onStep: (step) => {
      if (!step.startsWith('clocks.') || random.below(3) !== 0) return;
      kills += 1;
      throw new Killed(step);
    },
  };
  /** Runs until it gets through; a killed one is started again, beside another that is not. */
  const lookUntilDone = async (): Promise<void> => {
    for (let tries = 0; tries < 200; tries += 1) {
      const results = await Promise.allSettled([checkAlerts(killing), checkAlerts(killing)]);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(Killed);
      }
      if (results.every(({ status }) => status === 'fulfilled')) return;
    }
    throw new Error('never got through');
  };

  engine.setNow(FIRST);
  await lookUntilDone();
  for (const id of ids) if (!early.has(id) && random.below(2) === 0) between.add(id);
  for (const id of between) await ack(id);
  engine.setNow(SECOND);
  await lookUntilDone();

  const expected = ids.flatMap((alertId) => {
    if (early.has(alertId)) return [];
    const head = { alertId, receiver: 'section-head', step: 1 };
    return between.has(alertId) ? [head] : [head, { alertId, receiver: 'bureau-lead', step: 2 }];
  });
  expect(await escalations(engine), `seed ${seed}`).toEqual(expected);
  expect(kills, `seed ${seed}`).toBeGreaterThan(10);
  expect(early.size).toBeGreaterThan(200);
  expect(between.size).toBeGreaterThan(200);
  expect((await auditAlerts(engine)).broken, `seed ${seed}`).toEqual([]);
}, 120_000);

test('an acknowledgement and an escalation at the same moment: one of them comes first, and both know', async () => {
  const engine = await createTestEngine({ now: NOW });
  const ids = await openMany(engine, 40, 'red');
  engine.setNow(FIRST);
  await Promise.all([
    ...ids.map((id) => changeAlertCase(engine, { id, action: 'ack', by: '科员' })),
    ...Array.from({ length: 4 }, () => checkAlerts(engine)),
  ]);
  for (const id of ids) {
    const events = (await listAlertEvents(engine.database.db, id)).map(({ event }) => event);
    expect([
      ['open', 'ack'],
      ['open', 'escalate', 'ack'],
    ]).toContainEqual(events);
  }
  expect((await auditAlerts(engine)).broken).toEqual([]);
});

test('the auditor finds every one of 1,200 planted broken chains, and nothing else', async () => {
  const engine = await createTestEngine({ now: NOW });
  const sound = await openMany(engine, 300, 'orange');
  const ids = await openMany(engine, 1_200, 'red');
  const { db } = engine.database;
  const [late = [], running = [], unclocked = [], undated = [], untold = [], overdue = []] = CHAIN_FAULTS.map((_, at) =>
    ids.filter((_id, index) => index % CHAIN_FAULTS.length === at),
  );
  await sql`update alert_clock set due_at = ${new Date(NOW)}::timestamptz - interval '11 minutes'
    where alert_id = any(${late}::bigint[]) and step = 1`.execute(db);
  await sql`update alert set handling = 'acknowledged', owner = '甲' where id = any(${running}::bigint[])`.execute(db);
  await sql`update alert_clock set stopped_at = now(), stopped_by = 'x' where alert_id = any(${running}::bigint[]) and step = 2`.execute(
    db,
  );
  await sql`delete from alert_clock where alert_id = any(${unclocked}::bigint[])`.execute(db);
  await sql`update alert set opened_at = opened_at - interval '1 hour' where id = any(${unclocked}::bigint[])`.execute(
    db,
  );
  await sql`update alert_clock set due_at = null where alert_id = any(${undated}::bigint[]) and step = 2`.execute(db);
  await sql`
    with told as (
      insert into alert_event (jurisdiction, alert_id, event, at, detail, previous_hash, hash)
      select '653100', id, 'escalate', now(), '{}'::jsonb, '', 'planted-' || id from unnest(${untold}::bigint[]) as id
      returning id, alert_id
    )
    update alert_clock c set fired_at = now(), fired_event = told.id from told where told.alert_id = c.alert_id and c.step = 1
  `.execute(db);
  for (const id of overdue) {
    await changeAlertCase(engine, { id, action: 'supervise', by: '甲', owner: '乙', due: '2025-11-06' });
  }
  await sql`update alert set due_on = '2025-11-05' where id = any(${overdue}::bigint[])`.execute(db);

  const planted = [late, running, unclocked, undated, untold, overdue].flatMap((own, at) =>
    own.map((id) => `${CHAIN_FAULTS[at]} ${id}`),
  );
  const { broken, counts } = await auditAlerts(engine);
  expect(planted).toHaveLength(1_200);
  expect(broken.map(({ fault, alertId }) => `${fault} ${alertId}`).sort()).toEqual(planted.sort());
  expect(Object.values(counts)).toEqual(CHAIN_FAULTS.map(() => 200));
  expect(broken.some(({ alertId }) => sound.includes(alertId))).toBe(false);
}, 120_000);

test('another jurisdiction’s alerts are neither escalated nor audited', async () => {
  const engine = await createTestEngine({ now: NOW });
  const [id = 0] = await openMany(engine, 1, 'red');
  const { jurisdiction } = engine.config;
  const other = { ...engine, config: { ...engine.config, jurisdiction: { ...jurisdiction, code: '652900' } } };
  engine.setNow('2025-11-20T10:00:00+08:00');
  expect(await checkAlerts(other)).toEqual({ escalated: 0, dated: 0, started: 0 });
  expect((await auditAlerts(other)).broken).toEqual([]);
  await expect(changeAlertCase(other, { id, action: 'ack', by: '甲' })).rejects.toMatchObject({
    code: 'ALERT_NOT_FOUND',
  });
  expect((await auditAlerts(engine)).counts.NOT_ESCALATED).toBe(2);
  expect(await getAlert(engine.database.db, '653100', id)).toMatchObject({ handling: 'none' });
  expect(await listAlerts(engine.database.db, { jurisdiction: '652900' })).toEqual([]);
});
