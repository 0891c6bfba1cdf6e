import { INDICATOR_TEXT, type IndicatorCode, type Jurisdiction, PROJECT_LEVELS, SIMULATED_MARK } from '@quhua/core';
import type { TrialDocument, TrialProject } from '@quhua/engine';
import { instantText } from './instant-text.ts';
import type { Output } from './output.ts';
import { LEVEL_TEXT, printQuality } from './quality-text.ts';

export type TrialPlace = { readonly jurisdiction: Jurisdiction; readonly inForce: string; readonly tried: string };

/** A trial for people: what is tried, what it would have changed, how good either warning was. */
export function printTrial(out: Output, trial: TrialDocument, { jurisdiction, inForce, tried }: TrialPlace): void {
  const { asOf, date, counts, differences, quality } = trial;
  out.line(out.paint('bold', '保交房交付预警：试算与衡量'));
  if (trial.simulated) out.line(`${SIMULATED_MARK}由模拟数据得出，不代表任何真实情况 / simulated data`);
  const known = instantText(asOf, jurisdiction.timezone);
  const strays = counts.unregistered === 0 ? '' : `；另有 ${counts.unregistered} 个编号有报告而不在清单，未计`;
  out.line(`${jurisdiction.name}  历史算到 ${date}  数据按 ${known} 所知`);
  out.line(`清单 ${counts.registered} 个项目，有报告 ${counts.reported} 个${strays}`);
  out.line(`现行：${inForce}`);
  if (inForce !== tried) out.line(`试算：${tried}`);
  out.line('只算不存，不改设定，不发预警 / nothing is stored or sent');
  if (differences.length === 0) {
    const why = inForce === tried ? '没有给出另一套设定' : '两套预警设定完全相同';
    out.line(out.paint('yellow', `${why}，没有可比的：下面只衡量现行预警 / nothing to compare: the measure only`));
  } else {
    printDifferences(out, trial);
    printOverview(out, trial);
    printChanged(out, trial, jurisdiction);
  }
  printQuality(out, quality);
}

const KEY_TEXT: Readonly<Record<string, string>> = {
  expected: '应有项目数',
  'overrides.overdueDays': '一票为红：逾期天数',
  'overrides.idleDays': '一票为红：停工天数',
  'overrides.frozen': '一票为红：账户冻结',
  required: '缺了算“未知”的指标',
  horizons: '临近交付自动提示',
  winter: '冬歇',
  paceDays: '近期速度看多少施工日',
  fallAfter: '连续几次较轻才降级',
  reportEvery: '报告间隔（天）',
  filingDays: '交付前多少天要手续',
  guaranteePercent: '保函抵减上限（%）',
};

function keyText(key: string): string {
  const [kind, code = '', level = ''] = key.split('.');
  if (kind !== 'limits' && kind !== 'weights') return KEY_TEXT[key] ?? key;
  const indicator = `${code} ${INDICATOR_TEXT[code as IndicatorCode]}`; // safe: keys are made from the codes
  return kind === 'weights' ? `${indicator}：权重` : `${indicator}：到${LEVEL_TEXT[level as 'red']}的界限`;
}

function printDifferences(out: Output, { differences }: TrialDocument): void {
  out.line();
  out.line(out.paint('bold', `改了 ${differences.length} 处设定`));
  out.table(
    [{ head: '设定' }, { head: '现行' }, { head: '试算' }, { head: 'delivery.yaml 中的位置' }],
    differences.map(({ key, from, to }) => [keyText(key), from ?? '（无）', to ?? '（无）', key]),
  );
}

type Side = 'current' | 'trial';

