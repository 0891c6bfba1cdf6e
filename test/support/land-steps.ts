// Random steps of a land ledger's life: mostly what a clerk would do next, often enough what nobody should.
import {
  entriesOf,
  type LandSettings,
  type ModelAsk,
  type ModelEntry,
  type ModelState,
  parcelOf,
  takingsOf,
  todayOf,
  yearOf,
} from './land-model.ts';
import type { Random } from './seeded.ts';

export type LandStep =
  | { readonly do: 'record'; readonly entry: ModelEntry; readonly correct: boolean }
  | { readonly do: 'file'; readonly entries: readonly ModelEntry[] }
  | { readonly do: 'withdraw'; readonly batch: number }
  | { readonly do: 'stock' | 'sales'; readonly units: readonly string[]; readonly month: string; readonly area: number }
  | { readonly do: 'check'; readonly ask: ModelAsk }
  | { readonly do: 'reserve'; readonly key: string; readonly ask: ModelAsk }
  | { readonly do: 'confirm'; readonly key: string; readonly area: number | null; readonly date: string | null }
  | { readonly do: 'release'; readonly key: string }
  | { readonly do: 'expire' }
  | { readonly do: 'close'; readonly year: number };

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const PARCELS = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8'];
const KINDS = ['announced', 'sold', 'contracted'];
const USES = ['商品住宅用地', '商品住宅用地', '商品住宅用地', '商住用地', '城中村改造用地', '保障性住房用地'];

/** Settings of one life; half of the lives have those of the notice. */
export function anySettings({ pick, below }: Random): LandSettings {
  const [reserveAt, confirmAt] = pick([
    ['announced', 'contracted'],
    ['announced', 'contracted'],
    ['announced', 'sold'],
    ['sold', 'contracted'],
    ['contracted', 'contracted'],
  ] as const);
  const plain = below(2) === 0;
  return {
    reserveAt,
    confirmAt,
    completionBy: pick(['phase', 'phase', 'parcel']),
    carryOver: plain ? 'none' : pick(['none', 'unused']),
    mixedUse: pick(['residential-share', 'residential-share', 'whole']),
    announcedBefore: plain ? 'bound' : pick(['bound', 'grandfathered']),
    recoveredThisYear: pick(['refuse', 'refuse', 'warn', 'allow']),
    unknownParcel: pick(['warn', 'warn', 'warn', 'warn', 'warn', 'refuse']),
    assessmentMaxAgeMonths: pick([3, 24, 24, 24, 24]),
    reservationDays: pick([5, 30, 90]),
  };
}

/** How long nothing happens before the next step. */
export function anyPause({ pick }: Random): number {
  return pick([MINUTE, MINUTE, 90 * MINUTE, DAY, DAY, 3 * DAY, 8 * DAY]);
}

type Scene = { readonly model: ModelState; readonly random: Random };

/** A step that a life could go on with. */
export function nextStep(scene: Scene): LandStep {
  const { model, random } = scene;
  const at = random.below(100);
  if (at < 26) return reserveStep(scene);
  if (at < 39) return repeatStep(scene);
  if (at < 51) return { do: 'confirm', ...confirmOf(scene) };
  if (at < 58) return { do: 'release', key: anyKey(scene) };
  if (at < 66) return { do: 'expire' };
  if (at < 83) return { do: 'check', ask: anyAsk(scene) };
  if (at < 90) return recordStep(scene);
  if (at < 93) return { do: 'file', entries: someEntries(scene) };
  if (at < 94) return fileAgain(scene);
  if (at < 96) return withdrawStep(scene);
  if (at < 99) return figuresStep(scene);
  return { do: 'close', year: yearOf(todayOf(model)) - random.below(3) };
}

/** What a life begins with: sales and a stock of every unit, and something completed. */
export function firstSteps({ model, random }: Scene): LandStep[] {
  const { units } = model;
  const month = '2024-09';
  const areas = units.map(() => random.pick([2500, 2500, 2501, 3599, 1800, 4000]));
  const completed = units.map(
    (unit, at): ModelEntry => ({
      no: `E${at + 1}`,
      unit,
      kind: 'completed',
      parcel: `Q${at + 1}`,
      use: '商品住宅用地',
      area: 300 + random.below(1500),
      share: null,
      date: '2024-03-01',
      proof: true,
    }),
  );
  return [
    { do: 'sales', units, month, area: 100 },
    ...units.map((unit, at): LandStep => ({ do: 'stock', units: [unit], month, area: areas[at] ?? 2500 })),
    { do: 'file', entries: completed },
  ];
}

