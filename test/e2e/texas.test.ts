import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AssessmentsOf } from '@quhua/engine';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { ROOT } from '../support/planted.ts';
import { ask, type ErrorDocument, FEEDS, newHome } from './quhua.ts';

/** One row of the published series; null is missing. */
type Row = {
  readonly area: string;
  readonly code: string;
  readonly month: string;
  readonly sales: string;
  readonly listings: string;
  readonly inventory: number | null;
};

const RULEBOOK = `id: tx-1
title: Months of inventory
number: TX-1
issued: 1999-12-01
effectiveFrom: 1999-12-01
definition: { id: mls-12m, stock: narrow, window: 12, minMonths: 8, provisionalBelow: 12 }
tiers:
  - { tier: BUYERS, when: { over: "6.5" }, until: { under: "6" }, landSupply: suspended, action: stop }
  - { tier: BALANCED, when: { over: "5" }, landSupply: swap, action: as much as was sold }
  - { tier: SELLERS, when: { always: true }, landSupply: free, action: build }
`;
const FROM = '2000-12'; // the months before rest on sales of 1999, which the table does not hold
const TO = '2015-07';

let home: string;
let config: string;
let rows: readonly Row[];

function readRows(): Row[] {
  const [, ...lines] = readFileSync(join(ROOT, 'test/fixtures/texas-public.csv'), 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [area = '', year = '', month = '', sales = '', listings = '', inventory = ''] = line.split(',');
    return {
      area,
      code: area.toLowerCase().replace(/[^a-z]+/gu, '-'),
      month: `${year}-${month.padStart(2, '0')}`,
      sales,
      listings,
      inventory: inventory === '' ? null : Number(inventory),
    };
  });
}

async function writeTexas(folder: string): Promise<void> {
  const areas = new Map(rows.map(({ code, area }) => [code, area]));
  const regions = [...areas].map(
    ([code, area]) => `  - { code: ${code}, name: ${area}, short: ${area}, kind: city }\n`,
  );
  await mkdir(join(folder, 'rulebook'));
  await writeFile(
    join(folder, 'jurisdiction.yaml'),
    `code: TX\nname: Texas\ntimezone: America/Chicago\nrulebook: tx-1\nregions:\n${regions.join('')}`,
  );
  await writeFile(join(folder, 'rulebook/tx-1.yaml'), RULEBOOK);
  const sales = rows.map(({ code, month, sales: sold }) => `${code},${month},${sold},0\n`);
  await writeFile(
    join(folder, '..', 'tx-sales.csv'),
    `region_code,month,signed_area,cancelled_area\n${sales.join('')}`,
  );
  const stock = rows.map(({ code, month, listings }) => `${code},${month},${listings},0\n`);
  const head = 'region_code,month,presale_unsold_area,completed_unsold_area\n';
  await writeFile(join(folder, '..', 'tx-inventory.csv'), head + stock.join(''));
}

beforeAll(async () => {
  home = await newHome();
  const folder = await temporaryFolder('texas');
  config = join(folder, 'texas');
  rows = readRows();
  await mkdir(config);
  await writeTexas(config);
  const files = ['tx-sales.csv', 'tx-inventory.csv'].map((name) => join(folder, name));
  const taken = await ask<{ batches: { status: string; rows: { total: number } }[] }>(
    ['ingest', '--config', config, ...files],
    { home },
  );
  expect(taken.batches.map(({ status }) => status)).toEqual(['accepted', 'accepted']);
});

type Verdict = { readonly months: number; readonly present: number; readonly tier: string };

