// The delivery warning worked out a second time, the slow way: days one by one, fractions in BigInt, no sorting tricks.
// Shares only types and settings with src, so that the two can disagree.
import type { Project, ProjectNotice, ProjectReport, ScheduleItem } from '../../src/delivery/facts.ts';
import type {
  DeliverySettings,
  IndicatorCode,
  LimitedCode,
  ProjectLevel,
  WinterStop,
} from '../../src/delivery/settings.ts';
import { dateAt, gap, openAfter, openBetween, placeOf } from './oracle-days.ts';
import { type Due, dueOf, type Node, nodeOf, plannedAt } from './oracle-schedule.ts';

export type Pace = { readonly progressBp: number; readonly days: number };
/** What somebody knows of a project. Shapes: in any order; at most one report a day; notices numbered in their order. */
export type Known = {
  readonly project: Project;
  readonly reports: readonly ProjectReport[];
  readonly notices: readonly ProjectNotice[];
  readonly schedule: readonly ScheduleItem[];
};
export type View = {
  readonly known: Known;
  readonly day: string;
  readonly settings: DeliverySettings;
  readonly pooled: readonly Pace[];
};
export type Answer = {
  readonly level: ProjectLevel;
  readonly value: readonly [bigint, bigint] | null;
  readonly limit: string | null;
};
export type Day = {
  readonly answers: Readonly<Record<IndicatorCode, Answer>>;
  readonly raw: ProjectLevel;
  readonly overrides: number;
  readonly score: number;
  readonly horizon: number | null;
  readonly delivered: boolean;
  /** Completion, earliest and latest; `never`; null where nothing is projected. */
  readonly dates: readonly [string, string, string] | null;
  /** The building whose date is in force, and the node whose money has to be there; null: of the list, of the report. */
  readonly building: string | null;
  readonly node: string | null;
  /** Paths on which the schedule gave a figure, or gave none. */
  readonly ways: readonly string[];
};

// --- Limits ---

const order: readonly ProjectLevel[] = ['none', 'blue', 'yellow', 'unknown', 'orange', 'red'];
export const place = (level: ProjectLevel): number => order.indexOf(level);
export const worst = (levels: readonly ProjectLevel[]): ProjectLevel =>
  levels.reduce<ProjectLevel>((found, level) => (place(level) > place(found) ? level : found), 'none');

const LESS_IS_WORSE: readonly string[] = ['D4', 'D5', 'D11'];
const UNIT: Readonly<Record<string, string>> = { D1: '个百分点', D4: '', D5: '', D8: '件/百户' };

function decimal(top: bigint, bottom: bigint): string {
  let rest = top % bottom;
  let text = String(top / bottom);
  for (let digit = 0; rest > 0n; digit += 1) {
    if (digit === 0) text += '.';
    text += String((rest * 10n) / bottom);
    rest = (rest * 10n) % bottom;
  }
  return text;
}

function held(code: LimitedCode, [top, bottom]: readonly [bigint, bigint], settings: DeliverySettings): Answer {
  const less = LESS_IS_WORSE.includes(code);
  let answer: Answer = { level: 'none', value: [top, bottom], limit: null };
  for (const level of ['blue', 'yellow', 'orange', 'red'] as const) {
    const limit = settings.limits[code][level];
    if (limit === undefined) continue;
    const [left, right] = [top * limit.denominator, limit.numerator * bottom];
    if (less ? left >= right : left < right) continue;
    const words = decimal(limit.numerator, limit.denominator);
    answer = { level, value: [top, bottom], limit: `${less ? '<' : '≥'}${words}${UNIT[code] ?? '天'}` };
  }
  return answer;
}

const NOTHING: Answer = { level: 'none', value: null, limit: null };
const UNKNOWN: Answer = { level: 'unknown', value: null, limit: null };
const whole = (count: number): readonly [bigint, bigint] => [BigInt(count), 1n];

// --- Facts ---

/** The newest of what has a date, the later in the list of two on one day. */
function newest<T extends { readonly date: string }>(list: readonly T[], fits: (one: T) => boolean): T | null {
  let found: T | null = null;
  for (const one of list) if (fits(one) && (found === null || one.date >= found.date)) found = one;
  return found;
}

function filed({ known, day }: View): boolean {
  for (const { date, completionFiled } of known.reports) if (date <= day && completionFiled) return true;
  for (const { date, kind } of known.notices) if (date <= day && kind === 'completion') return true;
  return false;
}

