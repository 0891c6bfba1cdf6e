import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkPlanSums, DEFAULT_CHECKS, DEFAULT_LAND_POLICY, NO_SIGNALS, PROJECT_ALERT_KINDS } from '@quhua/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_ALERTS, DEFAULT_FEEDS, DEFAULT_SCHEDULE, getRulebook, loadConfig, readConfig } from '../src/index.ts';
import { type Copy, changed, copyGood, GOOD, readGood } from './good.ts';

const config = loadConfig(GOOD);

/** What the land bureau is told of. */
const LAND_KINDS = [
  ...(['TIER_SUSPEND', 'TIER_SWAP', 'STOCK_GREW', 'QUOTA_NEAR', 'QUOTA_FULL'] as const),
  ...(['QUOTA_OVERDRAWN', 'RESERVATION_SUSPENDED', 'PLAN_SIGNAL'] as const),
];

describe('the configuration of 喀什地区', () => {
  test('has no fault', () => {
    expect(readConfig(GOOD).faults).toEqual([]);
    expect(config.dir).toBe(GOOD);
  });

  test('holds the 13 units in the order of the plan, one of them local, each with a tile of its own', () => {
    const { code, name, timezone, rulebook, regions } = config.jurisdiction;
    expect({ code, name, timezone, rulebook }).toEqual({
      code: '653100',
      name: '喀什地区',
      timezone: 'Asia/Shanghai',
      rulebook: 'mnr-2024-918',
    });
    expect(regions.map((region) => region.code)).toEqual([
      '653101',
      '653100-JKQ',
      ...Array.from({ length: 11 }, (_, at) => String(653121 + at)),
    ]);
    expect(regions.filter(({ local }) => local).map((region) => region.code)).toEqual(['653100-JKQ']);
    expect(new Set(regions.map(({ tile }) => `${tile?.row}/${tile?.col}`)).size).toBe(13);
    expect(regions[0]).toEqual({
      code: '653101',
      name: '喀什市',
      short: '喀什',
      kind: 'city',
      aliases: ['喀什市本级'],
      local: false,
      tile: { row: 1, col: 2 },
    });
    expect(regions[12]).toMatchObject({ short: '塔县', aliases: ['塔什库尔干', '塔什库尔干县'] });
    expect(regions[2]).toMatchObject({ aliases: [], local: false });
  });

  test('holds three versions of the rule, the one of 2024 in force', () => {
    expect([...config.rulebooks.keys()]).toEqual(['mnr-2019', 'mnr-2024-918', 'mohurd-2017-80']);
    const months = (value: bigint) => ({ numerator: value, denominator: 1n });
    expect(getRulebook(config)).toEqual({
      id: 'mnr-2024-918',
      title: '自然资源部办公厅关于做好2024年住宅用地供应有关工作的通知',
      number: '自然资办函〔2024〕918号',
      issued: '2024-04-29',
      effectiveFrom: '2024-04-29',
      definition: { id: 'net-signed-12m', stock: 'narrow', window: 12, minMonths: 8, provisionalBelow: 12 },
      tiers: [
        {
          tier: 'SUSPEND',
          when: { kind: 'over', months: months(36n) },
          until: { kind: 'under', months: months(36n) },
          landSupply: 'suspended',
          action: '暂停新增商品住宅用地出让',
        },
        { tier: 'SWAP', when: { kind: 'over', months: months(18n) }, landSupply: 'swap', action: '盘活多少、供应多少' },
        { tier: 'FREE', when: { kind: 'always' }, landSupply: 'free', action: '不受限' },
      ],
      land: DEFAULT_LAND_POLICY,
    });
  });

  test.each(['mnr-2019', 'mohurd-2017-80'])('%s has five tiers, 36 itself stops, and no way out of its own', (id) => {
    const { tiers } = getRulebook(config, id);
    expect(tiers.map(({ when }) => when.kind)).toEqual(['atLeast', 'atLeast', 'atLeast', 'atLeast', 'always']);
    expect(tiers.map(({ when }) => ('months' in when ? Number(when.months.numerator) : null))).toEqual([
      36,
      18,
      12,
      6,
      null,
    ]);
    expect(tiers.map(({ landSupply }) => landSupply)).toEqual(['suspended', 'swap', 'free', 'free', 'free']);
    expect(tiers.some(({ until }) => until !== undefined)).toBe(false);
  });

  test('holds what the feeds, the alerts and the schedule need', () => {
    expect(config.feeds.feeds.sales).toMatchObject({ simulated: false });
    expect(config.feeds.feeds.sales.headers.signed_area).toContain('网签面积');
    expect(config.feeds.keyHeaders.region).toContain('县（市、开发区）');
    expect(config.feeds.heldAboveShare).toBe(0.5);
    expect(config.alerts).toEqual({
      levels: {
        TIER_SUSPEND: 'red',
        TIER_SWAP: 'orange',
        STOCK_GREW: 'yellow',
        FEED_LATE: 'yellow',
        FEED_STALE: 'orange',
        FEED_PARTIAL: 'blue',
        FEED_REFUSED: 'yellow',
        QUOTA_NEAR: 'blue',
        QUOTA_FULL: 'yellow',
        QUOTA_OVERDRAWN: 'orange',
        RESERVATION_SUSPENDED: 'orange',
        PLAN_SIGNAL: 'blue',
        PROJECT_OVERRIDE: 'red',
        PROJECT_LATE: 'yellow',
        PROJECT_FUNDING: 'orange',
        PROJECT_STALE: 'yellow',
        PROJECT_LIST: 'orange',
        DEVELOPER_RISK: 'orange',
      },
      receivers: [
        { name: 'market-supervision', title: '市场监管科', channels: [{ channel: 'file' }] },
        {
          name: 'land-bureau',
          title: '地区自然资源局',
          channels: [{ channel: 'queue', consumer: 'land-bureau' }, { channel: 'file' }],
        },
        {
          name: 'delivery-task-force',
          title: '保交房工作专班',
          channels: [{ channel: 'queue', consumer: 'delivery-task-force' }, { channel: 'file' }],
        },
        { name: 'section-head', title: '分管科长', channels: [{ channel: 'file' }] },
        { name: 'bureau-lead', title: '分管局领导', channels: [{ channel: 'file' }] },
      ],
      routes: [
        { receiver: 'market-supervision' },
        { receiver: 'land-bureau', kinds: LAND_KINDS },
        { receiver: 'delivery-task-force', kinds: [...PROJECT_ALERT_KINDS, 'PROJECT_LIST', 'DEVELOPER_RISK'] },
      ],
      escalation: {
        red: [
          { afterHours: 4, afterDays: null, to: 'section-head' },
          { afterHours: null, afterDays: 1, to: 'bureau-lead' },
        ],
        orange: [
          { afterHours: null, afterDays: 1, to: 'section-head' },
          { afterHours: null, afterDays: 3, to: 'bureau-lead' },
        ],
        yellow: [{ afterHours: null, afterDays: 5, to: 'section-head' }],
        blue: [],
      },
    });
    expect(config.schedule).toEqual(DEFAULT_SCHEDULE);
  });
});

