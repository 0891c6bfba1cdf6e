export { type AuditInput, type BrokenChain, CHAIN_FAULTS, type ChainFault, listBrokenChains } from './alert-audit.ts';
export { listHandlings, lockAlert, reopenAlerts, saveAlertCase } from './alert-cases.ts';
export {
  type ClockKind,
  type ClockStep,
  claimDueClocks,
  claimUnclocked,
  claimUndatedClocks,
  dateClocks,
  type FiredClock,
  listClocks,
  markFired,
  startClocks,
  stopClocks,
  type Unclocked,
} from './alert-clocks.ts';
export {
  type Alert,
  type AlertEvent,
  type AlertEventKind,
  type AlertFilter,
  type AlertStatus,
  type AlertSubject,
  type AlertUpdate,
  appendAlertEvents,
  getAlert,
  listAlertEvents,
  listAlerts,
  listAlertsByIds,
  listOpenAlerts,
  type NewAlert,
  type NewAlertEvent,
  newAttemptId,
  openAlerts,
  resolveAlerts,
  touchAlerts,
} from './alerts.ts';
export {
  countDueUnits,
  type DueUnit,
  findAssessedTo,
  listAssessments,
  listNewestTiers,
  listTiersBefore,
  saveAssessments,
  takeDueUnits,
} from './assessments.ts';
export {
  approveBatch,
  type Batch,
  type BatchStatus,
  closeBatch,
  type FileKey,
  findBatchOfFile,
  findLatestChange,
  getBatch,
  insertBatch,
  insertLedgerRows,
  listBatches,
  listLedgerRows,
  listStoredFiles,
  lockFile,
  type NewBatch,
  type ReasonCount,
  type StoredFile,
  withdrawBatch,
} from './batches.ts';
export {
  type ConnectionSettings,
  type Database,
  type Db,
  openDatabase,
  pingDatabase,
  type Tx,
  toAppError,
} from './database.ts';
export {
  claimDelivery,
  type Delivery,
  type DeliveryBalance,
  findDeliveryStatus,
  insertDeliveries,
  listDeliveries,
  markQueued,
  markSent,
  type NewDelivery,
  readDeliveryBalance,
  releaseDelivery,
} from './deliveries.ts';
export {
  type CompareInput,
  compareStaged,
  listChanges,
  listCorrected,
  listNewerKnown,
  type StoredChange,
} from './differences.ts';
export { listAffected, type MergeInput, markRevealed, type RegionMonth } from './due.ts';
export { type EpisodeChange, listEpisodes, saveEpisodes } from './episodes.ts';
export {
  listArrivals,
  listProjectReportMonths,
  listRefused,
  listReportedMonths,
  type Refused,
  type ReportedMonths,
} from './feed-health.ts';
export { type HistoryMonth, type HistoryRequest, listEarlierNetSales, listFigureHistory } from './figure-history.ts';
export { type KnownRequest, type KnownRow, readKnown } from './known-rows.ts';
export {
  type AccountChange,
  closeLandYear,
  type LandAccount,
  listChangedLines,
  listLandAccounts,
  listLandLines,
  listUnbalanced,
  lockLandAccounts,
  lockLandLedger,
  type ParcelFacts,
  type StoredLine,
  saveLandAccount,
  saveLandParcels,
} from './land-accounts.ts';
export {
  type CertificateRecord,
  findCertificate,
  type NewCertificate,
  nextCertificateSerial,
  saveCertificate,
} from './land-certificates.ts';
export {
  type DecisionPurpose,
  getLandDecision,
  getRuleSnapshot,
  type LandDecisionRecord,
  type NewLandDecision,
  ruleSnapshot,
  saveLandDecision,
  saveRuleSnapshot,
} from './land-decisions.ts';
export {
  type FactAssessment,
  type FactReport,
  type LandFacts,
  type LandFactsRequest,
  readLandFacts,
} from './land-facts.ts';
export {
  type EntriesRequest,
  listLandEntries,
  listLandRegions,
  listUnitReports,
  type UnitReport,
} from './land-ledger.ts';
export {
  type DueReservation,
  type EndReservation,
  endReservation,
  findReservationByKey,
  type LandReservation,
  listExpired,
  listReservations,
  listStandingReservations,
  type NewReservation,
  type ReservationStatus,
  type Reserved,
  reserveQuota,
} from './land-reservations.ts';
export { assertSchemaCurrent, migrateToLatest, readSchemaState } from './migrate.ts';
export { listSameInstant, listStageDuplicates, mergeObservations } from './observations.ts';
export { openStorage, type StorageOptions } from './open-storage.ts';
export {
  appendOutbox,
  countOutbox,
  lockWaitingOutbox,
  markEnqueued,
  markOutboxDone,
  OUTBOX_CHANNEL,
  type OutboxMessage,
  type OutboxRow,
  reofferOutbox,
} from './outbox.ts';
export { type DoneRequest, findLandKnown, listPermitted, listPlanProgress, listProjectStates } from './plan-done.ts';
export { listProjectCases, lockProjects, type NewCase, type StoredCase, saveProjectCase } from './project-cases.ts';
export {
  isProjectFeed,
  listBatchProjects,
  listProjectVersions,
  listReportedProjects,
  type ProjectFeed,
  type ProjectVersion,
} from './project-registry.ts';
export {
  listProjectNotices,
  listProjectReports,
  listProjectSchedules,
  listProjects,
  type ProjectsRequest,
  type RegisteredProject,
  streamProjectReports,
  type Traced,
  type TracedNotice,
  type TracedReport,
  type TracedScheduleItem,
} from './projects.ts';
export { listFirstRows, listRefusedRows, type RefusedRow } from './refused-rows.ts';
export { type RegionIds, syncRegions } from './regions.ts';
export { hasReported } from './reported.ts';
export { claimRun, findLastSlot, finishRun, listAbandonedRuns, listRuns, releaseRun, skipRuns } from './runs.ts';
export { findLatestMonth, listFirstMonths, loadSeries, type SeriesRequest } from './series.ts';
export { findSourceState, type SourceState, saveSourceState } from './sources.ts';
export { dropStaged, holdStaged, openStage, type Stage, stageHeld } from './stage.ts';
export { listWarnings, type WarnedMonth, type WarningsRequest } from './warnings.ts';
