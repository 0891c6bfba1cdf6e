import { changed, readGood } from './good.ts';
import type { Mutant } from './mutant.ts';

type Change = readonly [file: string, from: string, to: string, code: string];

const J = 'jurisdiction.yaml';
const R24 = 'rulebook/mnr-2024-918.yaml';
const R19 = 'rulebook/mnr-2019.yaml';
const R17 = 'rulebook/mohurd-2017-80.yaml';
const F = 'feeds.yaml';
const C = 'checks.yaml';
const A = 'alerts.yaml';
const QUEUE = '- { channel: queue, consumer: land-bureau }';
const S = 'schedule.yaml';
const D = 'delivery.yaml';
const CAL = 'calendar.yaml';
const Y = 'calendar-2025.yaml';
const P = 'plan-2025/source.yaml';
const ROUTE = '  - { receiver: market-supervision }';

/** Well-formed values that mean something wrong. */
const CHANGES: readonly Change[] = [
  [J, 'rulebook: mnr-2024-918', 'rulebook: mnr-2024', 'RULEBOOK_UNKNOWN'],
  [J, 'Asia/Shanghai', 'asia/shanghai', 'TIMEZONE_UNKNOWN'],
  [J, 'Asia/Shanghai', 'Asia/Beijing', 'TIMEZONE_UNKNOWN'],
  [J, 'Asia/Shanghai', '"UTC+8"', 'TIMEZONE_UNKNOWN'],
  [J, '"653121"', '"653101"', 'REGION_CODE_TWICE'],
  [J, '"653121"', '"653121 "', 'VALUE_FORMAT'],
  [J, '"653121"', '"653121,653122"', 'VALUE_FORMAT'],
  [J, 'name: 疏勒县', 'name: 疏附县', 'SPELLING_TWICE'],
  [J, 'short: 疏勒,', 'short: 疏 附,', 'SPELLING_TWICE'],
  [J, '[喀什市本级]', '[６５３１２１]', 'SPELLING_TWICE'],
  [J, '[喀什市本级]', '[""]', 'VALUE_FORMAT'],
  [J, '[喀什市本级]', '["喀什\\u200b市"]', 'VALUE_FORMAT'],
  [J, 'row: 1, col: 3', 'row: 1, col: 2', 'TILE_TWICE'],
  [J, 'row: 1, col: 3', 'row: 0, col: 3', 'VALUE_RANGE'],
  [J, 'row: 1, col: 3', 'row: 1, col: -3', 'VALUE_RANGE'],
  [J, 'row: 1, col: 3', 'row: 1, col: 3.5', 'VALUE_TYPE'],
  [J, 'kind: city', 'kind: 2', 'VALUE_TYPE'],
  [J, 'local: true', 'local: yes', 'VALUE_TYPE'],
  [J, 'local: true', 'local: 1', 'VALUE_TYPE'],
  [R24, 'id: mnr-2024-918', 'id: mnr-2024-919', 'RULEBOOK_ID'],
  [R24, 'issued: 2024-04-29', 'issued: 2024-4-29', 'VALUE_FORMAT'],
  [R24, 'issued: 2024-04-29', 'issued: 2023-02-29', 'VALUE_FORMAT'],
  [R24, 'effectiveFrom: 2024-04-29', 'effectiveFrom: 2024-04-28', 'RULEBOOK_DATES'],
  [R24, 'stock: narrow', 'stock: wide', 'VALUE_CHOICE'],
  [R24, 'window: 12', 'window: 0', 'VALUE_RANGE'],
  [R24, 'window: 12', 'window: 49', 'VALUE_RANGE'],
  [R24, 'window: 12', 'window: 6', 'DEFINITION_MIN'],
  [R24, 'minMonths: 8', 'minMonths: 13', 'DEFINITION_MIN'],
  [R24, 'minMonths: 8', 'minMonths: 0', 'VALUE_RANGE'],
  [R24, 'provisionalBelow: 12', 'provisionalBelow: 13', 'DEFINITION_PROVISIONAL'],
  [R24, 'when: { over: "36" }', 'when: { over: "18" }', 'TIER_UNTIL'],
  [R24, 'when: { over: "36" }', 'when: { over: "17.99" }', 'TIER_UNTIL'],
  [R24, 'when: { over: "18" }', 'when: { over: "36" }', 'TIER_ORDER'],
  [R24, 'when: { over: "18" }', 'when: { over: "1e1" }', 'RATIO_FORMAT'],
  [R24, 'when: { over: "18" }', 'when: { over: "-18" }', 'RATIO_FORMAT'],
  [R24, 'when: { over: "18" }', 'when: { over: "18,0" }', 'RATIO_FORMAT'],
  [R24, 'when: { over: "18" }', 'when: { atMost: "18" }', 'TIER_COMPARATOR'],
  [R24, 'when: { over: "18" }', 'when: { always: true }', 'RULEBOOK_NOT_TOTAL'],
  [R24, 'until: { under: "36" }', 'until: { over: "36" }', 'TIER_COMPARATOR'],
  [R24, 'until: { under: "36" }', 'until: { under: "36.1" }', 'TIER_UNTIL'],
  [R24, 'until: { under: "36" }', 'until: { always: true }', 'TIER_COMPARATOR'],
  [R24, 'always: true', 'always: false', 'VALUE_CHOICE'],
  [R24, 'tier: FREE', 'tier: SWAP', 'TIER_TWICE'],
  [R24, 'landSupply: swap', 'landSupply: swop', 'VALUE_CHOICE'],
  [R19, 'tier: HOLD, when: { atLeast: "12" }', 'tier: HOLD, when: { atLeast: "18" }', 'TIER_ORDER'],
  [R19, 'tier: REDUCE, when: { atLeast: "18" }', 'tier: REDUCE, when: { atLeast: "81" }', 'TIER_ORDER'],
  [R17, 'id: mohurd-2017-80', 'id: mohurd-2017', 'RULEBOOK_ID'],
  [F, 'heldAboveShare: 0.5', 'heldAboveShare: 50', 'VALUE_RANGE'],
  [F, 'heldAboveShare: 0.5', 'heldAboveShare: 50%', 'VALUE_TYPE'],
  [F, '[计量单位, ', '[地区代码, ', 'HEADER_TWICE'],
  [F, '[撤销网签套数, ', '[签约套数, ', 'HEADER_TWICE'],
  [F, '[撤销网签套数, ', '[signed_units, ', 'HEADER_TWICE'],
  [F, '[库存调整面积, ', '[month, ', 'HEADER_TWICE'],
  [F, '[现售未售面积, ', '[批准预售未售面积, ', 'HEADER_TWICE'],
  [A, 'TIER_SUSPEND: red', 'TIER_SUSPEND: 红', 'VALUE_CHOICE'],
  [A, 'name: market-supervision', 'name: 市场监管科', 'VALUE_FORMAT'],
  [A, 'name: market-supervision\n', 'name: market_supervision\n', 'VALUE_FORMAT'],
  [A, QUEUE, '- { channel: mail, consumer: land-bureau }', 'VALUE_CHOICE'],
  [A, QUEUE, '- { channel: queue }', 'CHANNEL_CONSUMER'],
  [A, QUEUE, '- { channel: queue, consumer: "a b" }', 'VALUE_FORMAT'],
  [A, ROUTE, '  - { receiver: market }', 'RECEIVER_UNKNOWN'],
  [A, ROUTE, '  - { receiver: market-supervision, kinds: [] }', 'VALUE_RANGE'],
  [A, ROUTE, '  - { receiver: market-supervision, kinds: [TIER_SUSPENDED] }', 'VALUE_CHOICE'],
  [A, ROUTE, '  - { receiver: market-supervision, regions: ["653132"] }', 'ROUTE_REGION'],
  [A, ROUTE, '  - { receiver: market-supervision, kinds: [FEED_LATE], levels: [red] }', 'ROUTE_NEVER'],
  [A, 'afterHours: 4, to: section-head', 'to: section-head', 'ESCALATION_AFTER'],
  [A, 'afterHours: 4, to: section-head', 'afterHours: 4, to: section', 'RECEIVER_UNKNOWN'],
  [A, 'afterHours: 4', 'afterHours: 4.5', 'VALUE_TYPE'],
  [A, 'afterHours: 4', 'afterHours: -4', 'VALUE_RANGE'],
  [A, 'afterDays: 3', 'afterDays: 1', 'ESCALATION_ORDER'],
  [C, 'zone: 653100-JKQ', 'zone: 653100-JKC', 'ZONE_REGION'],
  [C, 'historyMonths: 24', 'historyMonths: 6', 'VALUE_RANGE'],
  [C, 'UNIT_MIXUP: { level: refuse', 'UNIT_MIXUP: { level: reject', 'VALUE_CHOICE'],
  [C, 'IDENTICAL_FILE: { level: hold', 'IDENTICAL_FILE: { level: refuse', 'VALUE_CHOICE'],
  [C, 'minMonths: 12 }', 'minMonths: 12, minUnits: 3 }', 'KEY_UNKNOWN'],
  [C, 'withinPercent: 25', 'withinPercent: 100', 'VALUE_RANGE'],
  [S, '"17 2 * * *"', '"17 2 * *"', 'CRON_FORMAT'],
  [S, '"17 2 * * *"', '"0 17 2 * * *"', 'CRON_FORMAT'],
  [S, '"17 2 * * *"', '"17 2 31 2 *"', 'CRON_FORMAT'],
  [S, '"17 2 * * *"', '"@daily"', 'CRON_FORMAT'],
  [S, 'job: assess-due', 'job: asses-due', 'VALUE_CHOICE'],
  [S, 'job: check-feeds', 'job: assess-due', 'JOB_TWICE'],
  [S, 'catchUp: latest }\n  # 每小时看有没有迟报', 'catchUp: last }\n  # 每小时看有没有迟报', 'VALUE_CHOICE'],
  [D, 'expected: 43', 'expected: "43"', 'VALUE_TYPE'],
  [D, 'expected: 43', 'expected: -1', 'VALUE_RANGE'],
  [D, '{ blue: "7", yellow: "15"', '{ blue: "7", yellow: "7"', 'DELIVERY_LIMIT_ORDER'],
  [D, '{ yellow: "60", orange: "30" }', '{ yellow: "30", orange: "60" }', 'DELIVERY_LIMIT_ORDER'],
  [D, 'required: [D1, ', 'required: [D13, ', 'VALUE_CHOICE'],
  [D, '- { days: 30, level: yellow }', '- { days: 90, level: yellow }', 'DELIVERY_HORIZON_TWICE'],
  [D, '- { days: 30, level: yellow }', '- { days: 30, level: unknown }', 'VALUE_CHOICE'],
  [D, 'from: "12-01"', 'from: "12-32"', 'DELIVERY_WINTER_DAY'],
  [D, 'ESCROW_BELOW: { level: note }', 'ESCROW_BELOW: { level: hold }', 'VALUE_CHOICE'],
  [D, 'figures: 4', 'figures: 13', 'VALUE_RANGE'],
  [CAL, 'withoutTable: refuse', 'withoutTable: guess', 'VALUE_CHOICE'],
  [CAL, 'to: 14:00', 'to: 25:00', 'VALUE_FORMAT'],
  [CAL, 'to: 14:00', 'to: 09:00', 'CALENDAR_HOURS'],
  [Y, 'year: 2025', 'year: 2024', 'CALENDAR_YEAR'],
  [Y, 'from: 2025-10-01', 'from: 2025-10-09', 'CALENDAR_DAY'],
  [Y, 'to: 2025-10-08', 'to: 2026-10-08', 'CALENDAR_DAY'],
  [Y, 'to: 2025-06-02', 'to: 2025-06-31', 'VALUE_FORMAT'],
  [Y, '[2025-04-27]', '[2025-04-25]', 'CALENDAR_WORKDAY'],
  [Y, '[2025-04-27]', '[2025-04-27, 2025-04-27]', 'CALENDAR_WORKDAY'],
  [Y, 'from: 2025-06-06', 'from: 2025-06-01', 'CALENDAR_OVERLAP'],
  [Y, '- name: 古尔邦节', '- name: 肉孜节', 'CALENDAR_LOCAL'],
  [P, 'year: 2025', 'year: 2026', 'PLAN_YEAR'],
  [P, 'file: table3.csv', 'file: table1.csv', 'PLAN_FILE_TWICE'],
  [P, 'file: table3.csv', 'file: ../feeds.csv', 'VALUE_FORMAT'],
  [P, '合计, unit: hectare', '合计, unit: mu', 'VALUE_CHOICE'],
  [P, '{ withinPercent: 10 }', '{ withinPercent: 101 }', 'VALUE_RANGE'],
  [P, 'below: "0.10"', 'below: "10%"', 'VALUE_FORMAT'],
  [P, 'at: contracted', 'at: completed', 'VALUE_CHOICE'],
  [P, 'total: total_units', 'total: total_unit', 'PLAN_SUM_COLUMN'],
  [P, 'parts: [commercial_ha, rental_subtotal_ha', 'parts: [commercial_ha, commercial_ha', 'PLAN_SUM_COLUMN'],
  [P, 'name: total_units', 'name: public_rental_units', 'PLAN_COLUMN_TWICE'],
];

export function meaningMutants(): Mutant[] {
  return CHANGES.map(([file, from, to, code]) => {
    const text = changed(file, from, to);
    const good = readGood(file);
    const line = good.slice(0, good.indexOf(from)).split('\n').length;
    return { name: `${file}:${line} ${from.trim()} → ${to.trim()}`, file, text, lines: [line], codes: [code] };
  });
}
