import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ask, type ErrorDocument, FEEDS, newHome, type Place, quhua } from './quhua.ts';

type Answer = {
  readonly id: string;
  readonly decision: string;
  readonly tier: string | null;
  readonly largestAllowed: string | null;
  readonly quota: Readonly<Record<string, string>>;
  readonly reasons: readonly { readonly code: string; readonly text: string; readonly citation: string }[];
  readonly warnings: readonly { readonly code: string }[];
  readonly changes: readonly {
    readonly code: string;
    readonly netSales: string | null;
    readonly land: string | null;
  }[];
  readonly assessment: { readonly monthsOfSupplyText: string; readonly exact: { readonly numerator: string } } | null;
};
type Reserved = Answer & { readonly reservation: { readonly id: string; readonly status: string } | null };

let place: Place;
let out: string;
const USE = ['--use', '商品住宅用地'] as const;
const DAY = ['--date', '2025-11-20'] as const;

beforeAll(async () => {
  place = { home: await newHome(), env: { QUHUA_CERTIFICATE_KEY: 'a key of a test that is long enough to sign with' } };
  out = await newHome('certificates');
  await ask(['ingest', ...['sales.csv', 'inventory.csv', 'land.csv'].map((name) => join(FEEDS, name))], place);
});

function check(region: string, parcel: string, area: string, ...more: string[]): Promise<Answer> {
  return ask<Answer>(
    [
      'land',
      'check',
      '--region',
      region,
      '--parcel',
      parcel,
      '--area',
      area,
      ...(more.length > 0 ? more : [...USE, ...DAY]),
    ],
    place,
  );
}

function reserve(key: string, parcel: string, area: string, code = 0): Promise<Reserved> {
  const about = ['--region', '麦盖提县', '--parcel', parcel, '--area', area, ...USE, ...DAY];
  return ask<Reserved>(['land', 'reserve', '--key', key, ...about], place, code);
}

test('a suspended unit, and one that stands at exactly 36 and is suspended still', async () => {
  const over = await check('疏勒县', '疏勒-09', '1公顷');
  expect(over).toMatchObject({ decision: 'SUSPENDED', tier: 'SUSPEND', largestAllowed: '0' });
  expect(over.reasons[0]?.citation).toContain('自然资办函〔2024〕918号');
  expect(over.changes[0]).toMatchObject({ code: 'SELL_TO_LEAVE', netSales: '7976.23' });
  const exactly = await check('叶城县', '叶城-09', '1公顷');
  expect(exactly).toMatchObject({ decision: 'SUSPENDED', assessment: { monthsOfSupplyText: '36.0' } });
  expect(exactly.changes[0]).toMatchObject({ netSales: '0.01' });
  expect(exactly.warnings.map(({ code }) => code)).toContain('NEAR_THRESHOLD');
});

test('a unit that sells what it revitalised: room, no room, and the largest area that passes', async () => {
  const before = await check('伽师县', '伽师-09', '3.368公顷');
  expect(before).toMatchObject({ decision: 'WITHIN_QUOTA', quota: { remaining: '33680' }, largestAllowed: '33680' });
  const over = await check('伽师县', '伽师-09', '33681');
  expect(over).toMatchObject({ decision: 'OVER_QUOTA', largestAllowed: '33680' });
  expect(over.changes).toContainEqual(expect.objectContaining({ code: 'REVITALISE', land: '1' }));
  expect(over.warnings.map(({ code }) => code)).toContain('STOCK_GREW');
});

test('exempt land, a share of it, land of another kind, and no basis', async () => {
  const exempt = await check('疏勒县', '疏勒-10', '18亩', '--use', '保障性租赁住房用地', ...DAY);
  expect(exempt).toMatchObject({ decision: 'EXEMPT', reasons: [{ code: 'USE_EXEMPT' }] });
  expect(exempt.reasons[0]?.citation).toContain('应保尽保');
  const mixed = await check(
    '伽师县',
    '伽师-11',
    '4公顷',
    '--use',
    '城中村改造用地',
    '--residential-share',
    '0.842',
    ...DAY,
  );
  expect(mixed).toMatchObject({ decision: 'WITHIN_QUOTA', largestAllowed: '40000' });
  const unsaid = await quhua(
    ['land', 'check', '--region', '伽师县', '--parcel', 'x', '--area', '1', '--use', '城中村改造用地', ...DAY],
    place,
  );
  expect(unsaid).toMatchObject({ code: 2, stdout: '' });
  expect(unsaid.stderr).toContain('SHARE_NEEDED');
  const stale = await check('喀什市', '喀什-09', '1公顷', ...USE);
  expect(stale).toMatchObject({ decision: 'NO_BASIS', largestAllowed: null });
  expect(stale.reasons.map(({ code }) => code)).toEqual(expect.arrayContaining(['ASSESSMENT_OLD', 'FEED_STALE']));
  expect(await check('泽普县', '泽普-01', '1公顷')).toMatchObject({ decision: 'NO_BASIS', tier: null });
});

