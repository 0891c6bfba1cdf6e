import { CASE_TEXT, type Jurisdiction, SIMULATED_MARK, STAKE_DAYS, yuanText } from '@quhua/core';
import type { ProjectPage, ProjectView } from '@quhua/engine';
import { instantText } from './instant-text.ts';
import type { Output } from './output.ts';
import { projectLevel } from './project-table.ts';

/** One project for people: what it is, why it stands so, what would lift it, and how it came to that. */
export function printProject(out: Output, page: ProjectPage, { timezone }: Jurisdiction): void {
  const { project, date, asOf } = page;
  const promoted = project.promotedName === null ? '' : `（推广名 ${project.promotedName}）`;
  out.line(out.paint('bold', `${project.projectNo}  ${project.name}${promoted}`));
  if (project.simulated) out.line(`${SIMULATED_MARK}数字由模拟数据得出，不代表任何真实项目或企业 / simulated data`);
  out.line(
    `${project.regionName}  ${project.developer ?? '开发企业未报'}  截至 ${date}  数据按 ${instantText(new Date(asOf), timezone)} 所知`,
  );
  out.line();
  if (project.mergedInto !== null)
    out.line(out.paint('yellow', `本项目已并入 ${project.mergedInto}，不再单独预警；以下为其历史`));
  for (const one of page.predecessors)
    out.line(`并入本项目：${one.projectNo} ${one.name}（quhua projects show ${one.projectNo}）`);
  printStanding(out, project);
  printIndicators(out, project);
  printTimeline(out, page);
  printHistory(out, page, timezone);
}

function printStanding(out: Output, project: ProjectView): void {
  const { level, raw, score, state, stateSet, stake, contributions } = project;
  const held = level === raw ? '' : `（当日数据为${projectLevel(out, raw)}，等级须连续较轻才降）`;
  const points = contributions.map(({ code, points: own }) => `${code} ${own}`).join(' + ');
  const set =
    stateSet === null
      ? ''
      : `（${stateSet.on} ${stateSet.by}：${stateSet.reason}${stateSet.document === null ? '' : `，${stateSet.document}`}）`;
  out.line(
    `等级 ${projectLevel(out, level)}${held}  分数 ${score}${points === '' ? '' : ` = ${points}`}  状态 ${CASE_TEXT[state]}${set}`,
  );
  for (const reason of project.reasons) out.line(`  因为 ${reason}`);
  for (const lift of project.lifts) out.line(`  降级 ${lift}`);
  if (project.delivered) return;
  const money = (fen: number | null): string => (fen === null ? '未报' : yuanText(fen));
  out.line(
    `已售未交 ${stake.households ?? '未报'} 户；后续建设 ${money(stake.costFen)} 元，可用 ${money(stake.fundsFen)} 元，缺口 ${money(stake.gapFen)} 元；${STAKE_DAYS}天内需 ${money(stake.nextFen)} 元，账户不足 ${money(stake.nextGapFen)} 元`,
  );
}

function printIndicators(out: Output, { indicators }: ProjectView): void {
  out.line();
  out.table(
    [{ head: '指标' }, { head: '等级' }, { head: '数值' }, { head: '所触界限' }, { head: '由何得出', wrap: true }],
    indicators.map(({ code, name, level, text, limit, inputs, missing }) => [
      `${code} ${name}`,
      projectLevel(out, level),
      text,
      limit ?? '',
      missing.length > 0
        ? missing.map(({ what, owner }) => `${what}应由${owner}报送`).join('，')
        : Object.entries(inputs)
            .map(([key, value]) => `${key} ${value}`)
            .join('，'),
    ]),
  );
}

function printTimeline(out: Output, { timeline, registered }: ProjectPage): void {
  out.line();
  out.line(out.paint('bold', '来龙去脉'));
  out.table(
    [
      { head: '日期' },
      { head: '等级' },
      { head: '分数', align: 'figure' },
      { head: '出处' },
      { head: '所报与原因', wrap: true },
    ],
    timeline.map(({ date, level, raw, score, said, reasons, sources }) => [
      date,
      level === raw ? projectLevel(out, level) : `${projectLevel(out, level)}（当日${projectLevel(out, raw)}）`,
      score.toFixed(1),
      sources.map(({ file, line }) => `${file}:${line}`).join(' '),
      [...said, ...reasons].join('；'),
    ]),
  );
  out.line(out.paint('dim', `清单：${registered.file}:${registered.line}（批次 ${registered.batch}）`));
}

function printHistory(out: Output, { versions, cases, alerts }: ProjectPage, timezone: string): void {
  if (versions.length > 1) {
    out.line();
    out.line(out.paint('bold', '名称与合同日期的变化'));
    for (const { name, promotedName, developer, contractDeliveryOn, knownFrom, source } of versions)
      out.line(
        `  ${instantText(new Date(knownFrom), timezone)}  ${name}${promotedName === null ? '' : `（${promotedName}）`}  ${developer ?? '企业未报'}  合同交付 ${contractDeliveryOn ?? '未报'}  ${source.file}:${source.line}`,
      );
  }
  if (cases.length > 0) {
    out.line();
    out.line(out.paint('bold', '处置'));
    for (const { on, state, by, reason, document } of cases)
      out.line(
        `  ${on}  ${state === 'automatic' ? '按等级' : CASE_TEXT[state]}  ${by}：${reason}${document === null ? '' : `（${document}）`}`,
      );
  }
  const open = alerts.filter(({ status }) => status !== 'resolved');
  if (open.length === 0) return;
  out.line();
  out.line(`未解除的预警：${open.map(({ id, kind }) => `${id} ${kind}`).join('、')}（quhua alerts show 编号）`);
}
