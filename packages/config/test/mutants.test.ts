import { afterAll, describe, expect, test } from 'vitest';
import { readConfig } from '../src/index.ts';
import { type Copy, copyGood, readGood } from './good.ts';
import type { Mutant } from './mutant.ts';
import { meaningMutants } from './mutants-meaning.ts';
import { planMutants } from './mutants-plan.ts';
import { indentMutants, yamlMutants } from './mutants-yaml.ts';

const YAML = [
  'jurisdiction.yaml',
  'rulebook/mnr-2024-918.yaml',
  'rulebook/mnr-2019.yaml',
  'feeds.yaml',
  'checks.yaml',
  'alerts.yaml',
  'schedule.yaml',
  'delivery.yaml',
  'calendar.yaml',
  'calendar-2025.yaml',
  'plan-2025/source.yaml',
];
const TABLES = ['plan-2025/table1.csv', 'plan-2025/table2.csv', 'plan-2025/table3.csv'];
const MUTANTS: Readonly<Record<string, readonly Mutant[]>> = {
  'a key misspelt, doubled, emptied, left out or of a wrong type': YAML.flatMap((file) =>
    yamlMutants(file, readGood(file)),
  ),
  'a line with another indentation': YAML.flatMap((file) => indentMutants(file, readGood(file))),
  'a cell or a line of the plan': TABLES.flatMap((file) => planMutants(file, readGood(file))),
  'a well-formed value with a wrong meaning': meaningMutants(),
};

/** A copy with the mutant's file and what it refers to: a configuration that is good without the rest. */
function copyFor(file: string): Copy {
  const plan = file.startsWith('plan-2025/') ? ['plan-2025/source.yaml', ...TABLES] : [];
  return copyGood(['jurisdiction.yaml', 'rulebook/mnr-2024-918.yaml', file, ...plan]);
}

const copies = new Map<string, Copy>();
afterAll(() => {
  for (const copy of copies.values()) copy[Symbol.dispose]();
});

/** What is wrong with how a mutant was answered, or null if a fault names it. */
function survival({ name, file, text, lines, codes }: Mutant): string | null {
  const copy = copies.get(file) ?? copyFor(file);
  copies.set(file, copy);
  copy.write(file, text);
  const { config, faults } = readConfig(copy.dir);
  copy.restore();
  if (config !== null) return `${name}: not noticed`;
  const there = faults.filter((fault) => fault.file === file && lines.includes(fault.line));
  if (there.some(({ code }) => codes?.includes(code) ?? true)) return null;
  const told = faults.map((fault) => `${fault.file}:${fault.line} ${fault.code}`).join(', ');
  return `${name}: wanted ${codes?.join(' or ') ?? 'a fault'} on line ${lines.join(' or ')}, got ${told}`;
}

describe('no mutant of the good configuration survives', () => {
  test.each(Object.entries(MUTANTS))(
    '%s',
    (_, mutants) => {
      expect(mutants.map(survival).filter((answer) => answer !== null)).toEqual([]);
    },
    120_000,
  );

  test('the good configuration itself does, and there are mutants enough, all different', () => {
    const all = Object.values(MUTANTS).flat();
    for (const file of new Set(all.map((mutant) => mutant.file))) {
      using copy = copyFor(file);
      expect(readConfig(copy.dir).faults).toEqual([]);
    }
    expect(new Set(all.map(({ file, text }) => `${file}\0${text}`)).size).toBeGreaterThan(1000);
    for (const mutants of Object.values(MUTANTS)) expect(mutants.length).toBeGreaterThan(60);
  });
});
