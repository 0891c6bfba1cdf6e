// Random faults for a long time: `node scripts/soak.mjs [minutes] [seed]`. The short form runs in `npm test`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [minutes = '10', seed = String(Date.now() % 1_000_000_000)] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
process.stderr.write(`soak: ${minutes} min, seed ${seed}\n`);
const { status } = spawnSync(`${root}/node_modules/.bin/vitest`, ['run', 'test/chaos/nemesis.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, QUHUA_SOAK_MINUTES: minutes, QUHUA_SOAK_SEED: seed },
});
process.exitCode = status ?? 1;
