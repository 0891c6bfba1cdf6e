import { FEEDS, type FeedName, type RegionLookup } from '@quhua/core';
import type { Refused } from '@quhua/storage';

/** Whether a unit's last file of a feed was refused and nothing is known of the unit since; null: of any unit. */
export type FindRefusal = (code: string | null, lastKnown: Date | null) => boolean;

/** Words in a file's name that say what it reports: of a file that could not be read, nothing else does. */
const NAMED: Readonly<Record<FeedName, RegExp>> = {
  sales: /sales|网签|销售|签约/iu,
  inventory: /inventory|stock|库存|可售/iu,
  contracts: /contract|合同/iu,
  land: /land|用地|土地/iu,
  projects: /projects|项目清单|项目名单/iu,
  'project-reports': /project-reports|项目月报|项目进度/iu,
  'plan-progress': /plan-progress|计划进度|计划进展|计划完成/iu,
  'project-notices': /project-notices|项目动态/iu,
  'project-schedule': /project-schedule|项目节点/iu,
};

/**
 * Which units a feed's refused files speak of: those whose rows are held or quarantined, those that the file's name
 * mentions, and where it mentions none, all.
 *
 * Missing: of a file that could not be read and whose name says no feed, nothing can be said here; its own alert stands.
 */
export function refusalsOf(feed: FeedName, refused: readonly Refused[], lookup: RegionLookup): FindRefusal {
  const newest = new Map<string | null, number>();
  for (const file of refused) {
    if (file.feed !== feed && !(file.feed === null && isNamed(feed, file.fileName))) continue;
    for (const code of codesOf(file, lookup)) {
      newest.set(code, Math.max(newest.get(code) ?? 0, file.at.getTime()));
    }
  }
  return (code, lastKnown) => {
    const at = code === null ? Math.max(0, ...newest.values()) : Math.max(newest.get(code) ?? 0, newest.get(null) ?? 0);
    return at > (lastKnown?.getTime() ?? 0);
  };
}

function isNamed(feed: FeedName, fileName: string): boolean {
  return NAMED[feed].test(fileName) || fileName.includes(FEEDS[feed].title);
}

function codesOf({ whole, fileName, held, quarantined }: Refused, lookup: RegionLookup): (string | null)[] {
  if (!whole) {
    const found = quarantined.map((cells) =>
      cells.map((cell) => lookup.find(cell)).find((region) => region !== undefined),
    );
    return found.flatMap((region) => (region === undefined ? [] : [region.code]));
  }
  if (held.length > 0) return [...held];
  const mentioned = lookup.mentioned(fileName);
  return mentioned.length === 0 ? [null] : mentioned.map(({ code }) => code);
}
