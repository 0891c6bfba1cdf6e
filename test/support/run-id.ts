import { randomBytes } from 'node:crypto';

/** Begins every database of every run, on whatever server. */
export const DATABASE_PREFIX = 'quhua_test_';
/** Begins every Redis key of every run. */
export const KEY_PREFIX = 'qt-';

const STARTED = /^(?:quhua_test_|qt-)([0-9a-z]{6})[0-9a-z]{4}[_-]/u;

/** A name for one run: its second of start and a random part, so that leftovers tell their age. */
export function newRunId(now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  return `${seconds.toString(36).padStart(6, '0')}${randomName(4)}`;
}

/** Lower-case letters and digits, fit for a database name, a key and a folder. */
export function randomName(length: number): string {
  return Array.from(randomBytes(length), (byte) => (byte % 36).toString(36)).join('');
}

/** When the run of a database or key began; null for a name that is not of a test run. */
export function runStartOf(name: string): Date | null {
  const seconds = STARTED.exec(name)?.[1];
  return seconds === undefined ? null : new Date(Number.parseInt(seconds, 36) * 1000);
}
