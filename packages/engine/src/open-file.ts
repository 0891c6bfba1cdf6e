import { createHash } from 'node:crypto';
import { dayAt, type FeedName, type RowReason, type SavedMapping } from '@quhua/core';
import { type FeedReading, openFeed, type ReadPlan } from '@quhua/feeds';
import { safeFileName } from '@quhua/sources';
import { type Engine, regionLookupOf } from './engine.ts';

export type IngestInput = {
  readonly name: string;
  readonly bytes: Buffer;
  readonly feed?: FeedName;
  /** When the file became known; left out, now. */
  readonly asOf?: Date;
  readonly dryRun?: boolean;
  /** Everything in the file is simulated (模拟数据), whatever it says itself. */
  readonly simulated?: boolean;
  /** How to read what the file leaves open: goes before the saved mappings. */
  readonly mapping?: SavedMapping;
  /** Who brought it: `cli`, `inbox`, a person. */
  readonly by: string;
};

/** A file on its way in. */
export type IncomingFile = IngestInput & {
  readonly sha256: string;
  readonly knownFrom: Date;
  /** What is to be said of it before it is read. */
  readonly notes: readonly RowReason[];
};

/** A file under a name that can be stored and shown. */
export function incomingFile(input: IngestInput, knownFrom: Date): IncomingFile {
  const { name, escaped } = safeFileName(input.name);
  const message =
    '文件名中有不能保存的字符或过长，已改写 / the name held characters that cannot be kept, or was too long';
  const notes = escaped ? [{ code: 'FILENAME_ESCAPED', message }] : [];
  const sha256 = createHash('sha256').update(input.bytes).digest('hex');
  return { ...input, name, sha256, knownFrom, notes };
}

/** Opens a file as it was understood at the instant at which it became known; the caller closes it. Errors: invalid/… */
export async function openFile(
  { config }: Engine,
  { name, bytes, feed, knownFrom, mapping, notes }: IncomingFile,
): Promise<FeedReading> {
  const { jurisdiction, feeds } = config;
  const context = {
    settings: feeds,
    lookup: regionLookupOf({ config }),
    jurisdiction: { code: jurisdiction.code, name: jurisdiction.name },
    today: dayAt(knownFrom, jurisdiction.timezone),
    ...(feed === undefined ? {} : { feed }),
    ...(mapping === undefined ? {} : { mapping }),
  };
  const reading = await openFeed({ name, bytes }, context);
  return {
    ...reading,
    // What was found grows while rows are read: where tables end, and a 模拟 in the last line.
    get plan() {
      return reading.plan;
    },
    notes: () => [...notes, ...reading.notes()],
  };
}

/** Whether what is in a file is simulated: by order, by its own word, or by setting of the feed. */
export function isSimulated({ config }: Engine, { simulated }: IncomingFile, plan: ReadPlan): boolean {
  return simulated === true || plan.simulated || config.feeds.feeds[plan.feed].simulated;
}
