import {
  CASE_TEXT,
  type Jurisdiction,
  PROJECT_LEVELS,
  type ProjectLevel,
  SIMULATED_MARK,
  STAKE_DAYS,
  type StakeGroup,
  type StakeSum,
} from '@quhua/core';
import type { ProjectsDocument, ProjectView } from '@quhua/engine';
import { instantText } from './instant-text.ts';
import type { Output, Style } from './output.ts';

const LEVEL_STYLE: Readonly<Record<ProjectLevel, Style>> = {
  none: 'dim',
  blue: 'blue',
  yellow: 'yellow',
  unknown: 'magenta',
  orange: ['bold', 'yellow'],
  red: ['bold', 'red'],
};
/** Colour and word: what is printed without colours says the same. */
const LEVEL_WORD: Readonly<Record<ProjectLevel, string>> = {
  none: '—',
  blue: '蓝',
  yellow: '黄',
  unknown: '未知',
  orange: '橙',
  red: '红',
};

export function projectLevel(out: Output, level: ProjectLevel): string {
  return out.paint(LEVEL_STYLE[level], LEVEL_WORD[level]);
}

/** The projects for people: the list, then households and money at stake. */
export function printProjects(out: Output, found: ProjectsDocument, { name, timezone }: Jurisdiction): void {
  const { date, asOf, projects } = found;
  out.line(out.paint('bold', `${name}保交房项目交付风险`));
  if (projects.some(({ simulated }) => simulated))
    out.line(`${SIMULATED_MARK}数字由模拟数据得出，不代表任何真实项目或企业 / simulated data`);
  out.line(`截至 ${date}  数据按 ${instantText(new Date(asOf), timezone)} 所知`);
  printList(out, found);
  out.line();
  if (projects.length === 0) out.line('没有符合的项目 / no such project');
  else printRows(out, projects);
  printStakes(out, found);
  for (const { developer, red, others } of found.developers)
    out.line(
      out.paint(
        'yellow',
        `企业牵连：${developer} 有红色项目 ${red.join('、')}，其另外 ${others.length} 个项目请一并核查：${others.join('、')}`,
      ),
    );
}

function printList(out: Output, { list, levels }: ProjectsDocument): void {
  const { expected, listed, merged, strangers } = list;
  const counts = PROJECT_LEVELS.toReversed().map((level) => `${projectLevel(out, level)} ${levels[level]}`);
  const matches = expected === null ? '' : expected === listed ? `，与应有数一致` : `，应有 ${expected} 个`;
  const line = `清单 ${listed} 个${matches}；${counts.join('  ')}`;
  out.line(expected === null || expected === listed ? line : out.paint(['bold', 'red'], line));
  for (const { projectNo, into } of merged) out.line(`已并入其他项目：${projectNo} → ${into}`);
  if (strangers.length > 0) out.line(out.paint('yellow', `有报告而不在清单中：${strangers.join('、')}`));
}

function printRows(out: Output, projects: readonly ProjectView[]): void {
  out.table(
    [
      { head: '编号' },
      { head: '项目' },
      { head: '县市' },
      { head: '等级' },
      { head: '分数', align: 'figure' },
      { head: '状态' },
      { head: '合同交付' },
      { head: '预计完工' },
      { head: '未交户', align: 'figure' },
      { head: '首要原因', wrap: true },
    ],
    projects.map((one) => [
      one.projectNo,
      one.name,
      one.regionName,
      projectLevel(out, one.level),
      one.score.toFixed(1),
      CASE_TEXT[one.state],
      one.contractDeliveryOn ?? '未报',
      one.delivered ? '已交付' : (one.projectedOn ?? '—'),
      one.stake.households === null ? '未报' : String(one.stake.households),
      firstReason(one),
    ]),
  );
}

/** Why it stands where it stands; a level that outlives its reasons says so. */
function firstReason({ level, raw, reasons, lifts }: ProjectView): string {
  if (level === raw) return reasons[0] ?? '';
  return `当日${LEVEL_WORD[raw]}，等级保持：${lifts[0] ?? ''}`;
}

const HEADS = ['项目', '红', '未交户', '后续资金', '可用资金', '缺口', `${STAKE_DAYS}天内需`, '账户不足'];

function printStakes(out: Output, { atStake }: ProjectsDocument): void {
  const blocks = [
    {
      head: '等级',
      groups: atStake.byLevel.map((group) => ({ ...group, key: LEVEL_WORD[group.key as ProjectLevel] })),
    }, // safe: keys of this grouping are levels
    { head: '县市', groups: atStake.byRegion },
    { head: '开发企业', groups: atStake.byDeveloper },
  ];
  for (const { head, groups } of blocks) {
    if (groups.length === 0) continue;
    out.line();
    out.line(out.paint('bold', `未交付项目的户数与资金，按${head}（万元，舍到整数）`));
    const columns = HEADS.map((title) => ({ head: title, align: 'figure' as const }));
    out.table([{ head }, ...columns], groups.map(stakeRow));
  }
  out.line(
    out.paint(
      'dim',
      '缺口：后续建设资金减可用资金（余额、保函、未投放贷款、购房人未付）；+n 未报：另有 n 个项目这一数未报，不计入',
    ),
  );
}

function stakeRow({ key, projects, red, sums }: StakeGroup): string[] {
  const money = [sums.costFen, sums.fundsFen, sums.gapFen, sums.nextFen, sums.nextGapFen].map((sum) =>
    sumText(sum, wan),
  );
  return [key, String(projects), String(red), sumText(sums.households, String), ...money];
}

function sumText({ total, unknown }: StakeSum, text: (total: number) => string): string {
  return `${text(total)}${unknown === 0 ? '' : `（+${unknown} 未报）`}`;
}

const FEN_OF_WAN = 1_000_000;

function wan(fen: number): string {
  return String(Math.trunc(fen / FEN_OF_WAN)).replace(/\B(?=(?:\d{3})+$)/gu, ',');
}
