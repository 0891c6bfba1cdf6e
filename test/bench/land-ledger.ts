import { addMonths, type Month, monthRange } from '@quhua/core';
import type { Span } from './national.ts';

/** A parcel of the ledger, as a question about it would name it. */
export type LedgerParcel = {
  readonly region: string;
  readonly parcelNo: string;
  readonly use: string;
  readonly areaSqm: number;
};
export type Ledger = { readonly parcels: readonly LedgerParcel[]; readonly bytes: Buffer; readonly entries: number };
export type LedgerShape = {
  readonly codes: readonly string[];
  readonly span: Span;
  readonly uses: readonly string[];
  readonly random: (below: number) => number;
};

/** Parcels that every unit announces every month: with what becomes of them, some 60 entries a unit and month. */
const ANNOUNCED = 14;

/** A ledger of parcels that are announced, sold, contracted and completed in two phases; every tenth sale fails, every twentieth parcel is recovered. */
export function landLedger({ codes, span, uses, random }: LedgerShape): Ledger {
  const parcels: LedgerParcel[] = [];
  const lines: string[] = [];
  for (const month of monthRange(span.from, span.to)) {
    for (const region of codes) {
      for (let nth = 1; nth <= ANNOUNCED; nth += 1) {
        const use = random(5) > 0 ? (uses[0] ?? '') : (uses[random(uses.length)] ?? '');
        const parcel = { region, parcelNo: `${region}-${month}-${nth}号`, use, areaSqm: 2_000 + 10 * random(6_000) };
        parcels.push(parcel);
        for (const [kind, at, areaSqm] of lifeOf(parcel.areaSqm, random)) {
          const date = addMonths(month, at);
          if (date > span.to) continue;
          lines.push(
            `TD-${lines.length + 1},${region},${kind},${parcel.parcelNo},${use},${areaSqm},${dayOf(date, at, random)}`,
          );
        }
      }
    }
  }
  const bytes = Buffer.from(`entry_no,region_code,kind,parcel_no,land_use,area,date\n${lines.join('\n')}\n`);
  return { parcels, bytes, entries: lines.length };
}

type Event = readonly [kind: string, monthsLater: number, areaSqm: number];

function lifeOf(areaSqm: number, random: (below: number) => number): readonly Event[] {
  const chance = random(20);
  if (chance < 2)
    return [
      ['announced', 0, areaSqm],
      ['withdrawn', 1, areaSqm],
    ];
  const sold: readonly Event[] = [
    ['announced', 0, areaSqm],
    ['sold', 1, areaSqm],
    ['contracted', 2, areaSqm],
  ];
  if (chance === 2) return [...sold, ['recovered', 5, areaSqm]];
  const phase = Math.ceil(areaSqm / 2);
  return [...sold, ['completed', 4, phase], ['completed', 6, areaSqm - phase]];
}

/** Events of one parcel lie in different months, so their days may be drawn freely. */
function dayOf(month: Month, at: number, random: (below: number) => number): string {
  return `${month}-${String(1 + ((at + random(27)) % 28)).padStart(2, '0')}`;
}

/** Month-end stock from 10 to 46 months of what `salesFile` sells, so that every tier is there. */
export function stockOfEveryTier(codes: readonly string[], { from, to }: Span): Buffer {
  const lines = monthRange(from, to).flatMap((month, nth) =>
    codes.map((code, at) => {
      const months = 10 + 3 * at;
      const sold = 1_200 + at * 200;
      return `${code},${month},${months * sold + nth}.00,${(1 + at) * 100}.00`;
    }),
  );
  return Buffer.from(`region_code,month,presale_unsold_area,completed_unsold_area\n${lines.join('\n')}\n`);
}
