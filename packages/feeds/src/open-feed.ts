import { AppError } from '@quhua/core';
import { LIMITS, type Limits } from './limits.ts';
import { isTextWorkbook, openWorkbook } from './readers/open-workbook.ts';
import { openText, type TextWorkbook } from './readers/text/open-text.ts';
import { refused } from './reasons.ts';
import { readRows } from './rows/read-rows.ts';
import { newRun } from './rows/work.ts';
import { watchSimulated } from './simulated.ts';
import { feedNotes } from './tables/feed-notes.ts';
import { type FoundTables, findTables } from './tables/find-tables.ts';
import { mappedTables } from './tables/mapped-tables.ts';
import { type OwnFile, ownText, ownWorkbook } from './tables/own-file.ts';
import { plannedTables } from './tables/planned-table.ts';
import { type Scan, scanSheet } from './tables/sheet-scan.ts';
import type { FeedContext, FeedFile, FeedReading, ReadPlan } from './types.ts';
import type { Workbook } from './workbook.ts';

/**
 * Opens a feed file of whatever kind: what it is, which feed, where its tables are, which column is what. The rows come from `chunks`.
 *
 * Errors: invalid/… with one of `FILE_CODES` for a file that cannot be taken at all; nothing else is thrown for any bytes.
 * Close the reading when it is done with.
 */
export async function openFeed(file: FeedFile, context: FeedContext): Promise<FeedReading> {
  const limits: Limits = { ...LIMITS, ...context.limits };
  refuseSize(file.bytes, limits);
  const workbook = await openWorkbook(file.bytes, limits);
  try {
    return await openTables(workbook, { file, context, limits });
  } catch (error) {
    await workbook.close();
    throw error;
  }
}

/** A file with everything that its reading takes. */
export type Opening = { readonly file: FeedFile; readonly context: FeedContext; readonly limits: Limits };

/** The reading of a workbook that is open: the part of `openFeed` behind its readers. Errors: as there. */
export async function openTables(workbook: Workbook, opening: Opening): Promise<FeedReading> {
  const { file, context } = opening;
  const ownBook = await ownWorkbook(workbook, context);
  const meta = ownBook?.meta ?? null;
  const fileName = meta?.file ?? file.name;
  const scans = await scanAll(workbook, meta?.notRead ?? []);
  try {
    return await readingOf(workbook, opening, { ownBook, fileName, scans });
  } catch (error) {
    await closeAll(scans);
    throw error;
  }
}

type Scanned = { readonly ownBook: OwnFile | null; readonly fileName: string; readonly scans: readonly Scan[] };

async function closeAll(scans: readonly Scan[]): Promise<void> {
  for (const scan of scans) await scan.close();
}

async function readingOf(workbook: Workbook, opening: Opening, scanned: Scanned): Promise<FeedReading> {
  const { file, context, limits } = opening;
  const { ownBook, fileName, scans } = scanned;
  const meta = ownBook?.meta ?? null;
  const own = ownBook ?? (workbook.kind === 'text' ? ownText(scans) : null);
  const search = { ...context, ...(meta === null || context.feed !== undefined ? {} : { feed: meta.feed }) };
  const found = await findOrExplain(workbook, { ...opening, context: search }, { scans, fileName });
  refuseWide(found, limits);
  refuseNoRows(found);
  const simulated = watchSimulated(`${fileName}${file.name}`);
  for (const { sheet, rows } of scans) {
    simulated.look(sheet.name, () => '工作表的名称');
    for (const row of rows) for (const cell of row.cells) simulated.look(cell, () => placeOf(sheet.name, row.row));
  }
  const mapped = mappedTables(found.groups, { own, simulated, lookup: context.lookup });
  const text = isTextWorkbook(workbook) ? workbook.text : null;
  const notes = () => [...[simulated.note()].filter((note) => note !== null), ...feedNotes(workbook, found)];
  let run = newRun();
  return {
    get plan(): ReadPlan {
      return {
        feed: found.feed,
        kind: workbook.kind,
        encoding: text?.encoding ?? null,
        delimiter: text?.delimiter ?? null,
        tables: plannedTables(mapped),
        ignored: found.ignored,
        simulated: simulated.note() !== null,
        notes: notes(),
      };
    },
    chunks: async function* () {
      run = newRun();
      const { lookup, today, jurisdiction } = context;
      const tables = mapped.tables.map((table) => table.mapped);
      yield* readRows(tables, { lookup, today, jurisdiction, limits, run });
    },
    counts: () => ({ ...run.counts }),
    notes: () => [...notes(), ...run.notes],
    ignored: () => [...mapped.repeated(), ...run.ignored],
    close: async () => {
      await closeAll(scans);
      await workbook.close();
    },
  };
}

