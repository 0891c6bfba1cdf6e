import { FEEDS, type FeedName, matchingKey } from '@quhua/core';
import { columnLetters, refused, shown } from '../reasons.ts';
import { type ColumnMatch, slotOf } from './match-columns.ts';

const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
/** Words of headers that may well mean cancellations: an area that nobody knows may, too. */
const CANCELLATION = /退|撤|取消|注销|解除|面积|㎡|平方|cancel|area/iu;

/** Refuses names that are keys of the language and not of a table. */
export function refuseForbidden(header: readonly string[]): void {
  const found = header.find((cell) => FORBIDDEN.has(matchingKey(cell)));
  if (found === undefined) return;
  throw refused('KEY_FORBIDDEN', `表头${shown(found)}不允许使用，请改名 / this header is not allowed: ${shown(found)}`);
}

/** Refuses columns that can be read in two ways, or in none. */
export function refuseColumns(feed: FeedName, matches: readonly ColumnMatch[], given: ReadonlySet<string>): void {
  refuseAmbiguous(matches);
  refuseRepeated(matches);
  refuseHalfRead(feed, matches);
  if (feed === 'sales' && !given.has('cancelled_area')) refuseUnclearBasis(matches);
}

function refuseAmbiguous(matches: readonly ColumnMatch[]): void {
  const match = matches.find(({ ambiguous }) => ambiguous);
  if (match === undefined) return;
  const { header } = match;
  const zh = `表头${shown(header)}在 feeds.yaml 中同时指两个不同的列，请只保留一处`;
  throw refused('HEADER_AMBIGUOUS', `${zh} / feeds.yaml gives the header ${shown(header)} to two columns`, { header });
}

function refuseRepeated(matches: readonly ColumnMatch[]): void {
  const first = new Map<string, ColumnMatch>();
  for (const match of matches) {
    if (match.name === null) continue;
    const slot = slotOf(match);
    const other = first.get(slot);
    if (other !== undefined) throw repeated(other, match);
    first.set(slot, match);
  }
}

function repeated(a: ColumnMatch, b: ColumnMatch) {
  const both = [a, b].map(({ header, index }) => `${columnLetters(index)}列${shown(header)}`).join('和');
  const zh = `${both}都读作“${b.name}”，不能确定用哪一列；请只保留一列、改名，或在 feeds.yaml 的 mappings 中写明哪一列不读（null）`;
  return refused('HEADER_DUPLICATE', `${zh} / two columns are ${b.name}`, {
    name: b.name,
    headers: [a.header, b.header],
  });
}

/** A column whose brackets say something unknown must not pass for a column that the file does not have. */
function refuseHalfRead(feed: FeedName, matches: readonly ColumnMatch[]): void {
  const own = new Set(FEEDS[feed].columns.map(({ name }) => name));
  const given = new Set(matches.map(({ name }) => name));
  const match = matches.find(({ near }) => near !== null && own.has(near) && !given.has(near));
  if (match === undefined) return;
  const { header, near } = match;
  const zh = `表头${shown(header)}括号中的单位或说明不认识；面积请写㎡、万㎡、公顷或亩，金额请写元、万元或亿元，套数请写套`;
  throw refused('UNIT_UNSUPPORTED', `${zh} / what do the brackets of ${shown(header)} mean`, { header, column: near });
}

/** Sales without a column of cancelled area count as net; not so if the file seems to keep its cancellations elsewhere. */
function refuseUnclearBasis(matches: readonly ColumnMatch[]): void {
  const units = matches.find(({ name }) => name === 'cancelled_units');
  const isOpen = ({ name, dropped, cumulative, foreign }: ColumnMatch) =>
    name === null && !dropped && !cumulative && !foreign;
  const suspect = units ?? matches.find((match) => isOpen(match) && CANCELLATION.test(match.header));
  if (suspect === undefined) return;
  const { header } = suspect;
  const zh = `没有读到撤销面积列，但${shown(header)}像是退房或撤销：网签面积是否已扣除撤销？请加撤销面积列，或在 feeds.yaml 中注明该列`;
  throw refused('BASIS_UNCLEAR', `${zh} / is signed area net of ${shown(header)}?`, { header });
}
