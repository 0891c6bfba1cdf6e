import { expect, test } from 'vitest';
import { consumerQueue, jobIdOf, parseQueueName } from '../src/index.ts';
import { assertJobId } from '../src/names.ts';

test.each(['ingest', 'assess', 'alerts', 'digest', 'alerts-land-bureau', 'canary-c0ffee'])('%s is a queue', (name) => {
  expect(parseQueueName(name)).toBe(name);
});

test.each(['', 'alert', 'alerts-', 'alerts-Land', 'alerts-a:b', 'canary', 'alerts-a\n', 'xalerts-a'])(
  '%j is none',
  (name) => {
    expect(() => parseQueueName(name)).toThrow(expect.objectContaining({ kind: 'invalid', code: 'QUEUE_UNKNOWN' }));
  },
);

test('a consumer has a queue of its own', () => {
  expect(consumerQueue('land-bureau')).toBe('alerts-land-bureau');
  for (const consumer of ['', 'Land', '7', 'a:b', '国土', 'a'.repeat(41)]) {
    expect(() => consumerQueue(consumer)).toThrow(expect.objectContaining({ code: 'CONSUMER_NAME_INVALID' }));
  }
});

test.each(['d1|1', '0b5e|12', '10月.xlsx|1', 'a'.repeat(512)])('%s is a job id', (jobId) => {
  expect(() => assertJobId(jobId)).not.toThrow();
});

test.each(['', 'a:1', '12', '-12', 'a\0b', 'a\nb', 'a'.repeat(513)])('%j is no job id', (jobId) => {
  expect(() => assertJobId(jobId)).toThrow(expect.objectContaining({ kind: 'invalid', code: 'JOB_ID_INVALID' }));
});

test('any key makes a job id, different keys and attempts different ones', () => {
  const keys = ['1', '1:2', '1%3A2', '1%2', 'a|1', '批次：10月', '2025-10:sales:v2'];
  const ids = keys.flatMap((key) => [jobIdOf(key, 1), jobIdOf(key, 2)]);
  for (const id of ids) expect(() => assertJobId(id)).not.toThrow();
  expect(new Set(ids).size).toBe(ids.length);
  expect(jobIdOf('0b5e-4c', 3)).toBe('0b5e-4c|3');
});
