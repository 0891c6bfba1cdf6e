import fc from 'fast-check';

/** One change to some bytes: where, what and how much. */
export const byteChange = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('set', 'flip', 'insert', 'cut', 'double', 'truncate', 'zero'),
  byte: fc.oneof(fc.constantFrom(0, 9, 10, 13, 34, 44, 45, 46, 48, 59, 0x80, 0xa1, 0xff), fc.nat(255)),
  length: fc.integer({ min: 1, max: 64 }),
});
export type ByteChange = typeof byteChange extends fc.Arbitrary<infer T> ? T : never;

export function changedBytes(bytes: Buffer, { at, kind, byte, length }: ByteChange): Buffer {
  const from = at % Math.max(1, bytes.length);
  const [before, after] = [bytes.subarray(0, from), bytes.subarray(from)];
  const led = (first: number, rest: Buffer) => Buffer.concat([before, Buffer.from([first]), rest]);
  if (kind === 'set') return led(byte, after.subarray(1));
  if (kind === 'flip') return led((after[0] ?? 0) ^ (1 << (byte % 8)), after.subarray(1));
  if (kind === 'insert') return led(byte, after);
  if (kind === 'cut') return Buffer.concat([before, after.subarray(length)]);
  if (kind === 'double') return Buffer.concat([before, after.subarray(0, length), after]);
  if (kind === 'truncate') return Buffer.from(before);
  return Buffer.concat([before, Buffer.alloc(Math.min(length, after.length)), after.subarray(length)]);
}

/** A part of an archive, inflated. */
export type Part = { readonly name: string; readonly text: string };

/** One change to an archive's parts, or to the text of one. */
export const partChange = fc.record({
  part: fc.nat(),
  other: fc.nat(),
  at: fc.nat(),
  kind: fc.constantFrom('insert', 'delete', 'replace', 'cut', 'double', 'digit', 'drop', 'rename', 'swap', 'repeat'),
  char: fc.constantFrom(...'0123456789<>/="&;rcvts ABCDEFG.-%中'),
  length: fc.integer({ min: 1, max: 30 }),
});
export type PartChange = typeof partChange extends fc.Arbitrary<infer T> ? T : never;

/** Half of the changes are made in `heavy` parts: there the figures are. */
export function changedParts(parts: readonly Part[], change: PartChange, heavy: RegExp): Part[] {
  const { part, other, at, kind } = change;
  const pool = part % 2 === 0 && parts.some(({ name }) => heavy.test(name)) ? heavy : /./u;
  const places = parts.flatMap(({ name }, place) => (pool.test(name) ? [place] : []));
  const place = places[(part >> 1) % places.length] ?? 0;
  const own = parts[place];
  const second = parts[other % parts.length];
  if (own === undefined || second === undefined) return [...parts];
  if (kind === 'drop') return parts.filter((one) => one !== own);
  if (kind === 'rename') return parts.with(place, { ...own, name: renamed(own.name, at) });
  if (kind === 'repeat') return [...parts, { ...own, text: second.text }];
  if (kind === 'swap') {
    return parts.with(place, { ...own, text: second.text }).with(parts.indexOf(second), { ...second, text: own.text });
  }
  return parts.with(place, { ...own, text: changedText(own.text, change) });
}

function renamed(name: string, at: number): string {
  const from = at % name.length;
  return `${name.slice(0, from)}x${name.slice(from)}`;
}

function changedText(text: string, { at, kind, char, length }: PartChange): string {
  const where = at % (text.length + 1);
  const [before, after] = [text.slice(0, where), text.slice(where)];
  if (kind === 'insert') return before + char + after;
  if (kind === 'delete') return before + after.slice(1);
  if (kind === 'replace') return before + char + after.slice(1);
  if (kind === 'cut') return before + after.slice(length);
  if (kind === 'double') return before + after.slice(0, length) + after;
  const digit = after.search(/\d/u); // the next digit becomes another one
  if (digit < 0) return text;
  return before + after.slice(0, digit) + String((Number(after[digit]) + length) % 10) + after.slice(digit + 1);
}
