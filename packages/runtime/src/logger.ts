import { pino } from 'pino';
import type { Env } from './env.ts';

/** Structured log lines; ids go here, never into metric labels. */
export type Logger = {
  readonly debug: (fields: object, message: string) => void;
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
};

const SECRET_PATHS = ['password', '*.password', 'connectionString', '*.connectionString', 'secret', '*.secret'];

/** A logger that writes one JSON line per entry to stderr, so that stdout stays the command's answer. */
export function createLogger(level: Env['logLevel'], service: string): Logger {
  return pino({ level, base: { service }, redact: SECRET_PATHS }, pino.destination({ fd: 2, sync: true }));
}

/** A logger that says nothing, for tests and for callers that report themselves. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
