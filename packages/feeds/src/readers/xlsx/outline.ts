import { refused, shown } from '../../reasons.ts';
import type { Merge } from '../../workbook.ts';
import { placeOf, READ_COLUMNS, wholeNumber } from './places.ts';
import { isTrue } from './workbook-part.ts';
import { type Attributes, unsound } from './xml.ts';

/** What stands outside the rows of a sheet. */
export type SheetOutline = { readonly merges: readonly Merge[]; readonly hiddenColumns: readonly number[] };

export type OutlineBuilder = {
  /** Takes a `mergeCell`. Errors: invalid/XLSX_XML for what is no area, FILE_TOO_COMPLEX for more than a table has. */
  readonly merge: (attributes: Attributes) => void;
  /** Takes a `col`. */
  readonly columns: (attributes: Attributes) => void;
  /** What was taken so far. */
  readonly taken: () => SheetOutline;
};

const MOST_MERGES = 200_000;

export function createOutline(part: string): OutlineBuilder {
  const merges: Merge[] = [];
  const hidden = new Set<number>();
  return {
    merge: ({ ref = '' }) => {
      const area = areaOf(ref);
      if (area === undefined) throw unsound(part, `merged cells stand at ${shown(ref)}`);
      if (merges.length === MOST_MERGES) throw tooManyMerges();
      merges.push(area);
    },
    columns: ({ min = '', max = '', hidden: says }) => {
      if (!isTrue(says)) return;
      const last = Math.min(wholeNumber(max), READ_COLUMNS);
      for (let column = Math.max(1, wholeNumber(min)); column <= last; column += 1) hidden.add(column - 1);
    },
    taken: () => ({ merges, hiddenColumns: [...hidden].sort((one, other) => one - other) }),
  };
}

/** An area as it is named, `A1:B2` or `A1`; undefined for any other text. */
function areaOf(ref: string): Merge | undefined {
  const [first = '', last = first, ...more] = ref.split(':');
  const [a, b] = [placeOf(first), placeOf(last)];
  if (a === undefined || b === undefined || more.length > 0 || b.row < a.row || b.column < a.column) return undefined;
  return { top: a.row - 1, left: a.column, bottom: b.row - 1, right: b.column };
}

function tooManyMerges() {
  const zh = `一个工作表中合并单元格超过${MOST_MERGES}处，不像数据表；请取消合并后重报`;
  return refused('FILE_TOO_COMPLEX', `${zh} / more than ${MOST_MERGES} merged areas in one sheet: unmerge them`);
}
