// Entries of one parcel as short lines, and rules that differ from the default in a setting.
import { DEFAULT_LAND_POLICY, type LandEntry, type LandKind, type LandPolicy, type Rulebook } from '../../src/index.ts';
import { mnr2024 } from '../samples.ts';

export const HOUSING = '商品住宅用地';
export const EXEMPT_USE = '保障性住房用地';
export const VILLAGE = '城中村改造用地';

export function withLand(settings: Partial<LandPolicy>): LandPolicy {
  return { ...DEFAULT_LAND_POLICY, ...settings };
}

export function ruleWith(settings: Partial<LandPolicy>): Rulebook {
  return { ...mnr2024, land: withLand(settings) };
}

/** An entry of parcel P in unit A; whatever is given stands instead. */
export function entryOf(given: Partial<LandEntry> = {}): LandEntry {
  return {
    entryNo: 'E1',
    regionCode: 'A',
    kind: 'announced',
    parcelNo: 'P',
    landUse: HOUSING,
    areaSqm: 1000,
    shareBp: null,
    date: '2025-03-01',
    document: null,
    batchId: 1,
    line: 2,
    simulated: false,
    ...given,
  };
}

/**
 * Entries from lines such as `sold 03-01 1000`, numbered E1, E2 … as they stand; the year is 2025 unless it is written.
 * Further words: `@5000` a share, `#Q` a parcel, `!B` a unit, `=E9` a number, anything else a land use.
 */
export function ledger(...lines: readonly string[]): LandEntry[] {
  return lines.map((text, at) => {
    const [kind = '', day = '', area = '', ...rest] = text.split(' ');
    const marked = (mark: string): string | undefined => rest.find((word) => word.startsWith(mark))?.slice(1);
    const share = marked('@');
    return entryOf({
      entryNo: marked('=') ?? `E${at + 1}`,
      kind: kind as LandKind, // safe: written in the tests
      date: day.length === 5 ? `2025-${day}` : day,
      areaSqm: Number(area),
      shareBp: share === undefined ? null : Number(share),
      parcelNo: marked('#') ?? 'P',
      regionCode: marked('!') ?? 'A',
      landUse: rest.find((word) => !'@#!='.includes(word.charAt(0))) ?? HOUSING,
      line: at + 2,
    });
  });
}