function handedOver({ known, day }: View): number {
  let most = 0;
  for (const { date, householdsDelivered } of known.reports)
    if (date <= day && householdsDelivered !== null && householdsDelivered > most) most = householdsDelivered;
  for (const { date, kind, count } of known.notices)
    if (date <= day && kind === 'handover' && count !== null && count > most) most = count;
  return most;
}

function isFrozen({ known, day }: View): boolean | null {
  const report = newest(known.reports, ({ date, frozen }) => date <= day && frozen !== null);
  const notice = newest(
    known.notices,
    ({ date, kind }) => date <= day && (kind === 'freeze' || kind === 'execution' || kind === 'unfreeze'),
  );
  if (notice !== null && (report === null || report.date <= notice.date)) return notice.kind !== 'unfreeze';
  return report?.frozen ?? null;
}

function balance({ known, day }: View): number | null {
  const report = newest(known.reports, ({ date }) => date <= day);
  const giving = newest(known.reports, ({ date, escrowBalanceFen }) => date <= day && escrowBalanceFen !== null);
  // a bank's word may lower what a report says, never raise it: the least of what was said since
  const said = known.notices
    .filter(({ date, kind }) => kind === 'statement' && date <= day && (giving === null || date > giving.date))
    .flatMap(({ amountFen }) => amountFen ?? []);
  if (report !== null && report.escrowBalanceFen !== null) said.push(report.escrowBalanceFen);
  return said.length === 0 ? null : Math.min(...said);
}

// --- Projection ---

type Projected = { readonly done: boolean; readonly dates: readonly [string, string, string] };

function projected({ known, day, settings, pooled }: View): Projected | null {
  const { winter, paceDays } = settings;
  const reports = known.reports
    .filter(({ date, physicalBp }) => date <= day && physicalBp !== null)
    .map(({ date, physicalBp }) => ({ at: placeOf(date), built: physicalBp ?? 0 }))
    .sort((a, b) => a.at - b.at);
  const last = reports.at(-1);
  if (last === undefined) return null;
  const date = dateAt(last.at);
  if (last.built >= 10_000) return { done: true, dates: [date, date, date] };
  // the nearest report that lies far enough back; where none does, the farthest with any work between
  const back = reports.map(({ at, built }) => ({
    days: openBetween(at, last.at, winter),
    progressBp: last.built - built,
  }));
  const enough = back.filter(({ days }) => days > 0 && days >= paceDays).at(-1) ?? back.find(({ days }) => days > 0);
  if (enough === undefined) return null;
  const paces: Pace[] = [];
  for (const [at, { at: day, built }] of reports.entries()) {
    const before = reports[at - 1];
    if (before === undefined) continue;
    const days = openBetween(before.at, day, winter);
    if (days > 0) paces.push({ days, progressBp: built - before.built });
  }
  const others = paces.length < 8 ? some(pooled) : [];
  const all = [...paces, ...others];
  const left = 10_000 - last.built;
  const on = (pace: Pace): string => completion(last.at, left, pace, winter);
  return { done: false, dates: [on(enough), on(quantile(all, 4)), on(quantile(all, 1))] };
}

