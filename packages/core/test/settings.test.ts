import { expect, test } from 'vitest';
import { EPISODE_KINDS } from '../src/episode.ts';
import { ALERT_KINDS, CATCH_UP, JOB_NAMES, LEVELS } from '../src/settings.ts';

test('every kind of episode is a kind of alert', () => {
  for (const kind of EPISODE_KINDS) expect(ALERT_KINDS).toContain(kind);
});

test('words of the configuration are distinct, levels from worst to mildest', () => {
  for (const words of [ALERT_KINDS, LEVELS, JOB_NAMES, CATCH_UP]) expect(new Set(words).size).toBe(words.length);
  expect(LEVELS).toEqual(['red', 'orange', 'yellow', 'blue']);
});
