import { addMonths, type DataWarning, earlierMonth, type Rulebook, sortDataWarnings } from '@quhua/core';
import { listWarnings, type Tx, type WarnedMonth } from '@quhua/storage';
import type { Engine } from './engine.ts';
import { type DerivedUnit, evidenceOf } from './unit-alerts.ts';

/** What a unit's alerts rest on: sales of its window, and the stock of the month itself. */
type Window = { readonly unit: DerivedUnit; readonly from: string; readonly to: string };

/**
 * What was said of the figures that units' alerts rest on, as known at an instant.
 *
 * Shapes: by region code; units of whose figures nothing was said are left out. One query for all of them.
 */
export async function loadDataWarnings(
  { config }: Engine,
  tx: Tx,
  {
    units,
    rulebook,
    asOf,
  }: { readonly units: readonly DerivedUnit[]; readonly rulebook: Rulebook; readonly asOf: Date },
): Promise<Map<string, readonly DataWarning[]>> {
  const windows = units.flatMap((unit): Window[] => {
    const to = evidenceOf(unit)?.month;
    return to === undefined ? [] : [{ unit, from: addMonths(to, 1 - rulebook.definition.window), to }];
  });
  const [first] = windows;
  if (first === undefined) return new Map();
  const warned = await listWarnings(tx.sql, {
    jurisdiction: config.jurisdiction.code,
    regionIds: windows.map(({ unit }) => unit.regionId),
    from: windows.map(({ from }) => from).reduce(earlierMonth, first.from),
    to:
      windows
        .map(({ to }) => to)
        .sort()
        .at(-1) ?? first.to,
    asOf,
  });
  const byRegion = Map.groupBy(warned, ({ regionId }) => regionId);
  return new Map(
    windows.flatMap(({ unit, from, to }) => {
      const own = (byRegion.get(unit.regionId) ?? []).filter(
        ({ feed, month }) => month <= to && month >= (feed === 'sales' ? from : to),
      );
      const warnings = sortDataWarnings(own.flatMap(toWarnings));
      return warnings.length === 0 ? [] : [[unit.region.code, warnings] as const];
    }),
  );
}

function toWarnings({ feed, month, fileName, reasons }: WarnedMonth): DataWarning[] {
  return reasons.map(({ code, message }) => ({ code, feed, month, place: `${fileName} ${placeIn(message)}`.trim() }));
}

/** A reason of a row begins with its place. */
function placeIn(message: string): string {
  const end = message.indexOf('：');
  return end === -1 ? '' : message.slice(0, end);
}
