import { noticesUntil } from './facts.ts';
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

/** The newest balance: of a report, or of a bank's statement that is newer. */
function balanceOf({ facts, report, day }: Work): { readonly fen: number; readonly date: string } | null {
  const statement = noticesUntil(facts.notices, day, ['statement']).findLast(({ amountFen }) => amountFen !== null);
  const reported = report?.escrowBalanceFen ?? null;
  if (statement?.amountFen != null && (reported === null || statement.date > (report?.date ?? ''))) {
    return { fen: statement.amountFen, date: statement.date };
  }
  return reported === null || report === null ? null : { fen: reported, date: report.date };
}

export function d4(work: Work): Indicator {
  const { facts, report, settings, delivered, lean = false } = work;
  if (delivered) return quiet('D4', '已交付');
  const cost = report?.costToCompleteFen ?? null;
  const balance = balanceOf(work);
  const unpaid = report?.unpaidBuyersFen ?? null;
  const missing: Missing[] = [];
  if (balance === null) missing.push({ what: '监管账户余额', owner: BANK });
  if (cost === null) missing.push({ what: '后续建设资金', owner: DEVELOPER });
  if (unpaid === null) missing.push({ what: '购房人未付款', owner: DEVELOPER });
  if (balance === null || cost === null || unpaid === null) return unknown('D4', missing);
  const guarantee = report?.guaranteeFen ?? facts.project.guaranteeFen ?? 0;
  const { whitelistApprovedFen: approved, whitelistDisbursedFen: disbursed } = facts.project;
  const loan = approved === null || disbursed === null ? 0 : Math.max(0, approved - disbursed);
  const money = balance.fen + guarantee + loan + unpaid;
  const inputs = (): Indicator['inputs'] => ({
    账户余额: yuan(balance.fen),
    保函: yuan(guarantee),
    未投放贷款: approved === null || disbursed === null ? '0.00（未报，按0计）' : yuan(loan),
    购房人未付: yuan(unpaid),
    后续建设资金: yuan(cost),
    余额日期: balance.date,
  });
  if (cost === 0) return quiet('D4', '无后续建设资金需求', inputs);
  return limited(
    'D4',
    { settings, lean },
    { value: { numerator: money, denominator: cost }, text: () => ratioText(money, cost), inputs },
  );
}

export function d5(work: Work): Indicator {
  const { facts, report, settings, delivered, lean = false } = work;
  if (delivered) return quiet('D5', '已交付');
  const required = report?.escrowRequiredFen ?? null;
  const balance = balanceOf(work);
  const missing: Missing[] = [];
  if (balance === null) missing.push({ what: '监管账户余额', owner: BANK });
  if (required === null) missing.push({ what: '重点监管额度', owner: BANK });
  if (balance === null || required === null) return unknown('D5', missing);
  const guarantee = report?.guaranteeFen ?? facts.project.guaranteeFen ?? 0;
  const stands = Math.min(guarantee, Math.floor((required * settings.guaranteePercent) / 100));
  const needed = required - stands;
  const inputs = (): Indicator['inputs'] => ({
    账户余额: yuan(balance.fen),
    重点监管额度: yuan(required),
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

export function d12({ facts, lean = false }: Work): Indicator {
  const { whitelistApprovedFen: approved, whitelistDisbursedFen: disbursed } = facts.project;
  if (lean) return BARE[approved === null || (approved !== 0 && disbursed === null) ? 'unknown' : 'none'].D12;
  if (approved === null) return unknown('D12', [{ what: '白名单审批金额', owner: COUNTY }]);
  if (approved === 0) return quiet('D12', '未进白名单');
  if (disbursed === null) return unknown('D12', [{ what: '白名单投放金额', owner: BANK }]);
  const share = Number((BigInt(disbursed) * 1000n) / BigInt(approved));
  const inputs = (): Indicator['inputs'] => ({ 审批: yuan(approved), 投放: yuan(disbursed) });
  return {
    ...quiet('D12', `投放 ${Math.floor(share / 10)}.${share % 10}%`, inputs),
    value: { numerator: disbursed, denominator: approved },
  };
}
