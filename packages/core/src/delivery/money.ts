import type { WhitelistState } from './facts.ts';
import {
  BANK,
  BARE,
  COUNTY,
  DEVELOPER,
  type Indicator,
  limited,
  type Missing,
  quiet,
  ratioText,
  unknown,
  type Work,
  yuan,
} from './indicator.ts';
import { escrowRequiredOf } from './schedule.ts';
import type { DeliverySettings } from './settings.ts';

type Seen = Pick<Work, 'facts' | 'report' | 'day'>;

type Balance = { readonly fen: number; readonly date: string };

/**
 * The balance: that of the report, or the lowest of the bank's statements since a report gave one, if that is less.
 *
 * A statement that says more waits for the next report: one of the wrong account, or in the wrong unit, must not make a
 * project look safer than it is. Missing: where the report gives none, the statements since the last that did.
 */
function balanceOf({ facts, report, day }: Seen): Balance | null {
  const reported = report?.escrowBalanceFen ?? null;
  let lowest: Balance | null = reported === null || report === null ? null : { fen: reported, date: report.date };
  if (facts.notices.length === 0) return lowest;
  const since = facts.reports.findLast(({ date, escrowBalanceFen }) => date <= day && escrowBalanceFen !== null);
  for (const { kind, date, amountFen } of facts.notices) {
    if (kind !== 'statement' || amountFen === null || date > day || date <= (since?.date ?? '')) continue;
    if (lowest === null || amountFen < lowest.fen) lowest = { fen: amountFen, date };
  }
  return lowest;
}

/** Money that is there, or will be, to complete a project. Units: fen. Missing: no total without balance and unpaid money. */
export type Funds = {
  readonly balance: { readonly fen: number; readonly date: string } | null;
  readonly guaranteeFen: number;
  /** Approved and not disbursed; 0 where either is not known. */
  readonly loanFen: number;
  readonly unpaidFen: number | null;
  readonly totalFen: number | null;
};

export function fundsOf(seen: Seen): Funds {
  const { report, facts } = seen;
  const balance = balanceOf(seen);
  const unpaidFen = report?.unpaidBuyersFen ?? null;
  const guaranteeFen = report?.guaranteeFen ?? facts.project.guaranteeFen ?? 0;
  const { whitelistState, whitelistApprovedFen: approved, whitelistDisbursedFen: disbursed } = facts.project;
  const open = whitelistState !== 'removed'; // what was approved then will not be paid any more
  const loanFen = open && approved !== null && disbursed !== null ? Math.max(0, approved - disbursed) : 0;
  const totalFen = balance === null || unpaidFen === null ? null : balance.fen + guaranteeFen + loanFen + unpaidFen;
  return { balance, guaranteeFen, loanFen, unpaidFen, totalFen };
}

export function d4(work: Work): Indicator {
  const { facts, report, settings, delivered, lean = false } = work;
  if (delivered) return quiet('D4', '已交付');
  const cost = report?.costToCompleteFen ?? null;
  const { balance, guaranteeFen, loanFen, unpaidFen, totalFen } = fundsOf(work);
  const missing: Missing[] = [];
  if (balance === null) missing.push({ what: '监管账户余额', owner: BANK });
  if (cost === null) missing.push({ what: '后续建设资金', owner: DEVELOPER });
  if (unpaidFen === null) missing.push({ what: '购房人未付款', owner: DEVELOPER });
  if (balance === null || cost === null || unpaidFen === null || totalFen === null) return unknown('D4', missing);
  const { whitelistApprovedFen: approved, whitelistDisbursedFen: disbursed } = facts.project;
  const inputs = (): Indicator['inputs'] => ({
    账户余额: yuan(balance.fen),
    保函: yuan(guaranteeFen),
    未投放贷款: approved === null || disbursed === null ? '0.00（未报，按0计）' : yuan(loanFen),
    购房人未付: yuan(unpaidFen),
    后续建设资金: yuan(cost),
    余额日期: balance.date,
  });
  if (cost === 0) return quiet('D4', '无后续建设资金需求', inputs);
  const text = (): string => ratioText(totalFen, cost);
  return limited('D4', { settings, lean }, { value: { numerator: totalFen, denominator: cost }, text, inputs });
}

