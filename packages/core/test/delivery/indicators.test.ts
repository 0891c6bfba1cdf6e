import { expect, test } from 'vitest';
import { afterWorkingDays, parseDay, workingDays } from '../../src/delivery/days.ts';
import type { DeliverySettings, ProjectLevel } from '../../src/delivery/settings.ts';
import { type Change, DAY, day, due, indicatorOf, notice, riskOf } from './project.ts';

test.each<{ change: Change; level: ProjectLevel; text: string; why: string }>([
  { change: due(60), level: 'none', text: '距交付 60 天，尚不要求', why: 'not asked for yet' },
  { change: due(59), level: 'yellow', text: '距交付 59 天，尚缺竣工验收备案', why: 'under 60 days' },
  { change: due(30), level: 'yellow', text: '距交付 30 天，尚缺竣工验收备案', why: '30 is not under 30' },
  { change: due(29), level: 'orange', text: '距交付 29 天，尚缺竣工验收备案', why: 'under 30 days' },
  {
    change: { ...due(29), notices: [notice('completion', DAY)] },
    level: 'orange',
    text: '距交付 29 天，尚缺水电气热、消防验收',
    why: 'who sends notices owes these two as well',
  },
  {
    change: { ...due(29), report: { completionFiled: true }, notices: [notice('petition', day(1))] },
    level: 'none',
    text: '手续齐全',
    why: 'a notice of tomorrow changes nothing today',
  },
  {
    change: { ...due(29), notices: [notice('completion', DAY), notice('fire', DAY), notice('utilities', DAY)] },
    level: 'none',
    text: '手续齐全',
    why: 'all three are there',
  },
])('filings, $level: $why', ({ change, level, text }) => {
  expect(indicatorOf(riskOf(change), 'D11')).toMatchObject({ level, text });
});

test.each<{ cover: number; level: ProjectLevel; text: string; why: string }>([
  { cover: 1_200, level: 'none', text: '1.20', why: 'exactly 1.2 is enough' },
  { cover: 1_199, level: 'blue', text: '1.19', why: 'under it' },
  { cover: 1_000, level: 'blue', text: '1.00', why: 'exactly 1 covers' },
  { cover: 999, level: 'yellow', text: '0.99', why: 'cut, never rounded up to a cover of 1' },
  { cover: 800, level: 'yellow', text: '0.80', why: 'exactly 0.8' },
  { cover: 799, level: 'orange', text: '0.79', why: 'under it' },
  { cover: 500, level: 'orange', text: '0.50', why: 'exactly half' },
  { cover: 499, level: 'red', text: '0.49', why: 'under half' },
  { cover: 0, level: 'red', text: '0.00', why: 'nothing is a figure' },
])('cover and escrow of $cover to 1000 are $level, shown $text: $why', ({ cover, level, text }) => {
  const risk = riskOf({ report: { escrowBalanceFen: cover } });
  expect(indicatorOf(risk, 'D4')).toMatchObject({ level, text });
  expect(indicatorOf(risk, 'D5')).toMatchObject({ level, text });
});

test.each<{ change: Change; numerator: number; why: string }>([
  { change: { project: { guaranteeFen: 100 } }, numerator: 1_400, why: 'a guarantee adds' },
  {
    change: { project: { guaranteeFen: 100 }, report: { guaranteeFen: 0 } },
    numerator: 1_300,
    why: 'the report knows better',
  },
  { change: { report: { unpaidBuyersFen: 50 } }, numerator: 1_350, why: 'buyers still owe' },
  {
    change: { project: { whitelistApprovedFen: 500, whitelistDisbursedFen: 200 } },
    numerator: 1_600,
    why: 'what is left of a loan',
  },
  {
    change: { project: { whitelistApprovedFen: 500, whitelistDisbursedFen: 600 } },
    numerator: 1_300,
    why: 'never less than 0',
  },
  {
    change: { project: { whitelistApprovedFen: 500, whitelistDisbursedFen: null } },
    numerator: 1_300,
    why: 'a loan of which nobody says what was paid out is no money',
  },
  {
    change: { notices: [notice('statement', day(-1), { amountFen: 5 })] },
    numerator: 1_300,
    why: 'an older statement',
  },
  {
    change: { notices: [notice('statement', day(1), { amountFen: 5 })], on: day(1) },
    numerator: 5,
    why: 'a newer statement',
  },
])('cover has $numerator: $why', ({ change, numerator }) => {
  expect(indicatorOf(riskOf(change), 'D4').value).toEqual({ numerator, denominator: 1_000 });
});

const winter = { from: '11-15', to: '03-15' };

