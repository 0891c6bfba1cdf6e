import {
  FEEDS,
  type FeedColumn,
  type MoneyUnit,
  type Month,
  matchingKey,
  type Region,
  type RowReason,
  type SavedMapping,
} from '@quhua/core';
import type { KeyColumn, Mapping, RecordPlan, ValueColumn } from '../mapping.ts';
import { refused, shown } from '../reasons.ts';
import {
  type ContextText,
  type Found,
  findMonth,
  findRegion,
  findUnits,
  findYear,
  type TableUnits,
  withYear,
} from './context-texts.ts';
import type { HeaderReading } from './find-header.ts';
import { refuseColumns } from './header-faults.ts';
import type { ColumnMatch } from './match-columns.ts';
import type { SettleContext } from './settle-context.ts';
import { hasUnit, type MeasureUnit } from './unit-texts.ts';

/** A header with everything settled that its rows need. */
export type SettledTable = {
  readonly reading: HeaderReading;
  readonly mapping: Mapping;
  readonly matches: readonly ColumnMatch[];
  readonly unit: Found<MeasureUnit> | null;
  readonly month: Found<Month> | null;
  readonly region: Found<Region> | null;
  readonly saved: SavedMapping | undefined;
  readonly notes: readonly RowReason[];
};

/** A group of value columns: all those of one month and one unit of the country. */
type Group = { readonly month: Month | null; readonly region: Region | null; readonly matches: ColumnMatch[] };

/**
 * Settles units, months and records of a table that a header was found for.
 *
 * Errors: invalid/… with the two readings, where there are two, and with what the sender has to say.
 */
export function settleTable(reading: HeaderReading, context: SettleContext): SettledTable {
  const { texts, saved, strictWidth } = context;
  const matches = withMeasure(reading, texts);
  refuseColumns(reading.feed, matches, context.given);
  const units = findUnits(texts, saved);
  const monthly = FEEDS[reading.feed].shape === 'monthly';
  const monthColumn = keyColumns(matches, 'month')[0] ?? null;
  const groups = groupsOf(reading, matches, texts);
  const month = monthly ? monthOfTable({ monthColumn, groups, context }) : null;
  const region = regionOfTable({ matches, groups, context, feed: reading.feed });
  const unit = keyColumns(matches, 'unit')[0] ?? null;
  const net = reading.feed === 'sales' && !context.given.has('cancelled_area');
  const setting: ValueSetting = { units, rowUnits: unit !== null, net, saved, context };
  const records = groups.map(
    (group): RecordPlan => ({
      month: group.month ?? month?.value ?? null,
      region: group.region ?? region?.value ?? null,
      values: FEEDS[reading.feed].columns.map((column) => valueColumn(column, group, setting)),
    }),
  );
  const mapping: Mapping = {
    feed: FEEDS[reading.feed],
    header: matches.map(({ header }) => header),
    strictWidth,
    regions: keyColumns(matches, 'region'),
    month: monthColumn,
    year: keyColumns(matches, 'year')[0] ?? null,
    unit,
    records,
    nameless: matches.filter(({ header, name }) => header.trim() === '' && name === null).map(({ index }) => index),
    base: 0,
  };
  return { reading, mapping, matches, unit: unitOfTable(reading, units), month, region, saved, notes: netNote(net) };
}

function keyColumns(matches: readonly ColumnMatch[], role: string): KeyColumn[] {
  return matches.filter(({ name }) => name === role).map(({ index, header }) => ({ index, header }));
}

/** Months or units as columns and nothing else above them: the measure stands in a title, in one way only. */
function withMeasure(reading: HeaderReading, texts: readonly ContextText[]): readonly ColumnMatch[] {
  const { matches, feed } = reading;
  if (!matches.some(({ open }) => open)) return matches;
  const [name, other] = measuresIn(reading, texts);
  if (name === undefined || other !== undefined) {
    const which = other === undefined ? '没有写明是哪项指标' : `同时写了${name}和${other}`;
    const zh = `表头只有月份或县市，标题${which}；请在标题中写明，如“${FEEDS[feed].title}：网签面积（㎡）”，或在表头加一行指标`;
    throw refused('MEASURE_UNCLEAR', `${zh} / which figure does the table hold?`, { readings: [name, other] });
  }
  return matches.map((match) => (match.open ? { ...match, open: false, name, from: 'settings' } : match));
}

/** The figures of a feed that the nearest text with any of them names. */
export function measuresIn({ book }: HeaderReading, texts: readonly ContextText[]): string[] {
  for (const { text } of texts) {
    const key = matchingKey(text);
    const found = book.measures.filter(([word]) => key.includes(word));
    const longest = found.filter(([word]) => !found.some(([other]) => other !== word && other.includes(word)));
    if (longest.length > 0) return [...new Set(longest.map(([, name]) => name))];
  }
  return [];
}

function groupsOf(reading: HeaderReading, matches: readonly ColumnMatch[], texts: readonly ContextText[]): Group[] {
  const own = new Set(FEEDS[reading.feed].columns.map(({ name }) => name));
  const values = matches.filter(({ name }) => name !== null && own.has(name));
  const grouped = values.filter(({ month, region }) => month !== null || region !== null);
  if (grouped.length === 0) return [{ month: null, region: null, matches: values }];
  const year = findYear(texts);
  const groups = new Map<string, Group>();
  for (const match of grouped) {
    const month = match.month === null ? null : withYear(match.month, year);
    if (match.month !== null && month === null) throw yearless(match, texts);
    const key = `${month ?? ''}|${match.region?.code ?? ''}`;
    const group = groups.get(key) ?? { month, region: match.region, matches: [] };
    groups.set(key, group);
    group.matches.push(match);
  }
  return [...groups.values()];
}

