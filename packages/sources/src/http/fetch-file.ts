import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { AppError } from '@quhua/core';
import { checkedUrl, type Network, request, toAppError } from './request.ts';

/** What the last answer said about itself: sent back, so that the same file is not sent again. */
export type Validators = { readonly etag: string | null; readonly lastModified: string | null };

export type Fetched =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'body'; readonly bytes: Buffer; readonly contentType: string; readonly validators: Validators };

export type FetchInput = {
  readonly url: string;
  /** Secrets among them: sent to the address itself only, never to where it redirects on another host. */
  readonly headers: Readonly<Record<string, string>>;
  readonly validators: Validators;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  readonly network: Network;
};

const MOST_REDIRECTS = 3;
const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * Gets a file once.
 *
 * Errors: invalid/URL_FORBIDDEN, SOURCE_REDIRECT, SOURCE_STATUS (4xx), SOURCE_TOO_LARGE, SOURCE_ENCODING;
 * transient/SOURCE_STATUS (5xx, 408, 429), SOURCE_UNREACHABLE; what `signal` was aborted with.
 */
export async function fetchFile(input: FetchInput): Promise<Fetched> {
  const start = checkedUrl(input.url);
  let url = start;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const own = url.origin === start.origin ? input.headers : {};
    const headers = { ...own, ...conditions(input.validators), 'accept-encoding': 'gzip, br', 'user-agent': 'quhua' };
    const answer = await request({ url, headers, signal: input.signal, network: input.network });
    const status = answer.statusCode ?? 0;
    if (!REDIRECTS.includes(status)) return finish(answer, status, input);
    answer.destroy();
    const { location } = answer.headers;
    if (location === undefined)
      throw new AppError('invalid', 'SOURCE_REDIRECT', '转向没有说去哪里 / a redirect to nowhere');
    const next = checkedUrl(location, url);
    if (url.protocol === 'https:' && next.protocol === 'http:') {
      throw new AppError('invalid', 'SOURCE_REDIRECT', '从 https 转向 http，不跟随 / a redirect from https to http');
    }
    url = next;
  }
  throw new AppError('invalid', 'SOURCE_REDIRECT', `转向超过 ${MOST_REDIRECTS} 次 / too many redirects`);
}

function conditions({ etag, lastModified }: Validators): Record<string, string> {
  return {
    ...(etag === null ? {} : { 'if-none-match': etag }),
    ...(lastModified === null ? {} : { 'if-modified-since': lastModified }),
  };
}

async function finish(answer: IncomingMessage, status: number, input: FetchInput): Promise<Fetched> {
  if (status === 304) {
    answer.destroy();
    return { kind: 'unchanged' };
  }
  if (status !== 200) {
    answer.destroy();
    const again = status >= 500 || status === 429 || status === 408;
    throw new AppError(again ? 'transient' : 'invalid', 'SOURCE_STATUS', `对方回答 ${status} / answered ${status}`);
  }
  const { etag = null, 'last-modified': lastModified = null, 'content-type': contentType = '' } = answer.headers;
  const bytes = await readBody(answer, input).catch((error: Error) => {
    throw toAppError(error, input.signal);
  });
  return { kind: 'body', bytes, contentType, validators: { etag, lastModified } };
}

async function readBody(answer: IncomingMessage, { maxBytes, signal }: FetchInput): Promise<Buffer> {
  const announced = Number(answer.headers['content-length'] ?? 0);
  const decoder = decoderOf(answer.headers['content-encoding']);
  if (announced > maxBytes) {
    answer.destroy();
    throw tooLarge(maxBytes);
  }
  const capped = (stream: AsyncIterable<Buffer>) => cap(stream, maxBytes);
  const abort = (): void => void answer.destroy(signal.reason instanceof Error ? signal.reason : undefined);
  signal.addEventListener('abort', abort, { once: true });
  try {
    const parts: Buffer[] = [];
    const body = decoder === null ? capped(answer) : capped(through(capped(answer), decoder));
    for await (const part of body) parts.push(part);
    if (!answer.complete) throw new AppError('transient', 'SOURCE_UNREACHABLE', '传输中断 / the transfer broke off');
    return Buffer.concat(parts);
  } finally {
    signal.removeEventListener('abort', abort);
    answer.destroy();
    decoder?.destroy();
  }
}

async function* cap(stream: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer, void, undefined> {
  let size = 0;
  for await (const part of stream) {
    size += part.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    yield part;
  }
}

/** Unpacks no further ahead than is read: what is too large is left before it is in memory. */
async function* through(stream: AsyncIterable<Buffer>, decoder: Transform): AsyncGenerator<Buffer, void, undefined> {
  const feeding = feed(stream, decoder).catch((error: Error) => void decoder.destroy(error));
  try {
    for await (const part of decoder) yield part as Buffer; // safe: a decoder of bytes gives bytes
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('invalid', 'SOURCE_ENCODING', '压缩的回答解不开 / the compressed answer is broken', {
      cause: error,
    });
  }
  await feeding;
}

async function feed(stream: AsyncIterable<Buffer>, decoder: Transform): Promise<void> {
  for await (const part of stream) {
    if (decoder.destroyed) return;
    if (!decoder.write(part)) await new Promise((resolve) => decoder.once('drain', resolve).once('close', resolve));
  }
  decoder.end();
}

function decoderOf(encoding: string | undefined): Transform | null {
  switch (encoding?.trim().toLowerCase() ?? '') {
    case '':
    case 'identity':
      return null;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
  }
  throw new AppError('invalid', 'SOURCE_ENCODING', '回答的压缩方式不认识 / the answer is compressed in an unknown way');
}

function tooLarge(maxBytes: number): AppError {
  const limit = `${Math.floor(maxBytes / 1024)} KB`;
  return new AppError('invalid', 'SOURCE_TOO_LARGE', `超过 ${limit}，没有取完 / larger than ${limit}: not taken`);
}
