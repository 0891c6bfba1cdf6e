import { cp, glob, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyPlanted, linkPackages, placePackage, plantedRule, ROOT, run } from '../support/planted.ts';

const BIOME = join(ROOT, 'node_modules/.bin/biome');
const KNIP = join(ROOT, 'node_modules/.bin/knip');

async function filesIn(folder: string, pattern: string): Promise<string[]> {
  const found: string[] = [];
  for await (const file of glob(pattern, { cwd: folder, exclude: (name) => name === 'node_modules' })) found.push(file);
  return found.sort();
}

/** `rule file` for every planted file of a folder. */
async function plantedIn(folder: string): Promise<string[]> {
  const files = await filesIn(folder, '{packages,services,test}/**/*.ts');
  return files.flatMap((file) => (plantedRule(file) === null ? [] : [`${plantedRule(file)} ${file}`])).sort();
}

test('the boundary rules catch what is planted against each of them, and nothing that is allowed', async () => {
  const copy = await copyPlanted('boundaries');
  await cp(join(ROOT, '.dependency-cruiser.cjs'), join(copy, '.dependency-cruiser.cjs'));
  await linkPackages(copy, await filesIn(copy, '{packages,services}/*'));
  await placePackage(join(copy, 'packages/storage/node_modules/only-for-tests'));

  const { code, stdout } = await run(process.execPath, [join(ROOT, 'scripts/boundaries.mjs')], copy);

  const caught = [...stdout.matchAll(/^([a-z-]+): (\S+) → /gmu)].map(([, rule, file]) => `${rule} ${file}`);
  expect(caught.sort()).toEqual(await plantedIn(copy));
  expect(code).toBe(1);
  const rules = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs')).forbidden as { name: string }[];
  expect(new Set(caught.map((line) => line.split(' ')[0]))).toEqual(new Set(rules.map(({ name }) => name)));
});

test('the boundary check fails where it finds no modules to look at', async () => {
  const copy = await copyPlanted('boundaries');
  await writeFile(
    join(copy, '.dependency-cruiser.cjs'),
    "module.exports = { forbidden: [], options: { exclude: '.' } };",
  );
  const { code, stdout } = await run(process.execPath, [join(ROOT, 'scripts/boundaries.mjs')], copy);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '0 modules, 0 imports, 0 violations\n' });
});

test('the boundary check sees this repository', async () => {
  const { stdout } = await run(process.execPath, [join(ROOT, 'scripts/boundaries.mjs')], ROOT);
  const [, modules, imports] = /^(\d+) modules, (\d+) imports/mu.exec(stdout) ?? [];
  expect(Number(modules)).toBeGreaterThan(100);
  expect(Number(imports)).toBeGreaterThan(Number(modules));
});

type Diagnostic = { readonly category: string; readonly location: { readonly path: string } };

test('the linter catches what is planted against each rule, and nothing that is allowed', async () => {
  const copy = await copyPlanted('lint');
  await cp(join(ROOT, 'biome.json'), join(copy, 'biome.json'));
  await cp(join(ROOT, '.gitignore'), join(copy, '.gitignore'));
  await cp(join(ROOT, 'scripts/lint'), join(copy, 'scripts/lint'), { recursive: true });
  await plantLength(copy);

  const { stdout } = await run(BIOME, ['lint', '--max-diagnostics=none', '--reporter=json'], copy);

  const { diagnostics } = JSON.parse(stdout) as { diagnostics: Diagnostic[] };
  const caught = diagnostics.map(({ category, location }) => `${category.split('/').at(-1)} ${location.path}`);
  expect([...new Set(caught)].sort()).toEqual(await plantedIn(copy));
  expect(caught.filter((line) => line === 'plugin packages/core/src/plugin.ts')).toHaveLength(3);
  expect(caught.filter((line) => line === 'plugin packages/feeds/src/plugin.ts')).toHaveLength(5);
  expect(caught.filter((line) => line.startsWith('noRestrictedGlobals'))).toHaveLength(7);
});

/** One line more than a file, and one more than a function, may have. */
async function plantLength(copy: string): Promise<void> {
  const lines = (count: number): string => Array.from({ length: count }, (_, i) => `  planted(${i});`).join('\n');
  const called = 'declare function planted(line: number): void;\n';
  const source = join(copy, 'packages/runtime/src');
  await writeFile(
    join(source, 'noExcessiveLinesPerFunction.ts'),
    `${called}export function long() {\n${lines(81)}\n}\n`,
  );
  await writeFile(join(source, 'noExcessiveLinesPerFile.ts'), `${called}${lines(400)}\nexport {};\n`);
}

test('dead code is found: a file, an export and a dependency that nobody uses', async () => {
  const copy = await copyPlanted('dead');
  await cp(join(ROOT, 'knip.json'), join(copy, 'knip.json'));
  await linkPackages(copy, await filesIn(copy, '{packages,services}/*'));
  const { code, stdout } = await run(KNIP, ['--no-progress', '--no-config-hints', '--reporter=compact'], copy);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^packages\/core\/src\/unused-file\.ts: /mu);
  expect(stdout).toMatch(/unusedExport/u);
  expect(stdout).toMatch(/nobody-needs-this/u);
  expect(stdout).not.toMatch(/packages\/core\/src\/index\.ts|services\/cli|: used$/mu);
});
