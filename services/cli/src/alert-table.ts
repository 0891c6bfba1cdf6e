import { ALERT_STATE_TEXT, alertStateOf, LEVELS, type Level } from '@quhua/core';
import type { Alert } from '@quhua/storage';
import { instantText } from './instant-text.ts';
import type { Output, Style } from './output.ts';

export const LEVEL_TEXT: Readonly<Record<Level, string>> = { red: '红', orange: '橙', yellow: '黄', blue: '蓝' };
const LEVEL_STYLE: Readonly<Record<Level, Style>> = {
  red: ['bold', 'red'],
  orange: ['bold', 'yellow'],
  yellow: 'yellow',
  blue: 'blue',
};
/** An alert as the CLI's JSON gives it; `status` is how it stands for people, `resolvedAt` whether its condition is over. */
export function alertJson(alert: Alert) {
  const { id, kind, rule, subject, level, episode, openedAt, lastSeenAt, resolvedAt, month, text, inputs } = alert;
  const { owner, due } = alert;
  return {
    id: String(id),
    kind,
    rule,
    subject,
    level,
    status: alertStateOf(alert),
    owner,
    due,
    episode,
    openedAt,
    lastSeenAt,
    resolvedAt,
    month,
    text,
    inputs,
  };
}

/** What is still running first; then the worst first, and among equals the newest. */
export function inOrder(alerts: readonly Alert[]): Alert[] {
  const rank = ({ status, level }: Alert): number =>
    (status === 'resolved' ? LEVELS.length : 0) + LEVELS.indexOf(level);
  return alerts.toSorted((a, b) => rank(a) - rank(b) || b.id - a.id);
}

export function printAlerts(out: Output, alerts: readonly Alert[], now: Date): void {
  if (alerts.length === 0) {
    out.line('没有预警 / no alerts');
    return;
  }
  const owned = alerts.some(({ owner }) => owner !== null);
  out.table(
    [
      { head: '编号', align: 'figure' },
      { head: '级别' },
      { head: '状态' },
      { head: '起于' },
      { head: '已历', align: 'figure' },
      ...(owned ? [{ head: '责任人' }, { head: '期限' }] : []),
      { head: '内容', wrap: true },
    ],
    inOrder(alerts).map((alert) => [
      String(alert.id),
      levelText(out, alert),
      ALERT_STATE_TEXT[alertStateOf(alert)],
      alert.since,
      `${ageDays(alert, now)}天`,
      ...(owned ? [alert.owner ?? '', alert.due ?? ''] : []),
      withoutCitation(alert.text),
    ]),
  );
}

const DAY_MS = 86_400_000;

/** Whole days for which it has run, or ran. */
function ageDays({ openedAt, resolvedAt }: Alert, now: Date): number {
  return Math.max(0, Math.floor(((resolvedAt ?? now).getTime() - openedAt.getTime()) / DAY_MS));
}

/** One alert with everything that is known of it but its events. */
export function printAlert(out: Output, alert: Alert, timeZone: string): void {
  const { id, kind, subject, rule, episode, since, month, openedAt, lastSeenAt, resolvedAt, owner, due } = alert;
  const state = ALERT_STATE_TEXT[alertStateOf(alert)];
  const times = [openedAt, lastSeenAt, resolvedAt].map((instant) => instantText(instant, timeZone));
  out.line(`${out.paint('bold', `预警 ${id}`)}  ${levelText(out, alert)}  ${state}  ${kind}`);
  out.line(alert.text);
  out.line();
  out.table(
    [{ head: '项目' }, { head: '内容' }],
    [
      ['对象', `${subject.name}（${subject.code}）`],
      ['规则', rule],
      ['次数', `第 ${episode} 次，自 ${since} 起，依据至 ${month}`],
      ['开出', times[0] ?? ''],
      ['最近核对', times[1] ?? ''],
      ['解除', times[2] ?? ''],
      ...(owner === null ? [] : [['责任人', due === null ? owner : `${owner}，期限 ${due}`]]),
    ],
  );
  out.line();
  out.table(
    [{ head: '依据' }, { head: '值', wrap: true }],
    Object.entries(alert.inputs)
      .toSorted(([a], [b]) => inputRank(a) - inputRank(b))
      .map(([key, value]) => [INPUT_TEXT[key] ?? key, inputText(value)]),
  );
}

const INPUT_TEXT: Readonly<Record<string, string>> = {
  month: '月份',
  status: '状态',
  tier: '档次',
  previousTier: '原档次',
  stock: '库存(㎡)',
  sold: '净销售(㎡)',
  monthsPresent: '有数据月数',
  months: '有数据月份',
  provisional: '暂定',
  stockGrew: '存量增加',
  simulated: '模拟数据',
  rulebook: '规则',
  definition: '口径',
  feed: '数据源',
  missing: '未报',
  file: '文件',
  code: '原因代码',
  message: '原因',
};

/** In the order above; what is not listed there comes last. */
function inputRank(key: string): number {
  const at = Object.keys(INPUT_TEXT).indexOf(key);
  return at === -1 ? Number.MAX_SAFE_INTEGER : at;
}

/** The rule's title is the same in every line; `alerts show` and `--json` give it. */
function withoutCitation(text: string): string {
  return text.replace(/依据：[^。]*(?:。(?=⚠)|$)/u, '');
}

function levelText(out: Output, { level }: Alert): string {
  return out.paint(LEVEL_STYLE[level], LEVEL_TEXT[level]);
}

function inputText(value: unknown): string {
  if (value === null) return '—';
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (Array.isArray(value)) return value.join(' ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
