import {
  BEFORE,
  type HistoryDay,
  historyDays,
  type ProjectRisk,
  type RiskInput,
  type Running,
  rawRisk,
  stepLevel,
  stepOf,
  type When,
  worseOf,
} from './level.ts';
import { type DeliverySettings, PROJECT_LEVELS } from './settings.ts';

/** Days that are looked at first; as many again until they decide. */
const FEW = 8;
/** Where more reports than these make a level fall there are too many states to go through: all days are. */
const MOST_REPORTS = 4;

/**
 * The last of a project's history, much faster: it is followed back only until what lies before no longer matters.
 *
 * Shapes: as the last of `riskHistory`. From whatever level a project came, a red day, a confirmed event or some reports that
 * are milder bring it to the same one; so the last days are gone through from every state that there could be before them,
 * and if all end at one level, that is it. Earlier days are evaluated without words.
 */
export function currentRisk(input: RiskInput, when: When): ProjectRisk {
  const days = historyDays(input.facts, when);
  const lean = { ...input, lean: true };
  const risks: ProjectRisk[] = [rawRisk(input, when.day)]; // newest first
  for (let count = input.settings.fallAfter > MOST_REPORTS ? days.length : FEW; ; count *= 2) {
    const last = days.slice(-count);
    while (risks.length < last.length) risks.push(rawRisk(lean, days[days.length - 1 - risks.length]?.day ?? when.day));
    const before = last.length === days.length ? [BEFORE] : everyState(input.settings);
    const [level, ...others] = levelsAfter(before, { days: last, risks, settings: input.settings });
    const [today] = risks;
    if (level !== undefined && others.length === 0 && today !== undefined) return { ...today, level };
  }
}

/** Every state of a level, but for the order of its milder reports, which decides nothing. */
function everyState({ fallAfter }: DeliverySettings): Running[] {
  return PROJECT_LEVELS.flatMap((level, rank): Running[] => [
    { level, milder: [] },
    ...PROJECT_LEVELS.slice(0, rank).flatMap((worst) =>
      Array.from({ length: fallAfter - 1 }, (_, at): Running => ({ level, milder: Array(at + 1).fill(worst) })),
    ),
  ]);
}

type Stretch = {
  readonly days: readonly HistoryDay[];
  /** Newest first. */
  readonly risks: readonly ProjectRisk[];
  readonly settings: DeliverySettings;
};

/** The levels at which a stretch of days may end, each once. */
function levelsAfter(before: readonly Running[], { days, risks, settings }: Stretch): ProjectRisk['level'][] {
  let states = before;
  for (const [at, day] of days.entries()) {
    const risk = risks[days.length - 1 - at];
    if (risk === undefined) continue; // never: each day has one
    const step = stepOf(day, risk, settings);
    states = distinct(states.map((one) => stepLevel(one, risk.raw, step)));
  }
  return [...new Set(states.map(({ level }) => level))];
}

function distinct(states: readonly Running[]): readonly Running[] {
  if (states.length === 1) return states;
  const key = ({ level, milder }: Running): string => `${level} ${milder.length} ${milder.reduce(worseOf, 'none')}`;
  return [...new Map(states.map((one) => [key(one), one])).values()];
}
