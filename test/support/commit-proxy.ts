import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { atEnd } from './lifetime.ts';

export type Moment = 'before' | 'after';

const COMMIT = Buffer.from('Q\0\0\0\x0bcommit\0', 'latin1'); // the message as node-postgres sends it

/** A TCP proxy in front of a PostgreSQL that loses a connection at the one moment when nobody can tell what happened. */
export class CommitProxy {
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  readonly #armed: Moment[] = [];
  #refusing = false;
  #port = 0;
  cuts = 0;
  refused = 0;

  private constructor(databaseUrl: string) {
    this.#target = new URL(databaseUrl);
  }

  /** Closed with the test (or the file). */
  static async start(databaseUrl: string): Promise<CommitProxy> {
    const proxy = new CommitProxy(databaseUrl);
    const server = createServer((client) => proxy.#serve(client)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy.#port = (server.address() as AddressInfo).port; // safe: it listens on a TCP port
    atEnd(async () => {
      server.close();
      proxy.#drop(proxy.#sockets);
    });
    return proxy;
  }

  /** The given database, by way of the proxy. */
  get url(): string {
    const url = new URL(this.#target);
    url.host = `127.0.0.1:${this.#port}`;
    return url.href;
  }

  /** Cuts one more transaction that commits: `before` the server hears of it, or `after` it has, and its client has not. */
  cutNextCommit(moment: Moment): void {
    this.#armed.push(moment);
  }

  /** Ends every connection, and closes each further one as it comes, until it is called with false. */
  refuse(refusing: boolean): void {
    this.#refusing = refusing;
    if (refusing) this.#drop(this.#sockets);
  }

  #serve(client: Socket): void {
    if (this.#refusing) {
      this.refused += 1;
      client.destroy();
      return;
    }
    const server = connect(Number(this.#target.port), this.#target.hostname);
    const pair = [client, server];
    for (const socket of pair) this.#sockets.add(socket.on('error', () => {}).on('close', () => this.#drop(pair)));
    let cutAtAnswer = false;
    client.on('data', (data) => {
      const moment = data.includes(COMMIT) ? this.#armed.shift() : undefined;
      if (moment === 'before') return this.#cut(pair);
      cutAtAnswer = moment === 'after';
      server.write(data);
    });
    server.on('data', (data) => (cutAtAnswer ? this.#cut(pair) : void client.write(data)));
  }

  #cut(pair: readonly Socket[]): void {
    this.cuts += 1;
    this.#drop(pair);
  }

  #drop(sockets: Iterable<Socket>): void {
    for (const socket of [...sockets]) {
      socket.destroy();
      this.#sockets.delete(socket);
    }
  }
}
