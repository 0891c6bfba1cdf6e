import { AppError, monthText } from '@quhua/core';
import { type AssessmentsOf, assessmentsOf, type Engine, ruleInForce } from '@quhua/engine';
import { findLatestMonth } from '@quhua/storage';
import type { Command } from 'commander';
import { parseInstant, parseMonth } from '../arguments.ts';
import { printAssessments } from '../assessment-table.ts';
import { type CommonOptions, contextOf, engineOf, withCommonOptions } from '../context.ts';

type Options = CommonOptions & { month?: string; from?: string; to?: string; asOf?: string; rulebook?: string };

export function addAssess(program: Command): void {
  withCommonOptions(program.command('assess'))
    .description('评估去化周期与供地档次 / months of supply and tiers')
    .option('--month <month>', '评估月份，如 2025-10 / the month')
    .option('--from <month>', '起始月份 / first month')
    .option('--to <month>', '结束月份 / last month')
    .option('--as-of <instant>', '按当时所知评估，不改变任何东西 / as known then; changes nothing')
    .option('--rulebook <id>', '规则版本 / rulebook')
    .action(assess);
}

async function assess(options: Options): Promise<void> {
  const context = contextOf(options);
  const given = givenRange(options);
  const asOf = options.asOf === undefined ? {} : { asOf: parseInstant(options.asOf) };
  const rulebook = options.rulebook === undefined ? {} : { rulebook: options.rulebook };
  await using engine = await engineOf(context);
  const range = given ?? (await newestMonth(engine));
  const result: AssessmentsOf = await assessmentsOf(engine, { ...range, ...asOf, ...rulebook });
  context.out.document(result);
  if (context.out.json) return;
  const tiers =
    (options.rulebook === undefined ? undefined : engine.config.rulebooks.get(options.rulebook)) ?? ruleInForce(engine);
  for (const { month, regions } of result.months) {
    context.out.line(
      `${engine.config.jurisdiction.name} ${monthText(month)}　规则 ${result.rulebook}　口径 ${result.definition}`,
    );
    printAssessments(context.out, { regions, tiers: tiers.tiers });
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
  const month = await findLatestMonth(database.db, config.jurisdiction.code);
  if (month !== undefined) return { from: month, to: month };
  throw new AppError(
    'not_found',
    'NO_OBSERVATIONS',
    '还没有任何数据：先用 quhua ingest 接收文件 / nothing was ingested yet',
  );
}

function usage(message: string): AppError {
  return new AppError('invalid', 'USAGE', message);
}
