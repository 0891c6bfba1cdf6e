import {
  AppError,
  dayAt,
  getLandUse,
  LAND_KIND_TEXT,
  LAND_KINDS,
  type LandEntry,
  type LandKind,
  landPolicyOf,
  parcelKey,
} from '@quhua/core';
import { listLandEntries } from '@quhua/storage';
import { type Engine, ruleInForce } from '../engine.ts';
import { quoted } from '../export-feed.ts';
import { ingestFile } from '../ingest-file.ts';
import type { IngestResult } from '../ingest-result.ts';
import { ledgerFaultsOf } from './check-ledger.ts';
import { findUnit, invalid, parseDay, parseLandArea, parseShare } from './question.ts';

/** One entry of the land ledger, as a clerk writes it down. */
export type RecordInput = {
  readonly entryNo: string;
  readonly region: string;
  readonly kind: string;
  readonly parcel: string;
  readonly use: string;
  /** `12000`, `1.2公顷`, `18亩`. */
  readonly area: string;
  readonly residentialShare?: string;
  readonly date: string;
  /** Number of the contract, decision or announcement. */
  readonly document?: string;
  /** The entry is known already and this is what it should say. */
  readonly correct: boolean;
  readonly simulated?: boolean;
  readonly by: string;
};

/**
 * Takes one entry into the land ledger, by the way that every file takes: as a batch of one line that can be withdrawn.
 *
 * Errors: invalid/… with what is wrong, where, and what to do; conflict/ENTRY_EXISTS, not_found/ENTRY_NOT_FOUND; nothing
 * is stored then.
 */
export async function recordLand(engine: Engine, input: RecordInput): Promise<IngestResult> {
  const { db } = engine.database;
  const entry = readEntry(engine, input);
  const known = await listLandEntries(db, {
    jurisdiction: engine.config.jurisdiction.code,
    asOf: null,
    entryNos: [entry.entryNo],
  });
  if (known.length > 0 && !input.correct) {
    const message = `台账编号 ${entry.entryNo} 已存在；更正请加 --correct，否则请换编号 / the entry exists, correct it with --correct`;
    throw new AppError('conflict', 'ENTRY_EXISTS', message);
  }
  if (known.length === 0 && input.correct) {
    throw new AppError('not_found', 'ENTRY_NOT_FOUND', `没有台账编号 ${entry.entryNo}，无从更正 / nothing to correct`);
  }
  const [fault] = (await ledgerFaultsOf(engine, db, [entry])).get(entry.entryNo) ?? [];
  if (fault !== undefined) throw invalid(fault.code, `${fault.zh} / ${fault.en}`);
  await refuseUnproven(engine, entry);
  const header = 'entry_no,region_code,kind,parcel_no,land_use,area,date,document,residential_share_pct';
  const share = entry.shareBp === null ? '' : String(entry.shareBp / 100);
  const cells = [
    entry.entryNo,
    entry.regionCode,
    entry.kind,
    entry.parcelNo,
    entry.landUse,
    String(entry.areaSqm),
    entry.date,
    entry.document ?? '',
    share,
  ];
  const says = known.some((one) => saysOf(one) === saysOf(entry));
  for (let copy = 0; ; copy += 1) {
    const result = await ingestFile(engine, {
      name: `手工录入_${entry.entryNo}.csv`,
      // Corrected back to what it said once, it would be the same file to the byte, and so nothing new.
      bytes: Buffer.from(`${header}\n${cells.map(quoted).join(',')}\n${'\n'.repeat(copy)}`),
      feed: 'land',
      by: input.by,
      ...(input.simulated === true ? { simulated: true } : {}),
    });
    if (result.status !== 'duplicate' || !input.correct || says) return result;
  }
}

function saysOf({ batchId: _batch, line: _line, simulated: _simulated, ...content }: LandEntry): string {
  return JSON.stringify({ ...content, parcelNo: parcelKey(content.parcelNo) });
}

function readEntry(engine: Engine, input: RecordInput): LandEntry {
  const policy = landPolicyOf(ruleInForce(engine));
  const entryNo = input.entryNo.trim();
  if (entryNo === '' || entryNo.length > 100)
    throw invalid('ENTRY_EMPTY', '请给出台账编号（1–100 字） / an entry number is needed');
  const parcelNo = input.parcel.trim();
  if (parcelNo === '' || parcelNo.length > 100)
    throw invalid('PARCEL_EMPTY', '请给出宗地编号（1–100 字） / a parcel number is needed');
  const use = getLandUse(input.use, policy);
  const date = parseDay(input.date);
  const today = dayAt(engine.now(), engine.config.jurisdiction.timezone);
  if (date > today) throw invalid('DATE_FUTURE', `日期在将来：${date}，今天是 ${today} / the day lies in the future`);
  return {
    entryNo,
    regionCode: findUnit(engine, input.region).code,
    kind: parseKind(input.kind),
    parcelNo,
    landUse: use.use,
    areaSqm: parseLandArea(input.area),
    shareBp: input.residentialShare === undefined ? null : parseShare(input.residentialShare),
    date,
    document: input.document?.trim() || null,
    batchId: 0,
    line: 0,
    simulated: input.simulated === true,
  };
}

/** Errors: invalid/LAND_KIND_UNKNOWN. */
function parseKind(text: string): LandKind {
  const kind = LAND_KINDS.find((one) => one === text || LAND_KIND_TEXT[one].split('/').includes(text));
  if (kind !== undefined) return kind;
  const known = LAND_KINDS.map((one) => `${one}（${LAND_KIND_TEXT[one]}）`).join('、');
  throw invalid('LAND_KIND_UNKNOWN', `不认识的事项“${text}”：可用 ${known} / unknown kind of entry`);
}

/** What the ledger has never seen may be from before it began: then the contract of that sale has to be named. */
async function refuseUnproven(engine: Engine, entry: LandEntry): Promise<void> {
  if (entry.kind !== 'completed' || entry.document !== null) return;
  const parcels = [parcelKey(entry.parcelNo)];
  const known = await listLandEntries(engine.database.db, {
    jurisdiction: engine.config.jurisdiction.code,
    asOf: null,
    parcels,
  });
  if (known.some(({ kind, entryNo }) => entryNo !== entry.entryNo && (kind === 'sold' || kind === 'contracted')))
    return;
  const message = `宗地 ${entry.parcelNo} 在台账中没有成交或签约记录：台账以前出让的，请用 --document 写明出让合同编号 / completed without a sale before it`;
  throw invalid('COMPLETED_UNSOLD', message);
}
