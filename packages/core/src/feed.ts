import { safeInteger } from './area.ts';
import type { Month } from './month.ts';

/**
 * How a column's text is read, and what is stored of it.
 *
 * Units: area → centisqm, land → whole ㎡, money → fen (0.01 yuan), percent → 0.01 %, count → whole number, flag → 0 or 1;
 * all of them safe integers. day → `2025-10-31`, text and kind → text.
 */
export type ColumnType = 'area' | 'land' | 'money' | 'percent' | 'count' | 'flag' | 'day' | 'text' | 'kind';

export type FeedColumn = {
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  readonly type: ColumnType;
  /** A file without this column is refused; a record feed's row without it too. */
  readonly required?: true;
  /** A value below zero is a fact, not a fault. */
  readonly signed?: true;
  /** Of a `kind` column: canonical value, and the words that files write for it. */
  readonly kinds?: Readonly<Record<string, readonly string[]>>;
};

/**
 * What a feed is made of.
 *
 * Shapes: `monthly` has one record per unit and month, and figures only; `record` has one per `key`, text among its columns.
 * `key` names columns, `region`, or `region` and `month`. `region` is asked for unless the feed has none.
 */
export type FeedDefinition = {
  readonly name: FeedName;
  readonly title: string;
  readonly shape: 'monthly' | 'record';
  readonly key: readonly string[];
  readonly region: boolean;
  readonly columns: readonly FeedColumn[];
};

export const FEED_NAMES = [
  'sales',
  'inventory',
  'contracts',
  'land',
  'projects',
  'project-reports',
  'plan-progress',
  'project-notices',
  'project-schedule',
] as const;
export type FeedName = (typeof FEED_NAMES)[number];
export const MONTHLY_FEEDS = ['sales', 'inventory'] as const;
export type MonthlyFeed = (typeof MONTHLY_FEEDS)[number];

const MONTHLY = { shape: 'monthly', key: ['region', 'month'], region: true } as const;

