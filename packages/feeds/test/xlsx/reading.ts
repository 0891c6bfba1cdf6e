import { LIMITS, type Limits } from '../../src/limits.ts';
import { openXlsx } from '../../src/readers/xlsx/open-xlsx.ts';
import type { SheetRow } from '../../src/workbook.ts';
import { sheetsOf } from '../reading.ts';

/** Rows of the first sheet. */
export async function rowsIn(bytes: Buffer, limits: Partial<Limits> = {}): Promise<readonly SheetRow[]> {
  const [sheet] = await sheetsOf(await openXlsx(bytes, { ...LIMITS, ...limits }));
  if (sheet === undefined) throw new Error('the workbook has no sheet');
  return sheet.rows;
}

/** Cells of the first row that says something. */
export async function cellsIn(bytes: Buffer): Promise<readonly string[]> {
  return (await rowsIn(bytes))[0]?.cells ?? [];
}
