import { AppError } from '@quhua/core';
import { expect, test } from 'vitest';
import { parseEnv } from '../src/index.ts';

test('with nothing set there is a home, a configuration and no server', () => {
  expect(parseEnv({})).toMatchObject({
    databaseUrl: null,
    redisUrl: null,
    queuePrefix: 'quhua',
    logLevel: 'warn',
    color: true,
    inboxSettleMs: 500,
  });
});

test('an empty variable counts as not given', () => {
  expect(parseEnv({ DATABASE_URL: '', REDIS_URL: '', QUHUA_HOME: '' })).toMatchObject({
    databaseUrl: null,
    redisUrl: null,
  });
});

test('every wrong variable is named at once, and no value is shown: it may hold a password', () => {
  const wrong = {
    DATABASE_URL: 'mysql://u:secret@h/d',
    REDIS_URL: 'localhost',
    QUHUA_LOG: 'loud',
    QUHUA_INBOX_SETTLE_MS: '-1',
  };
  try {
    parseEnv(wrong);
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error).toMatchObject({ kind: 'invalid', code: 'ENV_INVALID' });
    for (const name of Object.keys(wrong)) expect(error.message).toContain(name);
    expect(error.message).not.toContain('secret');
  }
});

test('paths are made absolute, and the settings cannot be changed', () => {
  const env = parseEnv({ QUHUA_HOME: 'x', QUHUA_CONFIG: 'y' });
  expect(env.home).toMatch(/^\/.*x$/u);
  expect(env.configDir).toMatch(/^\/.*y$/u);
  expect(Object.isFrozen(env)).toBe(true);
});

test('values of QUHUA_SOURCE_ are given by name, nothing else is, and the settings do not show them', () => {
  const env = parseEnv({ QUHUA_SOURCE_A: 'topsecret', DATABASE_URL: 'postgres://u:secret@h/d', QUHUA_SOURCE_B: '' });
  expect(env.sourceSecret('QUHUA_SOURCE_A')).toBe('topsecret');
  expect(env.sourceSecret('QUHUA_SOURCE_B')).toBeNull();
  expect(env.sourceSecret('DATABASE_URL')).toBeNull();
  expect(JSON.stringify(env)).not.toContain('topsecret');
});