test('a parcel recovered this year adds to the quota and is not sold for housing this year, even in a free unit', async () => {
  const answer = await check('喀什市', '喀什2025-06号', '1公顷');
  expect(answer).toMatchObject({
    decision: 'SUSPENDED',
    tier: 'FREE',
    reasons: [{ code: 'PARCEL_RECOVERED_THIS_YEAR' }],
  });
});

test('what is wrong with a question is said, and nothing is stored', async () => {
  const wrong: readonly (readonly [string, readonly string[]])[] = [
    ['REGION_UNKNOWN', ['--region', '沙车县', '--parcel', 'x', '--area', '1', ...USE]],
    ['LAND_USE_UNKNOWN', ['--region', '莎车县', '--parcel', 'x', '--area', '1', '--use', '商业用地']],
    ['AREA_NOT_POSITIVE', ['--region', '莎车县', '--parcel', 'x', '--area', '0', ...USE]],
    ['AREA_NOT_POSITIVE', ['--region', '莎车县', '--parcel', 'x', '--area=-5', ...USE]],
    ['AREA_NOT_WHOLE', ['--region', '莎车县', '--parcel', 'x', '--area', '1亩', ...USE]],
    ['SHARE_RANGE', ['--region', '莎车县', '--parcel', 'x', '--area', '1', '--residential-share', '1.5', ...USE]],
    ['PARCEL_OTHER_UNIT', ['--region', '莎车县', '--parcel', '疏附2025-03号', '--area', '1', ...USE]],
    ['AREA_OVER_PARCEL', ['--region', '疏附县', '--parcel', '疏附2025-03号', '--area', '5021', ...USE]],
    ['DATE_FUTURE', ['--region', '莎车县', '--parcel', 'x', '--area', '1', ...USE, '--date', '2199-01-01']],
  ];
  const before = await check('莎车县', '莎车-90', '1');
  const said = await Promise.all(
    wrong.map(([, args]) => ask<ErrorDocument>(['land', 'check', ...DAY, ...args], place, 2)),
  );
  expect(said.map(({ error }) => error.code)).toEqual(wrong.map(([code]) => code));
  expect(Number((await check('莎车县', '莎车-90', '1')).id)).toBe(Number(before.id) + 1);
});

