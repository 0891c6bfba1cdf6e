import { AppError, EXIT } from '@quhua/core';
import type { EndInput, LandAsk } from '@quhua/engine';
import type { Command } from 'commander';
import { parseId, parseInstant } from '../arguments.ts';
import { printBatch } from '../batch-text.ts';
import { type CommonOptions, contextOf, engineOf, withCommonOptions } from '../context.ts';
import { printCheck, printExplanation, printRecheck, printReservation, printStatus } from '../land-text.ts';
import { person } from '../person.ts';
import { certificateCommands } from './land-certificate.ts';

type AskOptions = CommonOptions & {
  region: string;
  parcel: string;
  use: string;
  area: string;
  residentialShare?: string;
  date?: string;
};

const EXAMPLES = `
例 / examples:
  quhua land check --region 英吉沙县 --parcel YJS-07 --use 商品住宅用地 --area 1.2公顷
  quhua land reserve --key 2025-出让-07 --region 英吉沙县 --parcel YJS-07 --use 商品住宅用地 --area 12000
  quhua land confirm --key 2025-出让-07 --area 1.1公顷        签约少于预留的，余下退回 / the rest goes back
  quhua land status --region 英吉沙县                          限额账与每一笔 / the account with its lines
  quhua land record --entry TD2025-0090 --kind 竣工 --region 疏附县 --parcel 疏附2025-01号 --use 商品住宅用地 \\
    --area 18亩 --date 2025-11-20 --document 疏自然资验〔2025〕9号
  quhua land certificate 12 --out 核查单                       核查单：html、docx、json`;

export function land(command: Command): void {
  command.addHelpText('after', EXAMPLES);
  askOptions(command.command('check').description('这宗地现在能供吗 / may this parcel be sold now'))
    .option('--as-of <instant>', '按当时所知答复 / as known then')
    .action((_: AskOptions, child: Command) => check(child.optsWithGlobals()));
  askOptions(command.command('reserve').description('核查并预留限额 / check, and take the quota'))
    .requiredOption('--key <key>', '幂等键：同一键只预留一次 / the same key reserves once')
    .action((_: AskOptions, child: Command) => reserve(child.optsWithGlobals()));
  endCommands(command);
  recordCommand(command);
  withCommonOptions(command.command('status').description('各单元的限额账 / quota accounts'))
    .option('--region <region>', '只看一个单元及其每一笔 / one unit with its lines')
    .option('--year <year>', '年度，默认今年 / the year')
    .option('--as-of <instant>', '按当时所知 / as known then')
    .action((_: CommonOptions, child: Command) => status(child.optsWithGlobals()));
  withCommonOptions(command.command('explain').description('一次答复的依据与推算 / why a decision was made'))
    .argument('<id>', '核查编号 / id of the decision')
    .action((id: string, _: CommonOptions, child: Command) => explain(parseId(id), child.optsWithGlobals()));
  withCommonOptions(command.command('recheck').description('按今天所知重新核查并比较 / ask again, and compare'))
    .argument('<id>', '核查编号 / id of the decision')
    .action((id: string, _: CommonOptions, child: Command) => recheck(parseId(id), child.optsWithGlobals()));
  withCommonOptions(
    command.command('expire').description('释放到期的预留（平时由定时任务做） / end what expired'),
  ).action((_: CommonOptions, child: Command) => expire(child.optsWithGlobals()));
  withCommonOptions(command.command('close-year').description('关闭一个年度的限额账 / close a year'))
    .argument('<year>', '年度 / the year')
    .action((year: string, _: CommonOptions, child: Command) => closeYear(parseYear(year), child.optsWithGlobals()));
  certificateCommands(command);
}

function askOptions(command: Command): Command {
  return withCommonOptions(command)
    .requiredOption('--region <region>', '单元：代码、名称或简称 / the unit')
    .requiredOption('--parcel <no>', '宗地编号 / number of the parcel')
    .requiredOption('--use <use>', '用途，如 商品住宅用地 / land use')
    .requiredOption('--area <area>', '面积：12000、1.2公顷、18亩 / area, ㎡ if no unit')
    .option('--residential-share <share>', '混合用地的商品住宅占比，0–1 / of mixed use')
    .option('--date <day>', '供应日期，默认今天 / day of the sale');
}

function askOf({ region, parcel, use, area, residentialShare, date }: AskOptions): LandAsk {
  return {
    region,
    parcel,
    use,
    area,
    ...(residentialShare === undefined ? {} : { residentialShare }),
    ...(date === undefined ? {} : { date }),
  };
}

async function check(options: AskOptions & { asOf?: string }): Promise<void> {
  const asOf = options.asOf === undefined ? {} : { asOf: parseInstant(options.asOf) };
  const context = await contextOf(options);
  const { checkLand } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const answer = await checkLand(engine, { ...askOf(options), ...asOf, by: person() });
  context.out.document(answer);
  printCheck(context.out, answer, engine.config.jurisdiction.timezone);
}

async function reserve(options: AskOptions & { key: string }): Promise<void> {
  const context = await contextOf(options);
  const { reserveLand } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const answer = await reserveLand(engine, { ...askOf(options), key: options.key, by: person() });
  context.out.document(answer);
  printCheck(context.out, answer, engine.config.jurisdiction.timezone);
  if (answer.reservation === null) process.exitCode = EXIT.refused;
  else printReservation(context.out, answer.reservation, engine.config.jurisdiction.timezone);
}

