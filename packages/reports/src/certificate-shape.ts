import type { LandAnswer, LandCertificate } from '@quhua/core';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const truth: Check = (value) => typeof value === 'boolean';
const year: Check = (value) => Number.isInteger(value);
const sqm = matches(/^-?\d{1,15}$/u);
const day = matches(/^\d{4}-\d{2}-\d{2}$/u);
const month = matches(/^\d{4}-(?:0[1-9]|1[0-2])$/u);
const instant: Check = (value) =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/u.test(value) && !Number.isNaN(Date.parse(value));

function matches(pattern: RegExp): Check {
  return (value) => typeof value === 'string' && pattern.test(value);
}

function orNull(check: Check): Check {
  return (value) => value === null || check(value);
}

function list(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

/** Members that a later version adds are kept: they are signed as well. */
function members(checks: Readonly<Record<string, Check>>): Check {
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(checks).every(([key, check]) => Object.hasOwn(value, key) && check(Reflect.get(value, key)));
}

const DECISIONS: Readonly<Record<LandAnswer, true>> = {
  ALLOWED: true,
  WITHIN_QUOTA: true,
  OVER_QUOTA: true,
  SUSPENDED: true,
  EXEMPT: true,
  NO_BASIS: true,
};

const place = members({ code: text, name: text });
const remark = members({ code: text, text });
const CHECKS: Readonly<Record<keyof LandCertificate, Check>> = {
  number: text,
  code: text,
  jurisdiction: place,
  decisionId: text,
  decision: (value) => typeof value === 'string' && Object.hasOwn(DECISIONS, value),
  conclusion: text,
  region: place,
  parcelNo: text,
  use: text,
  areaSqm: sqm,
  residentialShare: orNull(text),
  date: day,
  issuedAt: instant,
  timezone: isTimezone,
  validUntil: day,
  rule: members({ id: text, title: text, number: text, clause: orNull(text), citation: text }),
  assessment: orNull(
    members({
      month,
      definition: text,
      asOf: instant,
      formula: text,
      tier: text,
      monthsText: text,
      provisional: truth,
    }),
  ),
  quota: orNull(
    members({
      year,
      completed: sqm,
      recovered: sqm,
      carried: sqm,
      reserved: sqm,
      confirmed: sqm,
      remaining: sqm,
      lines: list(members({ kind: text, parcelNo: text, areaSqm: sqm, date: text, source: text })),
    }),
  ),
  reasons: list(members({ code: text, text, citation: text })),
  warnings: list(remark),
  changes: list(remark),
  verifyAddress: orNull(text),
  simulated: truth,
};
const certificate = members(CHECKS);

function isTimezone(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Whether a value has the form of a certificate, so that it can be rendered; it says nothing of whether it is genuine. */
export function isCertificate(value: unknown): value is LandCertificate {
  return certificate(value);
}
