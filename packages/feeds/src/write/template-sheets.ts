import { FEEDS, type FeedName, type Region } from '@quhua/core';
import { TEMPLATE_VERSION } from './meta.ts';
import { SAMPLE_MARK } from './our-headers.ts';
import type { OutCell, OutSheet } from './sheet-writer.ts';
import type { TemplateColumn, TemplateContext } from './template-columns.ts';

export const NOTES_SHEET = '说明';
export const UNITS_SHEET = '单元';

/** What each column means and how to fill in and send the workbook. */
export function notesSheet(feed: FeedName, columns: readonly TemplateColumn[], context: TemplateContext): OutSheet {
  const table = columns.map(({ header, meaning, unit, required, how }): OutCell[] => {
    return [header, meaning, unit === '' ? '—' : unit, required ? '必填' : '可空', how];
  });
  const notes = generalNotes(feed, context);
  return {
    name: NOTES_SHEET,
    rows: [
      [{ value: `${context.jurisdiction.name} · ${FEEDS[feed].title} · 填报说明`, style: 'key' }],
      [],
      ['列', '含义', '计量', '要求', '怎么填'].map((value) => ({ value, style: 'head' })),
      ...table,
      [],
      ...notes.map((text, at): OutCell[] => [{ value: `${at + 1}. ${text}`, style: 'note' }]),
    ],
    columns: [24, 54, 8, 8, 44].map((width) => ({ width, style: 'text' })),
    locked: true,
  };
}

function generalNotes(feed: FeedName, { jurisdiction, month }: TemplateContext): string[] {
  const lines = FEEDS[feed].shape === 'monthly' ? `一行是一个单位一个月（本模板预填 ${month}）` : '一行是一条记录';
  return [
    '没有填的空着，不要填 0；确实为零才填 0。空着的表示“没有数”，0 表示“数是零”，两者不同。',
    `${lines}；第一列写着“${SAMPLE_MARK}”的一行是示例，不会读取，可以留着。`,
    '表头、列的顺序和单位请不要改动；单位已写在表头的括号中，数字只填数，不要带单位。',
    '需要更多行、要改格式：审阅 → 撤销工作表保护，没有密码。',
    '填好后保存为 .xlsx，用平时的办法在报送期限前发送；一个文件可以分几次报，没有填的行不会入库。',
    '有问题的行会以“原文件名_退回N行.xlsx”退回，标出错在哪一格、怎么改；改好后直接发回即可。',
    '发现已报的数有错：把那一行改正后再报一次，以后报的为准，先前的会留存备查。',
    `模板版本 v${TEMPLATE_VERSION}，数据源 ${feed}，地区 ${jurisdiction.code}。`,
  ];
}

/** The units and every spelling by which they are known. */
export function unitsSheet(regions: readonly Region[]): OutSheet {
  const head = ['代码', '名称', '简称', '别名'].map((value) => ({ value, style: 'head' }) as const);
  return {
    name: UNITS_SHEET,
    rows: [head, ...regions.map(({ code, name, short, aliases }) => [code, name, short, aliases.join('、')])],
    columns: [14, 26, 14, 40].map((width) => ({ width, style: 'text', format: '@' })),
    freeze: { rows: 1, columns: 0 },
    printTitle: { from: 0, to: 0 },
    locked: true,
  };
}
