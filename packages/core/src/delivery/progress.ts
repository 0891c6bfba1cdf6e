import { parseDay, workingDays } from './days.ts';
import { daysBetween, isFiled, noticesUntil } from './facts.ts';
import {
  BARE,
  COUNTY,
  DEVELOPER,
  type Indicator,
  limited,
  type Missing,
  percent,
  quiet,
  tenths,
  unknown,
  type Work,
} from './indicator.ts';
import type { Pace } from './pace.ts';
import { type ContractDate, type PlannedProgress, plannedOn } from './schedule.ts';
import { type DeliverySettings, type LimitedCode, type ProjectLevel, WARNING_LEVELS } from './settings.ts';

export function d1({ facts, report, settings, delivered, lean = false }: Work): Indicator {
  if (delivered) return quiet('D1', '已交付');
  const physicalBp = report?.physicalBp ?? null;
  const curve =
    report === null || report.plannedBp !== null ? null : plannedOn(facts.schedule, report.date, settings.winter);
  const plannedBp = report?.plannedBp ?? curve?.bp ?? null;
  const missing: Missing[] = [];
  if (physicalBp === null) missing.push({ what: '形象进度', owner: COUNTY });
  if (plannedBp === null) missing.push({ what: '计划进度', owner: DEVELOPER });
  if (physicalBp === null || plannedBp === null) return unknown('D1', missing);
  const gap = plannedBp - physicalBp;
  const text = (): string =>
    gap > 0 ? `落后 ${percent(gap)} 个百分点` : gap < 0 ? `超前 ${percent(-gap)} 个百分点` : '与计划相同';
  const inputs = (): Indicator['inputs'] => ({
    形象进度: `${percent(physicalBp)}%`,
    计划进度: `${percent(plannedBp)}%`,
    计划来源: curve === null ? '报告' : curveText(curve),
    报告: report?.date ?? '',
  });
  return limited('D1', { settings, lean }, { value: { numerator: gap, denominator: 100 }, text, inputs });
}

function curveText({ from, to }: PlannedProgress): string {
  const [first, last] = [from, to].map((point) =>
    point === null ? null : `${point.item} ${point.date} ${percent(point.progressBp)}%`,
  );
  return last == null ? `计划曲线：${first} 之后` : `计划曲线：${first} 至 ${last}`;
}

/** The contract date, and whose it is if the project has several. */
function dueInputs({ on, building }: ContractDate): Indicator['inputs'] {
  return building === null ? { 合同交付: on } : { 合同交付: on, 交付楼栋: building };
}

export function d2({ due, day, settings, delivered, projection, lean = false }: Work): Indicator {
  if (delivered) return quiet('D2', '已交付');
  if (due === null) return unknown('D2', [{ what: '合同交付日期', owner: COUNTY }]);
  if (projection === null) return unknown('D2', [{ what: '近期进度（至少两次报告）', owner: COUNTY }]);
  const { completionOn } = projection;
  const inputs = (): Indicator['inputs'] => ({
    ...dueInputs(due),
    剩余: `${percent(projection.remainingBp)}%`,
    近期速度: paceText(projection.pace),
    可能区间: intervalText(projection.earliestOn, projection.latestOn),
  });
  if (completionOn === null) {
    const { level, limit } = worst('D2', settings);
    const text = '按近期速度不能完工';
    return { code: 'D2', level, value: null, text, limit, inputs: inputs(), missing: [] };
  }
  const on = completionOn < day && projection.remainingBp > 0 ? day : completionOn; // it was not built by then
  const late = daysBetween(due.on, on);
  const text = (): string => (late > 0 ? `预计 ${on} 完工，晚 ${late} 天` : `预计 ${on} 完工，早 ${-late} 天`);
  return limited('D2', { settings, lean }, { value: { numerator: late, denominator: 1 }, text, inputs });
}

/** The level of what is beyond every limit. */
function worst(
  code: LimitedCode,
  { limits }: DeliverySettings,
): { readonly level: ProjectLevel; readonly limit: string | null } {
  const level = WARNING_LEVELS.findLast((one) => limits[code][one] !== undefined);
  return level === undefined ? { level: 'none', limit: null } : { level, limit: '无法完工' };
}

