import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { loadConfig } from '@quhua/config';
import type { FeedName } from '@quhua/core';
import { approveBatch, assessmentsOf, exportFeed, type IngestResult, ingestFile } from '@quhua/engine';
import { expect, test } from 'vitest';
import { createTestEngine, KASHGAR, type TestEngine } from '../support/engine.ts';
import { expectedAssessments, toExpected } from '../support/expected-assessments.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/feeds');
const AS_OF = '2025-11-06T10:00:00+08:00';
const config = loadConfig(KASHGAR);

/** What an account apart from this code base says of a file. */
type Expected = {
  readonly file: string;
  readonly feed: FeedName;
  readonly outcome: 'accepted' | 'partly' | 'rejected' | 'flagged';
  readonly suggestedCode?: string;
  readonly rows: Readonly<Record<'total' | 'quarantined' | 'duplicate', number>>;
  readonly empty?: number;
  readonly columns?: readonly string[];
  readonly canonicalSha256?: string;
};
const ALL: readonly Expected[] = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')).files;
const READ = ALL.filter(({ outcome }) => outcome !== 'rejected');

async function ingest(engine: TestEngine, file: string): Promise<IngestResult> {
  return ingestFile(engine, { name: basename(file), bytes: readFileSync(join(FOLDER, file)), by: 'test' });
}

/** Hash of the canonical text that is given out for a batch. */
async function exportedSha256(engine: TestEngine, feed: FeedName, batch: number): Promise<string> {
  const hash = createHash('sha256');
  const { sha256 } = await exportFeed(engine, { feed, batch }, async (part) => {
    hash.update(part);
  });
  expect(hash.digest('hex')).toBe(sha256);
  return sha256;
}

test.each(READ)('$file: status, counts and stored values are those expected', async (expected) => {
  const { file, feed, outcome, rows, empty, canonicalSha256, suggestedCode } = expected;
  const engine = await createTestEngine({ config, now: AS_OF });
  const result = await ingest(engine, file);
  expect(result.feed).toBe(feed);
  // A file that its own total contradicts waits for a person.
  expect(result.status).toBe(outcome === 'flagged' ? 'held' : 'accepted');
  const { total, quarantined, duplicate, accepted, warned } = result.rows;
  expect({ total, quarantined, duplicate }).toEqual({
    total: rows.total,
    quarantined: rows.quarantined,
    duplicate: rows.duplicate,
  });
  expect(accepted + warned + quarantined + duplicate).toBe(total);
  if (empty !== undefined) expect(result.rows.empty).toBe(empty);
  if (outcome === 'partly') expect(result.reasons.map(({ code }) => code)).toContain(suggestedCode);
  if (outcome === 'flagged') expect(result.plan?.notes.map(({ code }) => code)).toContain(suggestedCode);
  if (result.status === 'held') await approveBatch(engine, { id: Number(result.id), by: 'test', reason: 'checked' });
  expect(await exportedSha256(engine, feed, Number(result.id))).toBe(canonicalSha256);
});

test.each(ALL.filter(({ outcome }) => outcome === 'rejected'))('$file stores nothing', async (expected) => {
  const engine = await createTestEngine({ config, now: AS_OF });
  const result = await ingest(engine, expected.file);
  expect(result).toMatchObject({ status: 'rejected', reasons: [{ code: expected.suggestedCode }] });
  expect(result.message).toMatch(/\p{Script=Han}.* \/ .*[a-z]/su);
  const { db } = engine.database;
  for (const table of ['sales_observation', 'inventory_observation', 'batch_row'] as const)
    expect(await db.selectFrom(table).select('batch_id').execute()).toEqual([]);
  expect(await db.selectFrom('batch').select('status').execute()).toEqual([{ status: 'rejected' }]);
});

const RECEIVED = ALL.filter(({ file }) => file.startsWith('as-received/')).map(({ file }) => file);

test('the messy files together give every one of the 468 expected assessments, whatever their order', async () => {
  const engine = await createTestEngine({ config, now: AS_OF });
  // The contracts of one county's October are in its monthly report too: they say the same month a second time.
  const files = RECEIVED.toSorted((a, b) => (basename(a) < basename(b) ? 1 : -1));
  for (const file of files) expect([file, (await ingest(engine, file)).status]).toEqual([file, 'accepted']);
  const { months } = await assessmentsOf(engine, { from: '2022-11', to: '2025-10' });
  const got = months.flatMap(({ month, regions }) => regions.map((region) => toExpected(month, region)));
  expect(got).toHaveLength(468);
  expect(got).toEqual(expectedAssessments());
});
