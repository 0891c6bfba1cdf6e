import { AppError } from './errors.ts';

/** A case with what was said of it beforehand, and whether the event came. Units: a higher score says likelier; ±Infinity may stand. */
export type Scored = { readonly score: number; readonly event: boolean };

/** How well scores rank. Shapes: `value` from 0 to 1, one half for no skill; `events` and `others` count the cases. */
export type Auroc = { readonly value: number; readonly events: number; readonly others: number };

/**
 * Area under the ROC curve: the share of pairs of an event and another case in which the event has the higher score.
 *
 * Shapes: a pair of equal scores counts one half. Counted in whole halves, so that only the last division rounds; the order
 * of the cases does not matter. Missing: null where there is no pair. Errors: invalid/SCORE_NOT_A_NUMBER.
 */
export function auroc(cases: readonly Scored[]): Auroc | null {
  const sorted = cases.toSorted((a, b) => (a.score < b.score ? -1 : a.score > b.score ? 1 : 0));
  let [events, others, halves] = [0, 0, 0];
  for (let from = 0; from < sorted.length; ) {
    const { score } = sorted[from] ?? { score: Number.NaN };
    let [tiedEvents, tiedOthers, to] = [0, 0, from];
    for (; to < sorted.length && sorted[to]?.score === score; to += 1) {
      if (sorted[to]?.event) tiedEvents += 1;
      else tiedOthers += 1;
    }
    if (to === from) throw new AppError('invalid', 'SCORE_NOT_A_NUMBER', 'a score that is not a number ranks nowhere');
    halves += tiedEvents * (2 * others + tiedOthers);
    events += tiedEvents;
    others += tiedOthers;
    from = to;
  }
  return events === 0 || others === 0 ? null : { value: halves / (2 * events * others), events, others };
}

export type Resampling = {
  readonly resamples: number;
  /** A whole number from 0 up to, not including, the bound. */
  readonly random: (below: number) => number;
};

/**
 * The middle 95 % (nearest rank) of a statistic over resamples of whole groups, drawn with replacement.
 *
 * Shapes: cases of one group belong together and are drawn together. Missing: resamples without a value are left out; null if
 * none has one.
 */
export function groupInterval<T>(
  groups: readonly (readonly T[])[],
  statistic: (cases: readonly T[]) => number | null,
  { resamples, random }: Resampling,
): readonly [low: number, high: number] | null {
  const values: number[] = [];
  for (let nth = 0; nth < resamples; nth += 1) {
    const value = statistic(groups.flatMap(() => groups[random(groups.length)] ?? []));
    if (value !== null) values.push(value);
  }
  values.sort((a, b) => a - b);
  const [low, high] = [0.025, 0.975].map((share) => values[Math.max(0, Math.ceil(share * values.length) - 1)]);
  return low === undefined || high === undefined ? null : [low, high];
}
