import type { Month, Status } from '@quhua/core';
import type { Db } from './database.ts';
import type { LandAccount, ParcelFacts } from './land-accounts.ts';
import { executePrepared, writtenOut } from './prepared.ts';

export type LandFactsRequest = {
  readonly jurisdiction: string;
  readonly regionId: number;
  readonly rulebook: string;
  readonly year: number;
  readonly parcelKey: string;
  /** First month whose assessment may not be used: it was not over on the day of the question. */
  readonly before: Month;
  /** First month of the reports that are looked at. */
  readonly reportsFrom: Month;
  /** Stock by the broad definition needs the unpermitted area too. */
  readonly broad: boolean;
};

/** A stored assessment, without what its rulebook says of it. */
export type FactAssessment = {
  readonly id: number;
  readonly definition: string;
  readonly month: Month;
  readonly status: Status;
  readonly tier: string;
  readonly previousTier: string | null;
  readonly stockCentisqm: number | null;
  readonly soldCentisqm: number;
  readonly monthsPresent: number;
  readonly presentMask: number;
  readonly provisional: boolean | null;
  readonly stockGrew: boolean | null;
  readonly simulated: boolean;
  readonly asOf: string;
};

export type FactReport = {
  readonly feed: 'sales' | 'inventory';
  readonly month: Month;
  readonly whole: boolean;
  readonly knownFrom: string;
};

/** Everything that a question about one parcel needs, as stored now. */
export type LandFacts = {
  readonly assessment: FactAssessment | null;
  /** What is known changed since the unit was last assessed. */
  readonly due: boolean;
  readonly account: (Pick<LandAccount, 'id' | 'version' | 'sums' | 'simulated'> & { readonly closed: boolean }) | null;
  /** The parcel in the ledger; more than one only where two units claim it. */
  readonly parcels: readonly ParcelFacts[];
  /** Quota that the parcel holds already in this account, by what. Whole ㎡. */
  readonly own: readonly {
    readonly kind: 'reserved' | 'confirmed';
    readonly areaSqm: number;
    readonly reservationId: number | null;
    readonly entryNo: string | null;
  }[];
  readonly reports: readonly FactReport[];
  /** Feeds of which anything was ever received. */
  readonly connected: readonly string[];
  /** When a file of sales or stock was last refused, held, or had rows set aside: which units it speaks of is another question. */
  readonly refusedAt: string | null;
  /** An alert of the unit waits for a person's confirmation. */
  readonly unconfirmed: readonly string[];
};

type Answer = { readonly facts: Omit<LandFacts, 'account'> & { readonly account: RawAccount | null } };
type RawAccount = {
  readonly id: number;
  readonly version: number;
  readonly closed: boolean;
  readonly simulated: boolean;
  readonly carried: number;
  readonly completed: number;
  readonly recovered: number;
  readonly reserved: number;
  readonly confirmed: number;
};

