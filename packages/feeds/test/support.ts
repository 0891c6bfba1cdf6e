import {
  AppError,
  createRegionLookup,
  type FeedRow,
  type FeedsSettings,
  type LedgerRow,
  type Region,
  type RowCounts,
  type RowReason,
} from '@quhua/core';
import { type FeedContext, type FeedFile, openFeed, type ReadPlan } from '../src/index.ts';
import { encodeGb18030 } from '../src/mojibake.ts';

const region = (code: string, name: string, short: string, aliases: string[] = []): Region => {
  return { code, name, short, kind: 'county', aliases, local: code.includes('-') };
};

/** The 13 units of the sample feeds. */
export const REGIONS: readonly Region[] = [
  region('653101', '喀什市', '喀什', ['喀什市本级']),
  region('653100-JKQ', '喀什经济开发区', '经开区', ['喀什经开区']),
  region('653121', '疏附县', '疏附'),
  region('653122', '疏勒县', '疏勒'),
  region('653123', '英吉沙县', '英吉沙'),
  region('653124', '泽普县', '泽普'),
  region('653125', '莎车县', '莎车'),
  region('653126', '叶城县', '叶城'),
  region('653127', '麦盖提县', '麦盖提'),
  region('653128', '岳普湖县', '岳普湖'),
  region('653129', '伽师县', '伽师'),
  region('653130', '巴楚县', '巴楚'),
  region('653131', '塔什库尔干塔吉克自治县', '塔县', ['塔什库尔干', '塔什库尔干县']),
];

/** The words of the sample files. */
export const SETTINGS: FeedsSettings = {
  heldAboveShare: 0.5,
  totals: 'hold',
  mappings: [],
  keyHeaders: {
    region: ['县市', '县（市、开发区）', '地区', '地区名称', '地区代码', '行政区', '单位名称', '所在县市'],
    month: ['月份', '统计月份', '统计时点', '统计时点（月末日期）'],
    year: ['年份', '年度'],
    unit: ['单位', '计量单位', '面积单位'],
  },
  feeds: {
    sales: {
      simulated: false,
      headers: {
        signed_area: ['网签面积', '网签>面积', '网签面积>合计（预售+现售）'],
        signed_units: ['网签套数', '网签>套数'],
        cancelled_area: ['撤销网签面积', '撤销面积', '退房面积', '撤销网签>面积'],
        cancelled_units: ['撤销网签套数', '撤销套数', '退房套数', '撤销网签>套数'],
      },
    },
    inventory: {
      simulated: false,
      headers: {
        presale_unsold_area: ['批准预售未售面积', '批准预售未售>面积'],
        presale_unsold_units: ['批准预售未售套数', '预售未售套数', '批准预售未售>套数'],
        completed_unsold_area: ['现售未售面积', '现售未售>面积'],
        completed_unsold_units: ['现售未售套数', '现售未售>套数'],
        newly_permitted_area: ['新批准预售面积', '本月新批准预售面积', '当月新批准预售面积'],
        unpermitted_area: ['未取得预售许可面积', '已供地未取得预售许可面积'],
        adjustment_area: ['库存调整面积'],
      },
    },
    contracts: {
      simulated: false,
      headers: {
        contract_no: ['合同编号'],
        project: ['项目名称'],
        signed_on: ['签订日期'],
        cancelled_on: ['撤销日期'],
        area: ['建筑面积'],
        price_total: ['合同总价'],
      },
    },
    land: {
      simulated: false,
      headers: {
        entry_no: ['台账编号'],
        kind: ['类型'],
        parcel_no: ['宗地编号'],
        land_use: ['用途'],
        area: ['面积'],
        date: ['日期'],
      },
    },
    projects: {
      simulated: false,
      headers: {
        project_no: ['项目编号'],
        name: ['项目名称'],
        developer: ['开发企业'],
        buildings: ['楼栋数'],
        total_units: ['总套数'],
        households_sold: ['已售套数'],
        contract_delivery_on: ['合同约定交付日期'],
        whitelist_approved: ['白名单审批金额'],
        whitelist_disbursed: ['白名单已投放金额'],
        guarantee_amount: ['保函金额'],
      },
    },
    'project-reports': {
      simulated: false,
      headers: {
        project_no: ['项目编号'],
        report_date: ['报告日期'],
        physical_progress_pct: ['形象进度'],
        planned_progress_pct: ['计划进度'],
        escrow_balance: ['监管账户余额'],
        escrow_required: ['重点监管额度'],
        cost_to_complete: ['后续建设资金'],
        unpaid_buyer_money: ['未收购房款'],
        idle_days: ['停工天数'],
        petitions_30d: ['近30日信访件数'],
        account_frozen: ['账户是否冻结'],
        completion_filed: ['是否竣工备案'],
        households_delivered: ['已交付户数'],
      },
    },
    'plan-progress': {
      simulated: false,
      headers: {
        item: ['计划项目'],
        report_date: ['报告日期'],
        done_units: ['累计完成数量'],
        done_area: ['累计完成面积'],
        done_land: ['累计供应用地'],
      },
    },
    'project-notices': {
      simulated: false,
      headers: { notice_no: ['动态编号'], project_no: ['项目编号'], date: ['日期'], kind: ['类型'], amount: ['金额'] },
    },
    'project-schedule': {
      simulated: false,
      headers: { project_no: ['项目编号'], kind: ['类型'], item: ['楼号或节点'], date: ['日期'], amount: ['监管额度'] },
    },
  },
};

/** As the sample feeds are known. */
export const CONTEXT: FeedContext = {
  settings: SETTINGS,
  lookup: createRegionLookup(REGIONS),
  jurisdiction: { code: '653100', name: '喀什地区' },
  today: '2025-11-06',
};

export type Outcome = {
  readonly plan: ReadPlan;
  readonly rows: readonly FeedRow[];
  /** By line. */
  readonly ledger: ReadonlyMap<number, LedgerRow>;
  readonly counts: RowCounts;
  readonly notes: readonly RowReason[];
};

/** Reads a whole file as its caller does, revocations applied. */
export async function readAll(file: FeedFile, context: FeedContext = CONTEXT): Promise<Outcome> {
  const reading = await openFeed(file, context);
  const rows = new Map<number, FeedRow>();
  const ledger = new Map<number, LedgerRow>();
  for await (const chunk of reading.chunks()) {
    for (const line of chunk.revokedLines) {
      rows.delete(line);
      ledger.delete(line);
    }
    for (const row of chunk.rows) rows.set(row.line, row);
    for (const row of chunk.ledger) ledger.set(row.line, row);
  }
  return { plan: reading.plan, rows: [...rows.values()], ledger, counts: reading.counts(), notes: reading.notes() };
}

/** A text as a file. */
export function fileOf(text: string, name = '月报.csv'): FeedFile {
  return { name, bytes: Buffer.from(text) };
}

export function lines(...rows: string[]): string {
  return rows.map((row) => `${row}\n`).join('');
}

/** The error with which a file is refused; fails if it is taken. */
export async function refusalOf(file: FeedFile, context: FeedContext = CONTEXT): Promise<AppError> {
  try {
    await readAll(file, context);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`${file.name} was not refused`);
}

export function gb18030(text: string): Buffer {
  const bytes = encodeGb18030(text);
  if (bytes === undefined) throw new Error('not to be written with two bytes a character');
  return bytes;
}

export function codesOf(reasons: readonly RowReason[]): string[] {
  return reasons.map(({ code }) => code);
}

export { runs } from '../../../test/support/seeds.ts';
