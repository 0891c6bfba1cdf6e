// The land ledger in memory, in the plainest way: everything is derived anew from all that was ever said, each time it is
// asked. Nothing of the code that it is held against is used.

export type LandSettings = {
  readonly reserveAt: 'announced' | 'sold' | 'contracted';
  readonly confirmAt: 'announced' | 'sold' | 'contracted';
  readonly completionBy: 'phase' | 'parcel';
  readonly carryOver: 'none' | 'unused';
  readonly mixedUse: 'residential-share' | 'whole';
  readonly announcedBefore: 'bound' | 'grandfathered';
  readonly recoveredThisYear: 'refuse' | 'warn' | 'allow';
  readonly unknownParcel: 'warn' | 'refuse';
  readonly assessmentMaxAgeMonths: number;
  readonly reservationDays: number;
};

/** Shapes: `share` in percent, null: none is given; `proof`: it names its document. */
export type ModelEntry = {
  readonly no: string;
  readonly unit: string;
  readonly kind: string;
  readonly parcel: string;
  readonly use: string;
  readonly area: number;
  readonly share: number | null;
  readonly date: string;
  readonly proof: boolean;
};
export type ModelAsk = Pick<ModelEntry, 'unit' | 'parcel' | 'use' | 'area' | 'share' | 'date'>;
export type ModelReservation = {
  readonly key: string;
  readonly ask: ModelAsk;
  readonly quota: number;
  readonly expiresAt: number;
  status: 'active' | 'confirmed' | 'released' | 'expired';
  confirmedArea: number | null;
  confirmedQuota: number | null;
};
/** Shapes: `rows` of a file, `entries` those of them that were taken in; `held`: it waits for a person. */
export type ModelBatch = {
  readonly content: string;
  readonly rows: readonly ModelEntry[];
  readonly entries: readonly ModelEntry[];
  readonly held: boolean;
  readonly figures: {
    readonly units: readonly string[];
    readonly month: string;
    readonly what: 'stock' | 'sales';
    readonly area: number;
  } | null;
  withdrawn: boolean;
};
export type ModelState = {
  readonly settings: LandSettings;
  readonly units: readonly string[];
  readonly batches: ModelBatch[];
  readonly reservations: ModelReservation[];
  readonly closedYears: Set<number>;
  now: number;
};
export type ModelAccount = Record<
  'carried' | 'completed' | 'recovered' | 'reserved' | 'confirmed' | 'remaining',
  number
>;

const STEPS = ['announced', 'sold', 'contracted'];
const DAY_ORDER = ['recovered', 'announced', 'sold', 'contracted', 'withdrawn', 'completed'];
const USES: Readonly<Record<string, { readonly control: boolean; readonly revives: boolean; readonly share: string }>> =
  {
    商品住宅用地: { control: true, revives: true, share: 'optional' },
    商住用地: { control: true, revives: true, share: 'optional' },
    城中村改造用地: { control: true, revives: false, share: 'required' },
    保障性住房用地: { control: false, revives: false, share: 'none' },
  };

/** A use under its proper name. */
export const useOf = (text: string): string => (text === '商住用地' ? '商品住宅用地' : text);
export const yearOf = (day: string): number => Number(day.slice(0, 4));
export const parcelOf = (text: string): string => text.normalize('NFKC').replaceAll(' ', '').toLowerCase();

/** Today in the jurisdiction. */
export function todayOf({ now }: ModelState): string {
  return new Date(now + 8 * 3_600_000).toISOString().slice(0, 10);
}

/** The ledger as known now: of each number what was said last, by a batch that still stands. */
export function entriesOf({ batches }: ModelState): ModelEntry[] {
  const newest = new Map<string, ModelEntry>();
  for (const { withdrawn, entries } of batches) {
    if (withdrawn) continue;
    for (const entry of entries) newest.set(entry.no, entry);
  }
  return [...newest.values()];
}

