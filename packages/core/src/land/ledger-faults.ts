import { findLandUse } from './land-use.ts';
import { inLedgerOrder, LAND_KIND_TEXT, type LandEntry, parcelKey } from './ledger.ts';
import { type LandPolicy, QUOTA_EVENTS, type QuotaEvent } from './policy.ts';

export type LandFaultCode =
  | 'LAND_USE_UNKNOWN'
  | 'LAND_AREA_ZERO'
  | 'PARCEL_TWO_UNITS'
  | 'LAND_TWICE'
  | 'LAND_ORDER'
  | 'LAND_AREA_OVER'
  | 'COMPLETED_UNSOLD'
  | 'WITHDRAWN_NOTHING';

/** A contradiction between entries. Shapes: `against` is the entry that says otherwise, null where the entry alone is wrong. */
export type LandFault = {
  readonly code: LandFaultCode;
  readonly entry: LandEntry;
  readonly against: LandEntry | null;
  readonly zh: string;
  readonly en: string;
};

/**
 * Contradictions that new entries bring into the ledger, by entry number: whatever the ledger said before is not held
 * against them, and where two new ones contradict each other neither can be preferred.
 *
 * Shapes: `known` holds the entries of the parcels that `fresh` speaks of, without those that `fresh` corrects.
 */
export function newLedgerFaults(
  fresh: readonly LandEntry[],
  known: readonly LandEntry[],
  policy: LandPolicy,
): Map<string, LandFault[]> {
  const numbers = new Set(fresh.map(({ entryNo }) => entryNo));
  const before = new Set(ledgerFaults(known, policy).map(identity));
  const found = new Map<string, LandFault[]>();
  for (const fault of ledgerFaults([...known, ...fresh], policy)) {
    if (before.has(identity(fault))) continue;
    for (const { entryNo } of [fault.entry, ...(fault.against === null ? [] : [fault.against])]) {
      if (!numbers.has(entryNo)) continue;
      found.set(entryNo, [...(found.get(entryNo) ?? []), fault]);
    }
  }
  return found;
}

function identity({ code, entry, against }: LandFault): string {
  return `${code}|${entry.entryNo}|${against?.entryNo ?? ''}`;
}

/** Everything that contradicts itself in some entries, parcel by parcel. */
export function ledgerFaults(entries: readonly LandEntry[], policy: LandPolicy): LandFault[] {
  const parcels = Map.groupBy(entries, ({ parcelNo }) => parcelKey(parcelNo));
  return [...entries.flatMap((entry) => ownFaults(entry, policy)), ...[...parcels.values()].flatMap(parcelFaults)];
}

function ownFaults(entry: LandEntry, policy: LandPolicy): LandFault[] {
  const faults: LandFault[] = [];
  if (findLandUse(entry.landUse, policy) === undefined) {
    const zh = `不认识的用途“${entry.landUse}”，不知是否受控；请核对，或在规则的 land.uses 中写明`;
    faults.push({ code: 'LAND_USE_UNKNOWN', entry, against: null, zh, en: 'unknown land use' });
  }
  if (entry.areaSqm <= 0) {
    const zh = `面积应大于0，现为 ${entry.areaSqm} ㎡`;
    faults.push({ code: 'LAND_AREA_ZERO', entry, against: null, zh, en: 'the area must be above 0' });
  }
  return faults;
}

/** What a parcel's entries have said so far, oldest first. */
type Story = {
  first: LandEntry | null;
  /** Events of the sale that is under way. */
  sale: LandEntry[];
  /** Whether it came to a deal or a contract. */
  sold: boolean;
  /** The entry that called the last sale off; null while there is none. */
  withdrawn: LandEntry | null;
  area: LandEntry | null;
  completed: number;
};

function parcelFaults(entries: readonly LandEntry[]): LandFault[] {
  const story: Story = { first: null, sale: [], sold: false, withdrawn: null, area: null, completed: 0 };
  return inLedgerOrder(entries).flatMap((entry) => {
    const faults = [...unitFaults(story, entry), ...eventFaults(story, entry)];
    tell(story, entry);
    return faults;
  });
}

function unitFaults({ first }: Story, entry: LandEntry): LandFault[] {
  if (first === null || first.regionCode === entry.regionCode) return [];
  const zh = `宗地 ${entry.parcelNo} 已由 ${first.regionCode} 登记（${first.entryNo}），又由 ${entry.regionCode} 登记；请核对宗地编号`;
  return [{ code: 'PARCEL_TWO_UNITS', entry, against: first, zh, en: 'two units claim this parcel' }];
}

