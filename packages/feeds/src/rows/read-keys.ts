import type { Month, Region, RegionLookup } from '@quhua/core';
import { cached } from '../cached.ts';
import type { KeyColumn, Mapping } from '../mapping.ts';
import { shown } from '../reasons.ts';
import type { TableRow } from '../table.ts';
import { type MonthReading, readMonth, seenFrom } from './months.ts';
import { type RegionReading, readRegion } from './regions.ts';
import { type RowDraft, say } from './row-draft.ts';

/** Similar names are sought for so many unknown ones of a file: each search goes through every region. */
const MOST_SUGGESTIONS = 200;
const NO_MONTH: MonthReading = { month: '', index: -1 };

/** Shapes: `missing`: no column says anything. */
export type RowRegion = { readonly region: Region | undefined; readonly missing: boolean };

export type KeyReader = {
  /** The unit that a text names; undefined if it names none, or something is to be said of it. */
  readonly regionIn: (text: string) => Region | undefined;
  /** What a row's own columns say of its month, unsaid. */
  readonly monthIn: (row: TableRow) => MonthReading;
  /** The unit that a row's own columns name. */
  readonly regionOf: (draft: RowDraft) => RowRegion;
  /** The month that a row's own columns name; nothing is said of a missing one if the record's plan has it. */
  readonly monthOf: (draft: RowDraft, planned: boolean) => MonthReading;
  /** The month of one record, its plan's or its column's, and what is wrong with the two. */
  readonly settledMonth: (draft: RowDraft, planned: Month | null, own: MonthReading) => MonthReading;
};

/** Reads which unit and month a row is of, and says what is wrong with either. */
export function createKeyReader(mapping: Mapping, context: { lookup: RegionLookup; today: string }): KeyReader {
  const { today } = context;
  const sparing = withFewSuggestions(context.lookup);
  const readName = cached((text) => readRegion(text, sparing));
  const readOwnMonth = monthReader(mapping, today);
  const planned = cached((month) => seenFrom(month, today));
  let [lastText, lastRegion]: [string, Region | undefined] = ['', undefined];
  return {
    regionIn: (text) => {
      if (text === lastText) return lastRegion; // rows of one unit stand together
      const { region, fault } = readName(text);
      lastText = text;
      lastRegion = fault === undefined ? region : undefined;
      return lastRegion;
    },
    monthIn: readOwnMonth,
    regionOf: (draft) => oneRegion(draft, mapping.regions, readName),
    monthOf: (draft, isPlanned) => {
      const { month, year } = mapping;
      if (month === null) return NO_MONTH;
      const reading = readOwnMonth(draft.row);
      const { fault } = reading;
      if (fault === undefined || (isPlanned && fault.code === 'KEY_MISSING')) return reading;
      if (!isPlanned || reading.index < 0) say(draft, reading.ofYear && year !== null ? year : month, fault);
      return reading;
    },
    settledMonth: (draft, plan, own) => {
      if (plan === null) return own;
      if (own.index >= 0 && own.month !== plan) {
        const zh = `表头或标题是 ${plan}，这一行写的是 ${own.month}，不一致，请核对`;
        const en = `the header or title says ${plan}, the row ${own.month}`;
        say(draft, mapping.month ?? undefined, { code: 'PERIOD_CONFLICT', zh, en });
        return NO_MONTH;
      }
      const reading = planned(plan);
      if (reading.fault !== undefined) say(draft, undefined, reading.fault);
      return reading;
    },
  };
}

/** Shapes: what people see goes before a number's value, which may have lost the zero of 2025.10. */
function monthReader({ month, year }: Mapping, today: string): (row: TableRow) => MonthReading {
  if (month === null) return () => NO_MONTH;
  const readers = [false, true].map((numeric) => cached((text) => readMonth(text, { today, year: null, numeric })));
  const withYear = cached((text) => {
    const [own = '', of = ''] = text.split('\u0000\u0000');
    return readMonth(own, { today, year: of, numeric: false });
  });
  const [asText, asNumber] = readers;
  return ({ cells, types, shown: seen }) => {
    const text = seen?.get(month.index) ?? cells[month.index] ?? '';
    if (year !== null) return withYear(`${text}\u0000\u0000${cells[year.index] ?? ''}`);
    const read = types?.[month.index] === 'n' ? asNumber : asText;
    return read?.(text) ?? NO_MONTH;
  };
}

function withFewSuggestions({ similar, ...lookup }: RegionLookup): RegionLookup {
  let left = MOST_SUGGESTIONS;
  return {
    ...lookup,
    similar: (text) => {
      left -= 1;
      return left < 0 ? [] : similar(text);
    },
  };
}

/** The unit that all of a row's columns agree on. */
function oneRegion(draft: RowDraft, columns: readonly KeyColumn[], read: (text: string) => RegionReading): RowRegion {
  let found: { region: Region; header: string } | undefined;
  let missing = true;
  for (const column of columns) {
    const reading = read(draft.row.cells[column.index] ?? '');
    if (reading.missing) continue;
    missing = false;
    if (reading.fault !== undefined) say(draft, column, reading.fault);
    const { region } = reading;
    if (region === undefined) continue;
    if (found !== undefined && found.region.code !== region.code) {
      const zh = `${shown(found.header)}是${found.region.name}，${shown(column.header)}是${region.name}，两列不一致，请核对`;
      const en = `the row is of ${found.region.code} and of ${region.code}`;
      say(draft, undefined, { code: 'REGION_CONFLICT', zh, en });
      return { region: undefined, missing };
    }
    found ??= { region, header: column.header };
  }
  return { region: found?.region, missing };
}
