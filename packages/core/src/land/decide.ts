import { formatCentisqm } from '../area.ts';
import type { Assessment } from '../assess.ts';
import { type Distance, distancesOf } from '../distance.ts';
import { addMonths, monthIndex, monthText } from '../month.ts';
import { formatRatio } from '../ratio.ts';
import { citationOf, getTierRule, type LandSupply, landPolicyOf, type Rulebook } from '../rulebook.ts';
import { thresholdsOf } from '../sell-through.ts';
import type { QuotaSums } from './account.ts';
import { largestAreaWithin, quotaAreaOf, type ShareBp } from './land-use.ts';
import type { LandEntry } from './ledger.ts';
import type { LandPolicy, LandUseRule } from './policy.ts';

/** Answers to “may this parcel be sold now?”. Only ALLOWED, WITHIN_QUOTA and EXEMPT say yes. */
export const LAND_DECISIONS = ['ALLOWED', 'WITHIN_QUOTA', 'OVER_QUOTA', 'SUSPENDED', 'EXEMPT', 'NO_BASIS'] as const;
export type LandAnswer = (typeof LAND_DECISIONS)[number];

export type LandQuestion = {
  readonly regionCode: string;
  readonly regionName: string;
  readonly parcelNo: string;
  readonly use: LandUseRule;
  /** Whole ㎡, above 0. */
  readonly areaSqm: number;
  readonly shareBp: ShareBp | null;
  /** Day of the sale, `2025-11-22`. */
  readonly date: string;
};

/** Why figures cannot be relied on, found by whoever knows the feeds. */
export type BasisFault = { readonly code: string; readonly zh: string; readonly en: string };

/** Everything that a decision rests on. */
export type LandBasis = {
  /** Newest assessment with a tier of a month that was over on the day; null: there is none. */
  readonly assessment: (Assessment & { readonly asOf: string }) | null;
  /** What makes the figures unfit: a stale feed, a file under dispute. Any of them means NO_BASIS. */
  readonly faults: readonly BasisFault[];
  /** What is to be said of the figures without making them unfit. */
  readonly remarks: readonly LandRemark[];
  readonly quota: QuotaSums;
  readonly parcel: {
    /** Whether the ledger holds it. */
    readonly known: boolean;
    /** Quota that it holds already, by an announcement or a reservation: it is not counted against itself. Whole ㎡. */
    readonly ownSqm: number;
    /** The entry by which it was recovered in the year of the decision. */
    readonly recovered: Pick<LandEntry, 'entryNo' | 'date'> | null;
    /** What the tier meant for land when the parcel was announced; null: not announced, or not known. */
    readonly announced: { readonly date: string; readonly landSupply: LandSupply | null } | null;
  };
  /** Land that the year's plan foresees, and what was contracted of it; null without a plan. Whole ㎡. */
  readonly plan: { readonly targetSqm: number; readonly usedSqm: number } | null;
};

export type LandReason = { readonly code: string; readonly text: string; readonly citation: string };
export type LandRemark = { readonly code: string; readonly text: string };

/** What would change the answer. Units: `netSalesCentisqm` and `stockCentisqm` in 0.01 ㎡, `landSqm` in whole ㎡. */
export type LandChange = {
  readonly code: 'SELL_TO_LEAVE' | 'SELL_TO_FREE' | 'REVITALISE' | 'ROOM' | 'SMALLER' | 'NEW_DATA';
  readonly text: string;
  /** Homes to be sold. */
  readonly netSalesCentisqm: number | null;
  /** Stock that may still be added. */
  readonly stockCentisqm: number | null;
  readonly landSqm: number | null;
};

const NO_AMOUNT = { netSalesCentisqm: null, stockCentisqm: null, landSqm: null } as const;

export type LandDecision = {
  readonly answer: LandAnswer;
  /** First heading, as people read it. */
  readonly conclusion: string;
  /** Quota that this sale would take; 0 for exempt land. Whole ㎡. */
  readonly quotaSqm: number;
  /** What is left for this parcel. Whole ㎡; below zero: overdrawn. */
  readonly remainingSqm: number;
  /** Largest area of this use and share that would pass; null: no limit, or nothing can be said. Whole ㎡. */
  readonly largestSqm: number | null;
  readonly reasons: readonly LandReason[];
  readonly warnings: readonly LandRemark[];
  readonly changes: readonly LandChange[];
};

/**
 * May this parcel be sold? Pure: the same question, basis and rules give the same answer.
 *
 * Missing: whatever is missing, stale or under dispute gives NO_BASIS, never a yes.
 * Source: METHODS.md §10.
 */
