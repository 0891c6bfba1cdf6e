import { FEEDS, type FeedRow, isPlanItem, type Plan, planItems, progressAmount, TARGET_UNIT_TEXT } from '@quhua/core';
import { reasonAtLine } from '@quhua/feeds';
import type { BatchCheck, Verdict } from './check-batch.ts';
import type { Engine } from './engine.ts';

type Said = { readonly column: string; readonly code: string; readonly zh: string; readonly en: string };
type Kept = { readonly said: Said; readonly raw: readonly string[] };

/**
 * Checks a file of plan progress against the plans: a row that belongs to no item is taken in with a word, and counts as
 * soon as the configuration has its item. It is not sent back: the plan may be configured after the first reports.
 */
export function createPlanCheck({ config }: Engine): BatchCheck {
  const kept = new Map<number, Kept>();
  return {
    add: (rows) => {
      for (const row of rows) {
        const said = saidOf(config.plans, row);
        if (said !== null) kept.set(row.line, { said, raw: row.raw });
      }
    },
    drop: (lines) => {
      for (const line of lines) kept.delete(line);
    },
    finish: async (_, { plan }) => {
      const verdicts = [...kept].map(
        ([
          line,
          {
            said: { column, ...fault },
            raw,
          },
        ]): Verdict => {
          return { line, outcome: 'warned', reasons: [reasonAtLine(plan, { line, month: null }, column, fault)], raw };
        },
      );
      return { verdicts: verdicts.sort((a, b) => a.line - b.line), holds: [], notes: [] };
    },
  };
}

const AT = Object.fromEntries(FEEDS['plan-progress'].columns.map(({ name }, at) => [name, at]));
const COLUMN = { 'wan-sqm': 'done_area', hectare: 'done_land' } as const;

function saidOf(plans: readonly Plan[], { values }: FeedRow): Said | null {
  const text = (name: string): string => String(values[AT[name] ?? -1] ?? '');
  const number = (name: string): number | null => {
    const value = values[AT[name] ?? -1];
    return typeof value === 'number' ? value : null;
  };
  const [word, year] = [text('item'), Number(text('report_date').slice(0, 4))];
  const plan = plans.find((one) => one.year === year);
  if (plan === undefined) {
    const zh = `没有${year}年的住房发展计划，本行先收下，配置了计划之后才计入`;
    return { column: 'report_date', code: 'PLAN_MISSING', zh, en: `there is no plan of ${year} yet` };
  }
  const item = planItems(plan).find((one) => isPlanItem(one, word));
  if (item === undefined) {
    const zh = `“${word}”不是${year}年计划中的项目，本行先收下，不计入；请照计划中的名称填写`;
    return { column: 'item', code: 'PLAN_ITEM_UNKNOWN', zh, en: 'no such item in the plan: kept, and not counted' };
  }
  if (item.done?.from !== 'progress') {
    const zh = `“${item.title}”的完成数取自其他数据源，本行收下，不计入`;
    return { column: 'item', code: 'PLAN_ITEM_ELSEWHERE', zh, en: 'what is done of it is read off another feed' };
  }
  const amounts = { units: number('done_units'), centisqm: number('done_area'), sqm: number('done_land') };
  if (progressAmount(amounts, item) !== null) return null;
  const column = item.unit === 'wan-sqm' || item.unit === 'hectare' ? COLUMN[item.unit] : 'done_units';
  const zh = `“${item.title}”按${TARGET_UNIT_TEXT[item.unit]}计，这一列空着，本行不计入`;
  return { column, code: 'PLAN_VALUE_MISSING', zh, en: `the item is counted in ${item.unit}: that figure is missing` };
}