describe('the plan of 2025', () => {
  const [plan] = config.plans;
  const totals = (at: number) => plan?.tables[at]?.totals.map(({ printed }) => printed);

  test('has the printed totals of its three tables', () => {
    expect(config.plans.map(({ year, title }) => ({ year, title }))).toEqual([
      { year: 2025, title: '喀什地区2025年住房发展年度计划' },
    ]);
    expect(totals(0)).toEqual(['92.02']);
    expect(totals(1)).toEqual(['11455', '47.33', '1014', '7.94', '12469', '55.27']);
    expect(totals(2)).toEqual(['222.64', '209.18', '1.20', '4.98', '-', '6.18', '7.28']);
  });

  test('every row and every column adds up', () => {
    expect(plan?.tables).toHaveLength(3);
    for (const table of plan?.tables ?? []) {
      expect(table.rows).toHaveLength(13);
      expect(checkPlanSums(table)).toEqual([]);
    }
  });

  test('keeps 0.00 and - as printed: 泽普县 has no amount of land and an amount of 0 of housing', () => {
    const cellsOf = (at: number) => plan?.tables[at]?.rows.find(({ regionCode }) => regionCode === '653124')?.cells;
    expect(cellsOf(0)).toEqual([{ printed: '0.00', amount: 0 }]);
    expect(cellsOf(2)?.[0]).toEqual({ printed: '-', amount: null });
  });

  test('twelve targets of its text, exact, in its own words; a unit only where the text names one', () => {
    const said = plan?.targets.map(
      ({ id, amount, unit, regionCode, done }) => `${id} ${amount} ${unit} ${regionCode ?? '*'} ${done.from}`,
    );
    expect(said).toEqual([
      'presale_permits 89660000 wan-sqm * permits',
      'new_completed_sale 2360000 wan-sqm * progress',
      'new_affordable_rental_units 200 homes 653121 progress',
      'new_affordable_rental_area 1310000 wan-sqm 653121 progress',
      'urban_village_households 1335 households 653101 progress',
      'urban_village_homes_started 1922 homes 653101 progress',
      'shantytown_homes 44 homes 653121 progress',
      'shantytown_area 330000 wan-sqm 653121 progress',
      'old_estates 99 count * progress',
      'old_estate_households 15975 households * progress',
      'old_estate_area 98190000 wan-sqm * progress',
      'guaranteed_projects 43 count * projects-delivered',
    ]);
    expect(plan?.targets.at(-1)?.source).toBe('全面完成43个保交房项目');
    const [presale, completed] = plan?.targets ?? [];
    expect((presale?.amount ?? 0) + (completed?.amount ?? 0)).toBe(plan?.tables[0]?.totals[0]?.amount);
  });

  test('every column says where it is read off what is done, or is a sum; land counts once it is contracted', () => {
    for (const { columns, sums } of plan?.tables ?? []) {
      const totals = sums.map(({ total }) => total);
      for (const { name, done } of columns) expect([name, done === undefined]).toEqual([name, totals.includes(name)]);
    }
    const land = plan?.tables[2]?.columns.flatMap(({ done }) => (done?.from === 'land' ? [done] : [])) ?? [];
    expect(land.map(({ at, uses }) => [at, uses[0]])).toEqual([
      ['contracted', '商品住宅用地'],
      ['contracted', '保障性租赁住宅用地'],
      ['contracted', '市场化租赁住宅用地'],
      ['contracted', '公共租赁住房用地'],
      ['contracted', '其他住宅用地'],
    ]);
    expect(plan?.pace).toEqual({ withinPercent: 10 });
    expect(plan?.signals.landPerHousing).toMatchObject({
      below: { numerator: 10n, denominator: 100n },
      far: { numerator: 15n, denominator: 10n },
    });
  });

  test('amounts are exact integers: centisqm, whole ㎡, homes', () => {
    const first = plan?.tables.map(({ rows }) => rows[0]?.cells[0]?.amount);
    expect(first).toEqual([51_000_000, 3000, 352_300]);
  });
});

