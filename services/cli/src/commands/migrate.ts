import { createLogger } from '@quhua/runtime';
import type { Command } from 'commander';
import { type CommonOptions, contextOf, withCommonOptions } from '../context.ts';

export function migrate(command: Command): void {
  withCommonOptions(command).action(async (options: CommonOptions) => {
    const { env, out } = await contextOf(options);
    const { openStorage, readSchemaState } = await import('@quhua/storage');
    const log = createLogger(env.logLevel, 'cli');
    const { databaseUrl, home } = env;
    await using database = await openStorage({ databaseUrl, home, name: 'quhua-migrate', log, migrate: 'always' });
    const { applied } = await readSchemaState(database.db);
    out.document({ applied });
    out.line(`数据库结构已是最新：${applied.join('、')} / the schema is current`);
  });
}
