export { ALERTS_QUEUE } from './announce.ts';
export { type AssessOutcome, assessMonths } from './assess-months.ts';
export { type AssessmentsInput, type AssessmentsOf, assessmentsOf, type RegionAssessment } from './assessments-of.ts';
export { checkFeeds } from './check-feeds.ts';
export type { Change } from './compare-file.ts';
export { confirmAlert } from './confirm-alert.ts';
export { type Channels, deliverAlert } from './deliver-alert.ts';
export {
  listProjectRisks,
  type ProjectsDocument,
  type ProjectsInput,
} from './delivery/project-list.ts';
export { type ProjectPage, showProject, type TimelineDay } from './delivery/project-page.ts';
export type { ProjectView } from './delivery/project-view.ts';
export { type CaseOutcome, setProjectCase } from './delivery/set-project-case.ts';
export {
  type TrialDocument,
  type TrialInput,
  type TrialProject,
  trialProjects,
} from './delivery/trial-projects.ts';
export { watchAllProjects } from './delivery/watch-projects.ts';
export { deriveAssessments } from './derive.ts';
export { type Engine, regionIdsOf, ruleInForce } from './engine.ts';
export { type Exported, type ExportInput, exportFeed, type Sink } from './export-feed.ts';
export { type FeedHealth, feedsHealth, type UnitState } from './feed-health.ts';
export { INGEST_QUEUE, watchInbox } from './inbox.ts';
export { ingestInboxFile } from './inbox-file.ts';
export { inboxFolder, mailFolders } from './inbox-folder.ts';
export { type IngestInput, ingestFile } from './ingest-file.ts';
export type { IngestResult, IngestStatus, SampleRow, ToldRows } from './ingest-result.ts';
export { ingestSample } from './ingest-sample.ts';
export { checkLandAccounts, closeLandYear } from './land/check-accounts.ts';
export { type CheckedAssessment, type CheckInput, checkLand, type LandCheck } from './land/decide-land.ts';
export { confirmReservation, type EndInput, expireReservations, releaseReservation } from './land/end-reservation.ts';
export {
  explainLand,
  type LandExplanation,
  type LandRecheck,
  recheckLand,
} from './land/explain-land.ts';
export {
  type CertificateFiles,
  type IssuedCertificate,
  issueCertificate,
} from './land/land-certificate.ts';
export { type LandStatus, type LandStatusInput, landStatus, type UnitQuota } from './land/land-status.ts';
export type { QuotaLineView } from './land/lines.ts';
export type { LandAsk } from './land/question.ts';
export { type RecordInput, recordLand } from './land/record-land.ts';
export { type ReservationView, type ReserveInput, type ReserveResult, reserveLand } from './land/reserve-land.ts';
export { type CertificateState, type Verification, verifyCertificate } from './land/verify-certificate.ts';
export { ingestMail, type MailInput } from './mail-file.ts';
export { applyAlertPlan } from './open-and-resolve-alerts.ts';
export { type OpenEngine, type OpenOptions, openEngine, openEngineQueues } from './open-engine.ts';
export { type AlertAudit, auditAlerts } from './people/audit-alerts.ts';
export { type ChangeCaseInput, changeAlertCase } from './people/change-case.ts';
export { type AlertsChecked, checkAlerts } from './people/check-alerts.ts';
export {
  type PlanProgressDocument,
  type PlanProgressInput,
  type PlanProgressItem,
  planProgress,
} from './plan-progress.ts';
export { type PullOptions, type PullOutcome, pullSources } from './pull-sources.ts';
export { type FeedStatus, readStatus, type StatusReport } from './read-status.ts';
export { relayOutbox } from './relay-outbox.ts';
export { episodeLines, type Replay, type ReplayedEpisode, replay } from './replay.ts';
export { runAssessJob } from './run-assess-job.ts';
export { type Jobs, runSchedule, slotsSince } from './run-schedule.ts';
export { runService } from './run-service.ts';
export { ASSESS_QUEUE } from './settle-batch.ts';
export { watchPlan } from './watch-plan.ts';
export { approveBatch, type BatchEffect, withdrawBatch } from './withdraw-batch.ts';
