import { parseDay } from './days.ts';
import type { ProjectFacts } from './facts.ts';
import { OWN_ENOUGH, type Pace, pacesOf, slowestFirst } from './pace.ts';
import type { DeliverySettings } from './settings.ts';

/** Paces of other projects that were known on a day, fastest first; none where the project's own are enough. */
export type PacePool = (facts: ProjectFacts, day: string) => readonly Pace[];

/** Paces that a day's pool keeps, evenly through their order: an interval takes nine of them. */
const MOST_POOLED = 1000;

/** Paces as columns: half a million objects would take more room than everything else. */
type Columns = {
  readonly progressBp: number[];
  readonly days: number[];
  readonly endedOn: number[];
  readonly owner: string[];
};

/**
 * Paces of all projects, for the intervals of dates that were projected on past days.
 *
 * Shapes: `add` every project first; `pool` never gives a pace that ended after the day, so no interval knows what was to come.
 */
export function createPacePool(settings: Pick<DeliverySettings, 'winter'>): {
  readonly add: (facts: Pick<ProjectFacts, 'project' | 'reports'>) => void;
  readonly pool: PacePool;
} {
  const all: Columns = { progressBp: [], days: [], endedOn: [], owner: [] };
  const paceAt = (at: number): Pace => ({ progressBp: all.progressBp[at] ?? 0, days: all.days[at] ?? 1 });
  let sorted: Uint32Array | null = null;
  const byDay = new Map<string, Uint32Array>();
  const placesOn = (day: string): Uint32Array => {
    sorted ??= Uint32Array.from(all.days.keys()).sort((a, b) => slowestFirst(paceAt(b), paceAt(a)));
    const last = parseDay(day);
    const found = byDay.get(day) ?? evenly(sorted.filter((at) => (all.endedOn[at] ?? 0) <= last));
    byDay.set(day, found);
    return found;
  };
  return {
    add: ({ project, reports }) => addPaces(all, project.projectNo, { reports, settings }),
    pool: ({ project, reports }, day) => {
      const own = pacesOf(
        reports.filter(({ date }) => date <= day),
        settings,
      );
      if (own.length >= OWN_ENOUGH) return [];
      return Array.from(placesOn(day).filter((at) => all.owner[at] !== project.projectNo)).map(paceAt);
    },
  };
}

type Added = Pick<ProjectFacts, 'reports'> & { readonly settings: Pick<DeliverySettings, 'winter'> };

function addPaces(all: Columns, projectNo: string, { reports, settings }: Added): void {
  const speaking = reports.filter(({ physicalBp }) => physicalBp !== null);
  for (const [at, report] of speaking.entries()) {
    const [pace] = pacesOf(speaking.slice(Math.max(0, at - 1), at + 1), settings);
    if (pace === undefined) continue;
    all.progressBp.push(pace.progressBp);
    all.days.push(pace.days);
    all.endedOn.push(parseDay(report.date));
    all.owner.push(projectNo);
  }
}

function evenly(places: Uint32Array): Uint32Array {
  if (places.length <= MOST_POOLED) return places;
  const step = (places.length - 1) / (MOST_POOLED - 1);
  return Uint32Array.from({ length: MOST_POOLED }, (_, at) => places[Math.floor(at * step)] ?? 0);
}
