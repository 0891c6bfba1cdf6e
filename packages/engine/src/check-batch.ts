import {
  type ChecksSettings,
  type Coverage,
  createFileCheck,
  type FeedName,
  type FeedRow,
  type FileCheck,
  type Finding,
  isChecked,
  isMonthlyFeed,
  type MonthlyFeed,
  mayCancelTooMuch,
  monthIndex,
  monthOf,
  type RowReason,
  type UnitFigures,
} from '@quhua/core';
import { type FeedReading, hasTotals, type ReadPlan, reasonAtLine } from '@quhua/feeds';
import { type Db, type HistoryMonth, listEarlierNetSales, listFigureHistory, type RegionIds } from '@quhua/storage';
import { createPlanCheck } from './check-plan.ts';
import { createReportCheck } from './delivery/check-reports.ts';
import { type Engine, firstOpenMonth } from './engine.ts';
import { createFileFigures, type Gathered } from './file-figures.ts';
import { createLedgerCheck } from './land/check-ledger.ts';

/** What checks say of a row that its file's reader has taken. */
export type Verdict = {
  readonly line: number;
  readonly outcome: 'warned' | 'quarantined';
  readonly reasons: readonly RowReason[];
  readonly raw: readonly string[];
};

export type BatchFindings = {
  readonly verdicts: readonly Verdict[];
  /** Why the file waits for a person. */
  readonly holds: readonly RowReason[];
  /** What is to be said of the file as a whole. */
  readonly notes: readonly RowReason[];
};

/** Checks on plausible values of one file: takes its rows as they come and judges them when all are there. */
export type BatchCheck = {
  readonly add: (rows: readonly FeedRow[]) => void;
  readonly drop: (lines: readonly number[]) => void;
  /** Shapes: verdicts by line. Concurrency: needs `db` for itself meanwhile. */
  readonly finish: (db: Db, reading: FeedReading) => Promise<BatchFindings>;
};

export type BatchCheckInput = {
  readonly feed: FeedName;
  readonly knownFrom: Date;
  readonly regionIds: RegionIds;
  /** Opens the file once more: rows of a large one are not kept, and those that are not simply accepted are looked up. */
  readonly reopen: () => Promise<FeedReading>;
};

/** Units whose history is in memory at one time. */
const UNITS_AT_ONCE = 500;
export const NO_FINDINGS: BatchFindings = { verdicts: [], holds: [], notes: [] };

/**
 * Begins to check a file against what was known before it, and against itself; null for a feed that nothing looks at.
 *
 * Missing: rows of a file that brings no month yet known, and no history, are checked against each other.
 */
export function createBatchCheck(engine: Engine, input: BatchCheckInput): BatchCheck | null {
  const { feed } = input;
  if (feed === 'land') return createLedgerCheck(engine);
  if (feed === 'plan-progress') return createPlanCheck(engine);
  if (feed === 'project-reports') return createReportCheck(engine, input);
  if (!isMonthlyFeed(feed) || !isChecked(feed, engine.config.checks)) return null;
  const file = createFileFigures(feed);
  return {
    add: file.add,
    drop: file.drop,
    finish: async (db, reading) => {
      const gathered = file.close();
      return gathered === null ? NO_FINDINGS : judge({ engine, db, reading, gathered, input: { ...input, feed } });
    },
  };
}

type Work = {
  readonly engine: Engine;
  readonly db: Db;
  readonly reading: FeedReading;
  readonly gathered: Gathered;
  readonly input: BatchCheckInput & { readonly feed: MonthlyFeed };
};

async function judge(work: Work): Promise<BatchFindings> {
  const { engine, reading, gathered, input } = work;
  const { regions } = engine.config.jurisdiction;
  const openMonth = monthIndex(firstOpenMonth(engine, input.knownFrom));
  const check = createFileCheck({ settings: engine.config.checks, openMonth, regions });
  const findings: Found[] = [];
  for (let at = 0; at < gathered.codes.length; at += UNITS_AT_ONCE) {
    await judgeUnits(work, gathered.codes.slice(at, at + UNITS_AT_ONCE), { check, findings, openMonth });
  }
  const whole = check.finish(coverageOf(reading, gathered)).map((finding) => ({ finding, month: null }));
  const lines = new Set(findings.flatMap(({ finding }) => finding.line ?? []));
  const raws = await rawRows(lines, gathered, input);
  return sortFindings([...findings, ...whole], reading.plan, raws);
}

type Found = { readonly finding: Finding; readonly month: string | null };
type Judging = { readonly check: FileCheck; readonly findings: Found[]; readonly openMonth: number };

