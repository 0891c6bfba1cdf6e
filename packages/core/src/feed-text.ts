import { formatCentisqm } from './area.ts';
import type { FeedColumn } from './feed.ts';

/**
 * A stored value as canonical files write it; a missing one is empty.
 *
 * Shapes: areas and money with 2 decimals, percent with 1 (2 if needed), all else as it is. Units: ㎡, yuan, %; land whole ㎡.
 */
export function canonicalText({ type }: Pick<FeedColumn, 'type'>, value: number | string | null): string {
  if (value === null) return '';
  switch (type) {
    case 'area':
    case 'money':
      return formatCentisqm(BigInt(value)); // both are hundredths
    case 'percent':
      return formatCentisqm(BigInt(value)).replace(/0$/u, '');
    default:
      return String(value);
  }
}
