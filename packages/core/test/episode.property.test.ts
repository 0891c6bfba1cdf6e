import { expect, test } from 'vitest';
import type { Assessment } from '../src/assess.ts';
import {
  type AlertChange,
  EPISODE_KINDS,
  type EpisodeKind,
  episodesOf,
  type OpenAlert,
  planAlerts,
} from '../src/episode.ts';
import { forSeeds, type Random } from './oracle/random.ts';
import { monthsFrom } from './oracle/series.ts';
import { assessmentOf } from './samples.ts';

/** What a month says, in the few words that matter here. */
const SAYINGS = ['suspended', 'swap grew', 'swap', 'swap unsure', 'free', 'nothing'] as const;
type Saying = (typeof SAYINGS)[number];

function assessmentsOf(sayings: readonly Saying[]): Assessment[] {
  const months = monthsFrom('2022-11', sayings.length);
  return sayings.map((saying, at) => {
    const month = months[at] ?? '';
    if (saying === 'nothing') return assessmentOf({ month, status: 'NO_DATA', tier: null, landSupply: null });
    if (saying === 'suspended') return assessmentOf({ month });
    if (saying === 'free') return assessmentOf({ month, tier: 'FREE', landSupply: 'free' });
    const stockGrew = saying === 'swap' ? false : saying === 'swap grew' ? true : null;
    return assessmentOf({ month, tier: 'SWAP', landSupply: 'swap', stockGrew });
  });
}

const ON: Readonly<Record<EpisodeKind, readonly Saying[]>> = {
  TIER_SUSPEND: ['suspended'],
  TIER_SWAP: ['swap grew', 'swap', 'swap unsure'],
  STOCK_GREW: ['swap grew'],
};

function mute(kind: EpisodeKind, saying: Saying): boolean {
  return saying === 'nothing' || (kind === 'STOCK_GREW' && saying === 'swap unsure');
}

type Run = { readonly start: string; readonly end: string | null };

/** Runs of a kind: at every month the last thing that was said is what holds. */
function runsOf(kind: EpisodeKind, sayings: readonly Saying[]): Run[] {
  const months = monthsFrom('2022-11', sayings.length);
  const holds = sayings.map((_, at) => {
    const said = sayings.slice(0, at + 1).filter((saying) => !mute(kind, saying));
    const last = said.at(-1);
    return last !== undefined && ON[kind].includes(last);
  });
  const starts = months.filter((_, at) => holds[at] === true && holds[at - 1] !== true);
  const ends = months.filter((_, at) => holds[at] === false && holds[at - 1] === true);
  return starts.map((start, at) => ({ start, end: ends[at] ?? null }));
}

function randomSayings(random: Random, count: number): Saying[] {
  const favourite = random.pick(SAYINGS);
  return Array.from({ length: count }, () => (random.chance(0.4) ? favourite : random.pick(SAYINGS)));
}

type Ended = { readonly id: string; readonly kind: EpisodeKind; readonly since: string; readonly end: string | null };
type Alerts = { readonly open: Map<string, OpenAlert>; readonly ended: Ended[] };

function noAlerts(): Alerts {
  return { open: new Map(), ended: [] };
}

/** Keeps alerts as the engine does; each id is given once and ends once. */
function apply({ open, ended }: Alerts, changes: readonly AlertChange[]): void {
  for (const change of changes) {
    if (change.change === 'open') {
      const id = `A${open.size + ended.length}`;
      open.set(id, { id, kind: change.kind, since: change.since });
      continue;
    }
    const alert = open.get(change.id);
    if (alert === undefined || alert.kind !== change.kind) throw new Error(`${change.change} of what is not open`);
    if (change.change === 'restate') open.set(alert.id, { ...alert, since: change.since });
    else {
      open.delete(alert.id);
      ended.push({ ...alert, end: change.end });
    }
  }
}

function isLoud(change: AlertChange): boolean {
  return change.change === 'open' || (change.change === 'resolve' && !change.silent);
}

