import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readGood } from './good.ts';
import { lineOf } from './line-of.ts';
import { CALENDAR_CASES } from './refused-calendar.ts';
import { act, type Edit, edit, type RefusedCase } from './refused-case.ts';
import { DELIVERY_CASES } from './refused-delivery.ts';
import { ITEM_CASES } from './refused-plan-items.ts';

/** feeds.yaml with one saved mapping in place of none. */
function mapping(entry: string): Edit {
  return [F, 'mappings: []', `mappings: [{ ${entry} }]`];
}

function mapped(part: string): Edit {
  return mapping(`name: a, match: { file: "*" }, ${part}`);
}

const J = 'jurisdiction.yaml';
const R = 'rulebook/mnr-2024-918.yaml';
const F = 'feeds.yaml';
const A = 'alerts.yaml';
const S = 'schedule.yaml';
/** All routes, as they stand in the file, up to the comment of what follows. */
const ROUTES = readGood(A)
  .slice(readGood(A).indexOf('\nroutes:') + 1)
  .split('\n\n#')[0]
  ?.trimEnd() as string; // safe: a split has a first part
const ESCALATED = '- { afterHours: 4, to: section-head }';
const RED = lineOf(A, ESCALATED);
const C = 'checks.yaml';
const P = 'plan-2025/source.yaml';
const T1 = 'plan-2025/table1.csv';
const T2 = 'plan-2025/table2.csv';
/** Line of `mappings` in feeds.yaml. */
const M = lineOf(F, 'mappings: []');
const SUSPEND = '{ over: "36" }, until: { under: "36" }';

const FOLDER_CASES: readonly RefusedCase[] = [
  act('DIR_MISSING', '.:1:1 .', ({ dir }) => rmSync(dir, { recursive: true })),
  act('DIR_NOT_DIRECTORY', 'rulebook:1:1 .', ({ remove, write }) => {
    remove('rulebook');
    write('rulebook', 'x');
  }),
  act('FILE_MISSING', 'jurisdiction.yaml:1:1 .', ({ remove }) => remove(J)),
  act('FILE_MISSING', 'plan-2025/table2.csv:1:1 .', ({ remove }) => remove(T2)),
  act('FILE_NOT_FILE', 'alerts.yaml:1:1 .', ({ dir, remove }) => {
    remove(A);
    mkdirSync(join(dir, A));
  }),
  act('FILE_UNREADABLE', 'feeds.yaml:1:1 .', ({ dir, remove }) => {
    remove(F);
    symlinkSync(F, join(dir, F));
  }),
  act('FILE_TOO_LARGE', 'schedule.yaml:1:1 .', ({ write }) => write(S, '#'.repeat(2 * 1024 * 1024 + 1))),
  act('FILE_EMPTY', 'feeds.yaml:1:1 .', ({ write }) => write(F, ' \n')),
  act('FILE_EMPTY', 'feeds.yaml:1:1 .', ({ write }) => write(F, '# 只有注释\n')),
  act('FILE_ENCODING', 'alerts.yaml:2:1 .', ({ write }) => write(A, Buffer.from('a: 1\nb: \xb5\xd8\n', 'latin1'))),
  act('FILE_UNKNOWN', 'alert.yaml:1:1 .', ({ write }) => write('alert.yaml', 'x')),
  act('FILE_UNKNOWN', 'rulebook/mnr-2024-918.yml:1:1 .', ({ write }) => write('rulebook/mnr-2024-918.yml', 'x')),
  act('FILE_UNKNOWN', 'plan-2025/tabel1.csv:1:1 .', ({ write }) => write('plan-2025/tabel1.csv', 'x')),
  act('FILE_UNKNOWN', 'plan2025:1:1 .', ({ write }) => write('plan2025/table1.csv', 'x')),
  {
    code: 'RULEBOOK_NONE',
    at: ['rulebook:1:1 .'],
    break: ({ remove, write }) => {
      remove('rulebook');
      write('rulebook/README.md', 'later');
    },
  },
];

