/** Started by `cleanup.ts`; takes chores from stdin and does what is left when that closes. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Chore, KeeperLine } from './cleanup.ts';
import { dropDatabases, removeKeys } from './leftovers.ts';

const ORDER: readonly Chore['kind'][] = ['databases', 'keys', 'process', 'command', 'folder'];
const AT_MOST_MS = 20_000;

/** Ended by Ctrl-C or a terminal that closes it could not do what it is for. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

const chores = new Map<number, Chore>();
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as KeeperLine; // safe: only cleanup.ts writes here
  if ('add' in message) chores.set(message.id, message.add);
  else chores.delete(message.done);
}
const lastResort = setTimeout(() => process.exit(1), 60_000); // a server that hangs must not keep this for ever
for (const kind of ORDER) {
  const ofKind = [...chores.values()].filter((chore) => chore.kind === kind);
  await Promise.all(ofKind.map((chore) => perform(chore).catch(() => {}))); // one that fails must not stop the next
}
clearTimeout(lastResort);

async function perform(chore: Chore): Promise<void> {
  if (chore.kind === 'databases') await dropDatabases(chore.url, (name) => name.startsWith(chore.prefix));
  else if (chore.kind === 'keys') await removeKeys(chore.url, (key) => key.startsWith(chore.prefix), chore.prefix);
  else if (chore.kind === 'process') await endProcess(chore.pid, chore.signal);
  else if (chore.kind === 'command') await promisify(execFile)(chore.command, [...chore.args], { timeout: AT_MOST_MS });
  else await rm(chore.path, { recursive: true, force: true, maxRetries: 5 });
}

async function endProcess(pid: number, signal: NodeJS.Signals): Promise<void> {
  process.kill(pid, 'SIGCONT'); // a test may have stopped it
  process.kill(pid, signal);
  for (let waited = 0; waited < 5_000; waited += 20) {
    if (!isAlive(pid)) return;
    await delay(20);
  }
  process.kill(pid, 'SIGKILL');
}

/** A dead process whose parent is gone too may stay in the table for a while: that is not alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !existsSync('/proc/self/stat') || !/\) Z /u.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
}
