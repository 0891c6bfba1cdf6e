import { fileURLToPath } from 'node:url';
import type { Installation } from './installation.ts';
import { startProgram, type TestProcess, untilSaid, untilStopped } from './process.ts';
import type { ServicesOrder } from './services-child.ts';

const CHILD = fileURLToPath(new URL('./services-child.ts', import.meta.url));

export type StopsOptions = Omit<ServicesOrder, 'faults'> & {
  /** Steps at whose first occurrence the process stops itself until it is told to go on. */
  readonly steps?: readonly string[];
};

/** Worker and scheduler of an installation in a process of their own, which stops itself where it is told to. */
export async function startServices(
  { env }: Installation,
  { steps = [], ...options }: StopsOptions,
): Promise<TestProcess> {
  const faults = steps.map((step) => ({ step, count: 1, signal: 'SIGSTOP' }) as const);
  const order: ServicesOrder = { ...options, faults };
  const services = startProgram(CHILD, { args: [JSON.stringify(order)], env });
  await untilSaid(services, 'up');
  return services;
}

/** What is done while the services stand still at a step, and what happens once they go on. */
export type Blow = { readonly strike: () => Promise<void>; readonly heal?: () => Promise<void> };

/** One blow at each stop, in the order in which the stops come. */
export async function atEveryStop(services: TestProcess, blows: readonly Blow[]): Promise<void> {
  for (const { strike, heal } of blows) {
    await untilStopped(services, 60_000);
    await strike();
    services.signal('SIGCONT');
    await heal?.();
  }
}
