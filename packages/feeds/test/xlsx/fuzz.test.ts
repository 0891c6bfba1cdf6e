import { readdirSync, readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { AppError } from '@quhua/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { runs } from '../../../../test/support/seeds.ts';
import { LIMITS } from '../../src/limits.ts';
import { openWorkbook } from '../../src/readers/open-workbook.ts';
import { openXlsx } from '../../src/readers/xlsx/open-xlsx.ts';
import type { SheetRow } from '../../src/workbook.ts';
import { sheetsOf } from '../reading.ts';
import { buildSheet } from './build-xlsx.ts';
import { buildZip } from './build-zip.ts';

const folder = new URL('../../../../test/fixtures/feeds/as-received/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.xlsx'))
  .map((name) => readFileSync(new URL(encodeURIComponent(name), folder)));

type Part = { readonly name: string; readonly data: Buffer };

async function partsIn(bytes: Buffer): Promise<Part[]> {
  const zip = await fromBufferPromise(bytes, { lazyEntries: true });
  const parts: Part[] = [];
  for await (const entry of zip.eachEntry()) {
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
    const packed = bytes.subarray(fileDataStart, fileDataStart + entry.compressedSize);
    parts.push({ name: entry.fileName, data: entry.compressionMethod === 0 ? packed : inflateRawSync(packed) });
  }
  return parts;
}

/** What is read, or with what it is refused; anything else that happens is a fault. */
async function outcome(bytes: Buffer): Promise<string | readonly { name: string; rows: SheetRow[] }[]> {
  try {
    return await sheetsOf(await openWorkbook(bytes, LIMITS));
  } catch (error) {
    if (error instanceof AppError && error.kind === 'invalid') return error.code;
    throw error;
  }
}

const change = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  cut: fc.integer({ min: 0, max: 6 }),
  put: fc.oneof(
    fc.constantFrom(
      '<',
      '>',
      '"',
      '&',
      '/',
      '</c>',
      '<v>',
      '</row>',
      '<row r="2">',
      '<!DOCTYPE a>',
      '<![CDATA[',
      ']]>',
      '\u0000',
      ':',
    ),
    fc.string({ maxLength: 3 }),
  ),
});

test('an archive with bytes changed, put in or left out is read the same or refused', async () => {
  const expected = await Promise.all(files.map(outcome));
  await fc.assert(
    fc.asyncProperty(
      fc.nat(files.length - 1),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      async (which, changes) => {
        let bytes = files[which] ?? Buffer.alloc(0);
        for (const { at, cut, put } of changes) {
          const place = Math.floor(at * bytes.length);
          bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(put), bytes.subarray(place + cut)]);
        }
        const found = await outcome(bytes);
        if (typeof found !== 'string') expect(found).toEqual(expected[which]);
      },
    ),
    runs(400),
  );
});

test('parts with characters changed, put in or left out never do more than be refused', async () => {
  const books = await Promise.all(files.map(partsIn));
  await fc.assert(
    fc.asyncProperty(
      fc.nat(books.length - 1),
      fc.nat(40),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      async (which, part, changes) => {
        const parts = books[which] ?? [];
        const changed = parts.map(({ name, data }, index) => {
          if (index !== part % parts.length) return { name, data };
          let text = data.toString('utf8');
          for (const { at, cut, put } of changes) {
            const place = Math.floor(at * text.length);
            text = text.slice(0, place) + put + text.slice(place + cut);
          }
          return { name, data: text };
        });
        const found = await outcome(buildZip(changed));
        expect(typeof found === 'string' ? found : found.every(({ rows }) => rows.every(isSound))).toBeTruthy();
      },
    ),
    runs(500),
  );
});

function isSound({ row, cells, types, shown, faults }: SheetRow): boolean {
  const inside = [...(shown?.keys() ?? []), ...(faults ?? []).map(({ column }) => column)];
  return row > 0 && types?.length === cells.length && inside.every((column) => column < cells.length);
}

const attribute = fc.constantFrom('r', 's', 't', 'hidden');
const value = fc.oneof(
  fc.constantFrom('s', 'str', 'b', 'e', 'd', 'n', 'inlineStr', 'A1', '1', '-1', '1e9', ''),
  fc.string({ maxLength: 3 }),
);

test('a cell with odd attributes is read in its own place or refused', async () => {
  await fc.assert(
    fc.asyncProperty(
      attribute,
      value,
      fc.constantFrom('1', '0', '', 'x', '45688', '1.5E-3'),
      async (name, said, held) => {
        const odd = said.replaceAll(/[<&"]|[^\u0020-\ufffd]/gu, '');
        const bytes = buildSheet(`<row r="1"><c r="A1"><v>7</v></c><c ${name}="${odd}"><v>${held}</v></c></row>`, {
          strings: ['<t>甲</t>', '<t>乙</t>'],
          styles: [0, 14],
        });
        const found = await openXlsx(bytes, LIMITS).then(sheetsOf, (error: unknown) => error);
        if (found instanceof Error) {
          expect(found).toBeInstanceOf(AppError);
          return;
        }
        const [row] = (found as { rows: SheetRow[] }[])[0]?.rows ?? []; // safe: an error is handled before
        expect(row?.cells[0]).toBe('7');
        expect(row && isSound(row)).toBe(true);
      },
    ),
    runs(300),
  );
});
