import type { BackendFactory, IQueueBackend } from 'bullmq';

export type PostgresSettings =
  | {
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
    }
  | { readonly connectionString: string };

/** Where the queues live. `prefix` keeps two installations on one server apart. */
export type QueueConnection =
  | { readonly kind: 'redis'; readonly url: string; readonly prefix: string }
  | { readonly kind: 'postgres'; readonly connection: PostgresSettings; readonly prefix: string };

/** Something an operator should know and that does not stop the start. */
export type QueueWarning = { readonly code: string; readonly message: string };

/** BullMQ asks every queue for a connection; ours stand in the factories, where they cannot be mistaken for Redis on 6379. */
export const CONNECTION_IN_FACTORY: object = Object.freeze({});

export type Factory = BackendFactory<IQueueBackend, object>;

/** What differs between Redis and PostgreSQL. */
export type Backend = {
  readonly kind: QueueConnection['kind'];
  /** Host and port, for messages; never the password. */
  readonly place: string;
  readonly warnings: readonly QueueWarning[];
  /** For queues that jobs are put into: all share one connection. */
  readonly producers: Factory;
  /** For workers: each has connections of its own, because it blocks one. */
  readonly consumers: Factory;
  /** Whether an add may be tried; false only where trying would wait for the server to come back. */
  readonly isUp: () => boolean;
  /** Resolves if the server answers and would still pass the start-up check. */
  readonly ping: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Name of the PostgreSQL schema that holds the queues of `prefix`; different prefixes never share one. */
export function schemaOfPrefix(prefix: string): string {
  return `${prefix.replaceAll('-', '$')}_queue`; // BullMQ takes letters, digits, _ and $
}
