import { describe, expect, test } from 'vitest';
import {
  ALERT_ACTIONS,
  ALERT_STATE_TEXT,
  ALERT_STATES,
  type AlertAction,
  type AlertCase,
  type AlertWord,
  alertStateOf,
  allowedActions,
  caseAfterRise,
  decideCase,
  HANDLINGS,
  isTold,
} from '../src/alert-case.ts';
import type { WorkCalendar } from '../src/calendar.ts';

const CALENDAR: WorkCalendar = {
  years: new Map([
    [2025, { year: 2025, daysOff: new Set(['2025-11-20']), makeUpDays: new Set(['2025-11-22']), undated: [] }],
  ]),
  withoutTable: 'refuse',
  sessions: [{ from: 540, to: 1020 }],
};
const GROUND = { today: '2025-11-06', calendar: CALENDAR };
const STATUSES = ['unconfirmed', 'open', 'resolved'] as const;

function given(status: AlertCase['status'], handling: AlertCase['handling']): AlertCase {
  const owned = handling === 'acknowledged' || handling === 'supervised' || handling === 'handled';
  return { status, handling, owner: owned ? '甲' : null, due: handling === 'supervised' ? '2025-11-14' : null };
}

function word(action: AlertAction, more: Partial<AlertWord> = {}): AlertWord {
  return { action, by: '乙', reason: '已核实', owner: '丙', due: '2025-11-21', document: null, ...more };
}

/** Every pair of condition and handling, and what may be done: the whole machine on one page. */
const MACHINE: readonly (readonly [AlertCase['status'], AlertCase['handling'], string, readonly AlertAction[]])[] = [
  ['unconfirmed', 'none', 'unconfirmed', ['confirm', 'exclude']],
  ['unconfirmed', 'excluded', 'excluded', ['confirm']],
  ['open', 'none', 'open', ['ack', 'exclude', 'supervise', 'close']],
  ['open', 'acknowledged', 'acknowledged', ['exclude', 'supervise', 'handover', 'close']],
  ['open', 'supervised', 'supervised', ['exclude', 'supervise', 'handover', 'close']],
  ['open', 'handled', 'handled', ['supervise']],
  ['open', 'excluded', 'excluded', ['supervise']],
  ['resolved', 'none', 'resolved', []],
  ['resolved', 'acknowledged', 'resolved', []],
  ['resolved', 'supervised', 'supervised', ['supervise', 'handover', 'close']],
  ['resolved', 'handled', 'resolved', []],
  ['resolved', 'excluded', 'resolved', []],
];

describe.each(MACHINE)('%s, %s', (status, handling, state, allowed) => {
  const now = given(status, handling);

  test(`is ${state} and allows ${allowed.join(', ') || 'nothing'}`, () => {
    expect(alertStateOf(now)).toBe(state);
    expect([...allowedActions(now)].sort()).toEqual([...allowed].sort());
  });

  test.each(ALERT_ACTIONS)('%s', (action) => {
    if (allowed.includes(action)) {
      const after = decideCase(now, word(action), GROUND);
      expect(after).not.toEqual(now);
      // what comes out is again a case of the machine
      expect(MACHINE.some(([one, two]) => one === after.status && two === after.handling)).toBe(true);
      expect(after.due !== null).toBe(after.handling === 'supervised');
      if (after.handling === 'supervised') expect(after.owner).not.toBeNull();
    } else {
      expect(() => decideCase(now, word(action), GROUND)).toThrow(
        expect.objectContaining({
          kind: 'conflict',
          code: expect.stringMatching(/^ALERT_/u),
          message: expect.stringMatching(/\p{Script=Han}.* \/ .*[a-z]/u),
        }),
      );
    }
  });
});

test.each([
  { now: given('unconfirmed', 'none'), action: 'ack', code: 'ALERT_UNCONFIRMED' },
  { now: given('open', 'none'), action: 'confirm', code: 'ALERT_NOT_UNCONFIRMED' },
  { now: given('open', 'none'), action: 'handover', code: 'ALERT_NOT_OWNED' },
  { now: given('open', 'acknowledged'), action: 'ack', code: 'ALERT_ACKNOWLEDGED' },
  { now: given('open', 'supervised'), action: 'ack', code: 'ALERT_SUPERVISED' },
  { now: given('open', 'handled'), action: 'exclude', code: 'ALERT_HANDLED' },
  { now: given('open', 'excluded'), action: 'close', code: 'ALERT_EXCLUDED' },
  { now: given('unconfirmed', 'excluded'), action: 'supervise', code: 'ALERT_EXCLUDED' },
  { now: given('resolved', 'none'), action: 'close', code: 'ALERT_RESOLVED' },
] as const)('$now.status/$now.handling refuses $action as $code', ({ now, action, code }) => {
  expect(() => decideCase(now, word(action), GROUND)).toThrow(expect.objectContaining({ kind: 'conflict', code }));
});

