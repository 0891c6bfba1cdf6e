import { FEEDS, type FeedName } from '@quhua/core';

/** What each column means, for the people who fill it in. Shapes: by canonical name; every column of the feed has one. */
type Notes = Readonly<Record<string, string>>;

const NOTES: Readonly<Record<FeedName, Notes>> = {
  sales: {
    signed_area: '当月新签（网签备案）的商品住房建筑面积，包括后来撤销的；不是扣除撤销后的净额',
    cancelled_area: '当月撤销（退房、注销）的网签建筑面积，不论原合同哪个月签订',
    signed_units: '当月新签的套数',
    cancelled_units: '当月撤销的套数',
  },
  inventory: {
    presale_unsold_area: '月末已取得预售许可、尚未网签的住房建筑面积',
    completed_unsold_area: '月末已竣工（现售）、尚未网签的住房建筑面积',
    presale_unsold_units: '月末已取得预售许可、尚未网签的套数',
    completed_unsold_units: '月末已竣工（现售）、尚未网签的套数',
    unpermitted_area: '月末已供地、尚未取得预售许可的住房建筑面积',
    newly_permitted_area: '当月新批准预售的住房建筑面积',
    adjustment_area: '当月库存的其他增减：测绘更正、许可注销、回购等；减少填负数',
  },
  contracts: {
    contract_no: '网签合同编号，一份合同一行，不得重复',
    project: '项目（楼盘）名称',
    signed_on: '合同签订（网签备案）日期',
    cancelled_on: '合同撤销日期；没有撤销的空着',
    area: '合同建筑面积',
    price_total: '合同总价',
  },
  land: {
    entry_no: '台账编号，一笔一行，不得重复',
    kind: '这一笔是什么事项，从下拉列表中选',
    parcel_no: '宗地编号',
    land_use: '土地用途，如商品住宅用地',
    area: '宗地面积，整平方米',
    date: '事项发生的日期',
    document: '依据的文件或合同编号；没有的空着',
    residential_share_pct: '商住等混合用地中商品住宅所占的比例，填 0 到 100 的数；不是混合用地的空着',
  },
  projects: {
    project_no: '项目编号，一个项目一行，不得重复',
    name: '项目名称',
    developer: '开发企业名称',
    buildings: '楼栋数',
    total_units: '总套数',
    households_sold: '已售（应交付）户数',
    contract_delivery_on: '合同约定的交付日期',
    whitelist_approved: '白名单审批的融资金额',
    whitelist_disbursed: '白名单已投放的金额',
    guarantee_amount: '预售资金保函金额',
    promoted_name: '推广名（楼盘对外用的名称）；与项目名称相同的空着',
    permit_no: '预售许可证号；有几个的用顿号隔开',
    escrow_bank: '预售资金监管账户的开户银行',
    whitelist_state: '白名单进展到哪一步，从下拉列表中选；不清楚的空着',
    guarantee_no: '保函编号；有几份的用顿号隔开',
    merged_into: '本项目已并入其他项目或换了编号的，填新的项目编号；其他空着',
  },
  'project-reports': {
    project_no: '项目编号，与项目清单一致',
    report_date: '这些数字是哪一天的',
    physical_progress_pct: '实际形象进度，填 0 到 100 的数',
    planned_progress_pct: '到报告日期为止计划应达到的进度，填 0 到 100 的数',
    escrow_balance: '监管账户余额',
    escrow_required: '重点监管额度',
    guarantee_amount: '保函金额',
    unpaid_buyer_money: '购房人尚未付清的购房款',
    cost_to_complete: '到竣工交付还需要的建设资金',
    idle_days: '连续停工天数；没有停工填 0',
    petitions_30d: '近 30 日信访件数；确实没有填 0',
    account_frozen: '监管账户是否被冻结',
    completion_filed: '是否已竣工备案',
    households_delivered: '已交付户数',
  },
  'plan-progress': {
    item: '年度住房发展计划中的项目，写计划里的名称或代号，如“公租房套数”',
    report_date: '这些数字是哪一天的',
    done_units: '从 1 月 1 日到报告日期累计完成的套数、户数或个数；确实没有完成填 0',
    done_area: '从 1 月 1 日到报告日期累计完成的建筑面积；确实没有完成填 0',
    done_land: '从 1 月 1 日到报告日期累计供应的用地面积；确实没有供应填 0',
  },
  'project-notices': {
    notice_no: '动态编号，一件一行，不得重复',
    project_no: '项目编号，与项目清单一致',
    date: '这件事发生或文件落款的日期',
    kind: '是什么事，从下拉列表中选',
    amount: '对账单填账户余额，冻结、执行填涉及的金额；其他空着',
    count: '交付填到这一天为止累计交付的户数，信访填件数；其他空着',
    document: '依据的文件、文号；没有的空着',
  },
  'project-schedule': {
    project_no: '项目编号，与项目清单一致',
    kind: '是楼栋的合同交付、资金监管节点还是进度计划，从下拉列表中选',
    item: '楼号、节点名称或计划节点的名称；同一项目同一类型中不得重复',
    date: '楼栋填合同约定的交付日期，计划填应达到该进度的日期；监管节点空着',
    progress_pct: '监管节点填形象进度达到多少即到该节点，计划填计划进度，填 0 到 100 的数；楼栋空着',
    amount: '监管节点填到该节点后必须留存的重点监管额度；其他空着',
    count: '楼栋填该栋已售户数；其他空着',
    document: '依据的文件、文号；没有的空着',
  },
};

/** What a column means. */
export function columnNote(feed: FeedName, column: string): string {
  return NOTES[feed][column] ?? column;
}

/** Columns that nobody has explained; none, as the tests see to it. */
export function unexplained(feed: FeedName): string[] {
  return FEEDS[feed].columns.map(({ name }) => name).filter((name) => NOTES[feed][name] === undefined);
}