export function d5(work: Work): Indicator {
  const { facts, report, settings, delivered, lean = false } = work;
  if (delivered) return quiet('D5', '已交付');
  const required = report === null ? null : escrowRequiredOf(report, facts.schedule);
  const balance = balanceOf(work);
  const missing: Missing[] = [];
  if (balance === null) missing.push({ what: '监管账户余额', owner: BANK });
  if (required === null) missing.push({ what: '重点监管额度', owner: BANK });
  if (balance === null || required === null) return unknown('D5', missing);
  const guarantee = report?.guaranteeFen ?? facts.project.guaranteeFen ?? 0;
  const stands = guaranteeStands(required.fen, guarantee, settings);
  const needed = required.fen - stands;
  const inputs = (): Indicator['inputs'] => ({
    账户余额: yuan(balance.fen),
    重点监管额度: yuan(required.fen),
    额度来源: required.node === null ? '报告' : `监管节点：${required.node}`,
    保函抵减: yuan(stands),
    余额日期: balance.date,
  });
  if (needed <= 0) return quiet('D5', '本节点无须留存', inputs);
  return limited(
    'D5',
    { settings, lean },
    { value: { numerator: balance.fen, denominator: needed }, text: () => ratioText(balance.fen, needed), inputs },
  );
}

/** How much of a requirement a guarantee stands for. Units: fen. */
export function guaranteeStands(
  requiredFen: number,
  guaranteeFen: number,
  { guaranteePercent }: Pick<DeliverySettings, 'guaranteePercent'>,
): number {
  const parts = requiredFen * guaranteePercent;
  const most = Number.isSafeInteger(parts)
    ? (parts - (parts % 100)) / 100
    : Number((BigInt(requiredFen) * BigInt(guaranteePercent)) / 100n);
  return Math.min(guaranteeFen, most);
}

/** What a state is called, and whether it comes with an amount that banks have approved. */
const WHITELIST: Readonly<Record<WhitelistState, { readonly text: string; readonly amount: boolean }>> = {
  none: { text: '未纳入', amount: false },
  recommended: { text: '已推荐', amount: false },
  approved: { text: '已审批', amount: true },
  disbursed: { text: '已投放', amount: true },
  removed: { text: '已退出', amount: false },
};

export function d12(work: Work): Indicator {
  const { whitelistState } = work.facts.project;
  if (whitelistState === null) return loanOf(work);
  const { text: state, amount } = WHITELIST[whitelistState];
  const inputs = { 白名单状态: state };
  if (!amount && (work.facts.project.whitelistApprovedFen ?? 0) === 0) return quiet('D12', state, inputs);
  const loan = loanOf(work);
  if (work.lean === true) return loan;
  return { ...loan, text: `${state}；${loan.text}`, inputs: { ...inputs, ...loan.inputs } };
}

function loanOf({ facts, lean = false }: Work): Indicator {
  const { whitelistState: state, whitelistApprovedFen: approved, whitelistDisbursedFen: disbursed } = facts.project;
  if (lean) return BARE[approved === null || (approved !== 0 && disbursed === null) ? 'unknown' : 'none'].D12;
  if (approved === null) return unknown('D12', [{ what: '白名单审批金额', owner: COUNTY }]);
  if (approved === 0) return quiet('D12', state === null ? '未进白名单' : '审批金额为 0');
  if (disbursed === null) return unknown('D12', [{ what: '白名单投放金额', owner: BANK }]);
  const share = Number((BigInt(disbursed) * 1000n) / BigInt(approved));
  const inputs = (): Indicator['inputs'] => ({ 审批: yuan(approved), 投放: yuan(disbursed) });
  return {
    ...quiet('D12', `投放 ${Math.floor(share / 10)}.${share % 10}%`, inputs),
    value: { numerator: disbursed, denominator: approved },
  };
}
