import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeContractsWorkbook, writeZip } from './big-workbook.ts';
import { nationalConfig } from './national.ts';
import { type Figure, median } from './report.ts';

const run = promisify(execFile);
const ROUNDS = 3;
const ROWS = 1_000_000;
const BOMB_BYTES = 3 * 1024 ** 3;

type Measured = { readonly seconds: number; readonly rssMb: number; readonly rows: number };

/** A workbook of 1,000,000 contracts: read and checked, against the bare read of the same reader and exceljs, in turn. */
export async function benchWorkbook(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'quhua-bench-'));
  try {
    const file = join(folder, 'contracts.xlsx');
    const codes = nationalConfig().jurisdiction.regions.map((region) => region.code);
    const bytes = await writeContractsWorkbook(file, ROWS, codes);
    const bare: Measured[] = [];
    const checked: Measured[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await measure('bare', file));
      checked.push(await measure('checked', file));
    }
    const exceljs = await measure('exceljs', file);
    const seconds = median(checked.map((round) => round.seconds));
    const ratios = checked.map((round, at) => round.seconds / (bare[at]?.seconds ?? Number.NaN));
    const note = `${seconds.toFixed(1)} s, bare ${median(bare.map((round) => round.seconds)).toFixed(1)} s, ${(bytes / 1e6).toFixed(0)} MB`;
    const what = '1,000,000-row xlsx read and checked';
    return [
      {
        what: `${what}, against the bare read of the same reader`,
        value: median(ratios),
        unit: '×',
        atMost: 1.3,
        note,
      },
      { what: `${what}: peak RSS`, value: Math.max(...checked.map(({ rssMb }) => rssMb)), unit: 'MB', atMost: 500 },
      {
        what: `${what}, against exceljs streaming the same file`,
        value: seconds / exceljs.seconds,
        unit: '×',
        atMost: 1,
        note: `exceljs ${exceljs.seconds.toFixed(1)} s, ${exceljs.rssMb.toFixed(0)} MB, ${exceljs.rows} rows`,
      },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure(mode: string, file: string): Promise<Measured> {
  const program = join(import.meta.dirname, 'workbook-process.ts');
  const { stdout } = await run(process.execPath, [...process.execArgv, program, mode, file], { maxBuffer: 1 << 20 });
  const measured = JSON.parse(stdout) as Measured; // safe: our own program's one line
  if (mode !== 'refused' && measured.rows < ROWS) throw new Error(`${mode} read ${measured.rows} rows`);
  return measured;
}

/** A workbook of 3 MB whose only sheet would inflate to 3 GB. */
export async function benchBomb(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'quhua-bench-'));
  try {
    const file = join(folder, 'bomb.xlsx');
    const relation = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
    await writeZip(file, [
      {
        name: '[Content_Types].xml',
        pieces: [
          '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        ],
      },
      {
        name: '_rels/.rels',
        pieces: [
          `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
        ],
      },
      {
        name: 'xl/workbook.xml',
        pieces: [
          `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${relation}"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>`,
        ],
      },
      {
        name: 'xl/_rels/workbook.xml.rels',
        pieces: [
          `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relation}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
        ],
      },
      { name: 'xl/worksheets/sheet1.xml', pieces: blanks() },
    ]);
    const { size } = await stat(file);
    const program = join(import.meta.dirname, 'workbook-process.ts');
    const { stdout } = await run(process.execPath, [...process.execArgv, program, 'refused', file]);
    const { code, seconds, grewMb } = JSON.parse(stdout) as { code: string; seconds: number; grewMb: number }; // safe: our own
    const what = 'zip bomb, 3 GB in one sheet';
    const note = `${(size / 1e6).toFixed(1)} MB, ${code}`;
    return [
      { what: `${what}: refused in`, value: seconds, unit: 's', atMost: 1, note },
      { what: `${what}: growth of RSS`, value: grewMb, unit: 'MB', atMost: 50 },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

function* blanks(): Generator<string> {
  const piece = ' '.repeat(1 << 20);
  yield '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>';
  for (let left = BOMB_BYTES; left > 0; left -= piece.length) yield piece;
  yield '</sheetData></worksheet>';
}
