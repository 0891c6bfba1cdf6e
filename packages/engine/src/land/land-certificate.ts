import { createHash } from 'node:crypto';
import {
  type AppError,
  type Assessment,
  addDays,
  addMonths,
  canonicalJson,
  dayAt,
  dueOn,
  dueSettingsOf,
  figureText,
  formatCentisqm,
  type LandCertificate,
  landPolicyOf,
  parcelKey,
  parseCode,
  yearOf,
} from '@quhua/core';
import {
  certificateCode,
  readCertificateFile,
  renderCertificateDocx,
  renderCertificateHtml,
  renderCertificateJson,
  verifyCode,
} from '@quhua/reports';
import {
  type CertificateRecord,
  findCertificate,
  nextCertificateSerial,
  readLandFacts,
  saveCertificate,
} from '@quhua/storage';
import { type Engine, ruleInForce } from '../engine.ts';
import { type Decided, presentDecision, shareText } from './decide-land.ts';
import { linesOf, recallDecision } from './explain-land.ts';
import { viewLine } from './lines.ts';
import { invalid } from './question.ts';

export type CertificateFiles = Readonly<Record<'html' | 'docx' | 'json', Buffer>>;
export type IssuedCertificate = {
  readonly number: string;
  readonly code: string;
  readonly decisionId: string;
  readonly validUntil: string;
  readonly files: CertificateFiles;
};
export type IssueInput = {
  readonly id: number;
  readonly by: string;
  /** The current key first. */
  readonly keys: readonly string[];
  readonly publicUrl: string | null;
};

/**
 * Issues the certificate (住宅用地供应核查单) of a decision: numbered, signed, rendered, its files' hashes kept.
 *
 * Shapes: a decision may have several; a newer one of the same parcel supersedes the older.
 * Errors: not_found/DECISION_NOT_FOUND, invalid/CERTIFICATE_KEY_MISSING.
 */
export async function issueCertificate(
  engine: Engine,
  { id, by, keys, publicUrl }: IssueInput,
): Promise<IssuedCertificate> {
  const [key] = keys;
  if (key === undefined) throw keyMissing();
  const decided = await recallDecision(engine, id);
  const { jurisdiction } = engine.config;
  return engine.database.transaction(async (tx) => {
    const at = engine.now();
    const year = yearOf(dayAt(at, jurisdiction.timezone));
    const serial = await nextCertificateSerial(tx, jurisdiction.code, year);
    const unsigned = await contentOf(engine, decided, {
      number: `〔${year}〕核字第${String(serial).padStart(6, '0')}号`,
      at,
      verifyAddress: publicUrl === null ? null : `${publicUrl}/verify`,
    });
    const certificate = { ...unsigned, code: certificateCode(unsigned, key) };
    const files = await render(certificate);
    await saveCertificate(tx, {
      jurisdiction: jurisdiction.code,
      year,
      serial,
      code: certificate.code,
      decisionId: id,
      regionId: decided.found.regionId,
      parcelKey: parcelKey(certificate.parcelNo),
      at,
      by,
      validUntil: certificate.validUntil,
      content: certificate,
      files: { html: sha256(files.html), docx: sha256(files.docx), json: sha256(files.json) },
    });
    engine.onStep('certificate.stored');
    const { number, code, decisionId, validUntil } = certificate;
    return { number, code, decisionId, validUntil, files };
  });
}

async function render(certificate: LandCertificate): Promise<CertificateFiles> {
  return {
    html: Buffer.from(await renderCertificateHtml(certificate)),
    docx: Buffer.from(await renderCertificateDocx(certificate)),
    json: Buffer.from(renderCertificateJson(certificate)),
  };
}

type Numbered = { readonly number: string; readonly at: Date; readonly verifyAddress: string | null };

