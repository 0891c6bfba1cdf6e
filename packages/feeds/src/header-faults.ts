import { FEEDS, type FeedName, matchingKey } from '@quhua/core';
import type { HeaderMatch } from './header-words.ts';
import { refused, shown } from './reasons.ts';

type Header = {
  readonly feed: FeedName;
  readonly matches: readonly HeaderMatch[];
  /** Headers that are no column of the feed. */
  readonly extra: readonly HeaderMatch[];
  /** Each row gives its own unit. */
  readonly rowUnits: boolean;
};

const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
/** Words of headers that may well mean cancellations. */
const CANCELLATION = /退|撤|取消|注销|解除|cancel/iu;

/** Refuses names that are keys of the language and not of a table. */
export function refuseForbidden(header: readonly string[]): void {
  const found = header.find((cell) => FORBIDDEN.has(matchingKey(cell)));
  if (found === undefined) return;
  throw refused('KEY_FORBIDDEN', `表头${shown(found)}不允许使用，请改名 / this header is not allowed: ${shown(found)}`);
}

/** Refuses a header that can be read in two ways, or in none. */
export function refuseHeader(header: Header): void {
  refuseAmbiguous(header.matches);
  refuseRepeated(header.matches);
  refuseHalfRead(header);
  refuseUnitless(header);
  refuseUnclearBasis(header);
}

function refuseAmbiguous(matches: readonly HeaderMatch[]): void {
  const match = matches.find(({ ambiguous }) => ambiguous);
  if (match === undefined) return;
  const { header } = match;
  const zh = `表头${shown(header)}在 feeds.yaml 中同时指两个不同的列，请只保留一处`;
  throw refused('HEADER_AMBIGUOUS', `${zh} / feeds.yaml gives the header ${shown(header)} to two columns`, { header });
}

function refuseRepeated(matches: readonly HeaderMatch[]): void {
  const first = new Map<string, string>();
  for (const { name, header } of matches) {
    if (name === null) continue;
    const slot = name === 'region' ? `region ${matchingKey(header)}` : name;
    const other = first.get(slot);
    if (other !== undefined) {
      const both = `${shown(other)}和${shown(header)}`;
      const zh = `两列都是“${name}”：${both}，不能确定用哪一列；请只保留一列或改名`;
      throw refused('HEADER_DUPLICATE', `${zh} / two columns are ${name}`, { name, headers: [other, header] });
    }
    first.set(slot, header);
  }
}

/** A column whose brackets say something unknown must not pass for a column that the file does not have. */
function refuseHalfRead({ feed, matches }: Header): void {
  const own = new Set(FEEDS[feed].columns.map(({ name }) => name));
  const given = new Set(matches.map(({ name }) => name));
  const match = matches.find(({ near }) => near !== null && own.has(near) && !given.has(near));
  if (match === undefined) return;
  const { header, near } = match;
  const zh = `表头${shown(header)}括号中的单位或说明不认识；面积请写㎡、万㎡、公顷或亩，套数请写套`;
  throw refused('UNIT_UNSUPPORTED', `${zh} / what do the brackets of ${shown(header)} mean`, { header, column: near });
}

function refuseUnitless({ feed, matches, rowUnits }: Header): void {
  const areas = new Set(FEEDS[feed].columns.filter(({ type }) => type === 'area').map(({ name }) => name));
  const open = matches.filter(
    ({ name, unit, canonical }) => name !== null && areas.has(name) && unit === null && !canonical,
  );
  const [first] = open;
  if (first === undefined || rowUnits) return;
  const headers = open.map(({ header }) => shown(header)).join('、');
  const zh = `请注明单位：${headers}没有写明是㎡还是万㎡；可写成“${first.header}（㎡）”，或加一列“单位”`;
  throw refused('UNIT_MISSING', `${zh} / which unit are ${headers} in?`, { headers: open.map(({ header }) => header) });
}

/** Sales without a column of cancelled area count as net; not so if the file seems to keep its cancellations elsewhere. */
function refuseUnclearBasis({ feed, matches, extra }: Header): void {
  if (feed !== 'sales' || matches.some(({ name }) => name === 'cancelled_area')) return;
  const units = matches.find(({ name }) => name === 'cancelled_units');
  const suspect = units ?? extra.find(({ header }) => CANCELLATION.test(header));
  if (suspect === undefined) return;
  const { header } = suspect;
  const zh = `没有读到撤销面积列，但${shown(header)}像是退房或撤销：网签面积是否已扣除撤销？请加撤销面积列，或在 feeds.yaml 中注明该列`;
  throw refused('BASIS_UNCLEAR', `${zh} / is signed area net of ${shown(header)}?`, { header });
}
