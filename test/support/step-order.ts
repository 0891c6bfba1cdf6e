/** What a program does to itself, and where: at the `count`-th call of a step. */
export type StepFault = { readonly step: string; readonly count: number; readonly signal: 'SIGKILL' | 'SIGSTOP' };

/** What a test asks of a program that it starts; handed over as JSON. */
export type StepOrder = {
  /** The program's clock stands at this instant when it starts, and goes on from there. */
  readonly startsAt: string;
  readonly faults?: readonly StepFault[];
};

export type StepHook = { readonly onStep: (step: string) => void; readonly counts: Readonly<Record<string, number>> };

/** Counts steps and, at those that were ordered, sends this process the signal before anything else happens. */
export function stepHook({ faults = [] }: StepOrder): StepHook {
  const counts: Record<string, number> = {};
  const onStep = (step: string): void => {
    const count = (counts[step] ?? 0) + 1;
    counts[step] = count;
    const fault = faults.find((each) => each.step === step && each.count === count);
    if (fault !== undefined) process.kill(process.pid, fault.signal);
  };
  return { onStep, counts };
}

export type OrderedClock = {
  readonly now: () => Date;
  /** Moves on without waiting. */
  readonly advance: (ms: number) => void;
};

/** A clock that begins at the order's instant. */
export function orderedClock({ startsAt }: StepOrder): OrderedClock {
  let base = new Date(startsAt).getTime() - performance.now();
  return {
    now: () => new Date(Math.round(base + performance.now())),
    advance: (ms) => {
      base += ms;
    },
  };
}
