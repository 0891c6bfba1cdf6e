import { type Config, loadConfig } from '@quhua/config';
import { addMonths, FEED_NAMES, monthRange } from '@quhua/core';
import { assessMonths, assessmentsOf, exportFeed, withdrawBatch } from '@quhua/engine';
import { expect, test } from 'vitest';
import { createTestEngine, KASHGAR, salesCsv, stockCsv, type TestEngine, take } from '../support/engine.ts';
import { type Random, seeded } from '../support/seeded.ts';

const FIRST = '2024-01';
const LAST = '2025-06';
const MONTHS = monthRange(FIRST, LAST);
const BATCHES = 60;
const WITHDRAWN = 12;

/** A file with the instant at which it became known, whenever it arrives; some are withdrawn, at an instant of their own. */
type Story = {
  readonly name: string;
  readonly bytes: Buffer;
  readonly asOf: string;
  readonly withdrawnAt: string | null;
};

function smallConfig(): Config {
  const config = loadConfig(KASHGAR);
  return { ...config, jurisdiction: { ...config.jurisdiction, regions: config.jurisdiction.regions.slice(0, 4) } };
}

/** An instant after the end of a month; few enough days that some files share theirs. */
function instantAfter(random: Random, month: string): string {
  return `${addMonths(month, 1 + random.below(3))}-${String(2 + random.below(4)).padStart(2, '0')}T00:00:00Z`;
}

/** Sixty files about the same units and months: reports, corrections of one another, late ones, some withdrawn. */
function storiesOf(random: Random, codes: readonly string[]): Story[] {
  return Array.from({ length: BATCHES }, (_, at): Story => {
    const from = random.below(MONTHS.length - 3);
    const months = MONTHS.slice(from, from + 1 + random.below(3));
    const last = months.at(-1) ?? LAST;
    const kind = (['sales', 'inventory', 'contracts'] as const)[at % 3] ?? 'sales';
    const withdrawnAt = at < WITHDRAWN * 2 && at % 2 === 0 ? `2025-10-${10 + Math.floor(at / 2)}T00:00:00Z` : null;
    const rows = months.flatMap((month) => codes.map((code, unit) => ({ code, unit, month })));
    return {
      name: `${kind}-${at}.csv`,
      asOf: instantAfter(random, last),
      withdrawnAt,
      bytes: fileOf(kind, rows, random),
    };
  });
}

type Key = { readonly code: string; readonly unit: number; readonly month: string };

/** Figures close to a level of each unit, so that nothing is refused as implausible; of the last two units sales come as contracts. */
function fileOf(kind: 'sales' | 'inventory' | 'contracts', keys: readonly Key[], random: Random): Buffer {
  const near = (level: number): string => `${level + random.below(Math.ceil(level / 20))}.${10 + random.below(90)}`;
  if (kind === 'sales') {
    return salesCsv(
      keys
        .filter(({ unit }) => unit < 3)
        .map(({ code, unit, month }) => [code, month, near(2000 + unit * 500), near(50)]),
    );
  }
  if (kind === 'inventory') {
    return stockCsv(keys.map(({ code, unit, month }) => [code, month, near(40_000 + unit * 30_000), near(3000)]));
  }
  const contracts = keys
    .filter(({ unit }) => unit >= 2)
    .flatMap(({ code, unit, month }) =>
      Array.from({ length: 4 }, (_, at) => {
        const cancelled = random.below(4) === 0 ? `${month}-28` : '';
        return `HT${unit}${month}${at},${code},,${month}-${10 + random.below(9)},${cancelled},${near(110)},`;
      }),
    );
  return Buffer.from(
    `contract_no,region_code,project,signed_on,cancelled_on,area,price_total\n${contracts.join('\n')}\n`,
  );
}

type Step = { readonly story: Story; readonly withdraw: boolean };

/** One order of everything that happens: a batch is withdrawn some time after it has come. */
function orderOf(random: Random, stories: readonly Story[]): Step[] {
  const left: Step[] = stories.map((story) => ({ story, withdraw: false }));
  const steps: Step[] = [];
  while (left.length > 0) {
    const [step] = left.splice(random.below(left.length), 1);
    if (step === undefined) break;
    steps.push(step);
    if (!step.withdraw && step.story.withdrawnAt !== null) left.push({ story: step.story, withdraw: true });
  }
  return steps;
}

const END = '2025-11-06T02:00:00Z';
const INSTANTS = ['2024-06-03T00:00:00Z', '2025-01-04T00:00:00Z', '2025-08-01T00:00:00Z', '2025-10-15T12:00:00Z', END];

/** What is known, and what follows from it, now and then. */
async function stateOf(engine: TestEngine): Promise<string[]> {
  const texts: string[] = [];
  for (const asOf of INSTANTS.map((instant) => new Date(instant))) {
    for (const feed of FEED_NAMES) {
      let text = '';
      await exportFeed(engine, { feed, asOf }, async (part) => {
        text += part;
      });
      texts.push(text);
    }
    const then = await assessmentsOf(engine, { from: FIRST, to: LAST, asOf });
    texts.push(JSON.stringify(then.months));
  }
  const live = await assessmentsOf(engine, { from: FIRST, to: LAST });
  expect(JSON.stringify(live.months)).toBe(texts.at(-1));
  return texts;
}

async function play(config: Config, steps: readonly Step[], random: Random): Promise<string[]> {
  const engine = await createTestEngine({ config, now: END });
  const ids = new Map<string, number>();
  for (const { story, withdraw } of steps) {
    if (withdraw) {
      engine.setNow(story.withdrawnAt ?? END);
      await withdrawBatch(engine, { id: ids.get(story.name) ?? -1, by: 'test', reason: 'random' });
      engine.setNow(END);
    } else {
      const { id, rows } = await take(engine, story.bytes, story);
      expect([story.name, rows.quarantined]).toEqual([story.name, 0]);
      ids.set(story.name, Number(id));
    }
    if (random.below(20) === 0) await assessMonths(engine);
  }
  return stateOf(engine);
}

test('sixty batches end in the same knowledge and the same assessments in whatever order they arrive', {
  timeout: 120_000,
}, async () => {
  const random = seeded(20_251_106);
  const config = smallConfig();
  const stories = storiesOf(
    random,
    config.jurisdiction.regions.map(({ code }) => code),
  );
  const byTime = [...stories]
    .sort((a, b) => (a.asOf < b.asOf ? -1 : 1))
    .flatMap((story) => [
      { story, withdraw: false },
      ...(story.withdrawnAt === null ? [] : [{ story, withdraw: true }]),
    ]);
  const orders = [byTime, orderOf(random, stories), orderOf(random, stories), orderOf(random, stories)];
  const [expected, ...others] = await Promise.all(orders.map((steps, at) => play(config, steps, seeded(at))));
  expect(expected?.some((text) => text.includes('"status":"OK"'))).toBe(true);
  expect(new Set(expected).size).toBeGreaterThan(INSTANTS.length * 3);
  for (const other of others) expect(other).toEqual(expected);
});
