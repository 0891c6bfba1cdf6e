import { matchingKey } from '@quhua/core';
import { foldCell, isMissing } from '../cell-text.ts';
import type { Mapping } from '../mapping.ts';
import type { TableRow } from '../table.ts';
import type { Ignored } from '../types.ts';
import { isTotalText, isWholeArea, type WholeArea } from './regions.ts';

/** How many cells a note has at most, if it does not begin like one. */
const FEW_CELLS = 2;
const NOTE_START =
  /^[（(【[]?(?:\d+[.、])?(?:注|备注|附注|说明|填表|制表|审核|审批|负责人|单位负责|联系|填报|统计人|统计负责|编制|报出|报送|上报|经办|复核|来源|数据来源|资料来源|本表|口径|模拟|#|\*|※)/u;
const CUMULATIVE = /累计/u;
const FIGURES: ReadonlySet<string> = new Set(['area', 'land', 'money', 'percent', 'count']);

/** What of a row's key could be read. Shapes: `ownKey`: from the row's own cells, and not from a title or a name. */
export type KnownKey = { readonly region: boolean; readonly key: boolean; readonly ownKey: boolean };

/** What a row may be that is no record. */
export type RowKinds = {
  /** The word that makes a row a total, or undefined. */
  readonly totalWord: (row: TableRow) => string | undefined;
  /** Whether a row without any fact is a note under the table. */
  readonly isNote: (row: TableRow, known: KnownKey) => boolean;
  /** Whether a row is the header once more. */
  readonly isHeader: (row: TableRow) => boolean;
};

/** Tells totals, notes and repeated headers from records. Whatever is left is a record, if only to be refused. */
export function createRowKinds(mapping: Mapping, whole: WholeArea): RowKinds {
  const figures = new Set(
    mapping.records.flatMap(({ values }) =>
      values.filter(({ column }) => FIGURES.has(column.type)).map(({ index }) => index),
    ),
  );
  const keys = keyIndexes(mapping);
  const header = mapping.header.map((text) => [matchingKey(text), matchingKey(text.split('>').at(-1) ?? '')]);
  return {
    totalWord: ({ cells }) => {
      const named = keys.filter((index) => isSaid(cells[index]));
      if (named.length > 0) {
        const at = named.find((index) => isTotal(cells[index] ?? '', whole, mapping.feed.region));
        return at === undefined ? undefined : cells[at];
      }
      return cells.find((cell, index) => !figures.has(index) && cell !== '' && isTotalText(cell));
    },
    isNote: ({ cells }, { region, key, ownKey }) => {
      const said = cells.filter(isSaid);
      const whole = region && key;
      if (said.length === 1) return !whole || mapping.feed.shape === 'record';
      if (NOTE_START.test(foldCell(said[0] ?? ''))) return !whole;
      return said.length <= FEW_CELLS && !ownKey && !(region && mapping.feed.region);
    },
    isHeader: ({ cells }) => {
      const said = cells.flatMap((cell, index) => (isSaid(cell) ? [{ key: matchingKey(cell), index }] : []));
      return said.length > 1 && said.every(({ key, index }) => header[index]?.includes(key) === true);
    },
  };
}

/** Whether a total runs over more than the file: its figure is no sum of rows. */
export function isCumulative(word: string): boolean {
  return CUMULATIVE.test(word);
}

function isTotal(text: string, whole: WholeArea, region: boolean): boolean {
  return isTotalText(text) || (region && isWholeArea(text, whole));
}

/** Where a row says whose it is: its unit, or the number of its record. */
function keyIndexes({ feed, regions, records }: Mapping): number[] {
  const own = feed.shape === 'record' ? feed.key : [];
  const columns = records[0]?.values.filter(({ column, index }) => index >= 0 && own.includes(column.name)) ?? [];
  return [...regions, ...columns.slice(0, 1)].map(({ index }) => index);
}

function isSaid(cell: string | undefined): boolean {
  return cell !== undefined && cell !== '' && !isMissing(foldCell(cell));
}

const WHY = {
  total: '合计行，用来核对，不作为记录',
  note: '说明或签字行，不是记录',
  header: '重复的表头',
} as const;
const SHOWN_CHARS = 80;

/** A row that is no record, for the list of what was passed over. */
export function ignoredRow(
  { place: { sheet, row } }: TableRow,
  kind: keyof typeof WHY,
  cells: readonly string[],
): Ignored {
  const text = cells.filter((cell) => cell.trim() !== '').join(' ');
  return { sheet, row, text: text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text, why: WHY[kind] };
}

/** Whether a total stands among the rows that were passed over. */
export function hasTotals(ignored: readonly Ignored[]): boolean {
  return ignored.some(({ why }) => why === WHY.total);
}
