// The measure of the warning worked out a second time: one day after another, nothing carried on, levels as given.
import type { ProjectFacts } from '../../src/delivery/facts.ts';
import { riskHistory } from '../../src/delivery/level.ts';
import type { DeliverySettings, ProjectLevel } from '../../src/delivery/settings.ts';
import { dayOf, type Pace } from './oracle.ts';
import { dateAt, openBetween, placeOf } from './oracle-days.ts';

const order: readonly ProjectLevel[] = ['none', 'blue', 'yellow', 'unknown', 'orange', 'red'];
const reaches = (level: ProjectLevel, asked: ProjectLevel): boolean => order.indexOf(level) >= order.indexOf(asked);

type Question = { readonly settings: DeliverySettings; readonly day: string };
/** A project's level on every day from the first that is worked out to the last, by place in the calendar. */
type Levels = { readonly first: number; readonly on: (place: number) => ProjectLevel };

function levelsTo(facts: ProjectFacts, { settings, day }: Question): Levels {
  const steps = riskHistory({ facts, settings, pooled: [], lean: true }, { day });
  const levels: ProjectLevel[] = [];
  const first = placeOf(steps[0]?.day ?? day);
  let current: ProjectLevel = 'none';
  for (let place = first; place <= placeOf(day); place += 1) {
    current = steps.find((step) => step.day === dateAt(place))?.level ?? current;
    levels.push(current);
  }
  return { first, on: (place) => levels[place - first] ?? 'none' };
}

/** Delivered, judged from every report and notice of that day or before. */
function state({ project, reports, notices }: ProjectFacts, day: string): 'delivered' | 'not' | 'unknown' {
  const told = [...reports, ...notices].filter(({ date }) => date <= day);
  const filed = told.some((one) => ('kind' in one ? one.kind === 'completion' : one.completionFiled));
  const moved = told.map((one) =>
    'kind' in one ? (one.kind === 'handover' ? one.count : 0) : one.householdsDelivered,
  );
  if (!filed) return 'not';
  if (project.householdsSold === null) return 'unknown';
  return Math.max(0, ...moved.map((count) => count ?? 0)) >= project.householdsSold ? 'delivered' : 'not';
}

/** Counts by name, lists of days by name. */
type Sheet = { readonly counts: Map<string, number>; readonly lists: Map<string, number[]> };
const add = ({ counts }: Sheet, name: string, many = 1): void => {
  counts.set(name, (counts.get(name) ?? 0) + many);
};
const append = ({ lists }: Sheet, name: string, value: number): void => {
  lists.set(name, [...(lists.get(name) ?? []), value]);
};

const EVENTS = [
  ['late', 0],
  ['late90', 90],
] as const;

function judge(sheet: Sheet, facts: ProjectFacts, question: Question): void {
  const buildings = facts.schedule.flatMap(({ kind, date }) => (kind === 'building' && date !== null ? [date] : []));
  const due = buildings.sort().at(-1) ?? facts.project.contractDeliveryOn;
  if (due === null || due > question.day) return;
  const eve = dateAt(placeOf(due) - 1);
  const before = levelsTo(facts, { ...question, day: eve });
  const whole = levelsTo(facts, question);
  for (const [event, after] of EVENTS) {
    const on = dateAt(placeOf(due) + after);
    if (on > question.day) continue;
    const found = state(facts, on);
    if (found === 'unknown') add(sheet, `${event} unknown`);
    else {
      add(sheet, `${event} decided`);
      for (const asked of ['yellow', 'orange', 'red'] as const) {
        judgeLevel(sheet, `${event} ${asked}`, { before, whole, due, asked, late: found === 'not', day: question.day });
      }
    }
  }
}

type Case = {
  readonly before: Levels;
  readonly whole: Levels;
  readonly due: string;
  readonly asked: ProjectLevel;
  readonly late: boolean;
  readonly day: string;
};