describe('what may be left out', () => {
  let copy: Copy;
  beforeEach(() => {
    copy = copyGood();
  });
  afterEach(() => copy[Symbol.dispose]());

  test('feeds, alerts, schedule and plans: their defaults hold', () => {
    for (const file of ['feeds.yaml', 'alerts.yaml', 'schedule.yaml', 'plan-2025']) {
      rmSync(join(copy.dir, file), { recursive: true });
    }
    const { feeds, alerts, schedule, plans } = loadConfig(copy.dir);
    expect({ feeds, alerts, schedule, plans }).toEqual({
      feeds: DEFAULT_FEEDS,
      alerts: DEFAULT_ALERTS,
      schedule: DEFAULT_SCHEDULE,
      plans: [],
    });
    expect(alerts.routes).toEqual([{ receiver: 'default' }]);
  });

  test('of a plan targets, pace and signals', () => {
    const whole = readGood('plan-2025/source.yaml');
    copy.write('plan-2025/source.yaml', whole.slice(0, whole.indexOf('\ntargets:')));
    const [plan] = loadConfig(copy.dir).plans;
    expect(plan).toMatchObject({ targets: [], pace: { withinPercent: 10 }, signals: NO_SIGNALS });
  });

  test('single settings: what is not written keeps its default', () => {
    copy.write('feeds.yaml', 'feeds:\n  sales: { simulated: true }\n');
    copy.write('alerts.yaml', changed('alerts.yaml', '  FEED_LATE: yellow\n', ''));
    const { feeds, alerts } = loadConfig(copy.dir);
    expect(feeds.feeds.sales).toEqual({ simulated: true, headers: {} });
    expect(feeds.feeds.inventory).toEqual(DEFAULT_FEEDS.feeds.inventory);
    expect(alerts.levels.FEED_LATE).toBe('yellow');
  });

  test('of a region all but code and name, of a receiver its title', () => {
    copy.remove('plan-2025');
    copy.remove('checks.yaml');
    copy.write(
      'jurisdiction.yaml',
      'code: TX\nname: Texas\ntimezone: America/Chicago\nrulebook: mnr-2019\nregions: [{ code: B CS, name: Bryan }]\n',
    );
    copy.write(
      'alerts.yaml',
      'receivers: [{ name: all, channels: [{ channel: file }] }]\nroutes: [{ receiver: all }]\n',
    );
    const { jurisdiction, alerts } = loadConfig(copy.dir);
    const unsaid = { short: 'Bryan', kind: 'unit', aliases: [], local: false };
    expect(jurisdiction.regions).toEqual([{ code: 'B CS', name: 'Bryan', ...unsaid }]);
    expect(alerts.receivers[0]?.title).toBe('all');
  });

  test('reserved, hidden and explaining files are nobody’s fault', () => {
    for (const file of ['alerts.test.yaml', 'README.md', 'rulebook/README.md']) {
      copy.write(file, 'anything: [');
    }
    copy.write('plan-2025/README.md', 'x');
    copy.write('.DS_Store', 'x');
    copy.write('sample/sales.csv', 'x');
    expect(readConfig(copy.dir).faults).toEqual([]);
  });

  test('a BOM and Windows line ends change nothing', () => {
    for (const file of ['jurisdiction.yaml', 'alerts.yaml', 'plan-2025/table2.csv']) {
      copy.write(file, `\ufeff${readGood(file).replaceAll('\n', '\r\n')}`);
    }
    expect({ ...loadConfig(copy.dir), dir: GOOD }).toEqual(config);
  });

  test('a queue of another system, and routes by region, level and kind', () => {
    copy.write(
      'alerts.yaml',
      [
        'receivers:',
        '  - { name: all, title: 全部, channels: [{ channel: file }, { channel: queue, consumer: bureau }] }',
        '  - { name: land, title: 自然资源局, channels: [{ channel: queue, consumer: land }] }',
        'routes:',
        '  - { receiver: all }',
        '  - { receiver: land, kinds: [TIER_SUSPEND], levels: [red], regions: ["653101"] }',
      ].join('\n'),
    );
    const { receivers, routes } = loadConfig(copy.dir).alerts;
    expect(receivers[0]?.channels).toEqual([{ channel: 'file' }, { channel: 'queue', consumer: 'bureau' }]);
    expect(routes[1]).toEqual({ receiver: 'land', kinds: ['TIER_SUSPEND'], levels: ['red'], regions: ['653101'] });
  });
});

