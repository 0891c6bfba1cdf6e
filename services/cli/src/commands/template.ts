import { stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import {
  AppError,
  addMonths,
  FEED_NAMES,
  type FeedName,
  type FeedsSettings,
  type Jurisdiction,
  type Month,
  monthAt,
} from '@quhua/core';
import { systemClock } from '@quhua/runtime';
import type { Command } from 'commander';
import { parseFeed, parseMonth } from '../arguments.ts';
import { type CommonOptions, contextOf, fromCaller, withCommonOptions } from '../context.ts';
import { whyNotWritten } from '../not-written.ts';

type Options = CommonOptions & { out: string; month?: string };

export function template(command: Command): void {
  withCommonOptions(command)
    .argument('<feed>', `数据源：${FEED_NAMES.join('、')} / which feed`)
    .requiredOption(
      '--out <file>',
      '写到哪里：.xlsx 或 .csv，或一个文件夹；不覆盖已有文件 / where to: .xlsx, .csv or a folder; an existing file is kept',
    )
    .option('--month <month>', '填报月份，默认上月 / month to report, the last one if not given')
    .action(async (feedName: string, options: Options) => {
      const feed = parseFeed(feedName);
      const given = options.month === undefined ? null : parseMonth(options.month);
      const { env, out } = await contextOf(options);
      const { loadConfig } = await import('@quhua/config');
      const { jurisdiction, feeds: settings } = loadConfig(env.configDir);
      const month = given ?? addMonths(monthAt(systemClock(), jurisdiction.timezone), -1);
      const path = await fileAt(fromCaller(env, options.out), feed);
      const content = await contentOf(path, feed, { jurisdiction, settings, month });
      await writeFile(path, content, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
        throw new AppError('invalid', 'FILE_NOT_WRITTEN', `写不了 ${path}：${whyNotWritten(error)}`, { cause: error });
      });
      out.document({ feed, month, file: path });
      out.line(`${month} 的模板已写到 ${path}：填好后用 quhua ingest 提交 / template written`);
    });
}

/** In a folder the template has its own name. */
async function fileAt(path: string, feed: FeedName): Promise<string> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return path;
  const { templateFileName } = await import('@quhua/feeds');
  return join(path, templateFileName(feed));
}

type Content = {
  readonly jurisdiction: Jurisdiction;
  readonly settings: FeedsSettings;
  readonly month: Month;
};

/** The ending says which kind is wanted. */
async function contentOf(path: string, feed: FeedName, { jurisdiction, settings, month }: Content) {
  const { templateCsv, templateWorkbook } = await import('@quhua/feeds');
  const { regions } = jurisdiction;
  const ending = extname(path).toLowerCase();
  if (ending === '.csv') return templateCsv(feed, regions, month);
  if (ending === '.xlsx') return templateWorkbook(feed, { regions, month, settings, jurisdiction });
  const message = `模板写成 .xlsx 或 .csv，${path} 两样都不是 / a template is written as .xlsx or .csv`;
  throw new AppError('invalid', 'FILE_NOT_WRITTEN', message);
}