function paceText(pace: Pace | null): string {
  return pace === null ? '—' : `每30个施工日 ${tenths(pace.progressBp * 30, pace.days * 100)} 个百分点`;
}

function intervalText(earliest: string | null, latest: string | null): string {
  return `${earliest ?? '—'} 至 ${latest ?? '无法完工'}`;
}

export function d3({ due, day, settings, delivered, lean = false }: Work): Indicator {
  if (delivered) return quiet('D3', '已交付');
  if (due === null) return unknown('D3', [{ what: '合同交付日期', owner: COUNTY }]);
  const overdue = daysBetween(due.on, day);
  const text = (): string => (overdue > 0 ? `已逾期 ${overdue} 天` : `距合同交付 ${-overdue} 天`);
  const inputs = (): Indicator['inputs'] => ({ ...dueInputs(due), 日期: day });
  return limited('D3', { settings, lean }, { value: { numerator: overdue, denominator: 1 }, text, inputs });
}

export function d6({ facts, report, settings, delivered, day, lean = false }: Work): Indicator {
  if (delivered) return quiet('D6', '已交付');
  const idle = report?.idleDays ?? null;
  if (report === null || idle === null) return unknown('D6', [{ what: '停工天数', owner: COUNTY }]);
  const restart = noticesUntil(facts.notices, day, ['restart']).findLast(({ date }) => date > report.date);
  if (restart !== undefined) return quiet('D6', `${restart.date} 复工`, { 复工: restart.noticeNo });
  const end = parseDay(report.date);
  const counted = workingDays(end - idle, end, settings.winter);
  const text = (): string => (counted === 0 ? '未停工' : `停工 ${counted} 天`);
  const inputs = (): Indicator['inputs'] => ({
    报告停工: `${idle}天`,
    其中冬歇: `${idle - counted}天`,
    报告: report.date,
  });
  return limited('D6', { settings, lean }, { value: { numerator: counted, denominator: 1 }, text, inputs });
}

export function d10({ report, day, settings, delivered, lean = false }: Work): Indicator {
  if (delivered) return quiet('D10', '已交付');
  if (report === null) return unknown('D10', [{ what: '项目报告（从未收到）', owner: COUNTY }]);
  const late = Math.max(0, daysBetween(report.date, day) - settings.reportEvery);
  const text = (): string => (late === 0 ? `最近报告 ${report.date}` : `迟报 ${late} 天（最近 ${report.date}）`);
  return limited(
    'D10',
    { settings, lean },
    {
      value: { numerator: late, denominator: 1 },
      text,
      inputs: { 最近报告: report.date, 应隔: `${settings.reportEvery}天` },
    },
  );
}

export function d11({ facts, due, day, settings, delivered, lean = false }: Work): Indicator {
  if (delivered) return quiet('D11', '已交付');
  if (due === null) return unknown('D11', [{ what: '合同交付日期', owner: COUNTY }]);
  const left = daysBetween(day, due.on);
  if (lean && left >= settings.filingDays) return BARE.none.D11; // complete or not yet asked for
  const known = facts.notices.filter(({ date }) => date <= day).map(({ kind }) => kind);
  const lacking = [
    ...(isFiled(facts, day) ? [] : ['竣工验收备案']),
    ...(known.length > 0 && !known.includes('utilities') ? ['水电气热'] : []),
    ...(known.length > 0 && !known.includes('fire') ? ['消防验收'] : []),
  ];
  const inputs = (): Indicator['inputs'] => {
    return { ...dueInputs(due), 距合同交付: `${left}天`, 尚缺: lacking.join('、') || '无' };
  };
  if (lacking.length === 0) return quiet('D11', '手续齐全', inputs);
  if (left >= settings.filingDays) return quiet('D11', `距交付 ${left} 天，尚不要求`, inputs);
  return limited(
    'D11',
    { settings, lean },
    { value: { numerator: left, denominator: 1 }, text: () => `距交付 ${left} 天，尚缺${lacking.join('、')}`, inputs },
  );
}
