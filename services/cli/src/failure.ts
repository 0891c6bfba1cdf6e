import { AppError, type ErrorKind } from '@quhua/core';
import { toAppError } from '@quhua/storage';
import { CommanderError } from 'commander';

/** 0 done · 1 bug · 2 bad usage or configuration · 3 the data was refused · 4 not found · 5 a service is down. */
export const EXIT = { done: 0, bug: 1, usage: 2, refused: 3, notFound: 4, down: 5 } as const;

const EXIT_OF_KIND: Readonly<Record<ErrorKind, number>> = {
  invalid: EXIT.usage,
  not_found: EXIT.notFound,
  conflict: EXIT.refused,
  transient: EXIT.down,
  permanent: EXIT.down,
};

/** Tells what went wrong, in the form that was asked for; returns the exit code. */
export function reportFailure(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) return reportUsage(error, json);
  const known = toAppError(error);
  if (known instanceof AppError) {
    const { kind, code, message, details } = known;
    if (json) process.stdout.write(`${JSON.stringify({ error: { kind, code, message, details } })}\n`);
    else process.stderr.write(`错误 ${code}：${message}\n`);
    return EXIT_OF_KIND[kind];
  }
  const message = error instanceof Error ? error.message : String(error);
  const bug = {
    kind: 'bug',
    code: 'BUG',
    message: `程序错误，请报告 / a bug, please report: ${message}`,
    details: null,
  };
  if (json) process.stdout.write(`${JSON.stringify({ error: bug })}\n`);
  process.stderr.write(`${bug.message}\n${error instanceof Error ? error.stack : ''}\n`);
  return EXIT.bug;
}

function reportUsage(error: CommanderError, json: boolean): number {
  if (error.exitCode === 0) return EXIT.done; // --help and --version
  const message = error.message.replace(/^error: /u, '');
  if (json)
    process.stdout.write(`${JSON.stringify({ error: { kind: 'invalid', code: 'USAGE', message, details: null } })}\n`);
  else process.stderr.write(`用法有误：${message}。加 --help 查看用法 / see --help\n`);
  return EXIT.usage;
}
