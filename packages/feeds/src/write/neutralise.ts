/** What a spreadsheet may run: an operator first, plain or full width, or a tab, line end or null byte, whatever unseen stands before it. */
const FORMULA_START = /^[\s\u0000\u200b-\u200d\u2060]*[=+\-@\t\r\n\u0000＝＋－＠]/u;
/** Plain figures below zero and signs for "no figure": nothing to run, and a sender wants them as they are. */
const HARMLESS = /^-?[\d,]*\.?\d+$|^[-－]+$/u;
const APOSTROPHES = /^'+/u;

/**
 * Text as it may be written into any file that people open: an apostrophe goes before what a spreadsheet would run, and before
 * text that already looks like that, so that `restored` takes off exactly what was put on.
 */
export function neutralise(text: string): string {
  return isFormulaLike(text) ? `'${text}` : text;
}

/** The text that `neutralise` was given. For files that we wrote only: elsewhere an apostrophe is the sender's own. */
export function restored(text: string): string {
  return text.startsWith("'") && isFormulaLike(text) ? text.slice(1) : text;
}

function isFormulaLike(text: string): boolean {
  const bare = text.replace(APOSTROPHES, '');
  return FORMULA_START.test(bare) && !HARMLESS.test(bare);
}
