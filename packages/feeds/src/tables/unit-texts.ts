import { AREA_UNITS, type AreaUnit, type ColumnType, MONEY_UNITS, type MoneyUnit } from '@quhua/core';
import type { PercentScale } from '../mapping.ts';
import { areaUnitOf, isCountUnit, moneyUnitOf } from '../units.ts';

/** A unit of measure that a header or a title names, for the kinds of column that have one. */
export type MeasureUnit = AreaUnit | MoneyUnit | PercentScale;

/** Units that a text names. `unknown` holds what stands among them and is none. */
export type UnitMentions = {
  readonly area: readonly AreaUnit[];
  readonly money: readonly MoneyUnit[];
  readonly percent: boolean;
  readonly count: boolean;
  readonly unknown: readonly string[];
};

const BETWEEN = /[、，,;；/\s()（）[\]【】〔〕。和及与]+/u;
/** `计量单位：`, `单位:`, `面积：` in front of a unit; not the 单位 of 报送单位, which is an office. */
const UNIT_LINE =
  /(?<!报送|填报|填表|编制|制表|主管|责任|建设|施工|监管|申报|上报|编报|审核|开发)(?:计量|面积|金额|数据)?单位\s*[:：]\s*(?<units>[^\n；;]*)/gu;
const BRACKETS = /[(（[【〔](?<inner>[^()（）[\]【】〔〕]*)[)）\]】〕]/gu;

/** The units in a text that should hold nothing else, such as the inside of a header's brackets. */
export function unitsOf(text: string): UnitMentions {
  const area = new Set<AreaUnit>();
  const money = new Set<MoneyUnit>();
  const unknown: string[] = [];
  let percent = false;
  let count = false;
  for (const token of text.split(BETWEEN)) {
    const word = token.replace(/^(?:单位|面积|金额|套数|计量单位)[:：]?/u, '');
    if (word === '') continue;
    const areaUnit = areaUnitOf(word);
    const moneyUnit = moneyUnitOf(word);
    if (areaUnit !== undefined) area.add(areaUnit);
    else if (moneyUnit !== undefined) money.add(moneyUnit);
    else if (/^[%％﹪]$|^百分比$/u.test(word)) percent = true;
    else if (isCountUnit(word) || /^[栋幢个件天人]$/u.test(word)) count = true;
    else unknown.push(word);
  }
  return { area: [...area], money: [...money], percent, count, unknown };
}

/** Whether a text names units and nothing else. */
export function isOnlyUnits({ area, money, percent, count, unknown }: UnitMentions): boolean {
  return unknown.length === 0 && (area.length > 0 || money.length > 0 || percent || count);
}

/** The units that a title line states: behind `单位：`, or alone in brackets. */
export function unitsInTitle(text: string): UnitMentions {
  const stated = [...text.matchAll(UNIT_LINE)].map(({ groups }) => unitsOf(groups?.units ?? ''));
  const bracketed = [...text.matchAll(BRACKETS)].map(({ groups }) => unitsOf(groups?.inner ?? '')).filter(isOnlyUnits);
  const all = [...stated, ...bracketed];
  return {
    area: AREA_UNITS.filter((unit) => all.some(({ area }) => area.includes(unit))),
    money: MONEY_UNITS.filter((unit) => all.some(({ money }) => money.includes(unit))),
    percent: all.some(({ percent }) => percent),
    count: all.some(({ count }) => count),
    unknown: [],
  };
}

/** Whether values of this type are written in a unit that must be known. */
export function hasUnit(type: ColumnType): boolean {
  return type === 'area' || type === 'land' || type === 'money' || type === 'percent';
}

/** Those of the units that a column of this type can be in. */
export function unitsFor(type: ColumnType, { area, money, percent }: UnitMentions): readonly MeasureUnit[] {
  if (type === 'area' || type === 'land') return area;
  if (type === 'money') return money;
  return type === 'percent' && percent ? ['percent'] : [];
}