/** The canonical columns of each feed, in the order in which values are stored. Source: design, feeds. */
export const FEEDS: Readonly<Record<FeedName, FeedDefinition>> = {
  sales: {
    ...MONTHLY,
    name: 'sales',
    title: '商品住房网签',
    columns: [
      { name: 'signed_area', title: '网签面积', type: 'area', required: true },
      { name: 'cancelled_area', title: '撤销面积', type: 'area' },
      { name: 'signed_units', title: '网签套数', type: 'count' },
      { name: 'cancelled_units', title: '撤销套数', type: 'count' },
    ],
  },
  inventory: {
    ...MONTHLY,
    name: 'inventory',
    title: '商品住房库存',
    columns: [
      { name: 'presale_unsold_area', title: '预售未售面积', type: 'area', required: true },
      { name: 'completed_unsold_area', title: '现房未售面积', type: 'area', required: true },
      { name: 'presale_unsold_units', title: '预售未售套数', type: 'count' },
      { name: 'completed_unsold_units', title: '现房未售套数', type: 'count' },
      { name: 'unpermitted_area', title: '已供地未预售面积', type: 'area' },
      { name: 'newly_permitted_area', title: '新批准预售面积', type: 'area' },
      { name: 'adjustment_area', title: '库存调整面积', type: 'area', signed: true },
    ],
  },
  contracts: {
    name: 'contracts',
    title: '网签合同明细',
    shape: 'record',
    key: ['contract_no'],
    region: true,
    columns: [
      { name: 'contract_no', title: '合同编号', type: 'text', required: true },
      { name: 'project', title: '项目', type: 'text' },
      { name: 'signed_on', title: '签订日期', type: 'day', required: true },
      { name: 'cancelled_on', title: '撤销日期', type: 'day' },
      { name: 'area', title: '合同面积', type: 'area', required: true },
      { name: 'price_total', title: '合同总价', type: 'money' },
    ],
  },
  land: {
    name: 'land',
    title: '住宅用地台账',
    shape: 'record',
    key: ['entry_no'],
    region: true,
    columns: [
      { name: 'entry_no', title: '台账编号', type: 'text', required: true },
      {
        name: 'kind',
        title: '事项',
        type: 'kind',
        required: true,
        kinds: {
          completed: ['竣工'],
          recovered: ['收回', '收储'],
          announced: ['公告', '出让公告'],
          sold: ['成交', '出让成交'],
          contracted: ['签订合同', '签约', '出让合同'],
          withdrawn: ['流拍', '终止', '撤回'],
        },
      },
      { name: 'parcel_no', title: '宗地编号', type: 'text', required: true },
      { name: 'land_use', title: '用途', type: 'text', required: true },
      { name: 'area', title: '宗地面积', type: 'land', required: true },
      { name: 'date', title: '日期', type: 'day', required: true },
      { name: 'document', title: '依据文件', type: 'text' },
      { name: 'residential_share_pct', title: '商品住宅占比', type: 'percent' },
    ],
  },
  projects: {
    name: 'projects',
    title: '保交房项目清单',
    shape: 'record',
    key: ['project_no'],
    region: true,
    columns: [
      { name: 'project_no', title: '项目编号', type: 'text', required: true },
      { name: 'name', title: '项目名称', type: 'text', required: true },
      { name: 'developer', title: '开发企业', type: 'text' },
      { name: 'buildings', title: '楼栋数', type: 'count' },
      { name: 'total_units', title: '总套数', type: 'count' },
      { name: 'households_sold', title: '已售户数', type: 'count' },
      { name: 'contract_delivery_on', title: '合同交付日期', type: 'day' },
      { name: 'whitelist_approved', title: '白名单审批金额', type: 'money' },
      { name: 'whitelist_disbursed', title: '白名单投放金额', type: 'money' },
      { name: 'guarantee_amount', title: '保函金额', type: 'money' },
      { name: 'promoted_name', title: '推广名', type: 'text' },
      { name: 'permit_no', title: '预售许可证号', type: 'text' },
      { name: 'escrow_bank', title: '监管银行', type: 'text' },
      {
        name: 'whitelist_state',
        title: '白名单状态',
        type: 'kind',
        kinds: {
          none: ['未纳入', '未进白名单', '未纳入白名单'],
          recommended: ['已推荐', '推荐', '已推送', '推送'],
          approved: ['已审批', '审批通过', '已批复', '已授信'],
          disbursed: ['已投放', '投放', '已放款', '放款'],
          removed: ['已退出', '退出', '已移出', '退出白名单'],
        },
      },
      { name: 'guarantee_no', title: '保函编号', type: 'text' },
      { name: 'merged_into', title: '并入项目编号', type: 'text' },
    ],
  },
  'project-reports': {
    name: 'project-reports',
    title: '保交房项目月报',
    shape: 'record',
    key: ['project_no', 'report_date'],
    region: false,
    columns: [
      { name: 'project_no', title: '项目编号', type: 'text', required: true },
      { name: 'report_date', title: '报告日期', type: 'day', required: true },
      { name: 'physical_progress_pct', title: '形象进度', type: 'percent' },
      { name: 'planned_progress_pct', title: '计划进度', type: 'percent' },
      { name: 'escrow_balance', title: '监管账户余额', type: 'money' },
      { name: 'escrow_required', title: '重点监管额度', type: 'money' },
      { name: 'guarantee_amount', title: '保函金额', type: 'money' },
      { name: 'cost_to_complete', title: '后续建设资金', type: 'money' },
      { name: 'unpaid_buyer_money', title: '购房人未付款', type: 'money' },
      { name: 'idle_days', title: '停工天数', type: 'count' },
      { name: 'petitions_30d', title: '近30日信访', type: 'count' },
      { name: 'account_frozen', title: '账户冻结', type: 'flag' },
      { name: 'completion_filed', title: '竣工备案', type: 'flag' },
      { name: 'households_delivered', title: '已交付户数', type: 'count' },
    ],
  },
  'plan-progress': {
    name: 'plan-progress',
    title: '住房计划进度',
    shape: 'record',
    key: ['region', 'item', 'report_date'],
    region: true,
    columns: [
      { name: 'item', title: '计划项目', type: 'text', required: true },
      { name: 'report_date', title: '报告日期', type: 'day', required: true },
      { name: 'done_units', title: '累计完成数量', type: 'count' },
      { name: 'done_area', title: '累计完成面积', type: 'area' },
      { name: 'done_land', title: '累计供应用地', type: 'land' },
    ],
  },
  'project-notices': {
    name: 'project-notices',
    title: '保交房项目动态',
    shape: 'record',
    key: ['notice_no'],
    region: false,
    columns: [
      { name: 'notice_no', title: '动态编号', type: 'text', required: true },
      { name: 'project_no', title: '项目编号', type: 'text', required: true },
      { name: 'date', title: '日期', type: 'day', required: true },
      {
        name: 'kind',
        title: '类型',
        type: 'kind',
        required: true,
        kinds: {
          freeze: ['冻结', '查封'],
          execution: ['执行', '强制执行'],
          unfreeze: ['解冻', '解封'],
          utilities: ['水电气热', '配套'],
          fire: ['消防', '消防验收'],
          completion: ['竣工备案', '竣工验收备案'],
          handover: ['交付', '交房'],
          statement: ['对账单', '余额'],
          petition: ['信访'],
          restart: ['复工'],
        },
      },
      { name: 'amount', title: '金额', type: 'money' },
      { name: 'count', title: '数量', type: 'count' },
      { name: 'document', title: '依据文件', type: 'text' },
    ],
  },
  'project-schedule': {
    name: 'project-schedule',
    title: '保交房项目节点',
    shape: 'record',
    key: ['project_no', 'kind', 'item'],
    region: false,
    columns: [
      { name: 'project_no', title: '项目编号', type: 'text', required: true },
      {
        name: 'kind',
        title: '类型',
        type: 'kind',
        required: true,
        kinds: {
          building: ['楼栋', '楼栋交付', '分楼栋交付'],
          node: ['监管节点', '节点', '资金监管节点'],
          plan: ['计划进度', '计划', '计划节点'],
        },
      },
      { name: 'item', title: '内容', type: 'text', required: true },
      { name: 'date', title: '日期', type: 'day' },
      { name: 'progress_pct', title: '进度', type: 'percent' },
      { name: 'amount', title: '监管额度', type: 'money' },
      { name: 'count', title: '户数', type: 'count' },
      { name: 'document', title: '依据文件', type: 'text' },
    ],
  },
};