export function decideLand(question: LandQuestion, basis: LandBasis, rulebook: Rulebook): LandDecision {
  const policy = landPolicyOf(rulebook);
  const quotaSqm = quotaAreaOf(question.areaSqm, question.use, question.shareBp, policy);
  const work: Work = { question, basis, rulebook, policy, quotaSqm, citation: citationOf(rulebook) };
  const found = quotaSqm === 0 ? exempt(work) : (refusedParcel(work) ?? withoutBasis(work) ?? byTier(work));
  const warnings = quotaSqm === 0 ? [] : warningsOf(work, found.answer);
  const remainingSqm = basis.quota.remaining + basis.parcel.ownSqm;
  return { ...found, quotaSqm, remainingSqm, warnings: [...warnings, ...basis.remarks] };
}

type Work = {
  readonly question: LandQuestion;
  readonly basis: LandBasis;
  readonly rulebook: Rulebook;
  readonly policy: LandPolicy;
  readonly quotaSqm: number;
  readonly citation: string;
};
type Found = Pick<LandDecision, 'answer' | 'conclusion' | 'largestSqm' | 'reasons' | 'changes'>;

function exempt({ question }: Work): Found {
  const { use, shareBp } = question;
  const why = shareBp === 0 ? `商品住宅占比为0，按“${use.use}”不占限额。${use.why}` : use.why;
  return {
    answer: 'EXEMPT',
    conclusion: `不在限制范围：${use.use}`,
    largestSqm: null,
    reasons: [{ code: 'USE_EXEMPT', text: `${use.use}不受暂停和限额限制`, citation: why }],
    changes: [],
  };
}

function refusedParcel({ basis, policy, question, citation }: Work): Found | null {
  const { recovered } = basis.parcel;
  if (recovered === null || policy.recoveredThisYear !== 'refuse') return null;
  const text = `宗地 ${question.parcelNo} 于 ${recovered.date} 收回（${recovered.entryNo}）：计入本年盘活，但当年原则上不再用于房地产开发`;
  return {
    answer: 'SUSPENDED',
    conclusion: '暂停供应：本宗地系本年收回，当年不再用于商品住宅',
    largestSqm: 0,
    reasons: [
      {
        code: 'PARCEL_RECOVERED_THIS_YEAR',
        text,
        citation: `收回的土地当年原则上不再用于房地产开发（设定 land.recoveredThisYear）；${citation}`,
      },
    ],
    changes: [],
  };
}

function withoutBasis(work: Work): Found | null {
  const { basis, question, policy, citation } = work;
  const faults = [...basis.faults];
  const { assessment } = basis;
  if (assessment === null) {
    faults.unshift({
      code: 'NO_ASSESSMENT',
      zh: `${question.regionName}还没有可用的去化周期评估`,
      en: 'no assessment',
    });
  } else {
    const age = monthIndex(question.date.slice(0, 7)) - monthIndex(assessment.month);
    if (age > policy.assessmentMaxAgeMonths) {
      const zh = `最近的评估是${monthText(assessment.month)}，早于允许的${policy.assessmentMaxAgeMonths}个月`;
      faults.unshift({ code: 'ASSESSMENT_OLD', zh, en: 'the newest assessment is too old' });
    }
  }
  const [first] = faults;
  if (first === undefined) return null;
  return {
    answer: 'NO_BASIS',
    conclusion: `依据不足，不能答复为可供：${first.zh}`,
    largestSqm: null,
    reasons: faults.map(({ code, zh }) => ({ code, text: zh, citation })),
    changes: [{ code: 'NEW_DATA', text: '补报或更正数据并完成评估后重新核查', ...NO_AMOUNT }],
  };
}

function byTier(work: Work): Found {
  const { assessment, parcel } = work.basis;
  if (assessment?.tier == null) return withoutTier(work);
  const { landSupply } = getTierRule(work.rulebook, assessment.tier);
  const before = parcel.announced;
  if (work.policy.announcedBefore === 'grandfathered' && before?.landSupply === 'free' && landSupply !== 'free') {
    return grandfathered(work, before.date);
  }
  if (landSupply === 'suspended') return suspended(work, assessment);
  return landSupply === 'swap' ? limited(work, assessment) : free(work, assessment);
}

/** Not reached through `withoutBasis`: an assessment of a basis has a tier. */
function withoutTier({ citation, question }: Work): Found {
  const text = `${question.regionName}的评估没有档次`;
  return {
    answer: 'NO_BASIS',
    conclusion: `依据不足，不能答复为可供：${text}`,
    largestSqm: null,
    reasons: [{ code: 'NO_TIER', text, citation }],
    changes: [],
  };
}