function placeOf(sheet: string, row: number): string {
  return sheet === '' ? `第${row}行` : `表“${sheet}”第${row}行`;
}

async function scanAll(workbook: Workbook, notRead: readonly string[]): Promise<Scan[]> {
  const scans: Scan[] = [];
  for (const sheet of workbook.sheets) if (!notRead.includes(sheet.name)) scans.push(await scanSheet(sheet));
  if (scans.every(({ rows }) => rows.length === 0)) {
    throw refused('FILE_EMPTY', '工作簿的各个工作表都是空的，请检查后重报 / there is nothing in any sheet');
  }
  return scans;
}

type Searching = { readonly scans: readonly Scan[]; readonly fileName: string };

/** Text that is sound in two encodings, and makes a table only in the one that was not tried first, is nobody's to guess. */
async function findOrExplain(
  workbook: Workbook,
  opening: Opening,
  { scans, fileName }: Searching,
): Promise<FoundTables> {
  const { context, file, limits } = opening;
  const isText = workbook.kind === 'text';
  try {
    return findTables({ scans, fileName, context, isText });
  } catch (error) {
    const encoding = isText ? (workbook as TextWorkbook).text.encoding : null;
    if (encoding === 'utf-8' && (await readsAsGb18030(file.bytes, opening, fileName))) {
      const zh = '按 UTF-8 和 GB18030 都能读，但表头只有按 GB18030 才认识，无法确定编码；请另存为 UTF-8';
      throw refused('ENC_AMBIGUOUS', `${zh} / both encodings are possible: save the file as UTF-8`, {
        limits: limits.rows,
      });
    }
    throw error;
  }
}

async function readsAsGb18030(bytes: Buffer, { context, limits }: Opening, fileName: string): Promise<boolean> {
  try {
    const scans = await scanAll(openText(bytes, limits, { encoding: 'gb18030' }), []);
    await closeAll(scans);
    findTables({ scans, fileName, context, isText: true });
    return true;
  } catch (error) {
    if (error instanceof AppError) return false; // not sound as GB18030: then there is nothing to choose from
    throw error;
  }
}

function refuseSize({ length }: Buffer, { fileBytes }: Limits): void {
  if (length === 0) throw refused('FILE_EMPTY', '文件是空的（0 字节），请检查后重报 / the file is empty');
  if (length <= fileBytes) return;
  const message = `文件有${length}字节，超过上限${fileBytes}字节；请分成几个文件 / the file has ${length} bytes, ${fileBytes} are allowed`;
  throw refused('FILE_TOO_LARGE', message, { bytes: length, most: fileBytes });
}

function refuseWide({ groups }: FoundTables, { columns: most }: Limits): void {
  const widest = Math.max(...groups.flat().map(({ settled }) => settled.matches.length));
  if (widest <= most) return;
  const message = `表头有${widest}列，最多${most}列；请删去空列 / ${widest} columns, ${most} are allowed`;
  throw refused('TOO_MANY_COLUMNS', message, { columns: widest });
}

function refuseNoRows({ groups }: FoundTables): void {
  const hasRows = groups
    .flat()
    .some(({ segment }) => segment.scanned.some(({ row }) => row >= segment.data.from && row <= segment.data.to));
  if (hasRows) return;
  throw refused('FILE_NO_ROWS', '文件只有表头，没有数据行；请检查后重报 / there is a header and no row');
}
