import type { FeedName } from '@quhua/core';
import { type RawBuilder, sql } from 'kysely';

/** Where a feed's observations live. Shapes: `figures` in the order of the feed's columns in core's `FEEDS`. */
export type FeedTable = {
  readonly table: 'sales_observation' | 'inventory_observation';
  readonly figures: readonly string[];
};

export const FEED_TABLES: Readonly<Record<FeedName, FeedTable>> = {
  sales: {
    table: 'sales_observation',
    figures: ['signed_centisqm', 'cancelled_centisqm', 'signed_units', 'cancelled_units'],
  },
  inventory: {
    table: 'inventory_observation',
    figures: [
      'presale_unsold_centisqm',
      'completed_unsold_centisqm',
      'presale_unsold_units',
      'completed_unsold_units',
      'unpermitted_centisqm',
      'newly_permitted_centisqm',
      'adjustment_centisqm',
    ],
  },
};

/** Whether the batch of row `o` was withdrawn by then (`null`: by now); a later withdrawal does not reach back. */
export function withdrawnBy(asOf: Date | null): RawBuilder<boolean> {
  const until = asOf === null ? sql`now()` : sql`${asOf}`;
  return sql`exists (select 1 from batch_event w
    where w.batch_id = o.batch_id and w.event = 'withdrawn' and w.at <= ${until})`;
}
