import type { LedgerRow } from '@quhua/core';
import { neutralise } from './neutralise.ts';
import { QUARANTINE_HEADERS } from './our-headers.ts';

const BOM = '\ufeff';
const NEEDS_QUOTES = /[",;\t\r\n]/u;

/** Refused rows for people to correct and send again: the reasons in front, the sender's own cells behind, whole. */
export function quarantineCsv(rows: Iterable<LedgerRow>, header: readonly string[]): string {
  const lines = [quarantineHead(header)];
  for (const row of rows) lines.push(quarantineLine(row));
  return lines.join('');
}

/** First line of the file, with the mark by which spreadsheets know UTF-8. For writing a long file bit by bit. */
export function quarantineHead(header: readonly string[]): string {
  return BOM + csvLine([...QUARANTINE_HEADERS, ...header]);
}

export function quarantineLine({ line, reasons, raw }: LedgerRow): string {
  const codes = reasons.map(({ code }) => code).join(' ');
  const messages = reasons.map(({ message }) => message).join('；');
  return csvLine([String(line), codes, messages, ...raw]);
}

/** One line that spreadsheets open as text: what they would run as a formula gets an apostrophe in front. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(safeCell).join(',')}\r\n`;
}

function safeCell(cell: string): string {
  const safe = neutralise(cell);
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
