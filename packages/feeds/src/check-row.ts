import type { Month, RegionLookup, RowReason } from '@quhua/core';
import type { Limits } from './limits.ts';
import type { Mapping } from './mapping.ts';
import { createFigureReader } from './read-figures.ts';
import { createKeyReader, isTotalRow } from './read-keys.ts';
import { type RowDraft, say } from './row-draft.ts';
import { isBlank, type TableRow } from './table.ts';

/** What one row of a table is, by itself: what it has to do with other rows is decided later. */
export type RowReading = {
  readonly kind: 'blank' | 'empty' | 'total' | 'record';
  readonly row: TableRow;
  /** Unit and month as one number; -1 if either is not known. */
  readonly key: number;
  readonly regionCode: string;
  readonly regionName: string;
  readonly month: Month;
  /** In the feed's order; null is missing, NaN was refused. */
  readonly figures: readonly (number | null)[];
  readonly reasons: readonly RowReason[];
  readonly refused: boolean;
};

export type CheckContext = { readonly lookup: RegionLookup; readonly today: string; readonly limits: Limits };

const NOTHING = { key: -1, regionCode: '', regionName: '', month: '', figures: [], reasons: [], refused: false };

/** Makes the check of single rows. Pure but for what it remembers of texts seen before. */
export function createRowChecker(mapping: Mapping, context: CheckContext): (row: TableRow) => RowReading {
  const readKey = createKeyReader(mapping, context);
  const readFigures = createFigureReader(mapping, context.limits.plausibleCentisqm);
  return (row) => {
    if (isBlank(row.cells)) return { ...NOTHING, kind: 'blank', row };
    const draft: RowDraft = { row, reasons: [], refused: false };
    checkShape(draft, mapping, context.limits.cellChars);
    if (draft.refused) return refusedWhole(draft, mapping);
    const { region, month, key } = readKey(draft);
    if (region === undefined && isTotalRow(row.cells, mapping)) {
      const { figures } = readFigures({ row, reasons: [], refused: false });
      return { ...NOTHING, kind: 'total', row, month, figures };
    }
    const { figures, empty } = readFigures(draft);
    const { reasons, refused } = draft;
    if (empty) return { ...NOTHING, kind: 'empty', row };
    return {
      kind: 'record',
      row,
      key,
      regionCode: region?.code ?? '',
      regionName: region?.name ?? '',
      month,
      figures,
      reasons,
      refused,
    };
  };
}

/** Nothing can be said of the figures of a row that is broken as a whole. */
function refusedWhole({ row, reasons }: RowDraft, mapping: Mapping): RowReading {
  return { ...NOTHING, kind: 'record', row, figures: mapping.figures.map(() => Number.NaN), reasons, refused: true };
}

function checkShape(draft: RowDraft, mapping: Mapping, cellChars: number): void {
  const { cells, faults } = draft.row;
  const { header, nameless } = mapping;
  for (const fault of faults ?? []) say(draft, undefined, fault);
  if (cells.length !== header.length) {
    const zh = `应有${header.length}列，实有${cells.length}列；请检查是否缺列、多逗号，或千分位数字没有加引号`;
    say(draft, undefined, { code: 'ROW_SHAPE', zh, en: `${cells.length} cells where the header has ${header.length}` });
  }
  for (let at = 0; at < cells.length; at += 1) {
    const length = cells[at]?.length ?? 0;
    if (length <= cellChars) continue;
    const zh = `单元格有${length}个字符，超过${cellChars}个，不像数据`;
    say(draft, header[at], {
      code: 'CELL_TOO_LONG',
      zh,
      en: `a cell of ${length} characters, ${cellChars} are allowed`,
    });
  }
  const stray = nameless.find((at) => (cells[at] ?? '').trim() !== '');
  if (stray === undefined) return;
  const zh = `第${stray + 1}列没有表头却有内容；请补表头或清空该列`;
  say(draft, undefined, {
    code: 'ROW_SHAPE',
    zh,
    en: `column ${stray + 1} has no header, but this row has something in it`,
  });
}