/** Sales of a month, or if they are known a stock, of one unit. */
function figuresStep({ model, random }: Scene): LandStep {
  const unit = random.pick(model.units);
  const today = todayOf(model);
  const months = ['2024-08', '2024-09', '2024-10', '2024-11', '2024-12', '2025-01', '2025-02', '2025-03', '2025-04'];
  const over = months.filter((month) => month < today.slice(0, 7));
  const month = random.below(3) === 0 ? random.pick(over) : (over.at(-1) ?? '2024-08');
  const hasSales = model.batches.some(
    ({ figures, withdrawn }) =>
      !withdrawn && figures?.what === 'sales' && figures.units.includes(unit) && figures.month === month,
  );
  if (!hasSales) return { do: 'sales', units: [unit], month, area: 100 };
  const near = random.pick([1800, 3600, 1000, 2500, 2500, 2500, 2900, 4000]);
  return { do: 'stock', units: [unit], month, area: near + random.pick([-1, 0, 0, 1]) };
}

function anyUnit({ model, random }: Scene, parcel: string): string {
  const home = model.units[PARCELS.indexOf(parcel) % model.units.length] ?? '';
  return random.below(25) === 0 ? random.pick(model.units) : home;
}

/** A parcel as one or the other would write it. */
function written({ random }: Scene, parcel: string): string {
  return random.pick([parcel, parcel, parcel, `${parcel.slice(0, 1)} ${parcel.slice(1)}`, parcel.toLowerCase()]);
}

function anyDay({ model, random }: Scene): string {
  const back = random.pick([0, 0, 0, 0, 1, 5, 20, 80, 200]);
  return todayOf({ ...model, now: model.now - back * DAY });
}

function anyAsk(scene: Scene): ModelAsk {
  const { model, random } = scene;
  const parcel = random.pick(PARCELS);
  const use = random.below(30) === 0 ? '工业用地' : random.pick(USES);
  const shared = use === '城中村改造用地' ? random.below(12) > 0 : use !== '保障性住房用地' && random.below(4) === 0;
  const late = random.below(40) === 0;
  return {
    unit: anyUnit(scene, parcel),
    parcel: written(scene, parcel),
    use,
    area: random.below(50) === 0 ? 0 : 1 + random.below(random.pick([60, 400, 1200])),
    share: shared ? random.pick([0, 30, 50, 77, 100]) : null,
    date: late ? todayOf({ ...model, now: model.now + 2 * DAY }) : anyDay(scene),
  };
}

function reserveStep(scene: Scene): LandStep {
  return { do: 'reserve', key: `K${scene.model.reservations.length}`, ask: anyAsk(scene) };
}

/** A key that is there already: mostly the same question, now and then another. */
function repeatStep(scene: Scene): LandStep {
  const { model, random } = scene;
  if (model.reservations.length === 0) return reserveStep(scene);
  const { key, ask } = random.pick(model.reservations);
  const change = random.below(6);
  if (change === 0) return { do: 'reserve', key, ask: { ...ask, area: ask.area + 1 } };
  if (change === 1) return { do: 'reserve', key, ask: { ...ask, parcel: written(scene, random.pick(PARCELS)) } };
  return { do: 'reserve', key, ask: { ...ask, parcel: ask.parcel.toLowerCase() } };
}

function anyKey({ model, random }: Scene): string {
  if (model.reservations.length === 0 || random.below(12) === 0) return 'none';
  const active = model.reservations.filter(({ status }) => status === 'active');
  return random.pick(active.length > 0 && random.below(4) > 0 ? active : model.reservations).key;
}

function confirmOf(scene: Scene): { key: string; area: number | null; date: string | null } {
  const { model, random } = scene;
  const key = anyKey(scene);
  const found = model.reservations.find((one) => one.key === key);
  const area = found?.ask.area ?? 10;
  return {
    key,
    area: random.pick([null, area, Math.max(1, area - random.below(50)), area + random.below(2)]),
    date: random.below(4) === 0 ? anyDay(scene) : null,
  };
}

