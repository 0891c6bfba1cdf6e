import { FEEDS } from '@quhua/core';
import { refuseOtherKinds } from './container.ts';
import { type DecodedText, decodeText } from './decode.ts';
import { refuseForbidden } from './header-faults.ts';
import { headerTrouble } from './header-trouble.ts';
import { LIMITS, type Limits } from './limits.ts';
import { type Candidate, candidatesOf, mapHeader } from './map-header.ts';
import { type OpenedCsv, openCsv } from './open-csv.ts';
import { newRun, readRows } from './read-rows.ts';
import { refused } from './reasons.ts';
import { simulatedNote } from './simulated.ts';
import { isBlank, type Table } from './table.ts';
import type { FeedChunk, FeedContext, FeedFile, FeedReading, ReadPlan } from './types.ts';

/**
 * Opens a feed file: what it is, which feed, which column is what. The rows come from `chunks`.
 *
 * Errors: invalid/… with one of `FILE_CODES` for a file that cannot be taken at all; nothing else is thrown for any bytes.
 */
export function openFeed(file: FeedFile, context: FeedContext): FeedReading {
  const limits: Limits = { ...LIMITS, ...context.limits };
  refuseSize(file.bytes, limits);
  refuseOtherKinds(file.bytes);
  const text = decodeText(file.bytes);
  const csv = openCsv(text, context, limits);
  const candidate = settleFeed(csv, { file, text, context, limits });
  const { mapping, columns, notes } = mapHeader(candidate);
  refuseNoRows(csv.table);
  const simulated = simulatedNote(file, text);
  const plan: ReadPlan = {
    feed: candidate.feed,
    columns,
    encoding: text.encoding,
    delimiter: csv.delimiter,
    header: csv.table.header.cells,
    headerLine: csv.table.header.line,
    simulated: simulated.length > 0,
    notes: [...simulated, ...notes],
  };
  let run = newRun();
  return {
    plan,
    chunks: async function* () {
      run = newRun();
      const rows: Iterable<FeedChunk> = readRows(csv.table, mapping, {
        lookup: context.lookup,
        today: context.today,
        limits,
        run,
      });
      yield* rows;
    },
    counts: () => ({ ...run.counts }),
    notes: () => [...plan.notes, ...run.notes],
  };
}

type Opening = {
  readonly file: FeedFile;
  readonly text: DecodedText;
  readonly context: FeedContext;
  readonly limits: Limits;
};

/** The one feed that the header fits. */
function settleFeed({ table, head }: OpenedCsv, { file, text, context, limits }: Opening): Candidate {
  const { cells } = table.header;
  if (cells.length > limits.columns) {
    const message = `表头有${cells.length}列，最多${limits.columns}列；请删去空列 / ${cells.length} columns, ${limits.columns} are allowed`;
    throw refused('TOO_MANY_COLUMNS', message, { columns: cells.length });
  }
  refuseForbidden(cells);
  const candidates = candidatesOf(cells, context);
  const [fitting, other] = candidates.filter(({ missing }) => missing.length === 0);
  if (fitting !== undefined && other === undefined) return fitting;
  const [best] = candidates;
  if (best === undefined) throw new Error('there is no feed to choose from');
  if (fitting === undefined || other === undefined) {
    throw headerTrouble({ head, best, text, bytes: file.bytes, context, limits });
  }
  const names = [fitting, other].map(({ feed }) => `${feed}（${FEEDS[feed].title}）`).join('和');
  const message = `表头同时符合${names}，请用 --feed 指明是哪一种 / the header fits two feeds: say which with --feed`;
  throw refused('FEED_AMBIGUOUS', message, { feeds: [fitting.feed, other.feed] });
}

function refuseSize({ length }: Buffer, { fileBytes }: Limits): void {
  if (length === 0) throw refused('FILE_EMPTY', '文件是空的（0 字节），请检查后重报 / the file is empty');
  if (length <= fileBytes) return;
  const message = `文件有${length}字节，超过上限${fileBytes}字节；请分成几个文件 / the file has ${length} bytes, ${fileBytes} are allowed`;
  throw refused('FILE_TOO_LARGE', message, { bytes: length, most: fileBytes });
}

function refuseNoRows(table: Table): void {
  for (const batch of table.rows()) {
    if (batch.some(({ cells }) => !isBlank(cells))) return;
  }
  throw refused('FILE_NO_ROWS', '文件只有表头，没有数据行；请检查后重报 / there is a header and no row');
}
