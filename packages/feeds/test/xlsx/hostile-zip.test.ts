import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { LIMITS, type Limits } from '../../src/limits.ts';
import { openWorkbook } from '../../src/readers/open-workbook.ts';
import { openXlsx } from '../../src/readers/xlsx/open-xlsx.ts';
import { refusal, sheetsOf } from '../reading.ts';
import { partsOf } from './build-xlsx.ts';
import { buildZip, type ZipPart } from './build-zip.ts';

const SHEET = 'xl/worksheets/sheet1.xml';
const parts = partsOf({ sheets: [{ rows: '<row r="1"><c r="A1"><v>7</v></c></row>' }] });
const good: readonly ZipPart[] = Object.entries(parts).map(([name, data]) => ({ name, data }));
const changed = (name: string, changes: Partial<ZipPart>) =>
  good.map((part) => (part.name === name ? { ...part, ...changes } : part));
const read = async (bytes: Buffer, limits: Partial<Limits> = {}) =>
  sheetsOf(await openXlsx(bytes, { ...LIMITS, ...limits }));

async function codeOf(bytes: Buffer, limits: Partial<Limits> = {}): Promise<string> {
  const error = await refusal(() => read(bytes, limits));
  expect(error.kind).toBe('invalid');
  expect(error.message).toMatch(/^[^/]*\p{Script=Han}.* \/ /su);
  return error.code;
}

test('what the cases below change is read as it is', async () => {
  expect((await read(buildZip(good)))[0]?.rows).toHaveLength(1);
  expect((await read(buildZip(good.map((part) => ({ ...part, stored: true })))))[0]?.rows).toHaveLength(1);
});

test.each([
  { name: '../evil.xml', code: 'ZIP_PATH', why: 'a path that leads out' },
  { name: '/etc/evil.xml', code: 'ZIP_PATH', why: 'a path from the top' },
  { name: 'C:/evil.xml', code: 'ZIP_PATH', why: 'a path of a drive' },
  { name: 'xl/../../evil.xml', code: 'ZIP_PATH', why: 'a path that leads out later' },
  { name: 'xl\\..\\..\\evil.xml', code: 'ZIP_PATH', why: 'backslashes that lead out' },
])('$why is refused', async ({ name, code }) => {
  expect(await codeOf(buildZip([...good, { name, data: 'x' }]))).toBe(code);
});

test('a symbolic link is refused', async () => {
  const link = { name: 'xl/link', data: '/etc/passwd', attributes: 0o120777 * 65_536 };
  expect(await codeOf(buildZip([...good, link]))).toBe('ZIP_PATH');
});

test.each([
  { bytes: buildZip([...good, { name: SHEET, data: 'x' }]), why: 'two parts of one name' },
  { bytes: buildZip([...good, { name: SHEET.toUpperCase(), data: 'x' }]), why: 'two that differ in case only' },
  { bytes: buildZip(changed(SHEET, { crc: 1 })), why: 'a wrong sum' },
  { bytes: buildZip(changed(SHEET, { size: 20 })), why: 'a size that is too small' },
  { bytes: buildZip(changed(SHEET, { size: 1_000_000 })), why: 'a size that is too large' },
  { bytes: buildZip(changed(SHEET, { packed: Buffer.from('no deflate at all') })), why: 'no deflated data' },
  {
    bytes: buildZip(changed(SHEET, { packed: deflateRawSync(Buffer.from(parts[SHEET] ?? '')).subarray(0, 40) })),
    why: 'deflated data that ends early',
  },
  { bytes: buildZip(changed(SHEET, { method: 12 })), why: 'a method that is not deflate' },
  { bytes: buildZip(changed(SHEET, { offset: 5 })), why: 'a part that begins nowhere' },
  { bytes: buildZip(changed(SHEET, { packedSize: 1e9 })), why: 'a part that goes on behind the end' },
  { bytes: buildZip(good).subarray(0, 900), why: 'no directory' },
  { bytes: buildZip(good.filter(({ name }) => name !== SHEET)), why: 'no sheet' },
  { bytes: buildZip([...good, { name: 'xl/more.xml', data: 'x', offset: 0 }]), why: 'parts that overlap' },
])('is damaged: $why', async ({ bytes }) => {
  expect(await codeOf(bytes)).toBe('ZIP_CORRUPT');
});

test('cut off anywhere, or with a byte changed, it is refused or says the same', async () => {
  const whole = buildZip(good);
  for (let length = 0; length < whole.length; length += 37) {
    expect((await refusal(() => openWorkbook(whole.subarray(0, length), LIMITS))).kind).toBe('invalid');
  }
  const expected = await read(whole);
  for (let at = 0; at < whole.length; at += 11) {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] ?? 0) ^ 0x55;
    const found = await read(bytes).catch((error: unknown) => refusal(() => Promise.reject(error)));
    if (Array.isArray(found)) expect(found).toEqual(expected);
    else expect(found.kind).toBe('invalid');
  }
});

test('a part with a password is refused as that', async () => {
  expect(await codeOf(buildZip(changed(SHEET, { flags: 0x801 })))).toBe('XLSX_ENCRYPTED');
});

test('a bomb is refused by what its directory says, at once and without being inflated', async () => {
  const packed = deflateRawSync(Buffer.alloc(3_000_000));
  const bomb = buildZip(changed(SHEET, { packed, size: 3_000_000_000 }));
  const started = performance.now();
  const memory = process.memoryUsage().rss;
  expect(await codeOf(bomb)).toBe('ZIP_UNPACKED');
  expect(performance.now() - started).toBeLessThan(900);
  expect(process.memoryUsage().rss - memory).toBeLessThan(50 * 1024 * 1024);
});

test('a bomb that says it is small is stopped at the size it says', async () => {
  const packed = deflateRawSync(Buffer.alloc(200_000_000, '<row/>'));
  const memory = process.memoryUsage().rss;
  expect(await codeOf(buildZip(changed(SHEET, { packed, size: 5_000_000 })))).toBe('ZIP_CORRUPT');
  expect(process.memoryUsage().rss - memory).toBeLessThan(100 * 1024 * 1024);
});

test('limits: what it unpacks to, how much more that is, how many parts', async () => {
  expect(await codeOf(buildZip(good), { unpackedBytes: 1_000 })).toBe('ZIP_UNPACKED');
  const blanks = changed(SHEET, { data: `${parts[SHEET]}${' '.repeat(5_000_000)}` });
  expect(await codeOf(buildZip(blanks), { zipRatio: 100 })).toBe('ZIP_UNPACKED');
  const many = Array.from({ length: 300 }, (_, at) => ({ name: `xl/media/${at}.png`, data: 'x' }));
  expect(await codeOf(buildZip([...good, ...many]), { zipEntries: 200 })).toBe('ZIP_UNPACKED');
});

test('many parts that say nothing are refused by their number alone', async () => {
  const many = Array.from({ length: 60_000 }, (_, at) => ({ name: `${at}`, data: '', stored: true }));
  const started = performance.now();
  const bytes = buildZip(many);
  const built = performance.now() - started;
  expect(await codeOf(bytes)).toBe('ZIP_UNPACKED');
  expect(performance.now() - started - built).toBeLessThan(900);
});
