import { join } from 'node:path';
import { AppError } from '@quhua/core';
import { encodeGb18030 } from '../src/mojibake.ts';
import type { Sheet, SheetRow, Workbook } from '../src/workbook.ts';

/** The sample feeds; its README says what they are. */
export const FEED_FILES = join(import.meta.dirname, '../../../test/fixtures/feeds');

/** All rows of a sheet. */
export async function rowsOf(sheet: Sheet | undefined): Promise<SheetRow[]> {
  const rows: SheetRow[] = [];
  for await (const batch of sheet?.rows() ?? []) rows.push(...batch);
  return rows;
}

/** Every sheet's rows, and the workbook closed. */
export async function sheetsOf(workbook: Workbook): Promise<{ name: string; rows: SheetRow[] }[]> {
  try {
    const sheets: { name: string; rows: SheetRow[] }[] = [];
    for (const sheet of workbook.sheets) sheets.push({ name: sheet.name, rows: await rowsOf(sheet) });
    return sheets;
  } finally {
    await workbook.close();
  }
}

/** The error with which something is refused; fails if it is not. */
export async function refusal(read: () => unknown): Promise<AppError> {
  try {
    await read();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

export function gb18030(text: string): Buffer {
  const bytes = encodeGb18030(text);
  if (bytes === undefined) throw new Error('not to be written with two bytes a character');
  return bytes;
}
