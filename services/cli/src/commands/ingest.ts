import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError, EXIT, type SavedMapping } from '@quhua/core';
import type { Engine, IngestInput, IngestResult, ToldRows } from '@quhua/engine';
import type { Command } from 'commander';
import { parseFeed, parseInstant } from '../arguments.ts';
import { printBatch, ROWS_SHOWN } from '../batch-text.ts';
import { type CommonOptions, contextOf, engineOf, fromCaller, withCommonOptions } from '../context.ts';
import { printChanges, printPreview } from '../plan-text.ts';
import { startProgress } from '../progress.ts';

type Options = CommonOptions & {
  feed?: string;
  asOf?: string;
  map?: string;
  dryRun?: true;
  strict?: true;
  simulated?: true;
};
type Given = Omit<IngestInput, 'name' | 'bytes'>;

/** Largest file that is read into memory; readers have tighter limits of their own. */
const MOST_BYTES = 256 * 1024 * 1024;

/** Steps of the engine that are worth a mark on the way through one file. */
const STEPS: readonly string[] = ['ingest.begun', 'ingest.staged', 'ingest.merged', 'ingest.committed'];

const EXAMPLES = `
例 / examples:
  quhua ingest sales.csv inventory.csv
  quhua ingest sales.csv --dry-run                只看怎样读懂这个文件 / how the file would be read
  quhua ingest 月报.xlsx --map 对照.yaml           文件没写明的由对照说明 / a mapping says what the file does not
  quhua ingest old.csv --as-of 2025-11-06T10:00:00+08:00`;

export function ingest(command: Command): void {
  withCommonOptions(command)
    .argument('<file...>', '一个或多个文件 / one or more files')
    .option('--feed <feed>', '数据源，如 sales、contracts；不给则按表头判断 / which feed, else told by the header')
    .option('--as-of <instant>', '数据为人所知的时点，默认现在 / when it became known, now if not given')
    .option('--map <file>', '怎样读懂这些文件的对照（YAML 或 JSON） / a mapping that settles how they are read')
    .option('--dry-run', '只查看会怎样，不入库 / show what would happen, store nothing')
    .option('--strict', '有任何行被隔离即以 3 退出 / exit 3 if any row is quarantined')
    .option('--simulated', '全部标为模拟数据 / everything in the files is simulated')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options: Options) => {
      process.exitCode = await run(files, options);
    });
}

async function run(files: readonly string[], options: Options): Promise<number> {
  const dryRun = options.dryRun === true;
  const given: Given = {
    by: 'cli',
    ...(options.feed === undefined ? {} : { feed: parseFeed(options.feed) }),
    ...(options.asOf === undefined ? {} : { asOf: parseInstant(options.asOf) }),
    dryRun,
    simulated: options.simulated === true,
  };
  const context = await contextOf(options);
  const mapping = options.map === undefined ? {} : { mapping: await mappingOf(fromCaller(context.env, options.map)) };
  const paths = files.map((file) => fromCaller(context.env, file));
  for (const path of paths) await refuseUnreadable(path);
  let onStep = (): void => {};
  await using engine = await engineOf(context, (step) => {
    if (STEPS.includes(step)) onStep();
  });
  const progress = await startProgress('接收 / ingest', paths.length * STEPS.length);
  let done = 0;
  onStep = () => progress.step(++done);
  const batches = await ingestAll(engine, paths, { ...given, ...mapping }).finally(progress.stop);
  context.out.document({ batches: batches.map(toJson) });
  for (const batch of context.out.json ? [] : batches) {
    printBatch(context.out, batch, await toldOf(engine, batch));
    if (dryRun) printPreview(context.out, batch);
    else if (batch.status !== 'duplicate') printChanges(context.out, batch);
  }
  return exitCode(batches, options.strict === true);
}

/** Errors: not_found/FILE_NOT_FOUND, invalid/MAPPING_INVALID with each fault of the mapping. */
async function mappingOf(path: string): Promise<SavedMapping> {
  await refuseUnreadable(path);
  const { formatFault, readMapping } = await import('@quhua/config');
  const { mapping, faults } = readMapping(basename(path), await readFile(path, 'utf8'));
  if (mapping !== null) return mapping;
  const message = `对照文件 ${path} 有误 / the mapping has faults：\n${faults.map((fault) => `  ${formatFault(fault)}`).join('\n')}`;
  throw new AppError('invalid', 'MAPPING_INVALID', message, { details: faults });
}

async function ingestAll(engine: Engine, paths: readonly string[], given: Given): Promise<IngestResult[]> {
  const { ingestFile } = await import('@quhua/engine');
  const batches: IngestResult[] = [];
  for (const path of paths) {
    batches.push(await ingestFile(engine, { ...given, name: basename(path), bytes: await readFile(path) }));
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
    throw new AppError(
      'invalid',
      'FILE_IS_FOLDER',
      `${path} 是文件夹，请给出其中的文件 / a folder: name the files in it`,
    );
  if (!info.isFile()) throw new AppError('invalid', 'FILE_NOT_REGULAR', `${path} 不是普通文件 / not a regular file`);
  if (info.size > MOST_BYTES)
    throw new AppError('invalid', 'FILE_TOO_LARGE', `${path} 超过 256 MB，请拆分 / too large, split it`);
  await access(path, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, error.code ?? error.message);
  });
}

function unreadable(path: string, why: string): AppError {
  return new AppError('invalid', 'FILE_UNREADABLE', `读不了 ${path}（${why}）：请检查权限 / cannot read the file`);
}

/** Of a file that was known before, all of this was said then. */
async function toldOf(engine: Engine, { id, status, told }: IngestResult): Promise<ToldRows> {
  if (id === null || status === 'duplicate') return told;
  const { listFirstRows } = await import('@quhua/storage');
  const firstOf = (outcome: keyof ToldRows) =>
    listFirstRows(engine.database.db, Number(id), { outcome, limit: ROWS_SHOWN });
  return { quarantined: await firstOf('quarantined'), warned: await firstOf('warned') };
}

function toJson({ rows: { empty, ...rows }, sample, told, ...result }: IngestResult) {
  return { ...result, rows, empty, ...(result.id === null ? { sample, told } : {}) };
}

function exitCode(batches: readonly IngestResult[], strict: boolean): number {
  if (batches.some((batch) => batch.status === 'rejected')) return EXIT.refused;
  return strict && batches.some((batch) => batch.rows.quarantined > 0) ? EXIT.refused : EXIT.done;
}