const YAML_CASES: readonly RefusedCase[] = [
  edit('YAML_SYNTAX', [J, 'name: 喀什地区', ' name: 喀什地区'], '7:1 .'),
  edit('YAML_SYNTAX', [S, '  - { job: check-feeds', '\t- { job: check-feeds'], ['10:1 .', '13:3 .']),
  edit(
    'YAML_SYNTAX',
    [A, 'consumer: land-bureau }\n      - { channel: file }', 'consumer: land-bureau }\n      - { channel: file'],
    ['44:3 .', '45:12 .'],
  ),
  edit('YAML_QUOTE', [A, 'title: 市场监管科', 'title: "市场\n      监管科"'], '33:12 receivers[0].title'),
  edit('YAML_DEPTH', [A, 'receivers:\n', `x: ${'['.repeat(100_000)}`], '30:68 .'),
  edit('YAML_DUPLICATE_KEY', [A, '  FEED_LATE: yellow', '  FEED_LATE: yellow\n  FEED_LATE: blue'], '10:3 .'),
  edit('YAML_ALIAS', [A, 'title: 市场监管科', 'title: &t 市场监管科'], '33:12 receivers[0].title'),
  edit('YAML_ALIAS', [A, 'title: 市场监管科', 'title: *t'], '33:12 receivers[0].title'),
  edit('YAML_TAG', [J, 'name: 喀什地区', 'name: !!str 喀什地区'], '7:8 name'),
  edit(
    'YAML_DOCUMENTS',
    [
      S,
      'jobs:',
      '---\njobs:\n  - { job: assess-due, cron: "17 2 * * *", catchUp: latest }\n  - { job: check-feeds, cron: "7 * * * *", catchUp: latest }\n  - { job: pull-sources, cron: "7 * * * *", catchUp: latest }\n---\njobs:',
    ],
    '9:1 .',
  ),
  edit('YAML_DIRECTIVE', [F, '# 报送文件的设定', '%YAML 1.1\n---\n# 报送文件的设定'], '1:1 .'),
];

const SHAPE_CASES: readonly RefusedCase[] = [
  edit('KEY_UNKNOWN', [J, 'timezone:', 'timezome:'], '9:1 timezome'),
  edit('KEY_UNKNOWN', [F, 'signed_area: [网签面积', 'sold_area: [网签面积'], '19:7 feeds.sales.headers.sold_area'),
  edit('KEY_MISSING', [R, 'stock: narrow, ', ''], '9:1 definition.stock'),
  edit('VALUE_TYPE', [J, 'code: "653100"', 'code: 653100'], '6:7 code', '加引号'),
  edit('VALUE_TYPE', [J, 'row: 1, col: 5', 'row: 1, col: "5"'], '23:80 regions[11].tile.col', '去掉引号'),
  edit('VALUE_TYPE', [S, 'sales: { dueDay: 7, ', 'sales: { dueDay: 7.5, '], '29:20 expected.sales.dueDay'),
  edit('VALUE_CHOICE', [A, 'TIER_SWAP: orange', 'TIER_SWAP: oragne'], '7:14 levels.TIER_SWAP', 'orange'),
  edit('VALUE_RANGE', [R, 'window: 12', 'window: 49'], '9:58 definition.window'),
  edit('VALUE_RANGE', [A, ROUTES, 'routes: []'], '61:1 routes'),
  edit('VALUE_FORMAT', [R, 'issued: 2024-04-29', 'issued: 2024-02-30'], '7:9 issued'),
  edit('VALUE_FORMAT', [J, 'short: 疏附', 'short: "疏附 "'], '14:41 regions[2].short'),
];

