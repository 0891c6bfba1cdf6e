import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { ask, type ErrorDocument, newHome, quhua } from './quhua.ts';

type Alert = {
  readonly id: string;
  readonly kind: string;
  readonly level: string;
  readonly status: string;
  readonly subject: { readonly type: string; readonly code: string; readonly name: string };
  readonly openedAt: string;
  readonly text: string;
};
type Alerts = { readonly alerts: readonly Alert[] };

const FIELDS = [
  'id',
  'kind',
  'rule',
  'subject',
  'level',
  'status',
  'episode',
  'openedAt',
  'lastSeenAt',
  'resolvedAt',
  'month',
  'text',
  'inputs',
  'owner',
  'due',
];
const MONTHS = ['02', '03', '04', '05', '06', '07', '08', '09'];
const SALES = 'region_code,month,signed_area,cancelled_area';
const STOCK = 'region_code,month,presale_unsold_area,completed_unsold_area';

let home: string;
let folder: string;

async function feed(name: string, head: string, rows: readonly string[]): Promise<string> {
  await writeFile(join(folder, name), `${[head, ...rows].join('\n')}\n`);
  return join(folder, name);
}

/** Eight months of sales each; stock of 2025-09 that makes one unit suspended, one limited and one negative. */
beforeAll(async () => {
  home = await newHome();
  folder = await temporaryFolder('feeds');
  const net = { 653121: '100.00,0', 653122: '100.00,0', 653123: '0,10.00' };
  const rows = Object.entries(net).flatMap(([code, figures]) =>
    MONTHS.map((month) => `${code},2025-${month},${figures}`),
  );
  const sales = await feed('sales.csv', SALES, rows);
  const stock = await feed('stock.csv', STOCK, [
    '653121,2025-09,2000.00,0',
    '653122,2025-09,5000.00,0',
    '653123,2025-09,5000.00,0',
  ]);
  await ask(['ingest', sales, stock], { home });
  await ask(['assess'], { home });
});

test('the list: the worst first, then the newest, with every field', async () => {
  const { alerts } = await ask<Alerts>(['alerts'], { home });
  const lines = alerts.map(({ kind, level, status, subject }) => `${level} ${kind} ${status} ${subject.name}`);
  expect(lines).toEqual([
    'red TIER_SUSPEND unconfirmed 英吉沙县',
    'red TIER_SUSPEND open 疏勒县',
    'orange TIER_SWAP open 疏附县',
  ]);
  for (const alert of alerts) expect(Object.keys(alert).sort()).toEqual([...FIELDS].sort());
  const [waiting, future, list, spoken] = await Promise.all([
    ask<Alerts>(['alerts', '--status', 'unconfirmed'], { home }),
    ask<Alerts>(['alerts', '--since', '2199-01-01'], { home }),
    ask<Alerts>(['alerts', 'list', '--status', 'open'], { home }),
    quhua(['alerts'], { home }),
  ]);
  expect(waiting.alerts).toEqual(alerts.slice(0, 1));
  expect(future.alerts).toEqual([]);
  expect(list.alerts).toEqual(alerts.slice(1));
  expect(spoken.stdout).toMatch(/^ +\d+ {2}红 {4}待确认 {2}2025-09 +\d+天 {2}英吉沙县：/mu);
  expect(spoken.stdout).not.toContain('依据：'); // the citation is the same in every line
  expect(alerts[0]?.text).toContain('依据：自然资办函〔2024〕918号');
});

