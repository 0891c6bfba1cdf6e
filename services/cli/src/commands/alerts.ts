import { AppError } from '@quhua/core';
import type { AlertStatus, listAlertEvents, listDeliveries } from '@quhua/storage';
import type { Command } from 'commander';
import { alertJson, inOrder, printAlert, printAlerts } from '../alert-table.ts';
import { parseId, parseInstant } from '../arguments.ts';
import { type CommonOptions, contextOf, engineOf, withCommonOptions } from '../context.ts';
import { instantText } from '../instant-text.ts';
import type { Output } from '../output.ts';
import { person } from '../person.ts';

type ListOptions = CommonOptions & { status?: string; since?: string };

const STATUSES: readonly AlertStatus[] = ['unconfirmed', 'open', 'resolved'];

export function alerts(command: Command): void {
  withListOptions(command).action((options: ListOptions) => list(options));
  withListOptions(command.command('list').description('预警清单，同 quhua alerts / the list')).action(
    (_options: ListOptions, child: Command) => list(child.optsWithGlobals()),
  );
  withCommonOptions(command.command('show'))
    .description('一条预警及其来龙去脉 / one alert, with its events and deliveries')
    .argument('<id>', '预警编号 / alert id')
    .action((id: string, _options: CommonOptions, child: Command) => show(parseId(id), child.optsWithGlobals()));
  withCommonOptions(command.command('confirm'))
    .description('确认待确认的预警，随即发出 / confirm one that waits for it: it is sent then')
    .argument('<id>', '预警编号 / alert id')
    .action((id: string, _options: CommonOptions, child: Command) => confirm(parseId(id), child.optsWithGlobals()));
}

function withListOptions(command: Command): Command {
  return withCommonOptions(command)
    .option('--status <status>', `只列某种状态：${STATUSES.join('、')} / only of that status`)
    .option('--since <instant>', '只列此后开出或解除的 / only what was opened or resolved since');
}

async function list(options: ListOptions): Promise<void> {
  const status = options.status === undefined ? {} : { status: parseStatus(options.status) };
  const since = options.since === undefined ? {} : { since: parseInstant(options.since) };
  const context = await contextOf(options);
  const { listAlerts } = await import('@quhua/storage');
  await using engine = await engineOf(context);
  const jurisdiction = engine.config.jurisdiction.code;
  const found = inOrder(await listAlerts(engine.database.db, { jurisdiction, ...status, ...since }));
  context.out.document({ alerts: found.map(alertJson) });
  printAlerts(context.out, found);
}

function parseStatus(text: string): AlertStatus {
  const status = STATUSES.find((candidate) => candidate === text);
  if (status !== undefined) return status;
  throw new AppError('invalid', 'USAGE', `没有状态 ${text}：可用 ${STATUSES.join('、')} / no such status`);
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
};

function printEvents(out: Output, events: Awaited<ReturnType<typeof listAlertEvents>>, timeZone: string): void {
  out.line();
  out.table(
    [{ head: '时间' }, { head: '事件' }],
    events.map(({ at, event }) => [instantText(at, timeZone), EVENT_TEXT[event] ?? event]),
  );
}

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

async function confirm(id: number, options: CommonOptions): Promise<void> {
  const context = await contextOf(options);
  const { confirmAlert } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const alert = await confirmAlert(engine, { id, by: person() });
  context.out.document({ alerts: [alertJson(alert)] });
  context.out.line(`预警 ${alert.id} 已确认，随即发出 / confirmed, on its way`);
}
