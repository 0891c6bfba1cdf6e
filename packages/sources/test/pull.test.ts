import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { HttpSource } from '@quhua/core';
import { afterEach, describe, expect, test } from 'vitest';
import { isForbiddenAddress, type Network, type PullContext, SOURCE_KINDS } from '../src/index.ts';

const { pull } = SOURCE_KINDS.http;
const CSV = 'region_code,month,signed_area\n653101,2025-10,1\n';
/** Stands for the public internet in these tests; everything else of this machine stays off limits. */
const PUBLIC = '127.0.0.2';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server of that address; what it was asked stands in `asked`. */
async function serve(answer: Answer, address = PUBLIC): Promise<{ port: number; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return { port: (server.address() as AddressInfo).port, asked }; // safe: it listens on an address
}

const network: Network = {
  resolve: async () => [{ address: PUBLIC, family: 4 }],
  isForbidden: (address) => address !== PUBLIC && isForbiddenAddress(address),
};

function sourceAt(port: number, more: Partial<HttpSource> = {}): HttpSource {
  return {
    name: 'export',
    kind: 'http',
    url: `http://bureau.example:${port}/x.csv?key=verysecret`,
    format: 'auto',
    every: '*/30 * * * *',
    timeoutSeconds: 10,
    maxBytes: 100_000,
    allowPrivate: false,
    headersFromEnv: {},
    ...more,
  };
}

function context(more: Partial<PullContext> = {}): PullContext & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    today: '2025-11-06',
    validators: { etag: null, lastModified: null },
    secret: () => null,
    network,
    sleep: async (ms) => void waits.push(ms),
    random: () => 0.5,
    waits,
    ...more,
  };
}

const csv: Answer = (_, response) => {
  response.writeHead(200, {
    'content-type': 'text/csv',
    etag: '"v1"',
    'last-modified': 'Thu, 06 Nov 2025 00:00:00 GMT',
  });
  response.end(CSV);
};

test('a file is named after its source and day, with what its sender said of it', async () => {
  const { port } = await serve(csv);
  const pulled = await pull(sourceAt(port), context());
  expect(pulled).toMatchObject({
    kind: 'file',
    file: { name: 'export-2025-11-06.csv', origin: `export（bureau.example:${port}）` },
    validators: { etag: '"v1"', lastModified: 'Thu, 06 Nov 2025 00:00:00 GMT' },
  });
  if (pulled.kind === 'file') expect(pulled.file.bytes.toString()).toBe(CSV);
});

test('what was said of the last file is sent back, and 304 means nothing new', async () => {
  const { port, asked } = await serve((_, response) => response.writeHead(304).end());
  const validators = { etag: '"v1"', lastModified: 'Thu, 06 Nov 2025 00:00:00 GMT' };
  expect(await pull(sourceAt(port), context({ validators }))).toEqual({ kind: 'unchanged' });
  expect(asked[0]?.headers).toMatchObject({ 'if-none-match': '"v1"', 'if-modified-since': validators.lastModified });
});

test('JSON becomes a table, exactly', async () => {
  const { port } = await serve((_, response) => response.end('{"data":[{"region":"喀什市","area":0.10}]}'));
  const pulled = await pull(sourceAt(port), context());
  if (pulled.kind !== 'file') throw new Error('no file');
  expect(pulled.file.bytes.toString()).toBe('region,area\n喀什市,0.10\n');
});

test('JSON that is no table is refused with what came', async () => {
  const { port } = await serve((_, response) => response.end('{"error":"down"}'));
  const asked = pull(sourceAt(port, { format: 'json' }), context());
  await expect(asked).rejects.toMatchObject({ code: 'JSON_SHAPE', file: { name: 'export-2025-11-06.json' } });
});

describe('retries', () => {
  test('500, then 200: with a pause that is half chance', async () => {
    let count = 0;
    const { port } = await serve((request, response) => {
      count += 1;
      if (count === 1) response.writeHead(500).end();
      else csv(request, response);
    });
    const waited = context();
    expect((await pull(sourceAt(port), waited)).kind).toBe('file');
    expect(waited.waits).toEqual([750]);
  });

  test('end: four tries, each pause twice the last', async () => {
    const { port, asked } = await serve((_, response) => response.writeHead(503).end());
    const waited = context();
    await expect(pull(sourceAt(port), waited)).rejects.toMatchObject({ kind: 'transient', code: 'SOURCE_STATUS' });
    expect(asked).toHaveLength(4);
    expect(waited.waits).toEqual([750, 1500, 3000]);
  });

  test('are not made for what will not go away', async () => {
    const { port, asked } = await serve((_, response) => response.writeHead(404).end());
    await expect(pull(sourceAt(port), context())).rejects.toMatchObject({ kind: 'invalid', code: 'SOURCE_STATUS' });
    expect(asked).toHaveLength(1);
  });
});