const MEANING_CASES: readonly RefusedCase[] = [
  edit('TIMEZONE_UNKNOWN', [J, 'Asia/Shanghai', 'Asia/Shanghi'], '9:11 timezone', 'Asia/Shanghai'),
  edit('TIMEZONE_UNKNOWN', [J, 'Asia/Shanghai', '+08:00'], '9:11 timezone'),
  edit('REGION_CODE_TWICE', [J, '"653131"', '"653130"'], '24:13 regions[12].code', '巴楚县'),
  edit('SPELLING_TWICE', [J, '[喀什经开区]', '[喀什经开区, 疏 勒]'], '13:94 regions[1].aliases[1]', '疏勒县'),
  edit('TILE_TWICE', [J, '{ row: 1, col: 3 }', '{ row: 1, col: 2 }'], '13:95 regions[1].tile', '喀什市'),
  edit('RULEBOOK_UNKNOWN', [J, 'rulebook: mnr-2024-918', 'rulebook: mnr-2024-981'], '10:11 rulebook', 'mnr-2024-918'),
  edit('RULEBOOK_ID', [R, 'id: mnr-2024-918', 'id: mnr-2024'], '4:5 id'),
  edit('RULEBOOK_DATES', [R, 'effectiveFrom: 2024-04-29', 'effectiveFrom: 2014-04-29'], '8:16 effectiveFrom'),
  edit('CONDITION_KEYS', [R, '{ over: "18" }', '{ over: "18", atLeast: "18" }'], '14:19 tiers[1].when'),
  edit('CONDITION_KEYS', [R, '{ over: "18" }', '{}'], '14:19 tiers[1].when'),
  edit('RATIO_FORMAT', [R, '{ over: "18" }', '{ over: "18个月" }'], '14:33 tiers[1].when.over'),
  edit('TIER_TWICE', [R, 'tier: SWAP', 'tier: SUSPEND'], '14:13 tiers[1].tier'),
  edit('TIER_COMPARATOR', [R, '{ over: "18" }', '{ under: "18" }'], '14:19 tiers[1].when'),
  edit('TIER_ORDER', [R, SUSPEND, '{ over: "18" }, until: { under: "18" }'], '14:19 tiers[1].when'),
  edit('TIER_UNTIL', [R, '{ under: "36" }', '{ under: "37" }'], '13:44 tiers[0].until'),
  edit('RULEBOOK_NOT_TOTAL', [R, '{ always: true }', '{ over: "6" }'], '15:19 tiers[2].when'),
  edit(
    'LAND_EVENT_ORDER',
    [R, 'reserveAt: announced\n  confirmAt: contracted', 'reserveAt: sold\n  confirmAt: announced'],
    '18:1 land',
  ),
  edit(
    'LAND_WORD_TWICE',
    [
      R,
      'land:\n',
      'land:\n  uses:\n    - { use: 甲, words: [乙], control: exempt, why: x }\n    - { use: 乙, control: controlled, why: x }\n',
    ],
    '21:7 land.uses[1]',
  ),
  edit('DEFINITION_MIN', [R, 'minMonths: 8', 'minMonths: 13'], '9:73 definition.minMonths'),
  edit(
    'DEFINITION_PROVISIONAL',
    [R, 'provisionalBelow: 12', 'provisionalBelow: 13'],
    '9:94 definition.provisionalBelow',
  ),
  edit(
    'HEADER_TWICE',
    [F, '撤销网签面积, 撤销面积', '撤销网签面积, 网 签 面 积'],
    '20:32 feeds.sales.headers.cancelled_area[1]',
    'signed_area',
  ),
  edit('HEADER_TWICE', [F, '[计量单位, ', '[计量单位, 月份, '], '12:16 keyHeaders.unit[1]', 'month'),
  edit(
    'HEADER_TWICE',
    [F, '[库存调整面积, ', '[newly_permitted_area, '],
    '34:25 feeds.inventory.headers.adjustment_area[0]',
    'newly_permitted_area',
  ),
  edit('MAPPING_MATCH', mapping('name: a'), `${M}:12 mappings[0].match`, '所有文件'),
  edit('MAPPING_MATCH', mapping('name: a, match: {}'), `${M}:23 mappings[0].match`, '所有文件'),
  edit('VALUE_FORMAT', mapping('name: a, match: { file: "[1].xlsx" }'), `${M}:38 mappings[0].match.file`, '* 和 ?'),
  edit(
    'MAPPING_TWICE',
    [F, 'mappings: []', 'mappings:\n  - { name: a, match: { file: "*" } }\n  - { name: a, match: { sheet: "*" } }'],
    `${M + 2}:13 mappings[1].name`,
  ),
  edit('MAPPING_ROWS', mapped('header: { from: 4, to: 3 }'), `${M}:45 mappings[0].header`, '第 4 行到第 3 行'),
  edit('VALUE_RANGE', mapped('header: { from: 0, to: 3 }'), `${M}:61 mappings[0].header.from`),
  edit('MAPPING_MONTH', mapped('month: {}'), `${M}:45 mappings[0].month`, 'fixed'),
  edit('MAPPING_MONTH', mapped('month: { from: file, fixed: 2025-10 }'), `${M}:45 mappings[0].month`),
  edit('VALUE_FORMAT', mapped('month: { fixed: 2025-13 }'), `${M}:61 mappings[0].month.fixed`, '2025-10'),
  edit('MAPPING_COLUMN', mapped('columns: { F: sined_area }'), `${M}:59 mappings[0].columns.F`, 'signed_area'),
  edit('MAPPING_COLUMN', mapped('feed: sales, columns: { F: price_total }'), `${M}:72 mappings[0].columns.F`),
  edit('MAPPING_COLUMN', mapped('columns: { 面积: area, 面 积: null }'), `${M}:71 mappings[0].columns[“面 积”]`),
  edit('VALUE_CHOICE', mapped('areaUnit: sqkm'), `${M}:55 mappings[0].areaUnit`, 'sqm'),
  edit('KEY_UNKNOWN', mapped('sheet: "*"'), `${M}:45 mappings[0].sheet`),
  edit('VALUE_CHOICE', [F, 'totals: hold', 'totals: stop'], `${lineOf(F, 'totals: hold')}:9 totals`, 'refuse'),
  edit(
    'RECEIVER_TWICE',
    [A, '\nroutes:', '\n  - { name: market-supervision, title: 二, channels: [{ channel: file }] }\nroutes:'],
    '61:13 receivers[5].name',
  ),
  edit(
    'RECEIVER_UNKNOWN',
    [A, 'routes:\n', 'routes:\n  - { receiver: market-supervison }\n'],
    '62:17 routes[0].receiver',
    'market-supervision',
  ),
  edit(
    'RECEIVER_UNROUTED',
    [A, '\nroutes:', '\n  - { name: land, title: 二, channels: [{ channel: file }] }\nroutes:'],
    '61:13 receivers[5].name',
  ),
  edit(
    'CHANNEL_TWICE',
    [
      A,
      '市场监管科\n    channels:\n      - { channel: file }',
      '市场监管科\n    channels:\n      - { channel: file }\n      - { channel: file }',
    ],
    '36:9 receivers[0].channels[1]',
  ),
  edit(
    'CHANNEL_CONSUMER',
    [
      A,
      '市场监管科\n    channels:\n      - { channel: file }',
      '市场监管科\n    channels:\n      - { channel: queue }',
    ],
    '35:9 receivers[0].channels[0]',
  ),
  edit(
    'CHANNEL_CONSUMER',
    [
      A,
      '市场监管科\n    channels:\n      - { channel: file }',
      '市场监管科\n    channels:\n      - { channel: file, consumer: land }',
    ],
    '35:26 receivers[0].channels[0].consumer',
  ),
  edit(
    'ROUTE_REGION',
    [A, 'routes:\n', 'routes:\n  - { receiver: market-supervision, regions: ["653199"] }\n'],
    '62:47 routes[0].regions[0]',
  ),
  edit(
    'ROUTE_NEVER',
    [A, 'routes:\n', 'routes:\n  - { receiver: market-supervision, kinds: [TIER_SWAP], levels: [red] }\n'],
    '62:5 routes[0]',
  ),
  edit(
    'KIND_UNROUTED',
    [A, '{ receiver: market-supervision }', '{ receiver: market-supervision, levels: [red, orange] }'],
    ['61:1 routes', '61:1 routes', '61:1 routes'],
  ),
  edit('ESCALATION_AFTER', [A, ESCALATED, '- { to: section-head }'], `${RED}:7 escalation.red[0]`),
  edit(
    'ESCALATION_AFTER',
    [A, ESCALATED, '- { afterHours: 4, afterDays: 1, to: section-head }'],
    [`${RED}:7 escalation.red[0]`, `${RED + 1}:20 escalation.red[1].afterDays`],
  ),
  edit(
    'ESCALATION_ORDER',
    [A, '- { afterDays: 3, to: bureau-lead }', '- { afterDays: 1, to: bureau-lead }'],
    `${lineOf(A, 'afterDays: 3')}:20 escalation.orange[1].afterDays`,
  ),
  edit(
    'RECEIVER_UNKNOWN',
    [A, ESCALATED, '- { afterHours: 4, to: section-haed }'],
    `${RED}:28 escalation.red[0].to`,
    'section-head',
  ),
  edit(
    'VALUE_RANGE',
    [A, ESCALATED, '- { afterHours: 0, to: section-head }'],
    `${RED}:21 escalation.red[0].afterHours`,
  ),
  act('KIND_UNROUTED', 'alerts.yaml:2:1 routes', ({ write }) => {
    const yellow = 'STOCK_GREW, FEED_LATE, FEED_REFUSED, QUOTA_FULL, PROJECT_LATE, PROJECT_STALE'; // all but a project that is yellow
    const routes = `  - { receiver: a, levels: [red, orange, blue] }\n  - { receiver: a, kinds: [${yellow}] }\n`;
    write(A, `receivers: [{ name: a, channels: [{ channel: file }] }]\nroutes:\n${routes}`);
  }),
  edit('CRON_FORMAT', [S, '"17 2 * * *"', '"17 24 * * *"'], '7:30 jobs[0].cron', '0–23'),
  edit(
    'JOB_TWICE',
    [S, 'jobs:\n', 'jobs:\n  - { job: check-feeds, cron: "7 * * * *", catchUp: none }\n'],
    '11:12 jobs[2].job',
  ),
  edit(
    'EXPECTED_REGION',
    [S, 'inventory: { dueDay: 7,', 'inventory: { units: { "653199": { dueDay: 9 } }, dueDay: 7,'],
    '30:25 expected.inventory.units.653199',
  ),
  edit(
    'OWNER_UNKNOWN',
    [S, 'inventory: { dueDay: 7,', 'inventory: { owner: market-supervison, dueDay: 7,'],
    '30:23 expected.inventory.owner',
    'market-supervision',
  ),
];

