import { monthRange } from '@quhua/core';
import type { Replay } from '@quhua/engine';
import type { Command } from 'commander';
import { parseInstant, parseMonth } from '../arguments.ts';
import { type CommonOptions, contextOf, engineOf, withCommonOptions } from '../context.ts';
import type { Output } from '../output.ts';
import { startProgress } from '../progress.ts';

type Options = CommonOptions & { from: string; to: string; asOf?: string; hash?: true };

export function replay(command: Command): void {
  withCommonOptions(command)
    .requiredOption('--from <month>', '起始月份 / first month')
    .requiredOption('--to <month>', '结束月份 / last month')
    .option('--as-of <instant>', '按当时所知 / as known then')
    .option('--hash', '只给数目与校验值 / only counts and hash')
    .action(run);
}

async function run(options: Options): Promise<void> {
  const range = { from: parseMonth(options.from), to: parseMonth(options.to) };
  const months = monthRange(range.from, range.to).length;
  const asOf = options.asOf === undefined ? {} : { asOf: parseInstant(options.asOf) };
  const context = await contextOf(options);
  const { replay: replayEpisodes } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const { regions } = engine.config.jurisdiction;
  const progress = await startProgress('重演 / replay', regions.length * months);
  const result = await replayEpisodes(engine, { ...range, ...asOf, onProgress: progress.step }).finally(progress.stop);
  const { evaluations, episodes, hash } = result;
  context.out.document({ evaluations, episodes: options.hash === true ? episodes.length : episodes, hash });
  if (options.hash !== true) {
    printEpisodes(context.out, episodes, new Map(regions.map(({ code, name }) => [code, name])));
  }
  context.out.line(`评估 ${evaluations} 次，情形 ${episodes.length} 段 / evaluations, episodes`);
  context.out.line(`校验值 / hash ${hash}`);
}

function printEpisodes(out: Output, episodes: Replay['episodes'], names: ReadonlyMap<string, string>): void {
  out.table(
    [{ head: '代码' }, { head: '县市' }, { head: '情形' }, { head: '起' }, { head: '止' }],
    episodes.map(({ region, kind, start, end }) => [region, names.get(region) ?? '', kind, start, end ?? '至今']),
  );
}
