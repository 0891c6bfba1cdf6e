import { type Engine, relayOutbox } from '@quhua/engine';
import type { Queues } from '@quhua/queue';
import { OUTBOX_CHANNEL, reofferOutbox } from '@quhua/storage';

export type RelayOptions = {
  /** Look at the outbox this often even if nobody called: a notification can be lost with its connection. */
  readonly pollMs?: number;
  /** Work that a queue took and nobody finished by then is offered again. */
  readonly leaseMs?: number;
};

export type Relay = { readonly close: () => Promise<void> };

/** Hands outbox rows to the queues as they land, and again what got lost on the way; goes on through outages of either side. */
export async function startRelay(
  engine: Engine,
  queues: Queues,
  { pollMs = 1_000, leaseMs = 15_000 }: RelayOptions = {},
): Promise<Relay> {
  let stopped = false;
  let wanted = false;
  let running: Promise<void> | null = null;
  let failing = false;
  let lastReoffer = 0;

  const pass = async (): Promise<void> => {
    do {
      wanted = false;
      try {
        const now = engine.now().getTime();
        if (now - lastReoffer >= leaseMs / 3) {
          lastReoffer = now;
          await engine.database.transaction((tx) => reofferOutbox(tx, engine.config.jurisdiction.code, leaseMs));
        }
        await relayOutbox(engine, queues);
        if (failing) engine.log.warn({}, 'relay works again');
        failing = false;
      } catch (error) {
        if (!failing)
          engine.log.error({ error: error instanceof Error ? error.message : String(error) }, 'relay waits');
        failing = true;
        wanted = false; // the poll tries again
      }
    } while (wanted && !stopped);
    running = null;
  };
  const poke = (): void => {
    if (stopped) return;
    wanted = true;
    running ??= pass();
  };

  const unlisten = await engine.database.listen(OUTBOX_CHANNEL, poke);
  const timer = setInterval(poke, pollMs);
  poke();
  return {
    close: async () => {
      stopped = true;
      clearInterval(timer);
      await unlisten();
      await running;
    },
  };
}
