import { ALERT_STATE_TEXT, type AlertAction, alertStateOf } from '@quhua/core';
import type { Command } from 'commander';
import { alertJson } from '../alert-table.ts';
import { parseId } from '../arguments.ts';
import { type CommonOptions, contextOf, engineOf, withCommonOptions } from '../context.ts';
import { person } from '../person.ts';

type Said = { by?: string; reason?: string; owner?: string; due?: string; document?: string };

const OPTIONS = {
  by: ['--by <name>', '谁说的，默认为系统用户 / who says so, the system user unless given'],
  reason: ['--reason <text>', '理由 / why'],
  owner: ['--owner <name>', '责任人 / who is to deal with it'],
  due: ['--due <day>', '期限，工作日，如 2025-11-20 / due day, a working day'],
  document: ['--document <number>', '依据文件 / the paper behind it'],
} as const;

type Entry = {
  readonly action: AlertAction;
  readonly about: string;
  readonly options: readonly (keyof typeof OPTIONS)[];
};

const ACTIONS: readonly Entry[] = [
  {
    action: 'ack',
    about: '签收：有人接手，不再逐级上报 / somebody takes it over, nobody else is told',
    options: ['by', 'owner', 'reason'],
  },
  {
    action: 'confirm',
    about: '确认待确认的预警，随即发出 / confirm one that waits for it: it is sent then',
    options: ['by'],
  },
  {
    action: 'exclude',
    about:
      '排除，要写理由；升级或再次发生前不再提醒 / no real alert, with the reason; quiet until it gets worse or begins anew',
    options: ['by', 'reason', 'document'],
  },
  {
    action: 'supervise',
    about: '督办，要有责任人和期限；再次运行即改期 / give it an owner and a due day; again to change them',
    options: ['by', 'owner', 'due', 'reason', 'document'],
  },
  { action: 'handover', about: '移交给新的责任人 / hand it over', options: ['by', 'owner', 'reason', 'document'] },
  {
    action: 'close',
    about: '已处置，要写怎样处置的 / dealt with, and how',
    options: ['by', 'reason', 'document'],
  },
];

/** `alerts ack|confirm|exclude|supervise|handover|close ID`: what a person says of an alert. */
export function alertPeople(command: Command): void {
  for (const { action, about, options } of ACTIONS) {
    const child = withCommonOptions(command.command(action)).description(about).argument('<id>', '预警编号 / alert id');
    for (const name of options) {
      const [flags, meaning] = OPTIONS[name];
      child.option(flags, meaning);
    }
    child.action((id: string, _options: CommonOptions, own: Command) =>
      say(parseId(id), action, own.optsWithGlobals()),
    );
  }
}

async function say(id: number, action: AlertAction, options: CommonOptions & Said): Promise<void> {
  const context = await contextOf(options);
  const { changeAlertCase } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const { by = person(), reason, owner, due, document } = options;
  const alert = await changeAlertCase(engine, {
    ...{ id, action, by },
    ...(reason === undefined ? {} : { reason }),
    ...(owner === undefined ? {} : { owner }),
    ...(due === undefined ? {} : { due }),
    ...(document === undefined ? {} : { document }),
  });
  context.out.document({ alerts: [alertJson(alert)] });
  const state = ALERT_STATE_TEXT[alertStateOf(alert)];
  const rest = [
    ...(alert.owner === null ? [] : [`责任人 ${alert.owner}`]),
    ...(alert.due === null ? [] : [`期限 ${alert.due}`]),
    ...(action === 'confirm' ? ['随即发出'] : []),
  ];
  context.out.line(`预警 ${alert.id}：${[state, ...rest].join('，')} / ${SAID[action]}`);
}

const SAID: Readonly<Record<AlertAction, string>> = {
  confirm: 'confirmed, on its way',
  ack: 'acknowledged',
  exclude: 'excluded',
  supervise: 'supervised',
  handover: 'handed over',
  close: 'handled',
};
