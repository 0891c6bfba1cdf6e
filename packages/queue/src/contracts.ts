import { z } from 'zod';
import type { OwnQueue, QueueName } from './names.ts';

/** Version of the payloads that this build writes, and the newest it reads. */
export const PAYLOAD_VERSION = 1;

const v = z.literal(PAYLOAD_VERSION);
const id = z.string().min(1).max(200);
const instant = z.iso.datetime({ offset: true });
/** Relative to the inbox, or to the mailbox that `box` names: a job must not be able to name any other file of the server. */
const inboxFile = z
  .string()
  .min(1)
  .max(1024)
  .refine((name) => !/^[\\/]|^[a-z]:|\0/iu.test(name) && !name.split(/[\\/]/u).includes('..'), {
    message: '必须是收件目录内的相对路径 / must be a path inside the inbox',
  });

// Unknown keys are dropped, not refused: a newer producer may add some without raising `v`.
const SCHEMAS = {
  ingest: z.object({ v, file: inboxFile, box: z.string().min(1).max(63).optional() }),
  assess: z.object({ v, jurisdiction: id, batchId: id.optional(), asOf: instant.optional() }),
  alerts: z.object({ v, deliveryId: id, alertId: id, eventId: id }),
  digest: z.object({ v, runId: id }),
  canary: z.object({ v, at: instant }),
} as const;

/** What a job of each kind carries: ids, never content; the content is read inside the job. */
export type IngestPayload = z.infer<typeof SCHEMAS.ingest>;
export type AssessPayload = z.infer<typeof SCHEMAS.assess>;
export type AlertPayload = z.infer<typeof SCHEMAS.alerts>;
export type DigestPayload = z.infer<typeof SCHEMAS.digest>;
export type CanaryPayload = z.infer<typeof SCHEMAS.canary>;

/** Payload of a queue; every `alerts-<consumer>` queue carries what `alerts` carries. */
export type PayloadOf<N extends QueueName> = N extends OwnQueue
  ? z.infer<(typeof SCHEMAS)[N]>
  : N extends `alerts-${string}`
    ? AlertPayload
    : CanaryPayload;

export type Reading<N extends QueueName> =
  | { readonly kind: 'payload'; readonly payload: PayloadOf<N> }
  /** Written by a newer build: somebody else can read it. */
  | { readonly kind: 'newer'; readonly v: number }
  | { readonly kind: 'invalid'; readonly faults: string };

/** What a job's data says. Missing: never throws; the faults name keys and expectations, not the values found. */
export function readPayload<N extends QueueName>(name: N, data: unknown): Reading<N> {
  const version = z.object({ v: z.int().min(1) }).safeParse(data);
  if (version.success && version.data.v > PAYLOAD_VERSION) return { kind: 'newer', v: version.data.v };
  const parsed = schemaOf(name).safeParse(data);
  // safe: `schemaOf` picks by the same name that `PayloadOf` does
  if (parsed.success) return { kind: 'payload', payload: parsed.data as PayloadOf<N> };
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || '(payload)'}: ${issue.message}`);
  return { kind: 'invalid', faults: faults.join('; ') };
}

function schemaOf(name: QueueName) {
  if (name.startsWith('alerts-')) return SCHEMAS.alerts;
  if (name.startsWith('canary-')) return SCHEMAS.canary;
  return SCHEMAS[name as OwnQueue]; // safe: the other two kinds of QueueName are handled above
}
