import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { HttpSource } from '@quhua/core';
import { inboxFolder, ingestFile, ingestInboxFile, ingestMail, pullSources, watchInbox } from '@quhua/engine';
import { listAlerts, listBatches } from '@quhua/storage';
import { describe, expect, test } from 'vitest';
import { createTestEngine, salesCsv, type TestEngine } from '../support/engine.ts';
import { atEnd } from '../support/lifetime.ts';

const GOOD = salesCsv([['653101', '2025-09', '100.00', '0']]);
const MIXED = salesCsv([
  ['653101', '2025-09', '100.00', '0'],
  ['653121', '2025-09', '许多', '0'],
  ['653122', '2025-09', '50.00', '0'],
]);

async function openAlerts(engine: TestEngine) {
  return listAlerts(engine.database.db, { jurisdiction: '653100', status: 'open' });
}

function folderOf(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}

describe('the inbox', () => {
  function drop(engine: TestEngine, name: string, bytes: Buffer): string {
    const folder = folderOf(inboxFolder(engine));
    writeFileSync(join(folder, name), bytes);
    return folder;
  }

  test('moves a file with a report beside it: for people, for programs, and the rows to correct', async () => {
    const engine = await createTestEngine();
    const folder = drop(engine, '网签.csv', MIXED);
    const result = await ingestInboxFile(engine, '网签.csv');
    const name = `${result?.id}-网签.csv`;
    const done = readdirSync(join(folder, 'done'));
    expect(done).toEqual(expect.arrayContaining([name, `${name}.报告.txt`, `${name}.报告.json`]));
    const returned = done.find((one) => one.startsWith(`${name}.退回.`));
    expect(returned).toBeDefined();
    const text = readFileSync(join(folder, 'done', `${name}.报告.txt`), 'utf8');
    for (const words of ['已采用', '商品住房网签', '隔离 1', '许多', '退回的行在']) expect(text).toContain(words);
    const { results } = JSON.parse(readFileSync(join(folder, 'done', `${name}.报告.json`), 'utf8'));
    expect(results[0]).toMatchObject({ id: result?.id, status: 'accepted', rows: { total: 3, quarantined: 1 } });
  });

  test('the same again goes to a folder of its own, a refused one to another', async () => {
    const engine = await createTestEngine();
    drop(engine, 'a.csv', GOOD);
    await ingestInboxFile(engine, 'a.csv');
    drop(engine, 'b.csv', GOOD);
    expect(await ingestInboxFile(engine, 'b.csv')).toMatchObject({ status: 'duplicate' });
    const folder = drop(engine, 'c.csv', Buffer.from('a,b\n1,2\n'));
    await ingestInboxFile(engine, 'c.csv');
    expect(readdirSync(join(folder, 'duplicate')).some((name) => name.endsWith('-b.csv'))).toBe(true);
    expect(readdirSync(join(folder, 'refused')).filter((name) => name.includes('c.csv'))).toHaveLength(3);
    expect(readdirSync(folder).sort()).toEqual(['done', 'duplicate', 'refused']);
  });

  test('reports are never taken for files that grew', async () => {
    const engine = await createTestEngine();
    const folder = drop(engine, 'empty.csv', Buffer.alloc(0)); // every file begins with nothing
    await ingestInboxFile(engine, 'empty.csv');
    const inbox = watchInbox(engine, { add: async () => {} }, 50);
    await inbox.scan();
    expect(readdirSync(folder)).toEqual(['refused']);
  });

  const ZIP = Buffer.from('504b030414000000000000000000000000000000000000000000', 'hex');

  test('a container that is not whole waits, however long, and somebody is told once', async () => {
    const engine = await createTestEngine({ now: '2025-11-06T10:00:00+08:00' });
    const offered: string[] = [];
    const add = async (_: string, jobs: readonly { readonly data: { readonly file?: string } }[]) => {
      offered.push(...jobs.map(({ data }) => data.file ?? ''));
    };
    const inbox = watchInbox(engine, { add: add as never }, 50); // safe: the only queue here is this list
    const folder = drop(engine, 'half.xlsx', ZIP);
    drop(engine, 'line.csv', GOOD);
    await inbox.scan();
    expect(inbox.dueInMs()).toBe(50);
    engine.setNow('2025-11-06T10:14:00+08:00');
    await inbox.scan();
    expect(offered).toEqual(['line.csv']);
    expect(await openAlerts(engine)).toEqual([]);
    for (const now of ['2025-11-06T10:15:00+08:00', '2025-11-06T10:16:00+08:00']) {
      engine.setNow(now);
      await inbox.scan();
    }
    expect(await openAlerts(engine)).toMatchObject([{ kind: 'FEED_REFUSED', inputs: { code: 'FILE_INCOMPLETE' } }]);
    expect(offered).not.toContain('half.xlsx');
    expect(readdirSync(folder)).toContain('half.xlsx');
    rmSync(join(folder, 'half.xlsx'));
    await inbox.scan();
    expect(await openAlerts(engine)).toEqual([]);
  });

  test('a name that cannot be kept is changed, and the batch says so', async () => {
    const engine = await createTestEngine();
    const result = await ingestFile(engine, { name: '../a\u202Evsc\n.csv', bytes: GOOD, by: 'a person' });
    expect(result.file).toBe('__a_vsc_.csv');
    expect(result.plan?.notes).toContainEqual(expect.objectContaining({ code: 'FILENAME_ESCAPED' }));
  });
});

