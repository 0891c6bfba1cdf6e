import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Something to undo when this process ends, however it ends. */
export type Chore =
  | { readonly kind: 'databases'; readonly url: string; readonly prefix: string }
  | { readonly kind: 'keys'; readonly url: string; readonly prefix: string }
  | { readonly kind: 'process'; readonly pid: number; readonly signal: NodeJS.Signals }
  | { readonly kind: 'command'; readonly command: string; readonly args: readonly string[] }
  | { readonly kind: 'folder'; readonly path: string };

/** One line from here to the keeper. */
export type KeeperLine = { readonly add: Chore; readonly id: number } | { readonly done: number };

/**
 * Hands chores to a second process that does them when this one is gone: exit handlers do not run on `kill -9`, a
 * closed pipe is noticed always.
 */
export class Cleanup {
  #keeper: ChildProcess | null = null;
  #next = 1;

  /** Takes the chore on; the returned function says that it is no longer needed. */
  add(chore: Chore): () => void {
    const id = this.#next++;
    this.#send({ add: chore, id });
    return () => this.#send({ done: id });
  }

  /** Does everything that is left now and resolves when it is done. */
  async finish(): Promise<void> {
    const keeper = this.#keeper;
    if (keeper === null) return;
    this.#keeper = null;
    keeper.ref();
    const gone = once(keeper, 'exit');
    keeper.stdin?.end();
    if (keeper.exitCode === null && keeper.signalCode === null) await gone;
  }

  #send(line: KeeperLine): void {
    this.#keeper ??= startKeeper();
    this.#keeper.stdin?.write(`${JSON.stringify(line)}\n`);
  }
}

/** The chores of this process. */
export const cleanup = new Cleanup();

/** A group of its own, so that Ctrl-C reaches the tests and not the one who tidies up after them. */
function startKeeper(): ChildProcess {
  const program = fileURLToPath(new URL('./keeper.ts', import.meta.url));
  const keeper = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  keeper.stdin.on('error', () => {}); // a keeper that was killed by hand must not end the tests
  keeper.unref();
  if ('unref' in keeper.stdin && typeof keeper.stdin.unref === 'function') keeper.stdin.unref();
  return keeper;
}
