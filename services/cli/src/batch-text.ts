import { FEEDS, SIMULATED_MARK } from '@quhua/core';
import type { IngestResult, IngestStatus, ToldRows } from '@quhua/engine';
import type { Output, Style } from './output.ts';

export const BATCH_STATUS_TEXT: Readonly<Record<IngestStatus, string>> = {
  accepted: '已接收',
  held: '待核',
  duplicate: '此前已收到',
  rejected: '拒收',
};
const STATUS_STYLE: Readonly<Record<IngestStatus, Style>> = {
  accepted: 'green',
  held: 'yellow',
  duplicate: 'green',
  rejected: ['bold', 'red'],
};

/** Of rows that something is said of, as many as one looks at before opening the file that has all of them. */
export const ROWS_SHOWN = 20;

/** What became of one file, and the first rows of which something is to be said. */
export function printBatch(out: Output, batch: IngestResult, told: ToldRows): void {
  const { id, feed, file, simulated, status, rows, message, quarantineFile } = batch;
  const where = id === null ? '预览，未入库' : `批次 ${id}`;
  const what = feed === null ? '' : `  ${FEEDS[feed].title} ${feed}`;
  const mark = simulated ? SIMULATED_MARK : '';
  out.line(`${out.paint(STATUS_STYLE[status], BATCH_STATUS_TEXT[status])}  ${mark}${file}  ${where}${what}`);
  if (message !== null) out.line(`  ${message}`);
  if (status !== 'rejected') {
    out.line(`  ${countsText(rows)}`);
    if (batch.reasons.length > 0) {
      out.line(`  ${batch.reasons.map(({ code, count }) => `${code} × ${count}`).join('，')}`);
    }
    for (const note of batch.plan?.notes ?? []) if (note.message !== message) out.line(`  提示：${note.message}`);
  }
  printRows(out, told.quarantined, { head: '隔离的行 / quarantined', count: rows.quarantined });
  printRows(out, told.warned, { head: '带提示的行，已采用 / taken in with a warning', count: rows.warned });
  if (quarantineFile !== null) out.line(`  隔离的行，改好后重新提交 / correct and send again: ${quarantineFile}`);
  if (status === 'held' && id !== null) out.line(`  核实后批准 / once it is checked: quhua approve ${id}`);
}

type Heading = { readonly head: string; readonly count: number };

function printRows(out: Output, rows: ToldRows['warned'], { head, count }: Heading): void {
  if (rows.length === 0) return;
  out.line(out.paint('bold', `  ${head}`));
  for (const { reasons } of rows) for (const { message } of reasons) out.line(`  · ${message}`);
  if (count > rows.length)
    out.line(`  …… 共 ${count} 行，这里是前 ${rows.length} 行 / the first ${rows.length} of them`);
}

function countsText({ total, accepted, warned, quarantined, duplicate, empty }: IngestResult['rows']): string {
  const blank = empty === 0 ? '' : `；另有 ${empty} 行没有数字`;
  return `共 ${total} 行 = 接收 ${accepted} + 带提示 ${warned} + 隔离 ${quarantined} + 重复 ${duplicate}${blank}`;
}
