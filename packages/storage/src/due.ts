import type { FeedName, Month } from '@quhua/core';
import { sql } from 'kysely';
import type { Tx } from './database.ts';
import { FEED_TABLES, monthOfColumn, withdrawnBy } from './feed-tables.ts';

export type MergeInput = {
  readonly feed: FeedName;
  readonly batchId: number;
  readonly jurisdiction: string;
  readonly knownFrom: Date;
  readonly simulated: boolean;
  /** First month that was not over at `knownFrom`: its figures are kept and take no part in assessments. */
  readonly firstOpenMonth: Month;
  /** Whether `compareStaged` has found what was known of the staged records before. */
  readonly compared: boolean;
};

export type RegionMonth = { readonly region: string; readonly month: Month };

/**
 * Units whose visible figures a batch changes have to be derived again from the first month that it changes; the newest
 * month that a feed has reported is noted.
 */
export function markBatchDue(tx: Tx, input: MergeInput): Promise<void> {
  if (FEED_TABLES[input.feed].monthly) return markMonthly(tx, input);
  return input.feed === 'contracts' ? markContracts(tx, input) : noteLatest(tx, input);
}

async function markMonthly({ sql: db }: Tx, { feed, batchId, jurisdiction }: MergeInput): Promise<void> {
  const { table } = FEED_TABLES[feed];
  await sql`
    with changed as (
      select n.region_id, min(n.month) as month, max(n.month) as latest
      from ${sql.table(table)} n
      where n.batch_id = ${batchId} and not n.period_open and n.row_hash is distinct from (
        select o.row_hash from ${sql.table(table)} o
        where o.region_id = n.region_id and o.month = n.month and o.batch_id <> ${batchId} and not o.period_open
          and not ${withdrawnBy(null)}
        order by o.known_from desc, o.row_hash desc limit 1
      )
      group by n.region_id
    ), state as (
      insert into feed_state (jurisdiction, feed, latest_month)
      select ${jurisdiction}, ${feed}, max(latest) from changed having max(latest) is not null
      on conflict (jurisdiction, feed) do update set latest_month = greatest(feed_state.latest_month, excluded.latest_month)
    )
    insert into assess_due (region_id, month_from) select region_id, month from changed order by region_id
    on conflict (region_id) do update set month_from = least(assess_due.month_from, excluded.month_from)
  `.execute(db);
}

/** A contract changes its months of signing and cancellation; one that replaces another version, that version's too. */
async function markContracts({ sql: db }: Tx, input: MergeInput): Promise<void> {
  const { batchId, jurisdiction, compared, firstOpenMonth } = input;
  const fresh = sql`select n.region_id, n.signed_on, n.cancelled_on from contract_observation n`;
  const differing = compared
    ? sql`${fresh} left join ingest_before b on b.line = n.line
        where n.batch_id = ${batchId} and n.row_hash is distinct from b.row_hash
      union all
      select b.region_id, b.signed_on, b.cancelled_on from contract_observation n join ingest_before b on b.line = n.line
        where n.batch_id = ${batchId} and n.row_hash <> b.row_hash`
    : sql`${fresh} where n.batch_id = ${batchId}`;
  const openDay = `${firstOpenMonth}-01`;
  await sql`
    with changed as (
      select region_id, min(least(signed_on, cancelled_on)) as first,
        greatest(max(signed_on) filter (where signed_on < ${openDay}::date),
          max(cancelled_on) filter (where cancelled_on < ${openDay}::date)) as latest
      from (${differing}) d group by region_id
    ), state as (
      insert into feed_state (jurisdiction, feed, latest_month)
      select ${jurisdiction}, 'contracts', to_char(max(latest), 'YYYY-MM') from changed having max(latest) is not null
      on conflict (jurisdiction, feed) do update set latest_month = greatest(feed_state.latest_month, excluded.latest_month)
    )
    insert into assess_due (region_id, month_from) select region_id, to_char(first, 'YYYY-MM') from changed order by region_id
    on conflict (region_id) do update set month_from = least(assess_due.month_from, excluded.month_from)
  `.execute(db);
}

/** Feeds that no assessment rests on: only how far they reach; a list without days reaches to when it became known. */
async function noteLatest({ sql: db }: Tx, { feed, batchId, jurisdiction, firstOpenMonth }: MergeInput): Promise<void> {
  const { table, months } = FEED_TABLES[feed];
  const [day] = months;
  const latest = day === undefined ? sql`${firstOpenMonth}::text` : sql.raw(`max(${monthOfColumn(day, 'o')})`);
  await sql`
    insert into feed_state (jurisdiction, feed, latest_month)
    select ${jurisdiction}, ${feed}, ${latest} from ${sql.table(table)} o where o.batch_id = ${batchId} having count(*) > 0
    on conflict (jurisdiction, feed) do update set latest_month = greatest(feed_state.latest_month, excluded.latest_month)
  `.execute(db);
}

/** Marks every unit whose figures may look different without (or again with) a batch. */
export async function markRevealed({ sql: db }: Tx, feed: FeedName, batchId: number): Promise<void> {
  const { table, monthly } = FEED_TABLES[feed];
  if (!monthly && feed !== 'contracts') return;
  const months = monthly
    ? sql`select region_id, min(month) as first from ${sql.table(table)} where batch_id = ${batchId} group by region_id`
    : sql`select v.region_id, to_char(min(least(v.signed_on, v.cancelled_on)), 'YYYY-MM') as first from contract_observation v
        where (v.jurisdiction, v.contract_no) in
          (select o.jurisdiction, o.contract_no from contract_observation o where o.batch_id = ${batchId})
        group by v.region_id`;
  await sql`
    insert into assess_due (region_id, month_from) select region_id, first from (${months}) m order by region_id
    on conflict (region_id) do update set month_from = least(assess_due.month_from, excluded.month_from)
  `.execute(db);
}

/** Unit-months that a batch's rows say something of; none for feeds whose records have no unit or no day. */
export async function listAffected({ sql: db }: Tx, feed: FeedName, batchId: number): Promise<RegionMonth[]> {
  const { table, months, region } = FEED_TABLES[feed];
  if (!region || months.length === 0) return [];
  const values = sql.raw(months.map((name) => `(${monthOfColumn(name, 'o')})`).join(', '));
  const { rows } = await sql<RegionMonth>`
    select distinct r.code as region, m.month from ${sql.table(table)} o join region r on r.id = o.region_id
      cross join lateral (values ${values}) as m(month)
    where o.batch_id = ${batchId} and m.month is not null order by r.code, m.month
  `.execute(db);
  return rows;
}
