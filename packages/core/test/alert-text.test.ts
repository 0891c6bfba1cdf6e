import { expect, test } from 'vitest';
import {
  type AlertTextInput,
  figureText,
  KIND_TEXT,
  openText,
  resolveText,
  SIMULATED_MARK,
} from '../src/alert-text.ts';
import type { Assessment } from '../src/assess.ts';
import { distancesOf } from '../src/distance.ts';
import { EPISODE_KINDS, type EpisodeKind } from '../src/episode.ts';
import { assessmentOf, mnr2024, tierRule } from './samples.ts';

const CITATION = '依据：自然资办函〔2024〕918号《自然资源部办公厅关于做好2024年住宅用地供应有关工作的通知》';

function input(given: Partial<Assessment> = {}, kind: EpisodeKind = 'TIER_SUSPEND'): AlertTextInput {
  const assessment = assessmentOf(given);
  const { stockCentisqm, soldCentisqm, monthsPresent, tier } = assessment;
  const figures = { stockCentisqm: stockCentisqm ?? 0, soldCentisqm, monthsPresent };
  const distances = stockCentisqm === null ? [] : distancesOf(figures, mnr2024.tiers, tier);
  return { kind, regionName: '疏勒县', assessment, rulebook: mnr2024, distances };
}

test.each<{ given: Partial<Assessment>; text: string; why: string }>([
  {
    given: {},
    text: `疏勒县：2025年10月去化周期40.1个月，超过36个月：暂停新增商品住宅用地出让。可售面积31.21万㎡，再净销售7976.23㎡可退出36个月档。${CITATION}`,
    why: 'figure, rule, stock, way out, source',
  },
  {
    given: { stockCentisqm: 36_000_000, soldCentisqm: 12_000_000 },
    text: `疏勒县：2025年10月去化周期36.0个月，未满足退出条件（低于36个月）：暂停新增商品住宅用地出让。可售面积36.00万㎡，再净销售0.01㎡可退出36个月档。${CITATION}`,
    why: 'at exactly 36 it runs on; to say “over 36” would be false',
  },
  {
    given: { stockCentisqm: 36_010_000, soldCentisqm: 12_000_000, monthsPresent: 12 },
    text: `疏勒县：2025年10月去化周期36.0（>36）个月，超过36个月：暂停新增商品住宅用地出让。可售面积36.01万㎡，再净销售25.01㎡可退出36个月档。${CITATION}`,
    why: 'the side that rounding hides',
  },
  {
    given: { monthsPresent: 9, provisional: true, soldCentisqm: 5_000_000 },
    text: `疏勒县：2025年10月去化周期56.2个月（暂定，9个月数据），超过36个月：暂停新增商品住宅用地出让。可售面积31.21万㎡，再净销售22410.30㎡可退出36个月档。${CITATION}`,
    why: 'provisional figures say so',
  },
  {
    given: { status: 'NO_SALES', soldCentisqm: 0, stockCentisqm: 2_156_766 },
    text: `疏勒县：2025年10月去化周期∞（近12个月无成交），超过36个月：暂停新增商品住宅用地出让。可售面积2.16万㎡，再净销售5391.92㎡可退出36个月档。${CITATION}`,
    why: 'no sales, no number',
  },
  {
    given: { status: 'NET_NEGATIVE', soldCentisqm: -600, stockCentisqm: 500 },
    text: `疏勒县：2025年10月去化周期净成交为负（待人工核实），超过36个月：暂停新增商品住宅用地出让。可售面积0.00万㎡。${CITATION}`,
    why: 'no way out where selling everything would not do',
  },
  {
    given: { status: 'NO_DATA', tier: null, landSupply: null, stockCentisqm: null },
    text: `疏勒县：2025年10月去化周期数据不足（缺当月库存）。当月可售面积未报。${CITATION}`,
    why: 'missing stock is never 0.00',
  },
])('$why', ({ given, text }) => {
  expect(openText(input(given))).toBe(text);
});

test('growth of stock names what it is measured against', () => {
  const given = {
    tier: 'SWAP',
    landSupply: 'swap',
    stockCentisqm: 24_000_000,
    soldCentisqm: 12_000_000,
    stockGrew: true,
  } as const;
  expect(openText(input(given, 'STOCK_GREW'))).toBe(
    '疏勒县：2025年10月去化周期24.0个月，可售面积24.00万㎡，高于上年同月或上年末，存量仍在增加（控制存量不增加）',
  );
  expect(openText(input(given, 'TIER_SWAP'))).toContain('超过18个月：盘活多少、供应多少');
});

test.each<{ given: Partial<Assessment>; corrected: boolean; text: string }>([
  {
    given: { tier: 'SWAP', landSupply: 'swap', stockCentisqm: 35_990_000, soldCentisqm: 12_000_000 },
    corrected: false,
    text: '疏勒县：2025年10月去化周期36.0（<36）个月，现为“盘活多少、供应多少”，“暂停供地”预警解除',
  },
  {
    given: { tier: 'FREE', landSupply: 'free', stockCentisqm: 100, soldCentisqm: 100 },
    corrected: true,
    text: '疏勒县：数据更正后，“暂停供地”的依据不再成立，预警解除',
  },
  {
    given: { status: 'INSUFFICIENT', tier: null, landSupply: null, monthsPresent: 7 },
    corrected: false,
    text: '疏勒县：2025年10月去化周期数据不足（月数不够），“暂停供地”预警解除',
  },
])('$text', ({ given, corrected, text }) => {
  expect(resolveText({ ...input(given), corrected })).toBe(text);
});

test('every text that rests on simulated data begins with the mark', () => {
  for (const kind of EPISODE_KINDS) {
    const simulated = input({ simulated: true }, kind);
    const texts = [openText(simulated), ...[true, false].map((corrected) => resolveText({ ...simulated, corrected }))];
    for (const text of texts) expect(text.startsWith(SIMULATED_MARK)).toBe(true);
    expect(openText(input({ simulated: false }, kind))).not.toContain('模拟');
    expect(KIND_TEXT[kind].length).toBeGreaterThan(0);
  }
});

test('a figure stands only where there is a quotient', () => {
  expect(figureText(assessmentOf(), mnr2024)).toBe('40.1个月');
  expect(figureText(assessmentOf({ status: 'NOT_APPLICABLE', stockCentisqm: 0, soldCentisqm: 0 }), mnr2024)).toBe(
    '不适用（无库存无成交）',
  );
  expect(figureText(assessmentOf({ status: 'INSUFFICIENT' }), mnr2024)).toBe('数据不足（月数不够）');
});

test('thresholds and windows of other rules are named as they are', () => {
  const rulebook = {
    ...mnr2024,
    definition: { ...mnr2024.definition, window: 6 },
    tiers: [tierRule('RED', 'atLeast 9.5', 'atMost 8'), tierRule('OK')],
  };
  const none = { ...input({ status: 'NO_SALES', tier: 'RED', soldCentisqm: 0 }), rulebook, distances: [] };
  expect(openText(none)).toContain('∞（近6个月无成交），达到9.5个月：RED。');
  const running = { ...input({ tier: 'RED', stockCentisqm: 9, soldCentisqm: 12 }), rulebook, distances: [] };
  expect(openText(running)).toContain('9.0个月，未满足退出条件（不超过8个月）：RED。');
});
