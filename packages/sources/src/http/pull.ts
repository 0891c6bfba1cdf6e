import { createHash } from 'node:crypto';
import { AppError, type HttpSource } from '@quhua/core';
import { safeFileName } from '../safe-file-name.ts';
import type { IncomingFile } from '../types.ts';
import { type Fetched, fetchFile, type Validators } from './fetch-file.ts';
import { jsonToCsv } from './json-table.ts';
import { ANY_NETWORK, type Network, PUBLIC_INTERNET } from './request.ts';

export type PullContext = {
  /** Day on the jurisdiction's calendar, `2025-11-06`: part of the file's name. */
  readonly today: string;
  readonly validators: Validators;
  /** Value of an environment variable, or null. */
  readonly secret: (name: string) => string | null;
  readonly network?: Network;
  /** Waits; rejects when `signal` is aborted. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1: how much of a pause is waited. */
  readonly random?: () => number;
  readonly deadlineMs?: number;
};

export type Pulled =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'file'; readonly file: IncomingFile; readonly validators: Validators };

/** Why an answer cannot be used, with the answer: whoever refuses it keeps what came. */
export class UnusableAnswer extends AppError {
  readonly file: IncomingFile;
  constructor(error: AppError, file: IncomingFile) {
    super('invalid', error.code, error.message, { cause: error });
    this.file = file;
  }
}

const MOST_TRIES = 4;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Asks a source for its file, with retries and one deadline for all of it.
 *
 * Errors: invalid/SOURCE_SECRET if a header's variable is not set; those of `fetchFile`; transient/SOURCE_TIMEOUT;
 * `UnusableAnswer` (invalid/JSON_…) for an answer that is no table. No message holds the address, a header or a value.
 */
export async function pullHttp(source: HttpSource, context: PullContext): Promise<Pulled> {
  const { network = source.allowPrivate ? ANY_NETWORK : PUBLIC_INTERNET } = context;
  const deadline = new AbortController();
  const timeout = new AppError('transient', 'SOURCE_TIMEOUT', '超过时限，没有取完 / not done within the time allowed');
  const timer = setTimeout(() => deadline.abort(timeout), context.deadlineMs ?? source.timeoutSeconds * 1_000);
  try {
    const headers = headersOf(source, context.secret);
    const { url, maxBytes } = source;
    const { validators } = context;
    const input = { url, headers, validators, maxBytes, signal: deadline.signal, network };
    const fetched = await patiently(() => fetchFile(input), context, deadline.signal);
    if (fetched.kind === 'unchanged') return fetched;
    return { kind: 'file', file: fileOf(source, context.today, fetched), validators: fetched.validators };
  } finally {
    clearTimeout(timer);
  }
}

function headersOf({ headersFromEnv }: HttpSource, secret: PullContext['secret']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headersFromEnv).map(([header, variable]) => {
      const value = secret(variable);
      if (value !== null && /^[\x20-\x7e]+$/u.test(value)) return [header.toLowerCase(), value];
      const message = `环境变量 ${variable} 未设定，或含不能放进请求头的字符 / the variable is not set, or cannot be a header`;
      throw new AppError('invalid', 'SOURCE_SECRET', message);
    }),
  );
}

async function patiently<T>(work: () => Promise<T>, context: PullContext, signal: AbortSignal): Promise<T> {
  const { sleep = pause, random = Math.random } = context;
  for (let tried = 1; ; tried += 1) {
    try {
      signal.throwIfAborted();
      return await work();
    } catch (error) {
      const again = error instanceof AppError && error.kind === 'transient' && error.code !== 'SOURCE_TIMEOUT';
      if (!again || tried >= MOST_TRIES) throw error;
    }
    // Half of the pause is chance: many sources that fail together do not come back together.
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tried - 1));
    await sleep((longest * (1 + random())) / 2, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

type Body = Extract<Fetched, { readonly kind: 'body' }>;

function fileOf(source: HttpSource, today: string, { bytes, contentType }: Body): IncomingFile {
  const isJson = source.format === 'json' || (source.format === 'auto' && looksLikeJson(bytes, contentType));
  const raw = incoming(source, `${source.name}-${today}${isJson ? '.json' : endingOf(bytes)}`, bytes);
  if (!isJson) return raw;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return incoming(source, `${source.name}-${today}.csv`, Buffer.from(jsonToCsv(text)));
  } catch (error) {
    if (error instanceof AppError) throw new UnusableAnswer(error, raw);
    if (!(error instanceof TypeError)) throw error;
    throw new UnusableAnswer(new AppError('invalid', 'JSON_INVALID', '不是 UTF-8 / not UTF-8'), raw);
  }
}

function incoming({ name, url }: HttpSource, fileName: string, bytes: Buffer): IncomingFile {
  const key = createHash('sha256').update(bytes).digest('hex');
  return { name: safeFileName(fileName).name, bytes, origin: `${name}（${URL.parse(url)?.host ?? ''}）`, key };
}

function looksLikeJson(bytes: Buffer, contentType: string): boolean {
  if (/^application\/(?:json|[\w.+-]+\+json)\b/iu.test(contentType)) return true;
  return /^\ufeff?\s*[[{]/u.test(bytes.subarray(0, 200).toString());
}

function endingOf(bytes: Buffer): string {
  const magic = bytes.subarray(0, 4).toString('hex');
  return magic === '504b0304' ? '.xlsx' : magic === 'd0cf11e0' ? '.xls' : '.csv';
}
