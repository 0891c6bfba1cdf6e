import { SIMULATED_MARK } from '@quhua/core';
import type { Command } from 'commander';
import { BATCH_STATUS_TEXT } from '../batch-text.ts';
import { type CommonOptions, contextOf, engineOf, withCommonOptions } from '../context.ts';

export function sample(command: Command): void {
  withCommonOptions(command).action(async (options: CommonOptions) => {
    const context = await contextOf(options);
    const { ingestSample } = await import('@quhua/engine');
    await using engine = await engineOf(context);
    const batches = await ingestSample(engine);
    context.out.document({
      batches: batches.map(({ id, feed, file, status, rows, simulated }) => ({
        id,
        feed,
        file,
        status,
        rows,
        simulated,
      })),
    });
    for (const { id, file, status, rows } of batches)
      context.out.line(`${SIMULATED_MARK}${file}  批次 ${id}  ${BATCH_STATUS_TEXT[status]}，${rows.total} 行`);
  });
}
