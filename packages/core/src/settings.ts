import type { FeedName } from './feed.ts';

/** `feeds.yaml`: how a bureau's files are recognised, and when they are due. */
export type FeedSettings = {
  /** Everything this feed sends is simulated (模拟数据). */
  readonly simulated: boolean;
  /** Day of the following month by which the month must be in. */
  readonly dueDay: number;
  readonly graceDays: number;
  /** Other header words, by canonical column. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
};

export type FeedsSettings = {
  /** A file with a larger share of quarantined rows is held for a person. */
  readonly heldAboveShare: number;
  readonly keyHeaders: {
    readonly region: readonly string[];
    readonly month: readonly string[];
    readonly unit: readonly string[];
  };
  readonly feeds: Readonly<Record<FeedName, FeedSettings>>;
};

export const ALERT_KINDS = ['TIER_SUSPEND', 'TIER_SWAP', 'STOCK_GREW', 'FEED_LATE', 'FEED_REFUSED'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

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
  readonly levels: Readonly<Record<AlertKind, Level>>;
  readonly receivers: readonly Receiver[];
  readonly routes: readonly Route[];
};

export const JOB_NAMES = ['assess-due', 'check-feeds'] as const;
export type JobName = (typeof JOB_NAMES)[number];

/** What happens to slots that nobody was there for: each, only the newest, or none. */
export const CATCH_UP = ['each', 'latest', 'none'] as const;
export type ScheduledJob = {
  readonly job: JobName;
  readonly cron: string;
  readonly catchUp: (typeof CATCH_UP)[number];
};

/** `schedule.yaml`. */
export type ScheduleSettings = { readonly jobs: readonly ScheduledJob[] };
