import {
  AppError,
  CASE_TEXT,
  PROJECT_LEVEL_TEXT,
  PROJECT_LEVELS,
  type ProjectLevel,
  SETTABLE_CASES,
  type SettableCase,
} from '@quhua/core';
import type { Command } from 'commander';
import { parseInstant } from '../arguments.ts';
import { type CommonOptions, contextOf, engineOf, withCommonOptions } from '../context.ts';
import { person } from '../person.ts';
import { printProject } from '../project-page-table.ts';
import { printProjects } from '../project-table.ts';
import { trialCommand } from './projects-trial.ts';

type ViewOptions = CommonOptions & { date?: string; asOf?: string };
type ListOptions = ViewOptions & { level?: string; region?: string };
type CaseOptions = CommonOptions & { to: string; reason: string; document?: string };

const EXAMPLES = `
例 / examples:
  quhua projects                                   全部项目，最重的在前；户数和资金 / all projects, the worst first
  quhua projects --level red --region 莎车县
  quhua projects show BJF310102                    指标、理由、来龙去脉和出处 / indicators, reasons, history, sources
  quhua projects show BJF310102 --date 2025-08-31 --as-of 2025-09-05
  quhua projects trial --config /tmp/试算                换一套界限会怎样；预警准不准 / what other limits would have done
  quhua projects set-state BJF310102 --to 督办 --reason 专班约谈 --document 喀保交专〔2025〕3号`;

export function projects(command: Command): void {
  viewOptions(command)
    .option('--level <level>', `只看一级：${PROJECT_LEVELS.join('、')} / one level`)
    .option('--region <region>', '只看一个县市 / one unit')
    .addHelpText('after', EXAMPLES)
    .action((options: ListOptions) => list(options));
  viewOptions(command.command('show').description('一个项目的指标、理由和全过程 / one project with its history'))
    .argument('<no>', '项目编号 / number of the project')
    .action((no: string, _: ViewOptions, child: Command) => show(no, child.optsWithGlobals()));
  withCommonOptions(
    command.command('set-state').description('督办、确认已交付或已化解 / what people decide about a project'),
  )
    .argument('<no>', '项目编号 / number of the project')
    .requiredOption('--to <state>', `${SETTABLE_CASES.map((one) => `${one} ${WORDS[one]}`).join('、')} / the state`)
    .requiredOption('--reason <text>', '理由 / why')
    .option('--document <text>', '依据文件；化解必须有 / document, needed for 化解')
    .action((no: string, _: CaseOptions, child: Command) => setState(no, child.optsWithGlobals()));
  trialCommand(command);
}

function viewOptions(command: Command): Command {
  return withCommonOptions(command)
    .option('--date <day>', '哪一天的情况，默认今天 / on which day')
    .option('--as-of <instant>', '按当时所知 / as known then');
}

function viewOf({ date, asOf }: ViewOptions) {
  return {
    ...(date === undefined ? {} : { date }),
    ...(asOf === undefined ? {} : { asOf: parseInstant(asOf) }),
  };
}

async function list(options: ListOptions): Promise<void> {
  const { level, region } = options;
  const input = {
    ...viewOf(options),
    ...(level === undefined ? {} : { level: parseLevel(level) }),
    ...(region === undefined ? {} : { region }),
  };
  const context = await contextOf(options);
  const { listProjectRisks } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const found = await listProjectRisks(engine, input);
  context.out.document(found);
  if (!context.out.json) printProjects(context.out, found, engine.config.jurisdiction);
}

async function show(projectNo: string, options: ViewOptions): Promise<void> {
  const input = { ...viewOf(options), projectNo };
  const context = await contextOf(options);
  const { showProject } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const found = await showProject(engine, input);
  context.out.document(found);
  if (!context.out.json) printProject(context.out, found, engine.config.jurisdiction);
}

const WORDS: Readonly<Record<SettableCase, string>> = {
  ...{ supervised: CASE_TEXT.supervised, delivered: CASE_TEXT.delivered, defused: CASE_TEXT.defused },
  automatic: '按等级',
};

async function setState(projectNo: string, options: CaseOptions): Promise<void> {
  const { to, reason, document } = options;
  const input = { projectNo, to: parseCase(to), reason, by: person(), ...(document === undefined ? {} : { document }) };
  const context = await contextOf(options);
  const { setProjectCase } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const outcome = await setProjectCase(engine, input);
  context.out.document(outcome);
  context.out.line(`${projectNo}：${CASE_TEXT[outcome.from]} → ${CASE_TEXT[outcome.state]}（${input.by}，${reason}）`);
}

function parseLevel(text: string): ProjectLevel {
  const found = PROJECT_LEVELS.find(
    (level) => level === text || PROJECT_LEVEL_TEXT[level] === text || PROJECT_LEVEL_TEXT[level] === `${text}色`,
  );
  if (found !== undefined) return found;
  throw new AppError('invalid', 'USAGE', `没有等级“${text}”：${PROJECT_LEVELS.join('、')} / no such level`);
}

function parseCase(text: string): SettableCase {
  const found = SETTABLE_CASES.find((one) => one === text || WORDS[one] === text || WORDS[one] === `已${text}`);
  if (found !== undefined) return found;
  const known = SETTABLE_CASES.map((one) => `${one}（${WORDS[one]}）`).join('、');
  throw new AppError('invalid', 'USAGE', `状态应为 ${known}：${text} / no such state; 正常、关注、预警由等级得出`);
}
