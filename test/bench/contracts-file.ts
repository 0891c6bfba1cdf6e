import { open } from 'node:fs/promises';
import { generator } from './national.ts';

export type FileEncoding = 'utf-8' | 'gb18030';

export const CONTRACT_COLUMNS = [
  '合同编号',
  '所在县市',
  '项目名称',
  '签订日期',
  '撤销日期',
  '建筑面积（㎡）',
  '合同总价（元）',
];

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2024, 0, 1);
const DAYS = Array.from({ length: 661 }, (_, at) => new Date(FIRST_DAY + at * DAY_MS).toISOString().slice(0, 10));
const PIECE_CHARS = 65_536;

/** One simulated contract. Shapes: cells as a bureau's export writes them; days within 2024 and 2025, one in forty cancelled within 60 days. */
export function contractCells(at: number, codes: readonly string[], random: (below: number) => number): string[] {
  const day = random(600);
  const cancelled = random(40) === 0 ? (DAYS[day + 1 + random(60)] ?? '') : '';
  const area = 6_000 + random(9_000);
  const price = area * (40 + random(30));
  return [
    `WQ${String(at).padStart(12, '0')}`,
    codes[at % codes.length] ?? '',
    `模拟雅居${random(500)}期`,
    DAYS[day] ?? '',
    cancelled,
    `${Math.floor(area / 100)}.${String(area % 100).padStart(2, '0')}`,
    `${price}.00`,
  ];
}

type CsvOptions = { readonly rows: number; readonly codes: readonly string[]; readonly encoding: FileEncoding };

/** Writes contracts as CSV, every third project's name in quotes. Returns the file's size in bytes. */
export async function writeContractsCsv(path: string, { rows, codes, encoding }: CsvOptions): Promise<number> {
  const random = generator(13);
  const encode = encoding === 'gb18030' ? gb18030Encoder() : (text: string) => Buffer.from(text);
  await using file = await open(path, 'w');
  let size = 0;
  let held = `${CONTRACT_COLUMNS.join(',')}\n`;
  const flush = async () => {
    const bytes = encode(held);
    held = '';
    size += bytes.length;
    await file.write(bytes);
  };
  for (let at = 0; at < rows; at += 1) {
    const cells = contractCells(at, codes, random);
    if (at % 3 === 0) cells[2] = `"${cells[2]}"`;
    held += `${cells.join(',')}\n`;
    if (held.length >= PIECE_CHARS) await flush();
  }
  await flush();
  return size;
}

/** Node only decodes GB18030: what its two-byte codes mean, turned round. */
function gb18030Encoder(): (text: string) => Buffer {
  const decoder = new TextDecoder('gb18030');
  const codes = new Map<string, number>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      if (trail !== 0x7f) codes.set(decoder.decode(Uint8Array.of(lead, trail)), lead * 256 + trail);
    }
  }
  return (text) => {
    const bytes = Buffer.alloc(text.length * 2);
    let at = 0;
    for (const char of text) {
      const code = char < '\u0080' ? char.charCodeAt(0) : codes.get(char);
      if (code === undefined) throw new Error(`no two-byte code for ${char}`);
      if (code > 0xff) at = bytes.writeUInt8(code >> 8, at);
      at = bytes.writeUInt8(code & 0xff, at);
    }
    return bytes.subarray(0, at);
  };
}
