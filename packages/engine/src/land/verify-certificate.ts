import { canonicalJson, dayAt, type LandCertificate, parseCode } from '@quhua/core';
import { readCertificateFile, verifyCode } from '@quhua/reports';
import { type CertificateRecord, findCertificate, listNewestTiers } from '@quhua/storage';
import { type Engine, ruleInForce } from '../engine.ts';
import { keyMissing, sha256 } from './land-certificate.ts';
import { invalid } from './question.ts';

/** What a code, or a file, is worth. */
export type CertificateState = 'genuine' | 'expired' | 'superseded' | 'altered' | 'unknown';
export type Verification = {
  readonly state: CertificateState;
  readonly text: string;
  readonly number: string | null;
  readonly code: string | null;
  readonly issuedAt: string | null;
  readonly validUntil: string | null;
  readonly supersededBy: string | null;
  /** What is on record, to be compared with the paper; null for an unknown code. */
  readonly certificate: LandCertificate | null;
  /** Of an altered file: what it says otherwise. */
  readonly differences: readonly string[];
};
export type VerifyInput = { readonly code?: string; readonly file?: Buffer; readonly keys: readonly string[] };

const STATE_TEXT: Readonly<Record<CertificateState, string>> = {
  genuine: '真实有效',
  expired: '已过期',
  superseded: '已被取代',
  altered: '内容不符',
  unknown: '查无此单',
};

/**
 * Says whether a certificate is genuine, altered, superseded, expired or unknown: by its code alone against what is on
 * record, or with the file, every byte of which must be what was issued.
 *
 * Errors: invalid/CERTIFICATE_KEY_MISSING, invalid/USAGE with neither code nor file.
 */
export async function verifyCertificate(
  engine: Engine,
  { code: given, file, keys }: VerifyInput,
): Promise<Verification> {
  if (keys.length === 0) throw keyMissing();
  const reading = file === undefined ? null : await readCertificateFile(file);
  const code = given === undefined ? (reading?.visibleCode ?? reading?.code ?? null) : parseCode(given);
  if (given === undefined && file === undefined)
    throw invalid('USAGE', '请给出验证码或 --file / a code or a file is needed');
  const record =
    code === null ? undefined : await findCertificate(engine.database.db, engine.config.jurisdiction.code, code);
  if (record === undefined) return { ...NOTHING, state: 'unknown', text: STATE_TEXT.unknown, code };
  const stored = record.content as LandCertificate; // safe: written by issueCertificate only
  const differences = file === undefined ? [] : differencesOf(record, { file, read: reading?.certificate ?? null });
  if (!verifyCode(stored, keys)) differences.push('存档内容与签发时的验证码不符');
  const state = differences.length > 0 ? 'altered' : await stateOf(engine, record, stored);
  return {
    state,
    text: STATE_TEXT[state],
    number: stored.number,
    code,
    issuedAt: record.at.toISOString(),
    validUntil: record.validUntil,
    supersededBy: record.supersededBy,
    certificate: stored,
    differences,
  };
}

const NOTHING = {
  number: null,
  issuedAt: null,
  validUntil: null,
  supersededBy: null,
  certificate: null,
  differences: [],
} as const;

async function stateOf(engine: Engine, record: CertificateRecord, stored: LandCertificate): Promise<CertificateState> {
  if (record.supersededBy !== null || (await hasNewerAssessment(engine, record, stored))) return 'superseded';
  return dayAt(engine.now(), engine.config.jurisdiction.timezone) > record.validUntil ? 'expired' : 'genuine';
}

/** Whether the assessment that it rests on was restated, or followed by another. */
async function hasNewerAssessment(
  engine: Engine,
  { regionId }: CertificateRecord,
  { assessment }: LandCertificate,
): Promise<boolean> {
  if (assessment === null) return false;
  const newest = (await listNewestTiers(engine.database.db, ruleInForce(engine).id, [regionId])).get(regionId);
  if (newest === undefined) return true;
  return newest.month !== assessment.month || newest.asOf > new Date(assessment.asOf);
}

type ReadFile = { readonly file: Buffer; readonly read: LandCertificate | null };

/** Fields of which people need to be told by name. */
const FIELDS: readonly (readonly [keyof LandCertificate, string])[] = [
  ['number', '编号'],
  ['decision', '结论'],
  ['conclusion', '结论文字'],
  ['parcelNo', '宗地编号'],
  ['use', '用途'],
  ['areaSqm', '面积'],
  ['residentialShare', '住宅占比'],
  ['date', '供应日期'],
  ['validUntil', '有效期'],
  ['region', '单元'],
  ['quota', '限额'],
  ['assessment', '评估'],
  ['rule', '规则'],
];

function differencesOf({ files, content }: CertificateRecord, { file, read }: ReadFile): string[] {
  if (Object.values(files).includes(sha256(file))) return [];
  const stored = content as LandCertificate; // safe: as above
  if (read === null) return ['文件与签发时的不同，且读不出其内容'];
  const named = FIELDS.filter(([field]) => canonicalJson(read[field]) !== canonicalJson(stored[field])).map(
    ([field, title]) => {
      const [now, then] = [read[field], stored[field]];
      return typeof now === 'string' && typeof then === 'string'
        ? `${title}：文件写“${now}”，签发时为“${then}”`
        : `${title}与签发时不同`;
    },
  );
  return named.length > 0 ? named : ['文件的字句与签发时不同（内嵌数据未变）：以存档内容为准'];
}
