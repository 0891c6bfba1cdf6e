import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as core from '../src/index.ts';

const sources = readdirSync(new URL('../src/', import.meta.url), { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.ts'));

function sourceOf(name: string): string {
  return readFileSync(new URL(`../src/${name}`, import.meta.url), 'utf8');
}

test('every name of the package is there', () => {
  for (const [name, value] of Object.entries(core)) expect(value, name).toBeDefined();
  const decisions = ['assessSeries', 'tierOf', 'distancesOf', 'episodesOf', 'planAlerts', 'checkRulebook', 'readArea'];
  for (const name of decisions) expect(Object.keys(core)).toContain(name);
});

test('core reads no clock, no chance, no environment and no file, and imports itself only', () => {
  expect(sources.length).toBeGreaterThan(10);
  for (const name of sources) {
    const source = sourceOf(name);
    expect(source, name).not.toMatch(/Date\.now|new Date\(\)|Math\.random|process\.|fetch\(|setTimeout|parseFloat/u);
    for (const [, from = ''] of source.matchAll(/from '([^']+)'/gu))
      expect(from, name).toMatch(/^\.\.?\/(?:[a-z-]+\/)?[a-z-]+\.ts$/u);
  }
});
