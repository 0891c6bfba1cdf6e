import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@quhua/core';
import type { Logger } from '@quhua/runtime';
import { claimData, giveTo } from './account.ts';
import { errnoOf, toServerError } from './errors.ts';
import { createPassword, findPassword, hasData, initdbPrefix, type Site, syncFolder } from './site.ts';
import { giveFolder, type Runner, runToEnd } from './spawn.ts';

/** The bootstrap user, a superuser. */
export const EMBEDDED_USER = 'quhua';

/**
 * Written to postgresql.conf once, so that an operator may change them there or by ALTER SYSTEM.
 * None weakens a commit: fsync, synchronous_commit, full_page_writes and checksums stay on.
 */
const SETTINGS = {
  max_connections: '100',
  shared_buffers: '128MB',
  maintenance_work_mem: '128MB',
  work_mem: '16MB',
  max_wal_size: '2GB', // a bulk load of a million rows without a forced checkpoint
  wal_level: 'minimal', // there is no replica: COPY into a new table need not be written twice
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  random_page_cost: '1.1',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] %q%a ',
} as const;

type ClusterOptions = { readonly site: Site; readonly runner: Runner; readonly log: Logger };

/**
 * The password of a data folder that is ready to be started; initialises it at the first call.
 *
 * Errors: permanent/EMBEDDED_SERVER_FAILED, transient/EMBEDDED_DISK_FULL.
 * Concurrency: call only under the home's lock and while no server runs on the folder.
 */
export async function prepareCluster(options: ClusterOptions): Promise<string> {
  const { site, runner } = options;
  const password = await findPassword(site);
  if (!(await hasData(site))) {
    const fresh = password ?? (await createPassword(site)); // one of an interrupted first start serves as well
    await initialise(options, fresh);
    return fresh;
  }
  await claimData(site.data, runner.account);
  return password ?? (await resetPassword(options));
}

/** Errors: permanent/EMBEDDED_VERSION, EMBEDDED_NOT_DATA if the data folder is not one of this version. */
export async function assertVersion(site: Site, major: string): Promise<void> {
  if (!(await hasData(site))) return;
  const { data } = site;
  const found = await readFile(join(data, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
    const message = `${data} 里有别的文件，不是数据库文件夹，未作改动：请把它移开，或换一个 QUHUA_HOME / that folder holds something else than a database and was left alone: move it away, or choose another QUHUA_HOME`;
    throw new AppError('permanent', 'EMBEDDED_NOT_DATA', message);
  });
  if (found.trim() === major) return;
  const message = `${data} 由 PostgreSQL ${found.trim()} 创建，本版本自带 ${major}，数据未改动：请用原版本导出、在新的 QUHUA_HOME 中恢复，或装回原版本 / the data was made by PostgreSQL ${found.trim()}, this release brings ${major}; nothing was changed: export with the old release and restore into a new QUHUA_HOME, or go back to it`;
  throw new AppError('permanent', 'EMBEDDED_VERSION', message);
}

/** initdb works in a folder of its own that is renamed when it has succeeded: a killed one leaves no half a database. */
async function initialise({ site, runner, log }: ClusterOptions, password: string): Promise<void> {
  const began = performance.now();
  const folder = await mkdtemp(initdbPrefix(site));
  try {
    const data = join(folder, 'data');
    const passwordFile = join(folder, 'password');
    await mkdir(data, { mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    for (const path of [folder, data, passwordFile]) await giveTo(path, runner.account);
    await using given = await giveFolder(folder, runner.account);
    const { code, output } = await runToEnd(runner, { program: 'initdb', args: initdbArgs(given.path), given });
    if (code !== 0) {
      const doing = { zh: '创建数据库', en: 'creating the database' };
      throw toServerError({ home: site.home, doing, output, logFile: null });
    }
    await rename(data, site.data); // replaces an empty folder, refuses any other
    await syncFolder(site.home);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  }
  log.info({ folder: site.data, ms: Math.round(performance.now() - began) }, 'database folder initialised');
}

function initdbArgs(folder: string): string[] {
  return [
    `--pgdata=${folder}/data`,
    `--pwfile=${folder}/password`,
    `--username=${EMBEDDED_USER}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C', // messages we can read, and no dependence on the machine's locales …
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8', // … but upper, lower and character classes of all of Unicode
    '--data-checksums',
    '--no-instructions',
    ...Object.entries(SETTINGS).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  ];
}

/** A new password for data whose password file is gone, e.g. when only the data folder was restored. */
async function resetPassword({ site, runner, log }: ClusterOptions): Promise<string> {
  log.warn({ file: site.password }, 'password file missing, setting a new password');
  const password = await createPassword(site);
  await using given = await giveFolder(site.data, runner.account);
  const args = ['--single', '-D', given.path, 'postgres'];
  const input = `alter role ${EMBEDDED_USER} password '${password}'\n`; // base64url: nothing to escape
  const { code, output } = await runToEnd(runner, { program: 'postgres', args, given, input });
  if (code === 0 && !/ERROR|FATAL|PANIC/u.test(output)) return password;
  await rm(site.password, { force: true });
  const doing = { zh: '重设数据库密码', en: 'resetting the database password' };
  throw toServerError({ home: site.home, doing, output: output.replaceAll(password, '***'), logFile: null });
}
