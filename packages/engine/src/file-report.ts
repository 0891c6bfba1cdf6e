import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { columnTitle, FEEDS, type RowReason } from '@quhua/core';
import type { ReadPlan } from '@quhua/feeds';
import type { PassedOver } from '@quhua/sources';
import { listRefusedRows, type RefusedRow } from '@quhua/storage';
import type { Engine } from './engine.ts';
import type { IngestResult } from './ingest-result.ts';

export type ReportInput = {
  /** The file, or the message, as it was called where it was put. */
  readonly file: string;
  /** One for each file that was in it. */
  readonly results: readonly IngestResult[];
  /** Sender and subject of a message. */
  readonly origin?: string;
  readonly passed?: readonly PassedOver[];
  /** Why nothing could be taken from a message. */
  readonly refused?: RowReason;
};

const TEXT = '.报告.txt';
const JSON_END = '.报告.json';
const RETURNED = '.退回';
/** What lies beside a file that was taken in, and is none itself. */
export const BESIDE = /\.(?:报告\.(?:txt|json)|退回(?:-\d+)?\.\w+)(?:\.part)?$/u;
/** Refused rows that are spelt out; all of them are in the returned file. */
const MOST_ROWS = 50;

/**
 * Writes what became of a file beside where it goes: a text for whoever sent it, the same as JSON for programs, and a
 * copy of what is returned for correction.
 *
 * Concurrency: idempotent; each file appears whole.
 */
export async function writeFileReport(engine: Engine, target: string, input: ReportInput): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const parts: string[] = [];
  for (const [at, result] of input.results.entries()) {
    const returned = await copyReturned(target, result, input.results.length > 1 ? `-${at + 1}` : '');
    const rows = result.id === null ? [] : await listRefusedRows(engine.database.db, Number(result.id), MOST_ROWS);
    parts.push(resultText(result, rows, returned));
  }
  const head = `文件：${input.file}${input.origin === undefined ? '' : `\n来自：${input.origin}`}`;
  const over = (input.passed ?? []).map(({ name, why }) => `未取：${name}：${why}`);
  const refused = input.refused === undefined ? [] : [`未采用：${input.refused.message}`];
  await writeWhole(`${target}${TEXT}`, `\ufeff${[head, ...refused, ...parts, ...over].join('\n\n')}\n`);
  await writeWhole(`${target}${JSON_END}`, `${JSON.stringify(input, null, 2)}\n`);
}

async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}

/** The path of the copy, or null if nothing is returned. */
async function copyReturned(target: string, { quarantineFile }: IngestResult, suffix: string): Promise<string | null> {
  if (quarantineFile === null) return null;
  const path = `${target}${RETURNED}${suffix}${extname(quarantineFile)}`;
  await copyFile(quarantineFile, `${path}.part`);
  await rename(`${path}.part`, path);
  return path;
}

const STATUS: Readonly<Record<IngestResult['status'], string>> = {
  accepted: '已采用 / accepted',
  held: '待人工核实，暂未采用 / held for a person',
  duplicate: '与先前的文件完全相同，未重复采用 / the same as an earlier file',
  rejected: '未采用 / refused',
};

function resultText(result: IngestResult, refused: readonly RefusedRow[], returned: string | null): string {
  const { file, status, id, feed, rows, message, plan, simulated } = result;
  const lines = [
    `${file}：${STATUS[status]}${id === null ? '' : `（批次 ${id}）`}${simulated ? '【模拟数据】' : ''}`,
    ...(message === null ? [] : [`原因：${message}`]),
    ...(feed === null ? [] : [`读作：${FEEDS[feed].title}（${feed}）`]),
    ...(plan === null ? [] : planLines(plan)),
    `行数：共 ${rows.total} = 采用 ${rows.accepted} + 有提示 ${rows.warned} + 隔离 ${rows.quarantined} + 重复 ${rows.duplicate}；空 ${rows.empty}`,
    ...result.reasons.map(({ code, count }) => `  ${code} × ${count}`),
    ...refusedLines(refused, rows.quarantined),
    ...(returned === null
      ? []
      : [`退回的行在：${returned}，改正后请再放入收件箱 / correct these rows and send them again`]),
  ];
  return lines.join('\n');
}

function planLines({ feed, tables, notes }: ReadPlan): string[] {
  const columnsOf = (at: number): string =>
    (tables[at]?.columns ?? []).map(({ header: word, name }) => `${word}→${columnTitle(feed, name)}`).join('，');
  const read = tables.map(({ sheet, header, columns, unit, month }, at) => {
    const units = [...new Set(columns.flatMap((column) => column.unit ?? []))];
    const facts = [
      `表头第 ${header.from === header.to ? header.from : `${header.from}–${header.to}`} 行`,
      unit === null ? (units.length === 0 ? null : `单位 ${units.join('、')}`) : `单位 ${unit.value}（${unit.where}）`,
      month === null ? null : `月份 ${month.value}（${month.where}）`,
      at > 0 && columnsOf(at) === columnsOf(at - 1) ? '各列同上' : `列 ${columnsOf(at)}`,
    ];
    return `  ${sheet === '' ? '表' : `工作表“${sheet}”`}：${facts.filter((fact) => fact !== null).join('；')}`;
  });
  return [...read, ...notes.map(({ code, message }) => `提示：${message}（${code}）`)];
}

function refusedLines(refused: readonly RefusedRow[], total: number): string[] {
  if (refused.length === 0) return [];
  const lines = refused.flatMap(({ line, reasons }) =>
    reasons.map(({ cell, column, message, code }) => {
      const place = cell ?? `第 ${line} 行${column === undefined ? '' : `“${column}”列`}`;
      return `  ${place}：${message}（${code}）`;
    }),
  );
  const more =
    total > refused.length ? [`  …… 共 ${total} 行，其余见退回的文件 / the others are in the returned file`] : [];
  return ['隔离的行：', ...lines, ...more];
}