/** What a chief asks first: how many of each level, how many in time, how much work. */
function printOverview(out: Output, { projects, quality, counts }: TrialDocument): void {
  if (quality.trial === null) return;
  const sides = { current: quality.current, trial: quality.trial };
  const both = (name: string, figure: (side: Side) => string): string[] => [name, figure('current'), figure('trial')];
  const levels = PROJECT_LEVELS.toReversed().map((level) =>
    both(`目前为${LEVEL_TEXT[level]}的项目`, (side) => `${projects.filter((one) => one[side].level === level).length}`),
  );
  const load = (side: Side) => sides[side].asSet.load;
  const orange = (side: Side) => sides[side].asSet.events.late.levels.orange;
  out.line();
  out.line(out.paint('bold', `对 ${counts.registered} 个项目的影响`));
  out.table(
    [{ head: '' }, { head: '现行', align: 'figure' }, { head: '试算', align: 'figure' }],
    [
      ...levels,
      both('曾到橙或红的项目', (side) => `${projects.filter((one) => one[side].firstOrangeOn !== null).length}`),
      both(
        '晚发现：逾期项目到合同日仍未到橙',
        (side) => `${orange(side).misses}/${orange(side).misses + orange(side).hits}`,
      ),
      both('错报：到过橙或红却按期交付', (side) => `${orange(side).falseAlarms}`),
      both('升到橙、红的次数（全部历史）', (side) => `${load(side).rises.orange.total}`),
      both('　其中最多的一周', (side) => busiest(load(side).rises.orange.busiest)),
    ],
  );
}

function busiest(week: { readonly week: string; readonly rises: number } | null): string {
  return week === null ? '0' : `${week.rises}（${week.week}）`;
}

/** Rows for people; a program takes them all. */
const MOST_ROWS = 40;

function printChanged(out: Output, { projects }: TrialDocument, { regions }: Jurisdiction): void {
  const shortNames = new Map(regions.map(({ code, short }) => [code, short]));
  const changed = projects.filter(({ changes }) => changes.length > 0);
  const levels = changed.filter(({ changes }) => changes.some((change) => change !== 'score'));
  const moved = projects.filter(({ place }) => place.current !== place.trial).length;
  out.line();
  out.line(
    out.paint(
      'bold',
      `有变化的项目：等级或天数变的 ${levels.length} 个，只有排序分数变的 ${changed.length - levels.length} 个`,
    ),
  );
  out.line(out.paint('dim', `排序先后变的 ${moved} 个；“甲→乙”为现行→试算，只有一个值的没有变`));
  if (changed.length === 0) return;
  const rank = ({ changes }: TrialProject): number =>
    changes.includes('level') ? 0 : changes.includes('highest') ? 1 : changes.some((one) => one !== 'score') ? 2 : 3;
  const shown = changed.toSorted((a, b) => rank(a) - rank(b) || a.place.trial - b.place.trial).slice(0, MOST_ROWS);
  out.table(
    [
      ...[{ head: '项目编号' }, { head: '名称' }, { head: '县市' }, { head: '目前等级' }, { head: '曾到最高' }],
      ...[{ head: '首次到橙' }, { head: '橙红天数' }, { head: '分数' }, { head: '先后' }],
    ],
    shown.map((one) => rowOf(one, shortNames.get(one.region.code) ?? one.region.name)),
  );
  if (changed.length > shown.length) out.line(`…… 共 ${changed.length} 个，其余见 --json / the rest with --json`);
}

function rowOf({ projectNo, name, current, trial, place }: TrialProject, region: string): string[] {
  const orangeDays = ({ daysAt }: TrialProject['current']): string => String(daysAt.orange + daysAt.red);
  return [
    projectNo,
    name,
    region,
    arrow(LEVEL_TEXT[current.level], LEVEL_TEXT[trial.level]),
    arrow(LEVEL_TEXT[current.highest], LEVEL_TEXT[trial.highest]),
    arrow(current.firstOrangeOn ?? '—', trial.firstOrangeOn ?? '—'),
    arrow(orangeDays(current), orangeDays(trial)),
    arrow(scoreText(current.score), scoreText(trial.score)),
    arrow(String(place.current), String(place.trial)),
  ];
}

function arrow(from: string, to: string): string {
  return from === to ? from : `${from}→${to}`;
}

function scoreText(tenths: number): string {
  return `${Math.floor(tenths / 10)}.${tenths % 10}`;
}
