import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '@quhua/core';
import { type Engine, type IngestResult, ingestFile } from '@quhua/engine';
import type { Command } from 'commander';
import { parseFeed, parseInstant } from '../arguments.ts';
import { type CommonOptions, contextOf, engineOf, fromCaller, withCommonOptions } from '../context.ts';
import { EXIT } from '../failure.ts';
import type { Output } from '../output.ts';
import { startProgress } from '../progress.ts';

type Options = CommonOptions & { feed?: string; asOf?: string; dryRun?: true; strict?: true; simulated?: true };

/** Largest file that is read into memory; readers have tighter limits of their own. */
const MOST_BYTES = 256 * 1024 * 1024;

export function addIngest(program: Command): void {
  withCommonOptions(program.command('ingest'))
    .description('接收数据文件 / take in feed files')
    .argument('<file...>', '文件 / files')
    .option('--feed <feed>', '数据源：sales、inventory / which feed')
    .option('--as-of <instant>', '数据为人所知的时点 / when the data became known')
    .option('--dry-run', '只查看会怎样，不入库 / show what would happen, store nothing')
    .option('--strict', '有任何行被隔离即以 3 退出 / exit 3 if any row is quarantined')
    .option('--simulated', '全部标为模拟数据 / everything is simulated')
    .action(async (files: string[], options: Options) => {
      process.exitCode = await ingest(files, options);
    });
}

async function ingest(files: readonly string[], options: Options): Promise<number> {
  const context = contextOf(options);
  const given = {
    by: 'cli',
    ...(options.feed === undefined ? {} : { feed: parseFeed(options.feed) }),
    ...(options.asOf === undefined ? {} : { asOf: parseInstant(options.asOf) }),
    dryRun: options.dryRun === true,
    simulated: options.simulated === true,
  };
  const paths = files.map((file) => fromCaller(context.env, file));
  for (const path of paths) await refuseUnreadable(path);
  await using engine = await engineOf(context);
  const batches = await ingestAll(engine, paths, given);
  context.out.document({ batches: batches.map(toJson) });
  for (const batch of batches) printBatch(context.out, batch, options.dryRun === true);
  return exitCode(batches, options.strict === true);
}

async function ingestAll(
  engine: Engine,
  paths: readonly string[],
  given: Omit<Parameters<typeof ingestFile>[1], 'name' | 'bytes'>,
): Promise<IngestResult[]> {
  const progress = startProgress('接收 / ingest', paths.length);
  const batches: IngestResult[] = [];
  try {
    for (const [at, path] of paths.entries()) {
      batches.push(await ingestFile(engine, { ...given, name: basename(path), bytes: await readFile(path) }));
      progress.step(at + 1);
    }
  } finally {
    progress.stop();
  }
  return batches;
}

/** A wrong path stops the command before any file is taken in. */
async function refuseUnreadable(path: string): Promise<void> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw unreadable(path, error.message);
    throw new AppError('not_found', 'FILE_NOT_FOUND', `没有文件 ${path}：请检查路径 / no such file`);
  });
  if (info.isDirectory())
    throw new AppError('invalid', 'FILE_IS_FOLDER', `${path} 是文件夹，请给出文件 / a folder, not a file`);
  if (!info.isFile()) throw new AppError('invalid', 'FILE_NOT_REGULAR', `${path} 不是普通文件 / not a regular file`);
  if (info.size > MOST_BYTES)
    throw new AppError('invalid', 'FILE_TOO_LARGE', `${path} 超过 256 MB，请拆分 / too large, split it`);
}

function unreadable(path: string, why: string): AppError {
  return new AppError('invalid', 'FILE_UNREADABLE', `读不了 ${path}：${why} / cannot read the file`);
}

function toJson({
  id,
  feed,
  file,
  sha256,
  status,
  rows,
  reasons,
  quarantineFile,
  simulated,
  message,
  plan,
}: IngestResult) {
  const { total, accepted, warned, quarantined, duplicate, empty } = rows;
  const counts = { total, accepted, warned, quarantined, duplicate };
  return { id, feed, file, sha256, status, rows: counts, empty, reasons, quarantineFile, simulated, message, plan };
}

const STATUS_TEXT = { accepted: '已接收', held: '待核', duplicate: '重复文件', rejected: '拒收' } as const;

function printBatch(out: Output, batch: IngestResult, dryRun: boolean): void {
  const { total, accepted, warned, quarantined, duplicate, empty } = batch.rows;
  const style = batch.status === 'rejected' ? 'red' : batch.status === 'held' ? 'yellow' : 'green';
  const where = batch.id === null ? '预览' : `批次 ${batch.id}`;
  const simulated = batch.simulated ? ' 【模拟数据】' : '';
  out.line(
    `${out.paint(style, STATUS_TEXT[batch.status])}  ${batch.file}  ${where}  ${batch.feed ?? '未知数据源'}${simulated}`,
  );
  if (batch.message !== null) out.line(`  ${batch.message}`);
  if (batch.status !== 'rejected') {
    out.line(
      `  共 ${total} 行：接收 ${accepted}，带提示 ${warned}，隔离 ${quarantined}，重复 ${duplicate}；空记录 ${empty}`,
    );
  }
  for (const { code, count } of batch.reasons) out.line(`  ${code} × ${count}`);
  if (batch.quarantineFile !== null) out.line(`  隔离行（改好后重新提交）：${batch.quarantineFile}`);
  if (batch.status === 'held' && batch.id !== null) out.line(`  核实后批准：quhua approve ${batch.id}`);
  if (dryRun && batch.plan !== null) printPlan(out, batch.plan);
}

function printPlan(out: Output, plan: NonNullable<IngestResult['plan']>): void {
  out.line(`  编码 ${plan.encoding}，分隔符 ${JSON.stringify(plan.delimiter)}，表头在第 ${plan.headerLine} 行`);
  const rows = plan.columns.map(({ position, header, name, unit, why }) => [
    String(position),
    header,
    name,
    unit ?? '',
    why,
  ]);
  out.table(['列', '表头', '含义', '单位', '依据'], rows);
  for (const note of plan.notes) out.line(`  ${note.code}：${note.message}`);
}

function exitCode(batches: readonly IngestResult[], strict: boolean): number {
  if (batches.some((batch) => batch.status === 'rejected')) return EXIT.refused;
  return strict && batches.some((batch) => batch.rows.quarantined > 0) ? EXIT.refused : EXIT.done;
}
