import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FAULT_CODES, formatFault, loadConfig, readConfig } from '../src/index.ts';
import { type Copy, copyGood } from './good.ts';
import { REFUSED } from './refused-cases.ts';

let copy: Copy;
beforeEach(() => {
  copy = copyGood();
});
afterEach(() => copy[Symbol.dispose]());

describe.each(REFUSED)('$code at $at', ({ code, at, break: spoil, says }) => {
  test('is named at its place, alone, in Chinese and in English', () => {
    spoil(copy);
    const { config, faults } = readConfig(copy.dir);
    expect(config).toBeNull();
    expect(faults.map((fault) => `${fault.file}:${fault.line}:${fault.column} ${fault.path}`)).toEqual(at);
    expect(faults.map((fault) => fault.code)).toContain(code);
    if (says !== undefined) expect(faults.map(({ message }) => message).join('\n')).toContain(says);
    for (const { message } of faults) expect(message).toMatch(/\p{Script=Han}.* \/ .*[a-z]/u);
  });
});

test('every reason has a case', () => {
  const covered = new Set(REFUSED.map(({ code }) => code));
  expect(FAULT_CODES.filter((code) => !covered.has(code))).toEqual([]);
});

test('every reason stands in the README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(FAULT_CODES.filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
});

test('loadConfig throws them all: kind, code, a line for each, and the faults as details', () => {
  copy.write('alerts.yaml', 'receivers: []\nroutes: []\n');
  const { faults } = readConfig(copy.dir);
  expect(faults).toHaveLength(2);
  expect(() => loadConfig(copy.dir)).toThrow(
    expect.objectContaining({
      name: 'AppError',
      kind: 'invalid',
      code: 'CONFIG_INVALID',
      details: faults,
      message: expect.stringContaining(faults.map((fault) => `  ${formatFault(fault)}`).join('\n')),
    }),
  );
});

test('a folder that is a file is refused like one that is not there', () => {
  const { faults } = readConfig(`${copy.dir}/alerts.yaml`);
  expect(faults.map(({ file, code }) => ({ file, code }))).toEqual([{ file: '.', code: 'DIR_NOT_DIRECTORY' }]);
});
