import { describe, expect, test } from 'vitest';
import { parseInfo, type RedisFacts, redisRefusal, redisWarnings } from '../src/check-redis.ts';

const GOOD = {
  redis_version: '7.2.5',
  redis_mode: 'standalone',
  role: 'master',
  maxmemory_policy: 'noeviction',
  aof_enabled: '1',
  cluster_enabled: '0',
};
const CONFIG = { 'maxmemory-policy': 'noeviction', appendfsync: 'everysec' };
const facts = (info: object, config: RedisFacts['config'] = CONFIG): RedisFacts => ({
  place: 'redis.local:6379',
  info: { ...GOOD, ...info },
  config,
});

test('reads what INFO answers', () => {
  const text = '# Server\r\nredis_version:7.2.5\r\n\r\n# Stats\r\nslave0:ip=::1,port=1\r\nempty:\r\n';
  expect(parseInfo(text)).toEqual({ redis_version: '7.2.5', slave0: 'ip=::1,port=1', empty: '' });
});

describe('refusals', () => {
  test.each([
    { info: {}, code: undefined, why: 'all is well' },
    { info: { redis_version: '6.2.0' }, code: undefined, why: 'the oldest that will do' },
    { info: { redis_version: '6.0.16' }, code: 'REDIS_TOO_OLD', why: 'Debian 11' },
    { info: { redis_version: '5.0.14' }, code: 'REDIS_TOO_OLD', why: 'Windows builds' },
    { info: { redis_version: '10.0.1' }, code: undefined, why: 'numbers, not text, are compared' },
    { info: { role: 'slave' }, code: 'REDIS_READ_ONLY', why: 'a replica' },
    { info: { redis_mode: 'cluster' }, code: 'REDIS_NOT_STANDALONE', why: 'a cluster node' },
    { info: { cluster_enabled: '1' }, code: 'REDIS_NOT_STANDALONE', why: 'a cluster behind a proxy' },
    { info: { redis_mode: 'sentinel' }, code: 'REDIS_NOT_STANDALONE', why: 'a sentinel holds no data' },
  ])('$why', ({ info, code }) => {
    expect(redisRefusal(facts(info))?.code).toBe(code);
  });

  test.each(['allkeys-lru', 'volatile-ttl', 'allkeys-random', 'volatile-lfu'])(
    'policy %s, from either source',
    (policy) => {
      expect(redisRefusal(facts({}, { ...CONFIG, 'maxmemory-policy': policy }))?.code).toBe('REDIS_EVICTS');
      expect(redisRefusal(facts({ maxmemory_policy: policy }, null))).toMatchObject({
        kind: 'permanent',
        code: 'REDIS_EVICTS',
        message: expect.stringMatching(/redis\.local:6379.*noeviction/u),
      });
    },
  );
});

describe('warnings', () => {
  const codes = (given: RedisFacts): string[] => redisWarnings(given).map(({ code }) => code);
  test.each([
    { given: facts({}), expected: [], why: 'all is well' },
    { given: facts({ aof_enabled: '0' }), expected: ['REDIS_NOT_DURABLE'], why: 'no append-only file' },
    { given: facts({}, { ...CONFIG, appendfsync: 'no' }), expected: ['REDIS_NOT_DURABLE'], why: 'never synced' },
    { given: facts({}, { ...CONFIG, appendfsync: 'always' }), expected: [], why: 'more than asked for' },
    { given: facts({}, null), expected: ['REDIS_UNCHECKED'], why: 'CONFIG forbidden' },
    { given: facts({ aof_enabled: '0' }, null), expected: ['REDIS_NOT_DURABLE', 'REDIS_UNCHECKED'], why: 'both' },
  ])('$why', ({ given, expected }) => {
    expect(codes(given)).toEqual(expected);
  });
});
