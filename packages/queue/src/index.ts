export { type Canary, type CanaryOptions, type CanaryReport, startCanary } from './canary.ts';
export type { PostgresSettings, QueueConnection, QueueWarning } from './connection.ts';
export {
  type AlertPayload,
  type AssessPayload,
  type CanaryPayload,
  type DigestPayload,
  type IngestPayload,
  PAYLOAD_VERSION,
  type PayloadOf,
} from './contracts.ts';
export {
  type ConsumerQueue,
  consumerQueue,
  jobIdOf,
  OWN_QUEUES,
  type OwnQueue,
  parseQueueName,
  type QueueName,
} from './names.ts';
export { type NewJob, type OpenOptions, openQueues, type QueueCounts, type Queues } from './open-queues.ts';
export type { CloseOptions, Handler, JobInfo, QueueWorker, WorkerActivity, WorkOptions } from './worker.ts';