const CHECK_CASES: readonly RefusedCase[] = [
  edit('ZONE_REGION', [C, 'zone: 653100-JKQ', 'zone: 653100-JKX'], '11:13 zones[0].zone', '653100-JKQ'),
  edit('ZONE_REGION', [C, 'city: "653101"', 'city: 653100-JKQ'], '11:31 zones[0].city'),
  act('ZONE_REGION', 'checks.yaml:3:13 zones[1].zone', ({ write }) =>
    write('checks.yaml', `zones:\n${'  - { zone: 653100-JKQ, city: "653101" }\n'.repeat(2)}`),
  ),
  edit(
    'VALUE_CHOICE',
    [C, 'PARTIAL_UNITS: { level: warn', 'PARTIAL_UNITS: { level: refuse'],
    '45:27 checks.PARTIAL_UNITS.level',
  ),
  edit('VALUE_RANGE', [C, 'salesTimes: 6', 'salesTimes: 1'], '24:36 checks.JUMP.salesTimes'),
  edit('VALUE_TYPE', [C, 'tolerancePercent: 2', 'tolerancePercent: 2.5'], '27:48 checks.STOCK_FLOW.tolerancePercent'),
  edit('KEY_UNKNOWN', [C, '  JUMP:', '  JUMPS:'], '24:3 checks.JUMPS', 'JUMP'),
];