test('one alert with its events and deliveries; one that waits is sent once a person confirms it', async () => {
  const { alerts } = await ask<Alerts>(['alerts', '--status', 'unconfirmed'], { home });
  const id = alerts[0]?.id ?? '';
  type Shown = { alerts: (Alert & { events: { event: string }[]; deliveries: { receiver: string }[] })[] };
  const before = await ask<Shown>(['alerts', 'show', id], { home });
  expect(before.alerts).toMatchObject([{ id, events: [{ event: 'open' }], deliveries: [] }]);
  const confirmed = await ask<Alerts>(['alerts', 'confirm', id], { home });
  expect(confirmed.alerts).toMatchObject([{ id, status: 'open' }]);
  const [after, spoken, twice, missing, none] = await Promise.all([
    ask<Shown>(['alerts', 'show', id], { home }),
    quhua(['alerts', 'show', id], { home }),
    ask<ErrorDocument>(['alerts', 'confirm', id], { home }, 3),
    ask<ErrorDocument>(['alerts', 'confirm', '999'], { home }, 4),
    ask<ErrorDocument>(['alerts', 'show', '999'], { home }, 4),
  ]);
  expect(after.alerts[0]?.events.map(({ event }) => event)).toEqual(['open', 'confirm']);
  expect(after.alerts[0]?.deliveries.toSorted((a, b) => (a.receiver < b.receiver ? -1 : 1))).toMatchObject(
    ['land-bureau', 'land-bureau', 'market-supervision'].map((receiver) => ({ receiver, status: 'pending' })),
  );
  for (const part of ['英吉沙县（653123）', '人工确认', '净销售(㎡)', 'market-supervision'])
    expect(spoken.stdout).toContain(part);
  expect(twice.error).toMatchObject({ kind: 'conflict', code: 'ALERT_NOT_UNCONFIRMED' });
  for (const { error } of [missing, none]) expect(error).toMatchObject({ kind: 'not_found', code: 'ALERT_NOT_FOUND' });
});

test('what people do about an alert: its state, who owns it, until when, and why', async () => {
  const { alerts } = await ask<Alerts>(['alerts'], { home });
  const id = alerts.find(({ kind }) => kind === 'TIER_SWAP')?.id ?? '';
  type Owned = { alerts: (Alert & { owner: string | null; due: string | null })[] };
  const acked = await ask<Owned>(['alerts', 'ack', id, '--by', '张三'], { home });
  expect(acked.alerts).toMatchObject([{ id, status: 'acknowledged', owner: '张三', due: null }]);
  const due = '2099-01-05';
  const noTable = await ask<ErrorDocument>(['alerts', 'supervise', id, '--owner', '李四', '--due', due], { home }, 2);
  expect(noTable.error).toMatchObject({ kind: 'invalid', code: 'CALENDAR_NO_TABLE' });
  const blank = await ask<ErrorDocument>(['alerts', 'exclude', id], { home }, 2);
  expect(blank.error).toMatchObject({ kind: 'invalid', code: 'ALERT_REASON' });
  const handed = await ask<Owned>(['alerts', 'handover', id, '--owner', '王五', '--reason', '轮岗'], { home });
  expect(handed.alerts).toMatchObject([{ status: 'acknowledged', owner: '王五' }]);
  const [listed, spoken, audit] = await Promise.all([
    ask<Owned>(['alerts', '--status', 'acknowledged'], { home }),
    quhua(['alerts', 'show', id], { home }),
    quhua(['alerts', 'audit', '--json'], { home }),
  ]);
  expect(listed.alerts.map((alert) => alert.id)).toEqual([id]);
  expect(spoken.stdout).toMatch(/移交.*责任人 王五，理由：轮岗/u);
  // Whether deadlines of today can be counted depends on the years that have a table: then 3.
  expect([0, 3]).toContain(audit.code);
  expect(JSON.parse(audit.stdout)).toMatchObject({ counts: { NOT_ESCALATED: 0, STILL_RUNNING: 0, NOBODY_TOLD: 0 } });
  const closed = await ask<Owned>(['alerts', 'close', id, '--reason', '已约谈'], { home });
  expect(closed.alerts).toMatchObject([{ status: 'handled', owner: '王五' }]);
  const twice = await ask<ErrorDocument>(['alerts', 'close', id, '--reason', '已约谈'], { home }, 3);
  expect(twice.error).toMatchObject({ kind: 'conflict', code: 'ALERT_HANDLED' });
});
