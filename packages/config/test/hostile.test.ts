import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '../src/index.ts';
import { type Copy, copyGood, readGood } from './good.ts';

let copy: Copy;
beforeEach(() => {
  copy = copyGood();
});
afterEach(() => copy[Symbol.dispose]());

const lol = (n: number) => (n === 0 ? 'a0: &a0 [x]' : `a${n}: &a${n} [${`*a${n - 1}, `.repeat(9)}*a${n - 1}]`);
const nested = (open: string, shut: string, depth: number) => `levels: ${open.repeat(depth)}${shut.repeat(depth)}\n`;

test.each<{ why: string; text: string | Uint8Array; code: string }>([
  {
    why: 'brackets so deep that the parser would take the process with it',
    text: nested('[', ']', 500_000),
    code: 'YAML_DEPTH',
  },
  { why: 'braces likewise', text: nested('{a: ', '}', 200_000), code: 'YAML_DEPTH' },
  { why: 'lists in lists on one line', text: `levels:\n  ${'- '.repeat(100_000)}x\n`, code: 'YAML_DEPTH' },
  {
    why: 'mappings in mappings by indentation',
    text: Array.from({ length: 900 }, (_, n) => `${' '.repeat(n)}a:`).join('\n'),
    code: 'KEY_UNKNOWN',
  },
  { why: 'a billion laughs', text: Array.from({ length: 12 }, (_, n) => lol(n)).join('\n'), code: 'YAML_ALIAS' },
  { why: 'a key that would change the prototype', text: '__proto__: { receivers: [] }\n', code: 'KEY_UNKNOWN' },
  { why: 'constructor as a key', text: 'constructor: 1\n', code: 'KEY_UNKNOWN' },
  { why: 'a list where keys belong', text: '- a\n- b\n', code: 'VALUE_TYPE' },
  { why: 'a word', text: 'alerts\n', code: 'VALUE_TYPE' },
  { why: 'a merge key', text: '<<: { receivers: [] }\n', code: 'KEY_UNKNOWN' },
  { why: 'keys that are not text', text: '? [a, b]\n: 1\n', code: 'YAML_SYNTAX' },
  { why: 'NUL bytes', text: 'rec\0eivers: 1\n', code: 'KEY_UNKNOWN' },
  { why: 'UTF-16', text: Buffer.from('\ufeffreceivers: []\n', 'utf16le'), code: 'FILE_ENCODING' },
  { why: 'binary', text: Uint8Array.from({ length: 4096 }, (_, at) => (at * 7919) % 256), code: 'FILE_ENCODING' },
  {
    why: 'ten thousand lines of nothing known',
    text: Array.from({ length: 2000 }, (_, n) => `k${n}: ${n}`).join('\n'),
    code: 'KEY_UNKNOWN',
  },
])('$why: a fault, no crash', ({ text, code }) => {
  copy.write('alerts.yaml', text);
  const { config, faults } = readConfig(copy.dir);
  expect(config).toBeNull();
  expect(faults.filter(({ file }) => file !== 'alerts.yaml')).toEqual([]);
  expect(faults.map((fault) => fault.code)).toContain(code);
});

test('what a message quotes of a file cannot act on a terminal, and stays short', () => {
  copy.write(
    'jurisdiction.yaml',
    readGood('jurisdiction.yaml').replace('timezone: Asia/Shanghai', `timezone: "\\e[2J${'x'.repeat(500)}"`),
  );
  const messages = readConfig(copy.dir).faults.map(({ message }) => message);
  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain('\\u001b[2J');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
  expect(messages[0]).not.toMatch(/[\u0000-\u001f]/u);
  expect(messages[0]?.length).toBeLessThan(300);
});

test.each(['', 'code,name\n', '\n\n\n', 'code,name,commercial_housing_area_wan_sqm\n', ',,,\n,,,'])(
  'a plan table %j is a fault',
  (text) => {
    copy.write('plan-2025/table1.csv', text);
    expect(readConfig(copy.dir).faults.map(({ file }) => file)).toContain('plan-2025/table1.csv');
  },
);