/** One look at what is known now; the rules that hold at every look are checked here. */
function look(alerts: Alerts, sayings: readonly Saying[]): AlertChange[] {
  const episodes = episodesOf(assessmentsOf(sayings));
  const changes = planAlerts([...alerts.open.values()], episodes);
  const loud = changes.filter(isLoud).map((change) => change.kind);
  if (new Set(loud).size < loud.length) expect(changes).toBe('at most one message a kind');
  apply(alerts, changes);
  const running = EPISODE_KINDS.flatMap((kind) =>
    runsOf(kind, sayings).flatMap(({ start, end }) => (end === null ? [`${kind} ${start}`] : [])),
  );
  const open = [...alerts.open.values()].map(({ kind, since }) => `${kind} ${since}`);
  if (open.sort().join() !== running.sort().join()) expect(open).toEqual(running);
  const again = planAlerts([...alerts.open.values()], episodes);
  if (again.length > 0) expect(again).toEqual([]); // a second look changes nothing
  return changes;
}

test('episodes are the runs of the last thing said, in 3,000 random sequences', () => {
  forSeeds(3_000, (random) => {
    const sayings = randomSayings(random, random.int(0, 60));
    const wanted = EPISODE_KINDS.flatMap((kind) => runsOf(kind, sayings).map((run) => ({ kind, ...run })));
    expect(episodesOf(assessmentsOf(sayings))).toEqual(wanted);
  });
});

test('seen month by month, the events are exactly the beginnings and ends of the episodes', () => {
  forSeeds(400, (random) => {
    const sayings = randomSayings(random, random.int(1, 48));
    const alerts = noAlerts();
    for (let count = 1; count <= sayings.length; count += 1) {
      const changes = look(alerts, sayings.slice(0, count));
      if (!changes.every((change) => isLoud(change))) expect(changes).toBe('beginnings and ends only, each told');
    }
    const events = [...alerts.ended, ...[...alerts.open.values()].map((alert) => ({ ...alert, end: null }))];
    const episodes = episodesOf(assessmentsOf(sayings));
    const key = ({ kind, since, end }: { kind: string; since: string; end: string | null }): string =>
      `${kind} ${since} ${end}`;
    expect(events.map(key).sort()).toEqual(episodes.map(({ start, ...rest }) => key({ since: start, ...rest })).sort());
  });
});

test('a month that says nothing changes no alert, however many of them come', () => {
  forSeeds(600, (random) => {
    const sayings = randomSayings(random, random.int(1, 36));
    const alerts = noAlerts();
    look(alerts, sayings);
    for (let more = 1; more <= 5; more += 1) {
      expect(look(alerts, [...sayings, ...new Array<Saying>(more).fill('nothing')])).toEqual([]);
    }
  });
});

test('whatever is restated between two looks, alerts follow the episodes with one message a kind and one end each', () => {
  let silent = 0;
  let restates = 0;
  let corrections = 0;
  forSeeds(800, (random) => {
    const alerts = noAlerts();
    let opened = 0;
    let sayings = randomSayings(random, random.int(1, 24));
    for (let step = 0; step < 15; step += 1) {
      const changes = look(alerts, sayings);
      opened += changes.filter((change) => change.change === 'open').length;
      silent += changes.filter((change) => change.change === 'resolve' && change.silent).length;
      restates += changes.filter((change) => change.change === 'restate').length;
      corrections += changes.filter((change) => change.change === 'resolve' && change.end === null).length;
      sayings = sayings.map((saying) => (random.chance(0.1) ? random.pick(SAYINGS) : saying));
      sayings = [...sayings, ...randomSayings(random, random.int(0, 4))];
    }
    const ids = [...alerts.ended.map(({ id }) => id), ...alerts.open.keys()];
    expect(new Set(ids).size).toBe(opened);
  });
  expect(Math.min(silent, restates, corrections)).toBeGreaterThan(100);
});

test('taking reports away from the months before an alert began does not end it', () => {
  forSeeds(1_000, (random) => {
    const sayings: Saying[] = [...randomSayings(random, random.int(1, 20)), 'free', 'suspended'];
    const alerts = noAlerts();
    look(alerts, sayings);
    const fewer = sayings.map((saying, at) => (at < sayings.length - 1 && random.chance(0.5) ? 'nothing' : saying));
    expect(look(alerts, fewer).some((change) => change.change === 'resolve' && change.kind === 'TIER_SUSPEND')).toBe(
      false,
    );
  });
});
