// Lives of projects written as one letter a month, under settings in which nothing but the gap to the plan matters.
import type { ProjectFacts, ProjectReport } from '../../src/delivery/facts.ts';
import { DEFAULT_DELIVERY, type DeliverySettings } from '../../src/delivery/settings.ts';
import {
  beginMeasurement,
  createPacePool,
  measureProject,
  type WarningQuality,
  warningQuality,
} from '../../src/delivery/trial-run.ts';
import { PROJECT, REPORT } from './project.ts';

const NOTHING: DeliverySettings['limits'] = {
  D1: {},
  D2: {},
  D3: {},
  D4: {},
  D5: {},
  D6: {},
  D8: {},
  D10: {},
  D11: {},
};

/** Only D1 has limits, nothing is required, no level is held: yellow from 10 points behind, orange from 15, red from 25. */
export const ONLY_D1: DeliverySettings = {
  ...DEFAULT_DELIVERY,
  limits: { ...NOTHING, D1: DEFAULT_DELIVERY.limits.D1 },
  overrides: { overdueDays: 3650, idleDays: 3650, frozen: false },
  required: [],
  horizons: [],
  fallAfter: 1,
};

const GAPS: Readonly<Record<string, number | null>> = { '.': 0, b: 500, y: 1_000, o: 1_500, r: 2_500, '?': null };

export type Life = {
  /** A report on the last day of each month from 2024-01 on, by its level: `.`, b, y, o, r, `?` without a progress. */
  readonly levels: string;
  readonly due: string | null;
  /** Day of a further report that says everything is handed over. */
  readonly delivered?: string;
  readonly sold?: number | null;
};

let lives = 0;

export function lifeOf({ levels, due, delivered, sold = 200 }: Life): ProjectFacts {
  lives += 1;
  const reports: ProjectReport[] = [...levels].map((letter, at) => {
    const gap = GAPS[letter];
    if (gap === undefined) throw new Error(`no level ${letter}`);
    const physicalBp = gap === null ? null : 3_000;
    return { ...REPORT, date: monthEnd(at), physicalBp, plannedBp: 3_000 + (gap ?? 0) };
  });
  const over = { completionFiled: true, householdsDelivered: 200, physicalBp: 10_000, plannedBp: 10_000 };
  if (delivered !== undefined) reports.push({ ...REPORT, ...over, date: delivered });
  const project = { ...PROJECT, projectNo: `P${lives}`, contractDeliveryOn: due, householdsSold: sold };
  return { project, reports: reports.toSorted((a, b) => (a.date < b.date ? -1 : 1)), notices: [], schedule: [] };
}

/** The last day of the month so many after 2024-01. */
export function monthEnd(after: number): string {
  return new Date(Date.UTC(2024, after + 1, 0)).toISOString().slice(0, 10);
}

export function measure(
  facts: readonly ProjectFacts[],
  day: string,
  settings: DeliverySettings = ONLY_D1,
): WarningQuality {
  const { add, pool } = createPacePool(settings);
  for (const one of facts) add(one);
  const measurement = beginMeasurement(settings, pool);
  for (const one of facts) measureProject(measurement, one, { day });
  return warningQuality(measurement, day);
}
