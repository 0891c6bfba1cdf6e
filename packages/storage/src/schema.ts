import type { Generated, JSONColumnType } from 'kysely';

type Json = JSONColumnType<object, object | string, object | string>;
type Observation = {
  region_id: number;
  month: string;
  known_from: Date;
  row_hash: string;
  batch_id: number;
  line: number;
  simulated: boolean;
  period_open: boolean;
};

/** A row of a feed of records. */
type FeedRecord = Omit<Observation, 'region_id' | 'month' | 'period_open'> & {
  jurisdiction: string;
  open_from: string;
};

/** The tables as Kysely sees them; the migrations are what makes them so. */
export type Schema = {
  region: { id: Generated<number>; jurisdiction: string; code: string; name: string };
  batch: {
    id: Generated<number>;
    jurisdiction: string;
    feed: string | null;
    file_name: string;
    sha256: string;
    byte_count: number;
    status: 'accepted' | 'held' | 'rejected';
    simulated: boolean;
    known_from: Date;
    received_at: Generated<Date>;
    received_by: string;
    reading: Json | null;
    reasons: Json;
    total: number;
    accepted: number;
    warned: number;
    quarantined: number;
    duplicate: number;
    empty: number;
  };
  batch_event: {
    id: Generated<number>;
    batch_id: number;
    event: 'approved' | 'withdrawn';
    at: Date;
    by: string;
    reason: string;
  };
  batch_row: { batch_id: number; line: number; outcome: string; reasons: Json; raw: Json };
  held_row: {
    batch_id: number;
    line: number;
    region_id: number | null;
    month: string | null;
    row_values: (string | null)[];
  };
  sales_observation: Observation & {
    signed_centisqm: number | null;
    cancelled_centisqm: number | null;
    signed_units: number | null;
    cancelled_units: number | null;
  };
  inventory_observation: Observation & {
    presale_unsold_centisqm: number | null;
    completed_unsold_centisqm: number | null;
    presale_unsold_units: number | null;
    completed_unsold_units: number | null;
    unpermitted_centisqm: number | null;
    newly_permitted_centisqm: number | null;
    adjustment_centisqm: number | null;
  };
  contract_observation: FeedRecord & {
    region_id: number;
    contract_no: string;
    project: string | null;
    signed_on: string;
    cancelled_on: string | null;
    area_centisqm: number;
    price_total_fen: number | null;
  };
  land_entry: FeedRecord & {
    region_id: number;
    entry_no: string;
    kind: string;
    parcel_no: string;
    land_use: string;
    area_sqm: number;
    date: string;
  };
  project: FeedRecord & {
    region_id: number;
    project_no: string;
    name: string;
    developer: string | null;
    buildings: number | null;
    total_units: number | null;
    households_sold: number | null;
    contract_delivery_on: string | null;
    whitelist_approved_fen: number | null;
    whitelist_disbursed_fen: number | null;
    guarantee_amount_fen: number | null;
  };
  project_report: FeedRecord & {
    project_no: string;
    report_date: string;
    physical_progress_bp: number | null;
    planned_progress_bp: number | null;
    escrow_balance_fen: number | null;
    escrow_required_fen: number | null;
    guarantee_amount_fen: number | null;
    unpaid_buyer_money_fen: number | null;
    cost_to_complete_fen: number | null;
    idle_days: number | null;
    petitions_30d: number | null;
    account_frozen: number | null;
    completion_filed: number | null;
    households_delivered: number | null;
  };
  feed_state: { jurisdiction: string; feed: string; latest_month: string };
  assess_due: { region_id: number; month_from: string; since: Generated<Date> };
  assess_state: { rulebook: string; region_id: number; assessed_to: string };
  assessment: {
    id: Generated<number>;
    rulebook: string;
    definition: string;
    region_id: number;
    month: string;
    status: string;
    tier: string | null;
    previous_tier: string | null;
    stock_centisqm: number | null;
    sold_centisqm: number;
    months_present: number;
    present_mask: number;
    provisional: boolean | null;
    stock_grew: boolean | null;
    simulated: boolean;
    as_of: Date;
    superseded_at: Date | null;
  };
  episode: { rulebook: string; region_id: number; kind: string; start_month: string; end_month: string | null };
  alert: {
    id: Generated<number>;
    jurisdiction: string;
    kind: string;
    rule: string;
    subject_type: string;
    subject_code: string;
    subject_name: string;
    episode: number;
    level: string;
    status: 'unconfirmed' | 'open' | 'resolved';
    since: string;
    month: string;
    text: string;
    inputs: Json;
    simulated: boolean;
    opened_at: Date;
    last_seen_at: Date;
    resolved_at: Date | null;
  };
  alert_event: {
    id: Generated<number>;
    jurisdiction: string;
    alert_id: number;
    event: 'open' | 'rise' | 'fall' | 'repeat' | 'resolve' | 'restate' | 'confirm';
    at: Date;
    detail: Json;
    previous_hash: string;
    hash: string;
  };
  delivery: {
    id: string;
    alert_id: number;
    event_id: number;
    receiver: string;
    channel: string;
    consumer: string | null;
    status: 'pending' | 'sent' | 'grouped' | 'silenced' | 'inhibited' | 'dead';
    reason: string;
    attempts: Generated<number>;
    attempt_id: string | null;
    lease_until: Date | null;
    last_error: string | null;
    created_at: Generated<Date>;
    sent_at: Date | null;
  };
  outbox: {
    id: Generated<number>;
    jurisdiction: string;
    queue: string;
    job_key: string;
    payload: Json;
    attempt: Generated<number>;
    created_at: Generated<Date>;
    enqueued_at: Date | null;
    done_at: Date | null;
  };
  scheduled_run: {
    jurisdiction: string;
    job: string;
    slot: Date;
    outcome: 'running' | 'done' | 'failed' | 'skipped';
    caught_up: boolean;
    claimed_by: string;
    claimed_at: Generated<Date>;
    lease_until: Date | null;
    finished_at: Date | null;
    note: string | null;
  };
  source_state: {
    jurisdiction: string;
    source: string;
    address_hash: string;
    etag: string | null;
    last_modified: string | null;
    tried_at: Date;
    pulled_at: Date | null;
    failures: number;
    last_error: string | null;
  };
  row_ledger: {
    batch_id: number;
    total: number;
    accepted: number;
    warned: number;
    quarantined: number;
    duplicate: number;
    observations: number;
    held: number;
    warned_rows: number;
    quarantined_rows: number;
    duplicate_rows: number;
  };
  delivery_balance: {
    jurisdiction: string;
    created: number;
    delivered: number;
    grouped: number;
    silenced: number;
    inhibited: number;
    pending: number;
    dead: number;
  };
};
