import {
  FEED_NAMES,
  type HttpSource,
  type MailboxSource,
  type SourceSettings,
  type SourcesSettings,
} from '@quhua/core';
import * as z from 'zod';
import { checkShape, type Partially } from './check-shape.ts';
import { cronFault } from './cron.ts';
import { show } from './fault.ts';
import { count, slug, text } from './words.ts';
import type { YamlFile } from './yaml-file.ts';

const VARIABLE = /^QUHUA_SOURCE_[A-Z0-9_]{1,80}$/u;
const HEADER = /^[A-Za-z0-9-]{1,60}$/u;
/** Headers that the transfer itself is made of. */
const OWN_HEADERS = /^(?:host|connection|content-length|transfer-encoding|accept-encoding|if-.*|range|te|upgrade)$/iu;
const MEGABYTE = 1024 * 1024;

const variable = z
  .string()
  .regex(VARIABLE, '应为环境变量名 QUHUA_SOURCE_… / the name of an environment variable, QUHUA_SOURCE_…');
const source = z.strictObject({
  name: slug,
  kind: z.enum(['http', 'mailbox']),
  url: z.exactOptional(text),
  feed: z.exactOptional(z.enum(FEED_NAMES)),
  format: z.exactOptional(z.enum(['csv', 'json', 'auto'])),
  every: z.exactOptional(z.string()),
  timeoutSeconds: z.exactOptional(count(1, 300)),
  maxBytes: z.exactOptional(count(1, 100 * MEGABYTE)),
  allowPrivate: z.exactOptional(z.boolean()),
  headersFromEnv: z.exactOptional(z.record(z.string(), variable)),
  folder: z.exactOptional(text),
});
const sources = z.strictObject({ sources: z.array(source) });
type Written = z.output<typeof source>;

/** No source but the inbox, and the mailbox at its usual place. */
export const DEFAULT_SOURCES: SourcesSettings = [{ name: 'mailbox', kind: 'mailbox', folder: 'mailbox' }];

export function readSources(file: YamlFile): SourcesSettings | null {
  const { value, partial } = checkShape(file, sources);
  const names: (string | undefined)[] = (partial?.sources ?? []).map((one) => one?.name);
  for (const [at, one] of (partial?.sources ?? []).entries()) {
    if (one === undefined) continue;
    if (one.name !== undefined && names.indexOf(one.name) < at) {
      const message = `来源 ${one.name} 已写过 / the source stands above already`;
      file.report(['sources', at, 'name'], 'SOURCE_TWICE', message);
    }
    checkSource(file, at, one);
  }
  return value === null ? null : value.sources.map(toSource);
}

function toSource(written: Written): SourceSettings {
  const { name, kind } = written;
  if (kind === 'mailbox') return { name, kind, folder: written.folder ?? name } satisfies MailboxSource;
  return {
    name,
    kind,
    url: written.url ?? '',
    ...(written.feed === undefined ? {} : { feed: written.feed }),
    format: written.format ?? 'auto',
    every: written.every ?? '*/30 * * * *',
    timeoutSeconds: written.timeoutSeconds ?? 60,
    maxBytes: written.maxBytes ?? 20 * MEGABYTE,
    allowPrivate: written.allowPrivate ?? false,
    headersFromEnv: written.headersFromEnv ?? {},
  } satisfies HttpSource;
}

const HTTP_ONLY = ['url', 'feed', 'format', 'every', 'timeoutSeconds', 'maxBytes', 'allowPrivate', 'headersFromEnv'];

function checkSource(file: YamlFile, at: number, one: NonNullable<Partially<Written>>): void {
  const foreign = one.kind === 'http' ? ['folder'] : one.kind === 'mailbox' ? HTTP_ONLY : [];
  for (const key of foreign.filter((key) => key in one)) {
    const message = `${one.kind} 来源没有 ${key}，请删去 / a source of this kind has no ${key}: delete it`;
    file.reportKey(['sources', at, key], 'SOURCE_KEYS', message);
  }
  if (one.kind === 'http' && !('url' in one)) {
    file.report(['sources', at], 'SOURCE_KEYS', 'http 来源要写 url / a source of kind http needs a url');
  }
  const cron = one.every === undefined ? null : cronFault(one.every);
  if (cron !== null) file.report(['sources', at, 'every'], 'CRON_FORMAT', cron);
  const fault = one.url === undefined ? null : urlFault(one.url);
  if (fault !== null) file.report(['sources', at, 'url'], 'SOURCE_URL', fault);
  for (const name of Object.keys(one.headersFromEnv ?? {}).filter(
    (name) => !HEADER.test(name) || OWN_HEADERS.test(name),
  )) {
    const message = `${show(name)} 不是可以设定的请求头，请删去 / no request header that can be set: delete it`;
    file.reportKey(['sources', at, 'headersFromEnv', name], 'SOURCE_KEYS', message);
  }
}

/** Why a text is no address to pull from, or null; where it leads is looked at when it is asked. */
function urlFault(url: string): string | null {
  const parsed = URL.parse(url);
  if (parsed === null) return '不是网址；写作 https://… / no URL: like https://…';
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') {
    return '只能是 https:// 或 http:// / only https:// or http://';
  }
  if (parsed.username === '' && parsed.password === '') return null;
  return '网址里不能写用户名和密码；改用 headersFromEnv / no user or password in a URL: use headersFromEnv';
}
