import { type Kysely, sql } from 'kysely';

/** Land supply: quota accounts with their lines, reservations, decisions and certificates. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

/** The exact range of a double, never below zero. */
const AREA = (column: string): string =>
  `${column} bigint not null default 0 check (${column} between 0 and 9007199254740991)`;

const STATEMENTS = [
  `alter table land_entry add column document text,
     add column residential_share_bp bigint check (residential_share_bp between 0 and 10000)`,

  // What the rules were when something was decided by them: a decision is derived again under these, not under today's.
  `create table rule_snapshot (hash text primary key, rulebook jsonb not null)`,

  // The balance is what the guarded statement decides by; what it is made of are the lines, and the view holds them against each other.
  `create table land_account (
     id bigint generated always as identity primary key,
     jurisdiction text collate "C" not null,
     region_id int not null references region (id),
     year int not null check (year between 1900 and 2199),
     ${['carried_sqm', 'completed_sqm', 'recovered_sqm', 'reserved_sqm', 'confirmed_sqm'].map(AREA).join(',\n     ')},
     version bigint not null default 0,
     simulated boolean not null default false,
     changed_at timestamptz not null,
     closed_at timestamptz,
     unique (region_id, year)
   )`,
  // A line holds from one version of its account to another; it is ended, never changed or deleted.
  `create table land_line (
     id bigint generated always as identity primary key,
     account_id bigint not null references land_account (id),
     kind text not null check (kind in ('carried', 'completed', 'recovered', 'reserved', 'confirmed')),
     area_sqm bigint not null check (area_sqm between 1 and 9007199254740991),
     parcel_no text,
     parcel_key text collate "C",
     date date,
     entry_no text,
     batch_id bigint,
     line int,
     reservation_id bigint,
     carried_from int,
     from_version bigint not null,
     to_version bigint,
     since timestamptz not null,
     until timestamptz,
     check (num_nonnulls(entry_no, reservation_id, carried_from) = 1),
     check ((to_version is null) = (until is null))
   )`,
  `create index land_line_account on land_line (account_id, from_version)`,
  `create index land_line_reservation on land_line (reservation_id) where reservation_id is not null`,
  `create index land_line_parcel on land_line (parcel_key, account_id) where to_version is null and parcel_key is not null`,
  `create unique index land_line_entry_once on land_line (account_id, kind, entry_no) where to_version is null and entry_no is not null`,
  `create unique index land_line_reservation_once on land_line (reservation_id) where to_version is null and reservation_id is not null`,

  // What the ledger says of each parcel now, so that a question about one reads one row.
  `create table land_parcel (
     jurisdiction text collate "C" not null,
     parcel_key text collate "C" not null,
     region_id int not null references region (id),
     parcel_no text not null,
     area_sqm bigint,
     uses jsonb not null,
     announced_on date,
     withdrawn_on date,
     recovered jsonb not null,
     primary key (jurisdiction, parcel_key, region_id)
   )`,
  `create index land_parcel_region on land_parcel (region_id)`,

  `create table land_decision (
     id bigint generated always as identity primary key,
     jurisdiction text collate "C" not null,
     region_id int not null,
     parcel_key text collate "C" not null,
     purpose text not null check (purpose in ('check', 'reserve', 'recheck')),
     answer text not null,
     date date not null,
     as_of timestamptz,
     decided_at timestamptz not null,
     decided_by text not null,
     rule_hash text not null,
     account_id bigint,
     account_version bigint,
     question jsonb not null,
     basis jsonb not null,
     decision jsonb not null
   )`,

  `create table land_reservation (
     id bigint generated always as identity primary key,
     jurisdiction text collate "C" not null,
     key text collate "C" not null,
     request jsonb not null,
     account_id bigint not null references land_account (id),
     region_id int not null,
     parcel_no text not null,
     parcel_key text collate "C" not null,
     land_use text not null,
     area_sqm bigint not null check (area_sqm between 1 and 9007199254740991),
     share_bp int,
     quota_sqm bigint not null check (quota_sqm between 0 and 9007199254740991),
     date date not null,
     status text not null check (status in ('active', 'confirmed', 'released', 'expired')),
     decision_id bigint not null,
     created_at timestamptz not null,
     created_by text not null,
     expires_at timestamptz not null,
     confirmed_at timestamptz,
     confirmed_on date,
     confirmed_area_sqm bigint,
     confirmed_sqm bigint check (confirmed_sqm between 0 and quota_sqm),
     ended_at timestamptz,
     unique (jurisdiction, key),
     check ((status = 'confirmed') = (confirmed_at is not null)),
     check ((status in ('released', 'expired')) = (ended_at is not null))
   )`,
  `create unique index land_reservation_parcel on land_reservation (jurisdiction, parcel_key) where status = 'active'`,
  `create index land_reservation_due on land_reservation (jurisdiction, expires_at) where status = 'active'`,
  `create index land_reservation_region on land_reservation (region_id)`,
  `create table land_reservation_event (
     id bigint generated always as identity primary key,
     reservation_id bigint not null references land_reservation (id),
     event text not null check (event in ('reserve', 'confirm', 'release', 'expire')),
     at timestamptz not null,
     by text not null,
     area_sqm bigint not null,
     reason text,
     unique (reservation_id, event)
   )`,

  `create table land_certificate (
     id bigint generated always as identity primary key,
     jurisdiction text collate "C" not null,
     year int not null,
     serial int not null,
     code text not null unique,
     decision_id bigint not null references land_decision (id),
     region_id int not null,
     parcel_key text collate "C" not null,
     issued_at timestamptz not null,
     issued_by text not null,
     valid_until date not null,
     content jsonb not null,
     files jsonb not null,
     unique (jurisdiction, year, serial)
   )`,
  `create index land_certificate_parcel on land_certificate (jurisdiction, parcel_key, id)`,
  `create table land_certificate_serial (jurisdiction text collate "C", year int, last int not null, primary key (jurisdiction, year))`,

  // Few of the files: a question asks when one was last refused or had rows set aside.
  `create index batch_refused on batch (jurisdiction, known_from) where status <> 'accepted' or quarantined > 0`,

  // Every account against its lines, and against zero: no row may ever differ.
  `create view land_balance as
     select a.id as account_id, a.jurisdiction, a.region_id, a.year, a.version,
       a.carried_sqm + a.completed_sqm + a.recovered_sqm - a.reserved_sqm - a.confirmed_sqm as remaining_sqm,
       coalesce(l.remaining, 0) as lines_sqm,
       (a.carried_sqm, a.completed_sqm, a.recovered_sqm, a.reserved_sqm, a.confirmed_sqm)
         is not distinct from (coalesce(l.carried, 0), coalesce(l.completed, 0), coalesce(l.recovered, 0),
           coalesce(l.reserved, 0), coalesce(l.confirmed, 0)) as agrees
     from land_account a left join (
       select account_id,
         sum(area_sqm) filter (where kind = 'carried') as carried,
         sum(area_sqm) filter (where kind = 'completed') as completed,
         sum(area_sqm) filter (where kind = 'recovered') as recovered,
         sum(area_sqm) filter (where kind = 'reserved') as reserved,
         sum(area_sqm) filter (where kind = 'confirmed') as confirmed,
         sum(case when kind in ('reserved', 'confirmed') then -area_sqm else area_sqm end) as remaining
       from land_line where to_version is null group by account_id
     ) l on l.account_id = a.id`,
];
