import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import { AppError } from '@quhua/core';
import { isForbiddenAddress } from './address-guard.ts';

/** How names are resolved and which addresses are off limits; tests bring their own. */
export type Network = {
  readonly resolve: (host: string) => Promise<readonly LookupAddress[]>;
  readonly isForbidden: (address: string) => boolean;
};

export const PUBLIC_INTERNET: Network = {
  resolve: (host) => systemLookup(host, { all: true, verbatim: true }),
  isForbidden: isForbiddenAddress,
};
/** For a source that may stand inside the bureau's own network. */
export const ANY_NETWORK: Network = { ...PUBLIC_INTERNET, isForbidden: () => false };

export type RequestInput = {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly network: Network;
};

/** Text of an address to be asked as a URL, or why it may not be. Errors: invalid/URL_FORBIDDEN. */
export function checkedUrl(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  if (url === null) throw forbidden('不是网址 / no URL');
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw forbidden('只能是 http 或 https / only http or https');
  if (url.username !== '' || url.password !== '') throw forbidden('网址中有用户名或密码 / user or password in the URL');
  return url;
}

/**
 * Asks one address, without following redirects; the address that is connected to is checked after its name was resolved.
 *
 * Errors: invalid/URL_FORBIDDEN, transient/SOURCE_UNREACHABLE; whatever `signal` was aborted with.
 */
export async function request({ url, headers, signal, network }: RequestInput): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/gu, '');
  const literal = /^[\d.]+$|:/u.test(host);
  if (literal && network.isForbidden(host)) throw forbidden(`${host} 不在公网 / is not on the public internet`);
  const module = url.protocol === 'https:' ? https : http;
  // An agent of its own: the process's could be told by its environment to use a proxy.
  const agent = new module.Agent({ keepAlive: false });
  const options = { headers, signal, agent, lookup: guardedLookup(network), maxHeaderSize: 16_384 };
  return new Promise((resolve, reject) => {
    const asked = module.request(url, options, resolve);
    asked.on('socket', (socket: Socket) => {
      socket.on('connect', () => {
        const remote = socket.remoteAddress ?? '';
        if (network.isForbidden(remote))
          socket.destroy(forbidden(`${remote} 不在公网 / is not on the public internet`));
      });
    });
    asked.on('error', (error: NodeJS.ErrnoException) => reject(toAppError(error, signal)));
    asked.end();
  });
}

/** One forbidden address among a name's is enough: which of them would be used is not ours to say. */
function guardedLookup({ resolve, isForbidden }: Network): LookupFunction {
  return (host, options, done) => {
    resolve(host).then(
      (addresses) => {
        const bad = addresses.find(({ address }) => isForbidden(address));
        const [first] = addresses;
        if (bad !== undefined) {
          done(forbidden(`${host} 指向 ${bad.address}，不在公网 / leads to an address that is not public`), []);
        } else if (first === undefined) done(new Error('ENOTFOUND'), []);
        else if (options.all === true) done(null, [...addresses]);
        else done(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => done(error, []),
    );
  };
}

export function toAppError(error: NodeJS.ErrnoException, signal: AbortSignal): Error {
  if (signal.aborted) return signal.reason instanceof Error ? signal.reason : error;
  if (error instanceof AppError) return error;
  const message = `连接不上（${error.code ?? error.message}）/ cannot be reached`;
  return new AppError('transient', 'SOURCE_UNREACHABLE', message, { cause: error });
}

function forbidden(why: string): AppError {
  return new AppError('invalid', 'URL_FORBIDDEN', `不允许访问：${why}`);
}
