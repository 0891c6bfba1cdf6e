import { columnTitle, FEEDS, type FeedName } from '@quhua/core';
import type { IngestResult } from '@quhua/engine';
import type { Output } from './output.ts';
import type { Column } from './table.ts';

type Plan = NonNullable<IngestResult['plan']>;
type PlannedTable = Plan['tables'][number];

/** Of a long list, as many as one looks at. */
const SHOWN = 20;
const RAW_SHOWN = 12;

/** How a file was understood, from its tables to its first rows: what `--dry-run` is for. */
export function printPreview(out: Output, { plan, sample, changes, changeCount }: IngestResult): void {
  if (plan === null) return;
  const text = plan.kind === 'text' ? `，编码 ${plan.encoding}，分隔符 ${JSON.stringify(plan.delimiter)}` : '';
  out.line(
    `  ${plan.kind === 'text' ? '文本' : plan.kind} 文件${text}，找到 ${plan.tables.length} 张表 / tables found`,
  );
  for (const at of plan.tables.keys()) printTable(out, plan, at);
  printIgnored(out, plan.ignored);
  printSample(out, plan.feed, sample);
  printChanges(out, { feed: plan.feed, changes, changeCount });
}

function printTable(out: Output, { feed, kind, tables }: Plan, at: number): void {
  const table = tables[at];
  if (table === undefined) return;
  const sheet = table.sheet === '' ? '' : `工作表“${table.sheet}”，`;
  out.line();
  out.line(out.paint('bold', `  表 ${at + 1}：${sheet}表头${rowsText(table.header)}，数据${rowsText(table.data)}`));
  for (const [what, settled] of [
    ['单位', table.unit],
    ['月份', table.month],
    ['县市', table.region],
  ] as const) {
    if (settled !== null) out.line(`  ${what} ${settled.value}，读自${settled.where}`);
  }
  if (table.mapping !== null) out.line(`  按已存的对照“${table.mapping}”/ by the saved mapping`);
  const alike = tables.slice(0, at).findIndex((other) => isAlike(other, table));
  if (alike >= 0) {
    out.line(`  各列与表 ${alike + 1} 相同 / the same columns as in table ${alike + 1}`);
    return;
  }
  const hasMonths = table.columns.some(({ month }) => month !== null);
  out.table(
    [
      { head: '列' },
      { head: '表头' },
      { head: '含义' },
      { head: '单位' },
      ...(hasMonths ? [{ head: '月份' }] : []),
      { head: '依据', wrap: true },
    ],
    table.columns.map(({ position, header, name, unit, month, why }) => [
      kind === 'text' ? String(position) : columnLetter(position),
      header,
      meaningOf(feed, name),
      unit ?? '',
      ...(hasMonths ? [month ?? ''] : []),
      why,
    ]),
  );
}

/** Whether what was found of the columns of two tables would read the same. */
function isAlike(one: PlannedTable, other: PlannedTable): boolean {
  return JSON.stringify(one.columns) === JSON.stringify(other.columns);
}

function meaningOf(feed: FeedName, name: string): string {
  return `${columnTitle(feed, name)} ${name}`;
}

function rowsText({ from, to }: PlannedTable['header']): string {
  return from === to ? `在第 ${from} 行` : `在第 ${from}–${to} 行`;
}

function printIgnored(out: Output, ignored: Plan['ignored']): void {
  if (ignored.length === 0) return;
  out.line();
  out.line(out.paint('bold', '  略过，不作数据 / passed over'));
  out.table(
    [{ head: '何处' }, { head: '内容' }, { head: '原因', wrap: true }],
    ignored.slice(0, SHOWN).map(({ sheet, row, text, why }) => [placeText(sheet, row), shortened(text), why]),
  );
  if (ignored.length > SHOWN) out.line(`  …… 共 ${ignored.length} 处 / in all`);
}

function printSample(out: Output, feed: FeedName, sample: IngestResult['sample']): void {
  if (sample.length === 0) return;
  out.line();
  out.line(out.paint('bold', '  前几行：读法与原文 / first rows as read and as written'));
  const names = [...new Set(sample.flatMap(({ read }) => Object.keys(read)))];
  const original = (raw: readonly string[]) => shortened(raw.slice(0, RAW_SHOWN).join(' | '));
  if (names.length <= NARROW) {
    out.table(
      [{ head: '何处' }, ...names.map((name) => valueHead(feed, name)), { head: '原文', wrap: true }],
      sample.map(({ sheet, row, raw, read }) => [
        placeText(sheet, row),
        ...names.map((name) => read[name] ?? '—'),
        original(raw),
      ]),
    );
    return;
  }
  for (const { sheet, row, raw, read } of sample) {
    out.line(`  ${placeText(sheet, row)}：${original(raw)}`);
    const values = Object.entries(read).map(([name, value]) => `${columnTitle(feed, name)} ${value}`);
    out.line(`    → ${values.join('，')}`);
  }
}

/** More columns than this do not stand side by side. */
const NARROW = 7;
const WORDS: ReadonlySet<string> = new Set(['text', 'kind', 'day']);

function valueHead(feed: FeedName, name: string): Column {
  const head = columnTitle(feed, name);
  const type = FEEDS[feed].columns.find((column) => column.name === name)?.type;
  return type === undefined || WORDS.has(type) ? { head } : { head, align: 'figure' };
}

/** What a file changes of what was known. */
export function printChanges(
  out: Output,
  { feed, changes, changeCount }: Pick<IngestResult, 'feed' | 'changes' | 'changeCount'>,
): void {
  if (changeCount === 0 || feed === null) return;
  out.line();
  out.line(out.paint('bold', `  改动已知数据 ${changeCount} 处 / values that differ from what was known`));
  out.table(
    [
      { head: '记录' },
      { head: '列' },
      { head: '原值', align: 'figure' },
      { head: '新值', align: 'figure' },
      { head: '原批次' },
    ],
    changes
      .slice(0, SHOWN)
      .map(({ key, column, before, after, beforeBatch }) => [
        keyText(feed, key),
        columnTitle(feed, column),
        before ?? '—',
        after ?? '—',
        beforeBatch,
      ]),
  );
  if (changeCount > SHOWN) out.line('  …… 其余见 --json / the rest with --json');
}

/** In the order of the feed's key: stored JSON keeps none. */
function keyText(feed: FeedName, key: Readonly<Record<string, string>>): string {
  const names = FEEDS[feed].key.map((name) => (name === 'region' ? 'region_code' : name));
  return names.map((name) => key[name] ?? '').join(' ');
}

function placeText(sheet: string, row: number | null): string {
  const where = sheet === '' ? '' : `${sheet}!`;
  return row === null ? sheet : `${where}第 ${row} 行`;
}

const UNSEEN = /\p{Cc}/gu;
/** Workbooks hold 0.1 as 0.10000000000000001. */
const LONG_FIGURE = /(?<![\d.])-?\d+\.\d{10,}(?![\d.])/gu;
const TEXT_SHOWN = 60;

/** On one line, nothing in it that a terminal would obey, and figures as a spreadsheet shows them. */
function shortened(text: string): string {
  const visible = text.replace(UNSEEN, ' ').replace(LONG_FIGURE, (figure) => String(Number(figure)));
  return visible.length > TEXT_SHOWN ? `${visible.slice(0, TEXT_SHOWN)}…` : visible;
}

/** `A` for 1, `AA` for 27. */
function columnLetter(position: number): string {
  let letters = '';
  for (let rest = position; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}
