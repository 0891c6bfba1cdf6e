import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError } from './errors.mjs';
import { passSignals } from './signals.mjs';

const NEEDED = 24;
/**
 * How V8 keeps memory. New objects get 3 × 16 MB instead of as much as 3 × 64, and are never put among the old ones by a guess from
 * the first few thousand rows of a file: reading a million rows takes 330 MB instead of 410, in the same time.
 */
const MEMORY_FLAGS = ['--max-semi-space-size=16', '--no-allocation-site-pretenuring'];

/** The Node that comes with the dependencies; where there is none for this platform, the one that runs this. */
export function pinnedNode(root) {
  const pinned = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(pinned)) return pinned;
  if (Number.parseInt(process.versions.node, 10) >= NEEDED) return process.execPath;
  throw new SetupError(
    `本平台（${process.platform}-${process.arch}）没有随附的 Node.js ${NEEDED}：请从 https://nodejs.org 安装 ${NEEDED} 或更新版本\n` +
      `no Node.js ${NEEDED} comes with this platform: install ${NEEDED} or newer from https://nodejs.org`,
    2,
  );
}

/** Runs a program of the repository and resolves to its exit code; a signal that ended it ends this process too. */
export function runNode(node, { root, program, args }) {
  return new Promise((resolve, reject) => {
    const child = spawn(
      node,
      [...MEMORY_FLAGS, '--disable-warning=ExperimentalWarning', join(root, program), ...args],
      {
        cwd: root,
        env: environment(root),
        stdio: 'inherit',
      },
    );
    const { release } = passSignals(child);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      release();
      if (signal === null) resolve(code);
      else process.kill(process.pid, signal);
    });
  });
}

function environment(root) {
  const tools = join(root, 'node_modules', '.bin');
  return {
    ...process.env,
    TZ: 'UTC',
    INIT_CWD: process.env.INIT_CWD ?? process.cwd(),
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'node-compile'),
    PATH: `${tools}${delimiter}${process.env.PATH ?? ''}`,
  };
}
