import type { LandSupply } from '../rulebook.ts';
import type { AlertKind } from '../settings.ts';
import { type QuotaLine, type QuotaSums, quotaLineKey } from './account.ts';
import { hectareText } from './decide.ts';
import type { LandPolicy } from './policy.ts';

export const QUOTA_ALERT_KINDS = [
  'QUOTA_NEAR',
  'QUOTA_FULL',
  'QUOTA_OVERDRAWN',
  'RESERVATION_SUSPENDED',
] as const satisfies readonly AlertKind[];
export type QuotaAlertKind = (typeof QUOTA_ALERT_KINDS)[number];

type YearSums = { readonly year: number; readonly sums: QuotaSums };

/** A unit's quota as alerts see it. Units: whole ㎡. */
export type QuotaState = {
  /** Of the years that are open, in order. */
  readonly accounts: readonly YearSums[];
  readonly landSupply: LandSupply;
  readonly policy: LandPolicy;
  /** What `affectedLines` left of the lines of the accounts that `namesLines` asks for. */
  readonly lines: readonly QuotaLine[];
  /** What overdrew the account (`overdraftCause`); empty where only its tier has changed, or nothing is overdrawn. */
  readonly cause: string;
};

/** What a kind says of a unit now; null if there is nothing to say, and `over` is what ends an alert that ran. */
export type QuotaFinding = { readonly text: string | null; readonly over: string };

/**
 * What is to be said of a unit's quota, kind by kind, without its name.
 *
 * Shapes: near and full speak of the newest open year, an overdraft of every open year; at most one of near and full holds.
 * Missing: no open year, nothing to say. Source: METHODS.md §10.
 */
export function quotaFinding(kind: QuotaAlertKind, state: QuotaState): QuotaFinding {
  return { text: TEXTS[kind](state), over: OVER[kind] };
}

const OVER: Readonly<Record<QuotaAlertKind, string>> = {
  QUOTA_NEAR: '本年限额不再处于将用完的状态',
  QUOTA_FULL: '本年限额又有余额，或已不受限额限制',
  QUOTA_OVERDRAWN: '本年限额不再透支，或已不受限额限制',
  RESERVATION_SUSPENDED: '已没有受暂停影响的预留',
};

const TEXTS: Readonly<Record<QuotaAlertKind, (state: QuotaState) => string | null>> = {
  QUOTA_NEAR: nearText,
  QUOTA_FULL: fullText,
  QUOTA_OVERDRAWN: overdrawnText,
  RESERVATION_SUSPENDED: suspendedText,
};

function nearText({ accounts, landSupply, policy }: QuotaState): string | null {
  const newest = accounts.at(-1);
  if (newest === undefined || landSupply !== 'swap' || newest.sums.remaining <= 0) return null;
  const { used, total } = useOf(newest.sums);
  if (used === 0 || !isReached(used, total, policy.nearPercent)) return null;
  const left = hectareText(newest.sums.remaining);
  return `供地限额已用 ${percentText(used, total)}（${figuresText(newest)}，剩余 ${left} 公顷）`;
}

function fullText({ accounts, landSupply }: QuotaState): string | null {
  const newest = accounts.at(-1);
  if (newest === undefined || landSupply !== 'swap' || newest.sums.remaining > 0) return null;
  return useOf(newest.sums).used === 0 ? null : `供地限额已用完（${figuresText(newest)}），再供须先竣工或收回`;
}

function overdrawnText({ accounts, landSupply, lines, cause }: QuotaState): string | null {
  const over = landSupply === 'swap' ? accounts.filter(isOverdrawn) : [];
  if (over.length === 0) return null;
  const years = over.map(({ year, sums }) => `${year}年透支 ${hectareText(-sums.remaining)} 公顷`);
  return `供地限额${years.join('、')}，停止新的预留；已作出的不改。${cause}涉及：${listed(lines)}`;
}

