import { monthOf } from '../month.ts';
import { cancelledAboveSigned } from './cancelled.ts';
import { cumulative, type Rise, riseOf } from './cumulative.ts';
import { takeOut, type UnitFigures } from './figures.ts';
import { type Finding, findingsOf, type Said } from './finding.ts';
import { identicalFile, identicalMonth, isIdentical } from './identical.ts';
import { jumps } from './jump.ts';
import { type Coverage, partialUnits } from './partial-units.ts';
import { closedLongAgo } from './period-closed.ts';
import { CHECKS, type CheckCode, type ChecksSettings } from './registry.ts';
import { salesAboveStock, stockFlow } from './stock-flow.ts';
import { createTypical } from './typical.ts';
import { type Mixup, unitMixups } from './unit-mixup.ts';
import { zoneTwice } from './zone-twice.ts';

export type FileCheckInput = {
  readonly settings: ChecksSettings;
  /** Number of the first month that was not over when the file became known. */
  readonly openMonth: number;
  readonly regions: readonly { readonly code: string; readonly name: string }[];
};

export type Beside = {
  /** The zone of this city, over the same months or more. */
  readonly zone?: UnitFigures | undefined;
  /** What was signed, less what was cancelled, before the table begins; needed only where `mayCancelTooMuch`. */
  readonly earlierNet?: number | undefined;
};

/** Checks on plausible values of one file, unit by unit in any order. */
export type FileCheck = {
  /** Findings in the rows of a unit; takes out of its table what is refused. */
  readonly unit: (unit: UnitFigures, beside?: Beside) => Finding[];
  /** Findings about the file as a whole, after its last unit. Shapes: `coverage` of a file with a grand total, else null. */
  readonly finish: (coverage: Coverage | null) => Finding[];
};

/**
 * Begins to check a file. What is found depends on the set of its rows and on what was known, never on an order.
 *
 * Source: METHODS.md, checks on plausible values.
 */
export function createFileCheck(input: FileCheckInput): FileCheck {
  const { settings, regions } = input;
  const file = { identical: 0, comparable: 0, months: new Set<number>(), rises: [] as Rise[] };
  const say = createSay(settings);
  const checkRows = createRowChecks(input, say);
  return {
    unit: (unit, beside = {}) => {
      const findings: Finding[] = [];
      for (const month of checkRows(unit, beside, findings)) {
        file.months.add(unit.first + month);
        const identical = isIdentical(unit, month);
        if (identical === null) continue;
        file.comparable += 1;
        if (!identical) continue;
        file.identical += 1;
        say(findings, 'IDENTICAL_PERIOD', [identicalMonth(unit, month)]);
      }
      if (unit.feed === 'sales') file.rises.push(riseOf(unit, settings.checks.PERIOD_CUMULATIVE.minMonths));
      return findings;
    },
    finish: (coverage) => {
      const { identical, comparable, months, rises } = file;
      const [only] = months;
      const copied = months.size === 1 && identical === comparable;
      const findings: Finding[] = [];
      if (copied && only !== undefined && identical >= settings.checks.IDENTICAL_FILE.minUnits) {
        say(findings, 'IDENTICAL_FILE', [identicalFile(identical, monthOf(only))]);
      }
      say(findings, 'PERIOD_CUMULATIVE', cumulative(rises, settings));
      if (coverage !== null) say(findings, 'PARTIAL_UNITS', partialUnits(coverage, regions, settings));
      return findings;
    },
  };
}

type Say = (findings: Finding[], code: CheckCode, said: readonly Said[]) => void;

function createSay(settings: ChecksSettings): Say {
  return (findings, code, said) => {
    if (said.length > 0) findings.push(...findingsOf(settings, code, said));
  };
}

/** Checks a unit's rows one by one; returns the months of those that are not refused for their unit of measure. */
function createRowChecks({ settings, openMonth }: FileCheckInput, say: Say) {
  const typicalOf = createTypical(settings.historyMonths);
  return (unit: UnitFigures, { zone, earlierNet = 0 }: Beside, findings: Finding[]): number[] => {
    const mixed = new Set<number>();
    const refused = new Set<number>();
    const months = monthsOf(unit);
    for (const month of months) {
      for (const { code, said } of unitMixups(unit, month, typicalOf, settings)) {
        const { level } = settings.checks[code];
        if (level !== 'off') mixed.add(month);
        if (refuses(level)) refused.add(month);
        say(findings, code, [said]);
      }
    }
    // What is sent back is no history for the others: first all mix-ups, then everything else.
    for (const month of refused) takeOut(unit, month);
    const rest = refused.size === 0 ? months : months.filter((month) => !refused.has(month));
    for (const month of rest) {
      const before = findings.length;
      if (zone !== undefined) say(findings, 'ZONE_TWICE', zoneTwice(unit, zone, month, settings));
      say(findings, 'SALES_GT_STOCK', salesAboveStock(unit, month));
      const explained = findings.length > before || mixed.has(month);
      // one cause, one word: whichever says it best
      if (!explained) say(findings, 'STOCK_FLOW', stockFlow(unit, month, settings));
      if (!mixed.has(month)) say(findings, 'JUMP', jumps(unit, month, typicalOf, settings));
      say(findings, 'PERIOD_CLOSED', closedLongAgo(unit, month, openMonth, settings));
      if (unit.feed !== 'sales') continue;
      say(findings, 'CANCELLED_GT_SIGNED', cancelledAboveSigned(unit, month, { earlierNet, settings }));
    }
    return rest;
  };
}

/** Held rows are not known before somebody approves the file, refused ones never. */
function refuses(level: ChecksSettings['checks'][Mixup['code']]['level']): boolean {
  return level === 'refuse' || level === 'hold';
}

function monthsOf({ lines }: UnitFigures): number[] {
  const months: number[] = [];
  for (let month = 0; month < lines.length; month += 1) if ((lines[month] ?? 0) > 0) months.push(month);
  return months;
}

/** Whether what was signed before the table begins has to be known to judge a unit's cancellations. */
export function mayCancelTooMuch(unit: UnitFigures, settings: ChecksSettings): boolean {
  if (unit.feed !== 'sales' || settings.checks.CANCELLED_GT_SIGNED.level === 'off') return false;
  return monthsOf(unit).some((month) => cancelledAboveSigned(unit, month, { earlierNet: 0, settings }).length > 0);
}

/** Whether any check looks at a feed. */
export function isChecked(feed: string, { checks }: ChecksSettings): boolean {
  return Object.entries(CHECKS).some(
    ([code, { feeds }]) => checks[code as CheckCode].level !== 'off' && feeds.some((name) => name === feed), // safe: its own key
  );
}
