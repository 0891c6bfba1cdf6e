// Random lives of projects: small whole numbers on and beside the limits, so that ties are the rule and not the exception.
import {
  type NoticeKind,
  type Project,
  type ProjectFacts,
  type ProjectNotice,
  type ProjectReport,
  type ScheduleItem,
  WHITELIST_STATES,
} from '../../src/delivery/facts.ts';
import { DEFAULT_DELIVERY, type DeliverySettings, type Limits, type WinterStop } from '../../src/delivery/settings.ts';
import type { Random } from '../oracle/random.ts';
import type { Known, Pace } from './oracle.ts';
import { dateAt, placeOf } from './oracle-days.ts';
import { type Agreed, agreedOf, withoutAgreed } from './schedule-stories.ts';

/** A report as it was sent: the newest sending known of a date is what the date says. */
export type Sent = { readonly report: ProjectReport; readonly knownOn: string };
export type Told = { readonly notice: ProjectNotice; readonly knownOn: string };
/** Shapes: `sent`, `told` and `agreed` by the day on which they became known. */
export type Story = {
  readonly project: Project;
  readonly sent: readonly Sent[];
  readonly told: readonly Told[];
  readonly agreed: readonly Agreed[];
  readonly settings: DeliverySettings;
  readonly pooled: readonly Pace[];
  readonly confirmedOn: readonly string[];
  readonly day: string;
};

const WINTERS: readonly (WinterStop | null)[] = [
  null,
  null,
  { from: '12-01', to: '02-29' },
  { from: '12-01', to: '02-28' },
  { from: '11-15', to: '03-15' },
  { from: '01-10', to: '02-20' },
  { from: '02-29', to: '03-31' },
];
const ratio = (top: number, bottom = 1): { numerator: bigint; denominator: bigint } => ({
  numerator: BigInt(top),
  denominator: BigInt(bottom),
});

/** The default, and settings that differ from it in everything a town could change. */
export function settingsOf({ int, pick, chance }: Random): DeliverySettings {
  const changed = chance(0.5);
  const base = DEFAULT_DELIVERY;
  if (!changed) return { ...base, winter: pick(WINTERS) };
  const D2: Limits = pick([base.limits.D2, {}, { yellow: ratio(30) }, { blue: ratio(0), orange: ratio(45) }]);
  const D4: Limits = pick([base.limits.D4, { yellow: ratio(1), red: ratio(333, 1000) }]);
  return {
    ...base,
    limits: { ...base.limits, D2, D4, D5: D4, D1: pick([base.limits.D1, { red: ratio(125, 10) }]) },
    overrides: { overdueDays: pick([60, 90]), idleDays: pick([30, 60]), frozen: chance(0.7) },
    required: pick([base.required, [], ['D3', 'D10'], ['D8', 'D11', 'D12', ...base.required]]),
    weights: pick([base.weights, { ...base.weights, D1: 0, D4: 33 }, { ...base.weights, D8: 1 }]),
    horizons: pick([base.horizons, [], [{ days: 30, level: 'red' }, ...base.horizons.slice(0, 1)]]),
    winter: pick(WINTERS),
    paceDays: pick([30, 60, 90]),
    fallAfter: int(1, 6),
    reportEvery: pick([7, 31]),
    filingDays: pick([30, 60, 90]),
    guaranteePercent: pick([0, 30, 33]),
  };
}

/** A number within one of a limit. */
function near({ int, pick }: Random, limits: readonly number[]): number {
  return Math.max(0, pick(limits) + int(-1, 1));
}

const NEAR_DUE = [-180, -90, -60, -30, -15, 0, 1, 30, 60, 90, 91];