type EndOptions = CommonOptions & { key: string; reason?: string; area?: string; date?: string };

function endCommands(command: Command): void {
  withCommonOptions(command.command('confirm').description('签约：确认预留，少签的退回 / confirm by contract'))
    .requiredOption('--key <key>', '预留的幂等键 / key of the reservation')
    .option('--area <area>', '签约面积，默认全部 / what was contracted')
    .option('--date <day>', '签约日期，默认今天 / day of the contract')
    .option('--reason <text>', '说明 / a remark')
    .action((_: EndOptions, child: Command) => end('confirm', child.optsWithGlobals()));
  withCommonOptions(command.command('release').description('释放预留 / give a reservation back'))
    .requiredOption('--key <key>', '预留的幂等键 / key of the reservation')
    .option('--reason <text>', '理由 / why')
    .action((_: EndOptions, child: Command) => end('release', child.optsWithGlobals()));
}

async function end(event: 'confirm' | 'release', options: EndOptions): Promise<void> {
  const context = await contextOf(options);
  const { confirmReservation, releaseReservation } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const { key, reason, area, date } = options;
  const input: EndInput = {
    key,
    by: person(),
    ...(reason === undefined ? {} : { reason }),
    ...(area === undefined ? {} : { area }),
    ...(date === undefined ? {} : { date }),
  };
  const reservation = await (event === 'confirm' ? confirmReservation : releaseReservation)(engine, input);
  context.out.document({ reservation });
  printReservation(context.out, reservation, engine.config.jurisdiction.timezone);
}

type RecordOptions = CommonOptions & {
  entry: string;
  kind: string;
  region: string;
  parcel: string;
  use: string;
  area: string;
  date: string;
  document?: string;
  residentialShare?: string;
  correct?: true;
  simulated?: true;
};

function recordCommand(command: Command): void {
  askOptions(command.command('record').description('手工登记一笔土地台账 / enter one line into the ledger'))
    .requiredOption('--entry <no>', '台账编号 / number of the entry')
    .requiredOption('--kind <kind>', '事项：竣工、收回、公告、成交、签约、流拍、终止 / what happened')
    .option('--document <text>', '依据文件或合同编号 / number of the document')
    .option('--correct', '更正已有的同号台账 / correct the entry of that number')
    .option('--simulated', '模拟数据 / simulated data')
    .action((_: RecordOptions, child: Command) => record(child.optsWithGlobals()));
}

async function record(options: RecordOptions): Promise<void> {
  if (options.date === undefined)
    throw new AppError('invalid', 'USAGE', '登记台账要给出 --date / an entry needs its day');
  const context = await contextOf(options);
  const { recordLand } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const { entry, kind, region, parcel, use, area, date, document, residentialShare, correct, simulated } = options;
  const batch = await recordLand(engine, {
    entryNo: entry,
    kind,
    region,
    parcel,
    use,
    area,
    date,
    correct: correct === true,
    simulated: simulated === true,
    by: person(),
    ...(document === undefined ? {} : { document }),
    ...(residentialShare === undefined ? {} : { residentialShare }),
  });
  context.out.document({ batches: [batch] });
  printBatch(context.out, batch, batch.told);
}

async function status(options: CommonOptions & { region?: string; year?: string; asOf?: string }): Promise<void> {
  const { region, year, asOf } = options;
  const input = {
    ...(region === undefined ? {} : { region }),
    ...(year === undefined ? {} : { year: parseYear(year) }),
    ...(asOf === undefined ? {} : { asOf: parseInstant(asOf) }),
  };
  const context = await contextOf(options);
  const { landStatus } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const found = await landStatus(engine, input);
  context.out.document(found);
  printStatus(context.out, found, engine.config.jurisdiction.name);
}

async function explain(id: number, options: CommonOptions): Promise<void> {
  const context = await contextOf(options);
  const { explainLand } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const found = await explainLand(engine, id);
  context.out.document(found);
  printExplanation(context.out, found, engine.config.jurisdiction.timezone);
}

async function recheck(id: number, options: CommonOptions): Promise<void> {
  const context = await contextOf(options);
  const { recheckLand } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const found = await recheckLand(engine, { id, by: person() });
  context.out.document(found);
  printRecheck(context.out, found);
}

async function expire(options: CommonOptions): Promise<void> {
  const context = await contextOf(options);
  const { expireReservations } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const expired = await expireReservations(engine);
  context.out.document({ expired });
  context.out.line(`到期释放 ${expired} 笔预留 / reservations ended`);
}

async function closeYear(year: number, options: CommonOptions): Promise<void> {
  const context = await contextOf(options);
  const { closeLandYear } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const closed = await closeLandYear(engine, year);
  context.out.document(closed);
  context.out.line(`${year}年度的限额账已关闭，共 ${closed.closed} 个单元 / closed`);
}

function parseYear(text: string): number {
  if (/^(?:19|20|21)\d{2}$/u.test(text)) return Number(text);
  throw new AppError('invalid', 'USAGE', `年度应写作 2025：${text} / a year looks like 2025`);
}
