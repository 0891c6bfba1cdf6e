// What every step must come to, by the model alone; the model goes on with it.
import {
  answerTo,
  entriesOf,
  faultsOf,
  heldBy,
  isTakenOver,
  type ModelAsk,
  type ModelBatch,
  type ModelEntry,
  type ModelReservation,
  type ModelState,
  parcelOf,
  quotaFor,
  refusalOfWords,
  todayOf,
  useOf,
  yearOf,
} from './land-model.ts';
import type { LandStep } from './land-steps.ts';

type StepOf<D extends LandStep['do']> = Extract<LandStep, { do: D }>;

const DAY = 86_400_000;

/** Outcomes that are right; more than one only where several faults of one entry may be named. */
export function predict(model: ModelState, step: LandStep): readonly string[] {
  switch (step.do) {
    case 'record':
      return record(model, step);
    case 'file':
      return [file(model, step)];
    case 'withdraw':
      return [withdraw(model, step)];
    case 'stock':
    case 'sales':
      return [figures(model, step)];
    case 'check':
      return [check(model, step)];
    case 'reserve':
      return [reserve(model, step)];
    case 'confirm':
      return [confirm(model, step)];
    case 'release':
      return [release(model, step)];
    case 'expire':
      return [expire(model)];
    case 'close':
      if (step.year >= yearOf(todayOf(model))) return ['YEAR_RUNNING'];
      model.closedYears.add(step.year);
      return ['closed'];
  }
}

function push(model: ModelState, batch: Partial<ModelBatch> & Pick<ModelBatch, 'content'>): void {
  model.batches.push({ rows: [], entries: [], figures: null, held: false, withdrawn: false, ...batch });
}

function isKnown({ batches }: ModelState, content: string): boolean {
  return batches.some((batch) => !batch.withdrawn && batch.content === content);
}

function record(model: ModelState, { entry: written, correct }: StepOf<'record'>): readonly string[] {
  const entry = { ...written, use: useOf(written.use) }; // what is entered by hand is entered under its proper name
  const wrong = refusalOfWords(model, { ...entry, share: null });
  if (wrong !== null && wrong !== 'SHARE_NEEDED') return [wrong];
  const known = entriesOf(model);
  if (known.some(({ no }) => no === entry.no) !== correct) return [correct ? 'ENTRY_NOT_FOUND' : 'ENTRY_EXISTS'];
  const faults = faultsOf(model, [entry]).get(entry.no);
  if (faults !== undefined) return [...faults];
  const isSale = ({ no, kind, parcel }: ModelEntry): boolean =>
    no !== entry.no && parcelOf(parcel) === parcelOf(entry.parcel) && (kind === 'sold' || kind === 'contracted');
  if (entry.kind === 'completed' && !entry.proof && !known.some(isSale)) return ['COMPLETED_UNSOLD'];
  const content = `record ${JSON.stringify(entry)}`;
  const says = known.some((one) => plain(one) === plain(entry));
  if (says && isKnown(model, content)) return ['duplicate'];
  push(model, { content, entries: [entry] });
  return ['accepted'];
}

/** An entry in one spelling. */
function plain({ parcel, ...rest }: ModelEntry): string {
  return JSON.stringify([parcelOf(parcel), rest]);
}

function file(model: ModelState, { entries }: StepOf<'file'>): string {
  const content = JSON.stringify(entries);
  if (isKnown(model, content)) return 'duplicate';
  const faults = faultsOf(model, entries);
  const held = faults.size * 2 > entries.length;
  push(model, { content, rows: entries, held, entries: held ? [] : entries.filter(({ no }) => !faults.has(no)) });
  return held ? 'held' : `accepted, ${faults.size} set aside`;
}

function withdraw(model: ModelState, { batch: at }: StepOf<'withdraw'>): string {
  const batch = model.batches[at];
  if (batch === undefined || batch.withdrawn) return 'BATCH_WITHDRAWN';
  batch.withdrawn = true;
  return 'withdrawn';
}