export function storyOf(random: Random): Story {
  const { int, pick, chance } = random;
  // half of the projects are healthy for most of the time: among nothing but red, no level would ever fall
  const calm = chance(0.5);
  const maybe = <T>(value: T): T | null => (chance(calm ? 0.01 : 0.06) ? null : value);
  const settings = settingsOf(random);
  const begin = placeOf('2023-09-01') + int(0, 300);
  const dates = [begin];
  const count = chance(0.03) ? int(8, 11) : int(0, 5); // from 8 paces on a project's own are enough
  for (let at = 1; at < count; at += 1)
    dates.push((dates.at(-1) ?? 0) + pick([1, 7, 30, 31, int(20, 70), int(31, 95)]));
  const end = (dates.at(-1) ?? begin) + pick([0, 0, 1, 30, 31, 39, 46, 61, 76, int(0, 80)]);
  const due = dateAt(
    end - near(random, NEAR_DUE) * (chance(0.1) ? -1 : 1) - pick(calm ? [-180, -200, -400] : [0, 0, -180, -90, -60]),
  );
  const sold = pick([0, 1, 10, 20, 100, 100, 200]);
  const approved = pick([0, 40, 100]);
  const project: Project = {
    ...{ projectNo: 'P1', name: '一号', promotedName: null, regionCode: '653101', developer: null },
    ...{ buildings: null, totalUnits: null },
    householdsSold: maybe(sold),
    contractDeliveryOn: maybe(due),
    whitelistApprovedFen: maybe(approved),
    whitelistDisbursedFen: maybe(pick([0, 20, approved])),
    guaranteeFen: chance(0.5) ? null : int(0, 40),
    ...{ whitelistState: pick([null, null, ...WHITELIST_STATES]), guaranteeNo: null, mergedInto: null },
  };
  const sent: Sent[] = [];
  let built = pick(calm ? [6_000, 8_000, 9_900] : [0, 3_000, 6_000, 9_000, 9_900]);
  for (const at of count === 0 ? [] : dates) {
    built = Math.min(10_000, built + pick(calm ? [300, 900, 1_000] : [0, 0, 1, 100, 300, 1_000, -50]));
    const report = reportOf(random, { date: dateAt(at), built, calm, sold, settings, project });
    sent.push({ report, knownOn: dateAt(at + (chance(0.15) ? int(1, 40) : 0)) });
    // a correction, now and then known before a later report is
    if (chance(0.15)) {
      const again = reportOf(random, {
        date: report.date,
        built: built + pick([0, 1, -100]),
        calm,
        sold,
        settings,
        project,
      });
      sent.push({ report: again, knownOn: dateAt(at + int(1, 60)) });
    }
  }
  const told: Told[] = [];
  for (let at = int(0, calm ? 2 : 4); at > 0; at -= 1) {
    const on = int(begin, end + 3);
    const notice = noticeOf(random, { date: dateAt(on), no: told.length, sold });
    told.push({ notice, knownOn: dateAt(on + (chance(0.1) ? int(1, 30) : 0)) });
  }
  sent.sort((a, b) => (a.knownOn < b.knownOn ? -1 : a.knownOn > b.knownOn ? 1 : 0));
  const agreed = agreedOf(random, { due, sold, calm, begin: dateAt(begin), reports: sent.map(({ report }) => report) });
  const pooled = Array.from({ length: pick([0, 0, 3, 9, 12]) }, () => ({ progressBp: int(-5, 60), days: int(1, 9) }));
  pooled.sort((a, b) => b.progressBp * a.days - a.progressBp * b.days);
  const confirmedOn = chance(0.2) ? [dateAt(int(begin, end))] : [];
  const known = sent.map((one) => ({ ...one, report: withoutAgreed(random, one.report, agreed) }));
  return { project, sent: known, told, agreed, settings, pooled, confirmedOn, day: dateAt(end) };
}

type Draft = {
  readonly date: string;
  readonly built: number;
  readonly calm: boolean;
  readonly sold: number;
  readonly settings: DeliverySettings;
  readonly project: Project;
};

