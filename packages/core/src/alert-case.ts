import { addWorkingDays, isWorkingDay, type WorkCalendar } from './calendar.ts';
import { AppError } from './errors.ts';

/** What people have done about an alert; whether its condition still holds is another matter (`status`). */
export const HANDLINGS = ['none', 'acknowledged', 'supervised', 'handled', 'excluded'] as const;
export type Handling = (typeof HANDLINGS)[number];

/** How an alert stands for people: 待确认 → 已推送 → 已签收 → 督办 → 已处置, 已排除 or 自动解除. */
export const ALERT_STATES = [
  'unconfirmed',
  'open',
  'acknowledged',
  'supervised',
  'handled',
  'excluded',
  'resolved',
] as const;
export type AlertState = (typeof ALERT_STATES)[number];

export const ALERT_STATE_TEXT: Readonly<Record<AlertState, string>> = {
  unconfirmed: '待确认',
  open: '已推送',
  acknowledged: '已签收',
  supervised: '督办',
  handled: '已处置',
  excluded: '已排除',
  resolved: '自动解除',
};

export const ALERT_ACTIONS = ['confirm', 'ack', 'exclude', 'supervise', 'handover', 'close'] as const;
export type AlertAction = (typeof ALERT_ACTIONS)[number];

/** An alert as far as people's decisions go. Shapes: `due` is a day and there exactly while it is supervised. */
export type AlertCase = {
  /** Of the condition itself, as the data have it. */
  readonly status: 'unconfirmed' | 'open' | 'resolved';
  readonly handling: Handling;
  readonly owner: string | null;
  readonly due: string | null;
};

/** What a person says of an alert. */
export type AlertWord = {
  readonly action: AlertAction;
  readonly by: string;
  readonly reason: string | null;
  readonly owner: string | null;
  readonly due: string | null;
  readonly document: string | null;
};

/**
 * The one state that people see.
 *
 * Shapes: a supervised alert stays supervised when its condition ends: somebody still has to report; every other one is
 * then resolved, whatever was done about it.
 */
export function alertStateOf({ status, handling }: Pick<AlertCase, 'status' | 'handling'>): AlertState {
  if (handling === 'supervised') return 'supervised';
  if (status === 'resolved') return 'resolved';
  return handling === 'none' ? status : handling;
}

const ALLOWED: Readonly<Record<AlertState, readonly AlertAction[]>> = {
  unconfirmed: ['confirm', 'exclude'],
  open: ['ack', 'exclude', 'supervise', 'close'],
  acknowledged: ['exclude', 'supervise', 'handover', 'close'],
  supervised: ['exclude', 'supervise', 'handover', 'close'],
  handled: ['supervise'],
  excluded: ['supervise'],
  resolved: [],
};

/** What may be done about an alert. */
export function allowedActions(now: AlertCase): readonly AlertAction[] {
  const state = alertStateOf(now);
  // Nobody was told of it yet: what was excluded by mistake has to be confirmed first.
  if (state === 'excluded' && now.status === 'unconfirmed') return ['confirm'];
  // What is over needs no exclusion, only somebody's report.
  if (state === 'supervised' && now.status === 'resolved') return ['supervise', 'handover', 'close'];
  return ALLOWED[state];
}

export type CaseGround = { readonly today: string; readonly calendar: WorkCalendar };

/**
 * An alert after a person's word.
 *
 * Errors: conflict with the state's own code if the word is not possible now (ALERT_NOT_UNCONFIRMED, ALERT_UNCONFIRMED,
 * ALERT_NOT_OWNED, ALERT_ACKNOWLEDGED, ALERT_SUPERVISED, ALERT_HANDLED, ALERT_EXCLUDED, ALERT_RESOLVED, ALERT_SAME_OWNER);
 * invalid/ALERT_PERSON, ALERT_REASON, ALERT_OWNER, ALERT_DUE; invalid/CALENDAR_NO_TABLE for a due day in a year without a table.
 */
export function decideCase(now: AlertCase, word: AlertWord, ground: CaseGround): AlertCase {
  if (!allowedActions(now).includes(word.action)) throw refusal(now, word.action);
  if (blank(word.by)) throw new AppError('invalid', 'ALERT_PERSON', '请写明是谁（--by） / who says so?');
  const { action, by, owner } = word;
  const rest = { status: now.status, due: null };
  switch (action) {
    case 'confirm':
      return { ...rest, status: 'open', handling: 'none', owner: null };
    case 'ack':
      return { ...rest, handling: 'acknowledged', owner: blank(owner) ? by : owner };
    case 'exclude':
      requireReason(word, '排除要写明理由（--reason）');
      return { ...rest, handling: 'excluded', owner: null };
    case 'close':
      requireReason(word, '请写明怎样处置的（--reason）');
      return { ...rest, handling: 'handled', owner: now.owner ?? by };
    case 'handover':
      return { ...now, owner: newOwner(now, word) };
    case 'supervise':
      return supervised(now, word, ground);
  }
}

