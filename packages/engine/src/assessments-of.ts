import { getRulebook } from '@quhua/config';
import {
  AppError,
  type Assessment,
  citationOf,
  distancesOf,
  exactMonths,
  formatCentisqm,
  type Month,
  monthRange,
  monthsNumber,
  monthsText,
  type Region,
  type Rulebook,
  statusText,
} from '@quhua/core';
import { listAssessments } from '@quhua/storage';
import { assessMonths } from './assess-months.ts';
import { deriveAssessments } from './derive.ts';
import { type Engine, firstOpenMonth, refuseFuture } from './engine.ts';

/** One unit's month as the CLI and the API show it. Units: areas in ㎡ as decimal text with 2 decimals. */
export type RegionAssessment = {
  readonly code: string;
  readonly name: string;
  readonly status: Assessment['status'];
  readonly tier: string | null;
  readonly previousTier: string | null;
  readonly monthsOfSupply: number | null;
  readonly monthsOfSupplyText: string;
  readonly exact: { readonly numerator: string; readonly denominator: string } | null;
  readonly stock: string | null;
  readonly sold: string;
  readonly monthsPresent: number;
  readonly provisional: boolean | null;
  readonly flags: readonly string[];
  readonly distances: readonly {
    readonly threshold: string;
    readonly sell: string | null;
    readonly room: string | null;
  }[];
  readonly citation: string;
};

export type AssessmentsOf = {
  readonly asOf: string;
  readonly rulebook: string;
  readonly definition: string;
  readonly months: readonly { readonly month: Month; readonly regions: readonly RegionAssessment[] }[];
};

export type AssessmentsInput = {
  readonly from: Month;
  readonly to: Month;
  readonly asOf?: Date;
  readonly rulebook?: string;
};

/**
 * Assessments of every unit and month of a range.
 *
 * Without `asOf`, and under the rulebook in force: brings the stored assessments and alerts up to what is known now
 * first. With it, or under another rulebook: computes what was known then, and changes nothing.
 * Errors: not_found/RULEBOOK_NOT_FOUND, invalid/AS_OF_FUTURE, invalid/MONTH_FUTURE.
 */
export async function assessmentsOf(engine: Engine, input: AssessmentsInput): Promise<AssessmentsOf> {
  const rulebook = getRulebook(engine.config, input.rulebook);
  refuseFutureMonth(engine, input.to);
  const live = input.asOf === undefined && rulebook.id === engine.config.jurisdiction.rulebook;
  const asOf = input.asOf === undefined ? engine.now() : refuseFuture(engine, input.asOf);
  const byCode = live
    ? await bringUpToDate(engine, input, rulebook)
    : await deriveAll(engine, input, { rulebook, asOf });
  const months = monthRange(input.from, input.to).map((month, at) => ({
    month,
    regions: engine.config.jurisdiction.regions.flatMap((region) => {
      const assessment = byCode.get(region.code)?.[at];
      return assessment === undefined ? [] : [present(region, assessment, rulebook)];
    }),
  }));
  return { asOf: asOf.toISOString(), rulebook: rulebook.id, definition: rulebook.definition.id, months };
}

/** A month that has not begun has nothing to say; storing that would put it before every later assessment. */
function refuseFutureMonth(engine: Engine, month: Month): void {
  const current = firstOpenMonth(engine, engine.now());
  if (month <= current) return;
  const message = `月份还没有到：${month}，本月是 ${current} / the month lies in the future`;
  throw new AppError('invalid', 'MONTH_FUTURE', message);
}

async function bringUpToDate(
  engine: Engine,
  { from, to }: AssessmentsInput,
  rulebook: Rulebook,
): Promise<Map<string, readonly Assessment[]>> {
  await assessMonths(engine, { target: to, wait: true });
  const jurisdiction = engine.config.jurisdiction.code;
  const stored = await listAssessments(engine.database.db, { jurisdiction, rulebook, from, to });
  // Months before a unit's first report are not stored: they say NO_DATA, as a derivation would.
  const codes = engine.config.jurisdiction.regions.map((region) => region.code);
  return new Map(codes.map((code) => [code, padBefore(stored.get(code) ?? [], from, to)]));
}

