import { canonicalJson } from '../canonical-json.ts';
import type { LandAnswer } from './decide.ts';

export type CertificateRule = {
  readonly id: string;
  readonly title: string;
  readonly number: string;
  readonly clause: string | null;
  readonly citation: string;
};

export type CertificateAssessment = {
  readonly month: string;
  readonly definition: string;
  /** Instant, ISO text in UTC. */
  readonly asOf: string;
  /** With its numbers, so that a reader can recompute it: `412,000.00㎡ × 12 ÷ 123,600.00㎡ = 40.0个月`. */
  readonly formula: string;
  readonly tier: string;
  readonly monthsText: string;
  readonly provisional: boolean;
};

export type CertificateQuotaLine = {
  readonly kind: string;
  readonly parcelNo: string;
  readonly areaSqm: string;
  readonly date: string;
  readonly source: string;
};

/** What the year's limit is made of and what is taken of it. Units: whole ㎡ as decimal text. */
export type CertificateQuota = {
  readonly year: number;
  readonly completed: string;
  readonly recovered: string;
  readonly carried: string;
  readonly reserved: string;
  readonly confirmed: string;
  readonly remaining: string;
  readonly lines: readonly CertificateQuotaLine[];
};

/**
 * One answer to "may this parcel be sold now?" as it is handed out. Plain JSON data: what is signed, printed and read back.
 *
 * Units: areas whole ㎡ as decimal text; days `2025-11-22`; instants ISO text in UTC. Missing: an empty `code` means not signed.
 */
export type LandCertificate = {
  /** `〔2025〕核字第000123号`. */
  readonly number: string;
  readonly code: string;
  readonly jurisdiction: { readonly code: string; readonly name: string };
  readonly decisionId: string;
  readonly decision: LandAnswer;
  /** The first line that people read. */
  readonly conclusion: string;
  readonly region: { readonly code: string; readonly name: string };
  readonly parcelNo: string;
  readonly use: string;
  readonly areaSqm: string;
  /** Part of the area that counts as housing, `0.7`; null: not stated. */
  readonly residentialShare: string | null;
  readonly date: string;
  readonly issuedAt: string;
  readonly timezone: string;
  /** The last day on which it holds. */
  readonly validUntil: string;
  readonly rule: CertificateRule;
  readonly assessment: CertificateAssessment | null;
  readonly quota: CertificateQuota | null;
  readonly reasons: readonly { readonly code: string; readonly text: string; readonly citation: string }[];
  readonly warnings: readonly { readonly code: string; readonly text: string }[];
  /** What would change the answer. */
  readonly changes: readonly { readonly code: string; readonly text: string }[];
  readonly verifyAddress: string | null;
  readonly simulated: boolean;
};

/**
 * The text of a certificate that its code is computed over: JSON without blanks, keys sorted by UTF-16 unit at every depth.
 *
 * Shapes: every field but the certificate's own `code`, also those that this version does not know. Texts are not normalised.
 */
export function certificateText(certificate: LandCertificate): string {
  const { code: _, ...signed } = certificate;
  return canonicalJson(signed);
}

/** Digits and capital letters without 0, O, 1 and I: five bits each, and none is taken for another on paper. */
export const CODE_ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

const CODE = new RegExp(`^[${CODE_ALPHABET}]{16}$`, 'u');
const BETWEEN = /[\s\p{Dash}\p{Cf}]+/gu;

/** A code as it is printed, in groups of four: `ABCD-EFGH-JKLM-NPQR`. */
export function formatCode(code: string): string {
  return (code.match(/.{1,4}/gsu) ?? []).join('-');
}

/**
 * The code that a person typed or scanned, in its plain form of 16 characters.
 *
 * Missing: null if it is not one. Lower case, full-width characters, blanks and any kind of hyphen are accepted; a 0, O, 1
 * or I is not guessed at.
 */
export function parseCode(text: string): string | null {
  const plain = text.normalize('NFKC').replace(BETWEEN, '').replace(/[a-z]/gu, upper);
  return CODE.test(plain) ? plain : null;
}

/** Of ASCII only: upper case of `ß` is `SS`. */
function upper(letter: string): string {
  return letter.toUpperCase();
}
