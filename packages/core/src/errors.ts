/** What kind of trouble it is; edges translate it (exit code, HTTP status, retry or not). */
export type ErrorKind = 'invalid' | 'not_found' | 'conflict' | 'transient' | 'permanent';

export type AppErrorOptions = { readonly cause?: unknown; readonly details?: unknown };

/**
 * An error somebody can act on: its message says what, where and what to do, Chinese first.
 * Anything else that is thrown is a bug.
 */
export class AppError extends Error {
  readonly kind: ErrorKind;
  /** Unique and greppable, e.g. `RULEBOOK_NOT_TOTAL`. */
  readonly code: string;
  readonly details: unknown;

  constructor(kind: ErrorKind, code: string, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.code = code;
    this.details = options.details ?? null;
  }
}
