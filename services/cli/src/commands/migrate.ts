import { createLogger } from '@quhua/runtime';
import { openStorage, readSchemaState } from '@quhua/storage';
import type { Command } from 'commander';
import { type CommonOptions, contextOf, withCommonOptions } from '../context.ts';

export function addMigrate(program: Command): void {
  withCommonOptions(program.command('migrate'))
    .description('把数据库结构更新到本程序的版本 / bring the schema up to date')
    .action(async (options: CommonOptions) => {
      const { env, out } = contextOf(options);
      const log = createLogger(env.logLevel, 'cli');
      const { databaseUrl, home } = env;
      await using database = await openStorage({ databaseUrl, home, name: 'quhua-migrate', log, migrate: 'always' });
      const { applied } = await readSchemaState(database.db);
      out.document({ applied });
      out.line(`数据库结构已是最新：${applied.join('、')} / schema is current`);
    });
}