test.each<{ from: string; to: string; days: number; why: string }>([
  { from: '2025-11-14', to: '2025-11-15', days: 0, why: 'its first day is winter' },
  { from: '2025-11-13', to: '2025-11-14', days: 1, why: 'the day before is not' },
  { from: '2026-03-14', to: '2026-03-16', days: 1, why: 'its last day is winter, the next is not' },
  { from: '2025-11-14', to: '2026-03-15', days: 0, why: 'all of it, over the turn of the year' },
  { from: '2025-10-31', to: '2026-10-31', days: 365 - 121, why: 'a year less 16 + 31 + 31 + 28 + 15 days' },
  { from: '2023-10-31', to: '2024-10-31', days: 366 - 122, why: 'a leap day lies in winter' },
  { from: '2025-11-01', to: '2025-10-01', days: 0, why: 'backwards there are none' },
])('$days working days from $from to $to: $why', ({ from, to, days }) => {
  expect(workingDays(parseDay(from), parseDay(to), winter)).toBe(days);
});

test('a winter that ends on the 29th of February ends on the 28th in a year without one', () => {
  const short = { from: '12-01', to: '02-29' };
  expect(workingDays(parseDay('2024-02-27'), parseDay('2024-03-01'), short)).toBe(1);
  expect(workingDays(parseDay('2025-02-27'), parseDay('2025-03-01'), short)).toBe(1);
});

test('far days are found as near ones are', () => {
  for (const count of [1, 14, 15, 244, 36_500]) {
    const on = afterWorkingDays(parseDay(DAY), count, winter);
    expect(workingDays(parseDay(DAY), on, winter)).toBe(count);
    expect(workingDays(parseDay(DAY), on - 1, winter)).toBe(count - 1);
  }
});

test('idle through the winter is not idle: only the days before and after it count', () => {
  const report = { date: '2026-03-20', idleDays: 130 };
  const found = indicatorOf(riskOf({ report, on: '2026-03-20', settings: { winter } }), 'D6');
  // 2025-11-11 … 14 and 2026-03-16 … 20
  expect(found).toMatchObject({ level: 'blue', value: { numerator: 9 }, text: '停工 9 天' });
  expect(found.inputs).toMatchObject({ 报告停工: '130天', 其中冬歇: '121天' });
  expect(indicatorOf(riskOf({ report, on: '2026-03-20' }), 'D6').level).toBe('red');
});

test('a restart after the report ends the idle days; one before it does not', () => {
  const report = { idleDays: 60 };
  expect(indicatorOf(riskOf({ report, notices: [notice('restart', day(1))], on: day(1) }), 'D6').text).toBe(
    '2025-11-01 复工',
  );
  expect(indicatorOf(riskOf({ report, notices: [notice('restart', DAY)] }), 'D6').level).toBe('red');
});

test.each<{ settings: Partial<DeliverySettings>; built: number; on: string | null; why: string }>([
  { settings: {}, built: 6_000, on: '2026-07-06', why: '500 in 31 days, 4000 to go: 248 days' },
  { settings: {}, built: 5_501, on: null, why: 'one in 31 days: 139,469 days are further than a hundred years' },
  { settings: {}, built: 5_500, on: null, why: 'without progress never' },
  { settings: {}, built: 5_400, on: null, why: 'backwards never' },
  { settings: {}, built: 10_000, on: DAY, why: 'it is built' },
  { settings: { winter }, built: 6_000, on: '2026-11-04', why: '14 days to the winter and 234 after it' },
])('projected $on at $built: $why', ({ settings, built, on }) => {
  const risk = riskOf({ report: { physicalBp: built }, settings });
  expect(risk.projection?.completionOn).toBe(on);
  if (on === null) expect(indicatorOf(risk, 'D2')).toMatchObject({ level: 'red', limit: '无法完工', value: null });
});

test('a date that has passed unbuilt is today at the earliest', () => {
  const change: Change = { report: { physicalBp: 9_990 }, ...due(0), on: day(40) };
  expect(riskOf(change).projection?.completionOn).toBe(day(1));
  expect(indicatorOf(riskOf(change), 'D2')).toMatchObject({
    ...{ value: { numerator: 40 }, level: 'yellow' },
    text: `预计 ${day(40)} 完工，晚 40 天`,
  });
});

test('households without a key: the most that anybody has said were handed over', () => {
  expect(indicatorOf(riskOf(), 'D7').text).toBe('200 户');
  expect(indicatorOf(riskOf({ notices: [notice('handover', DAY, { count: 30 })] }), 'D7').text).toBe('170 户');
  expect(indicatorOf(riskOf({ report: { householdsDelivered: 250 } }), 'D7').text).toBe('0 户');
});
