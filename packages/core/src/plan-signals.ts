import { formatPlanAmount, type Plan, type PlanSignalSettings } from './plan.ts';
import { quotientText } from './plan-pace.ts';
import { formatRatio } from './ratio.ts';

export const PLAN_SIGNAL_CODES = ['LAND_PER_HOUSING', 'HOME_SIZE', 'BLANK_ROW'] as const;
export type PlanSignalCode = (typeof PLAN_SIGNAL_CODES)[number];

/** An oddity of a plan for somebody to look at. Shapes: `figures` as decimal text, enough to make the comparison again. */
export type PlanSignal = {
  readonly code: PlanSignalCode;
  readonly regionCode: string;
  readonly text: string;
  readonly figures: Readonly<Record<string, string>>;
  /** Reason of the setting. */
  readonly why: string;
};

/**
 * Oddities of a plan, unit by unit in its order: information, never an error, and no rule rests on them.
 *
 * Missing: `-` is compared with nothing; that it stands alone in a line is an oddity of its own. Source: METHODS.md, plan watch.
 */
export function planSignals(plan: Pick<Plan, 'tables'>, settings: PlanSignalSettings): PlanSignal[] {
  const codes = [...new Set(plan.tables.flatMap(({ rows }) => rows.map(({ regionCode }) => regionCode)))];
  return codes.flatMap((code) => [
    ...landPerHousing(plan, settings, code),
    ...settings.homeSize.flatMap((one) => homeSize(plan, one, code)),
    ...blankRows(plan, settings, code),
  ]);
}

type Cell = { readonly amount: number; readonly text: string; readonly title: string };

/** A unit's amount in a column of any table; undefined where the plan prints `-`. */
function cellOf({ tables }: Pick<Plan, 'tables'>, name: string, regionCode: string): Cell | undefined {
  for (const { columns, rows } of tables) {
    const at = columns.findIndex((column) => column.name === name);
    const column = columns[at];
    if (column === undefined) continue;
    const amount = rows.find((row) => row.regionCode === regionCode)?.cells[at]?.amount ?? null;
    return amount === null ? undefined : { amount, text: formatPlanAmount(amount, column.unit), title: column.title };
  }
  return undefined;
}

/** Housing of a year is not built on that year's land: this asks whether the two plans fit, and is no floor area ratio. */
function landPerHousing(
  plan: Pick<Plan, 'tables'>,
  { landPerHousing: setting }: PlanSignalSettings,
  code: string,
): PlanSignal[] {
  if (setting === null) return [];
  const housing = cellOf(plan, setting.housing, code);
  const land = cellOf(plan, setting.land, code);
  if (housing === undefined || land === undefined || land.amount === 0) return [];
  const { below, far, why } = setting;
  const [floor, ground] = [BigInt(housing.amount), BigInt(land.amount) * 100n];
  if (floor * below.denominator >= ground * below.numerator) return [];
  const carries = quotientText(ground * far.numerator, 1_000_000n * far.denominator, 1);
  const ratio = quotientText(floor, ground, 3);
  const text = `${housing.title}${housing.text}万㎡，而${land.title}${land.text}公顷，每㎡用地只对应${ratio}㎡住房（低于${formatRatio(below)}）；这些用地按容积率${formatRatio(far)}可建${carries}万㎡`;
  const figures = {
    housingWanSqm: housing.text,
    landHectares: land.text,
    ratio,
    ratioNumerator: String(floor),
    ratioDenominator: String(ground),
    below: formatRatio(below),
    far: formatRatio(far),
    carriesWanSqm: carries,
  };
  return [{ code: 'LAND_PER_HOUSING', regionCode: code, text, figures, why }];
}

function homeSize(
  plan: Pick<Plan, 'tables'>,
  setting: PlanSignalSettings['homeSize'][number],
  code: string,
): PlanSignal[] {
  const homes = cellOf(plan, setting.homes, code);
  const area = cellOf(plan, setting.area, code);
  if (homes === undefined || area === undefined || homes.amount === 0) return [];
  const { above, why } = setting;
  const [floor, count] = [BigInt(area.amount), BigInt(homes.amount) * 100n];
  if (floor * above.denominator <= count * above.numerator) return [];
  const mean = quotientText(floor, count, 1);
  const text = `${homes.title}${homes.text}套、${area.text}万㎡，平均每套${mean}㎡，超过${formatRatio(above)}㎡`;
  const figures = { homes: homes.text, areaWanSqm: area.text, meanSqm: mean, above: formatRatio(above) };
  return [{ code: 'HOME_SIZE', regionCode: code, text, figures, why }];
}

function blankRows({ tables }: Pick<Plan, 'tables'>, { blankRow }: PlanSignalSettings, code: string): PlanSignal[] {
  if (blankRow === null) return [];
  return tables.flatMap(({ title, file, rows }) => {
    const cells = rows.find(({ regionCode }) => regionCode === code)?.cells ?? [];
    if (cells.length === 0 || cells.some(({ amount }) => amount !== null)) return [];
    const text = `《${title}》一行全是“-”：没有安排，还是没有报，原文看不出`;
    return [
      {
        code: 'BLANK_ROW',
        regionCode: code,
        text,
        figures: { table: file, cells: String(cells.length) },
        why: blankRow.why,
      },
    ];
  });
}