test('a rulebook that is not there: not_found, with the known ids', () => {
  expect(() => getRulebook(config, 'mnr-2026')).toThrow(
    expect.objectContaining({
      kind: 'not_found',
      code: 'RULEBOOK_NOT_FOUND',
      message: expect.stringContaining('mnr-2019, mnr-2024-918, mohurd-2017-80'),
    }),
  );
});

describe('what is expected, and where from', () => {
  let copy: Copy;
  beforeEach(() => {
    copy = copyGood();
  });
  afterEach(() => copy[Symbol.dispose]());

  test('a unit may have days of its own, a feed an owner who needs no route', () => {
    copy.write(
      'alerts.yaml',
      changed(
        'alerts.yaml',
        '\nroutes:',
        '\n  - { name: statistics, channels: [{ channel: queue, consumer: stats }] }\nroutes:',
      ),
    );
    const sales = 'sales: { dueDay: 5, owner: statistics, units: { "653131": { dueDay: 10 } } }';
    copy.write('schedule.yaml', changed('schedule.yaml', 'sales: { dueDay: 7, graceDays: 3, staleDays: 40 }', sales));
    const { expected } = loadConfig(copy.dir).schedule;
    expect(expected.sales).toEqual({
      rhythm: 'monthly',
      dueDay: 5,
      graceDays: 3,
      staleDays: 40,
      owner: 'statistics',
      units: { '653131': { dueDay: 10 } },
    });
    expect(expected.inventory).toEqual(DEFAULT_SCHEDULE.expected.inventory);
    expect(expected.contracts).toBeUndefined();
  });

  test('a feed of single records is watched once it has a rhythm', () => {
    copy.write('schedule.yaml', changed('schedule.yaml', 'expected:\n', 'expected:\n  contracts: { everyDays: 7 }\n'));
    const days = { rhythm: 'days', everyDays: 7, graceDays: 3, staleDays: 40, owner: null };
    expect(loadConfig(copy.dir).schedule.expected.contracts).toEqual(days);
  });

  test('checks: the file of 喀什地区 is the defaults with its zone, and what is not written has its default', () => {
    const zones = [{ zone: '653100-JKQ', city: '653101' }];
    expect(config.checks).toEqual({ ...DEFAULT_CHECKS, zones });
    copy.write('checks.yaml', 'checks:\n  JUMP: { salesTimes: 8 }\n  STOCK_FLOW: { level: off }\n');
    const { checks } = loadConfig(copy.dir);
    expect(checks.zones).toEqual([]);
    expect(checks.checks.JUMP).toEqual({ ...DEFAULT_CHECKS.checks.JUMP, salesTimes: 8 });
    expect(checks.checks.STOCK_FLOW.level).toBe('off');
    copy.remove('checks.yaml');
    expect(loadConfig(copy.dir).checks).toEqual(DEFAULT_CHECKS);
  });

  test('sources: what is not written has its default', () => {
    copy.write(
      'sources.yaml',
      'sources:\n  - { name: a, kind: http, url: "https://a.example/x" }\n  - { name: m, kind: mailbox }\n',
    );
    const [http, mailbox] = loadConfig(copy.dir).sources;
    expect(http).toMatchObject({ format: 'auto', every: '*/30 * * * *', allowPrivate: false, headersFromEnv: {} });
    expect(mailbox).toEqual({ name: 'm', kind: 'mailbox', folder: 'm' });
  });
});
