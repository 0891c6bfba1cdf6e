import { hectareText, SIMULATED_MARK } from '@quhua/core';
import type {
  LandCheck,
  LandExplanation,
  LandRecheck,
  LandStatus,
  QuotaLineView,
  ReservationView,
  Verification,
} from '@quhua/engine';
import { instantText } from './instant-text.ts';
import type { Output, Style } from './output.ts';

const SIGNS: Readonly<Record<LandCheck['decision'], { readonly sign: string; readonly style: Style }>> = {
  ALLOWED: { sign: '✔', style: ['bold', 'green'] },
  WITHIN_QUOTA: { sign: '✔', style: ['bold', 'green'] },
  EXEMPT: { sign: '○', style: ['bold', 'green'] },
  OVER_QUOTA: { sign: '✘', style: ['bold', 'red'] },
  SUSPENDED: { sign: '✘', style: ['bold', 'red'] },
  NO_BASIS: { sign: '？', style: ['bold', 'yellow'] },
};

/** An answer as a clerk reads it: the conclusion first, then why, then what would change it. */
export function printCheck(out: Output, answer: LandCheck, timeZone: string): void {
  const { sign, style } = SIGNS[answer.decision];
  const mark = answer.simulated ? SIMULATED_MARK : '';
  const share = answer.residentialShare === null ? '' : `  商品住宅占比 ${answer.residentialShare}`;
  out.line(
    `${mark}${answer.regionName}  ${answer.parcel}  ${answer.use}  ${area(answer.area)}${share}  ${answer.date}`,
  );
  out.line(out.paint(style, `${sign} ${answer.conclusion}`));
  for (const [at, { text, citation }] of answer.reasons.entries()) {
    out.line(`  依据 ${text}`);
    if (citation !== answer.reasons[at + 1]?.citation) out.line(`       ${citation}`);
  }
  printFigures(out, answer, timeZone);
  for (const { text } of answer.warnings) out.line(out.paint('yellow', `  提示 ${text}`));
  for (const { text } of answer.changes) out.line(`  怎样会变 ${text}`);
  out.line(
    `  核查编号 ${answer.id}：quhua land explain ${answer.id} 看依据，quhua land certificate ${answer.id} 出核查单`,
  );
}

function printFigures(out: Output, { decision, assessment, quota, quotaArea }: LandCheck, timeZone: string): void {
  if (decision === 'EXEMPT') return;
  if (assessment !== null) {
    const { month, monthsOfSupply, monthsOfSupplyText, stock, sold, monthsPresent, definition, asOf } = assessment;
    const figure = `${monthsOfSupplyText}${monthsOfSupply === null ? '' : '个月'}`;
    out.line(
      `  评估 ${month} ${figure} = 可售 ${stock ?? '—'}㎡ × ${monthsPresent} ÷ 净售 ${sold}㎡（口径 ${definition}，数据截至 ${instantText(asOf, timeZone)}）`,
    );
  }
  const opening = quota.carried === '0' ? '' : `结转 ${hectare(quota.carried)} + `;
  out.line(
    `  限额 ${quota.year}年 ${opening}竣工 ${hectare(quota.completed)} + 收回 ${hectare(quota.recovered)} − 预留 ${hectare(quota.reserved)} − 确认 ${hectare(quota.confirmed)} = 剩余 ${hectare(quota.remaining)} 公顷；本宗占 ${hectare(quotaArea)}`,
  );
}

const RESERVATION_TEXT: Readonly<Record<ReservationView['status'], string>> = {
  active: '有效',
  confirmed: '已确认',
  released: '已释放',
  expired: '已到期',
};

export function printReservation(out: Output, reservation: ReservationView, timeZone: string): void {
  const { key, status, parcel, quotaArea, confirmedArea, expiresAt } = reservation;
  const confirmed = confirmedArea === null ? '' : `，签约 ${area(confirmedArea)}`;
  const until = status === 'active' ? `，${instantText(new Date(expiresAt), timeZone)} 到期` : '';
  out.line(`预留 ${key}  ${RESERVATION_TEXT[status]}  ${parcel}  占限额 ${area(quotaArea)}${confirmed}${until}`);
}

