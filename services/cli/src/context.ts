import { resolve } from 'node:path';
import type { OpenEngine } from '@quhua/engine';
import { type Env, readEnv } from '@quhua/runtime';
import type { Command } from 'commander';
import { createOutput, type Output } from './output.ts';
import { releaseOnSignal } from './signals.ts';

/** Options that every command takes. */
export type CommonOptions = { readonly config?: string; readonly json?: boolean };

/** What a command runs with. */
export type CommandContext = { readonly env: Env; readonly out: Output };

/** Adds the options that every command takes. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--config <dir>', '配置目录，默认 config/kashgar / configuration directory')
    .option('--json', '只在标准输出写一个 JSON 文档 / one JSON document on stdout');
}

export async function contextOf({ config, json }: CommonOptions): Promise<CommandContext> {
  const env = readEnv();
  return {
    env: config === undefined ? env : { ...env, configDir: fromCaller(env, config) },
    out: await createOutput({ json: json === true, color: env.color }),
  };
}

/** A path as the user meant it: from where the command was typed. */
export function fromCaller({ callerDir }: Pick<Env, 'callerDir'>, path: string): string {
  return resolve(callerDir, path);
}

/** Opens the installation for one command; the caller disposes of it, a signal does too. */
export async function engineOf({ env }: CommandContext, onStep?: (step: string) => void): Promise<OpenEngine> {
  const { openEngine } = await import('@quhua/engine');
  const steps = onStep === undefined ? {} : { onStep };
  const opening = openEngine({ env, service: 'cli', migrate: 'empty', ...steps });
  const stopWaiting = releaseOnSignal(async () => (await opening).close());
  const engine = await opening;
  const close = (): Promise<void> => {
    stopWaiting();
    return engine.close();
  };
  return { ...engine, close, [Symbol.asyncDispose]: close };
}
