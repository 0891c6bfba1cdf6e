/** The page and the text's place on it, left and right as in GB/T 9704-2012. Units: mm. */
export const PAGE = { width: 210, height: 297, right: 26, left: 28 } as const;
export const TEXT_WIDTH = PAGE.width - PAGE.left - PAGE.right;

/** Columns of the form's table: label, then what the values and the quota lines share. Units: mm. */
export const COLUMNS = [23, 15, 36, 24, 24, 34] as const;

/** Sizes of type in points. */
export const TITLE_PT = 26;
export const SUBTITLE_PT = 9;
export const NUMBER_PT = 12;
export const CONCLUSION_PT = 22;
export const CODE_PT = 16;
export const NOTE_PT = 9;
/** Words over the title of a simulated one, and how far above the text they begin, in mm. */
export const VOID_PT = 22;
export const VOID_ABOVE = 14;
/** Height of a line of a size of 1. */
export const LEADING = 1.25;
/** White above and below the text of a cell together, and beside it, and the line between cells. Units: mm. */
export const CELL_PADDING = 1.4;
export const CELL_SIDE = 1.4;
export const BORDER = 0.2;
export const SIGN_HEIGHT = 11;
export const QR_MM = 26;
/** Between the form and the code below it. */
export const PROOF_GAP = 3;

const MM_PER_PT = 25.4 / 72;

/** White above and below the text. Units: mm. */
export type Margins = { readonly top: number; readonly bottom: number };

/** How tightly a certificate is set, and how much of long texts is shown. Size in points. */
export type Density = {
  readonly sizePt: number;
  readonly margins: Margins;
  readonly quotaLines: number;
  /** Paragraphs of a cell. */
  readonly items: number;
  /** Lines of a paragraph. */
  readonly itemLines: number;
  readonly conclusionLines: number;
};

/** Of GB/T 9704-2012, and of a form that needs the room. */
const USUAL: Margins = { top: 37, bottom: 35 };
const NARROW: Margins = { top: 24, bottom: 18 };

const SHOWN = { quotaLines: 12, conclusionLines: 3 };
const ALL = { ...SHOWN, items: Infinity, itemLines: Infinity };
const CUT = { ...SHOWN, margins: NARROW };

/** From roomy to tight; the text is cut only where the smallest type does not hold all of it. */
export const DENSITIES: readonly [Density, ...Density[]] = [
  { ...ALL, margins: USUAL, sizePt: 12 },
  ...[11.5, 11, 10.5].map((sizePt) => ({ ...ALL, margins: USUAL, sizePt })),
  ...[11, 10.5, 10, 9.5, 9, 8.5].map((sizePt) => ({ ...ALL, margins: NARROW, sizePt })),
  { ...CUT, sizePt: 8.5, items: 4, itemLines: 3 },
  { ...CUT, sizePt: 8.5, items: 4, itemLines: 2 },
  { ...CUT, sizePt: 8.5, items: 3, itemLines: 2 },
  { ...CUT, sizePt: 8.5, items: 3, itemLines: 1 },
  { ...CUT, sizePt: 8, items: 2, itemLines: 1 },
  { ...CUT, sizePt: 8, items: 1, itemLines: 1, quotaLines: 8, conclusionLines: 2 },
];

/** Room for text between margins. Units: mm. */
export function textHeight({ top, bottom }: Margins): number {
  return PAGE.height - top - bottom;
}

/** Height of so many lines. Units: mm. */
export function linesHeight(lines: number, sizePt: number): number {
  return lines * sizePt * LEADING * MM_PER_PT;
}

/** Where a text stands: its width in mm and its size in points. */
export type Place = { readonly width: number; readonly sizePt: number };

/** What a line loses to punctuation that may not begin it. In widths of one Chinese character, as every width below. */
const LOST = 1;
/** A word of letters and digits, which stays in one line if it can; else one character. */
const PIECE = /[\u0021-\u024f]+|./gsu;

/** More than a page has: what follows need not be measured. */
const ENDLESS = 150;

/** How many lines a text takes at most, whichever of the usual fonts sets it; of one that no page holds, only that. */
export function linesOf(text: string, place: Place): number {
  const room = capacityOf(place);
  if (text.length < 2 * room && unitsOf(text) <= room) return 1;
  const usable = room - LOST;
  let lines = 1;
  let used = 0;
  for (const [piece] of text.matchAll(PIECE)) {
    if (lines > ENDLESS) break;
    const units = unitsOf(piece);
    used += units;
    if (used <= usable || piece === ' ') continue;
    lines += Math.max(1, Math.ceil(units / usable));
    used = units > usable ? units % usable : units;
  }
  return lines;
}

/** A text cut to so many lines, with `…` where something was left out. */
export function cut(text: string, lines: number, place: Place): string {
  if (lines === Infinity || linesOf(text, place) <= lines) return text;
  const letters = [...text.slice(0, Math.ceil(4 * lines * capacityOf(place)))]; // no letter is as narrow as a quarter
  let fits = 0;
  let over = letters.length;
  while (over - fits > 1) {
    const middle = Math.floor((fits + over) / 2);
    if (linesOf(`${letters.slice(0, middle).join('')}…`, place) <= lines) fits = middle;
    else over = middle;
  }
  return `${letters.slice(0, fits).join('')}…`;
}

function capacityOf({ width, sizePt }: Place): number {
  return Math.max(2 + LOST, width / (sizePt * MM_PER_PT));
}

const PHRASE = /[^，；。]+[，；。]*|[，；。]+/gu;

/** A text of large type in lines that end with a phrase, where phrases fit; else in one piece, for the page to break. */
export function phraseLines(text: string, place: Place): string[] {
  const lines: string[] = [];
  for (const phrase of text.match(PHRASE) ?? []) {
    const joined = `${lines.at(-1) ?? ''}${phrase}`;
    if (lines.length > 0 && linesOf(joined, place) === 1) lines[lines.length - 1] = joined;
    else lines.push(phrase);
  }
  return lines.length <= linesOf(text, place) && lines.every((one) => linesOf(one, place) === 1) ? lines : [text];
}

function unitsOf(text: string): number {
  let units = 0;
  for (const letter of text) units += unitOf(letter);
  return units;
}

function unitOf(letter: string): number {
  if (/[mwMW@%&]/u.test(letter)) return letter === 'W' ? 1.1 : 1;
  if (/[a-z\d\u0020-\u002f]/u.test(letter)) return 0.58;
  return /[\u0021-\u024f]/u.test(letter) && letter !== '×' && letter !== '÷' ? 0.75 : 1;
}
