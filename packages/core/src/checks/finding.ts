import { formatCentisqm } from '../area.ts';
import { isArea } from './figures.ts';
import type { CheckCode, ChecksSettings } from './registry.ts';

/**
 * Something that a check found, without its place: the caller knows sheet, row and header.
 *
 * Shapes: `line` null means the file as a whole, `column` null the whole row. `facts` hold what the finding rests on,
 * figures as exact decimal text.
 */
export type Finding = {
  readonly code: CheckCode;
  readonly level: 'warn' | 'refuse' | 'hold';
  readonly line: number | null;
  readonly column: string | null;
  readonly zh: string;
  readonly en: string;
  readonly facts: Readonly<Record<string, string>>;
};

/** What a check says before its level is known. */
export type Said = Omit<Finding, 'code' | 'level'>;

/** What a check says of a row that it finds nothing in. */
export const NOTHING: readonly Said[] = [];

/** Findings at the check's level; none where it is off. */
export function findingsOf({ checks }: ChecksSettings, code: CheckCode, said: readonly Said[]): Finding[] {
  const { level } = checks[code];
  return level === 'off' ? [] : said.map((one) => ({ code, level, ...one }));
}

/** A figure as people write it: ㎡ with 2 decimals, or homes. */
export function figureText(value: number | bigint, column: number): string {
  return isArea(column) ? `${formatCentisqm(value)}㎡` : `${value}套`;
}
