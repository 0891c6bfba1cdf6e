import { once } from 'node:events';
import { open, rm } from 'node:fs/promises';
import { AppError } from '@quhua/core';
import type { Sink } from '@quhua/engine';
import type { Command } from 'commander';
import { parseFeed, parseId, parseInstant } from '../arguments.ts';
import { type CommonOptions, contextOf, engineOf, fromCaller, withCommonOptions } from '../context.ts';
import { whyNotWritten } from '../not-written.ts';

type Options = CommonOptions & { asOf?: string; batch?: string; out?: string };

const EXAMPLES = `
例 / examples:
  quhua export sales --out sales.csv
  quhua export contracts --as-of 2025-11-06 --out contracts.csv      当时所知 / what was known then
  quhua export sales --batch 12                                       某批次报了什么 / what one batch reported`;

export function exportCommand(command: Command): void {
  withCommonOptions(command)
    .argument('<feed>', '数据源，如 sales、contracts / which feed')
    .option('--as-of <instant>', '按当时所知，默认现在 / as known then, now if not given')
    .option('--batch <id>', '只要某批次的行和列 / rows and columns of one batch only')
    .option('--out <file>', '写到文件，不覆盖已有文件；不给则写到标准输出 / to a file; stdout if not given')
    .addHelpText('after', EXAMPLES)
    .action(async (feedName: string, options: Options) => {
      const feed = parseFeed(feedName);
      const input = {
        feed,
        ...(options.asOf === undefined ? {} : { asOf: parseInstant(options.asOf) }),
        ...(options.batch === undefined ? {} : { batch: parseId(options.batch) }),
      };
      const context = await contextOf(options);
      const { exportFeed } = await import('@quhua/engine');
      await using engine = await engineOf(context);
      const path = options.out === undefined ? null : fromCaller(context.env, options.out);
      const write = (sink: Sink) => exportFeed(engine, input, sink);
      const { formulas, ...exported } = await (path === null ? write(toStdout(context.out.json)) : toFile(path, write));
      context.out.document({ ...exported, file: path });
      if (path !== null) {
        context.out.line(`${exported.rows} 行已写到 ${path}，SHA-256 ${exported.sha256} / written`);
      }
      if (formulas > 0) {
        const warning = `有 ${formulas} 个单元格的原文以公式符号开头：这是给程序读的原值，请不要直接用表格软件打开 / cells that a spreadsheet would run as formulas: for programs only`;
        context.out.note(warning);
      }
    });
}

/** With `--json` stdout is the document's alone: the text is hashed and counted only. */
function toStdout(json: boolean): Sink {
  return async (text) => {
    if (!json && !process.stdout.write(text)) await once(process.stdout, 'drain');
  };
}

/** A new file, whole or not at all. */
async function toFile<T>(path: string, fill: (sink: Sink) => Promise<T>): Promise<T> {
  await using file = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    throw new AppError('invalid', 'FILE_NOT_WRITTEN', `写不了 ${path}：${whyNotWritten(error)}`, { cause: error });
  });
  try {
    return await fill(async (text) => {
      await file.writeFile(text);
    });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
