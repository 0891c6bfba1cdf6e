import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RegionAssessment } from '@quhua/engine';

const FEEDS = join(import.meta.dirname, '../fixtures/feeds');

/** One line of an expected file, by its column. */
export type ExpectedAssessment = Readonly<Record<string, string>>;

/** What an account apart from this code base says of every unit and month. */
export function expectedAssessments(file = 'assessment-all.csv'): ExpectedAssessment[] {
  const [header = '', ...lines] = readFileSync(join(FEEDS, file), 'utf8').trim().split('\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at] ?? '', cell])));
}

/** An assessment in the words of the expected files, which have no column for the distances. */
export function toExpected(month: string, region: RegionAssessment): ExpectedAssessment {
  const { exact, flags, provisional, monthsOfSupply } = region;
  return {
    month,
    region_code: region.code,
    region_name: region.name,
    status: region.status,
    tier: region.tier ?? '',
    previous_tier: region.previousTier ?? '',
    numerator: exact?.numerator ?? '',
    denominator: exact?.denominator ?? '',
    months_of_supply: monthsOfSupply?.toFixed(6) ?? '',
    months_of_supply_text: monthsOfSupply === null ? '' : region.monthsOfSupplyText,
    stock: region.stock ?? '',
    sold: region.sold,
    months_present: String(region.monthsPresent),
    provisional: provisional === null ? '' : provisional ? '1' : '0',
    stock_grew: region.tier === 'SWAP' ? (flags.includes('STOCK_GREW') ? '1' : '0') : '',
  };
}
