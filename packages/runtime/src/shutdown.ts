import type { Logger } from './logger.ts';

export type ShutdownOptions = { readonly deadlineMs: number; readonly log: Logger };
type Step = { readonly name: string; readonly close: () => Promise<void> };

/** Closes what a process opened, in order, within a deadline. */
export class Shutdown implements AsyncDisposable {
  readonly #steps: Step[] = [];
  readonly #options: ShutdownOptions;
  #running: Promise<readonly Error[]> | null = null;

  constructor(options: ShutdownOptions) {
    this.#options = options;
  }

  /** Adds a resource; the last added is closed first. */
  add(name: string, close: () => Promise<void>): void {
    this.#steps.unshift({ name, close });
  }

  /** Closes everything once, however often it is called; a step that fails or hangs does not stop the next. */
  run(): Promise<readonly Error[]> {
    this.#running ??= this.#closeAll();
    return this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run();
  }

  async #closeAll(): Promise<readonly Error[]> {
    const until = Date.now() + this.#options.deadlineMs;
    const failures: Error[] = [];
    for (const { name, close } of this.#steps) {
      const failure = await closeWithin(close, Math.max(50, until - Date.now()));
      if (failure === null) continue;
      failures.push(failure);
      this.#options.log.error({ step: name, error: failure.message }, 'shutdown step failed');
    }
    return failures;
  }
}

/** Signals that come together are one wish: a terminal and a supervisor each tell every process of a group. */
const ONE_WISH_MS = 1_000;

/** Resolves at the first SIGINT or SIGTERM; another one, a second or more later, ends the process at once. */
export function untilStopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first: number | null = null;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (first !== null && performance.now() - first >= ONE_WISH_MS) process.exit(signal === 'SIGINT' ? 130 : 143);
      first ??= performance.now();
      resolve(signal);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}

async function closeWithin(close: () => Promise<void>, ms: number): Promise<Error | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Error>((resolve) => {
    timer = setTimeout(() => resolve(new Error(`not closed within ${ms} ms`)), ms);
  });
  try {
    const closed = close().then(
      () => null,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
    return await Promise.race([closed, late]);
  } finally {
    clearTimeout(timer);
  }
}
