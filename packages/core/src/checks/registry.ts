import type { MonthlyFeed } from '../feed.ts';

/**
 * What a check does when it finds something: nothing, a word with the row, the row sent back, the whole file waits for a
 * person.
 */
export const CHECK_LEVELS = ['off', 'warn', 'refuse', 'hold'] as const;
export type CheckLevel = (typeof CHECK_LEVELS)[number];

/** A setting of a check: a whole number. `why` is the reason of its default. */
export type CheckParameter = {
  readonly default: number;
  readonly least: number;
  readonly most: number;
  readonly zh: string;
  readonly why: string;
};

export type CheckDefinition = {
  readonly title: { readonly zh: string; readonly en: string };
  readonly feeds: readonly MonthlyFeed[];
  readonly level: CheckLevel;
  /** A check of the file as a whole has no row to send back. */
  readonly levels: readonly CheckLevel[];
  readonly parameters: Readonly<Record<string, CheckParameter>>;
};

const BOTH = ['sales', 'inventory'] as const;
const OF_FILE = ['off', 'warn', 'hold'] as const;

/** Every check on plausible values, by its code: which feeds it looks at, how strictly, and with which settings. */
export const CHECKS = {
  UNIT_MIXUP: {
    title: { zh: '面积单位错填（10000 或 666.67 倍）', en: 'unit of area mixed up (10,000 or 666.67 times)' },
    feeds: BOTH,
    level: 'refuse',
    levels: CHECK_LEVELS,
    parameters: {
      minMonths: {
        default: 6,
        least: 3,
        most: 24,
        zh: '至少要有几个月的非零数',
        why: '半年以下看不出常见值 / half a year is the least that shows a typical size',
      },
    },
  },
  UNIT_MIXUP_MU: {
    title: { zh: '疑似亩与公顷混用（15 倍）', en: '亩 and 公顷 perhaps mixed up (15 times)' },
    feeds: BOTH,
    level: 'warn',
    levels: CHECK_LEVELS,
    parameters: {
      withinPercent: {
        default: 25,
        least: 1,
        most: 60,
        zh: '与 15 倍相差多少以内（%）',
        why: '真实的暴增也可能到十几倍，离 15 越远越不像单位错误 / a true jump may reach it too: only near 15 it is the unit',
      },
      spreadTimes: {
        default: 5,
        least: 2,
        most: 10,
        zh: '常见值上下四分位相差不到几倍才判断',
        why: '本来就大起大落的数，分不出 15 倍 / figures that swing as much hide a factor of 15',
      },
    },
  },
  JUMP: {
    title: { zh: '与本单位历史相差过大', en: 'far from the own history of the unit' },
    feeds: BOTH,
    level: 'warn',
    levels: CHECK_LEVELS,
    parameters: {
      salesTimes: {
        default: 6,
        least: 2,
        most: 100,
        zh: '网签超过（或不足）常见值的几倍（几分之一）',
        why: '春节月约为常见值的四分之一，一次团购可到两三倍 / the month of the Spring Festival is a quarter, one bulk purchase two or three times',
      },
      stockPercent: {
        default: 50,
        least: 5,
        most: 1000,
        zh: '库存一个月变化超过百分之几',
        why: '一年去化一半已属罕见，一个月不可能 / half of a stock sold in a year is rare, in a month impossible',
      },
      floorSqm: {
        default: 3000,
        least: 0,
        most: 1_000_000_000,
        zh: '小于这个面积（㎡）不判断',
        why: '约三十套房：小县一两笔合同就能翻几倍 / some thirty homes: in a small county a contract or two is many times the month before',
      },
    },
  },
  STOCK_FLOW: {
    title: { zh: '库存与进出不平', en: 'stock does not follow from permits and sales' },
    feeds: BOTH,
    level: 'warn',
    levels: CHECK_LEVELS,
    parameters: {
      tolerancePercent: {
        default: 2,
        least: 0,
        most: 100,
        zh: '容许相差库存的百分之几',
        why: '测绘更正一般在 1% 以内 / re-measured areas stay within 1 %',
      },
      floorSqm: {
        default: 500,
        least: 0,
        most: 1_000_000_000,
        zh: '相差不足这个面积（㎡）不提示',
        why: '四五套房的出入不值得打扰 / four or five homes are not worth a question',
      },
    },
  },
  SALES_GT_STOCK: {
    title: { zh: '净销售大于可售', en: 'more sold than there was to sell' },
    feeds: BOTH,
    level: 'warn',
    levels: CHECK_LEVELS,
    parameters: {},
  },
  ZONE_TWICE: {
    title: { zh: '园区疑似已含在所在市的数内', en: 'a zone perhaps counted in its city too' },
    feeds: BOTH,
    level: 'warn',
    levels: CHECK_LEVELS,
    parameters: {
      withinPercent: {
        default: 2,
        least: 0,
        most: 20,
        zh: '市的多出部分与园区的数相差多少以内（%）',
        why: '多出的恰好是园区的数才算，测绘更正会有少许出入 / the excess must be the figure of the zone, but for re-measured areas',
      },
    },
  },
  CANCELLED_GT_SIGNED: {
    title: { zh: '撤销大于累计网签', en: 'more cancelled than was ever signed' },
    feeds: ['sales'],
    level: 'warn',
    levels: CHECK_LEVELS,
    parameters: {
      minMonths: {
        default: 12,
        least: 1,
        most: 120,
        zh: '之前至少已知几个月的网签',
        why: '历史不满一年时，撤销的可能是更早的合同 / with less than a year known, the contract may be older than that',
      },
    },
  },
  IDENTICAL_PERIOD: {
    title: { zh: '与上月完全相同', en: 'the same as the month before in every figure' },
    feeds: BOTH,
    level: 'warn',
    levels: CHECK_LEVELS,
    parameters: {},
  },
  IDENTICAL_FILE: {
    title: { zh: '全文件与上月完全相同', en: 'the whole file is the month before' },
    feeds: BOTH,
    level: 'hold',
    levels: OF_FILE,
    parameters: {
      minUnits: {
        default: 3,
        least: 1,
        most: 100,
        zh: '至少几个县市的数不为零',
        why: '一两个县市可能真的没有变化，三个以上是复制了上月的表 / one or two units may stand still, three and more are a copied table',
      },
    },
  },
  PERIOD_CUMULATIVE: {
    title: { zh: '疑似累计数', en: 'perhaps cumulative figures' },
    feeds: ['sales'],
    level: 'hold',
    levels: OF_FILE,
    parameters: {
      minMonths: {
        default: 6,
        least: 4,
        most: 12,
        zh: '一年内连续上升几个月才判断',
        why: '春季回暖常连升四五个月 / from winter into summer sales rise for four or five months',
      },
      minUnits: {
        default: 3,
        least: 1,
        most: 100,
        zh: '至少几个县市同时如此；不足时要求连续九个月',
        why: '一个县市碰巧连升，几个县市不会一起 / one unit may rise by chance, several will not together',
      },
    },
  },
  PERIOD_CLOSED: {
    title: { zh: '更正早已结账的月份', en: 'a month closed long ago is corrected' },
    feeds: BOTH,
    level: 'warn',
    levels: CHECK_LEVELS,
    parameters: {
      months: {
        default: 12,
        least: 1,
        most: 600,
        zh: '早于几个月算早已结账',
        why: '十二个月的窗口之外，更正会改动已公布的旧档位 / outside the window of twelve months it rewrites tiers that were published',
      },
    },
  },
  PARTIAL_UNITS: {
    title: { zh: '带合计的表缺县市', en: 'a table with a grand total lacks units' },
    feeds: BOTH,
    level: 'warn',
    levels: OF_FILE,
    parameters: {
      mostPercent: {
        default: 50,
        least: 0,
        most: 100,
        zh: '有超过百分之几的县市才算全地区的表',
        why: '不足一半的是某几个县市自己的表 / with less than half of the units it is a table of these units only',
      },
    },
  },
} as const satisfies Readonly<Record<string, CheckDefinition>>;

