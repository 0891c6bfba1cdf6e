/** Columns put before the sender's own in a CSV file of refused rows. */
export const QUARANTINE_HEADERS: readonly string[] = ['原行号', '问题代码', '说明'];

/** Columns put behind the sender's own in a workbook of refused rows. */
export const RETURNED_HEADERS: readonly string[] = ['原因', '位置', '怎么改'];

/** Header words of ours: a corrected file may come back with them, and they are not read. */
export const OUR_HEADERS: ReadonlySet<string> = new Set([...QUARANTINE_HEADERS, ...RETURNED_HEADERS]);

/** First cell of a template's sample row, which is not read. */
export const SAMPLE_MARK = '示例';

/**
 * Stands in a returned workbook for a cell that the sender's text file did not have. A row that still holds it was not corrected:
 * without it, a row cut short would look like one whose last cells are empty.
 */
export const LOST_CELL = '（缺此格）';
