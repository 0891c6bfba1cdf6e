import { type AreaUnit, FEED_NAMES, FEEDS, type FeedColumn, type FeedName, type RowReason } from '@quhua/core';
import { refuseHeader } from './header-faults.ts';
import { type HeaderMatch, matchHeader } from './header-words.ts';
import type { FigureColumn, KeyColumn, Mapping } from './mapping.ts';
import { QUARANTINE_HEADERS } from './quarantine.ts';
import { note, shown } from './reasons.ts';
import type { FeedContext, PlannedColumn } from './types.ts';
import { unitText } from './units.ts';

/** One feed as a reading of a header. */
export type Candidate = {
  readonly feed: FeedName;
  readonly matches: readonly HeaderMatch[];
  /** Needed columns that the header does not have. */
  readonly missing: readonly string[];
  /** How many header cells are known. */
  readonly known: number;
};

export type MappedHeader = {
  readonly mapping: Mapping;
  readonly columns: readonly PlannedColumn[];
  readonly notes: readonly RowReason[];
};

/** How each feed in question reads the header; the one that knows most of it comes first. */
export function candidatesOf(header: readonly string[], { settings, feed }: FeedContext): Candidate[] {
  const asked = feed === undefined ? FEED_NAMES : [feed];
  return asked.map((name) => candidateOf(name, matchHeader(header, name, settings))).sort((a, b) => b.known - a.known);
}

function candidateOf(feed: FeedName, matches: readonly HeaderMatch[]): Candidate {
  const { columns } = FEEDS[feed];
  const own = new Set(columns.map(({ name }) => name));
  const found = new Set(matches.map(({ name, near }) => name ?? (near !== null && own.has(near) ? near : null)));
  const needed = ['region', 'month', ...columns.filter(({ required }) => required).map(({ name }) => name)];
  const known = matches.filter(({ name, near }) => (name ?? near) !== null).length;
  return { feed, matches, missing: needed.filter((column) => !found.has(column)), known };
}

/** Settles the columns of the feed that the header fits. Errors: invalid/… with what the sender has to say. */
export function mapHeader({ feed, matches }: Candidate): MappedHeader {
  const unit = keyColumns(matches, 'unit')[0] ?? null;
  const [month] = keyColumns(matches, 'month');
  const extra = matches.filter(({ name, header }) => name === null && header.trim() !== '' && !isOurs(header));
  const rowUnits = unit !== null;
  refuseHeader({ feed, matches, extra, rowUnits });
  if (month === undefined) throw new Error('a header without a month is refused before');
  const net = feed === 'sales' && matches.every(({ name }) => name !== 'cancelled_area');
  const figures = FEEDS[feed].columns.map((column) => figureColumn(column, matches, { rowUnits, net }));
  const mapping: Mapping = {
    feed: FEEDS[feed],
    header: matches.map(({ header }) => header),
    regions: keyColumns(matches, 'region'),
    month,
    unit,
    figures,
    nameless: matches.filter(({ header }) => header.trim() === '').map(({ index }) => index),
  };
  const planned = matches.filter(({ name }) => name !== null).map((match) => plannedColumn(match, figures));
  return { mapping, columns: planned, notes: [...extraNote(extra), ...netNote(net)] };
}

function keyColumns(matches: readonly HeaderMatch[], role: string): KeyColumn[] {
  return matches.filter(({ name }) => name === role).map(({ index, header }) => ({ index, header }));
}

/** Whether a header is one that `quarantineCsv` puts in front: a corrected file comes back with it. */
function isOurs(header: string): boolean {
  return QUARANTINE_HEADERS.includes(header.trim());
}

type FileFacts = { readonly rowUnits: boolean; readonly net: boolean };

function figureColumn(column: FeedColumn, matches: readonly HeaderMatch[], { rowUnits, net }: FileFacts): FigureColumn {
  const match = matches.find(({ name }) => name === column.name);
  if (match === undefined) {
    const absent = net && column.name === 'cancelled_area' ? 0 : null;
    return { column, index: -1, header: column.name, unit: null, stated: false, absent };
  }
  const implied: AreaUnit | null = match.canonical && !rowUnits ? 'sqm' : null;
  const unit = column.type === 'area' ? (match.unit ?? implied) : null;
  return { column, index: match.index, header: match.header, unit, stated: match.unit !== null, absent: null };
}

function plannedColumn(match: HeaderMatch, figures: readonly FigureColumn[]): PlannedColumn {
  const figure = figures.find(({ index }) => index === match.index);
  const named = match.canonical ? '规范列名' : 'feeds.yaml 中的列名';
  const { index, header, name } = match;
  return { name: name ?? '', header, position: index + 1, unit: figure?.unit ?? null, why: named + unitWhy(figure) };
}

function unitWhy(figure: FigureColumn | undefined): string {
  if (figure === undefined) return '';
  if (figure.column.type === 'count') return '，按套数读';
  if (figure.unit === null) return '，单位见各行单位列';
  return figure.stated ? `，表头写明单位${unitText(figure.unit)}` : `，规范列名按${unitText(figure.unit)}读`;
}

function extraNote(extra: readonly HeaderMatch[]): RowReason[] {
  if (extra.length === 0) return [];
  const headers = extra.map(({ header }) => shown(header)).join('、');
  const message = `以下列不认识，未读取：${headers}；如需读取请在 feeds.yaml 中加列名 / unknown columns, not read: ${headers}`;
  return [note('HEADER_EXTRA', message)];
}

function netNote(net: boolean): RowReason[] {
  if (!net) return [];
  const zh = '文件没有撤销（退房）面积列：网签面积按已扣除撤销的净额读，撤销面积记为 0';
  return [note('BASIS_NET', `${zh} / no column of cancelled area: signed area is taken as net, cancelled area as 0`)];
}
