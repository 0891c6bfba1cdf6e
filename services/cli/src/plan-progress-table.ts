import { FEEDS, type Jurisdiction, type Pace, quotientText, SIMULATED_MARK, TARGET_UNIT_TEXT } from '@quhua/core';
import type { PlanProgressDocument, PlanProgressItem } from '@quhua/engine';
import { instantText } from './instant-text.ts';
import type { Output, Style } from './output.ts';

const PACE_STYLE: Readonly<Record<Pace, Style>> = {
  DONE: ['green'],
  AHEAD: ['green'],
  ON_PACE: [],
  BEHIND: ['bold', 'red'],
  INCOMPLETE: ['yellow'],
  NO_DATA: ['yellow'],
  NOT_PLANNED: ['dim'],
};

/** A year's plan for people: each target with its units, then what in the plan itself somebody should look at. */
export function printPlan(out: Output, plan: PlanProgressDocument, { name, timezone }: Jurisdiction): void {
  const { day, days } = plan.elapsed;
  const run = quotientText(BigInt(day) * 100n, BigInt(days), 1);
  const simulated = plan.items.filter((item) => item.simulated).length;
  const known = plan.items.filter(({ done }) => done !== null).length;
  out.line(out.paint('bold', plan.title));
  if (simulated > 0)
    out.line(
      `${SIMULATED_MARK}${simulated < known ? '部分' : ''}完成数由模拟数据得出，不代表任何真实情况 / simulated data`,
    );
  out.line(
    `${name}  截至 ${plan.date}，全年已过 ${run}%（${day}/${days} 天）  数据按 ${instantText(new Date(plan.asOf), timezone)} 所知`,
  );
  // Where every figure is simulated, the head says so.
  const markSimulated = simulated < known;
  const ofOne = plan.items.every(({ region }) => region !== null);
  if (ofOne) printRows(out, { items: plan.items, markSimulated, named: 'item' });
  else for (const items of groupsOf(plan.items)) printGroup(out, { items, markSimulated });
  printSignals(out, plan);
  printUnmatched(out, plan);
  printFoot(out, plan);
}

/** Items of one title stand together: a column of a table, or a target of the text. */
function groupsOf(items: readonly PlanProgressItem[]): PlanProgressItem[][] {
  const tables = items.filter(({ table }) => table !== null);
  const targets = items.filter(({ table }) => table === null);
  return [...Map.groupBy(tables, ({ id }) => id).values(), ...(targets.length === 0 ? [] : [targets])];
}

type Group = { readonly items: readonly PlanProgressItem[]; readonly markSimulated: boolean };
/** What a row is called by: its unit, its item, or both. */
type Rows = Group & { readonly named: 'region' | 'item' | 'both' };

function printGroup(out: Output, { items, markSimulated }: Group): void {
  const [first] = items;
  if (first === undefined) return;
  const isText = first.table === null;
  const title = isText ? '计划正文中的目标' : `${first.table} · ${first.title}（${TARGET_UNIT_TEXT[first.unit]}）`;
  out.line();
  out.line(out.paint('bold', title));
  if (!isText) out.line(out.paint('dim', `完成数取自 ${first.source.readOff}`));
  const silent = isText ? [] : items.filter(({ region, pace }) => region !== null && pace === 'NO_DATA');
  const shown = items.filter((item) => silent.length < 2 || !silent.includes(item));
  const named = isText ? 'both' : 'region';
  if (shown.some(({ pace }) => pace !== 'NO_DATA')) printRows(out, { items: shown, markSimulated, named });
  else if (first.region === null) out.line(`计划合计 ${first.target ?? '—'}`);
  if (silent.length < 2) return;
  const names = silent.map(({ region, target }) => `${region?.name ?? ''} ${target ?? '—'}`);
  out.line(out.paint('yellow', `无数据：${names.join('、')}`));
}

