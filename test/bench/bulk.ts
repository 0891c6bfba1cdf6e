import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raceAgainstCopy } from './against-copy.ts';
import { generator, monthsBack, nationalConfig, salesFile } from './national.ts';
import type { Figure } from './report.ts';

const MONTHS = 120;
const MERGE = `
  insert into sales_observation (region_id, month, known_from, row_hash, batch_id, line, simulated, period_open,
    signed_centisqm, cancelled_centisqm, signed_units, cancelled_units)
  select r.id, month, now(), md5(row(signed, cancelled, signed_units, cancelled_units)::text)::uuid, 1, line, false, false,
    (signed::numeric * 100)::bigint, (cancelled::numeric * 100)::bigint, signed_units::bigint, cancelled_units::bigint
  from raw join region r on r.jurisdiction = '100000' and r.code = region_code
  on conflict do nothing`;

/** 341,520 unit-months from CSV to observations with the row ledger. */
export async function benchBulk(databaseUrl: string): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'quhua-bench-'));
  try {
    const codes = nationalConfig().jurisdiction.regions.map((region) => region.code);
    const file = join(folder, 'sales.csv');
    await writeFile(file, salesFile(codes, monthsBack('2025-10', MONTHS), generator(1)));
    return await raceAgainstCopy(databaseUrl, {
      what: '341,520 unit-months, CSV to merged observations',
      file,
      rows: codes.length * MONTHS,
      columns: ['region_code', 'month', 'signed', 'cancelled', 'signed_units', 'cancelled_units'],
      encoding: 'UTF8',
      merge: MERGE,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}
