import { FEED_NAMES, type FeedName } from '@quhua/core';
import { refused, shown } from '../reasons.ts';
import type { Workbook } from '../workbook.ts';
import { restored } from './neutralise.ts';
import type { OutSheet } from './sheet-writer.ts';

/**
 * Version of the template's layout.
 *
 * Raise it by one with every change that an older reader would misread (columns moved, a unit changed, another sample row). Older
 * versions stay readable: their columns are found by their headers like those of any file. A newer one is refused.
 */
export const TEMPLATE_VERSION = 1;

/** Version of the workbook of refused rows: which columns are ours, and how apostrophes are put on. Raised like the template's. */
export const RETURNED_VERSION = 1;

const META_SHEET = '_meta';
const MAGIC = 'quhua';
const META_ROWS = 20;

/** What a workbook of ours says of itself in its hidden sheet. */
export type Meta = {
  readonly kind: 'template' | 'returned';
  readonly feed: FeedName;
  readonly version: number;
  readonly jurisdiction: string;
  /** Of refused rows: the file they came from, whose name may have given their month, and its batch. */
  readonly file: string | null;
  readonly batch: string | null;
  /** Sheets that hold no data: notes, lists, sums. */
  readonly notRead: readonly string[];
};

/** No name of a sheet can hold it. */
const BETWEEN = '/';

export function metaSheet(meta: Meta): OutSheet {
  const { notRead, ...facts } = meta;
  const pairs = Object.entries(facts).flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]]));
  const rows = [[MAGIC, '请勿修改本表 / do not change this sheet'], ...pairs, ['notRead', notRead.join(BETWEEN)]];
  return { name: META_SHEET, rows, hidden: true };
}

/** What a workbook says of itself, or null if it is none of ours. Shapes: hidden or not, the sheet is found by its name and first cell. */
export async function metaOf({ sheets }: Pick<Workbook, 'sheets'>): Promise<Meta | null> {
  const sheet = sheets.find(({ name }) => name === META_SHEET);
  if (sheet === undefined) return null;
  const facts = new Map<string, string>();
  for await (const batch of sheet.rows()) {
    for (const { cells } of batch.slice(0, META_ROWS)) facts.set(cells[0] ?? '', restored(cells[1] ?? ''));
    break;
  }
  if (!facts.has(MAGIC)) return null;
  const kind = facts.get('kind') === 'returned' ? 'returned' : 'template';
  const feed = FEED_NAMES.find((name) => name === facts.get('feed'));
  const version = VERSIONS.get(facts.get('version') ?? '');
  if (feed === undefined || version === undefined) throw unreadable(facts.get('version') ?? '');
  return {
    kind,
    feed,
    version,
    jurisdiction: facts.get('jurisdiction') ?? '',
    file: facts.get('file') ?? null,
    batch: facts.get('batch') ?? null,
    notRead: [META_SHEET, ...(facts.get('notRead') ?? '').split(BETWEEN)],
  };
}

/** Versions that are known, as they are written. */
const VERSIONS: ReadonlyMap<string, number> = new Map(
  Array.from({ length: Math.max(TEMPLATE_VERSION, RETURNED_VERSION) }, (_, below) => [String(below + 1), below + 1]),
);

/** Errors: invalid/TEMPLATE_OTHER for a workbook that was made for another jurisdiction. */
export function checkMeta(meta: Meta, jurisdiction: { readonly code: string; readonly name: string }): void {
  if (meta.jurisdiction === jurisdiction.code) return;
  const made = shown(meta.jurisdiction);
  const zh = `这个工作簿是为${made}做的，本系统管的是“${jurisdiction.name}”（${jurisdiction.code}）；请用本地区的模板填报`;
  const en = `made for ${made}, but this installation watches ${jurisdiction.code}: use its own template`;
  throw refused('TEMPLATE_OTHER', `${zh} / ${en}`, { jurisdiction: meta.jurisdiction });
}

function unreadable(version: string) {
  const zh = `这个工作簿的模板版本${shown(version)}本系统不认识，可能出自更新的版本；请重新下载模板填报`;
  const en = `a template of version ${shown(version)} is not known here: take a new one`;
  return refused('TEMPLATE_OTHER', `${zh} / ${en}`, { version });
}
