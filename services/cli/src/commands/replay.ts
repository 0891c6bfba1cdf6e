import { monthRange } from '@quhua/core';
import { replay } from '@quhua/engine';
import type { Command } from 'commander';
import { parseInstant, parseMonth } from '../arguments.ts';
import { type CommonOptions, contextOf, engineOf, withCommonOptions } from '../context.ts';
import { startProgress } from '../progress.ts';

type Options = CommonOptions & { from: string; to: string; asOf?: string; hash?: true };

export function addReplay(program: Command): void {
  withCommonOptions(program.command('replay'))
    .description('按当时所知重演，不存不发 / derive again, store and send nothing')
    .requiredOption('--from <month>', '起始月份 / first month')
    .requiredOption('--to <month>', '结束月份 / last month')
    .option('--as-of <instant>', '按当时所知 / as known then')
    .option('--hash', '只给数目与校验值 / only counts and hash')
    .action(run);
}

async function run(options: Options): Promise<void> {
  const context = contextOf(options);
  const range = { from: parseMonth(options.from), to: parseMonth(options.to) };
  const asOf = options.asOf === undefined ? {} : { asOf: parseInstant(options.asOf) };
  await using engine = await engineOf(context);
  const progress = startProgress(
    '重演 / replay',
    engine.config.jurisdiction.regions.length * monthRange(range.from, range.to).length,
  );
  const result = await replay(engine, { ...range, ...asOf, onProgress: progress.step }).finally(progress.stop);
  const { evaluations, episodes, hash } = result;
  context.out.document({ evaluations, episodes: options.hash === true ? episodes.length : episodes, hash });
  if (options.hash !== true) {
    context.out.table(
      ['县市', '情形', '起', '止'],
      episodes.map((e) => [e.region, e.kind, e.start, e.end ?? '至今']),
    );
  }
  context.out.line(`评估 ${evaluations} 次，情形 ${episodes.length} 段，校验值 ${hash}`);
}
