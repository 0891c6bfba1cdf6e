import { daysBetween, frozenAt, handedOver, noticesUntil } from './facts.ts';
import {
  BANK,
  BARE,
  COUNTY,
  type Indicator,
  limited,
  type Missing,
  quiet,
  tenths,
  unknown,
  type Work,
} from './indicator.ts';

export function d7({ facts, day, delivered, lean = false }: Work): Indicator {
  const sold = facts.project.householdsSold;
  if (lean) return BARE[sold === null ? 'unknown' : 'none'].D7;
  if (sold === null) return unknown('D7', [{ what: '已售户数', owner: COUNTY }]);
  const left = delivered ? 0 : Math.max(0, sold - handedOver(facts, day));
  return { ...quiet('D7', `${left} 户`, { 已售: `${sold}户` }), value: { numerator: left, denominator: 1 } };
}

export function d8({ facts, report, settings, delivered, day, lean = false }: Work): Indicator {
  if (delivered) return quiet('D8', '已交付');
  const sold = facts.project.householdsSold;
  const noticed = noticesUntil(facts.notices, day, ['petition']).filter(({ date }) => daysBetween(date, day) < 30);
  const reported = report?.petitions30d ?? null;
  const missing: Missing[] = [];
  if (reported === null && noticed.length === 0) missing.push({ what: '近30日信访', owner: COUNTY });
  if (sold === null) missing.push({ what: '已售户数', owner: COUNTY });
  if (missing.length > 0 || sold === null) return unknown('D8', missing);
  const cases = Math.max(
    reported ?? 0,
    noticed.reduce((sum, { count }) => sum + (count ?? 1), 0),
  );
  const inputs = (): Indicator['inputs'] => ({ 信访: `${cases}件`, 已售: `${sold}户` });
  if (sold === 0) return quiet('D8', cases === 0 ? '无信访' : `${cases} 件，无已售户`, inputs);
  const text = (): string => (cases === 0 ? '无信访' : `${tenths(cases * 100, sold)} 件/百户`);
  return limited('D8', { settings, lean }, { value: { numerator: cases * 100, denominator: sold }, text, inputs });
}

export function d9({ facts, day, delivered, settings, lean = false }: Work): Indicator {
  if (delivered) return quiet('D9', '已交付');
  const state = frozenAt(facts, day);
  if (state === null) return unknown('D9', [{ what: '账户是否冻结', owner: BANK }]);
  if (!state.frozen && lean) return BARE.none.D9;
  if (!state.frozen) return quiet('D9', '未冻结', { 来源: state.by });
  const level = settings.overrides.frozen ? 'red' : 'none';
  return {
    code: 'D9',
    level,
    value: { numerator: 1, denominator: 1 },
    text: '账户被冻结或执行',
    limit: '冻结',
    inputs: { 来源: state.by },
    missing: [],
  };
}
