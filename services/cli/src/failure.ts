import { styleText } from 'node:util';
import { AppError, EXIT, EXIT_OF_KIND } from '@quhua/core';
import { CommanderError } from 'commander';
import { usageText } from './usage.ts';

/** Tells what went wrong, in the form that was asked for; returns the exit code. */
export async function reportFailure(error: unknown, json: boolean): Promise<number> {
  const known = await toKnown(error);
  if (known instanceof AppError) {
    const { kind, code, message, details } = known;
    if (json) process.stdout.write(`${JSON.stringify({ error: { kind, code, message, details } })}\n`);
    else process.stderr.write(`${red(`错误 ${code}`)}：${message}\n`);
    return EXIT_OF_KIND[kind];
  }
  const message = `程序错误，请报告 / a bug, please report: ${error instanceof Error ? error.message : String(error)}`;
  if (json)
    process.stdout.write(`${JSON.stringify({ error: { kind: 'bug', code: 'BUG', message, details: null } })}\n`);
  process.stderr.write(`${red(message)}\n${error instanceof Error ? error.stack : ''}\n`);
  return EXIT.bug;
}

/** An error that says what to do, where we know what it means; any other as it is. */
async function toKnown(error: unknown): Promise<unknown> {
  if (error instanceof AppError) return error;
  if (error instanceof CommanderError) return new AppError('invalid', 'USAGE', usageText(error));
  if (error instanceof Error && isFileError(error)) {
    const { code, path } = error;
    const message = `读写 ${path} 失败（${code}）：请检查路径、权限和磁盘空间 / file access failed: check path, permissions and disk space`;
    return new AppError('permanent', 'FILE_ACCESS', message, { cause: error });
  }
  const { toAppError } = await import('@quhua/storage');
  return toAppError(error);
}

function isFileError(error: NodeJS.ErrnoException): error is NodeJS.ErrnoException & { code: string; path: string } {
  return error.path !== undefined && error.code !== undefined && error.syscall !== 'connect';
}

function red(text: string): string {
  return styleText('red', text, { stream: process.stderr });
}
