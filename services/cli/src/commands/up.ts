import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type CommonOptions, contextOf, withCommonOptions } from '../context.ts';

/** Services do not import each other; this one starts the other as a process of its own. */
const STANDALONE = new URL('../../../standalone/src/main.ts', import.meta.url);

export function addUp(program: Command): void {
  withCommonOptions(program.command('up'))
    .description('启动全部服务：调度、处理、转发 / scheduler, worker and relay in one process')
    .option('--once', '处理一遍即结束 / end after the first pass')
    .option('--no-sample', '不接收模拟数据 / do not take in the sample feeds')
    .action(async (options: CommonOptions & { once?: true; sample: boolean }) => {
      const { env } = contextOf(options);
      const args = [fileURLToPath(STANDALONE), '--config', env.configDir];
      if (options.once === true) args.push('--once');
      if (!options.sample) args.push('--no-sample');
      const child = spawn(process.execPath, args, { stdio: 'inherit' });
      const forward = (signal: NodeJS.Signals): void => {
        child.kill(signal);
      };
      process.on('SIGINT', () => {}); // the terminal tells the child itself
      process.on('SIGTERM', forward);
      process.exitCode = await new Promise<number>((resolve) => {
        child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
      });
      process.off('SIGTERM', forward);
    });
}
