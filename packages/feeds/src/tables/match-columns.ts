import { FEEDS, matchingKey, type Region, type RegionLookup } from '@quhua/core';
import { cached } from '../cached.ts';
import { columnLetters } from '../reasons.ts';
import { type HeaderColumn, pathText } from './header-path.ts';
import { type HeaderMonth, headerMonth, type MonthMention } from './month-texts.ts';
import { isOnlyUnits, type MeasureUnit, type UnitMentions, unitsFor, unitsOf } from './unit-texts.ts';
import type { Word, WordBook } from './word-book.ts';

/** What the header over one column was found to be. */
export type ColumnMatch = {
  readonly index: number;
  /** The header as it stands, levels joined by `>`; empty where none stands. */
  readonly header: string;
  /** `region`, `month`, `year`, `unit` or a column of the feed; null for any other header. */
  readonly name: string | null;
  /** The header gives a month or a unit of the country and no measure: the title must say which. */
  readonly open: boolean;
  /** The column it would be, were what stands in its brackets understood. */
  readonly near: string | null;
  readonly ambiguous: boolean;
  readonly canonical: boolean;
  /** A saved mapping says that it is not to be read. */
  readonly dropped: boolean;
  readonly from: Word['from'] | null;
  readonly unit: MeasureUnit | null;
  readonly month: MonthMention | null;
  readonly region: Region | null;
  /** It says of itself that it adds up a longer time. */
  readonly cumulative: boolean;
  /** It says of itself that it is about other things than this month's new housing, or it is a figure of another feed. */
  readonly foreign: boolean;
};

const CUMULATIVE = /累计|累积|年初至|本年(?!度新)|全年|今年|\d{1,2}月?(?:-|—|–|~|至)\d{1,2}月/u;
/** Other things than this month's new housing: never taken for it, whatever the words below them. */
const FOREIGN =
  /商业|办公|写字楼|车位|车库|储藏|仓储|非住宅|公寓|二手|存量房|保障|租赁|安置|其他|上月|上年|去年|上期|同期|同比|环比|增长|增幅|增减|占比|比重|均价|排名|计划|目标/u;
/** Headings that add nothing to what stands below them. */
const NEUTRAL =
  /^(?:(?:本|当)月|本期|当期|其中:?|新建|商品|住宅|住房|销售|网签|库存|可售|备案|成交|情况|数据|指标|统计|明细|基本|信息|项目|发生|合同|土地|资金|进度|工程)+$/u;
const NEUTRAL_START = /^(?:(?:本|当)月|本期|当期|新建|商品住宅|商品住房|住宅|住房)+/u;
const SUM_WORD = /^(?:合计|小计|总计|总数|总量|计)$/u;
const LAST_BRACKET = /^(?<base>.+?)[([【〔](?<inner>[^()[\]【】〔〕]*)[)\]】〕]$/u;

/** Finds what each column of a header is in one feed. Shapes: one match per column, in the header's order. */
export function matchColumns(columns: readonly HeaderColumn[], book: WordBook, readLevel: LevelReader): ColumnMatch[] {
  return columns.map((column) => matchColumn(column, book, readLevel));
}

/** The month and the unit of the country in one level of a header; what every feed and every depth of a header asks again. */
export type LevelReader = (level: string) => {
  readonly month: HeaderMonth | null;
  readonly region: Region | undefined;
};

export function createLevelReader(lookup: RegionLookup): LevelReader {
  return cached((level) => ({ month: headerMonth(level), region: lookup.find(level) }));
}

/** Columns with the same slot say the same thing of a row twice. */
export function slotOf({ name, header, month, region }: ColumnMatch): string {
  if (name === 'region') return `region ${matchingKey(header)}`;
  return `${name} ${month === null ? '' : `${month.year}-${month.month}`} ${region?.code ?? ''}`;
}

const NOTHING = {
  name: null,
  open: false,
  near: null,
  ambiguous: false,
  canonical: false,
  dropped: false,
  from: null,
  unit: null,
  month: null,
  region: null,
  cumulative: false,
  foreign: false,
} as const;

function matchColumn({ index, levels }: HeaderColumn, book: WordBook, readLevel: LevelReader): ColumnMatch {
  const header = pathText(levels);
  const blank: ColumnMatch = { ...NOTHING, index, header };
  const byLetter = book.find(columnLetters(index).toLowerCase()); // a saved mapping may name a column by its letter
  if (byLetter?.from === 'mapping') return { ...blank, ...found(byLetter) };
  if (levels.length === 0) return blank;
  const key = matchingKey(header);
  const exact = book.find(key);
  if (exact !== undefined) return { ...blank, ...found(exact) };
  const { rest, month, region } = apart(levels, readLevel, book);
  if (rest.length === 0) return { ...blank, open: true, month, region };
  const measure = matchMeasure(rest, book);
  const cumulative = measure.name === null && CUMULATIVE.test(key);
  const foreign = measure.name === null && (FOREIGN.test(key) || isOther(rest, book));
  return { ...blank, ...measure, month, region, cumulative, foreign };
}

