import { type RowReason, SIMULATED_MARK } from '@quhua/core';
import type { IngestResult, IngestStatus } from '@quhua/engine';
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

/** Of the quarantined rows, as many as one looks at before opening the file that has all of them. */
export const ROWS_SHOWN = 5;

export type RowFault = { readonly line: number; readonly reasons: readonly RowReason[] };

/** What became of one file; `faults` are its first quarantined rows. */
export function printBatch(out: Output, batch: IngestResult, faults: readonly RowFault[]): void {
  const { id, feed, file, simulated, status, rows, message, quarantineFile } = batch;
  const where = id === null ? '预览，未入库' : `批次 ${id}`;
  const mark = simulated ? SIMULATED_MARK : '';
  out.line(`${out.paint(STATUS_STYLE[status], BATCH_STATUS_TEXT[status])}  ${mark}${file}  ${where}  ${feed ?? ''}`);
  if (message !== null) out.line(`  ${message}`);
  if (status !== 'rejected') out.line(`  ${countsText(rows)}`);
  if (status !== 'rejected' && batch.reasons.length > 0)
    out.line(`  ${batch.reasons.map(({ code, count }) => `${code} × ${count}`).join('，')}`);
  for (const { line, reasons } of faults)
    out.line(`  第 ${line} 行：${reasons.map((reason) => reason.message).join('；')}`);
  if (quarantineFile !== null) out.line(`  隔离的行，改好后重新提交 / correct and send again: ${quarantineFile}`);
  if (status === 'held' && id !== null) out.line(`  核实后批准 / once it is checked: quhua approve ${id}`);
}

function countsText({ total, accepted, warned, quarantined, duplicate, empty }: IngestResult['rows']): string {
  const blank = empty === 0 ? '' : `；另有 ${empty} 行没有数字`;
  return `共 ${total} 行 = 接收 ${accepted} + 带提示 ${warned} + 隔离 ${quarantined} + 重复 ${duplicate}${blank}`;
}