const source = (what: string): string => `sources:\n  - { name: a, kind: http, ${what} }\n`;
const SOURCE_CASES: readonly RefusedCase[] = [
  act('SOURCE_TWICE', 'sources.yaml:3:13 sources[1].name', ({ write }) =>
    write('sources.yaml', `${source('url: "https://a.example/x"')}  - { name: a, kind: mailbox }\n`),
  ),
  act('SOURCE_KEYS', 'sources.yaml:2:5 sources[0]', ({ write }) => write('sources.yaml', source('feed: sales'))),
  act('SOURCE_KEYS', 'sources.yaml:2:28 sources[0].folder', ({ write }) =>
    write('sources.yaml', source('folder: x, url: "https://a.example/x"')),
  ),
  act('SOURCE_KEYS', 'sources.yaml:2:72 sources[0].headersFromEnv.Host', ({ write }) =>
    write('sources.yaml', source('url: "https://a.example", headersFromEnv: { Host: QUHUA_SOURCE_A }')),
  ),
  act('VALUE_FORMAT', 'sources.yaml:2:87 sources[0].headersFromEnv.Authorization', ({ write }) =>
    write('sources.yaml', source('url: "https://a.example", headersFromEnv: { Authorization: DATABASE_URL }')),
  ),
  act('SOURCE_URL', 'sources.yaml:2:33 sources[0].url', ({ write }) =>
    write('sources.yaml', source('url: "https://user:secret@a.example/x"')),
  ),
  act('SOURCE_URL', 'sources.yaml:2:33 sources[0].url', ({ write }) =>
    write('sources.yaml', source('url: "file:///etc/passwd"')),
  ),
  act('CRON_FORMAT', 'sources.yaml:2:63 sources[0].every', ({ write }) =>
    write('sources.yaml', source('url: "https://a.example/x", every: "* *"')),
  ),
];

