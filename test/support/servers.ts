import { cleanup } from './cleanup.ts';
import { hasDocker, redisInDocker, startCompose } from './docker.ts';
import { checkGivenPostgres, checkGivenRedis, type Verdict } from './given-servers.ts';
import { clearLeftovers } from './leftovers.ts';
import { embeddedPostgres, installedPostgres, type PostgresPrograms } from './postgres-programs.ts';
import { type PrivatePostgres, startPostgresServer } from './postgres-server.ts';
import { installedRedis, installRedis } from './redis-programs.ts';
import { type PrivateRedis, startRedisServer } from './redis-server.ts';
import { DATABASE_PREFIX, KEY_PREFIX, newRunId } from './run-id.ts';
import { clearOldFolders } from './server-folders.ts';

export type TestServers = {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly runId: string;
  /** Removes what this run made on servers that stay, and stops those that it started. */
  readonly release: () => Promise<void>;
};

export type AcquireOptions = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly report: (line: string) => void;
};

type Found = { readonly url: string; readonly label: string };

/**
 * A real PostgreSQL and a real Redis: those of the environment, else in docker, else installed ones on free ports, else
 * the embedded PostgreSQL and Debian's Redis package.
 *
 * Errors: what to install, if there is none at all. A server is never done without.
 */
export async function acquireServers({ environment, report }: AcquireOptions): Promise<TestServers> {
  const runId = newRunId(new Date());
  const docker = dockerOnce(report);
  const [database, redis] = await Promise.all([
    timed(() => findPostgres(environment.DATABASE_URL, docker, report), report),
    timed(() => findRedis(environment.REDIS_URL, docker, report), report),
  ]);
  cleanup.add({ kind: 'databases', url: database.url, prefix: `${DATABASE_PREFIX}${runId}_` });
  cleanup.add({ kind: 'keys', url: redis.url, prefix: `${KEY_PREFIX}${runId}-` });
  await clearLeftovers({ databaseUrl: database.url, redisUrl: redis.url }, new Date());
  await clearOldFolders(new Date());
  return { databaseUrl: database.url, redisUrl: redis.url, runId, release: () => cleanup.finish() };
}

async function timed(find: () => Promise<Found>, report: (line: string) => void): Promise<Found> {
  const start = performance.now();
  const found = await find();
  report(`${found.label} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  return found;
}

type Docker = () => Promise<{ databaseUrl: string; redisUrl: string } | null>;

/** Containers for both servers, asked for by whichever needs one first. */
function dockerOnce(report: (line: string) => void): Docker {
  const start = async (): ReturnType<Docker> => {
    if (!(await hasDocker())) return null;
    return startCompose().catch((error: unknown) => {
      report(`docker compose 未能启动服务 / did not start the servers: ${String(error)}`);
      return null;
    });
  };
  let started: ReturnType<Docker> | null = null;
  return () => {
    started ??= start();
    return started;
  };
}

async function findPostgres(given: string | undefined, docker: Docker, report: (line: string) => void): Promise<Found> {
  const verdict = await judge('DATABASE_URL', given, checkGivenPostgres, report);
  if (verdict !== null) return verdict;
  const inDocker = await docker();
  if (inDocker !== null) return { url: inDocker.databaseUrl, label: 'PostgreSQL, docker compose' };
  const server = await startPostgres({}, report);
  return { url: server.url, label: server.label };
}

async function findRedis(given: string | undefined, docker: Docker, report: (line: string) => void): Promise<Found> {
  const verdict = await judge('REDIS_URL', given, checkGivenRedis, report);
  if (verdict !== null) return verdict;
  const inDocker = await docker();
  if (inDocker !== null) return { url: inDocker.redisUrl, label: 'Redis, docker compose' };
  const server = await startRedis([], report);
  return { url: server.url, label: server.label };
}

async function judge(
  variable: string,
  given: string | undefined,
  check: (url: string) => Promise<Verdict>,
  report: (line: string) => void,
): Promise<Found | null> {
  if (given === undefined || given === '') return null;
  const verdict = await check(given);
  if ('label' in verdict) return { url: given, label: verdict.label };
  report(`${variable} 不能用，另找服务 / not usable, looking elsewhere: ${verdict.refusal}`);
  return null;
}

/** A private PostgreSQL: the first of the installed ones that starts, else the embedded one. */
export async function startPostgres(
  settings: Readonly<Record<string, string>>,
  report: (line: string) => void,
): Promise<PrivatePostgres> {
  const choices: (() => Promise<PostgresPrograms>)[] = (await installedPostgres()).map((one) => async () => one);
  const failures: unknown[] = [];
  for (const choose of [...choices, embeddedPostgres]) {
    try {
      return await startPostgresServer({ programs: await choose(), settings });
    } catch (error) {
      report(`跳过一个 PostgreSQL / passing over a PostgreSQL: ${String(error)}`);
      failures.push(error);
    }
  }
  const message = `没有可用的 PostgreSQL（≥ 15）：请安装，或设置 DATABASE_URL / no usable PostgreSQL (15 or newer): install one or set DATABASE_URL`;
  throw new AggregateError(failures, message);
}

/** A private Redis: the installed one, else Debian's package, else a container. */
export async function startRedis(args: readonly string[], report: (line: string) => void): Promise<PrivateRedis> {
  const program =
    (await installedRedis()) ?? (await installRedis(report)) ?? ((await hasDocker()) ? redisInDocker() : null);
  if (program !== null) return startRedisServer({ program, args });
  const how = 'Debian/Ubuntu: apt-get install redis-server; macOS: brew install redis; REDIS_URL=redis://…; docker';
  throw new Error(`没有可用的 Redis（≥ 6.2）：请安装或设置 REDIS_URL / no usable Redis (6.2 or newer): ${how}`);
}
