import { KIND_TEXT } from '../alert-text.ts';
import { AppError } from '../errors.ts';
import type { UnitHealth } from '../feed-health.ts';
import type { Plan } from '../plan.ts';
import { type BasisFault, hectareText, type LandBasis, type LandQuestion, type LandRemark } from './decide.ts';
import { findLandUse } from './land-use.ts';
import { yearOf } from './ledger.ts';
import type { LandPolicy } from './policy.ts';

export type BasisFindings = { readonly faults: readonly BasisFault[]; readonly remarks: readonly LandRemark[] };

const SOUND: BasisFindings = { faults: [], remarks: [] };

/** Feeds that an answer rests on. */
export const BASIS_FEEDS = { sales: '网签', inventory: '库存' } as const;
export type BasisFeed = keyof typeof BASIS_FEEDS;

/**
 * What the state of a unit's feed means for an answer: refused or stale figures are no basis, incomplete or late ones are
 * said beside it.
 */
export function feedFindings(feed: BasisFeed, regionName: string, health: UnitHealth): BasisFindings {
  const what = `${regionName}${BASIS_FEEDS[feed]}数据`;
  const missing = health.months.join('、');
  if (health.state === 'refused') {
    const zh = `${what}最近一次报送被退回或待核，尚未补正`;
    return { ...SOUND, faults: [{ code: 'FEED_DISPUTED', zh, en: 'the last report was refused or is held' }] };
  }
  if (health.outdated) {
    const zh = `${what}已过期：缺 ${missing}`;
    return { ...SOUND, faults: [{ code: 'FEED_STALE', zh, en: 'the feed is stale' }] };
  }
  if (health.incomplete) {
    const text = `${what}不完整：${health.month} 缺少必需的数`;
    return { ...SOUND, remarks: [{ code: 'FEED_PARTIAL', text }] };
  }
  if (health.state === 'late') {
    return { ...SOUND, remarks: [{ code: 'FEED_LATE', text: `${what}迟报：缺 ${missing}` }] };
  }
  return SOUND;
}

/** An alert of the unit that waits for a person's confirmation: until then its figures are in doubt. */
export function unconfirmedFault(regionName: string, kind: string): BasisFault {
  const name = kind in KIND_TEXT ? KIND_TEXT[kind as keyof typeof KIND_TEXT] : kind;
  return {
    code: 'UNIT_UNCONFIRMED',
    zh: `${regionName}的“${name}”预警待人工确认，数据存疑`,
    en: 'an alert of the unit waits for confirmation',
  };
}

/** That the parcel itself counts in the account already. */
export function ownRemarks(own: readonly { readonly kind: string }[]): LandRemark[] {
  if (own.some(({ kind }) => kind === 'confirmed'))
    return [{ code: 'PARCEL_CONTRACTED', text: '本宗地已签约（确认），其面积已计入限额' }];
  if (own.length > 0) return [{ code: 'PARCEL_COUNTED', text: '本宗地已公告或预留，其面积已计入限额' }];
  return [];
}

/** The parcel as a unit's ledger holds it; `own`: the unit that is asked about. Units: whole ㎡. */
export type ClaimedParcel = { readonly own: boolean; readonly areaSqm: number | null };

/** Errors: invalid/PARCEL_OTHER_UNIT, PARCEL_UNKNOWN (where the rules refuse one), AREA_OVER_PARCEL. */
export function refuseParcel(question: LandQuestion, policy: LandPolicy, parcels: readonly ClaimedParcel[]): void {
  const own = parcels.find((parcel) => parcel.own);
  if (parcels.some((parcel) => !parcel.own)) {
    const word = own === undefined ? '登记在其他单元' : '同时登记在两个单元';
    const message = `宗地 ${question.parcelNo} ${word}，请核对单元和宗地编号 / the parcel is another unit's`;
    throw new AppError('invalid', 'PARCEL_OTHER_UNIT', message);
  }
  if (own === undefined && policy.unknownParcel === 'refuse') {
    const message = `台账中没有宗地 ${question.parcelNo}：请先登记，或核对编号 / the ledger does not hold this parcel`;
    throw new AppError('invalid', 'PARCEL_UNKNOWN', message);
  }
  if (own?.areaSqm != null && question.areaSqm > own.areaSqm) {
    const [asked, known] = [hectareText(question.areaSqm), hectareText(own.areaSqm)];
    const message = `面积 ${asked} 公顷大于宗地面积 ${known} 公顷，请核对 / more than the parcel holds`;
    throw new AppError('invalid', 'AREA_OVER_PARCEL', message);
  }
}

/**
 * What the year's plan foresees for this use in this unit, and what of it is taken. Units: whole ㎡.
 *
 * Missing: null without a plan of the year, a column of the use, or an amount (`-`).
 */
export function landPlanOf(
  plans: readonly Plan[],
  { regionCode, use, date }: LandQuestion,
  { policy, usedSqm }: { readonly policy: LandPolicy; readonly usedSqm: number },
): LandBasis['plan'] {
  for (const table of plans.find(({ year }) => year === yearOf(date))?.tables ?? []) {
    const at = table.columns.findIndex(
      ({ unit, title }) => unit === 'hectare' && findLandUse(title, policy)?.use === use.use,
    );
    const amount = at === -1 ? null : table.rows.find((row) => row.regionCode === regionCode)?.cells[at]?.amount;
    if (amount != null) return { targetSqm: amount, usedSqm };
  }
  return null;
}
