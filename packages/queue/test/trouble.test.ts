import { AppError } from '@quhua/core';
import { silentLogger } from '@quhua/runtime';
import { expect, test } from 'vitest';
import { toQueueError, watchTrouble } from '../src/trouble.ts';

function failing(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

test('says when trouble begins, changes and ends, and nothing between', () => {
  const logged: unknown[] = [];
  const note = (fields: object, message: string): void => void logged.push([message, fields]);
  const trouble = watchTrouble({ ...silentLogger, warn: note, info: note }, { queue: 'alerts' });
  trouble.worked();
  for (let at = 0; at < 100; at += 1) trouble.failed(failing('ECONNREFUSED', `connect ECONNREFUSED 10.0.0.1:${at}`));
  trouble.failed(new Error('LOADING Redis is loading the dataset in memory'));
  trouble.worked();
  trouble.worked();
  trouble.failed(failing('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:1'));
  expect(logged).toEqual([
    ['queue connection in trouble', { queue: 'alerts', reason: 'ECONNREFUSED connect ECONNREFUSED 10.0.0.1:0' }],
    ['queue connection in trouble', { queue: 'alerts', reason: 'LOADING Redis is loading the dataset in memory' }],
    ['queue connection works again', { queue: 'alerts', failures: 101 }],
    ['queue connection in trouble', { queue: 'alerts', reason: 'ECONNREFUSED connect ECONNREFUSED 10.0.0.1:1' }],
  ]);
});

test.each([
  { error: failing('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:6379'), expected: 'transient/QUEUE_DOWN' },
  { error: new AggregateError([], ''), expected: 'transient/QUEUE_DOWN' },
  { error: failing('57P03', 'the database system is starting up'), expected: 'transient/QUEUE_DOWN' },
  { error: new Error('LOADING Redis is loading the dataset in memory'), expected: 'transient/QUEUE_DOWN' },
  { error: new Error("OOM command not allowed when used memory > 'maxmemory'."), expected: 'transient/QUEUE_FULL' },
  { error: new Error('MISCONF Redis is configured to save RDB snapshots'), expected: 'transient/QUEUE_FULL' },
  { error: failing('53100', 'could not extend file'), expected: 'transient/QUEUE_FULL' },
  { error: new Error("READONLY You can't write against a read only replica."), expected: 'transient/QUEUE_READ_ONLY' },
  {
    error: failing('25006', 'cannot execute INSERT in a read-only transaction'),
    expected: 'transient/QUEUE_READ_ONLY',
  },
  { error: new Error('WRONGPASS invalid username-password pair'), expected: 'permanent/QUEUE_DENIED' },
  { error: new Error('NOAUTH Authentication required.'), expected: 'permanent/QUEUE_DENIED' },
  { error: failing('28P01', 'password authentication failed for user "q"'), expected: 'permanent/QUEUE_DENIED' },
  { error: new AppError('permanent', 'REDIS_EVICTS', 'x'), expected: 'permanent/REDIS_EVICTS' },
])('$error.message is $expected', ({ error, expected }) => {
  const { kind, code } = toQueueError(error, 'host:1');
  expect(`${kind}/${code}`).toBe(expected);
});
