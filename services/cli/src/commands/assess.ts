import { AppError, monthText } from '@quhua/core';
import type { AssessmentsOf, Engine } from '@quhua/engine';
import type { Command } from 'commander';
import { parseInstant, parseMonth } from '../arguments.ts';
import { printAssessments } from '../assessment-table.ts';
import { type CommonOptions, contextOf, engineOf, withCommonOptions } from '../context.ts';

type Options = CommonOptions & { month?: string; from?: string; to?: string; asOf?: string; rulebook?: string };

const EXAMPLES = `
例 / examples:
  quhua assess                                    最新一个月 / the newest month
  quhua assess --month 2025-10 --json
  quhua assess --from 2025-01 --to 2025-10
  quhua assess --month 2025-10 --as-of 2025-11-06 按那一天所知 / as known on that day`;

export function assess(command: Command): void {
  withCommonOptions(command)
    .option('--month <month>', '评估月份，如 2025-10，默认最新 / the month, the newest if not given')
    .option('--from <month>', '起始月份，与 --to 同用 / first month, with --to')
    .option('--to <month>', '结束月份 / last month')
    .option('--as-of <instant>', '按当时所知评估，不改变任何东西 / as known then; changes nothing')
    .option('--rulebook <id>', '规则版本，非现行规则时不改变任何东西 / rulebook; one not in force changes nothing')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(options: Options): Promise<void> {
  const given = givenRange(options);
  const asOf = options.asOf === undefined ? {} : { asOf: parseInstant(options.asOf) };
  const rulebook = options.rulebook === undefined ? {} : { rulebook: options.rulebook };
  const context = await contextOf(options);
  const { assessmentsOf } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const range = given ?? (await newestMonth(engine));
  const result: AssessmentsOf = await assessmentsOf(engine, { ...range, ...asOf, ...rulebook });
  context.out.document(result);
  const tiers = engine.config.rulebooks.get(result.rulebook)?.tiers ?? [];
  for (const { month, regions } of result.months) {
    const title = `${engine.config.jurisdiction.name} ${monthText(month)}  规则 ${result.rulebook}  口径 ${result.definition}`;
    printAssessments(context.out, { title, regions, tiers });
  }
}

function givenRange({ month, from, to }: Options): { from: string; to: string } | null {
  if (month !== undefined && (from !== undefined || to !== undefined))
    throw usage('--month 与 --from/--to 不能同用 / either --month or a range');
  if (month !== undefined) return { from: parseMonth(month), to: parseMonth(month) };
  if (from === undefined && to === undefined) return null;
  if (from === undefined || to === undefined) throw usage('--from 与 --to 要一起给 / --from needs --to');
  if (parseMonth(from) > parseMonth(to)) throw usage(`起始月份晚于结束月份：${from} > ${to} / the range is empty`);
  return { from, to };
}

async function newestMonth({ database, config }: Engine): Promise<{ from: string; to: string }> {
  const { findLatestMonth } = await import('@quhua/storage');
  const month = await findLatestMonth(database.db, config.jurisdiction.code);
  if (month !== undefined) return { from: month, to: month };
  const message = '还没有任何数据：先用 quhua ingest 接收文件 / nothing was ingested yet';
  throw new AppError('not_found', 'NO_OBSERVATIONS', message);
}

function usage(message: string): AppError {
  return new AppError('invalid', 'USAGE', message);
}