function suspendedText({ accounts, landSupply, lines }: QuotaState): string | null {
  if (accounts.length === 0 || landSupply !== 'suspended' || lines.length === 0) return null;
  return `已转为暂停供应，下列已公告或预留的地块受影响：${listed(lines)}。请国土部门处理`;
}

/** Whether an account has anything to be named line by line: what a suspension hits, or what an overdraft is made of. */
export function namesLines({ sums }: Pick<YearSums, 'sums'>, landSupply: LandSupply): boolean {
  return landSupply === 'suspended' ? sums.reserved > 0 : landSupply === 'swap' && sums.remaining < 0;
}

/** The lines that an alert names: a contract stands whatever the tier becomes, but it is part of an overdraft. */
export function affectedLines(lines: readonly QuotaLine[], landSupply: LandSupply): QuotaLine[] {
  return lines.filter(({ kind }) => kind === 'reserved' || (landSupply === 'swap' && kind === 'confirmed'));
}

export function isOverdrawn({ sums }: Pick<YearSums, 'sums'>): boolean {
  return sums.remaining < 0;
}

/** What of the revitalised land an account lost in its last change, in words; empty if that is not why it is overdrawn. */
export function overdraftCause(ended: readonly QuotaLine[], begun: readonly QuotaLine[]): string {
  const less = ended.filter(({ kind }) => kind === 'completed' || kind === 'recovered');
  const texts = less.map((line) => {
    const now = begun.find((other) => quotaLineKey(other) === quotaLineKey(line));
    const to = now === undefined ? '撤销' : `更正为 ${hectareText(now.areaSqm)}`;
    const what = line.kind === 'completed' ? '竣工' : '收回';
    return `${line.parcelNo ?? ''} ${what} ${hectareText(line.areaSqm)} 公顷${to}（${quotaSourceText((now ?? line).source)}）`;
  });
  return texts.length === 0 ? '' : `起因：${texts.slice(0, MOST_NAMED).join('、')}。`;
}

/** Whether taking `takenSqm` brought an account to where somebody is to be told. Units: whole ㎡; `usedSqm` with what was taken. */
export function crossesQuotaLimit(
  { usedSqm, totalSqm, takenSqm }: { readonly usedSqm: number; readonly totalSqm: number; readonly takenSqm: number },
  { nearPercent }: Pick<LandPolicy, 'nearPercent'>,
): boolean {
  return [nearPercent, 100].some(
    (percent) => !isReached(usedSqm - takenSqm, totalSqm, percent) && isReached(usedSqm, totalSqm, percent),
  );
}

/** Where a line is from, for people. */
export function quotaSourceText(source: QuotaLine['source']): string {
  if (source.type === 'entry') return `${source.entryNo}（批次${source.batchId}第${source.line}行）`;
  return source.type === 'reservation' ? `预留${source.id}` : `${source.fromYear}年结转`;
}

function useOf(sums: QuotaSums): { readonly used: number; readonly total: number } {
  return { used: sums.reserved + sums.confirmed, total: sums.carried + sums.completed + sums.recovered };
}

function isReached(used: number, total: number, percent: number): boolean {
  return BigInt(used) * 100n >= BigInt(total) * BigInt(percent);
}

function figuresText({ year, sums }: YearSums): string {
  const { used, total } = useOf(sums);
  return `${year}年盘活 ${hectareText(total)} 公顷，已用 ${hectareText(used)} 公顷`;
}

/** Down to the whole percent: 80 % is said only when it is reached. */
function percentText(used: number, total: number): string {
  return total === 0 ? '全部' : `${String((BigInt(used) * 100n) / BigInt(total))}%`;
}

const MOST_NAMED = 10;

function listed(lines: readonly QuotaLine[]): string {
  const named = lines
    .toReversed()
    .slice(0, MOST_NAMED)
    .map(
      ({ parcelNo, areaSqm, source }) => `${parcelNo ?? ''} ${hectareText(areaSqm)}公顷（${quotaSourceText(source)}）`,
    );
  return `${named.join('、')}${lines.length > MOST_NAMED ? `等${lines.length}宗` : ''}`;
}
