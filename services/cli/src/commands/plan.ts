import { AppError } from '@quhua/core';
import type { PlanProgressInput } from '@quhua/engine';
import type { Command } from 'commander';
import { parseInstant } from '../arguments.ts';
import { type CommonOptions, contextOf, engineOf, withCommonOptions } from '../context.ts';
import { printPlan } from '../plan-progress-table.ts';

type Options = CommonOptions & { year?: string; region?: string; date?: string; asOf?: string };

const EXAMPLES = `
例 / examples:
  quhua plan                                      本年计划的完成情况和勾稽疑点 / this year's plan
  quhua plan --year 2025 --region 巴楚县
  quhua plan --date 2025-10-31 --as-of 2025-11-06 到那一天的完成数，按当时所知 / done by a day, as known then`;

export function plan(command: Command): void {
  withCommonOptions(command)
    .option('--year <year>', '哪一年的计划，默认今年或最近一年 / year of the plan')
    .option('--region <region>', '只看一个县市：代码、名称或简称 / one unit')
    .option('--date <day>', '到哪一天的完成数，默认今天 / up to which day')
    .option('--as-of <instant>', '按当时所知 / as known then')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(options: Options): Promise<void> {
  const { year, region, date, asOf } = options;
  const input: PlanProgressInput = {
    ...(year === undefined ? {} : { year: parseYear(year) }),
    ...(region === undefined ? {} : { region }),
    ...(date === undefined ? {} : { date }),
    ...(asOf === undefined ? {} : { asOf: parseInstant(asOf) }),
  };
  const context = await contextOf(options);
  const { planProgress } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const found = await planProgress(engine, input);
  context.out.document(found);
  if (!context.out.json) printPlan(context.out, found, engine.config.jurisdiction);
}

function parseYear(text: string): number {
  if (/^(?:19|20|21)\d{2}$/u.test(text)) return Number(text);
  throw new AppError('invalid', 'USAGE', `年度应写作 2025：${text} / a year looks like 2025`);
}
