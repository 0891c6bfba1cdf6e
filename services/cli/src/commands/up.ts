import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type CommonOptions, contextOf, withCommonOptions } from '../context.ts';

/** Services do not import each other; this one starts the other as a process of its own. */
const STANDALONE = new URL('../../../standalone/src/main.ts', import.meta.url);

type Options = CommonOptions & { once?: true; sample: boolean };

export function up(command: Command): void {
  withCommonOptions(command)
    .option('--once', '处理一遍即结束 / end after the first pass')
    .option('--no-sample', '不接收模拟数据 / do not take in the sample feeds')
    .action(async (options: Options) => {
      const { env } = await contextOf(options);
      const flags = [...(options.once === true ? ['--once'] : []), ...(options.sample ? [] : ['--no-sample'])];
      const json = options.json === true ? ['--json'] : [];
      process.exitCode = await runToEnd([fileURLToPath(STANDALONE), '--config', env.configDir, ...flags, ...json]);
    });
}

function runToEnd(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, ...args], { stdio: 'inherit' });
  const forward = (signal: NodeJS.Signals): void => {
    // A terminal has told the child too, and a second Ctrl-C would cut it short.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  process.on('SIGINT', forward);
  process.on('SIGTERM', forward);
  return new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  }).finally(() => {
    process.off('SIGINT', forward);
    process.off('SIGTERM', forward);
  });
}
