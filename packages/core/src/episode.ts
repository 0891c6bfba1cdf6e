import type { Assessment } from './assess.ts';
import { type Month, monthIndex } from './month.ts';

/** Kinds of alert that follow from the assessments of one unit. */
export const EPISODE_KINDS = ['TIER_SUSPEND', 'TIER_SWAP', 'STOCK_GREW'] as const;
export type EpisodeKind = (typeof EPISODE_KINDS)[number];

/** A run of months in which a condition held; a month that says nothing neither begins nor ends it. */
export type Episode = {
  readonly kind: EpisodeKind;
  readonly start: Month;
  /** First month in which it is known not to hold any more; null while it runs. */
  readonly end: Month | null;
};

/**
 * Episodes of one unit, by kind and then by start.
 *
 * Shapes: `assessments` in month order, without gaps; at most one episode a kind is running, the last of its kind.
 * Missing: a month without a tier changes nothing, so missing data never ends an episode.
 */
export function episodesOf(assessments: readonly Assessment[]): Episode[] {
  return continueEpisodes([], assessments);
}

/**
 * Episodes after months were derived again: what ended before the first of them stays, the rest follows from them.
 * Equals `episodesOf` over all months, without looking at the earlier ones again.
 *
 * Shapes: `known` are the episodes of the months before and whatever the old versions of these months gave;
 * `assessments` reach to the newest derived month.
 */
export function continueEpisodes(known: readonly Episode[], assessments: readonly Assessment[]): Episode[] {
  const from = assessments[0]?.month;
  if (from === undefined) return [...known];
  return EPISODE_KINDS.flatMap((kind) => {
    const before = known.filter((episode) => episode.kind === kind && episode.start < from);
    const settled = before.filter(({ end }) => end !== null && end < from);
    const running = before.find(({ end }) => end === null || end >= from);
    return [...settled, ...episodesOfKind(kind, assessments, running?.start ?? null)];
  });
}

function episodesOfKind(kind: EpisodeKind, assessments: readonly Assessment[], runningSince: Month | null): Episode[] {
  const episodes: Episode[] = [];
  let start = runningSince;
  for (const assessment of assessments) {
    const state = stateOf(kind, assessment);
    if (state === 'on') start ??= assessment.month;
    if (state !== 'off' || start === null) continue;
    episodes.push({ kind, start, end: assessment.month });
    start = null;
  }
  if (start !== null) episodes.push({ kind, start, end: null });
  return episodes;
}

/** Whether a month says that the condition holds, that it does not, or nothing. */
export function stateOf(kind: EpisodeKind, { landSupply, stockGrew }: Assessment): 'on' | 'off' | 'unknown' {
  if (landSupply === null) return 'unknown';
  if (kind === 'TIER_SUSPEND') return landSupply === 'suspended' ? 'on' : 'off';
  if (kind === 'TIER_SWAP') return landSupply === 'swap' ? 'on' : 'off';
  if (landSupply !== 'swap') return 'off';
  return stockGrew === null ? 'unknown' : stockGrew ? 'on' : 'off';
}

/** The open alert of one kind, as far as deciding about it needs. */
export type OpenAlert = { readonly id: string; readonly kind: EpisodeKind; readonly since: Month };

export type AlertChange =
  | { readonly change: 'open'; readonly kind: EpisodeKind; readonly since: Month }
  /** `silent`: it ended and began anew between two looks; one message, about the new one, is enough. */
  | {
      readonly change: 'resolve';
      readonly kind: EpisodeKind;
      readonly id: string;
      readonly end: Month | null;
      readonly silent: boolean;
    }
  /** The same alert, with a corrected beginning: recorded, nobody is told again. */
  | { readonly change: 'restate'; readonly kind: EpisodeKind; readonly id: string; readonly since: Month };

/**
 * What must happen to a unit's open alerts so that they agree with its episodes: at most one message a kind, whatever was restated.
 *
 * Shapes: at most one open alert a kind. `end` is null where a correction removed the episode altogether.
 */
export function planAlerts(open: readonly OpenAlert[], episodes: readonly Episode[]): AlertChange[] {
  return EPISODE_KINDS.flatMap((kind) => {
    const alert = open.find((candidate) => candidate.kind === kind) ?? null;
    return planKind(
      kind,
      alert,
      episodes.filter((episode) => episode.kind === kind),
    );
  });
}

function planKind(kind: EpisodeKind, alert: OpenAlert | null, episodes: readonly Episode[]): AlertChange[] {
  const last = episodes.at(-1);
  const running = last?.end === null ? last : null;
  if (alert === null) return running === null ? [] : [{ change: 'open', kind, since: running.start }];
  const own = episodes.find((episode) => covers(episode, alert.since));
  if (running === null) {
    return [{ change: 'resolve', kind, id: alert.id, end: own?.end ?? null, silent: false }];
  }
  if (own !== undefined && own.end !== null) {
    const resolve: AlertChange = { change: 'resolve', kind, id: alert.id, end: own.end, silent: true };
    return [resolve, { change: 'open', kind, since: running.start }];
  }
  return running.start === alert.since ? [] : [{ change: 'restate', kind, id: alert.id, since: running.start }];
}

function covers({ start, end }: Episode, month: Month): boolean {
  const index = monthIndex(month);
  return monthIndex(start) <= index && (end === null || index < monthIndex(end));
}