describe('limits', () => {
  test('a slow drip ends with the time allowed', async () => {
    const { port } = await serve((_, response) => {
      const drip = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(drip));
    });
    const asked = pull(sourceAt(port), context({ deadlineMs: 150 }));
    await expect(asked).rejects.toMatchObject({ kind: 'transient', code: 'SOURCE_TIMEOUT' });
  });

  test('so does a server that says nothing at all', async () => {
    const { port } = await serve(() => {});
    const asked = pull(sourceAt(port), context({ deadlineMs: 100 }));
    await expect(asked).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
  });

  test.each<{ readonly why: string; readonly answer: Answer }>([
    { why: 'announced', answer: (_, response) => response.end(Buffer.alloc(200_000)) },
    {
      why: 'unannounced, without end',
      answer: (_, response) => {
        const pour = (): void =>
          void (response.writable && response.write(Buffer.alloc(50_000), () => setImmediate(pour)));
        pour();
      },
    },
    {
      why: 'a gzip bomb',
      answer: (_, response) => {
        response.setHeader('content-encoding', 'gzip');
        response.end(gzipSync(Buffer.alloc(50_000_000)));
      },
    },
  ])('too large, $why: not taken', async ({ answer }) => {
    const { port } = await serve(answer);
    await expect(pull(sourceAt(port), context())).rejects.toMatchObject({ kind: 'invalid', code: 'SOURCE_TOO_LARGE' });
  });

  test.each([
    { encoding: 'gzip', pack: gzipSync },
    { encoding: 'br', pack: brotliCompressSync },
  ])('$encoding is unpacked', async ({ encoding, pack }) => {
    const { port } = await serve((_, response) => {
      response.setHeader('content-encoding', encoding);
      response.end(pack(CSV));
    });
    const pulled = await pull(sourceAt(port), context());
    expect(pulled.kind === 'file' && pulled.file.bytes.toString()).toBe(CSV);
  });

  test.each([
    { encoding: 'gzip', why: 'broken' },
    { encoding: 'zstd', why: 'unknown' },
  ])('an encoding that is $why is refused', async ({ encoding }) => {
    const { port } = await serve((_, response) => {
      response.setHeader('content-encoding', encoding);
      response.end(CSV);
    });
    await expect(pull(sourceAt(port), context())).rejects.toMatchObject({ code: 'SOURCE_ENCODING' });
  });

  test('a transfer that breaks off is tried again, and never taken as it is', async () => {
    const { port, asked } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write(CSV);
      setImmediate(() => response.destroy());
    });
    await expect(pull(sourceAt(port), context())).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
    expect(asked).toHaveLength(4);
  });
});

describe('addresses inside', () => {
  /** What must never be reached. */
  async function canary() {
    return serve((_, response) => response.end('inside'), '127.0.0.1');
  }

  test.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '0x7f.1', '2130706433', '127.0.0.1.'])(
    'asked for as %s: not one packet',
    async (host) => {
      const { port, asked } = await canary();
      const inside: Network = { ...network, resolve: async () => [{ address: '127.0.0.1', family: 4 }] };
      const source = sourceAt(0, { url: `http://${host}:${port}/` });
      await expect(pull(source, context({ network: inside }))).rejects.toMatchObject({ code: 'URL_FORBIDDEN' });
      expect(asked).toEqual([]);
    },
  );

  test.each(['http://127.0.0.1:PORT/', 'http://10.1.2.3/', 'http://[::1]:PORT/', 'http://169.254.169.254/latest'])(
    'redirected to %s: not followed',
    async (target) => {
      const { port: inner, asked } = await canary();
      const location = target.replace('PORT', String(inner));
      const { port } = await serve((_, response) => response.writeHead(302, { location }).end());
      await expect(pull(sourceAt(port), context())).rejects.toMatchObject({ code: 'URL_FORBIDDEN' });
      expect(asked).toEqual([]);
    },
  );

  test('a name that is public when it is looked up first, and then is not', async () => {
    const { port: inner, asked } = await canary();
    let looks = 0;
    const rebinding: Network = {
      ...network,
      resolve: async () => {
        looks += 1;
        return [{ address: looks === 1 ? PUBLIC : '127.0.0.1', family: 4 }];
      },
    };
    const { port } = await serve((_, response) =>
      response.writeHead(302, { location: `http://bureau.example:${inner}/` }).end(),
    );
    await expect(pull(sourceAt(port), context({ network: rebinding }))).rejects.toMatchObject({
      code: 'URL_FORBIDDEN',
    });
    expect(looks).toBe(2);
    expect(asked).toEqual([]);
  });

  test('one bad address among several is enough', async () => {
    const { port, asked } = await canary();
    const both: Network = {
      ...network,
      resolve: async () => [
        { address: PUBLIC, family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
    };
    await expect(pull(sourceAt(port), context({ network: both }))).rejects.toMatchObject({ code: 'URL_FORBIDDEN' });
    expect(asked).toEqual([]);
  });

  test('are asked where the source allows it', async () => {
    const { port } = await serve(csv, '127.0.0.1');
    const source = sourceAt(0, { url: `http://127.0.0.1:${port}/`, allowPrivate: true });
    const { network: _, ...rest } = context();
    expect((await pull(source, rest)).kind).toBe('file');
  });
});

