import { describe, expect, test } from 'vitest';
import { readPayload } from '../src/contracts.ts';
import type { QueueName } from '../src/index.ts';

const alert = { v: 1, deliveryId: 'a', alertId: '1', eventId: '2' };

describe('what is read', () => {
  test.each<{ name: QueueName; data: object }>([
    { name: 'ingest', data: { v: 1, file: '10月/喀什地区 inventory.xlsx' } },
    { name: 'assess', data: { v: 1, jurisdiction: '653100' } },
    { name: 'assess', data: { v: 1, jurisdiction: '653100', batchId: '12', asOf: '2025-11-25T08:00:00+08:00' } },
    { name: 'alerts', data: alert },
    { name: 'alerts-land', data: alert },
    { name: 'digest', data: { v: 1, runId: '7' } },
    { name: 'canary-c1', data: { v: 1, at: '2025-11-25T00:00:00.000Z' } },
  ])('$name $data', ({ name, data }) => {
    expect(readPayload(name, data)).toEqual({ kind: 'payload', payload: data });
    expect(readPayload(name, { ...data, later: true })).toEqual({ kind: 'payload', payload: data });
    expect(readPayload(name, { ...data, v: 2 })).toEqual({ kind: 'newer', v: 2 });
  });
});

describe('what is refused', () => {
  test.each<{ name: QueueName; data: unknown; why: string }>([
    { name: 'ingest', data: { v: 1, file: '/etc/passwd' }, why: 'an absolute path' },
    { name: 'ingest', data: { v: 1, file: 'C:\\data.xlsx' }, why: 'a drive' },
    { name: 'ingest', data: { v: 1, file: 'a/../../b.csv' }, why: 'a way out of the inbox' },
    { name: 'ingest', data: { v: 1, file: 'a\\..\\b.csv' }, why: 'the same the other way round' },
    { name: 'ingest', data: { v: 1, file: 'a\0.csv' }, why: 'a NUL' },
    { name: 'ingest', data: { v: 1, file: '' }, why: 'nothing' },
    { name: 'assess', data: { v: 1, jurisdiction: 653100 }, why: 'a number for a text' },
    { name: 'assess', data: { v: 1, jurisdiction: '653100', asOf: '2025-11-25' }, why: 'a day for an instant' },
    { name: 'alerts', data: { ...alert, deliveryId: 'x'.repeat(201) }, why: 'an endless id' },
    { name: 'alerts', data: { ...alert, v: 0 }, why: 'a version that never was' },
    { name: 'alerts', data: { ...alert, v: '2' }, why: 'a version as text' },
    { name: 'alerts', data: { ...alert, v: 1.5 }, why: 'half a version' },
    { name: 'digest', data: null, why: 'null' },
  ])('$name: $why', ({ name, data }) => {
    expect(readPayload(name, data).kind).toBe('invalid');
  });

  test('the faults name the key and not what stood there', () => {
    const reading = readPayload('alerts', { ...alert, alertId: { secret: 's3cret' } });
    expect(reading).toMatchObject({ kind: 'invalid', faults: expect.stringMatching(/^alertId: /u) });
    expect(JSON.stringify(reading)).not.toContain('s3cret');
  });
});
