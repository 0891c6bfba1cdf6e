const PROBE_BYTES = 65_536;
/** Text that people send is hardly ever anything else: ASCII, signs, CJK, full-width forms, square metres, Uyghur. */
const PLAUSIBLE =
  /[\t\n\r\u0020-\u007e\u00a0-\u00ff\u0600-\u06ff\u2000-\u206f\u2100-\u214f\u2460-\u24ff\u3000-\u303f\u33a1\u4e00-\u9fff\uff00-\uffef]/gu;
const LINE_END = /[\n\r]/u;
/** A few rare characters in a hundred are no reason to doubt. */
const PLAUSIBLE_PERCENT = 95;

export type Utf16 = 'utf-16le' | 'utf-16be';
/** `none`: text of another encoding, or no text at all; `both`: text either way round. */
export type Utf16Finding = Utf16 | 'both' | 'none';

/**
 * Whether bytes without a mark are UTF-16: some of them are NUL, and two by two they read as text in one order and not in the other.
 * Not by the share of NULs alone: Chinese has few, and 一 and 上 have bytes that look like others.
 */
export function findUtf16(bytes: Buffer): Utf16Finding {
  const head = bytes.subarray(0, Math.min(PROBE_BYTES, bytes.length - (bytes.length % 2)));
  if (nulsOf(head) * 200 < head.length || head.length === 0) return 'none';
  const [little, big] = [readsAs(head, 'utf-16le'), readsAs(head, 'utf-16be')];
  if (little && big) return 'both';
  if (little) return 'utf-16le';
  return big ? 'utf-16be' : 'none';
}

/** NULs among the first bytes. */
export function nulsOf(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) count += 1;
  return count;
}

function readsAs(head: Buffer, label: Utf16): boolean {
  const text = new TextDecoder(label, { ignoreBOM: true }).decode(head);
  const plausible = text.match(PLAUSIBLE)?.length ?? 0;
  return plausible * 100 >= text.length * PLAUSIBLE_PERCENT && (LINE_END.test(text) || text.length < 2_000);
}