/** $1 jurisdiction, $2 region, $3 rulebook, $4 year, $5 parcel, $6 before, $7 reports from, $8 broad. */
const FACTS = `
  select json_build_object(
    'assessment', (select json_build_object('id', a.id, 'definition', a.definition, 'month', a.month, 'status', a.status, 'tier', a.tier,
        'previousTier', a.previous_tier, 'stockCentisqm', a.stock_centisqm, 'soldCentisqm', a.sold_centisqm, 'monthsPresent', a.months_present,
        'presentMask', a.present_mask, 'provisional', a.provisional, 'stockGrew', a.stock_grew, 'simulated', a.simulated, 'asOf', a.as_of)
      from assessment a where a.rulebook = $3 and a.region_id = $2 and a.month < $6 and a.superseded_at is null
        and a.tier is not null order by a.month desc limit 1),
    'due', exists (select 1 from assess_due d where d.region_id = $2),
    'account', (select json_build_object('id', c.id, 'version', c.version, 'closed', c.closed_at is not null, 'simulated', c.simulated,
        'carried', c.carried_sqm, 'completed', c.completed_sqm, 'recovered', c.recovered_sqm, 'reserved', c.reserved_sqm,
        'confirmed', c.confirmed_sqm) from land_account c where c.region_id = $2 and c.year = $4),
    'parcels', (select coalesce(json_agg(json_build_object('regionId', p.region_id, 'parcelNo', p.parcel_no, 'areaSqm', p.area_sqm,
        'announcedOn', p.announced_on, 'uses', p.uses, 'withdrawnOn', p.withdrawn_on, 'recovered', p.recovered) order by p.region_id), '[]')
      from land_parcel p where p.jurisdiction = $1 and p.parcel_key = $5),
    'own', (select coalesce(json_agg(json_build_object('kind', l.kind, 'areaSqm', l.area_sqm, 'reservationId', l.reservation_id,
        'entryNo', l.entry_no) order by l.id), '[]')
      from land_line l where l.parcel_key = $5 and l.to_version is null and l.kind in ('reserved', 'confirmed')
        and l.account_id = (select c.id from land_account c where c.region_id = $2 and c.year = $4)),
    'reports', (select coalesce(json_agg(n order by n.feed, n.month), '[]') from (
        select distinct on (u.feed, u.month) u.feed, u.month, u.whole, u.known_from as "knownFrom" from (
          select 'sales' as feed, o.month, o.signed_centisqm is not null and o.cancelled_centisqm is not null as whole, o.known_from, o.row_hash, o.batch_id
          from sales_observation o where o.region_id = $2 and o.month >= $7 and not o.period_open
          union all
          select 'inventory', o.month, o.presale_unsold_centisqm is not null and o.completed_unsold_centisqm is not null
              and (not $8 or o.unpermitted_centisqm is not null),
            o.known_from, o.row_hash, o.batch_id
          from inventory_observation o where o.region_id = $2 and o.month >= $7 and not o.period_open
        ) u where not exists (select 1 from batch_event w where w.batch_id = u.batch_id and w.event = 'withdrawn')
        order by u.feed, u.month, u.known_from desc, u.row_hash desc) n),
    'connected', (select coalesce(json_agg(f.feed), '[]') from feed_state f where f.jurisdiction = $1),
    'refusedAt', (select max(b.known_from) from batch b where b.jurisdiction = $1 and (b.status <> 'accepted' or b.quarantined > 0)
        and (b.feed is null or b.feed in ('sales', 'inventory')) and b.known_from >= ($7 || '-01')::date),
    'unconfirmed', (select coalesce(json_agg(t.kind), '[]') from alert t where t.jurisdiction = $1 and t.subject_type = 'region'
        and t.subject_code = (select r.code from region r where r.id = $2) and t.resolved_at is null and t.status = 'unconfirmed')
  ) as facts`;

/**
 * Everything that a question about one parcel needs, in one statement and one snapshot.
 *
 * Shapes: reports of the unit since `reportsFrom`, one a feed and month.
 * Speed: every part reads by index.
 */
export async function readLandFacts(db: Db, request: LandFactsRequest): Promise<LandFacts> {
  const { jurisdiction, regionId, rulebook, year, parcelKey, before, reportsFrom, broad } = request;
  const values = [jurisdiction, regionId, rulebook, year, parcelKey, before, reportsFrom, broad];
  const { rows } = await executePrepared(db, writtenOut<Answer>(FACTS, values));
  const facts = rows[0]?.facts;
  if (facts === undefined) throw new Error('a select without a table gives one row');
  return { ...facts, account: toAccount(facts.account) };
}

function toAccount(account: RawAccount | null): LandFacts['account'] {
  if (account === null) return null;
  const { id, version, closed, simulated, carried, completed, recovered, reserved, confirmed } = account;
  const remaining = carried + completed + recovered - reserved - confirmed;
  return { id, version, closed, simulated, sums: { carried, completed, recovered, reserved, confirmed, remaining } };
}
