import type { AreaUnit, MoneyUnit, Month, Region, RegionLookup, SavedMapping } from '@quhua/core';
import { refused } from '../reasons.ts';
import { type MonthMention, monthsIn, monthText, yearsIn } from './month-texts.ts';
import { type Segment, textsOf } from './segments.ts';
import { type MeasureUnit, unitsInTitle } from './unit-texts.ts';

/** A text outside a table's rows that says something of all of them. `where` is for people. */
export type ContextText = {
  readonly kind: 'section' | 'title' | 'sheet' | 'file';
  readonly where: string;
  readonly text: string;
};

/** What was settled from such texts, and where it stood. */
export type Found<T> = { readonly value: T; readonly where: string };

/** The texts around a table, the nearest first. */
export function contextTexts({ section, titles, sheet }: Segment, fileName: string): ContextText[] {
  const lines = [...titles].reverse();
  return [
    ...textsOf(section ?? undefined).map((text) => ({ kind: 'section' as const, where: `第${section?.row}行`, text })),
    ...lines.flatMap((row) => textsOf(row).map((text) => ({ kind: 'title' as const, where: `第${row.row}行`, text }))),
    ...(sheet.name === '' ? [] : [{ kind: 'sheet' as const, where: '表名', text: sheet.name }]),
    { kind: 'file', where: '文件名', text: fileName.replace(/\.[a-z]{2,4}$/iu, '') },
  ];
}

const KINDS = ['section', 'title', 'sheet', 'file'] as const;

/** The year that the nearest text with exactly one year says. */
export function findYear(texts: readonly ContextText[]): Found<string> | null {
  for (const kind of KINDS) {
    const own = texts.filter((text) => text.kind === kind);
    const years = [...new Set(own.flatMap(({ text }) => yearsIn(text)))];
    const [value, other] = years;
    if (other !== undefined) return null;
    const at = own.find(({ text }) => yearsIn(text).length > 0);
    if (value !== undefined && at !== undefined) return { value, where: at.where };
  }
  return null;
}

/**
 * The one month that the texts around a table give to all of its rows, or null if none does.
 *
 * Errors: invalid/PERIOD_CONFLICT if a title, the sheet's name and the file's name differ, naming both readings.
 */
export function findMonth(texts: readonly ContextText[], mapping: SavedMapping | undefined): Found<Month> | null {
  const wanted = mapping?.month;
  if (wanted !== undefined && 'fixed' in wanted) return { value: wanted.fixed, where: `映射“${mapping?.name}”` };
  const year = findYear(texts);
  const found: Found<Month>[] = [];
  for (const kind of KINDS) {
    if (wanted !== undefined && wanted.from !== kind) continue;
    const one = monthOfKind(
      texts.filter((text) => text.kind === kind),
      year,
    );
    if (one !== null) found.push(one);
    if (one !== null && kind === 'section') break; // a line between the rows is nearer than what stands above them all
  }
  const [first, ...others] = found;
  const other = others.find(({ value }) => value !== first?.value);
  if (first === undefined) return null;
  if (other === undefined) return first;
  const zh = `${first.where}写的是${first.value}，${other.where}写的是${other.value}，不能确定是哪个月；请改成一致，或在 feeds.yaml 的 mappings 中用 month 指明以哪个为准`;
  throw refused('PERIOD_CONFLICT', `${zh} / two readings of the month: ${first.value} and ${other.value}`, {
    readings: [first, other],
  });
}

function monthOfKind(texts: readonly ContextText[], year: Found<string> | null): Found<Month> | null {
  const said = texts.flatMap(({ text, where }) => monthsIn(text).map((mention) => ({ mention, where })));
  const months = new Map<Month, string>();
  for (const { mention, where } of said) {
    const month = withYear(mention, year);
    if (month !== null) months.set(month, where);
  }
  const [[value, where] = [], other] = [...months];
  return value === undefined || where === undefined || other !== undefined ? null : { value, where };
}

/** A month with its own year, or with that of the title. */
export function withYear(mention: MonthMention, year: Found<string> | null): Month | null {
  return monthText(mention.year === null ? { ...mention, year: year?.value ?? null } : mention);
}

/** The one unit of the country that the texts around a table name, or null. Errors: invalid/REGION_UNCLEAR if they differ. */
export function findRegion(
  texts: readonly ContextText[],
  lookup: RegionLookup,
  jurisdiction: string,
): Found<Region> | null {
  const found: Found<Region>[] = [];
  for (const kind of KINDS) {
    const own = texts.filter((text) => text.kind === kind);
    const named = own.flatMap(({ text, where }) =>
      namedIn(text.replaceAll(jurisdiction, ' '), lookup).map((value) => ({ value, where })),
    );
    const codes = new Set(named.map(({ value }) => value.code));
    const [one] = named;
    if (codes.size === 1 && one !== undefined) found.push(one);
  }
  const [first] = found;
  const other = found.find(({ value }) => value.code !== first?.value.code);
  if (first === undefined || other === undefined) return first ?? null;
  const zh = `${first.where}写的是${first.value.name}，${other.where}写的是${other.value.name}，不能确定是哪个县市；请改成一致，或加一列“县市”`;
  throw refused('REGION_UNCLEAR', `${zh} / two readings of the unit: ${first.value.code} and ${other.value.code}`);
}

function namedIn(text: string, lookup: RegionLookup): readonly Region[] {
  const whole = lookup.find(text);
  return whole === undefined ? lookup.mentioned(text) : [whole];
}

/** Units that the texts around a table state for all columns that do not say their own. */
export type TableUnits = {
  readonly area: Found<AreaUnit> | null;
  readonly money: Found<MoneyUnit> | null;
  readonly percent: Found<MeasureUnit> | null;
  /** Two units of one kind: which holds, nobody has said. */
  readonly clash: readonly string[];
};

export function findUnits(texts: readonly ContextText[], mapping: SavedMapping | undefined): TableUnits {
  const where = `映射“${mapping?.name}”`;
  const said = texts.map((text) => ({ ...unitsInTitle(text.text), where: text.where, text: text.text }));
  const area = nearest(said.map(({ area: units, where: at }) => ({ units, where: at })));
  const money = nearest(said.map(({ money: units, where: at }) => ({ units, where: at })));
  const percent = said.find((one) => one.percent);
  const scale = mapping?.percentScale;
  return {
    area: mapping?.areaUnit === undefined ? area.found : { value: mapping.areaUnit, where },
    money: mapping?.moneyUnit === undefined ? money.found : { value: mapping.moneyUnit, where },
    percent:
      scale === undefined
        ? percent === undefined
          ? null
          : { value: 'percent', where: percent.where }
        : { value: scale, where },
    clash: [
      ...(area.clash && mapping?.areaUnit === undefined ? ['area'] : []),
      ...(money.clash && mapping?.moneyUnit === undefined ? ['money'] : []),
    ],
  };
}

type Said<T> = { readonly units: readonly T[]; readonly where: string };

/** The nearest line that states a unit decides; two units there, and nothing is decided. */
function nearest<T>(said: readonly Said<T>[]): { readonly found: Found<T> | null; readonly clash: boolean } {
  const first = said.find(({ units }) => units.length > 0);
  const [value, other] = first?.units ?? [];
  if (first === undefined || value === undefined) return { found: null, clash: false };
  return other === undefined ? { found: { value, where: first.where }, clash: false } : { found: null, clash: true };
}
