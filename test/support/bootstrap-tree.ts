import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cleanup } from './cleanup.ts';
import { temporaryFolder } from './folders.ts';
import { ROOT } from './planted.ts';
import { placeProgram } from './stand-ins.ts';

const NODE_PACKAGE = `node-${process.platform}-${process.arch}`;

/** Says how it was started, and waits or ends as its arguments ask. */
const PROGRAM = `
const { TZ, INIT_CWD, PATH, NODE_COMPILE_CACHE, QUHUA_TEST_KEPT } = process.env;
const given = { TZ, INIT_CWD, PATH, NODE_COMPILE_CACHE, QUHUA_TEST_KEPT };
console.log(JSON.stringify({ program: import.meta.filename, args: process.argv.slice(2), cwd: process.cwd(), version: process.version, pid: process.pid, ...given }));
const [what, value] = process.argv.slice(2);
if (what === 'exit') process.exit(Number(value));
if (what === 'die') process.kill(process.pid, value);
if (what === 'wait') {
  let count = 0;
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      count += 1;
      console.log(signal);
      setTimeout(() => process.exit(40 + count), 300);
    });
  }
  setTimeout(() => {}, 60_000);
}
`;

const LOCKFILE = `lockfileVersion: '9.0'

settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false

importers:

  .:
    devDependencies:
      ${NODE_PACKAGE}:
        specifier: workspace:*
        version: link:packages/node

  packages/core: {}

  packages/node: {}

  services/cli:
    dependencies:
      '@quhua/core':
        specifier: workspace:*
        version: link:../../packages/core
`;

/** The repository in small: its own scripts, a workspace without outside packages, programs that say how they were started. */
export async function plantTree(): Promise<string> {
  const root = join(await temporaryFolder('bootstrap'), '去化 测试 tree');
  const write = async (path: string, content: string | object): Promise<void> => {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  };
  const { scripts } = (await import('../../package.json', { with: { type: 'json' } })).default;
  const dev = { [NODE_PACKAGE]: 'workspace:*' };
  await write('package.json', { name: 'quhua', private: true, type: 'module', scripts, devDependencies: dev });
  await write('pnpm-workspace.yaml', 'packages:\n  - packages/*\n  - services/*\n');
  await write('pnpm-lock.yaml', LOCKFILE);
  await write('packages/core/package.json', { name: '@quhua/core', version: '0.1.0' });
  const cli = { name: '@quhua/cli', version: '0.1.0', dependencies: { '@quhua/core': 'workspace:*' } };
  await write('services/cli/package.json', cli);
  await write('packages/node/package.json', { name: NODE_PACKAGE, version: '24.0.0', bin: { node: 'bin/node' } });
  for (const program of ['services/cli/src/main.ts', 'services/standalone/src/main.ts', 'test/bench/main.ts']) {
    await write(program, PROGRAM);
  }
  await mkdir(join(root, 'packages/node/bin'));
  await symlink(process.execPath, join(root, 'packages/node/bin/node'));
  await cp(join(ROOT, 'scripts/bootstrap.mjs'), join(root, 'scripts/bootstrap.mjs'));
  await cp(join(ROOT, 'scripts/bootstrap'), join(root, 'scripts/bootstrap'), { recursive: true });
  await write('scripts/check.mjs', PROGRAM);
  return root;
}

/** A folder with an `npx` of the test's own, to stand before the real one; `$REAL` in it is the real one. */
export async function placeNpx(script: string): Promise<string> {
  const real = systemPath()
    .split(delimiter)
    .map((entry) => `[ -x '${entry}/npx' ] && REAL='${entry}/npx'`);
  return placeProgram('npx', `${real.toReversed().join('\n')}\n${script}`);
}

/** PATH without the repository's own tools: what a person has who just cloned it. */
function systemPath(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter((folder) => !folder.includes('node_modules')).join(delimiter);
}

export type Running = {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly end: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
};

export type StartOptions = {
  readonly root: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Folders that stand before the rest of PATH. */
  readonly before?: string;
};

/** Starts a command as a person's shell would, in a process group of its own. */
export function start(command: readonly [string, ...string[]], { root, cwd, env = {}, before }: StartOptions): Running {
  const path = before === undefined ? systemPath() : `${before}${delimiter}${systemPath()}`;
  const { INIT_CWD: _caller, NODE_COMPILE_CACHE: _cache, ...rest } = process.env;
  const inherited = Object.entries(rest).filter(([name]) => !/^(?:npm_(?!config_)|VITEST|NODE_ENV)/u.test(name));
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd: cwd ?? root,
    env: { ...Object.fromEntries(inherited), PATH: path, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const forget =
    child.pid === undefined ? () => {} : cleanup.add({ kind: 'process', pid: child.pid, signal: 'SIGKILL' });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const end = new Promise<Awaited<Running['end']>>((resolve) => {
    child.once('close', (code, signal) => {
      forget();
      resolve({ code, signal });
    });
  });
  return { child, stdout: () => stdout, stderr: () => stderr, end };
}