function eventFaults(story: Story, entry: LandEntry): LandFault[] {
  if (entry.kind === 'completed') return completedFaults(story, entry);
  if (entry.kind === 'recovered') return [];
  if (entry.kind === 'withdrawn') {
    if (story.sale.length > 0 || story.sold) return [];
    const zh = `宗地 ${entry.parcelNo} 没有公告、成交或签约记录，无从${LAND_KIND_TEXT.withdrawn}`;
    return [{ code: 'WITHDRAWN_NOTHING', entry, against: null, zh, en: 'nothing to withdraw' }];
  }
  return saleFaults(story, entry, entry.kind);
}

function saleFaults({ sale }: Story, entry: LandEntry, kind: QuotaEvent): LandFault[] {
  const word = LAND_KIND_TEXT[kind];
  const faults: LandFault[] = [];
  const same = sale.find((earlier) => earlier.kind === kind);
  const later = sale.find((earlier) => rankOf(earlier) > rankOf(entry));
  const smaller = sale.find((earlier) => earlier.areaSqm < entry.areaSqm && rankOf(earlier) < rankOf(entry));
  if (same !== undefined) {
    const zh = `宗地 ${entry.parcelNo} 的${word}已登记（${same.entryNo}，${same.date}）；更正请用原台账编号，重新出让请先登记${LAND_KIND_TEXT.withdrawn}`;
    faults.push({ code: 'LAND_TWICE', entry, against: same, zh, en: 'this event was recorded already' });
  } else if (later !== undefined) {
    const zh = `宗地 ${entry.parcelNo} 的${word}日期 ${entry.date} 晚于${LAND_KIND_TEXT[later.kind]}日期 ${later.date}（${later.entryNo}）`;
    faults.push({ code: 'LAND_ORDER', entry, against: later, zh, en: 'the events stand in the wrong order' });
  }
  if (smaller !== undefined) {
    const zh = `宗地 ${entry.parcelNo} 的${word}面积 ${entry.areaSqm} ㎡ 大于${LAND_KIND_TEXT[smaller.kind]}面积 ${smaller.areaSqm} ㎡（${smaller.entryNo}）`;
    faults.push({ code: 'LAND_AREA_OVER', entry, against: smaller, zh, en: 'more than was announced or sold' });
  }
  return faults;
}

function completedFaults({ sale, sold, withdrawn, area, completed }: Story, entry: LandEntry): LandFault[] {
  const faults: LandFault[] = [];
  const last = sale.at(-1) ?? withdrawn ?? undefined;
  // Of land that was taken back and offered again, the old sale is no sale.
  const isSold = sale.length > 0 ? sale.some(({ kind }) => kind !== 'announced') : sold;
  if (last !== undefined && !isSold) {
    const zh = `宗地 ${entry.parcelNo} 只有${LAND_KIND_TEXT[last.kind]}（${last.entryNo}），没有成交或签约，不能登记竣工`;
    faults.push({ code: 'COMPLETED_UNSOLD', entry, against: last, zh, en: 'completed without a sale before it' });
  }
  if (area !== null && completed + entry.areaSqm > area.areaSqm) {
    const zh = `宗地 ${entry.parcelNo} 竣工面积累计 ${completed + entry.areaSqm} ㎡ 大于宗地面积 ${area.areaSqm} ㎡（${area.entryNo}）`;
    faults.push({ code: 'LAND_AREA_OVER', entry, against: area, zh, en: 'more was completed than the parcel holds' });
  }
  return faults;
}

function tell(story: Story, entry: LandEntry): void {
  story.first ??= entry;
  if (entry.kind === 'completed') story.completed += entry.areaSqm;
  else if (entry.kind !== 'recovered') story.area = entry;
  if (entry.kind === 'withdrawn') {
    story.sale = [];
    story.sold = false;
    story.withdrawn = entry;
  } else if (entry.kind === 'recovered') {
    story.sale = [];
    story.completed = 0;
  } else if (entry.kind !== 'completed') {
    story.sale.push(entry);
    story.withdrawn = null;
    story.sold ||= entry.kind !== 'announced';
  }
}

function rankOf({ kind }: LandEntry): number {
  return QUOTA_EVENTS.indexOf(kind as QuotaEvent); // safe: -1 for the other kinds
}
