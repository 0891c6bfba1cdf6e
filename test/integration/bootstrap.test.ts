import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { placeNpx, plantTree, type Running, start } from '../support/bootstrap-tree.ts';
import { temporaryFolder } from '../support/folders.ts';
import { until } from '../support/poll.ts';

vi.setConfig({ testTimeout: 60_000 }); // each starts npm and the installer several times

let root: string;
beforeEach(async () => {
  root = await plantTree();
});

const setup = ['node', 'scripts/bootstrap.mjs', 'setup'] as const;
const quhua = (...args: string[]): [string, ...string[]] => ['node', 'scripts/bootstrap.mjs', 'quhua', ...args];

async function finished(running: Running): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { code } = await running.end;
  return { code, stdout: running.stdout(), stderr: running.stderr() };
}

test('a fresh clone in a folder with spaces and Chinese characters: installs, then runs the command', async () => {
  const below = join(root, 'config/喀什 地区');
  await mkdir(below, { recursive: true });
  const command = ['npm', 'run', '-s', 'quhua', '--', 'exit', '7', '--json', '有 空格'] as const;
  const first = start(command, { root, cwd: below, env: { QUHUA_TEST_KEPT: 'kept', TZ: 'Asia/Shanghai' } });
  const { code, stdout, stderr } = await finished(first);
  expect(stderr).toMatch(/正在安装 \/ installing/u);
  expect(code).toBe(7);
  const said = JSON.parse(stdout) as Record<string, unknown>; // one document and nothing else
  expect(said).toMatchObject({
    program: join(root, 'services/cli/src/main.ts'),
    args: ['exit', '7', '--json', '有 空格'],
    cwd: root,
    version: process.version,
    TZ: 'UTC',
    INIT_CWD: below,
    QUHUA_TEST_KEPT: 'kept',
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node-compile'),
  });
  expect(said.PATH).toMatch(new RegExp(`^${join(root, 'node_modules/.bin')}:`, 'u'));
});

test('what is installed is not installed again, and a change of the dependencies is noticed', async () => {
  expect(await finished(start(setup, { root }))).toMatchObject({ code: 0 });
  const before = await placeNpx('echo "npx was called" >&2; exit 1');
  expect(await finished(start(setup, { root, before }))).toMatchObject({ code: 0, stderr: '' });

  const core = { name: '@quhua/core', version: '0.1.0', dependencies: { 'not-in-the-lockfile': '1.0.0' } };
  await writeFile(join(root, 'packages/core/package.json'), JSON.stringify(core));
  const changed = await finished(start(setup, { root }));
  expect(changed).toMatchObject({ code: 5, stdout: '' });
  expect(changed.stderr).toMatch(/pnpm-lock\.yaml 与 package\.json 不一致/u);

  await writeFile(join(root, 'packages/core/package.json'), JSON.stringify({ ...core, dependencies: {} }));
  expect(await finished(start(setup, { root }))).toMatchObject({ code: 0 });
  await rm(join(root, 'services/cli/node_modules'), { recursive: true });
  expect(await finished(start(setup, { root }))).toMatchObject({ code: 0 });
  expect(existsSync(join(root, 'services/cli/node_modules/@quhua/core/package.json'))).toBe(true);
});

test('every verb runs its program', async () => {
  await finished(start(setup, { root }));
  const programs = { start: 'services/standalone/src/main.ts', test: 'scripts/check.mjs', bench: 'test/bench/main.ts' };
  for (const [verb, program] of Object.entries(programs)) {
    const { stdout } = await finished(start(['node', 'scripts/bootstrap.mjs', verb, 'exit', '0'], { root }));
    expect(JSON.parse(stdout)).toMatchObject({ program: join(root, program), args: ['exit', '0'] });
  }
  const unknown = await finished(start(['node', 'scripts/bootstrap.mjs', 'toString'], { root }));
  expect(unknown).toMatchObject({ code: 2, stdout: '' });
  expect(unknown.stderr).toMatch(/^用法 \/ usage/u);
});

test('two commands at once install once, and both run', async () => {
  const log = join(await temporaryFolder('log'), 'calls');
  const before = await placeNpx(`echo called >> '${log}'; sleep 0.3; exec "$REAL" "$@"`);
  const both = await Promise.all([1, 2].map((n) => finished(start(quhua('exit', String(n)), { root, before }))));
  expect(both.map(({ code }) => code)).toEqual([1, 2]);
  expect(readFileSync(log, 'utf8')).toBe('called\n');
  expect(both.filter(({ stderr }) => stderr.includes('等待中 / another command is installing'))).toHaveLength(1);
});

const HALF_DONE = 'mkdir -p node_modules/half-done services/cli/node_modules/@quhua/core; touch node_modules/begun';

