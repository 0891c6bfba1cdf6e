import { AppError } from '@quhua/core';
import { confirmAlert } from '@quhua/engine';
import { type Alert, type AlertStatus, getAlert, listAlertEvents, listAlerts, listDeliveries } from '@quhua/storage';
import type { Command } from 'commander';
import { alertJson, printAlerts } from '../alert-table.ts';
import { parseId, parseInstant } from '../arguments.ts';
import { type CommonOptions, contextOf, engineOf, withCommonOptions } from '../context.ts';
import { person } from './batches.ts';

const STATUSES: readonly AlertStatus[] = ['unconfirmed', 'open', 'resolved'];

export function addAlerts(program: Command): void {
  const alerts = withCommonOptions(program.command('alerts'))
    .description('查看预警 / list alerts')
    .option('--status <status>', `状态：${STATUSES.join('、')} / status`)
    .option('--since <instant>', '此后发生过变化的 / changed since')
    .action(list);
  withCommonOptions(alerts.command('show'))
    .description('一条预警及其来龙去脉 / one alert, with its events and deliveries')
    .argument('<id>', '预警编号 / alert id')
    .action((id: string, options: CommonOptions) => show(parseId(id), { ...alerts.opts<CommonOptions>(), ...options }));
  withCommonOptions(alerts.command('confirm'))
    .description('确认待确认的预警，随即发出 / confirm one that waits for it')
    .argument('<id>', '预警编号 / alert id')
    .action((id: string, options: CommonOptions) =>
      confirm(parseId(id), { ...alerts.opts<CommonOptions>(), ...options }),
    );
}

async function list(options: CommonOptions & { status?: string; since?: string }): Promise<void> {
  const context = contextOf(options);
  const status = options.status === undefined ? {} : { status: parseStatus(options.status) };
  const since = options.since === undefined ? {} : { since: parseInstant(options.since) };
  await using engine = await engineOf(context);
  const alerts = await listAlerts(engine.database.db, {
    jurisdiction: engine.config.jurisdiction.code,
    ...status,
    ...since,
  });
  context.out.document({ alerts: alerts.map(alertJson) });
  printAlerts(context.out, alerts);
}

function parseStatus(text: string): AlertStatus {
  const status = STATUSES.find((candidate) => candidate === text);
  if (status !== undefined) return status;
  throw new AppError('invalid', 'USAGE', `没有状态 ${text}：可用 ${STATUSES.join('、')} / no such status`);
}

async function show(id: number, options: CommonOptions): Promise<void> {
  const context = contextOf(options);
  await using engine = await engineOf(context);
  const { db } = engine.database;
  const alert = await getAlert(db, engine.config.jurisdiction.code, id);
  const events = await listAlertEvents(db, id);
  const deliveries = await listDeliveries(db, id);
  context.out.document({ alerts: [{ ...alertJson(alert), events, deliveries }] });
  printAlerts(context.out, [alert]);
  context.out.line(`依据：${JSON.stringify(alert.inputs)}`);
  context.out.table(
    ['时间', '事件'],
    events.map((event) => [event.at.toISOString(), event.event]),
  );
  context.out.table(
    ['发送给', '渠道', '状态', '次数', '原因'],
    deliveries.map((delivery) => [
      delivery.receiver,
      delivery.channel,
      delivery.status,
      String(delivery.attempts),
      delivery.reason,
    ]),
  );
}

async function confirm(id: number, options: CommonOptions): Promise<void> {
  const context = contextOf(options);
  await using engine = await engineOf(context);
  const alert: Alert = await confirmAlert(engine, { id, by: person() });
  context.out.document({ alerts: [alertJson(alert)] });
  printAlerts(context.out, [alert]);
}
