import { AREA_UNITS, type AreaUnit, MONEY_UNITS, type MoneyUnit, matchingKey } from '@quhua/core';

const AREA_WORDS = wordBook<AreaUnit>(AREA_UNITS, {
  sqm: ['㎡', 'm²', '平方米', '平米', '平方'],
  'wan-sqm': ['万㎡', '万m²', '万平方米', '万平米', '万平方', '万方'],
  hectare: ['公顷', 'ha'],
  mu: ['亩'],
});
const MONEY_WORDS = wordBook<MoneyUnit>(MONEY_UNITS, {
  yuan: ['元', '人民币元', '元人民币'],
  'qian-yuan': ['千元'],
  'wan-yuan': ['万元', '人民币万元'],
  'bai-wan-yuan': ['百万元'],
  'yi-yuan': ['亿元'],
});
const COUNT_WORDS: ReadonlySet<string> = new Set(['套', '户']);
const UNIT_TEXT: Readonly<Record<AreaUnit | MoneyUnit, string>> = {
  sqm: '㎡',
  'wan-sqm': '万㎡',
  hectare: '公顷',
  mu: '亩',
  yuan: '元',
  'qian-yuan': '千元',
  'wan-yuan': '万元',
  'bai-wan-yuan': '百万元',
  'yi-yuan': '亿元',
};
const LABEL = /^单位:?/u;

function wordBook<U extends string>(units: readonly U[], words: Readonly<Record<U, readonly string[]>>) {
  const entries = units.flatMap((unit) => [unit, ...words[unit]].map((word) => [matchingKey(word), unit] as const));
  return new Map<string, U>(entries);
}

/** The unit that a text names, or undefined; nothing is guessed from parts of it. */
export function areaUnitOf(text: string): AreaUnit | undefined {
  return AREA_WORDS.get(matchingKey(text).replace(LABEL, ''));
}

/** As `areaUnitOf`, of money. */
export function moneyUnitOf(text: string): MoneyUnit | undefined {
  return MONEY_WORDS.get(matchingKey(text).replace(LABEL, ''));
}

/** Whether a text says that things are counted, one by one. */
export function isCountUnit(text: string): boolean {
  return COUNT_WORDS.has(matchingKey(text).replace(LABEL, ''));
}

export function unitText(unit: AreaUnit | MoneyUnit): string {
  return UNIT_TEXT[unit];
}
