import { loadConfig } from '@quhua/config';
import { type AlertAction, addMonths, alertStateOf, monthRange } from '@quhua/core';
import { assessMonths, type ChangeCaseInput, changeAlertCase } from '@quhua/engine';
import { type Alert, getAlert, listAlertEvents, listAlerts, listClocks, listDeliveries } from '@quhua/storage';
import { expect, test } from 'vitest';
import {
  createTestEngine,
  KASHGAR,
  type SalesRow,
  salesCsv,
  stockCsv,
  type TestEngine,
  take,
} from '../support/engine.ts';
import { moveTo, openMany } from '../support/many-alerts.ts';
import { marketConfig } from '../support/market-config.ts';

const UNIT = '653122';
/** Thursday. */
const NOW = '2025-11-06T10:00:00+08:00';

async function givenAlert(stock = '50000', config?: string): Promise<{ engine: TestEngine; id: number }> {
  const engine = await createTestEngine({ config: loadConfig(config ?? (await marketConfig())), now: NOW });
  const months = monthRange(addMonths('2025-09', -11), '2025-09');
  await take(engine, salesCsv(months.map((month): SalesRow => [UNIT, month, '1000', '0'])), { name: 'sales.csv' });
  await restate(engine, stock, NOW);
  const alerts = await listAlerts(engine.database.db, { jurisdiction: '653100' });
  const alert = alerts.find(({ kind }) => kind === 'TIER_SUSPEND');
  return { engine, id: alert?.id ?? 0 };
}

async function restate(engine: TestEngine, stock: string, at: string): Promise<void> {
  engine.setNow(at);
  await take(engine, stockCsv([[UNIT, '2025-09', stock, '0']]), { name: `stock-${at}.csv` });
  await assessMonths(engine);
}

function say(engine: TestEngine, id: number, action: AlertAction, more: Partial<ChangeCaseInput> = {}): Promise<Alert> {
  return changeAlertCase(engine, { id, action, by: '张三', ...more });
}

async function eventsOf(engine: TestEngine, id: number): Promise<string[]> {
  return (await listAlertEvents(engine.database.db, id)).map(({ event }) => event);
}

async function toldOf(engine: TestEngine, id: number): Promise<number> {
  return (await listDeliveries(engine.database.db, id)).length;
}

test('from acknowledged to dealt with: each word is an event with who, why and what came of it', async () => {
  const { engine, id } = await givenAlert();
  await say(engine, id, 'ack');
  await say(engine, id, 'supervise', { owner: '李四', due: '2025-11-20', document: '喀建函〔2025〕1号' });
  await say(engine, id, 'handover', { owner: '王五', reason: '李四休假' });
  const closed = await say(engine, id, 'close', { reason: '已暂停供地' });
  expect(closed).toMatchObject({ status: 'open', handling: 'handled', owner: '王五', due: null });
  expect(closed.handledAt?.toISOString()).toBe(new Date(NOW).toISOString());
  expect(await eventsOf(engine, id)).toEqual(['open', 'ack', 'supervise', 'handover', 'close']);
  const [, , supervise, handover, close] = await listAlertEvents(engine.database.db, id);
  expect(supervise?.detail).toMatchObject({
    ...{ by: '张三', from: 'acknowledged', to: 'supervised', owner: '李四', due: '2025-11-20' },
    ...{ document: '喀建函〔2025〕1号', previousOwner: '张三' },
  });
  expect(handover?.detail).toMatchObject({
    owner: '王五',
    previousOwner: '李四',
    due: '2025-11-20',
    reason: '李四休假',
  });
  expect(close?.detail).toMatchObject({ from: 'supervised', to: 'handled', reason: '已暂停供地' });
  expect(await toldOf(engine, id)).toBe(1); // nobody is told by what people do
});

test('a refused word leaves no trace', async () => {
  const { engine, id } = await givenAlert();
  const before = await getAlert(engine.database.db, '653100', id);
  await expect(say(engine, id, 'exclude')).rejects.toMatchObject({ kind: 'invalid', code: 'ALERT_REASON' });
  await expect(say(engine, id, 'handover', { owner: '甲' })).rejects.toMatchObject({
    ...{ kind: 'conflict', code: 'ALERT_NOT_OWNED' },
    message: expect.stringContaining(`预警 ${id} `),
  });
  await expect(say(engine, id, 'supervise', { owner: '甲', due: '2025-11-08' })).rejects.toMatchObject({
    code: 'ALERT_DUE',
  });
  await expect(say(engine, 999, 'ack')).rejects.toMatchObject({ kind: 'not_found', code: 'ALERT_NOT_FOUND' });
  expect(await getAlert(engine.database.db, '653100', id)).toEqual(before);
  expect(await eventsOf(engine, id)).toEqual(['open']);
});

test('of many who acknowledge at once one does, and the others are told', async () => {
  const { engine, id } = await givenAlert();
  const results = await Promise.allSettled(
    Array.from({ length: 5 }, (_, at) => say(engine, id, 'ack', { by: `科员${at}` })),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'ALERT_ACKNOWLEDGED' });
  }
  expect(await eventsOf(engine, id)).toEqual(['open', 'ack']);
});

