import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/planted.ts';
import { ask, type ErrorDocument, FEEDS, newHome, quhua } from './quhua.ts';

const PROGRESS = join(ROOT, 'test/fixtures/plan-progress-模拟数据.csv');

type Plan = {
  readonly year: number;
  readonly items: readonly {
    readonly id: string;
    readonly region: { readonly name: string } | null;
    readonly pace: string;
  }[];
  readonly signals: readonly {
    readonly code: string;
    readonly region: { readonly name: string };
    readonly text: string;
  }[];
};

test('the plan of 2025: what is done, who owes, what does not fit, for people and for programs', async () => {
  const home = await newHome();
  await ask(['ingest', join(FEEDS, 'land.csv'), PROGRESS, '--simulated'], { home });
  const asked = ['plan', '--year', '2025', '--date', '2025-10-31'];
  const [whole, one, spoken, unit, missing, strange] = await Promise.all([
    ask<Plan>(asked, { home }),
    ask<Plan>([...asked, '--region', '巴楚县'], { home }),
    quhua(asked, { home }),
    quhua([...asked, '--region', '疏附'], { home }),
    ask<ErrorDocument>(['plan', '--year', '2031'], { home }, 4),
    ask<ErrorDocument>(['plan', '--year', '25'], { home }, 2),
  ]);
  const flagged = whole.signals.filter(({ code }) => code === 'LAND_PER_HOUSING').map(({ region }) => region.name);
  expect(flagged).toEqual(['叶城县', '岳普湖县', '巴楚县']);
  expect(new Set(one.items.map(({ region }) => region?.name))).toEqual(new Set(['巴楚县']));
  expect(one.signals[0]?.text).toContain('0.10万㎡，而商品住宅用地32.29公顷');
  expect(spoken.code).toBe(0);
  expect(spoken.stdout).toMatch(/^【模拟数据】完成数由模拟数据得出/mu);
  expect(spoken.stdout).toMatch(/^喀什市 +3000 +2100 +900 +70\.0% +落后 +2025-10-31$/mu);
  expect(spoken.stdout).toMatch(/^合计 +209\.18 +7\.29 +201\.89 +3\.5% +落后/mu); // done down, what remains up
  expect(spoken.stdout).toMatch(/^老旧小区改造个数 +99个 +≥42 +≤57 +≥42\.4% +数据不足/mu);
  expect(spoken.stdout).toMatch(/^ {2}疏勒县：“棚改项目”不是本年计划中由报表填报的项目，没有计入$/mu);
  expect(unit.stdout).toMatch(/^商品住宅用地 +10\.35公顷 +1\.41 +8\.94 +13\.7% +落后/mu);
  expect(missing.error).toMatchObject({ kind: 'not_found', code: 'PLAN_NOT_FOUND' });
  expect(strange.error).toMatchObject({ kind: 'invalid', code: 'USAGE' });
});