describe('the mailbox', () => {
  function message(parts: readonly { readonly name: string; readonly bytes: Buffer }[]): Buffer {
    const body = parts.map(
      ({ name, bytes }) =>
        `--m\r\nContent-Type: text/csv\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\n${bytes.toString('base64')}\r\n`,
    );
    const head =
      'From: <li.si@kashgar.example>\r\nSubject: monthly\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="m"\r\n\r\n';
    return Buffer.from(`${head}${body.join('')}--m--\r\n`);
  }

  function receive(engine: TestEngine, name: string, bytes: Buffer): string {
    const folder = folderOf(join(engine.home, 'mailbox'));
    writeFileSync(join(folder, name), bytes);
    return folder;
  }

  test('each attachment is a file; the message moves, with one report', async () => {
    const engine = await createTestEngine();
    const parts = [
      { name: 'a.csv', bytes: GOOD },
      { name: 'b.csv', bytes: MIXED },
    ];
    const folder = receive(engine, 'one.eml', message(parts));
    const results = await ingestMail(engine, { box: 'mailbox', name: 'one.eml' });
    expect(results?.map(({ file, status }) => `${file} ${status}`)).toEqual(['a.csv accepted', 'b.csv accepted']);
    const done = readdirSync(join(folder, 'done'));
    expect(done.filter((name) => name.endsWith('.eml'))).toHaveLength(1);
    const report = done.find((name) => name.endsWith('.报告.txt')) ?? '';
    const text = readFileSync(join(folder, 'done', report), 'utf8');
    for (const words of ['l***@kashgar.example', 'a.csv：已采用', 'b.csv：已采用']) expect(text).toContain(words);
    expect(text).not.toContain('li.si');
    const batches = await listBatches(engine.database.db, '653100', 10);
    expect(batches.map(({ receivedBy }) => receivedBy)).toEqual(Array(2).fill('mail l***@kashgar.example'));
  });

  test('a crash between two attachments: the second time the first is known already', async () => {
    const base = await createTestEngine();
    let dying = true;
    const engine = {
      ...base,
      onStep: (step: string) => {
        if (step === 'mail.attachment' && dying) throw new Error('gone');
      },
    };
    const parts = [
      { name: 'a.csv', bytes: GOOD },
      { name: 'b.csv', bytes: salesCsv([['653121', '2025-09', '1', '0']]) },
    ];
    const folder = receive(engine, 'one.eml', message(parts));
    await expect(ingestMail(engine, { box: 'mailbox', name: 'one.eml' })).rejects.toThrow('gone');
    expect(readdirSync(folder)).toEqual(['one.eml']);
    dying = false;
    const results = await ingestMail(engine, { box: 'mailbox', name: 'one.eml' });
    expect(results?.map(({ status }) => status)).toEqual(['duplicate', 'accepted']);
    expect(await ingestMail(engine, { box: 'mailbox', name: 'one.eml' })).toBeNull();
  });

  test('a message without a table is refused, and somebody is told', async () => {
    const engine = await createTestEngine();
    const folder = receive(engine, 'none.eml', Buffer.from('From: <a@b.example>\r\n\r\nhello\r\n'));
    expect(await ingestMail(engine, { box: 'mailbox', name: 'none.eml' })).toMatchObject([
      { status: 'rejected', reasons: [{ code: 'MAIL_NO_TABLE' }] },
    ]);
    expect(readdirSync(join(folder, 'refused')).filter((name) => name.endsWith('none.eml'))).toHaveLength(1);
    expect(await openAlerts(engine)).toMatchObject([{ kind: 'FEED_REFUSED', inputs: { code: 'MAIL_NO_TABLE' } }]);
  });

  test('is watched together with the inbox, for messages only', async () => {
    const engine = await createTestEngine({ now: '2025-11-06T10:00:00+08:00' });
    const offered: unknown[] = [];
    const add = async (_: string, jobs: readonly { readonly data: unknown }[]) => {
      offered.push(...jobs.map(({ data }) => data));
    };
    const inbox = watchInbox(engine, { add: add as never }, 50); // safe: the only queue here is this list
    receive(engine, 'one.eml', message([{ name: 'a.csv', bytes: GOOD }]));
    receive(engine, 'note.txt', Buffer.from('x\n'));
    await inbox.scan();
    engine.setNow('2025-11-06T10:00:01+08:00');
    await inbox.scan();
    expect(offered).toEqual([{ v: 1, file: 'one.eml', box: 'mailbox' }]);
  });
});

