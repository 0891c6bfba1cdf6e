import { writeFile } from 'node:fs/promises';
import { AppError, addMonths, monthAt } from '@quhua/core';
import { systemClock } from '@quhua/runtime';
import type { Command } from 'commander';
import { parseFeed, parseMonth } from '../arguments.ts';
import { type CommonOptions, contextOf, fromCaller, withCommonOptions } from '../context.ts';

type Options = CommonOptions & { out: string; month?: string };

export function template(command: Command): void {
  withCommonOptions(command)
    .argument('<feed>', '数据源：sales、inventory / which feed')
    .requiredOption('--out <file>', '写到哪里，不覆盖已有文件 / where to; an existing file is kept')
    .option('--month <month>', '填报月份，默认上月 / month to report, the last one if not given')
    .action(async (feedName: string, options: Options) => {
      const feed = parseFeed(feedName);
      const given = options.month === undefined ? null : parseMonth(options.month);
      const { env, out } = await contextOf(options);
      const { loadConfig } = await import('@quhua/config');
      const { templateCsv } = await import('@quhua/feeds');
      const { jurisdiction } = loadConfig(env.configDir);
      const month = given ?? addMonths(monthAt(systemClock(), jurisdiction.timezone), -1);
      const path = fromCaller(env, options.out);
      await writeFile(path, templateCsv(feed, jurisdiction.regions, month), { flag: 'wx' }).catch(
        (error: NodeJS.ErrnoException) => {
          const message = `写不了 ${path}：${whyNot(error)}`;
          throw new AppError('invalid', 'FILE_NOT_WRITTEN', message, { cause: error });
        },
      );
      out.document({ feed, month, file: path });
      out.line(`${month} 的模板已写到 ${path}：填好后用 quhua ingest 提交 / template written`);
    });
}

function whyNot({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EEXIST') return '已经存在，请另选名字 / it exists: choose another name';
  if (code === 'ENOENT' || code === 'ENOTDIR') return '没有这个文件夹 / no such folder';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return '没有权限 / no permission';
  return message;
}
