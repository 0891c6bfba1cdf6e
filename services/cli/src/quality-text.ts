import {
  CALIBRATION_BANDS,
  type CalibrationBand,
  type DateErrors,
  LATE_EVENT_NAMES,
  type LateEvent,
  type LevelQuality,
  NOMINAL_WITHIN,
  type ProjectLevel,
  quotientText,
  SIGNAL_LEVELS,
  type Signal,
  type Spread,
  WARNING_LEVELS,
  type WarningQuality,
} from '@quhua/core';
import type { TrialDocument } from '@quhua/engine';
import type { Output } from './output.ts';

export const LEVEL_TEXT: Readonly<Record<ProjectLevel, string>> = {
  none: '正常',
  blue: '蓝',
  yellow: '黄',
  unknown: '未知',
  orange: '橙',
  red: '红',
};

type Fraction = NonNullable<Signal['recall']>;
/** One or two measures with what they are called. */
type Sides = readonly { readonly side: string; readonly quality: WarningQuality }[];
type Variant = 'asSet' | 'withoutHorizons';
const VARIANTS: readonly Variant[] = ['asSet', 'withoutHorizons'];
const VARIANT_TEXT: Readonly<Record<Variant, string>> = { asSet: '含', withoutHorizons: '不含' };

/** How good the warning was, in counts first: with so few projects a share alone says little. */
export function printQuality(out: Output, { current, trial }: TrialDocument['quality']): void {
  const sides: Sides = [
    { side: '现行', quality: current },
    ...(trial === null ? [] : [{ side: '试算', quality: trial }]),
  ];
  for (const event of LATE_EVENT_NAMES) printEvent(out, event, sides);
  printLoad(out, sides);
  printCalibration(out, sides);
  printFoot(out, current);
}

const EVENT_TEXT: Readonly<Record<LateEvent, string>> = {
  late: '合同交付日没有交付',
  late90: '合同交付日后 90 天仍没有交付',
};

function printEvent(out: Output, event: LateEvent, sides: Sides): void {
  const [first] = sides;
  if (first === undefined) return;
  const { decided, late, unclear, undecided } = first.quality.asSet.events[event];
  const { open, undated, unknown } = undecided;
  out.line();
  out.line(out.paint('bold', `预警报得准不准：${EVENT_TEXT[event]}`));
  const others = [`未到日子 ${open}`, `无合同日期 ${undated}`, `已备案而已售户数未报 ${unknown}`].join('，');
  const maybe = unclear === 0 ? '' : `（其中 ${unclear} 个在下一次报告里已交付，按月报分不清是否逾期）`;
  out.line(`已见分晓 ${decided} 个：逾期 ${late}${maybe}，未逾期 ${decided - late}`);
  out.line(out.paint('dim', `不计：${others}`));
  if (decided === 0) return;
  if (late === 0 || late === decided) {
    const what = late === 0 ? '没有一个逾期，命中率' : '没有一个按期，准确率和误报率';
    out.line(out.paint('yellow', `${what}说明不了什么`));
  }
  out.table(
    [
      ...[{ head: '合同日之前' }, { head: '设定' }, { head: '临近提示' }],
      ...['逾期报了', '未逾期报了', '逾期没报', '未逾期没报'].map((head) => ({ head, align: 'figure' as const })),
      ...[{ head: '命中率' }, { head: '准确率' }, { head: '误报率' }, { head: '噪声比' }, { head: '提前天数' }],
    ],
    SIGNAL_LEVELS.flatMap((level) =>
      rowsOf(sides, (quality) => signalCells(quality.events[event].levels[level])).map((row) => [
        levelText(level),
        ...row,
      ]),
    ),
  );
}

function levelText(level: ProjectLevel): string {
  return `${LEVEL_TEXT[level]}${level === 'red' ? '' : '或更重'}`;
}

/** A row for each setting, with the calendar's attention and without; those that say the same are one. */
function rowsOf(sides: Sides, cellsOf: (quality: LevelQuality) => string[]): string[][] {
  const rows = sides.flatMap(({ side, quality }) => {
    const [withIt = [], without = []] = VARIANTS.map((variant) => cellsOf(quality[variant]));
    if (isSame(withIt, without)) return [{ side, variant: '不论', cells: withIt }];
    return [
      { side, variant: VARIANT_TEXT.asSet, cells: withIt },
      { side, variant: VARIANT_TEXT.withoutHorizons, cells: without },
    ];
  });
  const merged = rows.map((row) => {
    const twins = rows.filter(({ variant, cells }) => variant === row.variant && isSame(cells, row.cells));
    return twins.length > 1 ? { ...row, side: '两者', isFirst: twins[0] === row } : { ...row, isFirst: true };
  });
  return merged.filter(({ isFirst }) => isFirst).map(({ side, variant, cells }) => [side, variant, ...cells]);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.join('\n') === b.join('\n');
}

function signalCells(signal: Signal): string[] {
  const { hits, falseAlarms, misses, silences, unknownHits, unknownFalseAlarms, warnedAfter } = signal;
  const byUnknown = (count: number): string => (count === 0 ? '' : `（未知${count}）`);
  return [
    `${hits}${byUnknown(unknownHits)}`,
    `${falseAlarms}${byUnknown(unknownFalseAlarms)}`,
    `${misses}${warnedAfter === 0 ? '' : `（后报${warnedAfter}）`}`,
    `${silences}`,
    percentText(signal.recall),
    percentText(signal.precision),
    percentText(signal.falseAlarmRate),
    quotient(signal.noiseToSignal, 2),
    spreadText(signal.lead),
  ];
}

