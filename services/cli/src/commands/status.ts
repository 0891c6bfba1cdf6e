import { readStatus, type StatusReport } from '@quhua/engine';
import type { Command } from 'commander';
import { type CommonOptions, contextOf, engineOf, withCommonOptions } from '../context.ts';
import { EXIT } from '../failure.ts';
import type { Output } from '../output.ts';

export function addStatus(program: Command): void {
  withCommonOptions(program.command('status'))
    .description('系统状态：数据到齐没有、预警发出没有 / is every feed in, is every alert out')
    .option('--health', '不健康时以 5 退出，供健康检查用 / exit 5 if unhealthy')
    .action(async (options: CommonOptions & { health?: true }) => {
      const context = contextOf(options);
      await using engine = await engineOf(context);
      const report = await readStatus(engine, context.env);
      context.out.document(report);
      if (!context.out.json) printStatus(context.out, report);
      if (options.health === true && !report.healthy) process.exitCode = EXIT.down;
    });
}

function printStatus(out: Output, report: StatusReport): void {
  const { jurisdiction, database, queue, assessedTo, dueUnits, outbox, deliveries } = report;
  out.line(
    `${jurisdiction.name}（${jurisdiction.code}）　规则 ${jurisdiction.rulebook}　已评估至 ${assessedTo ?? '—'}`,
  );
  out.line(`数据库：${database}　队列：${queue.kind} ${queue.state}`);
  for (const warning of queue.warnings) out.line(out.paint('yellow', `  ${warning.code}：${warning.message}`));
  out.line(
    `待重新评估的县市：${dueUnits}　发件箱：待转 ${outbox.waiting}，在途 ${outbox.unfinished}，完成 ${outbox.done}`,
  );
  const { created, delivered, grouped, silenced, inhibited, pending, dead } = deliveries;
  out.line(
    `预警投递：共 ${created} = 送达 ${delivered} + 合并 ${grouped} + 静默 ${silenced} + 抑制 ${inhibited} + 待发 ${pending} + 失败 ${dead}`,
  );
  for (const { feed, month, missing } of report.feeds) {
    const text = missing.length === 0 ? '已到齐' : `缺 ${missing.length} 个：${missing.slice(0, 20).join('、')}`;
    out.line(`数据源 ${feed}　${month}　${text}`);
  }
  out.table(
    ['批次', '数据源', '文件', '状态', '行数', '隔离', '收到'],
    report.batches.map((batch) => [
      batch.id,
      batch.feed ?? '—',
      batch.file,
      batch.withdrawn ? '已撤回' : batch.status,
      String(batch.total),
      String(batch.quarantined),
      batch.receivedAt,
    ]),
  );
  out.line(report.healthy ? out.paint('green', '健康 / healthy') : out.paint('red', '不健康 / unhealthy'));
}