/** Whether a feed reports a figure per unit and month. */
export function isMonthlyFeed(feed: FeedName): feed is MonthlyFeed {
  return FEEDS[feed].shape === 'monthly';
}

/** One stored value: a safe integer in the unit of its column's type, text, or nothing. */
export type FeedValue = number | string | null;

/**
 * A record that passed every check.
 *
 * Shapes: `values` in the order of the feed's columns; null is missing, never 0. `regionCode` is null for a feed without
 * regions, `month` for one that is not monthly.
 */
export type FeedRow = {
  /** Where it stands in its file, as one number; a text file's is its line, the first being 1. The batch's plan turns it into sheet and row. */
  readonly line: number;
  readonly regionCode: string | null;
  readonly month: Month | null;
  readonly values: readonly FeedValue[];
  /** The sender's own cells; kept only as long as the chunk is. */
  readonly raw: readonly string[];
};

/**
 * Why a row was not simply taken in.
 *
 * Shapes: `column` is the header as the file writes it; `cell` the place in a workbook, `表2!C17`.
 */
export type RowReason = {
  readonly code: string;
  readonly column?: string;
  readonly cell?: string;
  readonly message: string;
};
export type RowOutcome = 'warned' | 'quarantined' | 'duplicate';

/** What became of a row that was not simply accepted; the row itself is kept whole. */
export type LedgerRow = {
  readonly line: number;
  readonly outcome: RowOutcome;
  readonly reasons: readonly RowReason[];
  readonly raw: readonly string[];
};

/** total = accepted + warned + quarantined + duplicate, exactly; `empty` records hold no figure and are counted apart. */
export type RowCounts = {
  readonly total: number;
  readonly accepted: number;
  readonly warned: number;
  readonly quarantined: number;
  readonly duplicate: number;
  readonly empty: number;
};

export const NO_ROWS: RowCounts = { total: 0, accepted: 0, warned: 0, quarantined: 0, duplicate: 0, empty: 0 };

/** Net sales of a month. Missing: null if either figure is; a month with half a report is not a report. */
export function netSales(figures: readonly (number | null)[]): number | null {
  const [signed = null, cancelled = null] = figures;
  return signed === null || cancelled === null ? null : signed - cancelled;
}

/**
 * Saleable stock of a month by definition.
 *
 * Missing: null if any part of it is: a sum of what happens to be there would be too low.
 * Errors: invalid/NUM_RANGE if the sum leaves the exact range.
 */
export function stockOf(figures: readonly (number | null)[], kind: 'narrow' | 'broad'): number | null {
  const [presale = null, completed = null, , , unpermitted = null] = figures;
  if (presale === null || completed === null) return null;
  if (kind === 'narrow') return safeInteger(presale + completed, '可售面积');
  return unpermitted === null ? null : safeInteger(presale + completed + unpermitted, '可售面积（广义）');
}
