export {
  type Beside,
  createFileCheck,
  type FileCheck,
  type FileCheckInput,
  isChecked,
  mayCancelTooMuch,
} from './check-file.ts';
export { columnsOf, noFigures, type UnitFigures, WIDTH } from './figures.ts';
export type { Finding } from './finding.ts';
export type { Coverage } from './partial-units.ts';
export {
  CHECK_CODES,
  CHECK_LEVELS,
  CHECKS,
  type CheckCode,
  type CheckDefinition,
  type CheckLevel,
  type CheckParameter,
  type ChecksSettings,
  DEFAULT_CHECKS,
  HISTORY_MONTHS,
  settingsOf,
  type ZonePair,
} from './registry.ts';
