import type { CertificateQuotaLine, LandCertificate } from '@quhua/core';
import fc from 'fast-check';
import { certificateCode } from '../src/index.ts';

const assessment = {
  month: '2025-10',
  definition: 'net-signed-12m',
  asOf: '2025-11-12T01:30:00.000Z',
  formula: '247,200.00㎡ × 12 ÷ 123,600.00㎡ = 24.0个月',
  tier: 'SWAP',
  monthsText: '24.0个月',
  provisional: false,
};

const quota = {
  year: 2025,
  completed: '32000',
  recovered: '11000',
  carried: '0',
  reserved: '8000',
  confirmed: '20000',
  remaining: '15000',
  lines: [
    { kind: 'completed', parcelNo: 'YJS-01', areaSqm: '32000', date: '2025-04-18', source: '台账 LD-2025-003' },
    { kind: 'recovered', parcelNo: 'YJS-02', areaSqm: '11000', date: '2025-06-02', source: '台账 LD-2025-011' },
    { kind: 'confirmed', parcelNo: 'YJS-05', areaSqm: '20000', date: '2025-08-27', source: '台账 LD-2025-019' },
    { kind: 'reserved', parcelNo: 'YJS-06', areaSqm: '8000', date: '2025-11-03', source: '预留 R-41' },
  ],
};

/** An answer within the year's limit, as the land bureau of a county would print it. */
export const SAMPLE: LandCertificate = {
  number: '〔2025〕核字第000123号',
  code: '',
  jurisdiction: { code: '653100', name: '喀什地区' },
  decisionId: '0198a3c2-5b1e-7c3a-9f00-3a5d2e8b7c11',
  decision: 'WITHIN_QUOTA',
  conclusion: '限额内可供：本年剩余 1.5000 公顷，本宗后剩 0.3000 公顷',
  region: { code: '653123', name: '英吉沙县' },
  parcelNo: 'YJS-07',
  use: '商品住宅用地',
  areaSqm: '12000',
  residentialShare: '0.7',
  date: '2025-11-22',
  issuedAt: '2025-11-22T10:05:33.000Z',
  timezone: 'Asia/Shanghai',
  validUntil: '2025-12-10',
  rule: {
    id: 'mnr-2024-918',
    title: '自然资源部办公厅关于做好2024年住宅用地供应有关工作的通知',
    number: '自然资办函〔2024〕918号',
    clause: '第一条',
    citation: '自然资办函〔2024〕918号《自然资源部办公厅关于做好2024年住宅用地供应有关工作的通知》第一条',
  },
  assessment,
  quota,
  reasons: [
    {
      code: 'WITHIN_QUOTA',
      text: '去化周期 24.0 个月，在 18 个月（不含）至 36 个月之间，按“盘活多少、供应多少”供应，本宗不超过剩余限额',
      citation: '自然资办函〔2024〕918号《自然资源部办公厅关于做好2024年住宅用地供应有关工作的通知》第一条',
    },
  ],
  warnings: [{ code: 'PLAN_USED', text: '计划 12.54 公顷已用 22%' }],
  changes: [
    { code: 'TIER_UP', text: '去化周期超过 36 个月即暂停供应：可售面积再增加 123,600.00 ㎡ 以上' },
    { code: 'REVITALISE', text: '本年再竣工或收回存量商品住宅用地，剩余限额相应增加' },
  ],
  verifyAddress: 'https://quhua.kashgar.example.cn/verify',
  simulated: false,
};

export const KEY = 'a key of the tests, 2025';

export function signed(certificate: LandCertificate, key = KEY): LandCertificate {
  return { ...certificate, code: certificateCode(certificate, key) };
}

const KINDS = ['completed', 'recovered', 'confirmed', 'reserved'];

