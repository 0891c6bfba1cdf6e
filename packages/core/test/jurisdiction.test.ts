import { expect, test } from 'vitest';
import { createRegionLookup, matchingKey, type Region, spellingsOf } from '../src/jurisdiction.ts';

function region(code: string, name: string, short: string, aliases: string[] = []): Region {
  return { code, name, short, kind: 'county', aliases, local: false };
}

const lookup = createRegionLookup([
  region('653101', '喀什市', '喀什', ['喀什市本级']),
  region('653100-JKQ', '喀什经济开发区', '经开区'),
  region('653125', '莎车县', '莎车'),
  region('653131', '塔什库尔干塔吉克自治县', '塔县', ['塔什库尔干·塔吉克']),
]);

test.each([
  { text: '653101', code: '653101', why: 'code' },
  { text: '喀什市', code: '653101', why: 'name' },
  { text: '喀什', code: '653101', why: 'short name' },
  { text: '喀什市本级', code: '653101', why: 'alias' },
  { text: ' 喀 什 市\u3000', code: '653101', why: 'blanks inside and a wide one' },
  { text: '喀\u200b什\ufeff市', code: '653101', why: 'invisible characters' },
  { text: '６５３１０１', code: '653101', why: 'full width' },
  { text: '653100-jkq', code: '653100-JKQ', why: 'small letters' },
  { text: '塔什库尔干•塔吉克', code: '653131', why: 'another dot' },
  { text: '塔什库尔干．塔吉克', code: '653131', why: 'a full-width point' },
])('"$text" is $code: $why', ({ text, code }) => {
  expect(lookup.find(text)?.code).toBe(code);
});

test.each([
  { text: '', why: 'nothing' },
  { text: '沙车县', why: 'one character off is a question, not an answer' },
  { text: '喀什市区', why: 'longer' },
  { text: '合计', why: 'not a unit' },
])('"$text" is no unit: $why', ({ text }) => {
  expect(lookup.find(text)).toBeUndefined();
});

test.each([
  { text: '沙车县', codes: ['653125'], why: 'one character differs' },
  { text: '莎车', codes: ['653125'], why: 'one of its spellings is one character longer' },
  { text: '喀什县', codes: ['653101'], why: '喀什市 with another last character' },
  { text: '莎县', codes: ['653125', '653131'], why: 'one dropped, or another one put' },
  { text: '叶城县', codes: [], why: 'another unit' },
  { text: '县', codes: [], why: 'a single character says nothing' },
])('"$text" may mean $codes: $why', ({ text, codes }) => {
  expect(lookup.similar(text).map(({ code }) => code)).toEqual(codes);
});

test('a spelling that two units share finds neither', () => {
  const shared = createRegionLookup([region('1', '东区', '区'), region('2', '西区', '区')]);
  expect(shared.find('区')).toBeUndefined();
  expect(shared.find('东区')?.code).toBe('1');
});

test('a spelling that a unit has twice is still its own', () => {
  const twice = createRegionLookup([region('1', '东区', '东区', ['东 区'])]);
  expect(twice.find('东区')?.code).toBe('1');
});

test('matching keys are stable', () => {
  for (const text of ['塔什库尔干・塔吉克', ' Ａ.b ', '喀什市'])
    expect(matchingKey(matchingKey(text))).toBe(matchingKey(text));
  expect(spellingsOf(region('1', '东区', '东', ['e']))).toEqual(['1', '东区', '东', 'e']);
});