/** Nine of the pooled paces: the first, the last, and every eighth of the way. */
function some(pooled: readonly Pace[]): Pace[] {
  if (pooled.length <= 9) return [...pooled];
  return [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap(
    (eighth) => pooled[((pooled.length - 1) * eighth - (((pooled.length - 1) * eighth) % 8)) / 8] ?? [],
  );
}

/** The slowest pace than which at least so many fifths are no faster. */
function quantile(paces: readonly Pace[], fifths: number): Pace {
  const slower = (a: Pace, b: Pace): boolean =>
    BigInt(a.progressBp) * BigInt(b.days) <= BigInt(b.progressBp) * BigInt(a.days);
  let found: Pace | null = null;
  for (const pace of paces) {
    const share = paces.filter((other) => slower(other, pace)).length;
    if (share * 5 >= paces.length * fifths && (found === null || slower(pace, found))) found = pace;
  }
  if (found === null) throw new Error('no pace');
  return found;
}

function completion(from: number, left: number, { progressBp, days }: Pace, winter: WinterStop | null): string {
  if (progressBp <= 0) return 'never';
  const [work, speed] = [BigInt(left) * BigInt(days), BigInt(progressBp)];
  let needed = work / speed;
  if (needed * speed < work) needed += 1n;
  if (needed > 36_500n) return 'never';
  return dateAt(openAfter(from, Number(needed), winter));
}

// --- One day ---

export function dayOf(view: View): Day {
  const { known, day, settings } = view;
  const { project } = known;
  const report = newest(known.reports, ({ date }) => date <= day);
  const sold = project.householdsSold;
  const handed = handedOver(view);
  const delivered = sold !== null && filed(view) && handed >= sold;
  const projection = delivered ? null : projected(view);
  const due = delivered ? null : dueOf(known.schedule, project.contractDeliveryOn, handed);
  const d7: Answer =
    sold === null ? UNKNOWN : { ...NOTHING, value: whole(delivered || handed > sold ? 0 : sold - handed) };
  const over = (answer: () => Answer): Answer => (delivered ? NOTHING : answer());
  const [gapToPlan, money] = [scheduleGap(view, report), escrow(view, report)];
  const answers: Record<IndicatorCode, Answer> = {
    D1: over(() => gapToPlan.answer),
    D2: over(() => delay(view, due, projection)),
    D3: over(() => (due === null ? UNKNOWN : held('D3', whole(gap(due.date, day)), settings))),
    D4: over(() => cover(view, report)),
    D5: over(() => money.answer),
    D6: over(() => idle(view, report)),
    D7: d7,
    D8: over(() => petitions(view, report)),
    D9: over(() => {
      const frozen = isFrozen(view);
      if (frozen === null) return UNKNOWN;
      return frozen ? { level: settings.overrides.frozen ? 'red' : 'none', value: whole(1), limit: '冻结' } : NOTHING;
    }),
    D10: over(() => {
      if (report === null) return UNKNOWN;
      const age = gap(report.date, day);
      return held('D10', whole(age > settings.reportEvery ? age - settings.reportEvery : 0), settings);
    }),
    D11: over(() => papers(view, due)),
    D12: loan(project),
  };
  const ways = delivered ? [] : [...(due?.ways ?? []), ...gapToPlan.ways, ...money.ways];
  const said = { building: due?.building ?? null, node: money.node, ways };
  return {
    answers,
    delivered,
    dates: projection?.dates ?? null,
    ...said,
    ...combined(view, { answers, delivered, due }),
  };
}

function loan({ whitelistState, whitelistApprovedFen: approved, whitelistDisbursedFen: disbursed }: Project): Answer {
  const early = whitelistState !== null && whitelistState !== 'approved' && whitelistState !== 'disbursed';
  if (approved === null) return early ? NOTHING : UNKNOWN;
  if (approved === 0) return NOTHING;
  return disbursed === null ? UNKNOWN : { ...NOTHING, value: [BigInt(disbursed), BigInt(approved)] };
}

type Told = { readonly answer: Answer; readonly ways: readonly string[] };

function scheduleGap({ known, settings }: View, report: ProjectReport | null): Told {
  if (report === null || report.physicalBp === null) return { answer: UNKNOWN, ways: [] };
  const built = BigInt(report.physicalBp);
  const gapOf = (planned: bigint): Answer => held('D1', [planned - built, 100n], settings);
  if (report.plannedBp !== null) return { answer: gapOf(BigInt(report.plannedBp)), ways: [] };
  const planned = plannedAt(known.schedule, report.date, settings.winter);
  if (typeof planned === 'string') return { answer: UNKNOWN, ways: [planned] };
  return { answer: gapOf(planned.progressBp), ways: planned.ways };
}

function delay({ day, settings }: View, due: Due | null, projection: Projected | null): Answer {
  if (due === null || projection === null) return UNKNOWN;
  let [on] = projection.dates;
  if (on === 'never') {
    const level = (['red', 'orange', 'yellow', 'blue'] as const).find((one) => settings.limits.D2[one]) ?? 'none';
    return { level, value: null, limit: level === 'none' ? null : '无法完工' };
  }
  if (!projection.done && on < day) on = day; // it has not been built by then
  return held('D2', whole(gap(due.date, on)), settings);
}

function cover(view: View, report: ProjectReport | null): Answer {
  const { project } = view.known;
  const have = balance(view);
  if (have === null || report === null || report.costToCompleteFen === null || report.unpaidBuyersFen === null)
    return UNKNOWN;
  if (report.costToCompleteFen === 0) return NOTHING;
  let money = BigInt(have) + BigInt(report.unpaidBuyersFen);
  money += BigInt(report.guaranteeFen ?? project.guaranteeFen ?? 0);
  // what is not said to be undisbursed is no money
  // what was approved to a project that was taken off the list will not be paid
  if (
    project.whitelistState !== 'removed' &&
    project.whitelistApprovedFen !== null &&
    project.whitelistDisbursedFen !== null
  ) {
    const loan = BigInt(project.whitelistApprovedFen) - BigInt(project.whitelistDisbursedFen);
    if (loan > 0n) money += loan;
  }
  return held('D4', [money, BigInt(report.costToCompleteFen)], view.settings);
}

function escrow(view: View, report: ProjectReport | null): Told & { readonly node: string | null } {
  const have = balance(view);
  const nothing = { answer: UNKNOWN, ways: [], node: null };
  if (report === null) return nothing;
  let node: Node | string = '';
  if (report.escrowRequiredFen === null && report.physicalBp !== null)
    node = nodeOf(view.known.schedule, report.physicalBp);
  const ways = typeof node === 'string' ? [node] : node.ways;
  const asked = report.escrowRequiredFen ?? (typeof node === 'string' ? null : node.amountFen);
  if (have === null || asked === null) return { ...nothing, ways };
  const required = BigInt(asked);
  const most = (required * BigInt(view.settings.guaranteePercent)) / 100n;
  const guarantee = BigInt(report.guaranteeFen ?? view.known.project.guaranteeFen ?? 0);
  const needed = required - (guarantee < most ? guarantee : most);
  const answer = needed > 0n ? held('D5', [BigInt(have), needed], view.settings) : NOTHING;
  return { answer, ways, node: typeof node === 'string' ? null : node.item };
}

function idle({ known, day, settings }: View, report: ProjectReport | null): Answer {
  if (report === null || report.idleDays === null) return UNKNOWN;
  for (const { kind, date } of known.notices)
    if (kind === 'restart' && date > report.date && date <= day) return NOTHING;
  const end = placeOf(report.date);
  return held('D6', whole(openBetween(end - report.idleDays, end, settings.winter)), settings);
}

function petitions({ known, day, settings }: View, report: ProjectReport | null): Answer {
  const sold = known.project.householdsSold;
  const recent = known.notices.filter(({ kind, date }) => kind === 'petition' && date <= day && gap(date, day) <= 29);
  const reported = report?.petitions30d ?? null;
  if (sold === null || (reported === null && recent.length === 0)) return UNKNOWN;
  if (sold === 0) return NOTHING;
  let cases = 0;
  for (const { count } of recent) cases += count === null ? 1 : count;
  if (reported !== null && reported > cases) cases = reported;
  return held('D8', [100n * BigInt(cases), BigInt(sold)], settings);
}

function papers(view: View, due: Due | null): Answer {
  const { known, day, settings } = view;
  if (due === null) return UNKNOWN;
  const notices = known.notices.filter(({ date }) => date <= day);
  const has = (kind: string): boolean => notices.some((notice) => notice.kind === kind);
  // whoever sends no notices at all is not asked for these two
  const complete = filed(view) && (notices.length === 0 || (has('utilities') && has('fire')));
  const left = gap(day, due.date);
  return complete || left >= settings.filingDays ? NOTHING : held('D11', whole(left), settings);
}

type Answered = Pick<Day, 'answers' | 'delivered'> & { readonly due: Due | null };

function combined(
  { day, settings }: View,
  { answers, delivered, due }: Answered,
): Pick<Day, 'raw' | 'overrides' | 'score' | 'horizon'> {
  if (delivered) return { raw: 'none', overrides: 0, score: 0, horizon: null };
  const days = (code: IndicatorCode): bigint => answers[code].value?.[0] ?? 0n;
  let overrides = 0;
  if (days('D3') >= BigInt(settings.overrides.overdueDays)) overrides += 1;
  if (settings.overrides.frozen && days('D9') === 1n) overrides += 1;
  if (days('D6') >= BigInt(settings.overrides.idleDays)) overrides += 1;
  const levels: ProjectLevel[] = [];
  let horizon: number | null = null;
  for (const one of settings.horizons) {
    if (due === null || gap(day, due.date) > one.days) continue;
    levels.push(one.level);
    if (horizon === null || one.days < horizon) horizon = one.days;
  }
  for (const code of Object.keys(answers) as IndicatorCode[])
    if (answers[code].level !== 'unknown' || settings.required.includes(code)) levels.push(answers[code].level);
  return { raw: overrides > 0 ? 'red' : worst(levels), overrides, score: scoreOf(answers, settings), horizon };
}

function scoreOf(answers: Readonly<Record<IndicatorCode, Answer>>, { weights }: DeliverySettings): number {
  const severity = { none: 0n, blue: 25n, yellow: 50n, unknown: 60n, orange: 75n, red: 100n };
  const codes = Object.keys(weights) as LimitedCode[];
  let total = 0n;
  for (const code of codes) total += BigInt(weights[code]);
  let score = 0n;
  if (total > 0n)
    for (const code of codes) score += (severity[answers[code].level] * BigInt(weights[code]) * 10n) / total;
  return Number(score);
}
