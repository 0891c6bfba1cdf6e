export {
  type Alert,
  type AlertEvent,
  type AlertEventKind,
  type AlertFilter,
  type AlertStatus,
  type AlertSubject,
  type AlertUpdate,
  appendAlertEvents,
  confirmAlert,
  getAlert,
  listAlertEvents,
  listAlerts,
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
  listTiersBefore,
  saveAssessments,
  takeDueUnits,
} from './assessments.ts';
export {
  approveBatch,
  type Batch,
  type BatchStatus,
  closeBatch,
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
  type RegionMonth,
  type StoredFile,
  takeHeldRows,
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
export { type EpisodeChange, listEpisodes, saveEpisodes } from './episodes.ts';
export { assertSchemaCurrent, migrateToLatest, readSchemaState } from './migrate.ts';
export {
  dropStaged,
  findLatestMonth,
  holdStaged,
  listFirstMonths,
  listSameInstant,
  listStageDuplicates,
  loadSeries,
  mergeObservations,
} from './observations.ts';
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
export { type RegionIds, syncRegions } from './regions.ts';
export { hasReported, listReported } from './reported.ts';
export { claimRun, findLastSlot, finishRun, listAbandonedRuns, listRuns, skipRuns } from './runs.ts';
export { openStage, type Stage } from './stage.ts';