test('reserve, again, too much, confirm for less, and an overdraft by correction', async () => {
  const first = await reserve('m-1', '麦盖提-09', '0.5公顷');
  expect(first).toMatchObject({ decision: 'WITHIN_QUOTA', reservation: { status: 'active' } });
  expect(await reserve('m-1', '麦盖提-09', '5000')).toMatchObject({ reservation: { id: first.reservation?.id } });
  expect(await reserve('m-2', '麦盖提-10', '2301', 3)).toMatchObject({ decision: 'OVER_QUOTA', reservation: null });
  expect(
    (
      await ask<ErrorDocument>(
        [
          'land',
          'reserve',
          '--key',
          'm-1',
          '--region',
          '麦盖提县',
          '--parcel',
          '麦盖提-10',
          '--area',
          '1',
          ...USE,
          ...DAY,
        ],
        place,
        3,
      )
    ).error.code,
  ).toBe('KEY_REUSED');
  const confirmed = await ask(['land', 'confirm', '--key', 'm-1', '--area', '4000', ...DAY], place);
  expect(confirmed).toMatchObject({ reservation: { status: 'confirmed', confirmedArea: '4000' } });
  const explained = await ask<Answer & { derivedAgain: boolean }>(['land', 'explain', first.id], place);
  expect(explained).toMatchObject({ derivedAgain: true, quota: { remaining: '7300' } });
  expect(await ask(['land', 'recheck', first.id], place)).toMatchObject({
    same: false,
    now: { quota: { remaining: '3300' } },
  });

  // 竣工面积更正：13,060 → 5,000
  const entry = [
    '--entry',
    'TD2025-0025',
    '--kind',
    '竣工',
    '--region',
    '麦盖提县',
    '--parcel',
    '麦盖提2025-01号',
    '--area',
    '5000',
    '--date',
    '2025-04-18',
    ...USE,
  ];
  expect(
    (await ask<ErrorDocument>(['land', 'record', ...entry, '--document', '麦验〔2025〕3号'], place, 3)).error.code,
  ).toBe('ENTRY_EXISTS');
  await ask(['land', 'record', ...entry, '--document', '麦验〔2025〕3号', '--correct'], place);
  expect(await reserve('m-3', '麦盖提-11', '1', 3)).toMatchObject({
    decision: 'OVER_QUOTA',
    largestAllowed: '0',
    quota: { remaining: '-4760' },
  });
  const { alerts } = await ask<{ alerts: { kind: string; status: string; text: string }[] }>(
    ['alerts', '--status', 'open'],
    place,
  );
  const overdrawn = alerts.find(({ kind }) => kind === 'QUOTA_OVERDRAWN');
  expect(overdrawn?.text).toContain('透支 0.4760 公顷');
  expect(overdrawn?.text).toContain('麦盖提2025-02号');
  expect(overdrawn?.text).toContain('起因：麦盖提2025-01号 竣工 1.3060 公顷更正为 0.5000（TD2025-0025');
  expect(await ask(['land', 'explain', first.id], place)).toMatchObject({
    derivedAgain: true,
    quota: { remaining: '7300' },
  });
});

test('a certificate is genuine until a byte of it changes, and superseded by the next', async () => {
  const { id } = await check('伽师县', '伽师-20', '2公顷');
  type Issued = {
    readonly code: string;
    readonly number: string;
    readonly files: Readonly<Record<'html' | 'docx' | 'json', string>>;
  };
  const issued = await ask<Issued>(['land', 'certificate', id, '--out', out], place);
  for (const file of Object.values(issued.files)) {
    expect(await ask(['land', 'verify', '--file', file], place)).toMatchObject({
      state: 'genuine',
      number: issued.number,
    });
  }
  expect(await ask(['land', 'verify', issued.code.toLowerCase()], place)).toMatchObject({ state: 'genuine' });
  const html = await readFile(issued.files.html, 'utf8');
  expect(html).toContain('2.0000');
  const altered = join(out, 'altered.html');
  await writeFile(altered, html.replaceAll('20000', '90000'));
  const found = await ask<{ state: string; differences: string[] }>(['land', 'verify', '--file', altered], place, 3);
  expect(found.state).toBe('altered');
  expect(found.differences.join()).toContain('面积：文件写“90000”，签发时为“20000”');
  const wrong = `${issued.code.slice(0, -1)}${issued.code.endsWith('A') ? 'B' : 'A'}`;
  expect(await ask(['land', 'verify', wrong], place, 4)).toMatchObject({ state: 'unknown' });
  const next = await ask<Issued>(['land', 'certificate', id, '--out', out], place);
  expect(await ask(['land', 'verify', issued.code], place, 3)).toMatchObject({
    state: 'superseded',
    supersededBy: next.number,
  });
  const otherKey = { ...place, env: { QUHUA_CERTIFICATE_KEY: 'another key that signed nothing of this' } };
  expect(await ask(['land', 'verify', next.code], otherKey, 3)).toMatchObject({ state: 'altered' });
  const { error } = await ask<ErrorDocument>(['land', 'certificate', id, '--out', out], { home: place.home }, 2);
  expect(error.code).toBe('CERTIFICATE_KEY_MISSING');
});

test('land status shows every account, and one with its lines', async () => {
  const all = await ask<{ units: { name: string }[] }>(['land', 'status', '--year', '2025'], place);
  expect(all.units).toHaveLength(13);
  const one = await quhua(['land', 'status', '--region', '英吉沙县', '--year', '2025'], place);
  expect(one.stdout).toContain('TD2025-0037（批次3第38行）');
  expect(one.stdout).toMatch(/英吉沙县 +不受限 +2\.2540 +2\.2540 +0\.0000 +0\.0000 +1\.1800 +0\.2140 +0\.8600/u);
});
