import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { completenessOf } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'quhua-complete-'));
afterAll(() => rmSync(folder, { recursive: true }));

function of(bytes: Buffer, name = 'file'): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return completenessOf(path, bytes.length);
}

/** A zip of those entries. */
function zip(entries: Readonly<Record<string, Buffer>>, comment = ''): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, bytes] of Object.entries(entries)) {
    const packed = deflateRawSync(bytes);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(8, 8);
    head.writeUInt32LE(packed.length, 18);
    head.writeUInt32LE(bytes.length, 22);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(head, Buffer.from(name), packed);
    directory.push(entry, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...locals, central, end, Buffer.from(comment)]);
}

/** A compound file of that many sectors besides its header, the first of them its allocation table. */
function compound(sectors: number): Buffer {
  const header = Buffer.alloc(512);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(header);
  header.writeUInt16LE(9, 30);
  header.writeUInt32LE(1, 44);
  header.writeUInt32LE(1, 48);
  header.fill(0xff, 76);
  header.writeUInt32LE(0, 76);
  const table = Buffer.alloc(512, 0xff);
  for (let at = 0; at < sectors; at += 1) table.writeUInt32LE(at === 0 ? 0xfffffffd : 0xfffffffe, at * 4);
  return Buffer.concat([header, table, Buffer.alloc(512 * (sectors - 1), 1)]);
}

test('a zip is whole once its directory and the record that names it are there, at no length before', async () => {
  const whole = zip({ 'a.xml': Buffer.from('<a/>'.repeat(50)), 'b.xml': Buffer.from('<b/>') });
  expect(await of(whole)).toBe('whole');
  for (let length = 5; length < whole.length; length += 1) {
    expect(await of(whole.subarray(0, length)), `${length} of ${whole.length} bytes`).toBe('unfinished');
  }
});

test('also with a comment, or with bytes behind it', async () => {
  expect(await of(zip({ a: Buffer.from('a') }, 'made by hand'))).toBe('whole');
  const path = join(folder, 'tail');
  writeFileSync(path, zip({ a: Buffer.from('a') }));
  appendFileSync(path, Buffer.alloc(100));
  expect(await completenessOf(path, zip({ a: Buffer.from('a') }).length + 100)).toBe('whole');
});

test('a zip inside an unfinished zip does not make it whole', async () => {
  const inner = zip({ 'x.csv': Buffer.from('a,b\n') });
  const outer = zip({ 'inner.zip': inner });
  const stored = Buffer.concat([outer.subarray(0, 39), inner]); // as it would lie there if it were not packed
  expect(await of(stored)).toBe('unfinished');
});

test('a compound file is whole when every sector of its table is there', async () => {
  const whole = compound(8);
  expect(await of(whole)).toBe('whole');
  for (const length of [100, 511, 512, 900, 1024, 3000, whole.length - 512]) {
    expect(await of(whole.subarray(0, length)), String(length)).toBe('unfinished');
  }
  expect(await of(whole.subarray(0, -7))).toBe('likely'); // some writers leave out the end of the last sector
});

test.each([
  { text: 'a,b\n1,2\n', is: 'ended', why: 'the end of a line' },
  { text: 'a,b\n1,2', is: 'likely', why: 'the middle of one, or a writer who ends without' },
  { text: '', is: 'likely', why: 'nothing yet' },
  { text: 'PK,a\n', is: 'ended', why: 'text that begins like a zip' },
])('text: $why', async ({ text, is }) => {
  expect(await of(Buffer.from(text))).toBe(is);
});

test('a message of several parts is whole with their last mark', async () => {
  const head = 'From: a@b.example\r\nContent-Type: multipart/mixed;\r\n boundary="=_x+1"\r\n\r\n';
  const body = `${head}--=_x+1\r\nContent-Type: text/plain\r\n\r\nhello\r\n`;
  expect(await of(Buffer.from(body), 'a.eml')).toBe('unfinished');
  expect(await of(Buffer.from(`${body}--=_x+1--\r\n`), 'a.eml')).toBe('whole');
  expect(await of(Buffer.from('From: a@b.example\r\n\r\nhello\r\n'), 'a.eml')).toBe('ended');
});

test('what is not there is left to whoever takes it in', async () => {
  expect(await completenessOf(join(folder, 'gone'), 10)).toBe('likely');
});
