import { resolve } from 'node:path';
import { AppError } from '@quhua/core';
import { z } from 'zod';

const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//u, '必须以 postgres:// 开头 / must start with postgres://');
const redisUrl = z.string().regex(/^rediss?:\/\//u, '必须以 redis:// 开头 / must start with redis://');
const queuePrefix = z.string().regex(/^[a-z][a-z0-9_-]{0,29}$/u, '小写字母、数字、_ 或 - / lower case, digits, _ or -');

const SHORTEST_KEY = 32;
const certificateKeys = z
  .string()
  .refine(
    (text) => text.split(',').every((key) => key.trim().length >= SHORTEST_KEY),
    `每把密钥至少 ${SHORTEST_KEY} 个字符，多把用逗号分开 / keys of at least ${SHORTEST_KEY} characters, separated by commas`,
  );
const publicUrl = z.url({ protocol: /^https?$/u, error: '应是 http(s) 地址 / must be an http(s) address' });

const EnvSchema = z.object({
  DATABASE_URL: postgresUrl.optional(),
  REDIS_URL: redisUrl.optional(),
  QUHUA_HOME: z.string().min(1).default('.quhua'),
  QUHUA_CONFIG: z.string().min(1).default('config/kashgar'),
  QUHUA_QUEUE_PREFIX: queuePrefix.default('quhua'),
  QUHUA_LOG: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('warn'),
  QUHUA_INBOX_SETTLE_MS: z.coerce.number().int().min(50).max(60_000).default(500),
  QUHUA_CERTIFICATE_KEY: certificateKeys.optional(),
  QUHUA_PUBLIC_URL: publicUrl.optional(),
  NO_COLOR: z.string().optional(),
  INIT_CWD: z.string().optional(),
});

/** The process's settings, parsed once; nothing else reads `process.env`. */
export type Env = {
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly home: string;
  readonly configDir: string;
  readonly queuePrefix: string;
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  readonly inboxSettleMs: number;
  /** Value of a variable `QUHUA_SOURCE_…`, or null: asked for by name, so that no log or error shows them all. */
  readonly sourceSecret: (name: string) => string | null;
  /** Keys that certificates are signed with, the current one first: a function, so that no log or error shows them. */
  readonly certificateKeys: () => readonly string[];
  /** Where people reach this installation, without a slash at the end; null: nowhere. */
  readonly publicUrl: string | null;
  readonly color: boolean;
  /** Where the user stood when typing the command: npm moves the process to the project's root. */
  readonly callerDir: string;
};

/**
 * Settings from environment variables; an empty value counts as not given.
 *
 * Errors: invalid/ENV_INVALID names every wrong variable at once.
 */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = EnvSchema.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new AppError(
      'invalid',
      'ENV_INVALID',
      `环境变量有误 / wrong environment variables:\n  ${faults.join('\n  ')}`,
    );
  }
  const env = parsed.data;
  return Object.freeze({
    databaseUrl: env.DATABASE_URL ?? null,
    redisUrl: env.REDIS_URL ?? null,
    home: resolve(env.QUHUA_HOME),
    configDir: resolve(env.QUHUA_CONFIG),
    queuePrefix: env.QUHUA_QUEUE_PREFIX,
    logLevel: env.QUHUA_LOG,
    inboxSettleMs: env.QUHUA_INBOX_SETTLE_MS,
    sourceSecret: (name) => (name.startsWith('QUHUA_SOURCE_') ? (given[name] ?? null) : null),
    certificateKeys: () =>
      (env.QUHUA_CERTIFICATE_KEY ?? '').split(',').flatMap((key) => (key.trim() === '' ? [] : [key.trim()])),
    publicUrl: env.QUHUA_PUBLIC_URL?.replace(/\/+$/u, '') ?? null,
    color: env.NO_COLOR === undefined,
    callerDir: env.INIT_CWD ?? process.cwd(),
  });
}

/** Settings of this process. */
export function readEnv(): Env {
  return parseEnv(process.env);
}
