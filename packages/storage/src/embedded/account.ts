import { chmod, lchown, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '@quhua/core';
import { errnoOf } from './errors.ts';

/** The user that PostgreSQL runs as: null means as ourselves, which it refuses to do as root. */
export type Account = { readonly uid: number; readonly gid: number } | null;

const NOBODY = 'nobody';

/**
 * As root: the owner of the data folder if that is a user, else `nobody`.
 * Otherwise null, after checking that the data is ours.
 *
 * Errors: invalid/EMBEDDED_OWNER if another user made the data; permanent/EMBEDDED_NO_ACCOUNT if there is no `nobody`.
 */
export async function serverAccount(data: string): Promise<Account> {
  const owner = await ownerOf(data);
  const self = process.getuid?.();
  if (self === 0) return owner === null || owner.uid === 0 ? findNobody(await readFile('/etc/passwd', 'utf8')) : owner;
  if (owner === null || self === undefined || owner.uid === self) return null;
  const message = `数据库文件夹 ${data} 属于另一个用户（uid ${owner.uid}）：请由该用户或 root 运行，或换一个 QUHUA_HOME / the data folder belongs to another user: run as that user or as root, or choose another QUHUA_HOME`;
  throw new AppError('invalid', 'EMBEDDED_OWNER', message);
}

/** uid and gid of `nobody` in the text of /etc/passwd. */
export function findNobody(passwd: string): Account {
  const entry = passwd.split('\n').find((line) => line.startsWith(`${NOBODY}:`));
  const [, , uid, gid] = (entry ?? '').split(':').map(Number);
  if (uid !== undefined && gid !== undefined && uid > 0 && Number.isInteger(uid) && Number.isInteger(gid))
    return { uid, gid };
  const message =
    'PostgreSQL 不能以 root 运行，而系统没有 nobody 用户：请以普通用户运行，或设置 DATABASE_URL / PostgreSQL must not run as root and there is no user nobody: run as an ordinary user, or set DATABASE_URL';
  throw new AppError('permanent', 'EMBEDDED_NO_ACCOUNT', message);
}

/** Whether the account can pass through every folder on the way to `path`, and use what stands there. */
export async function canReach(path: string, account: Account): Promise<boolean> {
  if (account === null) return true;
  for (let place = path; ; place = dirname(place)) {
    const { uid, gid, mode } = await stat(place);
    const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
    if (((mode >> shift) & 0o1) === 0) return false;
    if (place === dirname(place)) return true;
  }
}

/** Gives one file or folder to the account. */
export async function giveTo(path: string, account: Account): Promise<void> {
  if (account !== null) await lchown(path, account.uid, account.gid);
}

/**
 * Makes a data folder usable that was copied or restored by root: PostgreSQL wants to own it and refuses one that
 * others can read. Only tightens; the contents stay as they are.
 */
export async function claimData(data: string, account: Account): Promise<void> {
  const { uid, mode } = await stat(data);
  if (account !== null && uid === 0) await giveTree(data, account);
  if ((mode & 0o027) !== 0) await chmod(data, 0o700);
}

/** Depth first, the folder itself last: an interrupted run still finds it owned by root and begins again. */
async function giveTree(folder: string, account: Account): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await giveTree(path, account);
    else await giveTo(path, account);
  }
  await giveTo(folder, account);
}

async function ownerOf(path: string): Promise<Account> {
  try {
    const { uid, gid } = await stat(path);
    return { uid, gid };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}
