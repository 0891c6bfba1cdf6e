import type { Month, Region, RegionLookup } from '@quhua/core';
import { cached } from './cached.ts';
import type { KeyColumn, Mapping } from './mapping.ts';
import { readMonth } from './months.ts';
import { isTotalText, type RegionReading, readRegion } from './regions.ts';
import { type RowDraft, say } from './row-draft.ts';

/** Shapes: `region` is undefined and `month` empty where the row names none; `key` is -1 unless it names both. */
export type RowKey = { readonly region: Region | undefined; readonly month: Month; readonly key: number };

const MONTHS_KEPT = 4_096;
const FIRST_MONTH = 1900 * 12;
/** Similar names are sought for so many unknown ones of a file: each search goes through every region. */
const MOST_SUGGESTIONS = 200;

/** Reads which unit and month a row is of, and says what is wrong with either. */
export function createKeyReader(mapping: Mapping, { lookup, today }: { lookup: RegionLookup; today: string }) {
  const sparing = withFewSuggestions(lookup);
  const regionOf = cached((text) => readRegion(text, sparing));
  const monthOf = cached((text) => readMonth(text, today));
  const ordinals = new Map<string, number>();
  return (draft: RowDraft): RowKey => {
    const region = oneRegion(draft, mapping.regions, regionOf);
    const { month, index, fault } = monthOf(draft.row.cells[mapping.month.index] ?? '');
    if (fault !== undefined) say(draft, mapping.month.header, fault);
    if (region === undefined || index < 0) return { region, month, key: -1 };
    let ordinal = ordinals.get(region.code);
    if (ordinal === undefined) {
      ordinal = ordinals.size;
      ordinals.set(region.code, ordinal);
    }
    return { region, month, key: ordinal * MONTHS_KEPT + index - FIRST_MONTH };
  };
}

function withFewSuggestions({ find, similar }: RegionLookup): RegionLookup {
  let left = MOST_SUGGESTIONS;
  return {
    find,
    similar: (text) => {
      left -= 1;
      return left < 0 ? [] : similar(text);
    },
  };
}

/** The unit that all of a row's columns agree on. */
function oneRegion(draft: RowDraft, columns: readonly KeyColumn[], read: (text: string) => RegionReading) {
  let found: { region: Region; header: string } | undefined;
  let missing = true;
  for (const { index, header } of columns) {
    const reading = read(draft.row.cells[index] ?? '');
    if (reading.missing) continue;
    missing = false;
    if (reading.fault !== undefined) say(draft, header, reading.fault);
    const { region } = reading;
    if (region === undefined) continue;
    if (found !== undefined && found.region.code !== region.code) {
      const zh = `“${found.header}”是${found.region.name}，“${header}”是${region.name}，两列不一致，请核对`;
      const en = `the row is of ${found.region.code} and of ${region.code}`;
      say(draft, undefined, { code: 'REGION_CONFLICT', zh, en });
      return undefined;
    }
    found ??= { region, header };
  }
  if (missing) {
    say(draft, columns[0]?.header, {
      code: 'KEY_MISSING',
      zh: '没有填县市，请补上代码或名称',
      en: 'the unit is missing',
    });
  }
  return found?.region;
}

/** Whether a row is a total: it says so where the unit's name would stand, or elsewhere if no unit is named. */
export function isTotalRow(cells: readonly string[], { regions, figures }: Mapping): boolean {
  const named = regions.map(({ index }) => cells[index] ?? '').filter((cell) => cell.trim() !== '');
  if (named.length > 0) return named.some(isTotalText);
  const taken = new Set(figures.map(({ index }) => index));
  return cells.some((cell, index) => !taken.has(index) && cell !== '' && isTotalText(cell));
}