test('an installation that was killed is made anew by the next command', async () => {
  const before = await placeNpx(`${HALF_DONE}; sleep 60`);
  const killed = start(setup, { root, before });
  await until(() => existsSync(join(root, 'node_modules/begun')), {
    withinMs: 20_000,
    what: 'the installation to begin',
  });
  process.kill(-(killed.child.pid ?? 0), 'SIGKILL'); // the whole group, as when a machine is switched off
  await killed.end;
  expect(await finished(start(setup, { root }))).toMatchObject({ code: 0 });
  expect(existsSync(join(root, 'node_modules/half-done'))).toBe(false);
  expect(existsSync(join(root, 'services/cli/node_modules/@quhua/core/package.json'))).toBe(true);
});

test('an installer that outlives its killed parent is waited for', async () => {
  const log = join(await temporaryFolder('log'), 'calls');
  const before = await placeNpx(
    `[ -e node_modules/begun ] && echo left >> '${log}'; echo begin >> '${log}'; ${HALF_DONE}; sleep 1; "$REAL" "$@"; code=$?; echo end >> '${log}'; exit $code`,
  );
  const killed = start(setup, { root, before });
  await until(() => existsSync(join(root, 'node_modules/begun')), {
    withinMs: 20_000,
    what: 'the installation to begin',
  });
  killed.child.kill('SIGKILL');
  const next = await finished(start(setup, { root, before }));
  expect(next).toMatchObject({ code: 0 });
  expect(next.stderr).toMatch(/等待中/u);
  expect(readFileSync(log, 'utf8')).toBe('begin\nend\nbegin\nend\n');
});

test('a Node that is too old is refused before anything is touched', async () => {
  const old = join(await temporaryFolder('old'), 'old.cjs');
  await writeFile(old, "Object.defineProperty(process.versions, 'node', { value: '18.19.0' });");
  const refused = await finished(start(['node', '--require', old, 'scripts/bootstrap.mjs', 'setup'], { root }));
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toMatch(/^需要 Node\.js 20 或更新版本，现在是 18\.19\.0.*\nNode\.js 20 or newer is needed/u);
  expect(existsSync(join(root, 'node_modules'))).toBe(false);
});

test('a registry that cannot be reached is said, silenced npm or not', async () => {
  const cache = await temporaryFolder('npm-cache'); // without the copy of the package manager from earlier installations
  const nowhere = {
    npm_config_cache: cache,
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_fetch_retries: '0',
  };
  const refused = await finished(start(['npm', 'run', '-s', 'setup'], { root, env: nowhere }));
  expect(refused).toMatchObject({ code: 5, stdout: '' });
  expect(refused.stderr).toMatch(
    /ECONNREFUSED[\s\S]*安装未完成：连不上 npm 软件源.*\nnot installed: the npm registry cannot be reached/u,
  );
  expect(refused.stderr).not.toMatch(/at .*\.mjs/u);
});

test.each([
  { what: 'a full disk', said: 'ENOSPC: no space left on device, write', zh: '磁盘已满' },
  { what: 'a folder of somebody else', said: "EACCES: permission denied, mkdir '/x'", zh: '没有写权限' },
  { what: 'anything else', said: 'a surprise', zh: '原因见上面的输出' },
])('$what is said', async ({ said, zh }) => {
  const before = await placeNpx(`cat >&2 <<'SAID'\n${said}\nSAID\nexit 1`);
  const refused = await finished(start(setup, { root, before }));
  expect(refused).toMatchObject({ code: 5, stdout: '' });
  expect(refused.stderr).toContain(said);
  expect(refused.stderr).toMatch(new RegExp(`安装未完成：${zh}`, 'u'));
});

async function waiting(): Promise<{ running: Running; pid: number }> {
  await finished(start(setup, { root }));
  const running = start(quhua('wait'), { root });
  const line = await started(running);
  return { running, pid: (JSON.parse(line) as { pid: number }).pid };
}

/** What the program says once it listens for signals; an installation may have spoken before. */
function started(running: Running): Promise<string> {
  const said = () => /^\{.*\}$/mu.exec(running.stdout())?.[0];
  return until(said, { withinMs: 20_000, what: 'the program to start' });
}

test('SIGTERM reaches the program, which may take its time and chooses the exit code', async () => {
  const { running } = await waiting();
  running.child.kill('SIGTERM');
  expect(await running.end).toEqual({ code: 41, signal: null });
  expect(running.stdout()).toMatch(/^SIGTERM\n/mu);
});

test('SIGTERM to npm reaches the program as well', async () => {
  await finished(start(setup, { root }));
  const running = start(['npm', 'run', '-s', 'quhua', '--', 'wait'], { root });
  await started(running);
  running.child.kill('SIGTERM');
  expect(await running.end).toEqual({ code: 41, signal: null });
});

test('one Ctrl-C that arrives twice is passed on once', async () => {
  const { running } = await waiting();
  running.child.kill('SIGINT');
  running.child.kill('SIGINT');
  expect(await running.end).toEqual({ code: 41, signal: null });
});

test('a program that is killed takes its parent along with the same signal', async () => {
  const { running, pid } = await waiting();
  process.kill(pid, 'SIGKILL');
  expect(await running.end).toEqual({ code: null, signal: 'SIGKILL' });
});
