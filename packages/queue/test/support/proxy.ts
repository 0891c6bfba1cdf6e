import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { atEnd } from './servers.ts';

export type Proxy = {
  readonly port: number;
  /** Lets nothing more through on the connections from the `first` on (counted from 0), those to come included. */
  readonly freezeFrom: (first: number) => void;
  readonly thaw: () => void;
  readonly connections: () => number;
};

/** A TCP proxy in front of a server: half-open connections, which no error ever tells of. */
export async function startProxy(target: { readonly port: number; readonly host: string }): Promise<Proxy> {
  let frozenFrom = Number.POSITIVE_INFINITY;
  const pairs: (readonly [Socket, Socket])[] = [];
  const server = createServer((inner) => {
    const outer = connect(target);
    const at = pairs.push([inner, outer]) - 1;
    for (const socket of [inner, outer]) socket.on('error', () => {});
    inner.on('close', () => outer.destroy());
    outer.on('close', () => inner.destroy());
    inner.on('data', (data) => void (at < frozenFrom && outer.write(data)));
    outer.on('data', (data) => void (at < frozenFrom && inner.write(data)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(async () => {
    server.close();
    for (const [inner, outer] of pairs) for (const socket of [inner, outer]) socket.destroy();
  });
  return {
    port: (server.address() as AddressInfo).port, // safe: it listens on a TCP port
    freezeFrom: (first) => {
      frozenFrom = first;
    },
    thaw: () => {
      for (const pair of pairs.slice(frozenFrom)) for (const socket of pair) socket.destroy(); // what was swallowed is lost
      frozenFrom = Number.POSITIVE_INFINITY;
    },
    connections: () => pairs.length,
  };
}
