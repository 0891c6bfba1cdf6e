// Public construction projects whose forecast completion is published again every few months, as projects of ours.
import { daysBetween, type Project, type ProjectFacts, type ProjectReport } from '../../src/delivery/facts.ts';
import { rawRisk } from '../../src/delivery/level.ts';
import { DEFAULT_DELIVERY, type IndicatorCode } from '../../src/delivery/settings.ts';
import { cell, readFixture } from '../fixtures.ts';
import { indicatorOf, PROJECT, REPORT } from './project.ts';

/** What one report says of a project. Units: `slip` days by which the forecast moved since the report before, as published. */
export type Published = {
  readonly project: string;
  readonly on: string;
  readonly start: string | null;
  readonly forecast: string;
  readonly slip: number | null;
};

/** The published reports of each project, oldest first. */
export function readPanel(): Published[][] {
  const rows = readFixture('nyc_capital_projects_panel.csv').map((row): Published => {
    const [start, slip] = [cell(row, 'design_start'), cell(row, 'd_sched_pub')];
    return {
      project: cell(row, 'PID'),
      on: cell(row, 'report'),
      start: start === '' ? null : start,
      forecast: cell(row, 'forecast_completion'),
      slip: slip === '' ? null : Number(slip),
    };
  });
  return [...Map.groupBy(rows, ({ project }) => project).values()];
}

/** A report that another follows: what is said at the one is held against the slip that the next publishes. */
export type Cell = { readonly reports: readonly Published[]; readonly on: string; readonly slipped: boolean };

/** Shapes: a project's last report has no cell, for nobody knows what followed. */
export function cellsOf(reports: readonly Published[]): Cell[] {
  return reports.slice(0, -1).map(({ on }, at) => {
    const slip = reports[at + 1]?.slip;
    if (slip == null) throw new Error(`no slip published after ${on}`);
    return { reports, on, slipped: slip >= 90 };
  });
}

/** The part of a stretch that lies behind a day, in 0.01 %, cut; null where its start is not known. */
function partBp(day: string, start: string | null, end: string): number | null {
  if (start === null) return null;
  const [passed, whole] = [daysBetween(start, day), daysBetween(start, end)];
  if (passed >= whole) return 10_000;
  return Math.max(0, Math.floor((passed * 10_000) / whole));
}

/**
 * A project of ours made of published reports. The contract date is the first forecast known of it and the plan runs evenly
 * up to that; the physical progress is the part of the way to the completion that the report itself forecasts. The start is
 * the one each report states. Nothing else is published, so nothing else is known.
 */
export function factsOf(published: readonly Published[]): ProjectFacts {
  const [first] = published;
  if (first === undefined) throw new Error('a project without a report');
  const project: Project = { ...PROJECT, ...NO_PROJECT, projectNo: first.project, contractDeliveryOn: first.forecast };
  const reports = published.map(
    ({ on, start, forecast }): ProjectReport => ({
      ...{ ...REPORT, ...NO_FIGURES },
      date: on,
      physicalBp: partBp(on, start, forecast),
      plannedBp: partBp(on, first.start, first.forecast),
    }),
  );
  return { project, reports, notices: [], schedule: [] };
}

const NO_PROJECT = { householdsSold: null, whitelistApprovedFen: null, whitelistDisbursedFen: null } as const;
const NO_FIGURES = {
  ...{ idleDays: null, petitions30d: null, frozen: null, completionFiled: null, householdsDelivered: null },
  ...{ escrowBalanceFen: null, escrowRequiredFen: null, guaranteeFen: null, costToCompleteFen: null },
  unpaidBuyersFen: null,
} as const;

/** How late a project is said to be on the day of a report; null: unknown. More is later. */
export type Measure = (cell: Pick<Cell, 'reports' | 'on'>) => number | null;

function indicator(code: IndicatorCode): Measure {
  return ({ reports, on }) => {
    const risk = rawRisk({ facts: factsOf(reports), settings: DEFAULT_DELIVERY, pooled: [] }, on);
    const { level, value } = indicatorOf(risk, code);
    if (level === 'unknown') return null;
    return value === null ? Number.POSITIVE_INFINITY : value.numerator / value.denominator; // at this pace, never
  };
}

/** The measures that are reported, and the rule that they stand beside. */
export const MEASURES = {
  D2: indicator('D2'),
  D1: indicator('D1'),
  D3: indicator('D3'),
  score: ({ reports, on }) => rawRisk({ facts: factsOf(reports), settings: DEFAULT_DELIVERY, pooled: [] }, on).score,
  'last slip': ({ reports, on }) => reports.find((report) => report.on === on)?.slip ?? null,
} as const satisfies Record<string, Measure>;
export type MeasureName = keyof typeof MEASURES;
