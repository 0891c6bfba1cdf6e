// Holds the rules of .dependency-cruiser.cjs over the folder it is started in. Prints each violation.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { cruise } from 'dependency-cruiser';

const { forbidden, options } = createRequire(import.meta.url)(resolve('.dependency-cruiser.cjs'));
const folders = ['packages', 'services', 'test', 'scripts', 'examples'].filter((folder) => existsSync(folder));

const { output } = await cruise(folders, { ...options, ruleSet: { forbidden }, validate: true, outputType: 'json' });
const { summary } = JSON.parse(output);
const { totalCruised, totalDependenciesCruised, violations } = summary;

for (const { rule, from, to, cycle = [] } of violations) {
  const comment = forbidden.find(({ name }) => name === rule.name)?.comment ?? '';
  const way = cycle.length > 0 ? cycle.map(({ name }) => name).join(' → ') : to;
  process.stdout.write(`${rule.name}: ${from} → ${way}\n    ${comment}\n`);
}
process.stdout.write(`${totalCruised} modules, ${totalDependenciesCruised} imports, ${violations.length} violations\n`);
// A cruiser that finds no modules is content with everything.
process.exitCode = violations.length > 0 || totalCruised === 0 ? 1 : 0;
