import type { AppError } from '@quhua/core';
import { canonicalText, FEEDS, type FeedRow, type LedgerRow, NO_ROWS } from '@quhua/core';
import type { FeedReading, ReadPlan } from '@quhua/feeds';
import { findBatchOfFile, type RefusedRow, type RegionIds, type Tx } from '@quhua/storage';
import type { BatchCheck } from './check-batch.ts';
import { compareFile, NO_DIFFERENCES, warnRows } from './compare-file.ts';
import type { Engine } from './engine.ts';
import { type IngestResult, NOTHING_TOLD, readingOf, type SampleRow } from './ingest-result.ts';
import type { IncomingFile } from './open-file.ts';
import { isSimulated } from './open-file.ts';
import { countReasons, whyHeld } from './settle-batch.ts';
import { stageRows } from './stage-rows.ts';

export type PreviewInput = {
  readonly file: IncomingFile;
  readonly reading: FeedReading;
  readonly regionIds: RegionIds;
  readonly check: BatchCheck | null;
};

/** What would become of a file: staged and compared, and nothing of it kept. */
export async function previewFile(engine: Engine, tx: Tx, input: PreviewInput): Promise<IngestResult> {
  const { file, reading } = input;
  const { code: jurisdiction } = engine.config.jurisdiction;
  const earlier = await findBatchOfFile(tx.sql, { ...file, jurisdiction });
  const known = earlier !== undefined && earlier.status !== 'rejected';
  const { ledger, counts, sample, holds, notes } = await stageRows(tx, input);
  const held = whyHeld(engine, { counts, notes, holds });
  const { feed } = reading.plan;
  const { differences, warnings } = await compareFile(tx, {
    plan: reading.plan,
    jurisdiction,
    knownFrom: file.knownFrom,
  });
  const rows = warnRows({ ledger, counts }, warnings);
  const { changes, changeCount, ...plan } = { ...NO_DIFFERENCES, ...readingOf(reading, { notes, differences }) };
  return {
    id: null,
    feed,
    file: file.name,
    sha256: file.sha256,
    status: known ? 'duplicate' : held === null ? 'accepted' : 'held',
    rows,
    reasons: countReasons(ledger),
    quarantineFile: null,
    simulated: isSimulated(engine, file, plan),
    message: known ? null : (held?.message ?? null),
    plan,
    changes,
    changeCount,
    sample: sample
      .filter(({ line }) => ledger.get(line)?.outcome !== 'quarantined') // the checks come after the reading
      .map((row) => toSample(plan, row)),
    told: { quarantined: firstOf(ledger, 'quarantined'), warned: firstOf(ledger, 'warned') },
  };
}

/** Of a long list, as many as one looks at. */
const TOLD_ROWS = 20;

function firstOf(ledger: ReadonlyMap<number, LedgerRow>, wanted: LedgerRow['outcome']): RefusedRow[] {
  const rows = [...ledger.values()].filter(({ outcome }) => outcome === wanted);
  return rows
    .sort((a, b) => a.line - b.line)
    .slice(0, TOLD_ROWS)
    .map(({ line, reasons }) => ({ line, reasons }));
}

function toSample(plan: ReadPlan, { line, regionCode, month, values, raw }: FeedRow): SampleRow {
  const { columns } = FEEDS[plan.feed];
  const read: Record<string, string> = {};
  if (regionCode !== null) read.region_code = regionCode;
  if (month !== null) read.month = month;
  for (const [at, column] of columns.entries()) {
    const text = canonicalText(column, values[at] ?? null);
    if (text !== '') read[column.name] = text;
  }
  return { ...placeOf(plan, line), raw, read };
}

/** Sheet and row of a line. */
function placeOf({ tables }: ReadPlan, line: number): { readonly sheet: string; readonly row: number } {
  const table = tables.findLast(({ base }) => base < line);
  if (table === undefined) return { sheet: '', row: line };
  return { sheet: table.sheet, row: Math.floor((line - 1 - table.base) / table.records) + 1 };
}

/** A file that would be refused. */
export function refusedPreview(file: IncomingFile, error: AppError): IngestResult {
  return {
    id: null,
    feed: file.feed ?? null,
    file: file.name,
    sha256: file.sha256,
    status: 'rejected',
    rows: NO_ROWS,
    reasons: [{ code: error.code, count: 1 }],
    quarantineFile: null,
    simulated: file.simulated === true,
    message: error.message,
    plan: null,
    ...NO_DIFFERENCES,
    sample: [],
    told: NOTHING_TOLD,
  };
}
