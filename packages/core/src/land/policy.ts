/** Events of a parcel's life that take quota, in the order in which they come. */
export const QUOTA_EVENTS = ['announced', 'sold', 'contracted'] as const;
export type QuotaEvent = (typeof QUOTA_EVENTS)[number];

/** Whether a land use falls under the suspension and the quota. */
export const LAND_CONTROLS = ['controlled', 'exempt'] as const;
export type LandControl = (typeof LAND_CONTROLS)[number];

/** How a use shares a parcel: all of it is that use, a residential share may be given, or must be. */
export const SHARE_RULES = ['none', 'optional', 'required'] as const;

/**
 * One land use as the rule sees it.
 *
 * Shapes: `words` are other names that files and people write for it. `revitalises`: its completions and recoveries add to
 * the quota. `why`: the clause, or the reason of a setting, that a decision cites.
 */
export type LandUseRule = {
  readonly use: string;
  readonly words: readonly string[];
  readonly control: LandControl;
  readonly revitalises: boolean;
  readonly share: (typeof SHARE_RULES)[number];
  readonly why: string;
};

/**
 * What a rulebook says of land supply beyond its tiers; most of it no text settles, so each is a setting.
 *
 * Units: `assessmentMaxAgeMonths` counts from the assessed month to the month of the decision; percentages are whole.
 */
export type LandPolicy = {
  /** Event that first takes quota, and event that makes it final. */
  readonly reserveAt: QuotaEvent;
  readonly confirmAt: QuotaEvent;
  /** A completed phase counts at once, or the parcel only when all of it is completed. */
  readonly completionBy: 'phase' | 'parcel';
  /** What is left at the end of a year: lost, or carried into the next. */
  readonly carryOver: 'none' | 'unused';
  /** A parcel of mixed use counts by its residential share, or whole. */
  readonly mixedUse: 'residential-share' | 'whole';
  /** Land announced while the unit was free: bound by today's tier like any other, or left alone. */
  readonly announcedBefore: 'bound' | 'grandfathered';
  /** A parcel recovered this year: refused for housing this year, allowed with a warning, or allowed. */
  readonly recoveredThisYear: 'refuse' | 'warn' | 'allow';
  /** A parcel that the ledger does not hold. */
  readonly unknownParcel: 'warn' | 'refuse';
  readonly assessmentMaxAgeMonths: number;
  readonly reservationDays: number;
  readonly certificateDays: number;
  /** Share of the year's quota, in percent, at which the land bureau is told. */
  readonly nearPercent: number;
  readonly uses: readonly LandUseRule[];
};

const NOTICE = '自然资办函〔2024〕918号';

/** Source: METHODS.md §10; the reasons stand beside the same settings in a jurisdiction's rulebook. */
export const DEFAULT_LAND_POLICY: LandPolicy = {
  reserveAt: 'announced',
  confirmAt: 'contracted',
  completionBy: 'phase',
  carryOver: 'none',
  mixedUse: 'residential-share',
  announcedBefore: 'bound',
  recoveredThisYear: 'refuse',
  unknownParcel: 'warn',
  assessmentMaxAgeMonths: 2,
  reservationDays: 90,
  certificateDays: 30,
  nearPercent: 80,
  uses: [
    {
      use: '商品住宅用地',
      words: ['商品住房用地', '商品房用地', '商住用地', '住宅用地', '城中村改造商品住宅用地'],
      control: 'controlled',
      revitalises: true,
      share: 'optional',
      why: `${NOTICE}：去化周期超过36个月的暂停新增商品住宅用地出让，18个月（不含）—36个月的盘活多少、供应多少`,
    },
    {
      use: '城中村改造用地',
      words: ['城中村用地'],
      control: 'controlled',
      revitalises: false,
      share: 'required',
      why: `${NOTICE}：城中村改造中确需用于安置房的应保尽保，通过市场出让用于商品住宅的按调控要求执行；须给出商品住宅占比`,
    },
    {
      use: '城中村改造安置用地',
      words: ['安置房用地', '安置住房用地', '回迁安置用地', '棚改安置用地'],
      control: 'exempt',
      revitalises: false,
      share: 'none',
      why: `${NOTICE}：城中村改造确需用于安置房的用地，应保尽保`,
    },
    {
      use: '保障性住房用地',
      words: [
        '保障性租赁住房用地',
        '保障性租赁住宅用地',
        '公共租赁住房用地',
        '公租房用地',
        '配售型保障性住房用地',
        '保障房用地',
        '保租房用地',
      ],
      control: 'exempt',
      revitalises: false,
      share: 'none',
      why: `${NOTICE}：保障性住房用地应保尽保，不在暂停和限额之列`,
    },
    {
      use: '市场化租赁住宅用地',
      words: ['市场化租赁用地', '市场化租赁住房用地', '市场租赁住房用地'],
      control: 'exempt',
      revitalises: false,
      share: 'none',
      why: `${NOTICE}只限制商品住宅用地；市场化租赁住宅用地是否受限未见规定，本项为设定：只租不售，计划表3与商品住宅用地分列，不计入`,
    },
    {
      use: '其他住宅用地',
      words: ['其它住宅用地'],
      control: 'controlled',
      revitalises: false,
      share: 'none',
      why: '其他住宅用地的用途未见说明，本项为设定：不能排除用于商品住宅，从严按商品住宅用地执行',
    },
  ],
};
