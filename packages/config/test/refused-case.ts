import type { FaultCode } from '../src/index.ts';
import { type Copy, changed } from './good.ts';

export type RefusedCase = {
  readonly code: FaultCode;
  /** `file:line:column path` of every fault that the change must lead to, no more and no fewer. */
  readonly at: readonly string[];
  readonly break: (copy: Copy) => void;
  /** Words that a person needs to see. */
  readonly says?: string;
};

export type Edit = readonly [file: string, from: string, to: string];

/** A case that replaces one piece of one file. */
export function edit(
  code: FaultCode,
  [file, from, to]: Edit,
  at: string | readonly string[],
  says?: string,
): RefusedCase {
  const places = (typeof at === 'string' ? [at] : at).map((place) => (/^\d/u.test(place) ? `${file}:${place}` : place));
  return { code, at: places, break: (copy) => copy.write(file, changed(file, from, to)), ...(says ? { says } : {}) };
}

export function act(code: FaultCode, at: string, change: (copy: Copy) => void): RefusedCase {
  return { code, at: [at], break: change };
}
