import { FEEDS } from '@quhua/core';
import { remedyOf } from './remedies.ts';
import { type Returned, type ReturnedTable, reasonCounts } from './returned-rows.ts';
import type { OutCell, OutSheet } from './sheet-writer.ts';

/** How many records were refused for what, and what to do about it. */
export function summarySheet({ plan, ledger, fileName }: Returned, tables: readonly ReturnedTable[]): OutSheet {
  const records = ledger.filter(({ outcome }) => outcome === 'quarantined').length;
  const rows = tables.reduce((sum, table) => sum + table.rows.length, 0);
  const where = rows === records ? '' : `（在 ${rows} 行中）`;
  const counts = reasonCounts(ledger).map(({ code, records: count }): OutCell[] => {
    const { words, fix } = remedyOf(code);
    return [words, count, fix, code];
  });
  const simulated = plan.simulated ? ' · 模拟数据' : '';
  return {
    name: '汇总',
    rows: [
      [{ value: `文件“${fileName}”（${FEEDS[plan.feed].title}）退回 ${records} 条${where}${simulated}`, style: 'key' }],
      [],
      ['原因', '条数', '怎么改', '代码'].map((value) => ({ value, style: 'head' })),
      ...counts,
    ],
    columns: [44, 10, 60, 24].map((width) => ({ width, style: 'text' })),
    merges: [{ top: 0, left: 0, bottom: 0, right: 3 }],
    freeze: { rows: 3, columns: 0 },
  };
}

/** What to do with the workbook. */
export function explanationSheet({ plan, fileName, jurisdiction, batch }: Returned): OutSheet {
  const name = batch === undefined ? '' : `，批次 ${batch}`;
  const steps = [
    `“${fileName}”中没有问题的行已经收下（整个文件待批准的除外${name}），不用再报；这里只有退回的行。`,
    '红色的格是有问题的；整行浅红的，问题在整行（如同一月份有两个数）。右边三列写明原因、在原文件的位置、怎么改。',
    '直接在红色的格里改正。表头、标题和单位行请不要动：单位和月份还要从那里读。',
    '不该报的行整行删去；没有改的行留着，再报时还会退回。',
    '改好后保存为 .xlsx，用平时的办法尽快发回，不要超过报送期限。“原因”“位置”“怎么改”三列可以留着，不会读取。',
    "有的格前面多了一个撇号（'）：那是防止表格软件把内容当公式运行，发回来时会自动去掉。",
    plan.simulated ? '这是模拟数据，发回时也会按模拟数据处理。' : '',
  ].filter((step) => step !== '');
  return {
    name: '说明',
    rows: [
      [{ value: `${jurisdiction.name} · 退回行怎么处理`, style: 'key' }],
      [],
      ...steps.map((text, at): OutCell[] => [`${at + 1}. ${text}`]),
    ],
    columns: [{ width: 110, style: 'text' }],
  };
}