/** What the rule says of each month of one area, by whole numbers alone. */
function verdictsOf(series: readonly Row[]): Map<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  let tier = '';
  for (const [at, { month, listings }] of series.entries()) {
    const sold = series.slice(Math.max(0, at - 11), at + 1).filter(({ sales }) => sales !== '');
    const [stock, sum, present] = [
      BigInt(listings || 0),
      sold.reduce((s, one) => s + BigInt(one.sales), 0n),
      sold.length,
    ];
    if (listings === '' || present < 8) continue;
    const over = (tenths: bigint): boolean => stock * BigInt(present) * 10n > tenths * sum;
    const under6 = stock * BigInt(present) < 6n * sum;
    if (over(65n) || (tier === 'BUYERS' && !under6)) tier = 'BUYERS';
    else tier = over(50n) ? 'BALANCED' : 'SELLERS';
    verdicts.set(month, { months: Number(stock * BigInt(present)) / Number(sum), present, tier });
  }
  return verdicts;
}

test('another jurisdiction: every published figure within 0.05, every tier as the rule has it', async () => {
  const { months, ...head } = await ask<AssessmentsOf>(
    ['assess', '--config', config, '--from', '2000-01', '--to', TO],
    { home },
  );
  expect(head).toMatchObject({ rulebook: 'tx-1', definition: 'mls-12m' });
  const published = new Map(rows.map(({ code, month, inventory }) => [`${code} ${month}`, inventory]));
  const oracle = new Map(
    [...Map.groupBy(rows, ({ code }) => code)].map(([code, series]) => [code, verdictsOf(series)]),
  );
  const seen = new Set<string>();
  let compared = 0;
  for (const { month, regions } of months) {
    expect(regions).toHaveLength(23);
    for (const { code, tier, monthsOfSupply, monthsPresent } of regions) {
      const verdict = oracle.get(code)?.get(month);
      expect([code, month, tier]).toEqual([code, month, verdict?.tier ?? null]);
      if (verdict === undefined || monthsOfSupply === null) continue;
      seen.add(verdict.tier);
      expect([code, month, monthsPresent]).toEqual([code, month, verdict.present]);
      expect(monthsOfSupply).toBeCloseTo(verdict.months, 9);
      const figure = published.get(`${code} ${month}`) ?? null;
      if (figure === null || month < FROM) continue;
      compared += 1;
      expect(Math.abs(monthsOfSupply - figure), `${code} ${month}`).toBeLessThanOrEqual(0.05 + 1e-9);
    }
  }
  expect(seen).toEqual(new Set(['BUYERS', 'BALANCED', 'SELLERS']));
  expect(compared).toBeGreaterThan(3_500);
});

test('two jurisdictions in one home do not see each other', async () => {
  await ask(['ingest', join(FEEDS, 'sales.csv'), join(FEEDS, 'inventory.csv')], { home });
  await ask(['assess'], { home });
  type Seen = { alerts: { id: string; subject: { code: string } }[] };
  type Status = { jurisdiction: { code: string }; batches: { id: string }[] };
  const texas = (args: readonly string[]) => [...args, '--config', config];
  const [ours, theirs, ourStatus, theirStatus] = await Promise.all([
    ask<Seen>(['alerts'], { home }),
    ask<Seen>(texas(['alerts']), { home }),
    ask<Status>(['status'], { home }),
    ask<Status>(texas(['status']), { home }),
  ]);
  const codes = new Set(rows.map(({ code }) => code));
  expect(theirs.alerts.length).toBeGreaterThan(0);
  expect(theirs.alerts.every(({ subject }) => codes.has(subject.code))).toBe(true);
  expect(ours.alerts.length).toBeGreaterThan(0);
  expect(ours.alerts.every(({ subject }) => subject.code.startsWith('6531'))).toBe(true);
  expect(ourStatus).toMatchObject({ jurisdiction: { code: '653100' }, batches: [{ id: '4' }, { id: '3' }] });
  expect(theirStatus).toMatchObject({ jurisdiction: { code: 'TX' }, batches: [{ id: '2' }, { id: '1' }] });
  const [alert, batch] = await Promise.all([
    ask<ErrorDocument>(['alerts', 'show', theirs.alerts[0]?.id ?? ''], { home }, 4),
    ask<ErrorDocument>(['withdraw', '1', '--reason', 'not ours'], { home }, 4),
  ]);
  expect([alert.error.code, batch.error.code]).toEqual(['ALERT_NOT_FOUND', 'BATCH_NOT_FOUND']);
});
