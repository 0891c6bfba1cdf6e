import { createHash } from 'node:crypto';
import { AppError, dayAt, type HttpSource } from '@quhua/core';
import { type Network, type Pulled, SOURCE_KINDS, UnusableAnswer, type Validators } from '@quhua/sources';
import { findSourceState, type SourceState, saveSourceState } from '@quhua/storage';
import type { Engine } from './engine.ts';
import { raiseRefusal, settleRefusal, settleRefusalsOf } from './feed-refusals.ts';
import { ingestFile, refuseFile } from './ingest-file.ts';
import type { IngestResult } from './ingest-result.ts';
import { slotsSince } from './run-schedule.ts';

export type PullOptions = {
  /** Value of an environment variable that a source's header is taken from. */
  readonly secret: (name: string) => string | null;
  /** Left out: the real one. */
  readonly network?: Network;
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
};

export type PullOutcome = {
  readonly source: string;
  readonly outcome: 'taken' | 'unchanged' | 'refused' | 'failed';
  readonly result: IngestResult | null;
};

/** Somebody is told after so many failures in a row of a kind that may pass by itself. */
const TOLD_AFTER = 3;
const NOTHING_KNOWN: Validators = { etag: null, lastModified: null };

/**
 * Asks every HTTP source whose time has come, one after the other, and takes in what is new.
 *
 * Errors: none for a source that fails: that is recorded, and told once it lasts. Concurrency: two at once do no harm: a
 * file is known by its bytes.
 */
export async function pullSources(engine: Engine, options: PullOptions): Promise<PullOutcome[]> {
  const outcomes: PullOutcome[] = [];
  for (const source of engine.config.sources) {
    if (source.kind !== 'http') continue;
    const state = await findSourceState(engine.database.db, keyOf(engine, source));
    if (isDue(engine, source, state)) outcomes.push(await pullSource(engine, { source, state, options }));
  }
  return outcomes;
}

function keyOf({ config }: Engine, { name }: HttpSource) {
  return { jurisdiction: config.jurisdiction.code, source: name };
}

function isDue({ config, now }: Engine, { every }: HttpSource, state: SourceState | undefined): boolean {
  if (state === undefined) return true;
  const range = { timeZone: config.jurisdiction.timezone, after: state.triedAt, until: now() };
  return slotsSince(every, range).length > 0;
}

type Due = { readonly source: HttpSource; readonly state: SourceState | undefined; readonly options: PullOptions };

async function pullSource(engine: Engine, { source, state, options }: Due): Promise<PullOutcome> {
  const addressHash = createHash('sha256').update(source.url).digest('hex');
  // What another address said of its file means nothing here.
  const before = state?.addressHash === addressHash ? state : undefined;
  const known: SourceState = {
    addressHash,
    etag: before?.etag ?? null,
    lastModified: before?.lastModified ?? null,
    triedAt: engine.now(),
    pulledAt: before?.pulledAt ?? null,
    failures: before?.failures ?? 0,
    lastError: null,
  };
  try {
    const today = dayAt(engine.now(), engine.config.jurisdiction.timezone);
    const pulled = await SOURCE_KINDS.http.pull(source, { ...options, today, validators: known });
    engine.onStep('pull.answered');
    return await takeIn(engine, source, { pulled, known });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error instanceof UnusableAnswer) return refuseAnswer(engine, source, { error, known });
    return fail(engine, source, { error, known });
  }
}

type Answered = { readonly pulled: Pulled; readonly known: SourceState };

async function takeIn(engine: Engine, source: HttpSource, { pulled, known }: Answered): Promise<PullOutcome> {
  const answered = { ...known, pulledAt: engine.now(), failures: 0 };
  let result: IngestResult | null = null;
  if (pulled.kind === 'file') {
    const { name, bytes } = pulled.file;
    const feed = source.feed === undefined ? {} : { feed: source.feed };
    result = await ingestFile(engine, { name, bytes, by: `source ${source.name}`, ...feed });
  }
  // A refused file is asked for again: the configuration may learn its words meanwhile.
  const refused = result?.status === 'rejected';
  const validators = refused ? NOTHING_KNOWN : pulled.kind === 'file' ? pulled.validators : {};
  await saveSourceState(engine.database.db, keyOf(engine, source), { ...answered, ...validators });
  await engine.database.transaction(async (tx) => {
    await settleRefusal(engine, tx, { name: alertName(source) });
    if (result?.status === 'accepted' || result?.status === 'duplicate')
      await settleRefusalsOf(engine, tx, source.name);
  });
  const outcome = refused ? 'refused' : pulled.kind === 'unchanged' ? 'unchanged' : 'taken';
  return { source: source.name, outcome, result };
}

type Unusable = { readonly error: UnusableAnswer; readonly known: SourceState };

async function refuseAnswer(engine: Engine, source: HttpSource, { error, known }: Unusable): Promise<PullOutcome> {
  const { name, bytes } = error.file;
  const feed = source.feed === undefined ? {} : { feed: source.feed };
  const result = await refuseFile(engine, { name, bytes, by: `source ${source.name}`, ...feed }, error);
  const state = { ...known, ...NOTHING_KNOWN, pulledAt: engine.now(), failures: 0, lastError: error.code };
  await saveSourceState(engine.database.db, keyOf(engine, source), state);
  return { source: source.name, outcome: 'refused', result };
}

type Failure = { readonly error: AppError; readonly known: SourceState };

async function fail(engine: Engine, source: HttpSource, { error, known }: Failure): Promise<PullOutcome> {
  const failures = known.failures + 1;
  engine.log.warn({ source: source.name, code: error.code, failures }, 'a source cannot be pulled');
  const state = { ...known, failures, lastError: `${error.code}: ${error.message}` };
  await saveSourceState(engine.database.db, keyOf(engine, source), state);
  if (error.kind !== 'transient' || failures >= TOLD_AFTER) {
    const reason = { code: error.code, message: error.message };
    const refusal = { name: alertName(source), at: engine.now(), simulated: false, reason, feed: source.feed ?? null };
    await engine.database.transaction((tx) => raiseRefusal(engine, tx, refusal));
  }
  return { source: source.name, outcome: 'failed', result: null };
}

/** What the alert about a source calls it: no file has that name. */
function alertName({ name }: HttpSource): string {
  return `来源/${name}`;
}
