import { type CertificateQuota, type CertificateQuotaLine, type LandCertificate, monthText } from '@quhua/core';
import { clockText, dayText, groupedSqm, hectares, percentText, wholeSqm } from './exact-text.ts';

export const TITLE = '住宅用地供应核查单';
export const SUBTITLE = 'Residential land supply check';
export const SIMULATED = '模拟数据，无效';
export const UNSIGNED = '未签发，不作凭证';
export const CODE_LABEL = '核验码';
export const SIGNATURES = ['经办', '审核'] as const;
export const LINE_HEAD = ['类别', '地块', '面积（㎡）', '日期', '来源'] as const;

export type PairRow = { readonly kind: 'pair'; readonly cells: readonly (readonly [label: string, value: string])[] };
/** Of a fact, which the answer rests on, no paragraph is left out. */
export type WideRow = {
  readonly kind: 'wide';
  readonly label: string;
  readonly paragraphs: readonly string[];
  readonly isFact: boolean;
};
/** One row of the form in words, whatever room there is for them. */
export type WordsRow =
  | PairRow
  | WideRow
  | { readonly kind: 'quota'; readonly label: string; readonly quota: CertificateQuota };

/** The rows of the form, top to bottom. Errors: invalid/CERTIFICATE_AREA. */
export function wordsOf(certificate: LandCertificate): WordsRow[] {
  const { jurisdiction, region, rule, quota, timezone } = certificate;
  const area = wholeSqm(certificate.areaSqm);
  const share = certificate.residentialShare === null ? '' : `（住宅占 ${percentText(certificate.residentialShare)}）`;
  const cited = `${rule.number}《${rule.title}》${rule.clause ?? ''}`;
  return [
    pair(['辖区', jurisdiction.name], ['单元', `${region.name}（${region.code}）`]),
    pair(['地块编号', certificate.parcelNo], ['用途', `${certificate.use}${share}`]),
    pair(['面积', `${hectares(area)} 公顷（${groupedSqm(area)} ㎡）`], ['核查日期', dayText(certificate.date)]),
    fact('依据', rule.citation === cited || rule.citation === '' ? [cited] : [cited, rule.citation]),
    fact('去化周期', assessmentParagraphs(certificate)),
    fact('本年限额', quotaParagraphs(quota)),
    ...(quota === null ? [] : [{ kind: 'quota' as const, label: '限额明细', quota }]),
    wide('理由', numbered(certificate.reasons.map((reason) => reasonText(reason, [cited, rule.citation])))),
    wide('提示', numbered(certificate.warnings.map(({ text }) => text))),
    wide('怎样会变', numbered(certificate.changes.map(({ text }) => text))),
    pair(['有效期至', dayText(certificate.validUntil)], ['出单时间', clockText(certificate.issuedAt, timezone)]),
  ];
}

function pair(...cells: readonly (readonly [string, string])[]): WordsRow {
  return { kind: 'pair', cells };
}

function fact(label: string, paragraphs: readonly string[]): WordsRow {
  return { kind: 'wide', label, paragraphs, isFact: true };
}

function wide(label: string, paragraphs: readonly string[]): WordsRow {
  return { kind: 'wide', label, paragraphs, isFact: false };
}

function numbered(texts: readonly string[]): string[] {
  if (texts.length === 0) return ['无'];
  return texts.length === 1 ? [...texts] : texts.map((text, at) => `${at + 1}. ${text}`);
}

function reasonText({ text, citation }: LandCertificate['reasons'][number], said: readonly string[]): string {
  return citation === '' || said.includes(citation) ? text : `${text}（${citation}）`;
}

function assessmentParagraphs({ assessment, decision, timezone }: LandCertificate): string[] {
  if (assessment === null) return [decision === 'EXEMPT' ? '不适用' : '没有可用的去化周期'];
  const { month, monthsText, tier, provisional, formula, definition, asOf } = assessment;
  return [
    `${monthText(month)}：${monthsText}，档次 ${tier}${provisional ? '（初步值）' : ''}`,
    formula,
    `口径 ${definition}，数据截至 ${clockText(asOf, timezone)}`,
  ];
}

function quotaParagraphs(quota: CertificateQuota | null): string[] {
  if (quota === null) return ['不涉及'];
  const [reserved, confirmed, left] = [wholeSqm(quota.reserved), wholeSqm(quota.confirmed), wholeSqm(quota.remaining)];
  return [
    `${quota.year}年${limitText(quota)}`,
    `已占 ${hectares(reserved + confirmed)} 公顷 = 预留 ${hectares(reserved)} + 确认 ${hectares(confirmed)}`,
    `剩余 ${hectares(left)} 公顷（${groupedSqm(left)} ㎡）`,
  ];
}

function limitText(quota: CertificateQuota): string {
  const [completed, recovered, carried] = [
    wholeSqm(quota.completed),
    wholeSqm(quota.recovered),
    wholeSqm(quota.carried),
  ];
  const revitalised = `竣工 ${hectares(completed)} + 收回 ${hectares(recovered)}`;
  if (carried === 0n) return `盘活 ${hectares(completed + recovered)} 公顷 = ${revitalised}`;
  return `限额 ${hectares(completed + recovered + carried)} 公顷 = 结转 ${hectares(carried)} + ${revitalised}`;
}

const QUOTA_KIND_TEXT: ReadonlyMap<string, string> = new Map([
  ['carried', '结转'],
  ['completed', '竣工'],
  ['recovered', '收回'],
  ['reserved', '预留'],
  ['confirmed', '确认'],
]);

function kindText(kind: string): string {
  return QUOTA_KIND_TEXT.get(kind) ?? kind;
}

/** A quota line's cells, in the order of `LINE_HEAD`. */
export function lineCells({ kind, parcelNo, areaSqm, date, source }: CertificateQuotaLine): string[] {
  return [kindText(kind), parcelNo, groupedSqm(wholeSqm(areaSqm)), date, source];
}

/** What stands for lines that have no room. */
export function restText(lines: readonly CertificateQuotaLine[]): string {
  const sums = new Map<string, bigint>();
  for (const { kind, areaSqm } of lines) sums.set(kind, (sums.get(kind) ?? 0n) + wholeSqm(areaSqm));
  const total = [...sums.values()].reduce((sum, part) => sum + part, 0n);
  const parts = [...sums].map(([kind, sqm]) => `${kindText(kind)} ${groupedSqm(sqm)}`).join('，');
  return `其余 ${lines.length} 笔合计 ${groupedSqm(total)} ㎡${sums.size > 1 ? `（${parts}）` : ''}，明细见电子件`;
}

/** Without what could break a file, or turn the order of letters round on paper. */
export function clean(text: string): string {
  return text.replace(/[\r\n\t\u2028\u2029]+/gu, ' ').replace(/[\p{Cc}\p{Cf}\p{Cs}\ufffe\uffff]/gu, '\ufffd');
}
