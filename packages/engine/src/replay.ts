import { createHash } from 'node:crypto';
import { type Episode, episodesOf, type Month } from '@quhua/core';
import { deriveAssessments } from './derive.ts';
import { type Engine, refuseFuture, ruleInForce } from './engine.ts';

export type ReplayInput = {
  readonly from: Month;
  readonly to: Month;
  readonly asOf?: Date;
  readonly onProgress?: (evaluations: number) => void;
};
export type ReplayedEpisode = Episode & { readonly region: string };
export type Replay = {
  readonly evaluations: number;
  readonly episodes: readonly ReplayedEpisode[];
  readonly hash: string;
};

/**
 * What the rule in force would have said, from nothing but the observations known at `asOf`; stores and sends nothing.
 *
 * Shapes: episodes by region code, kind and start. `hash` is SHA-256 over one line an episode, the same text that
 * `episodeLines` makes of the live ones.
 */
export async function replay(engine: Engine, { from, to, asOf, onProgress = () => {} }: ReplayInput): Promise<Replay> {
  const instant = asOf === undefined ? engine.now() : refuseFuture(engine, asOf);
  const episodes: ReplayedEpisode[] = [];
  let evaluations = 0;
  for await (const { code, assessments } of deriveAssessments(engine, {
    rulebook: ruleInForce(engine),
    from,
    to,
    asOf: instant,
  })) {
    evaluations += assessments.length;
    onProgress(evaluations);
    episodes.push(...episodesOf(assessments).map((episode) => ({ region: code, ...episode })));
  }
  episodes.sort((a, b) => (lineOf(a) < lineOf(b) ? -1 : 1));
  return { evaluations, episodes, hash: createHash('sha256').update(episodeLines(episodes)).digest('hex') };
}

/** Episodes as text, one a line, for comparing two accounts of them to the byte. */
export function episodeLines(episodes: readonly ReplayedEpisode[]): string {
  return episodes.map((episode) => `${lineOf(episode)}\n`).join('');
}

function lineOf({ region, kind, start, end }: ReplayedEpisode): string {
  return `${region} ${kind} ${start} ${end ?? '-'}`;
}
