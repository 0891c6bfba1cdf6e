/** What a number format makes of a number. `month` and `year` are dates of which no day, or nothing but the year, is shown. */
export type FormatKind = 'number' | 'percent' | 'date' | 'month' | 'year' | 'time';

/** Digits that a section writes: integer and fraction digits that it always writes, and the most fraction digits. */
type Layout = { readonly whole: number; readonly least: number; readonly most: number };

export type FormatCode = {
  readonly kind: FormatKind;
  /** How a plain section writes a number, or null where showing it takes more (thousands left out, fractions, exponents, conditions). */
  readonly shape: { readonly before: string; readonly layout: Layout; readonly after: string } | null;
};

type Token = { readonly kind: 'text' | 'code' | 'bracket'; readonly text: string };

const TOKENS = /"(?<quoted>[^"]*)"?|\\(?<escaped>.)|!(?<banged>.)|[_*].?|\[(?<bracket>[^\]]*)\]|(?<code>.)/gsu;
const GENERAL = /^(?:general|g\/通用格式)$/iu;
const CONDITION = /^[<>=]/u;
const ELAPSED = /^(?:h+|m+|s+)$/iu;
/** Only here do zeros behind the point say something: figures have them all the time. */
const YEAR = /^(?:19|20)\d\d$/u;
const PLAIN: FormatCode = { kind: 'number', shape: null };

/** Reads a number format as the file writes it, `yyyy"年"m"月"` or `0.00%`: its first section, which positive numbers are shown by. */
export function readFormatCode(code: string): FormatCode {
  if (code.trim() === '' || GENERAL.test(code.trim())) return PLAIN;
  const sections = sectionsOf(tokensOf(code));
  const [section = []] = sections;
  if (GENERAL.test(codeOf(section))) return PLAIN;
  const kind = kindOf(section);
  const conditional = sections.some((tokens) => tokens.some((t) => t.kind === 'bracket' && CONDITION.test(t.text)));
  return { kind, shape: kind === 'number' && !conditional ? shapeOf(section) : null };
}

function tokensOf(code: string): Token[] {
  const tokens: Token[] = [];
  for (const { groups = {} } of code.matchAll(TOKENS)) {
    const literal = groups.quoted ?? groups.escaped ?? groups.banged;
    if (literal !== undefined) tokens.push({ kind: 'text', text: literal });
    else if (groups.bracket !== undefined) tokens.push({ kind: 'bracket', text: groups.bracket });
    else if (groups.code !== undefined) tokens.push({ kind: 'code', text: groups.code });
  }
  return tokens;
}

function sectionsOf(tokens: readonly Token[]): Token[][] {
  const sections: Token[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'code' && token.text === ';') sections.push([]);
    else sections.at(-1)?.push(token);
  }
  return sections;
}

function codeOf(section: readonly Token[]): string {
  return section
    .map(({ kind, text }) => (kind === 'code' ? text : ' '))
    .join('')
    .trim();
}

function kindOf(section: readonly Token[]): FormatKind {
  const code = codeOf(section)
    .toLowerCase()
    .replaceAll(/am\/pm|a\/p|上午\/下午/gu, 'h');
  if (section.some(({ kind, text }) => kind === 'bracket' && ELAPSED.test(text))) return 'time';
  const letters = code.replaceAll(/e[+-]/gu, '').replaceAll(/[^ymdhseabg]/gu, '');
  if (/[ymdhs]|e|aaa|b/u.test(letters)) return dateKind(letters);
  return code.includes('%') ? 'percent' : 'number';
}

/** `m` is minutes behind hours and before seconds. */
function dateKind(letters: string): FormatKind {
  const dates = letters.replaceAll(/(?<=h)m+|m+(?=s)/gu, '').replaceAll(/[hs]/gu, '');
  if (/d|aaa/u.test(dates)) return 'date';
  if (dates.includes('m')) return 'month';
  return dates === '' ? 'time' : 'year';
}

/** Literal text, digit places, literal text; anything else is not plain. */
function shapeOf(section: readonly Token[]): FormatCode['shape'] {
  const parts = section.filter(({ kind }) => kind !== 'bracket');
  const isPlace = ({ kind, text }: Token) => kind === 'code' && /[0#?.,]/u.test(text);
  const first = parts.findIndex(isPlace);
  const last = parts.findLastIndex(isPlace);
  const places = parts.slice(first, last + 1);
  if (first < 0 || !places.every(isPlace)) return null;
  const found = /^(?<whole>[0#?,]*)(?:\.(?<fraction>[0#?]*))?$/u.exec(places.map(({ text }) => text).join(''))?.groups;
  if (found === undefined || found.whole?.endsWith(',')) return null;
  const { whole = '', fraction = '' } = found;
  const textOf = (tokens: readonly Token[]) => tokens.map(({ text }) => text).join('');
  const [before, after] = [textOf(parts.slice(0, first)), textOf(parts.slice(last + 1))];
  if (/[/@E]/u.test(before + after)) return null;
  const layout = { whole: countOf(whole), least: countOf(fraction), most: fraction.length };
  return { before, layout, after };
}

function countOf(places: string): number {
  return places.replaceAll(/[^0]/gu, '').length;
}

/**
 * What people see of a plain decimal where its format writes digits, or 年, 月, 季 and 日, that the value has not:
 * 2025.1 as `2025.10`, 7 as `7月`, 42 as `00042`. Undefined where it writes nothing that says more, or cuts the value short.
 */
export function shownBy({ shape }: FormatCode, plain: string): string | undefined {
  if (shape === null || plain.startsWith('-')) return undefined;
  const { before, layout, after } = shape;
  const [whole = '', fraction = ''] = plain.split('.');
  if (fraction.length > layout.most) return undefined;
  const says = /[\d年月季日]/u.test(before + after);
  const pads = whole.length < layout.whole || (fraction.length < layout.least && YEAR.test(whole));
  if (!says && !pads) return undefined;
  const digits = whole.padStart(layout.whole, '0');
  const decimals = fraction.padEnd(layout.least, '0');
  return `${before}${digits}${decimals === '' ? '' : `.${decimals}`}${after}`.trim();
}
