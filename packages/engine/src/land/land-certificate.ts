import { createHash } from 'node:crypto';
import {
  type AppError,
  type Assessment,
  addDays,
  addMonths,
  dayAt,
  dueOn,
  dueSettingsOf,
  figureText,
  formatCentisqm,
  type LandCertificate,
  landPolicyOf,
  parcelKey,
  yearOf,
} from '@quhua/core';
import { certificateCode, renderCertificateDocx, renderCertificateHtml, renderCertificateJson } from '@quhua/reports';
import { nextCertificateSerial, saveCertificate } from '@quhua/storage';
import type { Engine } from '../engine.ts';
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

/** As files of certificates are known by. */
export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function keyMissing(): AppError {
  const message =
    '没有设置 QUHUA_CERTIFICATE_KEY：核查单须用密钥签发和验证（至少32个字符，如 openssl rand -hex 32 的输出），请妥善保存 / set QUHUA_CERTIFICATE_KEY';
  return invalid('CERTIFICATE_KEY_MISSING', message);
}
