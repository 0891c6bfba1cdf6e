import type { IngestResult } from '@quhua/engine';
import type { Output } from './output.ts';

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
  for (const [at, table] of plan.tables.entries()) printTable(out, table, { at: at + 1, kind: plan.kind });
  printIgnored(out, plan.ignored);
  printSample(out, sample);
  printChanges(out, { changes, changeCount });
  for (const { code, message } of plan.notes) out.line(`  ${code}：${message}`);
}

type Numbered = { readonly at: number; readonly kind: Plan['kind'] };

function printTable(out: Output, table: PlannedTable, { at, kind }: Numbered): void {
  const sheet = table.sheet === '' ? '' : `工作表“${table.sheet}”，`;
  out.line();
  out.line(out.paint('bold', `  表 ${at}：${sheet}表头${rowsText(table.header)}，数据${rowsText(table.data)}`));
  for (const [what, settled] of [
    ['单位', table.unit],
    ['月份', table.month],
    ['县市', table.region],
  ] as const) {
    if (settled !== null) out.line(`  ${what} ${settled.value}，读自${settled.where}`);
  }
  if (table.mapping !== null) out.line(`  按已存的对照“${table.mapping}”/ by the saved mapping`);
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
      name,
      unit ?? '',
      ...(hasMonths ? [month ?? ''] : []),
      why,
    ]),
  );
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

function printSample(out: Output, sample: IngestResult['sample']): void {
  if (sample.length === 0) return;
  out.line();
  out.line(out.paint('bold', '  前几行：原文与读法 / first rows as written and as read'));
  out.table(
    [{ head: '何处' }, { head: '原文' }, { head: '读作', wrap: true }],
    sample.map(({ sheet, row, raw, read }) => [
      placeText(sheet, row),
      shortened(raw.slice(0, RAW_SHOWN).join(' | ')),
      Object.entries(read)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
    ]),
  );
}

/** What a file changes of what was known. */
export function printChanges(
  out: Output,
  { changes, changeCount }: Pick<IngestResult, 'changes' | 'changeCount'>,
): void {
  if (changeCount === 0) return;
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
        Object.values(key).join(' '),
        column,
        before ?? '—',
        after ?? '—',
        beforeBatch,
      ]),
  );
  if (changeCount > SHOWN) out.line('  …… 其余见 --json / the rest with --json');
}

function placeText(sheet: string, row: number | null): string {
  const where = sheet === '' ? '' : `${sheet}!`;
  return row === null ? sheet : `${where}第 ${row} 行`;
}

const UNSEEN = /\p{Cc}/gu;

/** On one line, and nothing in it that a terminal would obey. */
function shortened(text: string): string {
  const visible = text.replace(UNSEEN, ' ');
  return visible.length > 60 ? `${visible.slice(0, 60)}…` : visible;
}

/** `A` for 1, `AA` for 27. */
function columnLetter(position: number): string {
  let letters = '';
  for (let rest = position; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}
