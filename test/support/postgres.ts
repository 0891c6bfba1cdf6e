import { atEnd } from './lifetime.ts';
import type { PrivatePostgres } from './postgres-server.ts';
import { startPostgres } from './servers.ts';

export type PrivatePostgresOptions = {
  /** Server settings over the usual ones: `{ fsync: 'on', max_connections: '20' }`. */
  readonly settings?: Readonly<Record<string, string>>;
};

/** A PostgreSQL of the test's own, to be killed, frozen and restarted; goes when the test (or the file) ends. */
export async function startPrivatePostgres({ settings = {} }: PrivatePostgresOptions = {}): Promise<PrivatePostgres> {
  const server = await startPostgres(settings, () => {});
  atEnd(() => server.stop());
  return server;
}