describe('pulling', () => {
  type Answer = (request: IncomingMessage, response: ServerResponse) => void;

  async function engineWith(answer: Answer, more: Partial<HttpSource> = {}) {
    const asked: IncomingMessage[] = [];
    const server = createServer((request, response) => {
      asked.push(request);
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    atEnd(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const { port } = server.address() as AddressInfo; // safe: it listens on an address
    const source: HttpSource = {
      name: 'export',
      kind: 'http',
      url: `http://127.0.0.1:${port}/sales?key=inurl`,
      format: 'auto',
      every: '*/30 * * * *',
      timeoutSeconds: 10,
      maxBytes: 1_000_000,
      allowPrivate: true,
      headersFromEnv: { Authorization: 'QUHUA_SOURCE_TOKEN' },
      ...more,
    };
    const base = await createTestEngine({ now: '2025-11-06T10:01:00+08:00' });
    const engine: TestEngine = { ...base, config: { ...base.config, sources: [source] } };
    const pull = () => pullSources(engine, { secret: () => 'topsecret', sleep: async () => {} });
    return { engine, asked, pull };
  }

  test('at its times: a file, then nothing new, remembered over processes', async () => {
    const { engine, asked, pull } = await engineWith((request, response) => {
      if (request.headers['if-none-match'] === '"v1"') response.writeHead(304).end();
      else response.writeHead(200, { etag: '"v1"' }).end(GOOD);
    });
    expect(await pull()).toMatchObject([
      { outcome: 'taken', result: { status: 'accepted', file: 'export-2025-11-06.csv' } },
    ]);
    expect(await pull()).toEqual([]);
    engine.setNow('2025-11-06T10:29:59+08:00');
    expect(await pull()).toEqual([]);
    engine.setNow('2025-11-06T10:30:00+08:00');
    expect(await pull()).toMatchObject([{ outcome: 'unchanged' }]);
    expect(asked.map(({ headers }) => headers.authorization)).toEqual(['topsecret', 'topsecret']);
  });

  test('a failure that lasts is told, and is over with the next answer', async () => {
    let down = true;
    const { engine, pull } = await engineWith((_, response) => {
      if (down) response.writeHead(503).end();
      else response.end(GOOD);
    });
    for (const minute of ['01', '31']) {
      engine.setNow(`2025-11-06T10:${minute}:00+08:00`);
      expect(await pull()).toMatchObject([{ outcome: 'failed' }]);
    }
    expect(await openAlerts(engine)).toEqual([]);
    engine.setNow('2025-11-06T11:01:00+08:00');
    await pull();
    expect(await openAlerts(engine)).toMatchObject([{ kind: 'FEED_REFUSED', inputs: { code: 'SOURCE_STATUS' } }]);
    down = false;
    engine.setNow('2025-11-06T11:31:00+08:00');
    expect(await pull()).toMatchObject([{ outcome: 'taken' }]);
    expect(await openAlerts(engine)).toEqual([]);
  });

  test('an answer that is no table is refused at once, asked for again, and settled by a good one of another day', async () => {
    let good = false;
    const { engine, pull } = await engineWith((request, response) => {
      if (request.headers['if-none-match'] !== undefined) response.writeHead(304).end();
      else response.writeHead(200, { etag: '"v"' }).end(good ? GOOD : '{"error":1}');
    });
    expect(await pull()).toMatchObject([{ outcome: 'refused', result: { status: 'rejected' } }]);
    expect(await openAlerts(engine)).toMatchObject([{ inputs: { code: 'JSON_SHAPE' } }]);
    good = true;
    engine.setNow('2025-11-07T10:00:00+08:00');
    expect(await pull()).toMatchObject([{ outcome: 'taken' }]);
    expect(await openAlerts(engine)).toEqual([]);
  });

  test('no secret is stored: not the header, not the address', async () => {
    const { engine, pull } = await engineWith((_, response) => response.writeHead(404).end('inbody'));
    await pull();
    const stored = await Promise.all([
      engine.database.db.selectFrom('source_state').selectAll().execute(),
      engine.database.db.selectFrom('alert').selectAll().execute(),
      engine.database.db.selectFrom('batch').selectAll().execute(),
    ]);
    expect(stored[0]).toHaveLength(1);
    expect(JSON.stringify(stored)).not.toMatch(/topsecret|inurl|inbody/u);
  });
});
