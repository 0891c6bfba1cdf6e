import { EXIT } from '@quhua/core';
import type { StatusReport } from '@quhua/engine';
import type { Command } from 'commander';
import { BATCH_STATUS_TEXT } from '../batch-text.ts';
import { type CommonOptions, contextOf, engineOf, withCommonOptions } from '../context.ts';
import { printFeeds } from '../feed-table.ts';
import { instantText } from '../instant-text.ts';
import type { Output } from '../output.ts';

export function status(command: Command): void {
  withCommonOptions(command)
    .option('--health', '不健康时以 5 退出，供健康检查用 / exit 5 if unhealthy, for health checks')
    .action(async (options: CommonOptions & { health?: true }) => {
      const context = await contextOf(options);
      const { readStatus } = await import('@quhua/engine');
      await using engine = await engineOf(context);
      const report = await readStatus(engine, context.env);
      context.out.document(report);
      if (!context.out.json) printStatus(context.out, report, engine.config.jurisdiction.timezone);
      if (options.health === true && !report.healthy) process.exitCode = EXIT.down;
    });
}

function printStatus(out: Output, report: StatusReport, timezone: string): void {
  const { jurisdiction, queue } = report;
  const health = report.healthy ? out.paint('green', '健康 / healthy') : out.paint('red', '不健康 / unhealthy');
  out.line(`${out.paint('bold', jurisdiction.name)}（${jurisdiction.code}）  ${health}`);
  out.table([{ head: '项目' }, { head: '状态' }], facts(report));
  for (const warning of queue.warnings) out.line(out.paint('yellow', `${warning.code}：${warning.message}`));
  for (const note of report.calendar) out.line(out.paint('yellow', `工作日历：${note}`));
  printFeeds(out, report.feeds);
  printBatches(out, report.batches, timezone);
}

function facts(report: StatusReport): [string, string][] {
  const { jurisdiction, database, queue, assessedTo, dueUnits, outbox, deliveries, brokenChains } = report;
  const { created, delivered, grouped, silenced, inhibited, pending, dead } = deliveries;
  return [
    ['规则', jurisdiction.rulebook],
    ['数据库', database === 'embedded' ? '内置 / embedded' : '外部 / server'],
    ['队列', `${queue.kind === 'redis' ? 'Redis' : 'PostgreSQL'}  ${queue.state}`],
    ['已评估至', assessedTo ?? '—'],
    ['待重新评估', `${dueUnits} 个县市`],
    ['发件箱', `待转 ${outbox.waiting}，在途 ${outbox.unfinished}，完成 ${outbox.done}`],
    [
      '预警投递',
      `共 ${created} = 送达 ${delivered} + 合并 ${grouped} + 静默 ${silenced} + 抑制 ${inhibited} + 待发 ${pending} + 失败 ${dead}`,
    ],
    ['断链', chainsText(brokenChains)],
  ];
}

function chainsText(counts: StatusReport['brokenChains']): string {
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  if (found.length === 0) return '没有 / none';
  return `${found.map(([fault, count]) => `${fault} ${count}`).join('，')}：见 quhua alerts audit`;
}

function printBatches(out: Output, batches: StatusReport['batches'], timezone: string): void {
  if (batches.length === 0) return;
  out.line();
  out.table(
    [
      { head: '批次', align: 'figure' },
      { head: '数据源' },
      { head: '文件' },
      { head: '状态' },
      { head: '行数', align: 'figure' },
      { head: '隔离', align: 'figure' },
      { head: '收到' },
    ],
    batches.map((batch) => [
      batch.id,
      batch.feed ?? '—',
      batch.file,
      batch.withdrawn ? '已撤回' : statusText(batch.status),
      String(batch.total),
      String(batch.quarantined),
      instantText(batch.receivedAt, timezone),
    ]),
  );
}

function statusText(text: string): string {
  return text === 'accepted' || text === 'held' || text === 'rejected' ? BATCH_STATUS_TEXT[text] : text;
}
