import { formatCentisqm } from '../area.ts';
import { CANCELLED, figureAt, nameOf, netAt, SIGNED, type UnitFigures } from './figures.ts';
import { NOTHING, type Said } from './finding.ts';
import type { ChecksSettings } from './registry.ts';

/**
 * More cancelled in a month than is signed and not yet cancelled.
 *
 * Shapes: `earlierNet` is what was signed, less what was cancelled, before the table begins. Missing: with less than
 * `minMonths` known before, what is cancelled may be older than all that is known.
 */
export function cancelledAboveSigned(
  unit: UnitFigures,
  month: number,
  { earlierNet, settings }: { readonly earlierNet: number; readonly settings: ChecksSettings },
): readonly Said[] {
  const cancelled = figureAt(unit, month, CANCELLED);
  const signed = figureAt(unit, month, SIGNED);
  if (cancelled === null || signed === null || cancelled <= signed) return NOTHING;
  let known = 0;
  let open = BigInt(earlierNet) + BigInt(signed);
  for (let index = 0; index < month; index += 1) {
    const net = netAt(unit, index);
    if (net === null) continue;
    known += 1;
    open += BigInt(net);
  }
  if (known < settings.checks.CANCELLED_GT_SIGNED.minMonths || BigInt(cancelled) <= open) return NOTHING;
  const [much, most] = [formatCentisqm(cancelled), formatCentisqm(open)];
  return [
    {
      line: unit.lines[month] ?? null,
      column: nameOf(CANCELLED),
      zh: `撤销${much}㎡，大于已知网签而未撤销的${most}㎡；请核实`,
      en: `${much} ㎡ cancelled, while ${most} ㎡ are signed and not yet cancelled`,
      facts: { cancelled: much, open: most, months: String(known) },
    },
  ];
}