const PLAN_CASES: readonly RefusedCase[] = [
  edit('PLAN_YEAR', [P, 'year: 2025', 'year: 2024'], '4:7 year'),
  edit(
    'PLAN_FILE_TWICE',
    [P, 'file: table2.csv', 'file: table1.csv'],
    ['20:11 tables[1].file', 'plan-2025/table2.csv:1:1 .'],
  ),
  edit(
    'PLAN_COLUMN_TWICE',
    [P, 'name: commercial_ha', 'name: total_ha'],
    ['39:15 tables[2].columns[1].name', '42:9 tables[2].columns[1].done', '154:11 signals.landPerHousing.land'],
  ),
  edit(
    'PLAN_SUM_COLUMN',
    [P, 'parts: [commercial_ha, ', 'parts: [comercial_ha, '],
    '61:36 tables[2].sums[0].parts[0]',
    'commercial_ha',
  ),
  edit(
    'PLAN_SUM_COLUMN',
    [P, '[public_rental_units, affordable_rental_units]', '[public_rental_units, affordable_rental_area_wan_sqm]'],
    '30:60 tables[1].sums[0].parts[1]',
  ),
  edit('CSV_HEADER', [T1, 'code,name,commercial', 'code,name,comercial'], '1:11 header'),
  edit('CSV_CELLS', [T1, '疏附县,6.00', '疏附县'], '4:1 653121'),
  edit('CSV_QUOTE', [T2, '3000,', '"3,000",'], '2:12 653101'),
  edit('PLAN_NUMBER', [T1, '疏附县,6.00', '疏附县,6.00万'], '4:12 653121.commercial_housing_area_wan_sqm'),
  edit(
    'PLAN_ROW_SUM',
    [T2, '3000,11.70,280,1.26,3280', '3000,11.70,280,1.26,3281'],
    ['2:32 653101.total_units', '15:27 总计.total_units'],
    '3280',
  ),
  edit('PLAN_COLUMN_SUM', [T1, '51.00', '51.01'], '15:5 总计.commercial_housing_area_wan_sqm', '92.03'),
  edit('PLAN_TOTALS', [T1, ',总计,92.02\n', ''], '14:1 塔什库尔干塔吉克自治县'),
  edit('PLAN_REGION_UNKNOWN', [T1, '653131,', '653132,'], ['1:1 653131', '14:1 653132']),
  edit('PLAN_REGION_TWICE', [T1, '653130,巴楚县', '653129,伽师县'], ['1:1 653130', '13:1 653129']),
  edit('PLAN_REGION_MISSING', [T1, '653124,泽普县,0.00\n', ''], '1:1 653124', '653124'),
  edit('PLAN_NAME', [T1, '疏附县,6.00', '疏勒县,6.00'], '4:8 653121.name'),
];

/** At least one configuration that is refused for each reason. */
export const REFUSED: readonly RefusedCase[] = [
  ...FOLDER_CASES,
  ...YAML_CASES,
  ...SHAPE_CASES,
  ...MEANING_CASES,
  ...CHECK_CASES,
  ...SOURCE_CASES,
  ...PLAN_CASES,
  ...ITEM_CASES,
  ...DELIVERY_CASES,
  ...CALENDAR_CASES,
];
