import { ALERT_STATES, type AlertState, AppError, alertStateOf } from '@quhua/core';
import type { listAlertEvents, listDeliveries } from '@quhua/storage';
import type { Command } from 'commander';
import { alertJson, inOrder, printAlert, printAlerts } from '../alert-table.ts';
import { parseId, parseInstant } from '../arguments.ts';
import { type CommonOptions, contextOf, engineOf, withCommonOptions } from '../context.ts';
import { instantText } from '../instant-text.ts';
import type { Output } from '../output.ts';
import { alertAudit } from './alert-audit.ts';
import { alertPeople } from './alert-people.ts';

type ListOptions = CommonOptions & { status?: string; since?: string };

export function alerts(command: Command): void {
  withListOptions(command).action((options: ListOptions) => list(options));
  withListOptions(command.command('list').description('预警清单，同 quhua alerts / the list')).action(
    (_options: ListOptions, child: Command) => list(child.optsWithGlobals()),
  );
  withCommonOptions(command.command('show'))
    .description('一条预警及其来龙去脉 / one alert, with its events and deliveries')
    .argument('<id>', '预警编号 / alert id')
    .action((id: string, _options: CommonOptions, child: Command) => show(parseId(id), child.optsWithGlobals()));
  alertPeople(command);
  alertAudit(command);
}

function withListOptions(command: Command): Command {
  return withCommonOptions(command)
    .option('--status <status>', `只列某种状态：${ALERT_STATES.join('、')} / only of that status`)
    .option('--since <instant>', '只列此后开出或解除的 / only what was opened or resolved since');
}

async function list(options: ListOptions): Promise<void> {
  const state = options.status === undefined ? null : parseState(options.status);
  const since = options.since === undefined ? {} : { since: parseInstant(options.since) };
  const context = await contextOf(options);
  const { listAlerts } = await import('@quhua/storage');
  await using engine = await engineOf(context);
  const jurisdiction = engine.config.jurisdiction.code;
  const all = await listAlerts(engine.database.db, { jurisdiction, ...since });
  const found = inOrder(all.filter((alert) => state === null || alertStateOf(alert) === state));
  context.out.document({ alerts: found.map(alertJson) });
  printAlerts(context.out, found, engine.now());
}

function parseState(text: string): AlertState {
  const state = ALERT_STATES.find((candidate) => candidate === text);
  if (state !== undefined) return state;
  throw new AppError('invalid', 'USAGE', `没有状态 ${text}：可用 ${ALERT_STATES.join('、')} / no such status`);
}

async function show(id: number, options: CommonOptions): Promise<void> {
  const context = await contextOf(options);
  const { getAlert, listAlertEvents, listDeliveries } = await import('@quhua/storage');
  await using engine = await engineOf(context);
  const { db } = engine.database;
  const { code, timezone } = engine.config.jurisdiction;
  const alert = await getAlert(db, code, id);
  const events = await listAlertEvents(db, id);
  const deliveries = await listDeliveries(db, id);
  context.out.document({ alerts: [{ ...alertJson(alert), events, deliveries }] });
  printAlert(context.out, alert, timezone);
  printEvents(context.out, events, timezone);
  printDeliveries(context.out, deliveries, timezone);
}

const EVENT_TEXT: Readonly<Record<string, string>> = {
  open: '开出',
  rise: '升级',
  fall: '降级',
  repeat: '重复提醒',
  resolve: '解除',
  restate: '更正起始月份',
  confirm: '人工确认',
  ack: '签收',
  exclude: '排除',
  supervise: '督办',
  handover: '移交',
  close: '处置',
  escalate: '上报',
};

function printEvents(out: Output, events: Awaited<ReturnType<typeof listAlertEvents>>, timeZone: string): void {
  out.line();
  out.table(
    [{ head: '时间' }, { head: '事件' }, { head: '何人、何故', wrap: true }],
    events.map(({ at, event, detail }) => [instantText(at, timeZone), EVENT_TEXT[event] ?? event, saidOf(detail)]),
  );
}

/** What a person said with an event, or whom it was escalated to; what the figures did speaks for itself. */
function saidOf(detail: object): string {
  const said: Readonly<Record<string, unknown>> = { ...detail };
  const parts = (['by', 'receiver', 'owner', 'due', 'reason', 'document'] as const).map((key) => {
    const value = said[key];
    return typeof value === 'string' && value !== '' ? `${SAID_TEXT[key]}${value}` : '';
  });
  return parts.filter((part) => part !== '').join('，');
}

const SAID_TEXT = {
  by: '',
  receiver: '报 ',
  owner: '责任人 ',
  due: '期限 ',
  reason: '理由：',
  document: '文件：',
} as const;

const DELIVERY_TEXT: Readonly<Record<string, string>> = {
  pending: '待发',
  sent: '已送达',
  grouped: '合并',
  silenced: '静默',
  inhibited: '抑制',
  dead: '失败',
};

function printDeliveries(out: Output, deliveries: Awaited<ReturnType<typeof listDeliveries>>, timeZone: string): void {
  if (deliveries.length === 0) return;
  out.line();
  out.table(
    [
      { head: '发给' },
      { head: '渠道' },
      { head: '状态' },
      { head: '送达' },
      { head: '次数', align: 'figure' },
      { head: '缘由' },
    ],
    deliveries.map(({ receiver, channel, status, sentAt, attempts, reason, lastError }) => [
      receiver,
      channel,
      DELIVERY_TEXT[status] ?? status,
      instantText(sentAt, timeZone),
      String(attempts),
      lastError === null ? reason : `${reason}；${lastError}`,
    ]),
  );
}