function padBefore(assessments: readonly Assessment[], from: Month, to: Month): Assessment[] {
  const byMonth = new Map(assessments.map((assessment) => [assessment.month, assessment]));
  return monthRange(from, to).map((month) => byMonth.get(month) ?? noData(month));
}

function noData(month: Month): Assessment {
  return {
    month,
    status: 'NO_DATA',
    tier: null,
    previousTier: null,
    landSupply: null,
    stockCentisqm: null,
    soldCentisqm: 0,
    monthsPresent: 0,
    presentMask: 0,
    provisional: null,
    stockGrew: null,
    simulated: false,
  };
}

async function deriveAll(
  engine: Engine,
  { from, to }: AssessmentsInput,
  { rulebook, asOf }: { readonly rulebook: Rulebook; readonly asOf: Date },
): Promise<Map<string, readonly Assessment[]>> {
  const byCode = new Map<string, readonly Assessment[]>();
  for await (const { code, assessments } of deriveAssessments(engine, { rulebook, from, to, asOf }))
    byCode.set(code, assessments);
  return byCode;
}

/** An assessment in words and decimal text. */
export function present(region: Region, assessment: Assessment, rulebook: Rulebook): RegionAssessment {
  const { stockCentisqm, soldCentisqm, monthsPresent, tier } = assessment;
  const figures = { stockCentisqm: stockCentisqm ?? 0, soldCentisqm, monthsPresent };
  return {
    code: region.code,
    name: region.name,
    ...presentFigures(assessment, rulebook),
    flags: flagsOf(assessment),
    distances: hasFigureOf(assessment) ? distancesOf(figures, rulebook.tiers, tier).map(toText) : [],
    citation: citationOf(rulebook),
  };
}

/** The figures of an assessment, wherever they are shown. */
export type PresentedFigures = Omit<RegionAssessment, 'code' | 'name' | 'flags' | 'distances' | 'citation'>;

export function presentFigures(assessment: Assessment, rulebook: Rulebook): PresentedFigures {
  const { status, stockCentisqm, soldCentisqm, monthsPresent, tier } = assessment;
  const figures = { stockCentisqm: stockCentisqm ?? 0, soldCentisqm, monthsPresent };
  const exact = hasFigureOf(assessment) ? exactMonths(figures) : null;
  const ratio = status === 'NOT_APPLICABLE' ? { numerator: 0n, denominator: 0n } : exact;
  return {
    status,
    tier,
    previousTier: assessment.previousTier,
    monthsOfSupply: exact === null ? null : monthsNumber(exact),
    monthsOfSupplyText: (exact && monthsText(exact, rulebook.tiers)) ?? statusText(status, rulebook.definition.window),
    exact: ratio === null ? null : { numerator: String(ratio.numerator), denominator: String(ratio.denominator) },
    stock: stockCentisqm === null ? null : formatCentisqm(stockCentisqm),
    sold: formatCentisqm(soldCentisqm),
    monthsPresent,
    provisional: assessment.provisional,
  };
}

function hasFigureOf({ stockCentisqm, status }: Assessment): boolean {
  return stockCentisqm !== null && status !== 'NO_DATA' && status !== 'INSUFFICIENT';
}

function flagsOf({ status, stockGrew, simulated }: Assessment): string[] {
  const flags: string[] = [];
  if (status === 'NO_SALES' || status === 'NET_NEGATIVE') flags.push(status);
  if (stockGrew === true) flags.push('STOCK_GREW');
  if (simulated) flags.push('SIMULATED');
  return flags;
}

function toText({ threshold, sellCentisqm, roomCentisqm }: ReturnType<typeof distancesOf>[number]) {
  return {
    threshold,
    sell: sellCentisqm === null ? null : formatCentisqm(sellCentisqm),
    room: roomCentisqm === null ? null : formatCentisqm(roomCentisqm),
  };
}
