import { createHash } from 'node:crypto';
import { AppError } from '@quhua/core';
import { sql } from 'kysely';
import type { Db } from './database.ts';
import { executePrepared, writtenOut } from './prepared.ts';

export type DecisionPurpose = 'check' | 'reserve' | 'recheck';

export type NewLandDecision = {
  readonly jurisdiction: string;
  readonly regionId: number;
  readonly parcelKey: string;
  readonly purpose: DecisionPurpose;
  readonly answer: string;
  readonly date: string;
  /** What was known when it was asked as of an earlier instant; null: now. */
  readonly asOf: Date | null;
  readonly at: Date;
  readonly by: string;
  readonly ruleHash: string;
  /** Version of the account whose lines the decision rests on; null where there was none, or where `basis` holds them. */
  readonly account: { readonly id: number; readonly version: number } | null;
  readonly question: object;
  readonly basis: object;
  readonly decision: object;
};
export type LandDecisionRecord = NewLandDecision & { readonly id: number };

const SAVE = `
  insert into land_decision (jurisdiction, region_id, parcel_key, purpose, answer, date, as_of, decided_at, decided_by, rule_hash, account_id,
    account_version, question, basis, decision)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) returning id`;

/** Stores a decision with all that it rests on; returns its id. */
export async function saveLandDecision(db: Db, input: NewLandDecision): Promise<number> {
  const { account, question, basis, decision } = input;
  const values = [
    input.jurisdiction,
    input.regionId,
    input.parcelKey,
    input.purpose,
    input.answer,
    input.date,
    input.asOf,
    input.at,
    input.by,
    input.ruleHash,
    account?.id ?? null,
    account?.version ?? null,
    JSON.stringify(question),
    JSON.stringify(basis),
    JSON.stringify(decision),
  ];
  const [row] = (await executePrepared(db, writtenOut<{ id: number }>(SAVE, values))).rows;
  if (row === undefined) throw new Error('an insert of one row returns one');
  return row.id;
}

type Row = Awaited<ReturnType<ReturnType<typeof selectDecisions>['execute']>>[number];

function selectDecisions(db: Db) {
  return db.selectFrom('land_decision').selectAll();
}

function toRecord(row: Row): LandDecisionRecord {
  return {
    id: row.id,
    jurisdiction: row.jurisdiction,
    regionId: row.region_id,
    parcelKey: row.parcel_key,
    purpose: row.purpose,
    answer: row.answer,
    date: row.date,
    asOf: row.as_of,
    at: row.decided_at,
    by: row.decided_by,
    ruleHash: row.rule_hash,
    account:
      row.account_id === null || row.account_version === null
        ? null
        : { id: row.account_id, version: row.account_version },
    question: row.question,
    basis: row.basis,
    decision: row.decision,
  };
}

/** Errors: not_found/DECISION_NOT_FOUND, also for a decision of another jurisdiction. */
export async function getLandDecision(db: Db, jurisdiction: string, id: number): Promise<LandDecisionRecord> {
  const row = await selectDecisions(db)
    .where('id', '=', id)
    .where('jurisdiction', '=', jurisdiction)
    .executeTakeFirst();
  if (row !== undefined) return toRecord(row);
  throw new AppError('not_found', 'DECISION_NOT_FOUND', `没有核查记录 ${id}：编号见核查结果 / no such decision`);
}

/** The rules as text that is the same for the same rules, and its hash. */
export function ruleSnapshot(rulebook: object): { readonly hash: string; readonly text: string } {
  const text = JSON.stringify(rulebook, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  return { hash: createHash('sha256').update(text).digest('hex'), text };
}

/** Keeps the rules that something was decided by. Concurrency: safe from everywhere at once. */
export async function saveRuleSnapshot(
  db: Db,
  { hash, text }: { readonly hash: string; readonly text: string },
): Promise<void> {
  await sql`insert into rule_snapshot (hash, rulebook) values (${hash}, ${text}::jsonb) on conflict do nothing`.execute(
    db,
  );
}

/** The rules by their hash. Errors: permanent/RULE_SNAPSHOT_MISSING. */
export async function getRuleSnapshot<R extends object>(db: Db, hash: string): Promise<R> {
  const row = await db.selectFrom('rule_snapshot').select('rulebook').where('hash', '=', hash).executeTakeFirst();
  if (row === undefined) {
    throw new AppError(
      'permanent',
      'RULE_SNAPSHOT_MISSING',
      `缺少规则快照 ${hash} / the rules of this decision are not stored`,
    );
  }
  return revive(row.rulebook) as R; // safe: written by saveRuleSnapshot from the same type
}

function revive(value: unknown): unknown {
  if (typeof value === 'string') return /^-?\d+n$/u.test(value) ? BigInt(value.slice(0, -1)) : value;
  if (Array.isArray(value)) return value.map(revive);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revive(inner)]));
}
