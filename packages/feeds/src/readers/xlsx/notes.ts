import { shown } from '../../reasons.ts';
import type { WorkbookNote } from '../../workbook.ts';
import type { PackageParts, Relation } from './package-parts.ts';

/** Relations and parts that say more than cells do, and how people are told. */
const BY_RELATION: readonly (readonly [string, string, string])[] = [
  ['vbaProject', '含宏，未运行', 'macros were not run'],
  ['externalLink', '引用其他文件，按保存时的结果读取', 'links to other files: their saved results were read'],
  ['connections', '含数据连接，未刷新', 'data connections were not refreshed'],
];
const BY_NAME: readonly (readonly [RegExp, string, string])[] = [
  [/^xl\/media\//u, '含图片，未读取', 'pictures were not read'],
  [/^xl\/embeddings\//u, '含嵌入的文件，未读取', 'embedded files were not read'],
];
const SHEET_KINDS: Readonly<Record<string, string>> = {
  chartsheet: '图表',
  dialogsheet: '对话框',
  xlMacrosheet: '宏表',
};

/** What people should know of the workbook as a whole. Shapes: one note of a kind. */
export function notesOf({ names }: PackageParts, relations: readonly Relation[], date1904: boolean): WorkbookNote[] {
  const notes: WorkbookNote[] = [];
  const ignored = (zh: string, en: string) => notes.push({ code: 'XLSX_IGNORED_PART', message: `${zh} / ${en}` });
  if (date1904)
    notes.push({ code: 'DATE_1904', message: '工作簿按 1904 年起算日期，已照此读取 / dates are counted from 1904' });
  for (const [kind, zh, en] of BY_RELATION) if (relations.some((relation) => relation.kind === kind)) ignored(zh, en);
  for (const [part, zh, en] of BY_NAME) if (names.some((name) => part.test(name))) ignored(zh, en);
  return notes;
}

/** Of a sheet of the workbook that has no cells. */
export function sheetNotRead(name: string, kind: string): WorkbookNote {
  const zh = `工作表${shown(name)}是${SHEET_KINDS[kind] ?? '其他对象'}，不是表格，未读取`;
  return { code: 'SHEET_NOT_READ', message: `${zh} / ${shown(name)} is no sheet of cells and is not read` };
}