function printRows(out: Output, { items, markSimulated, named }: Rows): void {
  out.table(
    [
      { head: named === 'region' ? '县市' : '目标' },
      { head: '计划', align: 'figure' },
      { head: '完成', align: 'figure' },
      { head: '剩余', align: 'figure' },
      { head: '完成率', align: 'figure' },
      { head: '进度' },
      { head: '数据截至' },
      { head: '说明', wrap: true },
    ],
    items.map((item) => rowOf(out, item, { named, markSimulated })),
  );
}

type RowForm = Pick<Rows, 'named' | 'markSimulated'>;

function rowOf(out: Output, item: PlanProgressItem, { named, markSimulated }: RowForm): string[] {
  const { title, region, target, done, remaining, share, pace, paceText, through, atLeast, unit, simulated } = item;
  const both = region === null ? title : `${title}（${region.name}）`;
  const name = named === 'item' ? title : both;
  const remarks = [...missingTexts(item), ...(markSimulated && simulated ? ['模拟'] : [])];
  return [
    named === 'region' ? (region?.name ?? '合计') : name,
    target === null ? '—' : `${target}${named === 'region' ? '' : TARGET_UNIT_TEXT[unit]}`,
    done === null ? '—' : `${atLeast ? '≥' : ''}${shortened(done, 'down')}`,
    remaining === null ? '—' : `${atLeast ? '≤' : ''}${shortened(remaining, 'up')}`,
    share === null ? '—' : `${atLeast ? '≥' : ''}${share.text}`,
    out.paint(PACE_STYLE[pace], paceText),
    through ?? '—',
    remarks.join('；'),
  ];
}

/** Two decimals for people: what is done never too much, what remains never too little. */
function shortened(text: string, to: 'down' | 'up'): string {
  const [whole = '', fraction] = text.split('.');
  if (fraction === undefined || fraction.length <= 2) return text;
  const up = to === 'up' && /[1-9]/u.test(fraction.slice(2)) ? 1n : 0n;
  return quotientText(BigInt(`${whole}${fraction.slice(0, 2)}`) + up, 100n, 2);
}

const MOST_NAMED = 6;

/** Of one unit what it lacks; of a sum who owes what. */
function missingTexts({ missing, region }: PlanProgressItem): string[] {
  const others = missing.filter((one) => one.region !== null && one.region.code !== region?.code);
  const said = missing.filter((one) => !others.includes(one)).map(({ text }) => text);
  const owed = [...Map.groupBy(others, ({ feed }) => feed)].map(([feed, list]) => {
    const names = [...new Set(list.map((one) => one.region?.name ?? ''))];
    const more = names.length > MOST_NAMED ? `等${names.length}个` : '';
    return `${names.slice(0, MOST_NAMED).join('、')}${more}的${FEEDS[feed].title}不全`;
  });
  return [...said, ...owed];
}

function printSignals(out: Output, { signals }: PlanProgressDocument): void {
  if (signals.length === 0) return;
  out.line();
  out.line(out.paint('bold', '计划本身请核对（只是提示，不影响供地判断）'));
  for (const { region, text } of signals) out.line(`  ${region.name}：${text}`);
  for (const why of new Set(signals.map((signal) => signal.why))) out.line(out.paint('dim', `  依据：${why}`));
}

function printUnmatched(out: Output, { unmatched }: PlanProgressDocument): void {
  if (unmatched.length === 0) return;
  out.line();
  out.line(out.paint('bold', '报来而没有计入的'));
  for (const { region, text } of unmatched.slice(0, 20)) out.line(`  ${region.name}：${text}`);
  if (unmatched.length > 20) out.line(`  …… 共 ${unmatched.length} 项，其余见 --json / the rest with --json`);
}

function printFoot(out: Output, { items }: PlanProgressDocument): void {
  if (!items.some(({ atLeast }) => atLeast)) return;
  out.line();
  out.line(
    out.paint('dim', '≥：有单位或月份未报，至少完成这么多；未报不当作零 / something is missing: at least so much'),
  );
}
