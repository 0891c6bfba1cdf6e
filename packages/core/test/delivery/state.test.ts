import { expect, test } from 'vitest';
import type { ProjectLevel } from '../../src/delivery/settings.ts';
import {
  CASE_TEXT,
  type CaseChange,
  type CaseEvent,
  type CaseState,
  caseStateOf,
  checkCaseChange,
  confirmedDays,
  type SettableCase,
} from '../../src/delivery/state.ts';
import { AppError } from '../../src/errors.ts';
import { type Change, DAY, notice, PROJECT, REPORT, riskOf } from './project.ts';

const word = (state: SettableCase, on = DAY): CaseEvent => ({ state, on, by: '甲', reason: '会议', document: '1号' });

test.each<{
  level: ProjectLevel;
  said?: SettableCase[];
  delivered?: true;
  worst?: ProjectLevel;
  state: CaseState;
  why: string;
}>([
  { level: 'none', state: 'normal', why: 'nothing is wrong' },
  { level: 'blue', state: 'attention', why: 'blue is worth a look' },
  { level: 'yellow', state: 'warning', why: 'yellow warns' },
  { level: 'unknown', state: 'warning', why: 'what is not known is worse than yellow' },
  { level: 'red', state: 'warning', why: 'nobody took it up yet' },
  { level: 'red', said: ['supervised'], state: 'supervised', why: 'somebody did' },
  { level: 'none', said: ['supervised'], state: 'supervised', why: 'a supervision ends by a word, not by itself' },
  { level: 'red', said: ['supervised', 'automatic'], state: 'warning', why: 'that word' },
  { level: 'blue', said: ['supervised', 'defused'], state: 'defused', why: 'over, on paper' },
  { level: 'blue', said: ['defused'], worst: 'blue', state: 'defused', why: 'blue since then is not worse' },
  { level: 'none', said: ['defused'], worst: 'yellow', state: 'normal', why: 'it came back, and went by itself' },
  { level: 'orange', said: ['defused'], worst: 'orange', state: 'warning', why: 'it came back' },
  { level: 'none', said: ['delivered'], delivered: true, state: 'delivered', why: 'the facts say so' },
  { level: 'none', said: ['supervised'], delivered: true, state: 'delivered', why: 'whoever says otherwise' },
  { level: 'red', said: ['delivered'], state: 'warning', why: 'the facts were corrected' },
])('$level with $said is $state: $why', ({ level, said = [], delivered = false, worst = 'none', state }) => {
  const events = said.map((one) => word(one));
  const now = caseStateOf({ risk: { level, delivered }, events, worstSince: worst });
  expect(now.state).toBe(state);
  const rests = state === 'supervised' || state === 'defused' || (state === 'delivered' && said.at(-1) === 'delivered');
  expect(now.set).toEqual(rests ? events.at(-1) : null);
  expect(CASE_TEXT[now.state]).toMatch(/^\p{Script=Han}{2,3}$/u);
});

test('only what is confirmed to be over lets a level fall at once', () => {
  expect(confirmedDays([word('supervised', '2025-01-01'), word('defused', '2025-02-01'), word('automatic')])).toEqual([
    '2025-02-01',
  ]);
});

function change(
  to: SettableCase,
  more: { readonly what?: Change; readonly said?: SettableCase[] } & Partial<CaseChange> = {},
): CaseChange {
  const { what = {}, said = [], ...rest } = more;
  const risk = riskOf(what);
  const project = { ...PROJECT, ...what.project };
  const known = { project, reports: [{ ...REPORT, ...what.report }], notices: what.notices ?? [], schedule: [] };
  const now = caseStateOf({ risk, events: said.map((one) => word(one)), worstSince: 'none' });
  return { to, reason: '专班会议', document: null, facts: known, risk, now, ...rest };
}

function refusal(input: CaseChange): string | null {
  try {
    checkCaseChange(input);
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.message).toMatch(/^[^/]+ \/ [a-z ]+/u);
    return `${error.kind}/${error.code}: ${error.message}`;
  }
}

const RED: Change = { report: { frozen: true } };
const FILED: Change = { report: { completionFiled: true } };
const DELIVERED: Change = { report: { completionFiled: true, householdsDelivered: 200 } };

test.each<{ input: CaseChange; says: string | null; why: string }>([
  { input: change('supervised', { what: RED }), says: null, why: 'a red project may be supervised' },
  { input: change('supervised'), says: null, why: 'and any other' },
  { input: change('supervised', { reason: ' ' }), says: 'invalid/STATE_REASON', why: 'not without a reason' },
  { input: change('supervised', { said: ['supervised'] }), says: 'conflict/STATE_SAME', why: 'not twice' },
  { input: change('automatic'), says: 'conflict/STATE_SAME', why: 'it is automatic already' },
  { input: change('automatic', { said: ['supervised'] }), says: null, why: 'a supervision is taken back' },
  { input: change('defused'), says: 'invalid/STATE_DOCUMENT', why: 'not without a document' },
  { input: change('defused', { document: '2号' }), says: null, why: 'with one, where the figures agree' },
  {
    input: change('defused', { document: '2号', what: RED }),
    says: 'conflict/STATE_NOT_DEFUSED: 按 2025-10-31 的数据风险仍在：账户被冻结或执行',
    why: 'no document thaws an account',
  },
  {
    input: change('delivered'),
    says: 'conflict/STATE_NOT_DELIVERED: 还不能记为已交付，缺竣工验收备案、交付户数（已交付 0 户，已售 200 户）',
    why: 'neither filed nor handed over',
  },
  {
    input: change('delivered', { what: { ...FILED, notices: [notice('handover', DAY, { count: 199 })] } }),
    says: '缺交付户数（已交付 199 户，已售 200 户）',
    why: 'one home is missing',
  },
  {
    input: change('delivered', { what: { ...DELIVERED, project: { householdsSold: null } } }),
    says: '缺已售户数',
    why: 'nobody knows how many there are to hand over',
  },
  { input: change('delivered', { what: DELIVERED }), says: null, why: 'filed, and handed over' },
  {
    input: change('supervised', { what: DELIVERED }),
    says: 'conflict/STATE_DELIVERED',
    why: 'nothing is left to supervise',
  },
])('$says: $why', ({ input, says }) => {
  if (says === null) expect(refusal(input)).toBeNull();
  else expect(refusal(input)).toContain(says);
});
