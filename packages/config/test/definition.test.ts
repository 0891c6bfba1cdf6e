import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { getRulebook, readConfig } from '../src/index.ts';

const KASHGAR = join(import.meta.dirname, '../../../config/kashgar');

function withDefinition(keys: string) {
  const dir = mkdtempSync(join(tmpdir(), 'quhua-config-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  cpSync(KASHGAR, dir, { recursive: true });
  const path = join(dir, 'rulebook/mnr-2024-918.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace('stock: narrow', `stock: narrow, ${keys}`));
  return readConfig(dir);
}

test('a definition says how contracts add up to sales, and which of the two goes first', () => {
  const { config } = withDefinition('basis: restated, sales: contracts');
  expect(config === null ? null : getRulebook(config).definition).toMatchObject({
    basis: 'restated',
    sales: 'contracts',
  });
});

test.each(['basis: monthly', 'sales: both'])('%s is refused with its place', (keys) => {
  const { config, faults } = withDefinition(keys);
  expect(config).toBeNull();
  expect(faults).toHaveLength(1);
  expect(JSON.stringify(faults)).toContain(keys.split(':')[0]);
});
