import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './errors.mjs';
import { withLock } from './lock.mjs';
import { passSignals } from './signals.mjs';
import {
  currentStamp,
  isInstalled,
  isUnfinished,
  markBegun,
  markDone,
  markEnded,
  missingDependencies,
  PNPM,
  packageFolders,
} from './stamp.mjs';

/** What the package manager's output says about why it failed, the likeliest first. */
const CAUSES = [
  [
    /ENOSPC|EDQUOT|no space left/iu,
    '磁盘已满：请腾出约 1 GB 后重试',
    'the disk is full: free about 1 GB and try again',
  ],
  [
    /EACCES|EPERM|EROFS/u,
    '没有写权限：请检查本目录与用户主目录的权限',
    'no permission to write: check this folder and your home',
  ],
  [
    /OUTDATED_LOCKFILE|FROZEN_LOCKFILE/u,
    `pnpm-lock.yaml 与 package.json 不一致：请运行 npx ${PNPM} install 并提交`,
    `pnpm-lock.yaml does not fit package.json: run npx ${PNPM} install and commit the result`,
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|UND_ERR|META_FETCH_FAIL|network/iu,
    '连不上 npm 软件源：请检查网络与代理，或用 npm config set registry 换一个镜像后重试',
    'the npm registry cannot be reached: check network and proxy, or choose a mirror with npm config set registry',
  ],
];

/** Brings node_modules to what the lockfile says, once, however many commands start at the same moment. */
export async function install(root) {
  const onWait = () => say('另一个命令正在安装，等待中 / another command is installing, waiting');
  await withLock(root, { onWait, work: (lock) => installAlone(root, lock) });
}

async function installAlone(root, lock) {
  const stamp = currentStamp(root);
  if (isInstalled(root, stamp)) return; // done by the one waited for
  try {
    if (isUnfinished(root)) removeInstalled(root);
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    markBegun(root);
    say('首次运行或依赖有变，正在安装 / installing dependencies');
    await runInstaller(root, lock);
    if (missingDependencies(root).length > 0) {
      removeInstalled(root);
      mkdirSync(join(root, 'node_modules'), { recursive: true });
      await runInstaller(root, lock);
    }
    const missing = missingDependencies(root);
    if (missing.length > 0) throw new SetupError(`安装不完整 / incomplete installation: ${missing.join(', ')}`);
    markDone(root, stamp);
  } catch (error) {
    throw error instanceof SetupError ? error : refusalOf(`${error.code ?? ''} ${error.message}`);
  }
}

/** An installation that was cut off is not mended but made anew: what half of it is sound cannot be seen. */
function removeInstalled(root) {
  for (const folder of packageFolders(root)) {
    rmSync(join(root, folder, 'node_modules'), { recursive: true, force: true, maxRetries: 3 });
  }
}

/** All output goes to stderr: stdout belongs to the command that runs afterwards. */
function runInstaller(root, lock) {
  const inherited = Number.isInteger(lock) ? [lock] : [];
  return new Promise((resolve, reject) => {
    const child = spawn('npx', ['-y', PNPM, 'install', '--frozen-lockfile'], {
      cwd: root,
      env: installerEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe', ...inherited],
    });
    const { received, release } = passSignals(child);
    let tail = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        process.stderr.write(text);
        tail = (tail + text).slice(-20_000);
      });
    }
    child.once('error', (error) => reject(error.code === 'ENOENT' ? noNpx() : error));
    child.once('close', (code) => {
      release();
      if (received() !== null) return reject(interrupted());
      if (code === null) return reject(refusalOf(tail)); // killed: the mark stays, and the next run begins anew
      markEnded(root);
      return code === 0 ? resolve() : reject(refusalOf(tail));
    });
  });
}

/** `npm run -s` silences npx and pnpm too, which would hide why an installation failed. */
function installerEnvironment() {
  const { npm_config_loglevel: _silent, NODE_OPTIONS: _options, ...environment } = process.env;
  return { ...environment, CI: 'true' }; // pnpm asks nothing then
}

function refusalOf(output) {
  const cause = CAUSES.find(([pattern]) => pattern.test(output));
  const [, zh, en] = cause ?? ['', '原因见上面的输出', 'the reason is in the output above'];
  return new SetupError(`安装未完成：${zh}\nnot installed: ${en}`);
}

function interrupted() {
  return new SetupError('安装被中断，下次运行会重来 / installation interrupted: the next run begins it anew', 130);
}

function noNpx() {
  return new SetupError('找不到 npx：请安装带 npm 的 Node.js / npx not found: install a Node.js that comes with npm');
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
