import { parseDay, workingDays } from './days.ts';
import { handedOver, type ProjectFacts, reportAt } from './facts.ts';
import { fundsOf } from './money.ts';
import { contractDateOn } from './schedule.ts';
import { type DeliverySettings, PROJECT_LEVELS, type ProjectLevel } from './settings.ts';

/** Days ahead for which money is asked. */
export const STAKE_DAYS = 90;

/**
 * What stands at stake in one project. Units: fen.
 *
 * Missing: null is not known, never 0; a delivered project has nothing at stake.
 */
export type Stake = {
  /** Sold and not handed over. */
  readonly households: number | null;
  readonly costFen: number | null;
  /** Balance, guarantee, loan not yet disbursed, and what buyers still owe. */
  readonly fundsFen: number | null;
  /** What is missing to complete it; 0 if nothing is. */
  readonly gapFen: number | null;
  /** What has to be built within `STAKE_DAYS`, if it is to be ready on the contract date. */
  readonly nextFen: number | null;
  /** What of that the account does not hold. */
  readonly nextGapFen: number | null;
};

const NOTHING: Stake = { households: 0, costFen: 0, fundsFen: 0, gapFen: 0, nextFen: 0, nextGapFen: 0 };

export type StakeInput = { readonly facts: ProjectFacts; readonly day: string; readonly delivered: boolean };

/**
 * Households and money of one project on a day.
 *
 * Shapes: the cost to complete is spread evenly over the working days up to the contract date; what is due within the days
 * ahead, or overdue, is all of it. Rounded up to the fen. Source: METHODS.md §11.
 */
export function stakeOf({ facts, day, delivered }: StakeInput, { winter }: Pick<DeliverySettings, 'winter'>): Stake {
  if (delivered) return NOTHING;
  const { householdsSold: sold } = facts.project;
  const due = contractDateOn(facts, day)?.on ?? null;
  const households = sold === null ? null : Math.max(0, sold - handedOver(facts, day));
  const report = reportAt(facts.reports, day);
  const costFen = report?.costToCompleteFen ?? null;
  const funds = fundsOf({ facts, report, day });
  const fundsFen = funds.totalFen;
  const nextFen = costFen === null || due === null ? null : dueSoon(costFen, { day, due, winter });
  const balance = funds.balance?.fen ?? null;
  return {
    households,
    costFen,
    fundsFen,
    gapFen: costFen === null || fundsFen === null ? null : Math.max(0, costFen - fundsFen),
    nextFen,
    nextGapFen: nextFen === null || balance === null ? null : Math.max(0, nextFen - balance),
  };
}

type Spread = { readonly day: string; readonly due: string } & Pick<DeliverySettings, 'winter'>;

function dueSoon(costFen: number, { day, due, winter }: Spread): number {
  const [today, end] = [parseDay(day), parseDay(due)];
  if (end - today <= STAKE_DAYS) return costFen;
  const all = workingDays(today, end, winter);
  const soon = workingDays(today, today + STAKE_DAYS, winter);
  if (all === 0) return costFen;
  return Number((BigInt(costFen) * BigInt(soon) + BigInt(all) - 1n) / BigInt(all)); // at most the cost: safe
}

/** A sum over projects, and of how many it is not known. */
export type StakeSum = { readonly total: number; readonly unknown: number };
/** Shapes: one sum a figure of `Stake`; `projects` counts all, `red` those whose level is red. */
export type StakeGroup = {
  readonly key: string;
  readonly projects: number;
  readonly red: number;
  readonly sums: Readonly<Record<keyof Stake, StakeSum>>;
};

export type StakeRow = {
  readonly level: ProjectLevel;
  readonly regionCode: string;
  readonly developer: string | null;
  readonly stake: Stake;
};

const FIGURES = [
  'households',
  'costFen',
  'fundsFen',
  'gapFen',
  'nextFen',
  'nextGapFen',
] as const satisfies readonly (keyof Stake)[];

/** Households and money at stake, by what `keyOf` gives; null leaves a project out. Shapes: in order of first appearance. */
export function groupStakes<Row extends StakeRow>(
  rows: readonly Row[],
  keyOf: (row: Row) => string | null,
): StakeGroup[] {
  const groups = Map.groupBy(rows, keyOf);
  return [...groups].flatMap(([key, members]) => {
    if (key === null) return [];
    const sums = Object.fromEntries(FIGURES.map((figure) => [figure, sumOf(members, figure)])) as StakeGroup['sums']; // safe: every figure is listed
    return [{ key, projects: members.length, red: members.filter(({ level }) => level === 'red').length, sums }];
  });
}

/** By level, from worst to mildest; levels without a project are left out. */
export function stakesByLevel(rows: readonly StakeRow[]): StakeGroup[] {
  const groups = new Map(groupStakes(rows, ({ level }) => level).map((group) => [group.key, group]));
  return PROJECT_LEVELS.toReversed().flatMap((level) => groups.get(level) ?? []);
}

function sumOf(members: readonly StakeRow[], figure: keyof Stake): StakeSum {
  let [total, unknown] = [0, 0];
  for (const { stake } of members) {
    const value = stake[figure];
    if (value === null) unknown += 1;
    else total += value;
  }
  return { total, unknown };
}

/** A project of a developer, as far as its other projects are concerned. */
export type OfDeveloper = {
  readonly projectNo: string;
  readonly name: string;
  readonly developer: string | null;
  readonly level: ProjectLevel;
  readonly delivered: boolean;
};

/**
 * Developers in trouble: those with a red project, and their other projects that are not delivered or red themselves.
 *
 * Shapes: by developer's name; nobody is in trouble whose name is not known. A flag never changes a level.
 */
export function developersInTrouble<Project extends OfDeveloper>(
  projects: readonly Project[],
): Map<string, { readonly red: readonly Project[]; readonly others: readonly Project[] }> {
  const found = new Map<string, { red: readonly Project[]; others: readonly Project[] }>();
  for (const [developer, own] of Map.groupBy(projects, (one) => one.developer)) {
    const red = own.filter(({ level }) => level === 'red');
    const others = own.filter(({ level, delivered }) => level !== 'red' && !delivered);
    if (developer !== null && red.length > 0 && others.length > 0) found.set(developer, { red, others });
  }
  return found;
}
