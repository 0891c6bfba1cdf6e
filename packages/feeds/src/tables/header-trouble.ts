import { type AppError, FEEDS, type FeedName } from '@quhua/core';
import { isMojibake } from '../mojibake.ts';
import { refused, shown } from '../reasons.ts';
import type { HeaderReading } from './find-header.ts';
import { summedMeasure } from './match-columns.ts';
import type { Scan } from './sheet-scan.ts';

const OTHER_DELIMITERS = /[，；、｜]/u;
const SHOWN_HEADERS = 12;

/** Says, as closely as can be told, why a file holds no table: the sender can mend what is named. */
export function headerTrouble(scans: readonly Scan[], nearest: HeaderReading | null): AppError {
  const [first] = scans.flatMap(({ rows }) => rows.slice(0, 1));
  const garbled = scans.flatMap(({ rows }) => rows.slice(0, 5).flatMap(({ cells }) => cells)).find(isMojibake);
  if (garbled !== undefined) {
    const zh = `表头${shown(garbled)}是乱码，文件在转换编码时已损坏；请从原系统重新导出为 UTF-8`;
    return refused('ENC_MOJIBAKE', `${zh} / the header was decoded wrongly before: export the file again`);
  }
  const widest = Math.max(0, ...scans.flatMap(({ rows }) => rows.slice(0, 20).map(({ cells }) => cells.length)));
  if (
    widest === 1 &&
    scans.some(({ rows }) => rows.slice(0, 5).some(({ cells }) => OTHER_DELIMITERS.test(cells[0] ?? '')))
  ) {
    const zh = '分隔符不支持：请用英文逗号、分号、竖线或制表符分列';
    return refused('CSV_DELIMITER', `${zh} / columns are cut by a comma, a semicolon, a bar or a tab`);
  }
  if (nearest === null) return nothingKnown(scans, first?.cells ?? []);
  return cumulative(nearest) ?? missingColumns(nearest);
}

function nothingKnown(scans: readonly Scan[], cells: readonly string[]): AppError {
  const sheets = scans.map(({ sheet }) => sheet.name).filter((name) => name !== '');
  const where = sheets.length === 0 ? '文件' : `工作表${sheets.map(shown).join('、')}`;
  const first = cells
    .filter((cell) => cell.trim() !== '')
    .slice(0, SHOWN_HEADERS)
    .map(shown)
    .join('、');
  const zh = `${where}中没有找到表头：没有一行写着已知的列名；开头是：${first}；请补上表头，或在 feeds.yaml 中加列名`;
  return refused('HEADER_MISSING', `${zh} / no row holds a known header`);
}

/** Sums since January in the place of the month's own figures would be counted many times over. */
function cumulative({ matches, missing, book }: HeaderReading): AppError | undefined {
  const match = matches.find((one) => missing.includes(summedMeasure(one, book) ?? ''));
  if (match === undefined) return undefined;
  const header = shown(match.header);
  const zh = `表头${header}是累计数，而需要当月数；请报当月数，或加一列当月数`;
  return refused('PERIOD_CUMULATIVE', `${zh} / ${header} adds up several months: the month alone is needed`, {
    header: match.header,
  });
}

function missingColumns({ feed, missing, columns, from, to }: HeaderReading): AppError {
  const found = columns.map(({ levels }) => levels.join('>')).filter((text) => text !== '');
  const list = found.slice(0, SHOWN_HEADERS).map(shown).join('、');
  const rows = from === to ? `第${from}行` : `第${from}—${to}行`;
  const wanted = missing.map((name) => `${name}（${FEEDS[feed].title}）`).join('、');
  const what = missing.length === 0 ? '没有县市、月份等其他列' : `缺少列：${wanted}`;
  const zh = `${rows}最像表头，按 ${feed} 读${what}；该处是：${list}；请补上，或在 feeds.yaml 中加列名`;
  return refused('HEADER_MISSING', `${zh} / no header of ${feed}; missing columns: ${missing.join(', ')}`, {
    feed,
    missing,
  });
}

/** One file, two feeds: which is meant is the sender's to say. */
export function feedAmbiguous(feeds: readonly FeedName[]): AppError {
  const names = feeds.map((feed) => `${feed}（${FEEDS[feed].title}）`).join('和');
  const zh = `文件同时符合${names}，请用 --feed 逐一指明，每次读取其中一种`;
  return refused(
    'FEED_AMBIGUOUS',
    `${zh} / the file fits ${feeds.length} feeds: say which with --feed, one after the other`,
    { feeds },
  );
}
