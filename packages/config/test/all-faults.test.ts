import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatFault, readConfig } from '../src/index.ts';
import { changed, copyGood } from './good.ts';

/** Breaks some files of a copy in several places each. */
function breakPlaces(dir: string, places: readonly (readonly [file: string, from: string, to: string])[]): void {
  const texts = new Map<string, string>();
  for (const [file, from, to] of places) {
    const before = texts.get(file) ?? changed(file, from, from);
    expect(before.split(from)).toHaveLength(2);
    texts.set(
      file,
      before.replace(from, () => to),
    );
  }
  for (const [file, text] of texts) writeFileSync(join(dir, file), text);
}

test('ten faults in six files are ten faults in one run, each at its place', () => {
  using copy = copyGood();
  breakPlaces(copy.dir, [
    ['jurisdiction.yaml', 'timezone: Asia/Shanghai', 'timezone: Asia/Kashi'],
    ['jurisdiction.yaml', 'short: 疏附, kind: county', 'short: 疏附, knid: county'],
    ['jurisdiction.yaml', '{ row: 5, col: 1 }', '{ row: 5, col: 4 }'],
    ['rulebook/mnr-2024-918.yaml', 'issued: 2024-04-29', 'issued: 2024-04-31'],
    ['rulebook/mnr-2024-918.yaml', '{ over: "18" }', '{ over: "48" }'],
    ['feeds.yaml', 'unit: [计量单位', 'unit: [统计月份, 计量单位'],
    ['alerts.yaml', 'TIER_SWAP: orange', 'TIER_SWAP: amber'],
    ['alerts.yaml', '{ receiver: market-supervision }', '{ receiver: market-supervision, region: ["653101"] }'],
    ['schedule.yaml', '"7 * * * *"', '"7 * * *"'],
    ['plan-2025/table3.csv', '653130,巴楚县,37.27,32.29', '653130,巴楚县,37.27,32,29'],
  ]);
  expect(readConfig(copy.dir).faults.map((fault) => formatFault(fault).split(': ')[0])).toEqual([
    'jurisdiction.yaml:9:11 timezone',
    'jurisdiction.yaml:14:45 regions[2].knid',
    'jurisdiction.yaml:24:104 regions[12].tile',
    'rulebook/mnr-2024-918.yaml:7:9 issued',
    'rulebook/mnr-2024-918.yaml:14:19 tiers[1].when',
    'feeds.yaml:12:10 keyHeaders.unit[0]',
    'alerts.yaml:7:14 levels.TIER_SWAP',
    'alerts.yaml:62:37 routes[0].region',
    'schedule.yaml:10:31 jobs[1].cron',
    'plan-2025/table3.csv:13:1 653130',
  ]);
});

test('a fault of shape hides no fault of meaning beside it', () => {
  using copy = copyGood();
  breakPlaces(copy.dir, [
    ['jurisdiction.yaml', 'name: 疏附县', 'name: 7'],
    ['jurisdiction.yaml', '"653122"', '"653121"'],
    ['rulebook/mnr-2024-918.yaml', 'action: 不受限', 'action: ""'],
    ['rulebook/mnr-2024-918.yaml', 'window: 12, minMonths: 8', 'window: 6, minMonths: 8'],
    ['rulebook/mnr-2024-918.yaml', 'until: { under: "36" }', 'until: { under: "40" }'],
  ]);
  expect(readConfig(copy.dir).faults.map(({ code, line }) => `${line} ${code}`)).toEqual([
    '14 VALUE_TYPE',
    '15 REGION_CODE_TWICE',
    '9 DEFINITION_MIN',
    '9 DEFINITION_PROVISIONAL',
    '13 TIER_UNTIL',
    '15 VALUE_FORMAT',
  ]);
});