function reportOf(random: Random, { date, built, calm, sold, settings, project }: Draft): ProjectReport {
  const { int, pick, chance } = random;
  const maybe = <T>(value: T): T | null => (chance(calm ? 0.005 : 0.05) ? null : value);
  const good = chance(calm ? 0.85 : 0.5);
  const cost = pick([0, 10, 20, 100, 1_000]);
  const guarantee = chance(0.5) ? null : int(0, 40);
  const required = pick([0, 10, 100, 200]);
  // so much that the ratio to what is needed is a limit, or one fen off
  const stands = Math.min(
    guarantee ?? project.guaranteeFen ?? 0,
    Math.floor((required * settings.guaranteePercent) / 100),
  );
  const share = good ? pick([12, 13, 20]) : pick([5, 8, 10, 12]);
  const balance = Math.max(0, Math.floor(((required - stands) * share) / 10) + (good ? 0 : int(-1, 1)));
  const loan = (project.whitelistApprovedFen ?? 0) - (project.whitelistDisbursedFen ?? 0);
  const others = balance + (guarantee ?? project.guaranteeFen ?? 0) + Math.max(0, loan);
  const unpaid = Math.max(0, (cost * share) / 10 - others + (good ? 1 : int(-1, 1)));
  return {
    date,
    physicalBp: maybe(built),
    plannedBp: maybe(built + (good ? int(-300, 499) : near(random, [500, 1_000, 1_250, 1_500, 2_500]))),
    escrowBalanceFen: maybe(balance),
    escrowRequiredFen: maybe(required),
    guaranteeFen: guarantee,
    costToCompleteFen: maybe(cost),
    unpaidBuyersFen: maybe(unpaid),
    idleDays: maybe(good ? int(0, 6) : near(random, [0, 7, 15, 30, 60, 90, 120])),
    petitions30d: maybe(
      good
        ? 0
        : near(
            random,
            [1, 3, 5, 10].map((per) => Math.ceil((per * sold) / 100)),
          ),
    ),
    frozen: chance(calm ? 0.05 : 0.3) ? null : chance(calm ? 0.01 : 0.06),
    completionFiled: maybe(built >= 9_900 && chance(0.4)),
    householdsDelivered: maybe(chance(0.2) ? near(random, [sold, sold, Math.floor(sold / 2)]) : 0),
  };
}

const KINDS: readonly NoticeKind[] = [
  ...(['freeze', 'execution', 'unfreeze', 'unfreeze', 'utilities', 'utilities', 'fire', 'fire'] as const),
  ...(['completion', 'completion', 'handover', 'handover', 'statement', 'petition', 'petition', 'restart'] as const),
];

function noticeOf(
  random: Random,
  { date, no, sold }: { readonly date: string; readonly no: number; readonly sold: number },
): ProjectNotice {
  const { int, pick, chance } = random;
  const kind = pick(KINDS);
  const amountFen = kind === 'statement' && !chance(0.1) ? int(0, 100) : null;
  const households = kind === 'handover' ? near(random, [sold]) : int(0, 3);
  const counted = (kind === 'handover' || kind === 'petition') && !chance(0.1);
  return { noticeNo: `N${no}`, date, kind, amountFen, count: counted ? households : null, document: null };
}

/** What was known at the end of a day: of each date the sending that came last. */
export function knownOn({ project, sent, told, agreed }: Story, day: string): Known {
  const byDate = new Map<string, ProjectReport>();
  for (const one of sent) if (one.knownOn <= day) byDate.set(one.report.date, one.report);
  const notices = told.filter((one) => one.knownOn <= day).map(({ notice }) => notice);
  const byItem = new Map<string, ScheduleItem>();
  for (const one of agreed) if (one.knownOn <= day) byItem.set(`${one.item.kind} ${one.item.item}`, one.item);
  return { project, reports: [...byDate.values()], notices, schedule: [...byItem.values()] };
}

/** A story as it is known at its end. */
export function factsOf(story: Story): { facts: ProjectFacts; settings: DeliverySettings; day: string } {
  const { project, reports, notices, schedule } = knownOn(story, story.day);
  const byDate = <T extends { readonly date: string }>(list: readonly T[]): T[] =>
    list.toSorted((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  const facts = { project, reports: byDate(reports), notices: byDate(notices), schedule };
  return { facts, settings: story.settings, day: story.day };
}