function grandfathered({ citation }: Work, date: string): Found {
  const text = `本宗地于 ${date} 公告，当时不受限；规则设定公告在前的不受档次变化影响（land.announcedBefore）`;
  return {
    answer: 'ALLOWED',
    conclusion: '可供：公告时不受限',
    largestSqm: null,
    reasons: [{ code: 'ANNOUNCED_BEFORE', text, citation }],
    changes: [],
  };
}

function suspended(work: Work, assessment: Assessment): Found {
  const { action } = getTierRule(work.rulebook, assessment.tier ?? '');
  return {
    answer: 'SUSPENDED',
    conclusion: `暂停供应：${action}`,
    largestSqm: 0,
    reasons: [tierReason(work, assessment)],
    changes: sales(work, assessment),
  };
}

function free(work: Work, assessment: Assessment): Found {
  const room = distances(work, assessment).findLast(({ roomCentisqm }) => roomCentisqm !== null);
  const changes: LandChange[] =
    room?.roomCentisqm == null
      ? []
      : [
          {
            code: 'ROOM',
            text: `可售面积再增加 ${formatCentisqm(room.roomCentisqm)} ㎡ 以上将超过${room.threshold}个月`,
            ...NO_AMOUNT,
            stockCentisqm: room.roomCentisqm,
          },
        ];
  return {
    answer: 'ALLOWED',
    conclusion: '可供，不受限',
    largestSqm: null,
    reasons: [tierReason(work, assessment)],
    changes,
  };
}

function limited(work: Work, assessment: Assessment): Found {
  const { basis, question, quotaSqm, policy } = work;
  const remaining = basis.quota.remaining + basis.parcel.ownSqm;
  const largestSqm = largestAreaWithin(remaining, question.shareBp, policy);
  const reasons = [tierReason(work, assessment), quotaReason(work, remaining)];
  if (quotaSqm <= remaining) {
    const conclusion = `限额内可供：本年剩余 ${hectareText(remaining)} 公顷，本宗后剩 ${hectareText(remaining - quotaSqm)} 公顷`;
    return { answer: 'WITHIN_QUOTA', conclusion, largestSqm, reasons, changes: [] };
  }
  const short = quotaSqm - remaining;
  const most =
    largestSqm === null || largestSqm === 0
      ? '本年已无可供面积'
      : `最多可供 ${hectareText(largestSqm)} 公顷（${largestSqm} ㎡）`;
  const changes: LandChange[] = [
    {
      code: 'REVITALISE',
      text: `本年再竣工或收回 ${short} ㎡（${hectareText(short)} 公顷）商品住宅用地即可`,
      ...NO_AMOUNT,
      landSqm: short,
    },
    ...(largestSqm === null || largestSqm === 0
      ? []
      : [
          {
            code: 'SMALLER' as const,
            text: `面积不超过 ${largestSqm} ㎡ 即可`,
            ...NO_AMOUNT,
            landSqm: largestSqm,
          },
        ]),
    ...sales(work, assessment),
  ];
  return { answer: 'OVER_QUOTA', conclusion: `超出限额，${most}`, largestSqm, reasons, changes };
}

function tierReason({ rulebook, citation, question }: Work, assessment: Assessment): LandReason {
  const { tier, action } = getTierRule(rulebook, assessment.tier ?? '');
  const text = `${question.regionName}${monthText(assessment.month)}档次 ${tier}：${action}`;
  return { code: `TIER_${tier}`, text, citation };
}

function quotaReason({ basis, citation, question, quotaSqm }: Work, remaining: number): LandReason {
  const { carried, completed, recovered, reserved, confirmed } = basis.quota;
  const opening = carried > 0 ? `结转 ${carried} + ` : '';
  const own = basis.parcel.ownSqm > 0 ? ` + 本宗已占 ${basis.parcel.ownSqm}` : '';
  const text = `${question.date.slice(0, 4)}年：${opening}竣工 ${completed} + 收回 ${recovered} − 预留 ${reserved} − 确认 ${confirmed}${own} = ${remaining} ㎡；本宗占 ${quotaSqm} ㎡`;
  return { code: quotaSqm <= remaining ? 'QUOTA_ENOUGH' : 'QUOTA_SHORT', text, citation };
}

