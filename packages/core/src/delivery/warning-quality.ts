import { type AlertLoad, createLoadTally, type LoadTally, loadOf, tallyLoad } from './alert-load.ts';
import { type Calibration, calibrationOf, createCalibrationTally, tallyCalibration } from './calibration.ts';
import { daysBetween, type ProjectFacts } from './facts.ts';
import type { PacePool } from './pace-pool.ts';
import type { DeliverySettings } from './settings.ts';
import { createSignalTally, type EventSignals, type SignalTally, signalsOf, tallySignal } from './signal.ts';
import { LATE_EVENT_NAMES, type LateEvent, type StoryWhen, type WarnedStory, warnedStory } from './warned-story.ts';

/** What the levels announced, and what they asked of those who follow them up. */
export type LevelQuality = {
  readonly events: Readonly<Record<LateEvent, EventSignals>>;
  readonly load: AlertLoad;
};

/** How good a warning was over the whole history of all projects. */
export type WarningQuality = {
  /** Measured: with at least one report. */
  readonly projects: number;
  /** Registered, and never reported on: in no figure but this. */
  readonly withoutReports: number;
  /** Of decided projects, those first reported on or after their contract date: nothing could be known before it. */
  readonly reportedTooLate: number;
  /** As the settings say. */
  readonly asSet: LevelQuality;
  /** Without the attention that the calendar raises by itself: it reaches every project and tells none from another. */
  readonly withoutHorizons: LevelQuality;
  readonly calibration: Calibration;
};

type LevelTally = { readonly events: Readonly<Record<LateEvent, SignalTally>>; readonly load: LoadTally };

/** A measurement under way. Shapes: it grows with the different figures and weeks there are, not with the projects. */
export type Measurement = {
  readonly settings: DeliverySettings;
  readonly pool: PacePool;
  readonly counts: { projects: number; withoutReports: number; reportedTooLate: number };
  readonly asSet: LevelTally;
  readonly withoutHorizons: LevelTally;
  readonly calibration: ReturnType<typeof createCalibrationTally>;
};

/** Begins to measure the warning that some settings give; `pool` holds the paces of all projects. */
export function beginMeasurement(settings: DeliverySettings, pool: PacePool): Measurement {
  return {
    settings,
    pool,
    counts: { projects: 0, withoutReports: 0, reportedTooLate: 0 },
    asSet: createLevelTally(),
    withoutHorizons: createLevelTally(),
    calibration: createCalibrationTally(),
  };
}

function createLevelTally(): LevelTally {
  return { events: { late: createSignalTally(), late90: createSignalTally() }, load: createLoadTally() };
}

/**
 * Adds a project's whole history up to a day to a measurement; gives what the warning said of it.
 *
 * Missing: a project without a report is counted as such, and nothing else of it.
 */
export function measureProject(measurement: Measurement, facts: ProjectFacts, when: StoryWhen): WarnedStory {
  const { settings, pool, counts, asSet, withoutHorizons, calibration } = measurement;
  const story = warnedStory({ facts, settings }, when);
  const { dueOn, firstReportOn } = story;
  if (firstReportOn === null) {
    counts.withoutReports += 1;
    return story;
  }
  counts.projects += 1;
  const { late } = story.endings;
  if ((late === 'late' || late === 'delivered') && dueOn !== null && firstReportOn >= dueOn)
    counts.reportedTooLate += 1;
  const bare = isReached(settings, facts, when.day)
    ? warnedStory({ facts, settings: { ...settings, horizons: [] } }, when)
    : story;
  tallyLevels(asSet, story);
  tallyLevels(withoutHorizons, bare);
  tallyCalibration(calibration, { facts, settings, pool, day: when.day });
  return story;
}

/** Whether a horizon can have raised anything by the day: the days left only get fewer, whichever building is the next. */
function isReached({ horizons }: DeliverySettings, { project, schedule }: ProjectFacts, day: string): boolean {
  const dates = schedule.flatMap(({ kind, date }) => (kind === 'building' && date !== null ? [date] : []));
  return [project.contractDeliveryOn, ...dates].some(
    (due) => due !== null && horizons.some(({ days }) => daysBetween(day, due) <= days),
  );
}

function tallyLevels({ events, load }: LevelTally, story: WarnedStory): void {
  for (const event of LATE_EVENT_NAMES) tallySignal(events[event], story, event);
  tallyLoad(load, story);
}

/**
 * What was measured: hits, misses, false alarms, lead times, alerts a week, and how far projected dates lay off.
 *
 * Missing: ratios of nothing are null. Source: METHODS.md §11, trial run.
 */
export function warningQuality(
  { counts, asSet, withoutHorizons, calibration }: Measurement,
  day: string,
): WarningQuality {
  return {
    ...counts,
    asSet: qualityOf(asSet, day),
    withoutHorizons: qualityOf(withoutHorizons, day),
    calibration: calibrationOf(calibration),
  };
}

function qualityOf({ events, load }: LevelTally, day: string): LevelQuality {
  return { events: { late: signalsOf(events.late), late90: signalsOf(events.late90) }, load: loadOf(load, day) };
}
