// What migrations say again and again. Those that have run rest on it: it is added to, and what it makes is never changed.

/** A column of amounts: the exact range of a double, never below zero. */
export function amount(column: string): string {
  return `${column} bigint check (${column} between 0 and 9007199254740991)`;
}

type RecordTable = {
  readonly name: string;
  readonly key: readonly string[];
  readonly region: boolean;
  readonly columns: readonly string[];
};

/**
 * Append-only and bitemporal, as the tables of monthly feeds, and without foreign keys for the same reason. A record is
 * known by its own number within the jurisdiction; `open_from` is the first month that was not over when it became known.
 */
export function recordTable({ name, key, region, columns }: RecordTable): string[] {
  return [
    `create table ${name} (
       jurisdiction text collate "C" not null,
       ${region ? 'region_id int not null,' : ''}
       known_from timestamptz not null,
       row_hash uuid not null,
       batch_id bigint not null,
       line int not null,
       simulated boolean not null,
       open_from text not null,
       ${columns.join(',\n       ')},
       primary key (jurisdiction, ${key.join(', ')}, known_from, row_hash)
     )`,
    `create index ${name}_batch on ${name} using brin (batch_id)`,
  ];
}

/** The view that holds the rows of each batch against what became of them; `tables` of records, beside the monthly ones. */
export function rowLedger(tables: readonly string[]): string {
  const observations = ['sales_observation', 'inventory_observation', ...tables]
    .map((table) => `(select count(*) from ${table} o where o.batch_id = b.id)`)
    .join('\n         + ');
  return `create or replace view row_ledger as
     select b.id as batch_id, b.total, b.accepted, b.warned, b.quarantined, b.duplicate,
       ${observations} as observations,
       (select count(*) from held_row h where h.batch_id = b.id) as held,
       (select count(*) from batch_row r where r.batch_id = b.id and r.outcome = 'warned') as warned_rows,
       (select count(*) from batch_row r where r.batch_id = b.id and r.outcome = 'quarantined') as quarantined_rows,
       (select count(*) from batch_row r where r.batch_id = b.id and r.outcome = 'duplicate') as duplicate_rows
     from batch b`;
}