export type CheckCode = keyof typeof CHECKS;
export const CHECK_CODES = Object.keys(CHECKS) as readonly CheckCode[]; // safe: the keys of the constant above

/** A zone whose figures must not stand in its city's too. */
export type ZonePair = { readonly zone: string; readonly city: string };

/** `checks.yaml`: how strictly each check is held, with its settings. */
export type ChecksSettings = {
  /** Months before the file's own that a unit's history is taken from. */
  readonly historyMonths: number;
  readonly zones: readonly ZonePair[];
  readonly checks: {
    readonly [C in CheckCode]: { readonly level: CheckLevel } & {
      readonly [P in keyof (typeof CHECKS)[C]['parameters']]: number;
    };
  };
};

/** Two years: enough for the typical size of a figure that stands in every second month only. */
export const HISTORY_MONTHS: CheckParameter = {
  default: 24,
  least: 12,
  most: 120,
  zh: '与此前几个月的历史比较',
  why: '两年：隔月才有的数也够六个 / two years: enough also for a figure that comes every second month',
};

/** What holds where the configuration says nothing. */
export const DEFAULT_CHECKS: ChecksSettings = {
  historyMonths: HISTORY_MONTHS.default,
  zones: [],
  checks: settingsOf(() => ({})),
};

type Written = Readonly<Record<string, unknown>>;

/** The settings of every check: what is given, and else its default. */
export function settingsOf(given: (code: CheckCode) => Written | undefined): ChecksSettings['checks'] {
  const all = CHECK_CODES.map((code) => {
    const { level, parameters }: CheckDefinition = CHECKS[code];
    const defaults = Object.entries(parameters).map(([name, parameter]) => [name, parameter.default] as const);
    return [code, { level, ...Object.fromEntries(defaults), ...given(code) }];
  });
  return Object.fromEntries(all) as ChecksSettings['checks']; // safe: every code with every parameter of its own
}
