const EXIT_OF = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof EXIT_OF;

/** Longest that a command whose user has had enough goes on for the sake of order. */
const RELEASE_WITHIN_MS = 3_000;

let exitCode: number | null = null;

/** The exit code of a command that was told to stop: whatever fails from then on is no news. */
export function stoppedWith(): number | null {
  return exitCode;
}

/**
 * Lets go of what a command holds when it is told to stop: an embedded database stops with its last user. A second
 * signal ends the process at once. Returns how to stop waiting for signals.
 */
export function releaseOnSignal(release: () => Promise<void>): () => void {
  const onSignal = (signal: Signal): void => {
    stopWaiting();
    exitCode = EXIT_OF[signal];
    const end = (): void => process.exit(EXIT_OF[signal]);
    setTimeout(end, RELEASE_WITHIN_MS);
    release().then(end, end);
  };
  const signals: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const stopWaiting = (): void => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  for (const signal of signals) process.once(signal, onSignal);
  return stopWaiting;
}