function spreadText(spread: Spread | null): string {
  return spread === null ? '—' : `${spread.median}（${spread.min}–${spread.max}）`;
}

function quotient(fraction: Fraction | null, decimals: number): string {
  return fraction === null ? '—' : quotientText(BigInt(fraction.numerator), BigInt(fraction.denominator), decimals);
}

function percentText(fraction: Fraction | null): string {
  return fraction === null ? '—' : `${quotient({ ...fraction, numerator: fraction.numerator * 100 }, 0)}%`;
}

/** `5/7（71%）`. */
function countedShare(fraction: Fraction | null): string {
  return fraction === null ? '—' : `${fraction.numerator}/${fraction.denominator}（${percentText(fraction)}）`;
}

function printLoad(out: Output, sides: Sides): void {
  out.line();
  out.line(
    out.paint('bold', `每周有多少要跟进（等级上升一次算一次，共 ${sides[0]?.quality.asSet.load.weeks ?? 0} 周）`),
  );
  out.table(
    [
      ...[{ head: '升到' }, { head: '设定' }, { head: '临近提示' }, { head: '次数', align: 'figure' as const }],
      ...[
        { head: '每周平均', align: 'figure' as const },
        { head: '最多的一周', align: 'figure' as const },
      ],
    ],
    WARNING_LEVELS.flatMap((level) =>
      rowsOf(sides, ({ load }) => riseCells(load.rises[level])).map((row) => [levelText(level), ...row]),
    ),
  );
  for (const { side, quality } of sides) for (const line of budgetLines(quality.asSet)) out.line(`${side}：${line}`);
}

function riseCells({ total, perWeek, busiest }: LevelQuality['load']['rises']['red']): string[] {
  return [`${total}`, quotient(perWeek, 1), busiest === null ? '—' : `${busiest.rises}（${busiest.week}）`];
}

function budgetLines({ events, load }: LevelQuality): string[] {
  const { overBudget, changes, projectDays, flapRate } = load;
  const recall = countedShare(events.late.levels.orange.recall);
  return [
    `升到橙、红多于每周 ${overBudget.budget} 次（跟得过来的次数）的周有 ${countedShare(overBudget.share)}；橙的命中率 ${recall}`,
    `每个项目每季（91 天）变级 ${quotient(flapRate, 2)} 次（${changes} 次，${projectDays} 项目日）`,
  ];
}

const BAND_TEXT: Readonly<Record<CalibrationBand, string>> = {
  near: '90 天以内',
  middle: '91–180 天',
  far: '180 天以上',
};

function printCalibration(out: Output, sides: Sides): void {
  out.line();
  out.line(out.paint('bold', '预计完工日期准不准（只看已报 100% 的项目）'));
  const [first, second] = sides.map(({ quality }) => quality.calibration);
  if (first === undefined || first.all.reports === 0) {
    out.line('还没有可比的：没有一个项目在报到 100% 之前有过预计日期 / nothing to compare yet');
    return;
  }
  const same = JSON.stringify(first) === JSON.stringify(second);
  const shown = second === undefined || same ? sides.slice(0, 1) : sides;
  const row = (name: string, side: string, errors: DateErrors): string[] => [
    ...[name, side, `${errors.projects}`, `${errors.reports}`, `${errors.never}`],
    ...[dayText(errors.median, '+'), dayText(errors.medianAbsolute), countedShare(errors.within)],
  ];
  const figure = (head: string) => ({ head, align: 'figure' as const });
  out.table(
    [
      { head: '距实际完工' },
      { head: '设定' },
      ...['项目', '报告', '报“完不了”', '误差中位', '误差大小中位'].map(figure),
      { head: '落在区间内' },
    ],
    shown.flatMap(({ side, quality: { calibration } }) => [
      row('全部', same ? '两者同' : side, calibration.all),
      ...CALIBRATION_BANDS.map((band) => row(BAND_TEXT[band], same ? '两者同' : side, calibration.bands[band])),
    ]),
  );
  const nominal = percentText(NOMINAL_WITHIN);
  out.line(out.paint('dim', `误差按天，正数为预计得偏晚；区间按过去速度的两成至八成，应有 ${nominal} 落在其内`));
}

function dayText(days: number | null, plus = ''): string {
  return days === null ? '—' : `${days > 0 ? plus : ''}${days}`;
}

function printFoot(out: Output, { reportedTooLate, withoutReports }: WarningQuality): void {
  out.line();
  for (const line of [
    '逾期没报即晚发现：到合同日（不含）都没有到这一级；“后报”是其中合同日当天或以后才到的',
    '命中率＝逾期报了÷逾期；准确率＝逾期报了÷报了；误报率＝未逾期报了÷未逾期；噪声比＝误报率÷命中率，小于 1 才有用',
    '“未知”比黄重、比橙轻；括号中的“未知”是只因数据不全才报的',
    '提前天数：合同日前一直没降回去的那一段有多长，中位（最小–最大），只算逾期报了的',
    '“临近提示”是到期前按日历自动提示（horizons），人人都会到，所以另列不含它的',
    '历史按现在所知的数据重算，不是当时所知；合同日期按清单的现值',
    ...(withoutReports === 0 ? [] : [`${withoutReports} 个项目从未有报告，不在以上数字里`]),
    ...(reportedTooLate === 0 ? [] : [`${reportedTooLate} 个项目到合同日以后才有第一次报告，谈不上提前`]),
  ]) {
    out.line(out.paint('dim', line));
  }
}
