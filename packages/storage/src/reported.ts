import type { FeedName } from '@quhua/core';
import type { Db } from './database.ts';

/** Whether anything was ever received of a feed. */
export async function hasReported(db: Db, jurisdiction: string, feed: FeedName): Promise<boolean> {
  const row = await db
    .selectFrom('feed_state')
    .select('feed')
    .where('jurisdiction', '=', jurisdiction)
    .where('feed', '=', feed)
    .executeTakeFirst();
  return row !== undefined;
}
