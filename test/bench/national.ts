import { join } from 'node:path';
import { type Config, loadConfig } from '@quhua/config';
import { addMonths, type Month, monthRange, type Region } from '@quhua/core';

const KASHGAR = join(import.meta.dirname, '../../config/kashgar');

/** County-level units of the whole country. */
export const UNITS = 2_846;

/** A configuration of Kashgar's rules for a country of invented units. */
export function nationalConfig(): Config {
  const config = loadConfig(KASHGAR);
  const regions = Array.from({ length: UNITS }, (_, at): Region => {
    const code = String(110_000 + at);
    return { code, name: `模拟${code}县`, short: `模拟${code}`, kind: 'county', aliases: [], local: true };
  });
  return { ...config, jurisdiction: { ...config.jurisdiction, code: '100000', name: '模拟全国', regions } };
}

/** A seeded generator (mulberry32), numbers below `below`. */
export function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}

export type Span = { readonly from: Month; readonly to: Month };

/** Sales of every unit and month: base level of the unit, season, noise. Shapes: UTF-8 CSV with canonical header. */
export function salesFile(codes: readonly string[], { from, to }: Span, random: (below: number) => number): Buffer {
  const lines = monthRange(from, to).flatMap((month, nth) =>
    codes.map((code, at) => {
      const signed = 1_000_00 + (at % 50) * 20_000 + 2 * random(20_000) + (nth % 2); // never the month before's once more
      const units = Math.floor(signed / 11_000);
      const cancelled = random(2);
      return `${code},${month},${decimal(signed)},${decimal(cancelled * (9_000 + random(3_000)))},${units},${cancelled}`;
    }),
  );
  return Buffer.from(
    `region_code,month,signed_area,cancelled_area,signed_units,cancelled_units\n${lines.join('\n')}\n`,
  );
}

/** Month-end stock, from 6 to 50 months of the unit's sales and drifting, so that tiers change. */
export function stockFile(codes: readonly string[], { from, to }: Span, random: (below: number) => number): Buffer {
  const lines = monthRange(from, to).flatMap((month) =>
    codes.map((code, at) => {
      const level = (1_000_00 + (at % 50) * 20_000) * (6 + (at % 45));
      const presale = level + random(Math.floor(level / 12));
      const completed = 100_000 + random(400_000);
      const homes = [presale, completed].map((area) => Math.floor(area / 11_000));
      const permits = [100_000 + random(800_000), 10_000 + random(80_000)].map(decimal);
      return `${code},${month},${decimal(presale)},${decimal(completed)},${homes.join(',')},${permits.join(',')}`;
    }),
  );
  return Buffer.from(
    `region_code,month,presale_unsold_area,completed_unsold_area,presale_unsold_units,completed_unsold_units,unpermitted_area,newly_permitted_area\n${lines.join('\n')}\n`,
  );
}

function decimal(hundredths: number): string {
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
}

export function monthsBack(to: Month, count: number): Span {
  return { from: addMonths(to, 1 - count), to };
}