async function judgeUnits(
  work: Work,
  codes: readonly string[],
  { check, findings, openMonth }: Judging,
): Promise<void> {
  const { engine, gathered } = work;
  const { checks } = engine.config;
  const zoneOf = new Map(checks.zones.map(({ zone, city }) => [city, zone]));
  const zones = codes.flatMap((code) => zoneOf.get(code) ?? []);
  const first = gathered.from - checks.historyMonths;
  const last = Math.max(gathered.to, Math.min(gathered.to + checks.historyMonths, openMonth - 1));
  const history = await loadHistory(work, [...new Set([...codes, ...zones])], { first, last });
  const names = new Map(engine.config.jurisdiction.regions.map(({ code, name }) => [code, name]));
  const tableOf = (code: string): UnitFigures => {
    const known = history.get(code) ?? { sales: [], inventory: [] };
    return gathered.table(code, { name: names.get(code) ?? code, first, months: last - first + 1, known });
  };
  const tables = codes.map(tableOf);
  const earlier = await loadEarlier(work, tables, { first, settings: checks });
  for (const table of tables) {
    const zone = zoneOf.get(table.code);
    const beside = { zone: zone === undefined ? undefined : tableOf(zone), earlierNet: earlier.get(table.code) };
    for (const finding of check.unit(table, beside)) {
      const month = finding.line === null ? -1 : table.lines.indexOf(finding.line);
      findings.push({ finding, month: month < 0 ? null : monthOf(first + month) });
    }
  }
}

type Span = { readonly first: number; readonly last: number };
type Known = { readonly sales: readonly HistoryMonth[]; readonly inventory: readonly HistoryMonth[] };

/** The file's own feed as far back as typical sizes need, the other one as far as the months before it lean on each other. */
async function loadHistory(
  { db, input, gathered }: Work,
  codes: readonly string[],
  span: Span,
): Promise<Map<string, Known>> {
  const byId = new Map(codes.flatMap((code) => idOf(input.regionIds, code)).map(([code, id]) => [id, code]));
  const known = new Map<string, { sales: readonly HistoryMonth[]; inventory: readonly HistoryMonth[] }>();
  for (const feed of ['sales', 'inventory'] as const) {
    const own = feed === input.feed;
    const [from, to] = own ? [span.first, span.last] : [gathered.from - 2, gathered.to];
    const request = {
      feed,
      regionIds: [...byId.keys()],
      from: monthOf(from),
      to: monthOf(to),
      before: input.knownFrom,
    };
    for await (const { regionId, months } of listFigureHistory(db, request)) {
      const code = byId.get(regionId) ?? '';
      known.set(code, { ...(known.get(code) ?? { sales: [], inventory: [] }), [feed]: months });
    }
  }
  return known;
}

function idOf(regionIds: RegionIds, code: string): [string, number][] {
  const id = regionIds.get(code);
  return id === undefined ? [] : [[code, id]];
}

type Earlier = { readonly first: number; readonly settings: ChecksSettings };

/** What was signed before the tables begin, only of units whose cancellations it may explain. */
async function loadEarlier({ db, input }: Work, tables: readonly UnitFigures[], { first, settings }: Earlier) {
  const ids = tables
    .filter((table) => mayCancelTooMuch(table, settings))
    .flatMap(({ code }) => idOf(input.regionIds, code));
  if (ids.length === 0) return new Map<string, number>();
  const request = { regionIds: ids.map(([, id]) => id), from: monthOf(first), before: input.knownFrom };
  const net = await listEarlierNetSales(db, request);
  return new Map(ids.flatMap(([code, id]) => (net.has(id) ? [[code, net.get(id) ?? 0] as const] : [])));
}

/** Of a file with a grand total: which units it brings. */
function coverageOf(reading: FeedReading, { codes, months }: Gathered): Coverage | null {
  if (!hasTotals(reading.ignored())) return null;
  const { empty, quarantined } = reading.counts();
  return { codes: new Set(codes), months, unreadable: empty + quarantined };
}

type Raws = ReadonlyMap<number, readonly string[]>;

/** The senders' own cells of some lines. */
async function rawRows(lines: ReadonlySet<number>, { raws }: Gathered, { reopen }: BatchCheckInput): Promise<Raws> {
  const missing = [...lines].filter((line) => !raws.has(line));
  if (missing.length === 0) return raws;
  const found = new Map([...lines].flatMap((line) => (raws.has(line) ? [[line, raws.get(line) ?? []] as const] : [])));
  const again = await reopen();
  try {
    for await (const { rows } of again.chunks()) {
      for (const { line, raw } of rows) if (lines.has(line)) found.set(line, raw);
      if (found.size >= lines.size) break;
    }
  } finally {
    await again.close();
  }
  return found;
}

function sortFindings(found: readonly Found[], plan: ReadPlan, raws: Raws): BatchFindings {
  const byLine = new Map<number, { refused: boolean; reasons: RowReason[] }>();
  const holds: RowReason[] = [];
  const notes: RowReason[] = [];
  for (const { finding, month } of found) {
    const { code, level, line, column, zh, en } = finding;
    const reason =
      line === null
        ? { code, message: `${zh} / ${en}` }
        : reasonAtLine(plan, { line, month }, column, { code, zh, en });
    if (level === 'hold') holds.push(reason);
    if (line === null && level !== 'hold') notes.push(reason);
    if (line === null) continue;
    const row = byLine.get(line) ?? { refused: false, reasons: [] };
    byLine.set(line, row);
    row.refused ||= level === 'refuse';
    row.reasons.push(reason);
  }
  const verdicts = [...byLine]
    .sort(([a], [b]) => a - b)
    .map(([line, { refused, reasons }]) => {
      const outcome = refused ? 'quarantined' : 'warned';
      return { line, outcome, reasons, raw: raws.get(line) ?? [] } as const;
    });
  return { verdicts, holds, notes };
}