function found({ name, canonical, ambiguous, from }: Word): Partial<ColumnMatch> {
  return { name, canonical, ambiguous, from, dropped: name === null };
}

type Apart = { readonly rest: readonly string[]; readonly month: MonthMention | null; readonly region: Region | null };

/** Takes the month or the unit of the country out of a path: what is left is the measure. */
function apart(levels: readonly string[], readLevel: LevelReader, book: WordBook): Apart {
  if (FEEDS[book.feed].shape !== 'monthly') return { rest: levels, month: null, region: null };
  let month: MonthMention | null = null;
  let region: Region | null = null;
  const rest: string[] = [];
  for (const level of levels) {
    const said = readLevel(level);
    const inLevel: HeaderMonth | null = month === null ? said.month : null;
    const named: Region | undefined = region === null ? said.region : undefined;
    if (inLevel !== null) {
      month = { year: inLevel.year, month: inLevel.month };
      if (inLevel.rest.trim() !== '') rest.push(inLevel.rest.trim());
    } else if (named !== undefined) region = named;
    else rest.push(level);
  }
  return { rest, month, region };
}

/** What a text that names a figure says, such as a row's `网签面积（㎡）`. */
export function measureOf(text: string, book: WordBook): ColumnMatch {
  return { ...NOTHING, index: -1, header: text, ...matchMeasure([text], book) };
}

/** The figure that a header would name if it did not add up a longer time; null if that is none of the feed's. */
export function summedMeasure({ header, cumulative }: ColumnMatch, book: WordBook): string | null {
  return cumulative ? measureOf(header.replace(CUMULATIVE, ''), book).name : null;
}

function isOther(levels: readonly string[], book: WordBook): boolean {
  const bases = levels.map((level) => bracketsOff(matchingKey(level)).base);
  return book.isOther(bases.join('>')) || book.isOther(bases.join(''));
}

type Measure = Partial<ColumnMatch> & Pick<ColumnMatch, 'name' | 'near'>;

function matchMeasure(levels: readonly string[], book: WordBook): Measure {
  const keys = levels.map(matchingKey);
  const whole = book.find(keys.join('>'));
  if (whole !== undefined) return { ...NOTHING, ...found(whole), name: whole.name, near: null };
  const parts = keys.map(bracketsOff);
  const bases = parts.map(({ base }) => base);
  const word = measureWord(bases, book);
  if (word === undefined || word.name === null) return { name: null, near: null };
  const column = FEEDS[book.feed].columns.find(({ name }) => name === word.name);
  const stated = [...parts].reverse().flatMap(({ inner }) => (inner === null ? [] : [inner]));
  const units = stated.filter(isOnlyUnits);
  if (column === undefined) return { ...NOTHING, ...found(word), name: word.name, near: null };
  const [unit = null] = units.flatMap((mentions) => unitsFor(column.type, mentions));
  const half = stated.find((mentions) => !isOnlyUnits(mentions) && looksLikeUnit(mentions));
  if (half !== undefined && unit === null) return { name: null, near: word.name };
  return { ...NOTHING, ...found(word), name: word.name, near: null, unit };
}

/** Brackets that hold something like a unit must not pass for an explanation. */
function looksLikeUnit({ area, money, unknown }: UnitMentions): boolean {
  return area.length > 0 || money.length > 0 || unknown.some((text) => /^[万千百亿]|[㎡亩尺顷元里²2]$/u.test(text));
}

function bracketsOff(key: string): { readonly base: string; readonly inner: UnitMentions | null } {
  const { base, inner } = LAST_BRACKET.exec(key)?.groups ?? {};
  if (base === undefined || inner === undefined) return { base: key, inner: null };
  return { base, inner: unitsOf(inner) };
}

/** The column that the levels of a measure mean together; headings that add nothing may stand above them. */
function measureWord(levels: readonly string[], book: WordBook): Word | undefined {
  const last = levels.at(-1) ?? '';
  const together = joinedWord(levels, book);
  if (together !== undefined) return together;
  if (levels.some((level) => FOREIGN.test(level) || CUMULATIVE.test(level))) return undefined;
  if (levels.length > 1 && SUM_WORD.test(last)) return measureWord(levels.slice(0, -1), book);
  for (let above = 1; above < levels.length && NEUTRAL.test(levels[above - 1] ?? ''); above += 1) {
    const below = joinedWord(levels.slice(above), book);
    if (below !== undefined) return below;
  }
  const shorter = last.replace(NEUTRAL_START, '');
  return levels.length === 1 && shorter !== last ? book.find(shorter) : undefined;
}

function joinedWord(levels: readonly string[], book: WordBook): Word | undefined {
  return book.find(levels.join('>')) ?? book.find(levels.join(''));
}