function yearless({ header }: ColumnMatch, texts: readonly ContextText[]) {
  const said = texts.map(({ text }) => shown(text)).join('、');
  const zh = `表头${shown(header)}没有年份，标题和文件名（${said}）也没有写明唯一的年份；请在标题中写上年份，如“2025年”`;
  return refused('YEAR_UNCLEAR', `${zh} / of which year is ${shown(header)}?`, { header });
}

type MonthSetting = {
  readonly monthColumn: KeyColumn | null;
  readonly groups: readonly Group[];
  readonly context: SettleContext;
};

/** The month that holds for all rows: needed where no column gives one; a title that contradicts a column refuses rows. */
function monthOfTable({ monthColumn, groups, context }: MonthSetting): Found<Month> | null {
  if (groups.some(({ month }) => month !== null)) return null;
  const { texts, saved } = context;
  if (monthColumn !== null) {
    const titles = texts.filter(({ kind }) => kind === 'title');
    return saved?.month === undefined ? findMonth(titles, undefined) : null;
  }
  const month = findMonth(texts, saved);
  if (month !== null) return month;
  const said = texts.map(({ where, text }) => `${where}${shown(text)}`).join('、');
  const zh = `没有月份列，标题、表名和文件名里也没有写明唯一的月份（${said}）；请加一列“月份”，或在标题中写上，如“2025年10月”`;
  throw refused('MONTH_UNCLEAR', `${zh} / of which month are the figures?`);
}

type RegionSetting = {
  readonly matches: readonly ColumnMatch[];
  readonly groups: readonly Group[];
  readonly context: SettleContext;
  readonly feed: HeaderReading['feed'];
};

function regionOfTable({ matches, groups, context, feed }: RegionSetting): Found<Region> | null {
  if (!FEEDS[feed].region || matches.some(({ name }) => name === 'region')) return null;
  if (groups.every(({ region }) => region !== null)) return null;
  const region = findRegion(context.texts, context.lookup, context.jurisdiction);
  if (region !== null) return region;
  const zh = '没有县市列，标题、表名和文件名里也没有写明唯一的县市；请加一列“县市”，填代码或名称';
  throw refused('REGION_UNCLEAR', `${zh} / of which unit are the figures?`);
}

type ValueSetting = {
  readonly units: TableUnits;
  readonly rowUnits: boolean;
  readonly net: boolean;
  readonly saved: SavedMapping | undefined;
  readonly context: SettleContext;
};

function valueColumn(column: FeedColumn, { matches }: Group, setting: ValueSetting): ValueColumn {
  const match = matches.find(({ name }) => name === column.name);
  if (match === undefined) {
    const absent = setting.net && column.name === 'cancelled_area' ? 0 : null;
    return { column, index: -1, header: column.name, unit: null, stated: false, absent };
  }
  const { index, header } = match;
  if (!hasUnit(column.type)) return { column, index, header, unit: null, stated: false, absent: null };
  const table = unitFor(column, setting.units);
  const own = match.unit ?? (setting.rowUnits && isAreal(column) ? null : (table?.value ?? null));
  if (own !== null) return { column, index, header, unit: own, stated: true, absent: null };
  const implied = match.canonical && !(setting.rowUnits && isAreal(column)) ? canonicalUnit(column) : null;
  if (implied === null) refuseUnitless({ match, column, setting });
  return { column, index, header, unit: implied, stated: false, absent: null };
}

function isAreal({ type }: FeedColumn): boolean {
  return type === 'area' || type === 'land';
}

function unitFor({ type }: FeedColumn, units: TableUnits): Found<MeasureUnit> | null {
  if (type === 'money') return units.money;
  return type === 'percent' ? units.percent : units.area;
}

function canonicalUnit({ type }: FeedColumn): MeasureUnit {
  if (type === 'money') return 'yuan' satisfies MoneyUnit;
  return type === 'percent' ? 'percent' : 'sqm';
}

type Unitless = { readonly match: ColumnMatch; readonly column: FeedColumn; readonly setting: ValueSetting };

/** A column of figures whose unit nobody has said; not so if its cells or a column of units say it row by row. */
function refuseUnitless({ match, column, setting }: Unitless): void {
  if (setting.rowUnits && isAreal(column)) return;
  const kind = column.type === 'money' ? 'money' : 'area';
  const header = shown(match.header);
  if (setting.units.clash.includes(kind)) {
    const zh = `标题写了两种单位，${header}没有写明是哪一种；请在表头注明，如“${match.header}（${kind === 'money' ? '万元' : '㎡'}）”`;
    throw refused('UNIT_AMBIGUOUS', `${zh} / the title names two units: in which is ${header}?`, {
      header: match.header,
    });
  }
  if (setting.context.cellsSayUnit(match.index) || column.type === 'percent') return;
  const examples = column.type === 'money' ? '元还是万元' : '㎡还是万㎡';
  const zh = `请注明单位：${header}没有写明是${examples}；可写成“${match.header}（${column.type === 'money' ? '万元' : '㎡'}）”，或在标题下写“单位：…”`;
  throw refused('UNIT_MISSING', `${zh} / which unit is ${header} in?`, { headers: [match.header] });
}

function unitOfTable({ feed }: HeaderReading, { area, money }: TableUnits): Found<MeasureUnit> | null {
  return FEEDS[feed].columns.some(isAreal) ? area : money;
}

function netNote(net: boolean): RowReason[] {
  if (!net) return [];
  const zh =
    '文件没有撤销（退房）面积列：网签面积按已扣除撤销的净额读，撤销面积记为 0；如另有撤销，请加撤销面积列后重报';
  const message = `${zh} / no column of cancelled area: signed area is taken as net, cancelled area as 0`;
  return [{ code: 'BASIS_NET', message }];
}