/** The accounts of a year; of one unit, every line. */
export function printStatus(out: Output, { year, units, lines, reservations }: LandStatus, name: string): void {
  const mark = units.some(({ simulated }) => simulated) ? `  ${SIMULATED_MARK}` : '';
  out.line(
    out.paint('bold', `${units.length === 1 ? (units[0]?.name ?? name) : name} ${year}年供地限额（公顷）${mark}`),
  );
  const figures = ['盘活', '竣工', '收回', '结转', '预留', '确认', '剩余'];
  out.table(
    [{ head: '单元' }, { head: '供地' }, ...figures.map((head) => ({ head, align: 'figure' as const })), { head: '' }],
    units.map(({ name: unit, landSupply, quota, closed }) => {
      const { completed, recovered, carried, reserved, confirmed, remaining } = quota;
      const total = String(Number(completed) + Number(recovered) + Number(carried));
      const note = [closed ? '已关闭' : '', landSupply === 'swap' && Number(remaining) < 0 ? '透支' : '']
        .filter(Boolean)
        .join('，');
      return [
        unit,
        SUPPLY_TEXT[landSupply ?? 'none'],
        ...[total, completed, recovered, carried, reserved, confirmed, remaining].map(hectare),
        note,
      ];
    }),
  );
  printLines(out, lines);
  if (reservations.length === 0) return;
  out.line();
  out.table(
    [
      { head: '预留' },
      { head: '状态' },
      { head: '宗地' },
      { head: '占限额', align: 'figure' },
      { head: '日期' },
      { head: '到期' },
    ],
    reservations.map(({ key, status, parcel, quotaArea, date, expiresAt }) => [
      key,
      RESERVATION_TEXT[status],
      parcel,
      hectare(quotaArea),
      date,
      status === 'active' ? expiresAt.slice(0, 10) : '',
    ]),
  );
}

const SUPPLY_TEXT = { suspended: '■暂停', swap: '▲限供', free: '不受限', none: '无档次' } as const;
const KIND_TEXT: Readonly<Record<QuotaLineView['kind'], string>> = {
  carried: '结转',
  completed: '竣工',
  recovered: '收回',
  reserved: '预留',
  confirmed: '确认',
};

function printLines(out: Output, lines: readonly QuotaLineView[]): void {
  if (lines.length === 0) return;
  out.line();
  out.table(
    [{ head: '事项' }, { head: '公顷', align: 'figure' }, { head: '宗地' }, { head: '日期' }, { head: '来源' }],
    lines.map(({ kind, area: sqm, parcel, date, source }) => [
      KIND_TEXT[kind],
      hectare(sqm),
      parcel ?? '',
      date ?? '',
      source,
    ]),
  );
}

export function printExplanation(out: Output, found: LandExplanation, timeZone: string): void {
  printCheck(out, found, timeZone);
  out.line(`  作出 ${instantText(new Date(found.decidedAt), timeZone)}，${found.by}`);
  const derived = found.derivedAgain
    ? out.paint('green', '按存档依据重新推算，结论一致')
    : out.paint('red', '按存档依据重新推算，结论不一致');
  out.line(`  ${derived} / derived again from its stored inputs`);
  printLines(out, found.lines);
}

export function printRecheck(out: Output, { before, now, same, differences }: LandRecheck): void {
  out.line(`当时（核查编号 ${before.id}）：${before.conclusion}`);
  out.line(`现在（核查编号 ${now.id}）：${now.conclusion}`);
  out.line(same ? '没有变化 / nothing has changed' : '变化 / changes:');
  for (const difference of differences) out.line(`  ${difference}`);
}

const STATE_STYLE: Readonly<Record<Verification['state'], Style>> = {
  genuine: ['bold', 'green'],
  expired: ['bold', 'yellow'],
  superseded: ['bold', 'yellow'],
  altered: ['bold', 'red'],
  unknown: ['bold', 'red'],
};

export function printVerification(out: Output, found: Verification, timeZone: string): void {
  out.line(out.paint(STATE_STYLE[found.state], `${found.text} / ${found.state}`));
  const { certificate } = found;
  if (certificate === null) return;
  out.line(
    `  ${certificate.number}  签发 ${instantText(new Date(found.issuedAt ?? certificate.issuedAt), timeZone)}  有效期至 ${found.validUntil ?? ''}`,
  );
  if (found.supersededBy !== null) out.line(`  已被 ${found.supersededBy} 取代`);
  for (const difference of found.differences) out.line(out.paint('red', `  ${difference}`));
  out.line('  签发时的内容，请与纸面核对 / what was issued, to be compared with the paper:');
  out.line(`  ${certificate.simulated ? SIMULATED_MARK : ''}${certificate.conclusion}`);
  out.line(
    `  ${certificate.region.name}  ${certificate.parcelNo}  ${certificate.use}  ${area(certificate.areaSqm)}  ${certificate.date}`,
  );
}

function area(sqm: string): string {
  return `${hectare(sqm)}公顷（${sqm}㎡）`;
}

function hectare(sqm: string): string {
  return hectareText(Number(sqm));
}
