import { AREA_UNITS, type AreaUnit, matchingKey } from '@quhua/core';

const AREA_WORDS: ReadonlyMap<string, AreaUnit> = new Map<string, AreaUnit>([
  ...AREA_UNITS.map((unit): [string, AreaUnit] => [unit, unit]),
  ...words('sqm', '㎡', 'm²', '平方米', '平米', '平方'),
  ...words('wan-sqm', '万㎡', '万m²', '万平方米', '万平米', '万平方', '万方'),
  ...words('hectare', '公顷', 'ha'),
  ...words('mu', '亩'),
]);
const COUNT_WORDS: ReadonlySet<string> = new Set(['套', '户']);
const UNIT_TEXT: Readonly<Record<AreaUnit, string>> = { sqm: '㎡', 'wan-sqm': '万㎡', hectare: '公顷', mu: '亩' };

function words(unit: AreaUnit, ...spellings: string[]): [string, AreaUnit][] {
  return spellings.map((spelling) => [matchingKey(spelling), unit]);
}

/** The unit that a text names, or undefined; nothing is guessed from parts of it. */
export function areaUnitOf(text: string): AreaUnit | undefined {
  return AREA_WORDS.get(matchingKey(text).replace(/^单位:?/u, ''));
}

/** Whether a text says that things are counted, one by one. */
export function isCountUnit(text: string): boolean {
  return COUNT_WORDS.has(matchingKey(text).replace(/^单位:?/u, ''));
}

export function unitText(unit: AreaUnit): string {
  return UNIT_TEXT[unit];
}
