import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raceAgainstCopy } from './against-copy.ts';
import { type FileEncoding, writeContractsCsv } from './contracts-file.ts';
import { nationalConfig } from './national.ts';
import type { Figure } from './report.ts';

const ROWS = 1_000_000;
const ENCODINGS = { 'utf-8': 'UTF8', gb18030: 'GB18030' } as const satisfies Record<FileEncoding, string>;
const MERGE = `
  insert into contract_observation (jurisdiction, region_id, known_from, row_hash, batch_id, line, simulated, open_from,
    contract_no, project, signed_on, cancelled_on, area_centisqm, price_total_fen)
  select '100000', r.id, now(), md5(row(region_code, contract_no, project, signed_on, cancelled_on, area, price)::text)::uuid, 1, line,
    true, '2026-11', contract_no, project, signed_on::date, nullif(cancelled_on, '')::date, (area::numeric * 100)::bigint,
    (price::numeric * 100)::bigint
  from raw join region r on r.jurisdiction = '100000' and r.code = region_code
  on conflict do nothing`;

/** 1,000,000 contracts from CSV to observations with the row ledger, in both encodings that bureaus send. */
export async function benchContracts(databaseUrl: string): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'quhua-bench-'));
  const figures: Figure[] = [];
  try {
    const codes = nationalConfig().jurisdiction.regions.map((region) => region.code);
    for (const encoding of ['utf-8', 'gb18030'] as const) {
      const file = join(folder, `contracts-${encoding}.csv`);
      const bytes = await writeContractsCsv(file, { rows: ROWS, codes, encoding });
      const race = {
        what: `1,000,000 contracts, ${(bytes / 1e6).toFixed(0)} MB of ${encoding.toUpperCase()}`,
        file,
        rows: ROWS,
        columns: ['contract_no', 'region_code', 'project', 'signed_on', 'cancelled_on', 'area', 'price'],
        encoding: ENCODINGS[encoding],
        merge: MERGE,
      };
      figures.push(...(await raceAgainstCopy(databaseUrl, race)));
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true });
  }
}
