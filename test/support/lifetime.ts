import { afterAll, onTestFinished } from 'vitest';

type Dispose = () => Promise<void>;

const open = new Set<Dispose>();

// Registered while the test file is loaded: whatever was opened outside a test goes when the file is done.
afterAll(async () => {
  const left = [...open].toReversed();
  const failures = (await Promise.allSettled(left.map((dispose) => dispose()))).filter(
    (end) => end.status === 'rejected',
  );
  if (failures.length > 0)
    throw new AggregateError(
      failures.map((failure) => failure.reason),
      'not everything was closed',
    );
});

/** Runs `dispose` once: at the end of the test that calls this, or of the file when no test runs; or earlier by hand. */
export function atEnd(dispose: Dispose): Dispose {
  let running: Promise<void> | null = null;
  const once = (): Promise<void> => {
    open.delete(once);
    running ??= dispose();
    return running;
  };
  open.add(once);
  try {
    onTestFinished(once);
  } catch {
    // not inside a test: the file's end takes it
  }
  return once;
}