function figures(model: ModelState, { do: what, units, month, area }: StepOf<'stock' | 'sales'>): string {
  const content = `${what} ${units.join()} ${month} ${area}`;
  if (isKnown(model, content)) return 'duplicate';
  push(model, { content, figures: { units, month, what, area } });
  return 'accepted, 0 set aside';
}

function check(model: ModelState, { ask }: StepOf<'check'>): string {
  const found = answerTo(model, ask);
  return 'refused' in found
    ? found.refused
    : `${found.answer} takes ${found.quota}, left ${found.left}, most ${found.most}`;
}

function reserve(model: ModelState, { key, ask }: StepOf<'reserve'>): string {
  const known = model.reservations.find((one) => one.key === key);
  if (known !== undefined) {
    const wrong = refusalOfWords(model, ask);
    if (wrong !== null) return wrong;
    return sameAsk(known.ask, ask) ? `${known.status} ${known.quota}` : 'KEY_REUSED';
  }
  const found = answerTo(model, ask);
  if ('refused' in found) return found.refused;
  if (model.closedYears.has(yearOf(ask.date))) return 'YEAR_NOT_OPEN';
  if (heldBy(model, ask) > 0 || isTakenOver(model, ask)) return 'PARCEL_COUNTED';
  if (!['ALLOWED', 'WITHIN_QUOTA', 'EXEMPT'].includes(found.answer)) return found.answer;
  const sameParcel = (one: ModelReservation): boolean => parcelOf(one.ask.parcel) === parcelOf(ask.parcel);
  if (model.reservations.some((one) => one.status === 'active' && sameParcel(one))) return 'PARCEL_RESERVED';
  model.reservations.push({
    key,
    ask,
    quota: found.quota,
    expiresAt: model.now + model.settings.reservationDays * DAY,
    status: 'active',
    confirmedArea: null,
    confirmedQuota: null,
  });
  return `active ${found.quota}`;
}

function sameAsk(a: ModelAsk, b: ModelAsk): boolean {
  const spelt = ({ parcel, use, ...rest }: ModelAsk): string =>
    JSON.stringify([rest.unit, parcelOf(parcel), useOf(use), rest.area, rest.share, rest.date]);
  return spelt(a) === spelt(b);
}

function confirm(model: ModelState, { key, area, date }: StepOf<'confirm'>): string {
  const day = date ?? todayOf(model);
  if (day > todayOf(model)) return 'DATE_FUTURE';
  const found = model.reservations.find((one) => one.key === key);
  if (found === undefined) return 'RESERVATION_NOT_FOUND';
  const contracted = area ?? found.ask.area;
  if (contracted > found.ask.area) return 'AREA_OVER_RESERVED';
  if (day < found.ask.date) return 'DATE_BEFORE';
  if (found.status === 'confirmed' && found.confirmedArea === contracted) return `confirmed ${contracted}`;
  const ended = whyEnded(model, found);
  if (ended !== null) return ended;
  found.status = 'confirmed';
  found.confirmedArea = contracted;
  found.confirmedQuota = quotaFor(model, { ...found.ask, area: contracted });
  return `confirmed ${contracted}`;
}

function release(model: ModelState, { key }: StepOf<'release'>): string {
  const found = model.reservations.find((one) => one.key === key);
  if (found === undefined) return 'RESERVATION_NOT_FOUND';
  if (found.status === 'released') return 'released';
  const ended = whyEnded(model, found);
  if (ended !== null) return ended;
  found.status = 'released';
  return 'released';
}

function whyEnded({ closedYears }: ModelState, { status, ask }: ModelReservation): string | null {
  if (status !== 'active') return 'RESERVATION_ENDED';
  return closedYears.has(yearOf(ask.date)) ? 'YEAR_NOT_OPEN' : null;
}

function expire(model: ModelState): string {
  const due = model.reservations.filter(({ status, expiresAt }) => status === 'active' && expiresAt <= model.now);
  for (const one of due) one.status = 'expired';
  return `expired ${due.length}`;
}