async function contentOf(
  engine: Engine,
  decided: Decided,
  { number, at, verifyAddress }: Numbered,
): Promise<LandCertificate> {
  const { config } = engine;
  const answer = presentDecision(decided);
  const { assessment } = decided.found.basis;
  const lines = (await linesOf(engine, decided)).map(viewLine);
  const limits = answer.decision !== 'EXEMPT';
  return {
    number,
    code: '',
    jurisdiction: { code: config.jurisdiction.code, name: config.jurisdiction.name },
    decisionId: answer.id,
    decision: answer.decision,
    conclusion: answer.conclusion,
    region: { code: answer.region, name: answer.regionName },
    parcelNo: answer.parcel,
    use: answer.use,
    areaSqm: answer.area,
    residentialShare: shareText(decided.question.shareBp),
    date: answer.date,
    issuedAt: at.toISOString(),
    timezone: config.jurisdiction.timezone,
    validUntil: validUntil(engine, decided, at),
    rule: answer.rule,
    assessment:
      assessment === null || !limits
        ? null
        : {
            month: assessment.month,
            definition: answer.assessment?.definition ?? '',
            asOf: assessment.asOf,
            formula: formulaText(assessment, decided),
            tier: assessment.tier ?? '',
            monthsText: figureText(assessment, decided.rulebook),
            provisional: assessment.provisional === true,
          },
    quota: limits
      ? {
          ...answer.quota,
          lines: lines.map(({ kind, area, parcel, date, source }) => ({
            kind,
            areaSqm: area,
            parcelNo: parcel ?? '',
            date: date ?? '',
            source,
          })),
        }
      : null,
    reasons: answer.reasons,
    warnings: answer.warnings,
    changes: answer.changes.map(({ code, text }) => ({ code, text })),
    verifyAddress,
    simulated: answer.simulated,
  };
}

/** `412,000.00㎡ × 12 ÷ 123,600.00㎡ = 40.0个月`. */
function formulaText(assessment: Assessment, { rulebook }: Decided): string {
  const { stockCentisqm, soldCentisqm, monthsPresent } = assessment;
  const figure = figureText(assessment, rulebook);
  if (stockCentisqm === null) return figure;
  return `${grouped(stockCentisqm)}㎡ × ${monthsPresent} ÷ ${grouped(soldCentisqm)}㎡ = ${figure}`;
}

function grouped(centisqm: number): string {
  return formatCentisqm(centisqm).replace(/\B(?=(?:\d{3})+(?=\.))/gu, ',');
}

/** The earlier of the setting and the day before the next month's reports are due: then there may be another assessment. */
function validUntil({ config }: Engine, { rulebook, found, question }: Decided, at: Date): string {
  const today = dayAt(at, config.jurisdiction.timezone);
  const latest = addDays(today, landPolicyOf(rulebook).certificateDays);
  const month = found.basis.assessment?.month;
  const expected = config.schedule.expected.inventory;
  if (month === undefined || expected?.rhythm !== 'monthly') return latest;
  const due = addDays(dueOn(addMonths(month, 1), dueSettingsOf(expected, question.regionCode).dueDay), -1);
  const [earliest = today] = [due, latest].sort();
  return [earliest, today].sort().at(-1) ?? today; // where the next reports are overdue, it holds for the day
}

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
  { config, database, ...engine }: Engine,
  { regionId }: CertificateRecord,
  { assessment, date }: LandCertificate,
) {
  if (assessment === null) return false;
  const rulebook = ruleInForce({ config, database, ...engine });
  const facts = await readLandFacts(database.db, {
    jurisdiction: config.jurisdiction.code,
    regionId,
    rulebook: rulebook.id,
    year: yearOf(date),
    parcelKey: '',
    before: dayAt(engine.now(), config.jurisdiction.timezone).slice(0, 7),
    reportsFrom: date.slice(0, 7),
    broad: false,
  });
  if (facts.assessment === null) return true;
  return facts.assessment.month !== assessment.month || facts.assessment.asOf > assessment.asOf;
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

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function keyMissing(): AppError {
  const message =
    '没有设置 QUHUA_CERTIFICATE_KEY：核查单须用密钥签发和验证（至少32个字符，如 openssl rand -hex 32 的输出），请妥善保存 / set QUHUA_CERTIFICATE_KEY';
  return invalid('CERTIFICATE_KEY_MISSING', message);
}
