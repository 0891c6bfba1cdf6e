import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import { LIMITS } from '../../src/limits.ts';
import { openTables } from '../../src/open-feed.ts';
import { damaged } from '../../src/readers/file-kind.ts';
import { faultOf, openJob } from '../../src/readers/legacy/held-book.ts';
import type { LegacyKind } from '../../src/readers/legacy/protocol.ts';
import type { Workbook } from '../../src/workbook.ts';
import { CONTEXT } from '../support.ts';
import { buildZip } from '../xlsx/build-zip.ts';
import { byteChange, changedBytes, changedParts, partChange } from './changes.ts';
import { goodGrid, openBytes, oracleOf, outcomeOf, partsIn, wrongness, xlsxOf } from './good.ts';

const XLS = xlsxOf(goodGrid(), 'biff8');
const ODS = xlsxOf(goodGrid(), 'ods');
const XLS_RUNS = 600;
const ODS_RUNS = 600;
const PART_RUNS = 600;
const THREAD_RUNS = 12;

const MOST_MS = 2_000;

/**
 * Some damaged .xls keep the library in a loop without end. The reader ends its thread then and says FILE_TIMEOUT; here, where
 * there is no thread, only a script's time limit can stop it.
 */
async function stoppable<T>(start: () => Promise<T>): Promise<T> {
  return await (runInNewContext('start()', { start }, { timeout: MOST_MS }) as Promise<T>); // safe: what the script calls
}

/** What the thread reads, read without one: starting one takes a hundred times as long as reading so small a file. */
async function heldBook(bytes: Buffer, kind: LegacyKind): Promise<Workbook> {
  const start = () => openJob({ bytes, kind, limits: LIMITS });
  const { opened, rows } = await stoppable(start).catch((error: unknown) => {
    throw damaged(faultOf(error).kind);
  });
  return {
    kind,
    notes: opened.notes,
    close: () => Promise.resolve(),
    sheets: opened.sheets.map((sheet, at) => ({
      ...sheet,
      rows: async function* () {
        for (let next: number | null = 0; next !== null; ) {
          const found = rows({ sheet: at, next });
          yield found.rows;
          next = found.next;
        }
      },
    })),
  };
}

beforeAll(() => {
  vi.spyOn(console, 'error').mockReturnValue(); // the library talks of records it does not know; its thread is not listened to
});
afterAll(() => {
  vi.restoreAllMocks();
});

const opener = (bytes: Buffer, kind: LegacyKind) => async () =>
  openTables(await heldBook(bytes, kind), { file: { name: '月报', bytes }, context: CONTEXT, limits: LIMITS });

test(`${XLS_RUNS} damaged .xls: no sum guards their bytes, so all that is asked is an outcome with a name`, async () => {
  await oracleOf(opener(XLS, 'xls'));
  const seen = { read: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(byteChange, { minLength: 1, maxLength: 3 }), async (changes) => {
      const outcome = await outcomeOf(opener(changes.reduce(changedBytes, XLS), 'xls'));
      seen[typeof outcome === 'string' ? 'refused' : 'read'] += 1;
    }),
    runs(XLS_RUNS),
  );
  expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(20); // both happen
}, 120_000);

test(`${ODS_RUNS} .ods with changed bytes: the true values, or a word about it`, async () => {
  const oracle = await oracleOf(opener(ODS, 'ods'));
  await fc.assert(
    fc.asyncProperty(fc.array(byteChange, { minLength: 1, maxLength: 3 }), async (changes) => {
      const bytes = changes.reduce(changedBytes, ODS);
      expect(wrongness(await outcomeOf(opener(bytes, 'ods')), oracle)).toBeNull();
    }),
    runs(ODS_RUNS),
  );
}, 120_000);

test(`${PART_RUNS} .ods with changed parts, packed again as if nothing had happened`, async () => {
  const oracle = await oracleOf(opener(ODS, 'ods'));
  const parts = await partsIn(ODS);
  await fc.assert(
    fc.asyncProperty(partChange, async (change) => {
      const changed = changedParts(parts, change, /content\.xml/u).map(({ name, text }) => ({ name, data: text }));
      expect(wrongness(await outcomeOf(opener(buildZip(changed), 'ods')), oracle)).toBeNull();
    }),
    runs(PART_RUNS),
  );
}, 120_000);

test(`${THREAD_RUNS} of them from their bytes on, each in its thread`, async () => {
  const oracle = await oracleOf(openBytes(ODS));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(XLS, ODS), byteChange, async (good, change) => {
      const outcome = await outcomeOf(openBytes(changedBytes(good, change)));
      expect(good === ODS ? wrongness(outcome, oracle) : null).toBeNull();
    }),
    runs(THREAD_RUNS),
  );
}, 120_000);
