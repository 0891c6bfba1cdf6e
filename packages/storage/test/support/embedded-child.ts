import { createInterface } from 'node:readline';
import { silentLogger } from '@quhua/runtime';
import pg from 'pg';
import { openEmbedded } from '../../src/embedded/server.ts';

/**
 * A process of its own on a home: prints one JSON line per event and obeys the words on its standard input:
 * `insert` (numbers into table t until killed, each acknowledged one printed), `ask` (whether the server answers),
 * `release` (then it ends). SIGINT makes it ask, then release, as a command does at Ctrl-C.
 */
const say = (event: object): void => {
  process.stdout.write(`${JSON.stringify(event)}\n`);
};

const [, , home = ''] = process.argv;
const server = await openEmbedded({ home, log: silentLogger }).catch((error: unknown) => {
  say({ failed: String(error) });
  process.exit(1);
});

async function ask(): Promise<void> {
  const client = new pg.Client(server.connection);
  await client.connect();
  const { rows } = await client.query<{ answer: number }>('select 1 as answer');
  await client.end();
  say({ answer: rows[0]?.answer });
}

async function insert(): Promise<void> {
  const client = new pg.Client(server.connection);
  client.on('error', () => {});
  await client.connect();
  await client.query('create table if not exists t (round text, n int, filler text)');
  for (let n = 1; ; n++) {
    await client.query("insert into t values ($1, $2, repeat('x', 500))", [String(process.pid), n]);
    say({ inserted: n });
  }
}

async function release(): Promise<void> {
  await server.release();
  say({ released: true });
  process.exit(0);
}

process.on('SIGINT', () => void ask().then(release));
createInterface({ input: process.stdin }).on('line', (word) => {
  if (word === 'ask') void ask();
  if (word === 'insert') insert().catch((error: unknown) => say({ insertFailed: String(error) }));
  if (word === 'release') void release();
});
say({ started: server.started, host: server.connection.host });