test.each([
  { action: 'confirm', status: 'unconfirmed', handling: 'none', after: ['open', 'none', null, null] },
  { action: 'confirm', status: 'unconfirmed', handling: 'excluded', after: ['open', 'none', null, null] },
  { action: 'ack', status: 'open', handling: 'none', after: ['open', 'acknowledged', '丙', null] },
  { action: 'exclude', status: 'unconfirmed', handling: 'none', after: ['unconfirmed', 'excluded', null, null] },
  { action: 'exclude', status: 'open', handling: 'supervised', after: ['open', 'excluded', null, null] },
  { action: 'supervise', status: 'open', handling: 'none', after: ['open', 'supervised', '丙', '2025-11-21'] },
  { action: 'supervise', status: 'open', handling: 'handled', after: ['open', 'supervised', '丙', '2025-11-21'] },
  { action: 'handover', status: 'open', handling: 'supervised', after: ['open', 'supervised', '丙', '2025-11-14'] },
  { action: 'close', status: 'open', handling: 'supervised', after: ['open', 'handled', '甲', null] },
  { action: 'close', status: 'resolved', handling: 'supervised', after: ['resolved', 'handled', '甲', null] },
  { action: 'close', status: 'open', handling: 'none', after: ['open', 'handled', '乙', null] },
] as const)('$action of $status/$handling', ({ action, status, handling, after }) => {
  const result = decideCase(given(status, handling), word(action), GROUND);
  expect([result.status, result.handling, result.owner, result.due]).toEqual(after);
});

test('who acknowledges owns it, unless somebody else is named', () => {
  expect(decideCase(given('open', 'none'), word('ack', { owner: null }), GROUND).owner).toBe('乙');
  expect(decideCase(given('open', 'none'), word('ack', { owner: ' ' }), GROUND).owner).toBe('乙');
});

test('a supervision without an owner of its own is its owner’s', () => {
  const now = given('open', 'acknowledged');
  expect(decideCase(now, word('supervise', { owner: null }), GROUND).owner).toBe('甲');
});

test.each([
  { action: 'exclude', more: { reason: null }, code: 'ALERT_REASON', why: 'no reason' },
  { action: 'exclude', more: { reason: '  ' }, code: 'ALERT_REASON', why: 'a blank one' },
  { action: 'close', more: { reason: '' }, code: 'ALERT_REASON', why: 'nothing was said of what was done' },
  { action: 'supervise', more: { owner: null }, code: 'ALERT_OWNER', why: 'nobody' },
  { action: 'supervise', more: { due: null }, code: 'ALERT_DUE', why: 'no day' },
  { action: 'supervise', more: { due: '2025-11-31' }, code: 'ALERT_DUE', why: 'a day that does not exist' },
  { action: 'supervise', more: { due: '2025-11-05' }, code: 'ALERT_DUE', why: 'yesterday' },
  { action: 'supervise', more: { due: '2025-11-20' }, code: 'ALERT_DUE', why: 'a holiday' },
  { action: 'supervise', more: { due: '2025-11-08' }, code: 'ALERT_DUE', why: 'a Saturday' },
  { action: 'supervise', more: { due: '2026-01-05' }, code: 'CALENDAR_NO_TABLE', why: 'a year without a table' },
  { action: 'ack', more: { by: '' }, code: 'ALERT_PERSON', why: 'nobody says so' },
] as const)('$action is invalid as $code: $why', ({ action, more, code }) => {
  expect(() => decideCase(given('open', 'none'), word(action, more), GROUND)).toThrow(
    expect.objectContaining({ kind: 'invalid', code, message: expect.stringMatching(/\p{Script=Han}.* \/ /u) }),
  );
});

test('today and a weekend that is worked are due days; a refused day names the next that is worked', () => {
  for (const due of ['2025-11-06', '2025-11-22']) {
    expect(decideCase(given('open', 'none'), word('supervise', { due }), GROUND).due).toBe(due);
  }
  expect(() => decideCase(given('open', 'none'), word('supervise', { due: '2025-11-20' }), GROUND)).toThrow(
    '2025-11-21',
  );
});

test('a supervision is changed for a reason only, and handed over to somebody else only', () => {
  const now = given('open', 'supervised');
  expect(() => decideCase(now, word('supervise', { reason: null }), GROUND)).toThrow(
    expect.objectContaining({ code: 'ALERT_REASON' }),
  );
  expect(() => decideCase(now, word('handover', { owner: '甲' }), GROUND)).toThrow(
    expect.objectContaining({ kind: 'conflict', code: 'ALERT_SAME_OWNER' }),
  );
  expect(() => decideCase(now, word('handover', { owner: '' }), GROUND)).toThrow(
    expect.objectContaining({ kind: 'invalid', code: 'ALERT_OWNER' }),
  );
});

test('when it becomes worse, only a supervision goes on', () => {
  for (const status of STATUSES) {
    for (const handling of HANDLINGS) {
      const now = given(status, handling);
      const after = handling === 'supervised' ? now : { status, handling: 'none', owner: null, due: null };
      expect(caseAfterRise(now)).toEqual(after);
    }
  }
});

test('of an excluded alert people hear only that it became worse', () => {
  expect((['rise', 'fall', 'repeat', 'resolve'] as const).filter((event) => isTold('excluded', event))).toEqual([
    'rise',
  ]);
  for (const handling of HANDLINGS.filter((one) => one !== 'excluded')) expect(isTold(handling, 'resolve')).toBe(true);
});

test('every state has its word', () => {
  expect(ALERT_STATES.map((state) => ALERT_STATE_TEXT[state])).toEqual([
    ...['待确认', '已推送', '已签收', '督办', '已处置', '已排除', '自动解除'],
  ]);
});