export function quotaLines(count: number): CertificateQuotaLine[] {
  return Array.from({ length: count }, (_, at) => ({
    kind: KINDS[at % KINDS.length] ?? '',
    parcelNo: `YJS-${at + 1}`,
    areaSqm: String(1000 * (at + 1)),
    date: '2025-03-11',
    source: `台账 LD-2025-${at + 1}`,
  }));
}

/** A certificate whose every text is far too long, with far too many of them. */
export function monstrous(text: string): LandCertificate {
  const many = Array.from({ length: 40 }, () => ({ code: text, text, citation: text }));
  return {
    ...SAMPLE,
    number: text,
    decisionId: text,
    conclusion: text,
    region: { code: text, name: text },
    jurisdiction: { code: text, name: text },
    parcelNo: text,
    use: text,
    rule: { id: text, title: text, number: text, clause: text, citation: `${text}。` },
    assessment: { ...assessment, definition: text, formula: text, tier: text, monthsText: text },
    quota: {
      ...quota,
      carried: '1',
      lines: quotaLines(40).map((line) => ({ ...line, parcelNo: text, source: text, date: text, kind: text })),
    },
    reasons: many,
    warnings: many,
    changes: many,
    verifyAddress: text,
    simulated: true,
  };
}

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom(
    '',
    '<b>',
    '</script>',
    '<!--',
    ']]>',
    '&amp;',
    '\'"',
    '核验码：ABCD-EFGH-JKLM-NPQR',
    '\u202e',
    '\u0000',
    ' \n ',
    '\ud800',
  ),
);
const areas = fc.bigInt({ min: 0n, max: 10n ** 12n }).map(String);
const days = fc.constantFrom('2025-11-22', '2024-02-29', '2031-01-01');
const remarks = fc.array(fc.record({ code: texts, text: texts }), { maxLength: 4 });

/** Any certificate of the right form, whatever its texts say. */
export const certificates: fc.Arbitrary<LandCertificate> = fc.record({
  number: texts,
  code: fc.constant(''),
  jurisdiction: fc.record({ code: texts, name: texts }),
  decisionId: texts,
  decision: fc.constantFrom('ALLOWED', 'WITHIN_QUOTA', 'OVER_QUOTA', 'SUSPENDED', 'EXEMPT', 'NO_BASIS'),
  conclusion: texts,
  region: fc.record({ code: texts, name: texts }),
  parcelNo: texts,
  use: texts,
  areaSqm: areas,
  residentialShare: fc.option(fc.constantFrom('0.7', '1', '0.3333')),
  date: days,
  issuedAt: fc.constantFrom('2025-11-22T10:05:33.000Z', '1970-01-01T00:00:00Z', '2120-06-30T23:59:59.999Z'),
  timezone: fc.constantFrom('Asia/Shanghai', 'UTC', 'America/St_Johns'),
  validUntil: days,
  rule: fc.record({ id: texts, title: texts, number: texts, clause: fc.option(texts), citation: texts }),
  assessment: fc.option(
    fc.record({
      month: fc.constantFrom('2025-10', '2024-02'),
      definition: texts,
      asOf: fc.constant('2025-11-12T01:30:00.000Z'),
      formula: texts,
      tier: texts,
      monthsText: texts,
      provisional: fc.boolean(),
    }),
  ),
  quota: fc.option(
    fc.record({
      year: fc.integer({ min: 2000, max: 2100 }),
      completed: areas,
      recovered: areas,
      carried: areas,
      reserved: areas,
      confirmed: areas,
      remaining: areas.map((area) => (area === '0' ? area : `-${area}`)),
      lines: fc.array(fc.record({ kind: texts, parcelNo: texts, areaSqm: areas, date: texts, source: texts }), {
        maxLength: 16,
      }),
    }),
  ),
  reasons: fc.array(fc.record({ code: texts, text: texts, citation: texts }), { maxLength: 4 }),
  warnings: remarks,
  changes: remarks,
  verifyAddress: fc.option(texts),
  simulated: fc.boolean(),
});
