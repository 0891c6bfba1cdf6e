import { parseDay } from './days.ts';
import type { ProjectFacts } from './facts.ts';
import { OWN_ENOUGH, type Pace, pacesOf, slowestFirst } from './pace.ts';
import type { DeliverySettings } from './settings.ts';

/** Paces of other projects that were known on a day, fastest first; none where the project's own are enough. */
export type PacePool = (facts: ProjectFacts, day: string) => readonly Pace[];

type OwnedPace = Pace & { readonly projectNo: string; readonly endedOn: number };
/** Paces that a day's pool keeps, evenly through their order: an interval takes nine of them. */
const MOST_POOLED = 1000;

/**
 * Paces of all projects, for the intervals of dates that were projected on past days.
 *
 * Shapes: `add` every project first; `pool` never gives a pace that ended after the day, so no interval knows what was to come.
 */
export function createPacePool(settings: Pick<DeliverySettings, 'winter'>): {
  readonly add: (facts: Pick<ProjectFacts, 'project' | 'reports'>) => void;
  readonly pool: PacePool;
} {
  const all: OwnedPace[] = [];
  const byDay = new Map<string, readonly OwnedPace[]>();
  let isSorted = false;
  const poolOn = (day: string): readonly OwnedPace[] => {
    if (!isSorted) all.sort((a, b) => slowestFirst(b, a));
    isSorted = true;
    const last = parseDay(day);
    const found = byDay.get(day) ?? evenly(all.filter(({ endedOn }) => endedOn <= last));
    byDay.set(day, found);
    return found;
  };
  return {
    add: ({ project, reports }) => {
      all.push(...ownedPaces(project.projectNo, { reports, settings }));
      isSorted = false;
    },
    pool: ({ project, reports }, day) => {
      const own = pacesOf(
        reports.filter(({ date }) => date <= day),
        settings,
      );
      if (own.length >= OWN_ENOUGH) return [];
      return poolOn(day).filter(({ projectNo }) => projectNo !== project.projectNo);
    },
  };
}

function ownedPaces(
  projectNo: string,
  { reports, settings }: Pick<ProjectFacts, 'reports'> & { readonly settings: Pick<DeliverySettings, 'winter'> },
): OwnedPace[] {
  const speaking = reports.filter(({ physicalBp }) => physicalBp !== null);
  return speaking.flatMap((report, at) => {
    const [pace] = pacesOf(speaking.slice(Math.max(0, at - 1), at + 1), settings);
    return pace === undefined ? [] : [{ ...pace, projectNo, endedOn: parseDay(report.date) }];
  });
}

function evenly(paces: readonly OwnedPace[]): readonly OwnedPace[] {
  if (paces.length <= MOST_POOLED) return paces;
  const step = (paces.length - 1) / (MOST_POOLED - 1);
  return Array.from({ length: MOST_POOLED }, (_, at) => paces[Math.floor(at * step)]).filter(
    (one) => one !== undefined,
  );
}
