import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const PNPM = 'pnpm@12.21.0';

const STAMP = 'node_modules/.quhua-setup';
const UNFINISHED = 'node_modules/.quhua-setup-unfinished';

/** One line that changes whenever another installation would be needed. */
export function currentStamp(root) {
  const hash = createHash('sha256').update(`${PNPM} ${process.platform} ${process.arch}`);
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...packageFiles(root)];
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** Whether the last installation was finished and is the one that `stamp` asks for. */
export function isInstalled(root, stamp) {
  try {
    if (readFileSync(join(root, STAMP), 'utf8') !== stamp) return false;
  } catch {
    return false;
  }
  return packageFolders(root).every(
    (folder) => existsSync(join(root, folder, 'node_modules')) || hasNothing(root, folder),
  );
}

/** Whether an installation began and was cut off. */
export function isUnfinished(root) {
  return existsSync(join(root, UNFINISHED));
}

export function markBegun(root) {
  rmSync(join(root, STAMP), { force: true });
  writeFileSync(join(root, UNFINISHED), '');
}

/** The installer ended by itself, well or not: what it left is in order, and it can go on from there. */
export function markEnded(root) {
  rmSync(join(root, UNFINISHED), { force: true });
}

export function markDone(root, stamp) {
  writeFileSync(join(root, STAMP), stamp);
}

/** Dependencies that a package lists and that are not there: empty after a sound installation. */
export function missingDependencies(root) {
  return packageFolders(root).flatMap((folder) => {
    const { dependencies, devDependencies } = readPackage(root, folder);
    const names = Object.keys({ ...dependencies, ...devDependencies });
    return names
      .map((name) => join(folder, 'node_modules', name))
      .filter((path) => !existsSync(join(root, path, 'package.json')));
  });
}

/** Every folder that may hold a node_modules of its own. */
export function packageFolders(root) {
  return packageFiles(root).map((file) => file.slice(0, -'package.json'.length) || '.');
}

/** The root's package.json and those of the workspace, in a fixed order. */
function packageFiles(root) {
  const found = workspacePatterns(root).flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [`${pattern}/package.json`];
    const parent = pattern.slice(0, -2);
    return foldersIn(join(root, parent)).map((name) => `${parent}/${name}/package.json`);
  });
  return ['package.json', ...found.filter((file) => existsSync(join(root, file))).sort()];
}

/** The list under `packages:` of pnpm-workspace.yaml: only `folder` and `folder/*` are in use. */
function workspacePatterns(root) {
  const text = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');
  const block = /^packages:\n((?: *- .*\n)+)/mu.exec(`${text}\n`)?.[1] ?? '';
  return block
    .split('\n')
    .map((line) =>
      line
        .replace(/^ *- */u, '')
        .replace(/^(['"])(.*)\1$/u, '$2')
        .trim(),
    )
    .filter((pattern) => pattern !== '');
}

function foldersIn(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

function hasNothing(root, folder) {
  const { dependencies, devDependencies } = readPackage(root, folder);
  return Object.keys({ ...dependencies, ...devDependencies }).length === 0;
}

function readPackage(root, folder) {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
}
