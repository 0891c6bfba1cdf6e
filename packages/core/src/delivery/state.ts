import { AppError } from '../errors.ts';
import { handedOver, isFiled, type ProjectFacts } from './facts.ts';
import { isWorse, type ProjectRisk, reasonsOf } from './level.ts';
import type { ProjectLevel } from './settings.ts';

/** How far a project's case is: 正常 → 关注 → 预警 → 督办 → 已交付 or 已化解. */
export const CASE_STATES = ['normal', 'attention', 'warning', 'supervised', 'delivered', 'defused'] as const;
export type CaseState = (typeof CASE_STATES)[number];

export const CASE_TEXT: Readonly<Record<CaseState, string>> = {
  normal: '正常',
  attention: '关注',
  warning: '预警',
  supervised: '督办',
  delivered: '已交付',
  defused: '已化解',
};

/** What a person may say of a project; `automatic` takes the last word back: the state follows from the level again. */
export const SETTABLE_CASES = ['supervised', 'delivered', 'defused', 'automatic'] as const;
export type SettableCase = (typeof SETTABLE_CASES)[number];

/** A person's word about a project. Shapes: `on` is the day from which it holds. */
export type CaseEvent = {
  readonly state: SettableCase;
  readonly on: string;
  readonly by: string;
  readonly reason: string;
  readonly document: string | null;
};

/** A project on a day, with what its state rests on: `set` is the word that holds, null where it follows from the level or the facts. */
export type CaseNow = { readonly state: CaseState; readonly set: CaseEvent | null };

export type CaseInput = {
  readonly risk: Pick<ProjectRisk, 'level' | 'delivered'>;
  /** Oldest first, none after the day. */
  readonly events: readonly CaseEvent[];
  /** The worst level held since the day of the last word, that day not included. */
  readonly worstSince: ProjectLevel;
};

/**
 * The state of a project's case.
 *
 * Shapes: delivered is what the facts say, whoever says otherwise; a defused project that became worse than blue again is a
 * warning until somebody defuses it anew.
 */
export function caseStateOf({ risk: { level, delivered }, events, worstSince }: CaseInput): CaseNow {
  const last = events.at(-1) ?? null;
  if (delivered) return { state: 'delivered', set: last?.state === 'delivered' ? last : null };
  if (last?.state === 'supervised') return { state: 'supervised', set: last };
  if (last?.state === 'defused' && !isWorse(worstSince, 'blue')) return { state: 'defused', set: last };
  return { state: level === 'none' ? 'normal' : level === 'blue' ? 'attention' : 'warning', set: null };
}

/** Days on which somebody confirmed that a project's trouble is over: its level may fall at once. */
export function confirmedDays(events: readonly CaseEvent[]): string[] {
  return events.filter(({ state }) => state === 'defused').map(({ on }) => on);
}

export type CaseChange = {
  readonly to: SettableCase;
  readonly reason: string;
  readonly document: string | null;
  readonly facts: ProjectFacts;
  /** The project on the day of the change, before it. */
  readonly risk: ProjectRisk;
  readonly now: CaseNow;
};

/**
 * Refuses a word that the facts contradict.
 *
 * Errors: invalid/STATE_REASON, STATE_DOCUMENT; conflict/STATE_SAME, STATE_NOT_DELIVERED (filing or handover is missing),
 * STATE_NOT_DEFUSED (the day's own figures are worse than blue), STATE_DELIVERED.
 */
export function checkCaseChange({ to, reason, document, facts, risk, now }: CaseChange): void {
  if (reason.trim() === '')
    throw new AppError('invalid', 'STATE_REASON', '请写明理由（--reason） / a reason is needed');
  if (to === 'delivered') {
    checkDelivered(facts, risk);
    return;
  }
  if (risk.delivered) {
    const message = '项目已竣工备案并全部交付，状态不再变更 / the project is delivered';
    throw new AppError('conflict', 'STATE_DELIVERED', message);
  }
  if (to === 'automatic' ? now.set === null : to === now.state) {
    const zh = to === 'automatic' ? '状态本来就由等级得出' : `项目已经是“${CASE_TEXT[to]}”`;
    throw new AppError('conflict', 'STATE_SAME', `${zh} / nothing would change`);
  }
  if (to === 'defused') checkDefused(risk, document);
}

function checkDelivered(facts: ProjectFacts, risk: ProjectRisk): void {
  if (risk.delivered) return;
  const { householdsSold: sold } = facts.project;
  const handed = handedOver(facts, risk.day);
  const lacking = [
    ...(isFiled(facts, risk.day) ? [] : ['竣工验收备案']),
    ...(sold === null ? ['已售户数'] : handed < sold ? [`交付户数（已交付 ${handed} 户，已售 ${sold} 户）`] : []),
  ];
  const message = `还不能记为已交付，缺${lacking.join('、')}：请先报送月报或动态 / not delivered by the facts`;
  throw new AppError('conflict', 'STATE_NOT_DELIVERED', message, { details: { lacking } });
}

/** A risk that the day's own figures still show is not over, whatever a document says. */
function checkDefused(risk: ProjectRisk, document: string | null): void {
  if (document === null || document.trim() === '')
    throw new AppError('invalid', 'STATE_DOCUMENT', '化解须有依据文件（--document） / a document is needed');
  if (!isWorse(risk.raw, 'blue')) return;
  const message = `按 ${risk.day} 的数据风险仍在：${reasonsOf(risk).join('；')}。先报送新的数据 / the figures still show the risk`;
  throw new AppError('conflict', 'STATE_NOT_DEFUSED', message);
}