describe('redirects', () => {
  test('are followed, three at most', async () => {
    const { port } = await serve((request, response) => {
      const left = Number(request.url?.slice(1) ?? 0);
      if (left === 0) csv(request, response);
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    });
    const at = (hops: number) => pull(sourceAt(0, { url: `http://bureau.example:${port}/${hops}` }), context());
    expect((await at(3)).kind).toBe('file');
    await expect(at(4)).rejects.toMatchObject({ code: 'SOURCE_REDIRECT' });
  });

  test.each(['ftp://bureau.example/x', 'file:///etc/passwd', 'http://u:p@bureau.example/'])(
    'not to %s',
    async (location) => {
      const { port } = await serve((_, response) => response.writeHead(302, { location }).end());
      await expect(pull(sourceAt(port), context())).rejects.toMatchObject({ code: 'URL_FORBIDDEN' });
    },
  );
});

describe('secrets', () => {
  const secret = (name: string): string | null => (name === 'QUHUA_SOURCE_TOKEN' ? 'Bearer topsecret' : null);
  const headersFromEnv = { Authorization: 'QUHUA_SOURCE_TOKEN' };

  test('go to the address itself, and not to another host that it redirects to', async () => {
    const other = await serve(csv);
    const { port, asked } = await serve((_, response) =>
      response.writeHead(302, { location: `http://bureau.example:${other.port}/` }).end(),
    );
    await pull(sourceAt(port, { headersFromEnv }), context({ secret }));
    expect(asked[0]?.headers.authorization).toBe('Bearer topsecret');
    expect(other.asked[0]?.headers.authorization).toBeUndefined();
  });

  test('stand in no error, nor does the address', async () => {
    for (const answer of [500, 404, 302]) {
      const { port } = await serve((_, response) => response.writeHead(answer, { location: 'http://10.0.0.1/' }).end());
      const error: unknown = await pull(sourceAt(port, { headersFromEnv }), context({ secret })).catch(
        (e: unknown) => e,
      );
      expect(String(error)).not.toMatch(/secret/u);
      expect(JSON.stringify(error)).not.toMatch(/secret/u);
    }
  });

  test('that are not set stop the pull before anything is asked', async () => {
    const { port, asked } = await serve(csv);
    const asking = pull(sourceAt(port, { headersFromEnv }), context());
    await expect(asking).rejects.toMatchObject({
      code: 'SOURCE_SECRET',
      message: expect.stringContaining('QUHUA_SOURCE_TOKEN'),
    });
    expect(asked).toEqual([]);
  });

  test('a proxy of the environment is not used', async () => {
    const proxy = await serve(csv);
    const { port, asked } = await serve(csv);
    process.env.HTTP_PROXY = `http://${PUBLIC}:${proxy.port}`;
    process.env.NODE_USE_ENV_PROXY = '1';
    try {
      await pull(sourceAt(port), context());
    } finally {
      delete process.env.HTTP_PROXY;
      delete process.env.NODE_USE_ENV_PROXY;
    }
    expect(proxy.asked).toEqual([]);
    expect(asked).toHaveLength(1);
  });
});
