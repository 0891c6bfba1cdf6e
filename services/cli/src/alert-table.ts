import type { Level } from '@quhua/core';
import type { Alert } from '@quhua/storage';
import type { Output, Style } from './output.ts';

const LEVEL_TEXT: Readonly<Record<Level, string>> = { red: '红', orange: '橙', yellow: '黄', blue: '蓝' };
const LEVEL_STYLE: Readonly<Record<Level, Style>> = { red: 'red', orange: 'yellow', yellow: 'yellow', blue: 'blue' };
const STATUS_TEXT: Readonly<Record<Alert['status'], string>> = {
  unconfirmed: '待确认',
  open: '未解除',
  resolved: '已解除',
};

/** An alert as the CLI's JSON gives it. */
export function alertJson(alert: Alert) {
  const { id, kind, rule, subject, level, status, episode, openedAt, lastSeenAt, resolvedAt, month, text, inputs } =
    alert;
  return {
    id: String(id),
    kind,
    rule,
    subject,
    level,
    status,
    episode,
    openedAt,
    lastSeenAt,
    resolvedAt,
    month,
    text,
    inputs,
  };
}

export function printAlerts(out: Output, alerts: readonly Alert[]): void {
  if (alerts.length === 0) {
    out.line('没有预警 / no alerts');
    return;
  }
  out.table(
    ['编号', '级别', '状态', '起于', '内容'],
    alerts.map((alert) => [
      String(alert.id),
      out.paint(LEVEL_STYLE[alert.level], LEVEL_TEXT[alert.level]),
      STATUS_TEXT[alert.status],
      alert.since,
      alert.text,
    ]),
  );
}
