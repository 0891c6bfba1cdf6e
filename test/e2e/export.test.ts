import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { ask, type ErrorDocument, newHome, type Place, quhua } from './quhua.ts';

type Ingested = {
  readonly batches: readonly { readonly id: string; readonly status: string; readonly changeCount: number }[];
};
type Exported = { readonly feed: string; readonly rows: number; readonly sha256: string; readonly file: string | null };

const SALES = 'region_code,month,signed_area,cancelled_area\n653101,2025-08,1000.00,0.00\n653121,2025-08,500.00,1.50\n';
/** Headers that say no unit: a mapping settles it. */
const UNSAID = '县市,月份,网签面积,退房面积\n653101,2025-09,1100,0\n';

let place: Place;
let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder('export');
  place = { home: await newHome(), env: { INIT_CWD: folder } };
  await writeFile(join(folder, 'sales.csv'), SALES);
  await writeFile(join(folder, 'unsaid.csv'), UNSAID);
  await writeFile(join(folder, 'map.yaml'), 'areaUnit: sqm\n');
  await writeFile(join(folder, 'wrong.yaml'), 'areaUnit: furlong\n');
});

test('what was taken in comes out as canonical CSV, to a new file or to stdout, and its hash with --json', async () => {
  const { batches } = await ask<Ingested>(['ingest', 'sales.csv'], place);
  expect(batches[0]).toMatchObject({ status: 'accepted', changeCount: 0 });
  const exported = await ask<Exported>(['export', 'sales', '--batch', batches[0]?.id ?? '', '--out', 'out.csv'], place);
  expect(readFileSync(join(folder, 'out.csv'), 'utf8')).toBe(SALES);
  const sha256 = createHash('sha256').update(SALES).digest('hex');
  expect(exported).toMatchObject({ feed: 'sales', rows: 2, sha256, file: join(folder, 'out.csv') });
  const { stdout } = await quhua(['export', 'sales', '--batch', '1'], place);
  expect(stdout).toBe(SALES);
  const again = await ask<ErrorDocument>(['export', 'sales', '--out', 'out.csv'], place, 2);
  expect(again.error).toMatchObject({ code: 'FILE_NOT_WRITTEN' });
  expect(await ask<Exported>(['export', 'land'], place)).toMatchObject({ rows: 0, file: null });
});

test('a mapping settles what a file does not say; one that is wrong is refused with its fault', async () => {
  const refused = await ask<Ingested>(['ingest', 'unsaid.csv'], place, 3);
  expect(refused.batches[0]).toMatchObject({ status: 'rejected', reasons: [{ code: 'UNIT_MISSING', count: 1 }] });
  const wrong = await ask<ErrorDocument>(['ingest', 'unsaid.csv', '--map', 'wrong.yaml'], place, 2);
  expect(wrong.error).toMatchObject({ code: 'MAPPING_INVALID', message: expect.stringContaining('areaUnit') });
  const preview = await quhua(['ingest', 'unsaid.csv', '--map', 'map.yaml', '--dry-run'], place);
  expect(preview.stdout).toContain('signed_area');
  expect(preview.stdout).toContain('653101 | 2025-09 | 1100 | 0');
  expect(preview.stdout).toMatch(/653101 +2025-09 +1100\.00 +0\.00/u);
  const taken = await ask<Ingested>(['ingest', 'unsaid.csv', '--map', 'map.yaml'], place);
  expect(taken.batches[0]?.status).toBe('accepted');
});
