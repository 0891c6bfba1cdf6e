import { writeFile } from 'node:fs/promises';
import { loadConfig } from '@quhua/config';
import { AppError, addMonths, monthAt } from '@quhua/core';
import { templateCsv } from '@quhua/feeds';
import { systemClock } from '@quhua/runtime';
import type { Command } from 'commander';
import { parseFeed, parseMonth } from '../arguments.ts';
import { type CommonOptions, contextOf, fromCaller, withCommonOptions } from '../context.ts';

type Options = CommonOptions & { out: string; month?: string };

export function addTemplate(program: Command): void {
  withCommonOptions(program.command('template'))
    .description('写出填报模板 / write a template to fill in')
    .argument('<feed>', '数据源：sales、inventory / which feed')
    .requiredOption('--out <file>', '写到哪里，不覆盖已有文件 / where to')
    .option('--month <month>', '填报月份，默认上月 / month to report, the last one if not given')
    .action(async (feedName: string, options: Options) => {
      const { env, out } = contextOf(options);
      const { jurisdiction } = loadConfig(env.configDir);
      const feed = parseFeed(feedName);
      const month =
        options.month === undefined
          ? addMonths(monthAt(systemClock(), jurisdiction.timezone), -1)
          : parseMonth(options.month);
      const path = fromCaller(env, options.out);
      await writeFile(path, templateCsv(feed, jurisdiction.regions, month), { flag: 'wx' }).catch(
        (error: NodeJS.ErrnoException) => {
          const why = error.code === 'EEXIST' ? '文件已存在，请另选名字 / the file exists' : error.message;
          throw new AppError('invalid', 'FILE_NOT_WRITTEN', `写不了 ${path}：${why}`, { cause: error });
        },
      );
      out.document({ feed, month, file: path });
      out.line(`${month} 的模板已写到 ${path}：填好后用 quhua ingest 提交 / template written`);
    });
}
