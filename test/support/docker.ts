import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cleanup } from './cleanup.ts';
import { outputOf } from './programs.ts';
import type { RedisProgram } from './redis-programs.ts';
import { randomName } from './run-id.ts';

const COMPOSE_FILE = fileURLToPath(new URL('./compose.yaml', import.meta.url));

export type ComposeServers = { readonly databaseUrl: string; readonly redisUrl: string };

/** Whether a docker engine and its compose plugin answer quickly; a client alone does not count. */
export async function hasDocker(): Promise<boolean> {
  try {
    await outputOf('docker', ['version', '--format', '{{.Server.Version}}'], 3_000);
    await outputOf('docker', ['compose', 'version'], 3_000);
    return true;
  } catch {
    return false;
  }
}

/** Starts both servers in containers, on ports that docker chooses; they go when this process ends. */
export async function startCompose(): Promise<ComposeServers> {
  const project = ['compose', '--project-name', `quhua-test-${randomName(8)}`, '--file', COMPOSE_FILE];
  cleanup.add({ kind: 'command', command: 'docker', args: [...project, 'down', '--volumes', '--timeout', '2'] });
  await outputOf('docker', [...project, 'up', '--detach', '--wait'], 180_000);
  const portOf = async (service: string, port: number): Promise<string> => {
    const answer = await outputOf('docker', [...project, 'port', service, String(port)], 10_000);
    return answer.slice(answer.lastIndexOf(':') + 1);
  };
  return {
    databaseUrl: `postgres://postgres:quhua-test@127.0.0.1:${await portOf('postgres', 5432)}/postgres`,
    redisUrl: `redis://127.0.0.1:${await portOf('redis', 6379)}/0`,
  };
}

/** A Redis in a container of its own, for the tests that stop and kill one. */
export function redisInDocker(): RedisProgram {
  const name = `quhua-test-redis-${randomName(8)}`;
  const docker = (...args: string[]): void => void execFileSync('docker', args, { stdio: 'ignore', timeout: 20_000 });
  const owner = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`; // so that the folder can be removed afterwards
  return {
    label: 'Redis 7, docker',
    launch: ({ port, folder, args }) => {
      const place = ['--publish', `127.0.0.1:${port}:6379`, '--volume', `${folder}:/data`, '--user', owner];
      return { command: 'docker', args: ['run', '--rm', '--name', name, ...place, 'redis:7', 'redis-server', ...args] };
    },
    signal: (_client, signal) => {
      if (signal === 'SIGSTOP') docker('pause', name);
      else if (signal === 'SIGCONT') unpause(() => docker('unpause', name));
      else docker('kill', '--signal', signal, name);
    },
    chore: () => ({ kind: 'command', command: 'docker', args: ['rm', '--force', name] }),
  };
}

/** Docker refuses to let go on what was not paused. */
function unpause(attempt: () => void): void {
  try {
    attempt();
  } catch {
    // it was running
  }
}
