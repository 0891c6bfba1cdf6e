import type { AreaUnit } from './area.ts';
import type { EscalationStep } from './escalation.ts';
import type { FeedName } from './feed.ts';
import type { MoneyUnit } from './money.ts';
import type { Month } from './month.ts';

/** `feeds.yaml`: how a bureau's files are recognised. When they are due stands in `schedule.yaml`. */
export type FeedSettings = {
  /** Everything this feed sends is simulated (模拟数据). */
  readonly simulated: boolean;
  /** Other header words, by canonical column. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
};

/**
 * How a person settled, once, what a kind of file leaves open. What it does not say is found as always.
 *
 * Shapes: `match` are globs (`*`, `?`) on the names of file and sheet; `columns` maps header words (a two-row header
 * is `上层>下层`) or column letters (`C`) to canonical columns, `region`, `month`, `unit`, or to null: not to be read.
 */
export type SavedMapping = {
  readonly name: string;
  readonly match: { readonly file?: string; readonly sheet?: string };
  readonly feed?: FeedName;
  /** Rows of the header, as the spreadsheet counts; one number or first and last. */
  readonly header?: { readonly from: number; readonly to: number };
  /** Unit of area columns that do not say their own. */
  readonly areaUnit?: AreaUnit;
  readonly moneyUnit?: MoneyUnit;
  readonly percentScale?: 'percent' | 'fraction';
  /** Where the month of rows without one stands, or the month itself (only sensible with `--map`). */
  readonly month?: { readonly from: 'file' | 'sheet' | 'title' } | { readonly fixed: Month };
  readonly columns?: Readonly<Record<string, string | null>>;
};

/** What is done about a total in a file that contradicts its rows. */
export const TOTALS_LEVELS = ['hold', 'refuse', 'warn'] as const;

export type FeedsSettings = {
  /** A file with a larger share of quarantined rows is held for a person. */
  readonly heldAboveShare: number;
  readonly totals: (typeof TOTALS_LEVELS)[number];
  /** Tried in order; the first that matches file and sheet holds. */
  readonly mappings: readonly SavedMapping[];
  readonly keyHeaders: {
    readonly region: readonly string[];
    readonly month: readonly string[];
    /** Of a year that stands in a column of its own. */
    readonly year: readonly string[];
    readonly unit: readonly string[];
  };
  readonly feeds: Readonly<Record<FeedName, FeedSettings>>;
};

export const ALERT_KINDS = [
  'TIER_SUSPEND',
  'TIER_SWAP',
  'STOCK_GREW',
  'FEED_LATE',
  'FEED_STALE',
  'FEED_PARTIAL',
  'FEED_REFUSED',
  'QUOTA_NEAR',
  'QUOTA_FULL',
  'QUOTA_OVERDRAWN',
  'RESERVATION_SUSPENDED',
  'PLAN_SIGNAL',
  'PROJECT_RISK',
  'PROJECT_OVERRIDE',
  'PROJECT_LATE',
  'PROJECT_FUNDING',
  'PROJECT_STALE',
  'PROJECT_LIST',
  'DEVELOPER_RISK',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];
/** Kinds whose level is that of what they speak of, not a setting. */
export const OWN_LEVEL_KINDS = ['PROJECT_RISK'] as const satisfies readonly AlertKind[];
export type SetLevelKind = Exclude<AlertKind, (typeof OWN_LEVEL_KINDS)[number]>;

/** From worst to mildest. */
export const LEVELS = ['red', 'orange', 'yellow', 'blue'] as const;
export type Level = (typeof LEVELS)[number];

export type ChannelSettings =
  | { readonly channel: 'file' }
  /** A queue of its own, for another system of the bureau. */
  | { readonly channel: 'queue'; readonly consumer: string };

export type Receiver = { readonly name: string; readonly title: string; readonly channels: readonly ChannelSettings[] };
/** Which alerts a receiver gets; a list that is left out means all. */
export type Route = {
  readonly receiver: string;
  readonly kinds?: readonly AlertKind[];
  readonly levels?: readonly Level[];
  readonly regions?: readonly string[];
};

/** `alerts.yaml`. */
export type AlertsSettings = {
  readonly levels: Readonly<Record<SetLevelKind, Level>>;
  readonly receivers: readonly Receiver[];
  readonly routes: readonly Route[];
  /** By level, in the order in which people are told; empty: nobody is. */
  readonly escalation: Readonly<Record<Level, readonly EscalationStep[]>>;
};

export const JOB_NAMES = [
  'assess-due',
  'check-feeds',
  'pull-sources',
  'check-land',
  'check-projects',
  'check-alerts',
] as const;
export type JobName = (typeof JOB_NAMES)[number];

/** What happens to slots that nobody was there for: each, only the newest, or none. */
export const CATCH_UP = ['each', 'latest', 'none'] as const;
export type ScheduledJob = {
  readonly job: JobName;
  readonly cron: string;
  readonly catchUp: (typeof CATCH_UP)[number];
};

/** Days by which a month must be in. */
export type DueSettings = {
  /** Day of the following month; one that it does not have is its last. */
  readonly dueDay: number;
  readonly graceDays: number;
  /** So many days after the due day of the oldest month that is missing, what is known no longer says how things stand. */
  readonly staleDays: number;
};

/** A feed of which every month is expected. Shapes: `units` holds what differs for a unit, by its code. */
export type MonthlyExpectation = DueSettings & {
  readonly rhythm: 'monthly';
  readonly units: Readonly<Record<string, Partial<DueSettings>>>;
  /** Receiver who answers for the feed: told of its alerts whatever the routes say. */
  readonly owner: string | null;
};
/** A feed of which a file is expected every so many days. */
export type DaysExpectation = {
  readonly rhythm: 'days';
  readonly everyDays: number;
  readonly graceDays: number;
  readonly staleDays: number;
  readonly owner: string | null;
};
export type Expectation = MonthlyExpectation | DaysExpectation;

/** `schedule.yaml`. Shapes: a feed that is not in `expected` is not watched. */
export type ScheduleSettings = {
  readonly jobs: readonly ScheduledJob[];
  readonly expected: Readonly<Partial<Record<FeedName, Expectation>>>;
};

/** A URL that is asked for a file. */
export type HttpSource = {
  readonly name: string;
  readonly kind: 'http';
  readonly url: string;
  /** Left out: found by the header. */
  readonly feed?: FeedName;
  readonly format: 'csv' | 'json' | 'auto';
  /** Cron, five fields, in the jurisdiction's time zone. */
  readonly every: string;
  /** For the whole pull, its retries and redirects included. */
  readonly timeoutSeconds: number;
  /** Of the answer, as sent and as unpacked. */
  readonly maxBytes: number;
  /** Addresses that are not on the public internet may be asked too. */
  readonly allowPrivate: boolean;
  /** Header → environment variable that holds its value. */
  readonly headersFromEnv: Readonly<Record<string, string>>;
};
/** A folder of messages (`.eml`) whose attachments are files. `folder` is relative to `QUHUA_HOME`, or absolute. */
export type MailboxSource = { readonly name: string; readonly kind: 'mailbox'; readonly folder: string };
export type SourceSettings = HttpSource | MailboxSource;

/** `sources.yaml`: where files come from besides the inbox. */
export type SourcesSettings = readonly SourceSettings[];
