import { AppError, FEED_NAMES, type FeedName, isMonth, type Month } from '@quhua/core';

/** Errors: invalid/USAGE with what is expected; each for one kind of argument. */
export function parseMonth(text: string): Month {
  if (isMonth(text)) return text;
  throw new AppError('invalid', 'USAGE', `月份应写作 2025-10：${text} / a month looks like 2025-10`);
}

const INSTANT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/u;

/** An instant with its zone, or a day, which means its end in UTC+8 as official days do. */
export function parseInstant(text: string): Date {
  const full = text.length === 10 ? `${text}T23:59:59.999+08:00` : text;
  const instant = new Date(full);
  const sameDay = text.length !== 10 || new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
  if (INSTANT.test(text) && sameDay && !Number.isNaN(instant.getTime())) return instant;
  const message = `时点应写作 2025-11-06T10:00:00+08:00 或 2025-11-06：${text} / an instant needs its zone`;
  throw new AppError('invalid', 'USAGE', message);
}

export function parseFeed(text: string): FeedName {
  const feed = FEED_NAMES.find((name) => name === text);
  if (feed !== undefined) return feed;
  throw new AppError('invalid', 'USAGE', `没有数据源 ${text}：可用 ${FEED_NAMES.join('、')} / no such feed`);
}

export function parseId(text: string): number {
  const id = /^[1-9]\d{0,14}$/u.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(id)) return id;
  throw new AppError('invalid', 'USAGE', `编号应是正整数：${text} / an id is a positive integer`);
}