/** Entries of one parcel as they happened. */
function lifeOf(entries: readonly ModelEntry[], parcel: string): ModelEntry[] {
  const place = ({ date, kind, no }: ModelEntry): string => `${date}/${DAY_ORDER.indexOf(kind)}/${no}`;
  const own = entries.filter((entry) => parcelOf(entry.parcel) === parcelOf(parcel));
  return own.sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

/** What of an area counts: by its share, in whole ㎡, up or down. */
function partOf({ settings }: ModelState, area: number, share: number | null, up: boolean): number {
  if (share === null || settings.mixedUse === 'whole') return area;
  return up ? Math.ceil((area * share) / 100) : Math.floor((area * share) / 100);
}

/** Quota that a sale would take. */
export function quotaFor(model: ModelState, { use, area, share }: Pick<ModelAsk, 'use' | 'area' | 'share'>): number {
  return USES[use]?.control === true ? partOf(model, area, share, true) : 0;
}

export type Taking = {
  readonly final: boolean;
  readonly since: string;
  readonly quota: number;
  readonly ended: boolean;
};

/** Sales of a parcel that take quota, oldest first. */
export function takingsOf(model: ModelState, life: readonly ModelEntry[]): Taking[] {
  const [reserve, confirm] = [STEPS.indexOf(model.settings.reserveAt), STEPS.indexOf(model.settings.confirmAt)];
  const found: Taking[] = [];
  let sale: ModelEntry[] = [];
  const isFinal = (): boolean => sale.some(({ kind }) => STEPS.indexOf(kind) >= confirm);
  const close = (ended: boolean): void => {
    const [first, last] = [sale.at(0), sale.at(-1)];
    if (first !== undefined && last !== undefined)
      found.push({ final: isFinal(), since: first.date, quota: quotaFor(model, last), ended });
    sale = [];
  };
  for (const entry of life) {
    if (entry.kind === 'withdrawn') sale = [];
    else if (entry.kind === 'recovered' && isFinal()) close(true);
    else if (STEPS.indexOf(entry.kind) >= reserve && USES[entry.use]?.control === true) sale.push(entry);
  }
  close(false);
  return found;
}

/** Whether the ledger speaks for a parcel, so that a reservation of that day does not. */
export function isTakenOver(model: ModelState, { parcel, date }: Pick<ModelAsk, 'parcel' | 'date'>): boolean {
  const life = lifeOf(entriesOf(model), parcel);
  const calledOff = life.findLast(({ kind }) => kind === 'withdrawn');
  return (
    takingsOf(model, life).some(({ ended, since }) => !ended || since >= date) ||
    (calledOff !== undefined && calledOff.date >= date)
  );
}

export type LandTier = 'suspended' | 'swap' | 'free';

function landTier(stock: number, sales: number, before: LandTier | null): LandTier {
  if (stock > 36 * sales || (stock === 36 * sales && before === 'suspended')) return 'suspended';
  return stock > 18 * sales ? 'swap' : 'free';
}

/** Tier by months of supply: stock over the month’s own sales. */
export function tiersOf({ batches }: ModelState, unit: string): Map<string, LandTier> {
  const known = { stock: new Map<string, number>(), sales: new Map<string, number>() };
  for (const { withdrawn, figures } of batches)
    if (!withdrawn && figures?.units.includes(unit)) known[figures.what].set(figures.month, figures.area);
  const tiers = new Map<string, LandTier>();
  let before: LandTier | null = null;
  for (const month of [...known.stock.keys()].sort()) {
    const [stock, sales] = [known.stock.get(month) ?? 0, known.sales.get(month)];
    if (sales === undefined) continue;
    before = landTier(stock, sales, before);
    tiers.set(month, before);
  }
  return tiers;
}

/** The newest tier of the months before the one of a day. */
export function tierOn(model: ModelState, unit: string, day: string): { month: string; tier: string } | null {
  const found = [...tiersOf(model, unit)].findLast(([month]) => month < day.slice(0, 7));
  return found === undefined ? null : { month: found[0], tier: found[1] };
}

/** Every account of a unit. */
export function accountsOf(model: ModelState, unit: string): Map<number, ModelAccount> {
  const accounts = new Map<number, ModelAccount>();
  const add = (year: number, kind: Exclude<keyof ModelAccount, 'remaining'>, area: number): void => {
    if (area === 0) return;
    const account = accounts.get(year) ?? emptyAccount();
    account[kind] += area;
    account.remaining += kind === 'reserved' || kind === 'confirmed' ? -area : area;
    accounts.set(year, account);
  };
  const entries = entriesOf(model).filter((entry) => entry.unit === unit);
  for (const parcel of new Set(entries.map((entry) => parcelOf(entry.parcel)))) {
    const life = lifeOf(entries, parcel);
    for (const { kind, year, area } of gainsOf(model, life)) add(year, kind, area);
    for (const { final, since, quota } of takingsOf(model, life)) {
      const free = tierOn(model, unit, since)?.tier === 'free';
      if (model.settings.announcedBefore === 'grandfathered' && free) continue;
      add(yearOf(since), final ? 'confirmed' : 'reserved', quota);
    }
  }
  for (const { ask, status, quota, confirmedQuota } of model.reservations) {
    if (ask.unit !== unit || status === 'released' || status === 'expired') continue;
    if (isTakenOver(onlyWith(model, entries), ask)) continue;
    add(yearOf(ask.date), status === 'active' ? 'reserved' : 'confirmed', confirmedQuota ?? quota);
  }
  if (model.settings.carryOver === 'unused') carryOn(accounts);
  return accounts;
}

/** The same life as if only some entries had been made. */
function onlyWith(model: ModelState, entries: readonly ModelEntry[]): ModelState {
  const figures = model.batches.filter((batch) => batch.figures !== null);
  return {
    ...model,
    batches: [{ content: '', rows: [], entries, held: false, figures: null, withdrawn: false }, ...figures],
  };
}

export function emptyAccount(): ModelAccount {
  return { carried: 0, completed: 0, recovered: 0, reserved: 0, confirmed: 0, remaining: 0 };
}

type Gain = { readonly kind: 'completed' | 'recovered'; readonly year: number; readonly area: number };

function gainsOf(model: ModelState, life: readonly ModelEntry[]): Gain[] {
  const counted = ({ use, share }: ModelEntry, area: number): number =>
    USES[use]?.revives === true ? partOf(model, area, share, false) : 0;
  const completed = life.filter(({ kind }) => kind === 'completed');
  const size = life.findLast(({ kind }) => kind !== 'completed')?.area;
  const gains = life
    .filter(({ kind }) => kind === 'recovered')
    .map((entry): Gain => ({ kind: 'recovered', year: yearOf(entry.date), area: counted(entry, entry.area) }));
  let done = 0;
  for (const entry of completed) {
    const before = done;
    done += entry.area;
    const year = yearOf(entry.date);
    if (model.settings.completionBy === 'phase' || size === undefined)
      gains.push({ kind: 'completed', year, area: counted(entry, entry.area) });
    else if (before < size && done >= size) gains.push({ kind: 'completed', year, area: counted(entry, done) });
  }
  return gains;
}

function carryOn(accounts: Map<number, ModelAccount>): void {
  const years = [...accounts.keys()];
  for (let year = Math.min(...years); year <= Math.max(...years); year += 1) {
    const left = accounts.get(year)?.remaining ?? 0;
    if (left <= 0) continue;
    const next = accounts.get(year + 1) ?? emptyAccount();
    accounts.set(year + 1, { ...next, carried: left, remaining: next.remaining + left });
  }
}

/** What a parcel holds of the account of a year. */
export function heldBy(model: ModelState, { unit, parcel, date }: ModelAsk): number {
  const others = entriesOf(model).filter((entry) => entry.unit === unit && parcelOf(entry.parcel) === parcelOf(parcel));
  const reservations = model.reservations.filter(({ ask }) => parcelOf(ask.parcel) === parcelOf(parcel));
  const settings = { ...model.settings, carryOver: 'none' } as const;
  const alone = { ...onlyWith(model, others), settings, reservations };
  const account = accountsOf(alone, unit).get(yearOf(date)) ?? emptyAccount();
  return account.reserved + account.confirmed;
}

export type ModelAnswer =
  | { readonly refused: string }
  | { readonly answer: string; readonly quota: number; readonly left: number; readonly most: number | null };

/** May this parcel be sold? `refused`: the question cannot be answered. */
export function answerTo(model: ModelState, ask: ModelAsk): ModelAnswer {
  const refused = refusalOf(model, ask);
  if (refused !== null) return { refused };
  const { settings } = model;
  const quota = quotaFor(model, ask);
  const account = accountsOf(model, ask.unit).get(yearOf(ask.date)) ?? emptyAccount();
  const left = account.remaining;
  const say = (answer: string, most: number | null): ModelAnswer => ({ answer, quota, left, most });
  if (quota === 0) return say('EXEMPT', null);
  const life = lifeOf(
    entriesOf(model).filter((entry) => entry.unit === ask.unit),
    ask.parcel,
  );
  const recovered = life.some(({ kind, date }) => kind === 'recovered' && yearOf(date) === yearOf(ask.date));
  if (recovered && settings.recoveredThisYear === 'refuse') return say('SUSPENDED', 0);
  const newest = tierOn(model, ask.unit, ask.date);
  if (newest === null || monthsBetween(newest.month, ask.date) > settings.assessmentMaxAgeMonths)
    return say('NO_BASIS', null);
  if (newest.tier === 'free') return say('ALLOWED', null);
  const last = takingsOf(model, life).at(-1);
  const before = last === undefined || last.ended ? null : tierOn(model, ask.unit, last.since);
  if (settings.announcedBefore === 'grandfathered' && before?.tier === 'free') return say('ALLOWED', null);
  if (newest.tier === 'suspended') return say('SUSPENDED', 0);
  const room = left + heldBy(model, ask);
  return say(quota <= room ? 'WITHIN_QUOTA' : 'OVER_QUOTA', largestIn(model, room, ask.share));
}

/** The largest area that takes no more than `room`, found by trying. */
function largestIn(model: ModelState, room: number, share: number | null): number {
  if (room <= 0) return 0;
  if (share === null || model.settings.mixedUse === 'whole') return room;
  let area = Math.floor((room * 100) / share);
  while (partOf(model, area + 1, share, true) <= room) area += 1;
  while (partOf(model, area, share, true) > room) area -= 1;
  return area;
}

function monthsBetween(month: string, day: string): number {
  return (yearOf(day) - yearOf(month)) * 12 + Number(day.slice(5, 7)) - Number(month.slice(5, 7));
}

/** What is wrong with the words of a question, whatever the ledger says. */
export function refusalOfWords(
  model: ModelState,
  { use, share, date, area }: Pick<ModelAsk, 'use' | 'share' | 'date' | 'area'>,
): string | null {
  const rule = USES[use];
  if (rule === undefined) return 'LAND_USE_UNKNOWN';
  if (share === null && rule.share === 'required') return 'SHARE_NEEDED';
  if (share !== null && rule.share === 'none') return 'SHARE_NOT_MEANT';
  if (date > todayOf(model)) return 'DATE_FUTURE';
  return area <= 0 ? 'AREA_NOT_POSITIVE' : null;
}

function refusalOf(model: ModelState, ask: ModelAsk): string | null {
  const wrong = refusalOfWords(model, ask);
  if (wrong !== null) return wrong;
  const { unit, parcel, area } = ask;
  const all = lifeOf(entriesOf(model), parcel);
  if (all.some((entry) => entry.unit !== unit)) return 'PARCEL_OTHER_UNIT';
  if (all.length === 0 && model.settings.unknownParcel === 'refuse') return 'PARCEL_UNKNOWN';
  const size = all.findLast(({ kind }) => kind !== 'completed')?.area;
  return size !== undefined && area > size ? 'AREA_OVER_PARCEL' : null;
}

/** What contradicts itself, as `code|entry|other`, parcel by parcel. */
function contradictions(entries: readonly ModelEntry[]): Set<string> {
  const found = new Set<string>();
  const say = (code: string, entry: ModelEntry, other?: ModelEntry): void =>
    void found.add(`${code}|${entry.no}|${other?.no ?? ''}`);
  for (const parcel of new Set(entries.map((entry) => parcelOf(entry.parcel)))) {
    const life = lifeOf(entries, parcel);
    for (const [at, entry] of life.entries()) judge(life.slice(0, at), entry, say);
  }
  return found;
}

function judge(
  before: readonly ModelEntry[],
  entry: ModelEntry,
  say: (code: string, entry: ModelEntry, other?: ModelEntry) => void,
) {
  const { kind, area } = entry;
  if (USES[entry.use] === undefined) say('LAND_USE_UNKNOWN', entry);
  if (area <= 0) say('LAND_AREA_ZERO', entry);
  const [first] = before;
  if (first !== undefined && first.unit !== entry.unit) say('PARCEL_TWO_UNITS', entry, first);
  const since = before.findLastIndex((one) => one.kind === 'withdrawn' || one.kind === 'recovered') + 1;
  const sale = before.slice(since).filter((one) => STEPS.includes(one.kind));
  const step = STEPS.indexOf(kind);
  if (step !== -1) {
    const same = sale.find((one) => one.kind === kind);
    const later = sale.find((one) => STEPS.indexOf(one.kind) > step);
    const smaller = sale.find((one) => STEPS.indexOf(one.kind) < step && one.area < area);
    if (same !== undefined) say('LAND_TWICE', entry, same);
    else if (later !== undefined) say('LAND_ORDER', entry, later);
    if (smaller !== undefined) say('LAND_AREA_OVER', entry, smaller);
  }
  const calledOff = before.findLastIndex((one) => one.kind === 'withdrawn');
  const offered = before.slice(calledOff + 1).filter((one) => STEPS.includes(one.kind));
  if (kind === 'withdrawn' && sale.length === 0 && !offered.some((one) => one.kind !== 'announced'))
    say('WITHDRAWN_NOTHING', entry);
  if (kind !== 'completed') return;
  if (sale.length > 0 && sale.every((one) => one.kind === 'announced')) say('COMPLETED_UNSOLD', entry, sale.at(-1));
  if (sale.length === 0 && offered.length === 0 && calledOff !== -1) say('COMPLETED_UNSOLD', entry, before[calledOff]);
  const size = before.findLast((one) => one.kind !== 'completed' && one.kind !== 'recovered');
  const back = before.findLastIndex((one) => one.kind === 'recovered');
  const done = before.slice(back + 1).reduce((sum, one) => sum + (one.kind === 'completed' ? one.area : 0), 0);
  if (size !== undefined && done + area > size.area) say('LAND_AREA_OVER', entry, size);
}

/** Which of some new entries would contradict the ledger or each other, and how. */
export function faultsOf(model: ModelState, fresh: readonly ModelEntry[]): Map<string, Set<string>> {
  const parcels = new Set(fresh.map((entry) => parcelOf(entry.parcel)));
  const numbers = new Set(fresh.map(({ no }) => no));
  const known = entriesOf(model).filter((entry) => !numbers.has(entry.no) && parcels.has(parcelOf(entry.parcel)));
  const before = contradictions(known);
  const found = new Map<string, Set<string>>();
  for (const text of contradictions([...known, ...fresh])) {
    if (before.has(text)) continue;
    const [code = '', ...nos] = text.split('|');
    for (const no of nos) if (numbers.has(no)) found.set(no, (found.get(no) ?? new Set()).add(code));
  }
  return found;
}
