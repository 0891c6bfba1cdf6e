import type { AlertKind, Level } from '../settings.ts';
import type { Indicator } from './indicator.ts';
import { isWorse, type ProjectRisk, reasonsOf } from './level.ts';
import { liftsOf } from './lifts.ts';
import type { DeliverySettings, IndicatorCode, ProjectLevel } from './settings.ts';

/** Kinds of alert about one project. */
export const PROJECT_ALERT_KINDS = [
  'PROJECT_RISK',
  'PROJECT_OVERRIDE',
  'PROJECT_LATE',
  'PROJECT_FUNDING',
  'PROJECT_STALE',
] as const satisfies readonly AlertKind[];
export type ProjectAlertKind = (typeof PROJECT_ALERT_KINDS)[number];

export const LEVEL_TEXT: Readonly<Record<ProjectLevel, string>> = {
  none: '无',
  blue: '蓝色',
  yellow: '黄色',
  unknown: '未知',
  orange: '橙色',
  red: '红色',
};

/** What a project's alerts look at. */
export type ProjectAlertState = { readonly risk: ProjectRisk; readonly settings: DeliverySettings };

/**
 * What a kind says of a project: `on` with its words, `off` with what ended it, or nothing, where a figure that it needs is
 * missing: what is not known neither opens an alert nor ends one.
 */
export type ProjectFinding =
  | { readonly state: 'on'; readonly level: Level | null; readonly text: string }
  | { readonly state: 'off'; readonly over: string }
  | { readonly state: 'unsaid' };

const UNSAID: ProjectFinding = { state: 'unsaid' };

/**
 * What is to be said of one project, kind by kind, without its name.
 *
 * Shapes: `level` is the project's own for `PROJECT_RISK`, null where the settings of alerts give it. Source: METHODS.md §11.
 */
export function projectFinding(kind: ProjectAlertKind, state: ProjectAlertState): ProjectFinding {
  if (state.risk.delivered) return { state: 'off', over: '已竣工备案并全部交付' };
  return FINDINGS[kind](state);
}

const FINDINGS: Readonly<Record<ProjectAlertKind, (state: ProjectAlertState) => ProjectFinding>> = {
  PROJECT_RISK: riskFinding,
  PROJECT_OVERRIDE: overrideFinding,
  PROJECT_LATE: lateFinding,
  PROJECT_FUNDING: fundingFinding,
  PROJECT_STALE: staleFinding,
};

function riskFinding({ risk, settings }: ProjectAlertState): ProjectFinding {
  const { level } = risk;
  if (isWorse(settings.alertFrom, level))
    return { state: 'off', over: `等级降为${LEVEL_TEXT[level]}，低于${LEVEL_TEXT[settings.alertFrom]}` };
  const lifts = liftsOf(risk, settings);
  const down = lifts.length === 0 ? '' : `。降级条件：${lifts.slice(0, MOST_LIFTS).join('；')}`;
  const held = isWorse(level, risk.raw) ? `（当日数据为${LEVEL_TEXT[risk.raw]}）` : '';
  const reasons = reasonsOf(risk);
  const why = reasons.length === 0 ? '' : `。${reasons.join('；')}`;
  return { state: 'on', level: alertLevelOf(level), text: `交付风险${LEVEL_TEXT[level]}${held}${why}${down}` };
}

const MOST_LIFTS = 3;

/** What is not known is worse than yellow, and no colour of its own. */
export function alertLevelOf(level: ProjectLevel): Level {
  return level === 'unknown' ? 'yellow' : level === 'none' ? 'blue' : level;
}

function overrideFinding({ risk }: ProjectAlertState): ProjectFinding {
  const { overrides } = risk;
  if (overrides.length > 0) return { state: 'on', level: null, text: `直接定为红色：${overrides.join('；')}` };
  const sure = (['D3', 'D6', 'D9'] as const).every((code) => indicatorOf(risk, code).level !== 'unknown');
  return sure ? { state: 'off', over: '不再有直接定为红色的情形' } : UNSAID;
}

function lateFinding({ risk }: ProjectAlertState): ProjectFinding {
  const { level, value, text, inputs } = indicatorOf(risk, 'D2');
  if (level === 'unknown') return UNSAID;
  if (value !== null && value.numerator <= 0) return { state: 'off', over: `${text}，不晚于合同交付日` };
  const interval = inputs.近期速度 === undefined ? '' : `，近期速度${inputs.近期速度}`;
  return { state: 'on', level: null, text: `${text}（合同交付 ${inputs.合同交付 ?? ''}${interval}）` };
}

function fundingFinding({ risk }: ProjectAlertState): ProjectFinding {
  const { level, value, text, inputs } = indicatorOf(risk, 'D4');
  if (level === 'unknown') return UNSAID;
  if (value === null || value.numerator >= value.denominator) return { state: 'off', over: `资金覆盖为 ${text}` };
  const parts = Object.entries(inputs).map(([name, figure]) => `${name} ${figure}`);
  return { state: 'on', level: null, text: `资金覆盖 ${text}，不足 1（${parts.join('，')}；元）` };
}

/** A project of which no report ever came is stale as well: somebody owes one. */
function staleFinding({ risk }: ProjectAlertState): ProjectFinding {
  const { level, text } = indicatorOf(risk, 'D10');
  if (level === 'none') return { state: 'off', over: `报告已到，${text}` };
  return { state: 'on', level: null, text: `项目报告：${text}` };
}

function indicatorOf({ indicators }: ProjectRisk, code: IndicatorCode): Indicator {
  const found = indicators.find((one) => one.code === code);
  if (found === undefined) throw new Error(`an evaluation holds every indicator: ${code} is missing`);
  return found;
}

/** The list of projects, as far as its length is watched. */
export type ListState = {
  /** How many there must be; null: nobody said. */
  readonly expected: number | null;
  readonly listed: number;
  /** Of those that were listed once and go on under another number. */
  readonly merged: number;
  /** Numbers that are reported on and stand in no list. */
  readonly strangers: readonly string[];
};

const MOST_STRANGERS = 10;

/** What is odd about the list of projects; null: it is as it must be. */
export function listFinding({ expected, listed, merged, strangers }: ListState): string | null {
  const words: string[] = [];
  if (expected !== null && listed !== expected) {
    const gap = listed < expected ? `少 ${expected - listed} 个` : `多 ${listed - expected} 个`;
    const joined = merged === 0 ? '' : `，另有 ${merged} 个已并入其他项目`;
    words.push(`保交房项目清单有 ${listed} 个，应有 ${expected} 个，${gap}${joined}`);
  }
  if (strangers.length > 0) {
    const more = strangers.length > MOST_STRANGERS ? `等 ${strangers.length} 个` : '';
    words.push(`有报告而不在清单中：${strangers.slice(0, MOST_STRANGERS).join('、')}${more}`);
  }
  return words.length === 0 ? null : words.join('；');
}
