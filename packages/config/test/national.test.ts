import { expect, test } from 'vitest';
import { loadConfig, readConfig } from '../src/index.ts';
import { copyGood } from './good.ts';

const UNITS = 2846;
const WIDTH = 60;

function nationalYaml(): string {
  const lines = Array.from({ length: UNITS }, (_, at) => {
    const tile = `{ row: ${Math.floor(at / WIDTH) + 1}, col: ${(at % WIDTH) + 1} }`;
    const aliases = `[${at}号县, 县${at}本级]`;
    return `  - { code: "${110_000 + at}", name: 第${at}县, short: 县${at}, kind: county, aliases: ${aliases}, tile: ${tile} }`;
  });
  return ['code: CN', 'name: 全国', 'timezone: Asia/Shanghai', 'rulebook: mnr-2024-918', 'regions:', ...lines].join(
    '\n',
  );
}

test('a whole country loads, and a fault in it is found', () => {
  using copy = copyGood();
  copy.remove('plan-2025');
  copy.remove('checks.yaml');
  const good = nationalYaml();
  copy.write('jurisdiction.yaml', good);
  const { regions } = loadConfig(copy.dir).jurisdiction;
  expect(regions).toHaveLength(UNITS);
  expect(regions.at(-1)).toMatchObject({ code: '112845', short: '县2845', tile: { row: 48, col: 26 } });

  copy.write('jurisdiction.yaml', good.replace('short: 县2000,', 'short: 县1999,'));
  expect(readConfig(copy.dir).faults.map(({ line, code }) => ({ line, code }))).toEqual([
    { line: 2006, code: 'SPELLING_TWICE' },
  ]);
}, 60_000);