function judgeLevel(sheet: Sheet, name: string, { before, whole, due, asked, late, day }: Case): void {
  const end = placeOf(due);
  const days: boolean[] = [];
  const only: ProjectLevel[] = [];
  for (let place = before.first; place < end; place += 1) {
    const level = before.on(place);
    days.push(reaches(level, asked));
    if (reaches(level, asked)) only.push(level);
  }
  const warned = days.includes(true);
  add(sheet, `${name} ${warned ? (late ? 'A' : 'B') : late ? 'C' : 'D'}`);
  if (warned && only.every((level) => level === 'unknown')) add(sheet, `${name} ${late ? 'A' : 'B'} unknown`);
  if (!late) return;
  if (warned) append(sheet, `${name} first`, days.length - days.indexOf(true));
  let run = 0;
  while (run < days.length && days[days.length - 1 - run] === true) run += 1;
  if (run > 0) append(sheet, `${name} lead`, run);
  let after = false;
  for (let place = Math.max(end, whole.first); place <= placeOf(day); place += 1)
    after ||= reaches(whole.on(place), asked);
  if (!warned && after) add(sheet, `${name} after`);
}

/** Monday of a day's week; 2015-01-05 was one. */
const monday = (place: number): number => place - ((((place - placeOf('2015-01-05')) % 7) + 7) % 7);

function load(sheet: Sheet, facts: ProjectFacts, question: Question): void {
  const levels = levelsTo(facts, question);
  const last = placeOf(question.day);
  append(sheet, 'begun', levels.first);
  add(sheet, 'project days', last - levels.first);
  for (let place = levels.first; place <= last; place += 1) {
    const [was, is] = [place === levels.first ? 'none' : levels.on(place - 1), levels.on(place)];
    if (place > levels.first && was !== is) add(sheet, 'changes');
    if (order.indexOf(is) <= order.indexOf(was)) continue;
    for (const asked of ['blue', 'yellow', 'orange', 'red'] as const)
      if (reaches(is, asked)) append(sheet, `rise ${asked}`, monday(place));
  }
}

type OwnPace = Pace & { readonly projectNo: string; readonly on: string };

function pacesOf({ project, reports }: ProjectFacts, { winter }: DeliverySettings): OwnPace[] {
  const told = reports.filter(({ physicalBp }) => physicalBp !== null);
  return told.flatMap((report, at) => {
    const before = told[at - 1];
    if (before === undefined) return [];
    const days = openBetween(placeOf(before.date), placeOf(report.date), winter);
    const progressBp = (report.physicalBp ?? 0) - (before.physicalBp ?? 0);
    return days === 0 ? [] : [{ progressBp, days, projectNo: project.projectNo, on: report.date }];
  });
}

type Paced = Question & { readonly paces: readonly OwnPace[] };

function calibrate(sheet: Sheet, facts: ProjectFacts, { settings, day, paces }: Paced): void {
  const end = facts.reports.find(({ physicalBp, date }) => (physicalBp ?? 0) >= 10_000 && date <= day)?.date;
  if (end === undefined) return;
  for (const { date } of facts.reports.filter((report) => report.date < end)) {
    const pooled = paces.filter(({ projectNo, on }) => projectNo !== facts.project.projectNo && on <= date);
    pooled.sort((a, b) => b.progressBp * a.days - a.progressBp * b.days);
    const { dates } = dayOf({ known: facts, day: date, settings, pooled });
    if (dates === null) continue;
    const far = placeOf(end) - placeOf(date);
    const [on, earliest, latest] = dates;
    for (const band of ['all', far > 180 ? 'far' : far > 90 ? 'middle' : 'near']) {
      append(sheet, `${band} projects`, Number(facts.project.projectNo.slice(1)));
      add(sheet, `${band} reports`);
      if (on === 'never') add(sheet, `${band} never`);
      else append(sheet, `${band} errors`, placeOf(on) - placeOf(end));
      if (earliest !== 'never' && earliest <= end && (latest === 'never' || latest >= end))
        add(sheet, `${band} within`);
    }
  }
}

/** Everything of some projects, by name. Shapes: facts of one number each, `P1` on. */
export function measured(all: readonly ProjectFacts[], question: Question): Sheet {
  const sheet: Sheet = { counts: new Map(), lists: new Map() };
  const until = all.map(({ project, reports, notices, schedule }) => ({
    project,
    schedule,
    reports: reports.filter(({ date }) => date <= question.day),
    notices: notices.filter(({ date }) => date <= question.day),
  }));
  const paces = until.flatMap((facts) => pacesOf(facts, question.settings));
  for (const facts of until) {
    if (facts.reports.length === 0) {
      add(sheet, 'silent');
      continue;
    }
    judge(sheet, facts, question);
    load(sheet, facts, question);
    calibrate(sheet, facts, { ...question, paces });
  }
  return sheet;
}
