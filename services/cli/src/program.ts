import { EXIT } from '@quhua/core';
import { Command } from 'commander';
import { reportFailure } from './failure.ts';
import { configureHelp } from './help.ts';
import { stoppedWith } from './signals.ts';
import { isAnswered } from './usage.ts';

type Define = (command: Command) => void;
type Entry = { readonly name: string; readonly about: string; readonly load: () => Promise<Define> };

/**
 * Each command's own file is loaded when it is asked for, and what that needs when its command line is sound: loading
 * takes longer than most of the work.
 */
const COMMANDS: readonly Entry[] = [
  {
    name: 'ingest',
    about: '接收数据文件 / take in feed files',
    load: () => import('./commands/ingest.ts').then((m) => m.ingest),
  },
  {
    name: 'approve',
    about: '批准待核的批次 / take in a held batch',
    load: () => import('./commands/batches.ts').then((m) => m.approve),
  },
  {
    name: 'withdraw',
    about: '撤回批次，其数据自现在起不再采信 / stop believing a batch',
    load: () => import('./commands/batches.ts').then((m) => m.withdraw),
  },
  {
    name: 'assess',
    about: '评估去化周期与供地档次 / months of supply and tiers',
    load: () => import('./commands/assess.ts').then((m) => m.assess),
  },
  {
    name: 'plan',
    about: '年度住房计划的完成情况 / what of the year’s plan is done',
    load: () => import('./commands/plan.ts').then((m) => m.plan),
  },
  {
    name: 'projects',
    about: '保交房项目的交付预警 / delivery warning of guaranteed projects',
    load: () => import('./commands/projects.ts').then((m) => m.projects),
  },
  {
    name: 'alerts',
    about: '查看、确认预警 / list, show and confirm alerts',
    load: () => import('./commands/alerts.ts').then((m) => m.alerts),
  },
  {
    name: 'land',
    about: '供地核查、限额、预留与核查单 / may this parcel be sold, quotas, reservations',
    load: () => import('./commands/land.ts').then((m) => m.land),
  },
  {
    name: 'replay',
    about: '按当时所知重演，不存不发 / derive again; stores and sends nothing',
    load: () => import('./commands/replay.ts').then((m) => m.replay),
  },
  {
    name: 'check-config',
    about: '检查配置，一次列出全部错误 / every fault of every file in one run',
    load: () => import('./commands/check-config.ts').then((m) => m.checkConfig),
  },
  {
    name: 'status',
    about: '数据到齐没有、预警发出没有 / is every feed in, is every alert out',
    load: () => import('./commands/status.ts').then((m) => m.status),
  },
  {
    name: 'export',
    about: '导出已知的数据（规范 CSV） / write what is known as canonical CSV',
    load: () => import('./commands/export.ts').then((m) => m.exportCommand),
  },
  {
    name: 'template',
    about: '写出填报模板 / write a template to fill in',
    load: () => import('./commands/template.ts').then((m) => m.template),
  },
  {
    name: 'sample',
    about: '接收配置附带的模拟数据 / take in the simulated sample feeds',
    load: () => import('./commands/sample.ts').then((m) => m.sample),
  },
  {
    name: 'migrate',
    about: '把数据库结构更新到本程序的版本 / bring the schema up to date',
    load: () => import('./commands/migrate.ts').then((m) => m.migrate),
  },
  {
    name: 'up',
    about: '启动调度、处理、转发，直到 Ctrl-C / run scheduler, worker and relay',
    load: () => import('./commands/up.ts').then((m) => m.up),
  },
];

/** Runs one command line; never throws. Returns the exit code. */
export async function runCli(argv: readonly string[]): Promise<number> {
  const json = argv.includes('--json');
  let help = '';
  const write = (text: string): void => {
    if (json) help += text;
    else process.stdout.write(text);
  };
  try {
    const words = commandFirst(argv);
    const program = await createProgram(words[0]);
    await configureHelp(program, { asked: words.some(isHelp), write });
    await program.parseAsync(words, { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : EXIT.done;
  } catch (error) {
    if (!isAnswered(error)) return stoppedWith() ?? (await reportFailure(error, json));
    if (json) process.stdout.write(`${JSON.stringify({ help: help.trim() })}\n`);
    return EXIT.done;
  }
}

/** The command line: every command by name, the asked one with all it takes. */
async function createProgram(asked: string | undefined): Promise<Command> {
  const program = new Command('quhua')
    .description('去化：商品住房去化周期监测与预警 / sell-through monitoring and early warning')
    .usage('COMMAND [options]')
    .version('0.1.0', '-V, --version', '显示版本 / show the version')
    .option('--config <dir>', '配置目录，默认 config/kashgar / configuration directory')
    .option('--json', '只在标准输出写一个 JSON 文档 / one JSON document on stdout')
    .helpCommand(false)
    .enablePositionalOptions(); // what stands behind a command is the command's own
  for (const { name, about, load } of COMMANDS) {
    const command = program.command(name).description(about);
    if (name === asked) (await load())(command);
  }
  return program;
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h';
}

/** Options may stand before the command too; `help COMMAND` is `COMMAND --help`. */
function commandFirst(argv: readonly string[]): readonly string[] {
  const [first = '', ...rest] = argv;
  if (first === 'help') return [...rest, '--help'];
  if (!first.startsWith('-')) return argv;
  const isCommand = (word: string): boolean => COMMANDS.some(({ name }) => name === word);
  const at = argv.findIndex((word, index) => isCommand(word) && argv[index - 1] !== '--config');
  return at === -1 ? argv : [argv[at] ?? '', ...argv.slice(0, at), ...argv.slice(at + 1)];
}
