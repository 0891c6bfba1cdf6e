/** How far a year has run on some day. */
export type Elapsed = { readonly day: number; readonly days: number };

/** How what is done stands beside the calendar; `INCOMPLETE`: what is known may be too little to say `BEHIND`. */
export const PACES = ['DONE', 'AHEAD', 'ON_PACE', 'BEHIND', 'INCOMPLETE', 'NO_DATA', 'NOT_PLANNED'] as const;
export type Pace = (typeof PACES)[number];

export const PACE_TEXT: Readonly<Record<Pace, string>> = {
  DONE: '已完成',
  AHEAD: '超前',
  ON_PACE: '正常',
  BEHIND: '落后',
  INCOMPLETE: '数据不足',
  NO_DATA: '无数据',
  NOT_PLANNED: '未安排',
};

const DAY_MS = 86_400_000;

/** How far `year` had run at the end of a day. Shapes: nothing of a year that had not begun, all of one that was over. */
export function elapsedIn(year: number, day: string): Elapsed {
  const first = Date.UTC(year, 0, 1);
  const days = (Date.UTC(year + 1, 0, 1) - first) / DAY_MS;
  const passed = (Date.parse(`${day}T00:00:00Z`) - first) / DAY_MS + 1;
  return { day: Math.max(0, Math.min(days, passed)), days };
}

export type PaceInput = {
  /** Missing: null is not 0. */
  readonly done: number | null;
  readonly target: number | null;
  /** Something is missing of `done`: it is at least this. */
  readonly atLeast: boolean;
  readonly elapsed: Elapsed;
  readonly withinPercent: number;
};

/**
 * How a target stands beside the calendar, exactly: on pace while done/target is within so many percent of day/days.
 *
 * Missing: of a figure that is too low, at most, `BEHIND` cannot be said; the others hold as “at least”.
 * Source: METHODS.md, plan watch.
 */
export function paceOf({ done, target, atLeast, elapsed, withinPercent }: PaceInput): Pace {
  if (target === null || target === 0) return 'NOT_PLANNED';
  if (done === null) return 'NO_DATA';
  if (done >= target) return 'DONE';
  const [wanted, day, days] = [BigInt(target), BigInt(elapsed.day), BigInt(elapsed.days)];
  const ahead = (BigInt(done) * days - wanted * day) * 100n;
  const band = BigInt(withinPercent) * wanted * days;
  if (ahead > band) return 'AHEAD';
  if (ahead >= -band) return 'ON_PACE';
  return atLeast ? 'INCOMPLETE' : 'BEHIND';
}

/** a/b as decimal text, rounded half up; for people only. Shapes: both at least 0, b above 0. */
export function quotientText(a: bigint, b: bigint, decimals: number): string {
  const scale = 10n ** BigInt(decimals);
  const digits = ((a * scale * 2n + b) / (b * 2n)).toString().padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
