import { ingestSample } from '@quhua/engine';
import type { Command } from 'commander';
import { type CommonOptions, contextOf, engineOf, withCommonOptions } from '../context.ts';

export function addSample(program: Command): void {
  withCommonOptions(program.command('sample'))
    .description('接收配置附带的模拟数据 / take in the simulated sample feeds')
    .action(async (options: CommonOptions) => {
      const context = contextOf(options);
      await using engine = await engineOf(context);
      const batches = await ingestSample(engine);
      context.out.document({
        batches: batches.map(({ id, feed, file, status, rows }) => ({ id, feed, file, status, rows })),
      });
      for (const { file, status, rows } of batches)
        context.out.line(`【模拟数据】${file}：${status}，${rows.total} 行`);
    });
}
