import { addMonths, monthRange } from '@quhua/core';
import { assessMonths, checkLand, ingestFile } from '@quhua/engine';
import { expect, test } from 'vitest';
import { createTestEngine, type SalesRow, salesCsv, stockCsv, type TestEngine, take } from '../support/engine.ts';

const [DISPUTED, OTHER] = ['653123', '653124'];

async function answersOf(engine: TestEngine): Promise<readonly string[][]> {
  const answers = await Promise.all(
    [DISPUTED, OTHER].map((region) =>
      checkLand(engine, { region, parcel: 'P1', use: '商品住宅用地', area: '100', by: 'test' }),
    ),
  );
  return answers.map(({ decision, reasons }) => [decision, ...reasons.map(({ code }) => code)]);
}

test('a row that was sent back unsettles its unit until that unit is reported anew, and no other', async () => {
  const engine = await createTestEngine({ now: '2025-11-10T10:00:00+08:00' });
  const months = monthRange(addMonths('2025-10', -11), '2025-10');
  const units = [DISPUTED, OTHER];
  await take(engine, salesCsv(units.flatMap((unit) => months.map((month): SalesRow => [unit, month, '1000', '0']))));
  await take(engine, stockCsv(units.map((unit) => [unit, '2025-10', '6000', '0'])));
  await assessMonths(engine);
  const sound = ['ALLOWED', 'TIER_FREE'];
  expect(await answersOf(engine)).toEqual([sound, sound]);

  engine.setNow('2025-11-11T10:00:00+08:00');
  const bytes = salesCsv([
    [DISPUTED, '2025-10', 'many', '0'],
    [OTHER, '2025-10', '1001', '0'],
  ]);
  const { rows } = await ingestFile(engine, { name: 'again.csv', bytes, by: 'test' });
  expect(rows).toMatchObject({ quarantined: 1 });
  await assessMonths(engine);
  expect(await answersOf(engine)).toEqual([['NO_BASIS', 'FEED_DISPUTED'], sound]);

  engine.setNow('2025-11-12T10:00:00+08:00');
  await take(engine, salesCsv([[DISPUTED, '2025-10', '1002', '0']]), { name: 'third.csv' });
  await assessMonths(engine);
  expect(await answersOf(engine)).toEqual([sound, sound]);
});
