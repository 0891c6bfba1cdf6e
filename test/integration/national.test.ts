import { assessMonths, ingestFile, replay, ruleInForce } from '@quhua/engine';
import { countDueUnits, listOpenAlerts } from '@quhua/storage';
import { expect, test } from 'vitest';
import { generator, monthsBack, nationalConfig, salesFile, stockFile, UNITS } from '../bench/national.ts';
import { createTestEngine } from '../support/engine.ts';

test('a whole country is assessed in several commits at a time, by several at once, each unit once', async () => {
  const engine = await createTestEngine({ config: nationalConfig() });
  const codes = engine.config.jurisdiction.regions.map((region) => region.code);
  const span = monthsBack('2025-09', 9);
  const random = generator(11);
  await ingestFile(engine, { name: 'sales.csv', bytes: salesFile(codes, span, random), by: 'test' });
  await ingestFile(engine, { name: 'stock.csv', bytes: stockFile(codes, span, random), by: 'test' });

  const parts = await Promise.all([assessMonths(engine), assessMonths(engine)]);

  expect(parts.reduce((sum, part) => sum + part.units, 0)).toBe(UNITS);
  expect(parts.reduce((sum, part) => sum + part.assessments, 0)).toBe(UNITS * 9);
  const { db } = engine.database;
  expect(await countDueUnits(db, '100000')).toBe(0);
  expect(await db.selectFrom('assess_state').select('region_id').execute()).toHaveLength(UNITS);
  const { episodes } = await replay(engine, span);
  const running = episodes.filter((episode) => episode.end === null).map(({ region, kind }) => `${region} ${kind}`);
  const open = await listOpenAlerts(db, '100000', 'region', 'all');
  expect(open.map((alert) => `${alert.subject.code} ${alert.kind}`).sort()).toEqual(running.sort());
  expect(open.length).toBeGreaterThan(1_000);
  expect(new Set(open.map((alert) => alert.rule))).toEqual(new Set([ruleInForce(engine).id]));
  expect(await assessMonths(engine)).toEqual({ units: 0, assessments: 0, opened: 0, resolved: 0 });
}, 60_000);