test('an excluded alert ends in silence, and a new episode speaks again', async () => {
  const { engine, id } = await givenAlert();
  await say(engine, id, 'exclude', { reason: '数据有误' });
  await restate(engine, '500', '2025-11-07T10:00:00+08:00');
  expect(await eventsOf(engine, id)).toEqual(['open', 'exclude', 'resolve']);
  expect(await toldOf(engine, id)).toBe(1);
  const over = await getAlert(engine.database.db, '653100', id);
  expect(alertStateOf(over)).toBe('resolved');
  await restate(engine, '60000', '2025-11-10T10:00:00+08:00');
  const [again] = await listAlerts(engine.database.db, { jurisdiction: '653100', status: 'open' });
  expect(again).toMatchObject({ episode: 2, handling: 'none', owner: null });
  expect(await toldOf(engine, again?.id ?? 0)).toBe(1);
});

test('an alert that waits for confirmation can be excluded unheard, and confirmed after all', async () => {
  const { engine } = await givenAlert('100');
  engine.setNow('2025-11-07T10:00:00+08:00');
  await take(engine, salesCsv([[UNIT, '2025-09', '0', '50000']]), { name: 'cancelled.csv' });
  await assessMonths(engine);
  const [waiting] = await listAlerts(engine.database.db, { jurisdiction: '653100', status: 'unconfirmed' });
  const id = waiting?.id ?? 0;
  await expect(say(engine, id, 'ack')).rejects.toMatchObject({ code: 'ALERT_UNCONFIRMED' });
  await say(engine, id, 'exclude', { reason: '退房集中录入' });
  expect(await toldOf(engine, id)).toBe(0);
  expect(await say(engine, id, 'confirm')).toMatchObject({ status: 'open', handling: 'none' });
  expect(await toldOf(engine, id)).toBe(1);
  expect(await eventsOf(engine, id)).toEqual(['open', 'exclude', 'confirm']);
});

test('a supervised alert whose condition ends stays supervised until somebody reports, and says that it ended', async () => {
  const { engine, id } = await givenAlert();
  await say(engine, id, 'supervise', { owner: '李四', due: '2025-11-20' });
  await restate(engine, '500', '2025-11-07T10:00:00+08:00');
  const over = await getAlert(engine.database.db, '653100', id);
  expect([over.status, alertStateOf(over)]).toEqual(['resolved', 'supervised']);
  expect(await toldOf(engine, id)).toBe(2);
  await expect(say(engine, id, 'exclude', { reason: '已过' })).rejects.toMatchObject({ code: 'ALERT_SUPERVISED' });
  expect(alertStateOf(await say(engine, id, 'close', { reason: '库存已降' }))).toBe('resolved');
});

test('an escalation chain starts with the alert and stops with the first word', async () => {
  const { engine, id } = await givenAlert('50000', KASHGAR);
  const clocks = () => listClocks(engine.database.db, id);
  expect(await clocks()).toMatchObject([
    { kind: 'ack', receiver: 'section-head', dueAt: new Date('2025-11-06T14:00:00+08:00'), stoppedAt: null },
    { kind: 'ack', receiver: 'bureau-lead', dueAt: new Date('2025-11-07T20:00:00+08:00'), stoppedAt: null },
  ]);
  await say(engine, id, 'ack');
  expect((await clocks()).map(({ stoppedBy }) => stoppedBy)).toEqual(['ack', 'ack']);
  await say(engine, id, 'supervise', { owner: '李四', due: '2025-11-20' });
  await say(engine, id, 'handover', { owner: '王五' });
  expect((await clocks()).at(-1)).toMatchObject({
    ...{ kind: 'due', receiver: 'bureau-lead', dueAt: new Date('2025-11-20T20:00:00+08:00'), stoppedAt: null },
  });
  await say(engine, id, 'close', { reason: '已办' });
  expect((await clocks()).at(-1)).toMatchObject({ kind: 'due', stoppedBy: 'close' });
});

test('becoming worse takes back what was said of the milder alert, tells people and starts the chain of the new level', async () => {
  const engine = await createTestEngine({ config: loadConfig(KASHGAR), now: NOW });
  const [acked = 0, excluded = 0, supervised = 0, untouched = 0] = await openMany(engine, 4, 'yellow');
  await say(engine, acked, 'ack');
  await say(engine, excluded, 'exclude', { reason: '数据有误' });
  await say(engine, supervised, 'supervise', { owner: '李四', due: '2025-11-20' });
  const told = await toldOf(engine, excluded);
  await moveTo(engine, excluded, 'blue', 'fall');
  expect(await toldOf(engine, excluded)).toBe(told); // milder: still quiet
  for (const id of [acked, excluded, supervised, untouched]) await moveTo(engine, id, 'red', 'rise');
  const running = async (id: number) =>
    (await listClocks(engine.database.db, id))
      .filter(({ stoppedAt }) => stoppedAt === null)
      .map(({ kind, receiver }) => `${kind} ${receiver}`);
  for (const id of [acked, excluded, untouched]) {
    const alert = await getAlert(engine.database.db, '653100', id);
    expect([alertStateOf(alert), alert.owner]).toEqual(['open', null]);
    expect(await toldOf(engine, id)).toBeGreaterThan(told);
    expect(await running(id)).toEqual(['ack section-head', 'ack bureau-lead']);
  }
  expect(await getAlert(engine.database.db, '653100', supervised)).toMatchObject({
    handling: 'supervised',
    owner: '李四',
  });
  expect(await toldOf(engine, supervised)).toBeGreaterThan(told);
  expect(await running(supervised)).toEqual(['due section-head']);
});
