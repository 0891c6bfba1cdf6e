import { EXIT } from '@quhua/core';
import type { AlertAudit } from '@quhua/engine';
import type { Command } from 'commander';
import { type CommonOptions, contextOf, engineOf, withCommonOptions } from '../context.ts';
import { instantText } from '../instant-text.ts';

type Fault = keyof AlertAudit['counts'];

const FAULT_TEXT: Readonly<Record<Fault, string>> = {
  NOT_ESCALATED: '逾时未上报',
  STILL_RUNNING: '已处理仍在计时',
  NO_CLOCK: '没有计时',
  NO_DEADLINE: '缺工作日表，无期限',
  NOBODY_TOLD: '上报了但没有发给任何人',
  SUPERVISION_OVERDUE: '督办逾期',
};

/** `alerts audit`: whose chain is broken. */
export function alertAudit(command: Command): void {
  withCommonOptions(command.command('audit'))
    .description('查断链：过时未上报、仍在空计时、督办逾期，有则以 3 退出 / broken chains; exit 3 if there are any')
    .action((_options: CommonOptions, own: Command) => audit(own.optsWithGlobals()));
}

async function audit(options: CommonOptions): Promise<void> {
  const context = await contextOf(options);
  const { auditAlerts } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const { broken, counts } = await auditAlerts(engine);
  const { timezone } = engine.config.jurisdiction;
  context.out.document({ counts, broken: broken.map((one) => ({ ...one, alertId: String(one.alertId) })) });
  if (broken.length > 0) process.exitCode = EXIT.refused;
  if (broken.length === 0) {
    context.out.line('没有断链 / no broken chain');
    return;
  }
  context.out.table(
    [
      { head: '编号', align: 'figure' },
      { head: '问题' },
      { head: '级别' },
      { head: '对象' },
      { head: '责任人' },
      { head: '应于' },
    ],
    broken.map(({ alertId, fault, level, subject, owner, dueAt, due }) => [
      String(alertId),
      FAULT_TEXT[fault],
      level,
      subject,
      owner ?? '—',
      due ?? instantText(dueAt, timezone),
    ]),
  );
}