/** What selling homes would change: out of the running tier, and out of every limit. */
function sales(work: Work, assessment: Assessment): LandChange[] {
  const stock = assessment.stockCentisqm ?? 0;
  const worse = distances(work, assessment).filter(
    ({ sellCentisqm }) => sellCentisqm !== null && sellCentisqm <= stock,
  );
  return worse.map(({ threshold, sellCentisqm }, at): LandChange => {
    const last = at === worse.length - 1;
    const then = last && isMildest(work, threshold) ? '即不受限' : `即退出${threshold}个月档`;
    return {
      code: last && isMildest(work, threshold) ? 'SELL_TO_FREE' : 'SELL_TO_LEAVE',
      text: `再净销售商品住房 ${formatCentisqm(sellCentisqm ?? 0)} ㎡，${then}（以${monthText(assessment.month)}数据计）`,
      ...NO_AMOUNT,
      netSalesCentisqm: sellCentisqm,
    };
  });
}

function isMildest({ rulebook }: Work, threshold: string): boolean {
  const limits = rulebook.tiers.filter(({ landSupply, when }) => landSupply !== 'free' && when.kind !== 'always');
  const mildest = limits.at(-1);
  return mildest !== undefined && mildest.when.kind !== 'always' && formatRatio(mildest.when.months) === threshold;
}

function distances({ rulebook }: Work, assessment: Assessment): Distance[] {
  const { stockCentisqm, soldCentisqm, monthsPresent, tier } = assessment;
  if (stockCentisqm === null || tier === null) return [];
  return distancesOf({ stockCentisqm, soldCentisqm, monthsPresent }, rulebook.tiers, tier);
}

function warningsOf(work: Work, answer: LandAnswer): LandRemark[] {
  const { assessment, parcel, plan } = work.basis;
  const { question, policy, quotaSqm } = work;
  const found: LandRemark[] = [];
  const warn = (code: string, text: string): void => void found.push({ code, text });
  if (assessment !== null) {
    if (assessment.provisional === true) warn('PROVISIONAL', `评估为暂定：只有${assessment.monthsPresent}个月数据`);
    if (assessment.stockGrew === true)
      warn('STOCK_GREW', '可售面积高于上年同月或上年末，存量仍在增加（控制存量不增加）');
    if (assessment.status === 'NET_NEGATIVE') warn('NET_NEGATIVE', '近期净成交为负，待人工核实');
    for (const threshold of nearThresholds(assessment, work.rulebook)) {
      warn('NEAR_THRESHOLD', `去化周期距${threshold}个月不到1个月，档次可能在下次评估时变化`);
    }
    const missed = addMonths(question.date.slice(0, 7), -1);
    if (assessment.month < missed) warn('ASSESSMENT_AGED', `评估月份为${monthText(assessment.month)}，不是上月`);
  }
  if (!parcel.known) warn('PARCEL_UNKNOWN', `台账中没有宗地 ${question.parcelNo}：请核对编号和面积`);
  if (parcel.recovered !== null && policy.recoveredThisYear === 'warn') {
    warn('PARCEL_RECOVERED_THIS_YEAR', `本宗地于 ${parcel.recovered.date} 收回，当年原则上不再用于房地产开发`);
  }
  if (plan !== null && plan.usedSqm + quotaSqm > plan.targetSqm && answer !== 'SUSPENDED') {
    const used = `${hectareText(plan.usedSqm)}/${hectareText(plan.targetSqm)}`;
    const word = plan.usedSqm >= plan.targetSqm ? '已用完' : '将超出';
    warn('PLAN_USED_UP', `本年商品住宅用地计划${word}（已用 ${used} 公顷）`);
  }
  if (work.basis.quota.remaining < 0) warn('QUOTA_OVERDRAWN', `本年限额已透支 ${-work.basis.quota.remaining} ㎡`);
  return found;
}

/** Thresholds that the figure stands within one month of, on either side: |I·n − T·S| ≤ S. */
export function nearThresholds(
  {
    stockCentisqm,
    soldCentisqm,
    monthsPresent,
    status,
  }: Pick<Assessment, 'stockCentisqm' | 'soldCentisqm' | 'monthsPresent' | 'status'>,
  { tiers }: Pick<Rulebook, 'tiers'>,
): string[] {
  if (stockCentisqm === null || status !== 'OK') return [];
  const stock = BigInt(stockCentisqm) * BigInt(monthsPresent);
  const sold = BigInt(soldCentisqm);
  return thresholdsOf(tiers)
    .filter(({ numerator, denominator }) => {
      const gap = stock * denominator - numerator * sold;
      return (gap < 0n ? -gap : gap) <= sold * denominator;
    })
    .map(formatRatio);
}

/** Whole ㎡ as 公顷 with 4 decimals, exact: `12000` is `1.2000`. */
export function hectareText(sqm: number): string {
  const digits = Math.abs(sqm).toString().padStart(5, '0');
  return `${sqm < 0 ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}
