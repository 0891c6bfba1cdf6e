import { expect, test } from 'vitest';
import { jsonToCsv } from '../src/index.ts';

test.each([
  {
    json: '[{"region":"喀什市","area":0.1234567890123456789},{"region":"疏附县","area":1e3,"note":null}]',
    csv: 'region,area,note\n喀什市,0.1234567890123456789,\n疏附县,1e3,\n',
    why: 'numbers keep their text; columns in the order in which they appear',
  },
  { json: '{"data":[{"a":"x,y","b":"他说\\"好\\""}]}', csv: 'a,b\n"x,y","他说""好"""\n', why: 'wrapped, and quoted' },
  { json: '{"rows":[{"a":true,"b":" x"}],"count":1}', csv: 'a,b\ntrue," x"\n', why: 'what stands beside the rows' },
  { json: '\ufeff [ { "a" : -0.50 } ] ', csv: 'a\n-0.50\n', why: 'a mark and blanks around' },
  { json: '[{"a":"两\\n行"}]', csv: 'a\n"两\n行"\n', why: 'a line break in a value' },
  { json: '[{"a":9007199254740993}]', csv: 'a\n9007199254740993\n', why: 'beyond what a double holds' },
])('$json: $why', ({ json, csv }) => {
  expect(jsonToCsv(json)).toBe(csv);
});

test.each([
  { json: '[]', code: 'JSON_NO_ROWS', why: 'nothing in it' },
  { json: '{"items":[{"a":1}]}', code: 'JSON_SHAPE', why: 'wrapped otherwise' },
  { json: '{"data":[],"rows":[]}', code: 'JSON_SHAPE', why: 'two lists' },
  { json: '[1]', code: 'JSON_SHAPE', why: 'no object' },
  { json: '7', code: 'JSON_SHAPE', why: 'no list' },
  { json: '[{"a":{"b":1}}]', code: 'JSON_NESTED', why: 'an object as a value' },
  { json: '[{"a":[1]}]', code: 'JSON_NESTED', why: 'a list as a value' },
  { json: '[{"a":1,"a":2}]', code: 'JSON_KEY', why: 'a key twice' },
  { json: '[{"__proto__":1}]', code: 'JSON_KEY', why: 'a key that acts on objects' },
  { json: '[{"\\u005f_proto__":1}]', code: 'JSON_KEY', why: 'and written otherwise' },
  { json: '['.repeat(20) + ']'.repeat(20), code: 'JSON_DEPTH', why: 'deep' },
  { json: '['.repeat(200_000), code: 'JSON_DEPTH', why: 'so deep that a parser would fall' },
  { json: '[{"a":01}]', code: 'JSON_INVALID', why: 'a leading zero' },
  { json: '[{"a":NaN}]', code: 'JSON_INVALID', why: 'no number' },
  { json: '[{"a":1,}]', code: 'JSON_INVALID', why: 'a comma too many' },
  { json: '[{"a":1}] x', code: 'JSON_INVALID', why: 'text behind' },
  { json: '[{"a":"x', code: 'JSON_INVALID', why: 'cut off' },
  { json: '[{"a":"\u0001"}]', code: 'JSON_INVALID', why: 'a control character' },
  { json: '', code: 'JSON_INVALID', why: 'empty' },
  { json: "[{'a':1}]", code: 'JSON_INVALID', why: 'other quotes' },
])('$code: $why', ({ json, code }) => {
  expect(() => jsonToCsv(json)).toThrow(expect.objectContaining({ kind: 'invalid', code }));
});

test('a fault says on which line', () => {
  expect(() => jsonToCsv('[\n{"a":1},\n{"a":1 "b":2}]')).toThrow(/第 3 行/u);
});

test('every finite number that JSON can write keeps its text', () => {
  const numbers = ['0', '-0', '1.10', '1E+5', '1e-7', '123456789012345678901234567890', '0.000'];
  expect(jsonToCsv(`[{${numbers.map((text, at) => `"c${at}":${text}`).join(',')}}]`).split('\n')[1]).toBe(
    numbers.join(','),
  );
});