function blank(text: string | null): text is null {
  return text === null || text.trim() === '';
}

function requireReason({ reason }: AlertWord, zh: string): void {
  if (blank(reason)) throw new AppError('invalid', 'ALERT_REASON', `${zh} / a reason is needed`);
}

function newOwner(now: AlertCase, { owner }: AlertWord): string {
  if (blank(owner)) throw new AppError('invalid', 'ALERT_OWNER', '请写明交给谁（--owner） / to whom?');
  if (owner !== now.owner) return owner;
  throw new AppError('conflict', 'ALERT_SAME_OWNER', `责任人已经是 ${owner} / it is theirs already`);
}

function supervised(now: AlertCase, word: AlertWord, { today, calendar }: CaseGround): AlertCase {
  const { due } = word;
  const owner = blank(word.owner) ? now.owner : word.owner;
  if (owner === null) throw new AppError('invalid', 'ALERT_OWNER', '督办要有责任人（--owner） / an owner is needed');
  if (blank(due)) throw new AppError('invalid', 'ALERT_DUE', '督办要有期限（--due 2025-11-20） / a due day is needed');
  if (now.handling === 'supervised') requireReason(word, '改期或改责任人要写明理由（--reason）');
  checkDue(due, today, calendar);
  return { status: now.status, handling: 'supervised', owner, due };
}

/** A due day on which nobody works, or that is over, would be missed by everybody. */
function checkDue(due: string, today: string, calendar: WorkCalendar): void {
  const refuse = (zh: string, en: string): AppError => new AppError('invalid', 'ALERT_DUE', `${zh} / ${en}`);
  if (!isDay(due)) throw refuse(`期限应是存在的日期，写作 2025-11-20：${due}`, 'a day that exists, like 2025-11-20');
  if (due < today) throw refuse(`期限 ${due} 已经过去，今天是 ${today}`, 'the due day is over');
  if (isWorkingDay(calendar, due)) return;
  const next = addWorkingDays(calendar, due, 1);
  throw refuse(`${due} 不是工作日，其后的工作日是 ${next}`, `nobody works that day; the next is ${next}`);
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/u.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;
}

const WHY_NOT: Readonly<Record<AlertState, readonly [code: string, zh: string, en: string]>> = {
  unconfirmed: ['ALERT_UNCONFIRMED', '还没有确认：先 alerts confirm 或 alerts exclude', 'it waits for confirmation'],
  open: ['ALERT_NOT_OWNED', '还没有人签收，谈不上移交：先 alerts ack 或 alerts supervise', 'nobody owns it yet'],
  acknowledged: ['ALERT_ACKNOWLEDGED', '已经签收', 'it is acknowledged already'],
  supervised: ['ALERT_SUPERVISED', '正在督办：可 handover、close，或再次 supervise 改期', 'it is supervised'],
  handled: ['ALERT_HANDLED', '已经处置：要再办，用 alerts supervise', 'it is handled; supervise it to go on'],
  excluded: ['ALERT_EXCLUDED', '已经排除：要再办，用 alerts supervise', 'it is excluded; supervise it to go on'],
  resolved: ['ALERT_RESOLVED', '已经自动解除', 'it has resolved by itself'],
};

function refusal(now: AlertCase, action: AlertAction): AppError {
  if (action === 'confirm') {
    const message = `不在待确认状态，现为“${ALERT_STATE_TEXT[alertStateOf(now)]}” / the alert does not wait for confirmation`;
    return new AppError('conflict', 'ALERT_NOT_UNCONFIRMED', message);
  }
  const state = alertStateOf(now);
  if (state === 'excluded' && now.status === 'unconfirmed') {
    const message = '在待确认时已排除：要再办，先 alerts confirm / excluded before anybody was told: confirm it first';
    return new AppError('conflict', 'ALERT_EXCLUDED', message);
  }
  const [code, zh, en] = WHY_NOT[state];
  return new AppError('conflict', code, `${zh} / ${en}`);
}

/**
 * An alert after it became worse: what was said of the milder one no longer holds, only a supervision goes on.
 */
export function caseAfterRise(now: AlertCase): AlertCase {
  return now.handling === 'supervised' ? now : { ...now, handling: 'none', owner: null, due: null };
}

/** Whether people are to be told of a change of an alert: of an excluded one, only that it became worse. */
export function isTold(handling: Handling, event: 'rise' | 'fall' | 'repeat' | 'resolve'): boolean {
  return handling !== 'excluded' || event === 'rise';
}
