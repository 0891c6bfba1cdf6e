import { assertSchemaCurrent, migrateToLatest, openDatabase, readSchemaState } from '@quhua/storage';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { atEnd } from '../support/lifetime.ts';

async function emptyDatabase() {
  const { url } = await createTestDatabase({ migrated: false });
  const open = () => {
    const database = openDatabase({ connection: { connectionString: url }, name: 'migrate-test', poolSize: 2 });
    atEnd(() => database.close());
    return database;
  };
  return { url, open };
}

test('twenty migrations at once do each step once and all succeed', async () => {
  const { open } = await emptyDatabase();
  const { missing: steps } = await readSchemaState(open().db);
  const applied = await Promise.all(Array.from({ length: 20 }, () => migrateToLatest(open())));
  expect(applied.filter((names) => names.length > 0)).toEqual([steps]);
  expect(steps.slice(0, 2)).toEqual(['0001_init', '0002_feeds']);
  await assertSchemaCurrent(open().db);
});

test('a database without the newest step is refused with what to do, and a migration brings it up to date', async () => {
  const database = (await emptyDatabase()).open();
  const { missing: steps } = await readSchemaState(database.db);
  await expect(assertSchemaCurrent(database.db)).rejects.toMatchObject({
    code: 'SCHEMA_OLDER',
    message: expect.stringContaining('quhua migrate'),
  });
  await migrateToLatest(database);
  expect(await readSchemaState(database.db)).toEqual({ applied: steps, missing: [], unknown: [] });
});

test('a database of a newer program is left alone', async () => {
  const { url } = await createTestDatabase();
  const database = openDatabase({ connection: { connectionString: url }, name: 'migrate-test' });
  atEnd(() => database.close());
  await sql`insert into kysely_migration (name, timestamp) values ('9999_future', '2030-01-01')`.execute(database.db);
  await expect(migrateToLatest(database)).rejects.toMatchObject({ code: 'SCHEMA_NEWER' });
  await expect(assertSchemaCurrent(database.db)).rejects.toMatchObject({ code: 'SCHEMA_NEWER' });
});

// Definitions of views are left out: versions of PostgreSQL print them differently.
test('the schema is the one that is written down', async () => {
  const { url } = await createTestDatabase();
  const database = openDatabase({ connection: { connectionString: url }, name: 'migrate-test' });
  atEnd(() => database.close());
  const { rows } = await sql<{ line: string }>`
    select line from (
      select 1 as part, c.relname || '.' || lpad(a.attnum::text, 2, '0') as at,
        format('%s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), case when a.attnotnull then ' not null' end,
          case when a.attidentity <> '' then ' identity' end || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')) as line
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not like 'kysely%'
      union all
      select 2, c.relname || k.conname, format('%s %s', c.relname, pg_get_constraintdef(k.oid))
      from pg_constraint k join pg_class c on c.oid = k.conrelid
      where c.relnamespace = 'public'::regnamespace and c.relname not like 'kysely%' and k.contype <> 'n'
      union all
      select 3, indexname, indexdef from pg_indexes where schemaname = 'public' and tablename not like 'kysely%'
      union all
      select 4, c.relname || '.' || lpad(a.attnum::text, 2, '0'), format('view %s.%s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod))
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'v'
    ) all_lines order by part, at collate "C"`.execute(database.db);
  await expect(`${rows.map((row) => row.line).join('\n')}\n`).toMatchFileSnapshot('../../packages/storage/schema.txt');
});
