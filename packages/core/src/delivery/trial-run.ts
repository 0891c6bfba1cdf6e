// What others use of the trial run and its measures.
export { CALIBRATION_BANDS, type CalibrationBand, type DateErrors, NOMINAL_WITHIN } from './calibration.ts';
export { createPacePool } from './pace-pool.ts';
export { type SettingsDifference, settingsDifferences } from './settings-difference.ts';
export { SIGNAL_LEVELS, type Signal } from './signal.ts';
export type { Spread } from './tally.ts';
export { compareVerdicts, type ProjectTrial, placesOf, verdictOf } from './trial.ts';
export { LATE_EVENT_NAMES, type LateEvent } from './warned-story.ts';
export {
  beginMeasurement,
  type LevelQuality,
  type Measurement,
  measureProject,
  type WarningQuality,
  warningQuality,
} from './warning-quality.ts';
