/** A row of a feed of records. */
type FeedRecord = {
  jurisdiction: string;
  known_from: Date;
  row_hash: string;
  batch_id: number;
  line: number;
  simulated: boolean;
  open_from: string;
};

/** The tables of feeds that have one record for each key, as Kysely sees them. */
export type RecordTables = {
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
    document: string | null;
    residential_share_bp: number | null;
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
    promoted_name: string | null;
    permit_no: string | null;
    escrow_bank: string | null;
    whitelist_state: string | null;
    guarantee_no: string | null;
    merged_into: string | null;
  };
  project_notice: FeedRecord & {
    notice_no: string;
    project_no: string;
    date: string;
    kind: string;
    amount_fen: number | null;
    count: number | null;
    document: string | null;
  };
  project_schedule: FeedRecord & {
    project_no: string;
    kind: string;
    item: string;
    date: string | null;
    progress_bp: number | null;
    amount_fen: number | null;
    count: number | null;
    document: string | null;
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
  plan_progress: FeedRecord & {
    region_id: number;
    item: string;
    report_date: string;
    done_units: number | null;
    done_centisqm: number | null;
    done_land_sqm: number | null;
  };
};