function recordStep(scene: Scene): LandStep {
  const { model, random } = scene;
  const known = entriesOf(model);
  if (known.length === 0 || random.below(3) > 0) {
    const entry = nextEntry(scene, `E${numbersOf(model) + 1}`);
    return { do: 'record', entry, correct: random.below(30) === 0 };
  }
  return { do: 'record', entry: changed(scene, random.pick(known)), correct: random.below(8) > 0 };
}

/** The highest number that was ever used, taken in or not. */
function numbersOf({ batches }: ModelState): number {
  const used = batches.flatMap(({ entries, rows }) => [...entries, ...rows].map(({ no }) => Number(no.slice(1))));
  return Math.max(0, ...used);
}

/** An entry said differently: another area or day, rarely another parcel or kind; now and then what it said at first. */
function changed(scene: Scene, entry: ModelEntry): ModelEntry {
  const { model, random } = scene;
  const first = model.batches.flatMap(({ entries }) => entries).find(({ no }) => no === entry.no) ?? entry;
  const how = random.below(8);
  if (how === 0) return first;
  if (how === 1) return { ...entry, date: anyDay(scene) };
  if (how === 2) return { ...entry, parcel: random.pick(PARCELS) };
  if (how === 3) return { ...entry, use: random.pick(USES) };
  return { ...entry, area: Math.max(1, entry.area + random.below(200) - 120) };
}

/** What could come next in a parcel's life, three times out of four. */
function nextEntry(scene: Scene, no: string): ModelEntry {
  const { model, random } = scene;
  const parcel = random.pick(PARCELS);
  const life = entriesOf(model)
    .filter((entry) => parcelOf(entry.parcel) === parcelOf(parcel))
    .sort((a, b) => (a.date < b.date ? -1 : 1));
  const last = life.at(-1);
  const kind =
    random.below(4) > 0 ? kindAfter(scene, life) : random.pick([...KINDS, 'completed', 'recovered', 'withdrawn']);
  const mixed = random.below(4) === 0;
  return {
    no,
    unit: last !== undefined && random.below(30) > 0 ? last.unit : anyUnit(scene, parcel),
    kind,
    parcel: written(scene, parcel),
    use: random.below(40) === 0 ? '工业用地' : (last?.use ?? random.pick(USES)),
    area: last === undefined ? 50 + random.below(900) : Math.max(1, last.area - random.pick([0, 0, 0, 10, -5])),
    share: last === undefined ? (mixed ? random.pick([0, 30, 50, 77, 100]) : null) : last.share,
    date: anyDay(scene),
    proof: random.below(4) > 0,
  };
}

function kindAfter({ model, random }: Scene, life: readonly ModelEntry[]): string {
  const last = life.at(-1)?.kind;
  const using = takingsOf(model, life).some(({ ended }) => !ended);
  if (last === undefined) return random.pick(['announced', 'completed', 'recovered', 'sold']);
  if (last === 'announced') return random.pick(['sold', 'sold', 'withdrawn']);
  if (last === 'sold') return random.pick(['contracted', 'contracted', 'withdrawn', 'completed']);
  if (last === 'contracted') return random.pick(['completed', 'completed', 'recovered', 'withdrawn']);
  return using ? 'completed' : random.pick(['announced', 'completed', 'recovered']);
}

/** A file that came before, to the byte. */
function fileAgain(scene: Scene): LandStep {
  const files = scene.model.batches.filter(({ rows }) => rows.length > 0);
  return { do: 'file', entries: files.length === 0 ? someEntries(scene) : scene.random.pick(files).rows };
}

function withdrawStep({ model, random }: Scene): LandStep {
  const at = random.below(Math.max(1, model.batches.length));
  return model.batches[at]?.held === false ? { do: 'withdraw', batch: at } : { do: 'expire' };
}

function someEntries(scene: Scene): ModelEntry[] {
  const { model, random } = scene;
  const known = entriesOf(model);
  const first = numbersOf(model) + 1;
  const fresh = Array.from({ length: 1 + random.below(4) }, (_, at) => nextEntry(scene, `E${first + at}`));
  return known.length > 0 && random.below(3) === 0 ? [...fresh, changed(scene, random.pick(known))] : fresh;
}
