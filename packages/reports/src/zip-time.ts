const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;

/**
 * Sets the time of every part of a zip file that was just written, so that the same content is the same bytes.
 *
 * Shapes: the bytes are changed in place; a plain archive without a comment. Units: the instant's UTC, in steps of 2 s.
 */
export function setZipTime(bytes: Uint8Array, instant: Date): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.byteLength - END_BYTES;
  if (end < 0 || view.getUint32(end, true) !== END) throw new Error('not a plain zip file');
  const stamp = dosTime(instant);
  let at = view.getUint32(end + 16, true);
  while (at < end && view.getUint32(at, true) === CENTRAL) {
    view.setUint32(at + 12, stamp, true);
    const local = view.getUint32(at + 42, true);
    if (view.getUint32(local, true) === LOCAL) view.setUint32(local + 10, stamp, true);
    at += CENTRAL_BYTES + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
}

/** Date in the high half, time in the low one; years before 1980 and after 2107 do not exist there. */
function dosTime(instant: Date): number {
  const year = Math.min(127, Math.max(0, instant.getUTCFullYear() - 1980));
  const date = (year << 9) | ((instant.getUTCMonth() + 1) << 5) | instant.getUTCDate();
  const time = (instant.getUTCHours() << 11) | (instant.getUTCMinutes() << 5) | (instant.getUTCSeconds() >> 1);
  return date * 0x10000 + time;
}
