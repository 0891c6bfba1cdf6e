const EDGES = /^[\s\u200b-\u200d\u2060\ufeff]+|[\s\u200b-\u200d\u2060\ufeff]+$/gu;
const FULL_WIDTH = /[\uff01-\uff5e]/gu;
const FULL_WIDTH_OFFSET = 0xfee0;
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/u;
const MISSING: ReadonlySet<string> = new Set(['', '-', '--', '—', '——', '–', '/', '无', 'n/a', 'null']);

/**
 * A cell's text for reading as a number or month: blanks and invisible characters off its ends, full-width forms made plain.
 * Not NFKC: that would read `12²` as 122 and `①` as 1.
 */
export function foldCell(text: string): string {
  return text
    .replace(FULL_WIDTH, (char) => String.fromCharCode(char.charCodeAt(0) - FULL_WIDTH_OFFSET))
    .replaceAll('\u3000', ' ')
    .replace(EDGES, '');
}

/** Whether a folded text is one of the signs for "no figure". Zero is none of them. */
export function isMissing(folded: string): boolean {
  return MISSING.has(folded) || MISSING.has(folded.toLowerCase());
}

export function hasControl(text: string): boolean {
  return CONTROL.test(text);
}
