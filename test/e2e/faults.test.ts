import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { temporaryFolder } from '../support/folders.ts';
import { unprivilegedUser } from '../support/programs.ts';
import { ask, type ErrorDocument, newHome, quhua } from './quhua.ts';

const ASSESS = ['assess', '--month', '2025-10'];

/** A failure as a person sees it: one message, no stack. */
function expectSpoken({ stdout, stderr }: { stdout: string; stderr: string }, code: string): void {
  expect(stdout).toBe('');
  expect(stderr).toMatch(new RegExp(`^错误 ${code}：`, 'u'));
  expect(stderr).not.toMatch(/^ +at /mu);
}

test('a broken configuration: every fault of every file at once, with its place', async () => {
  const home = await newHome();
  const config = await temporaryFolder('config');
  await mkdir(join(config, 'rulebook'));
  await writeFile(join(config, 'jurisdiction.yaml'), 'code: "1"\nname: 某地\ntimezone: Mars/Base\nrulebook: none\n');
  await writeFile(join(config, 'rulebook/one.yaml'), 'id: two\ntitle: 规则\n');
  const [checked, refused, spoken] = await Promise.all([
    ask<ErrorDocument & { faults: { file: string; line: number; path: string; code: string }[] }>(
      ['check-config', '--config', config],
      { home },
      2,
    ),
    ask<ErrorDocument>(['assess', '--config', config], { home }, 2),
    quhua(['check-config', '--config', config], { home }),
  ]);
  const codes = checked.faults.map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining(['TIMEZONE_UNKNOWN', 'RULEBOOK_UNKNOWN', 'KEY_MISSING', 'RULEBOOK_ID']));
  expect(checked.faults).toContainEqual(expect.objectContaining({ file: 'jurisdiction.yaml', line: 3, column: 11 }));
  expect(refused.error).toMatchObject({ kind: 'invalid', code: 'CONFIG_INVALID', details: checked.faults });
  expect(checked.error).toMatchObject({ kind: 'invalid', code: 'CONFIG_INVALID' });
  expect(spoken.code).toBe(2);
  expect(spoken.stdout).toMatch(/^jurisdiction\.yaml:3:11 timezone: .*Mars\/Base/mu);
  const nowhere = await quhua(['check-config', '--config', join(config, 'nowhere')], { home });
  expect(nowhere).toMatchObject({ code: 2, stdout: expect.stringContaining('没有这个目录') });
});

test('wrong environment variables are all named', async () => {
  const env = { DATABASE_URL: 'mysql://x', REDIS_URL: 'localhost', QUHUA_LOG: 'loud' };
  const { error } = await ask<ErrorDocument>(ASSESS, { home: await newHome(), env }, 2);
  expect(error.code).toBe('ENV_INVALID');
  for (const name of Object.keys(env)) expect(error.message).toContain(name);
});

test('a home that cannot be one', async () => {
  const folder = await temporaryFolder('homes');
  await writeFile(join(folder, 'file'), '');
  const isFile = await quhua(ASSESS, { home: join(folder, 'file') });
  expect(isFile.code).toBe(2);
  expectSpoken(isFile, 'EMBEDDED_HOME_NOT_FOLDER');
  await chmod(folder, 0o500);
  // Root may write in every folder but not in this one, which is the kernel's.
  const closed = unprivilegedUser() === null ? join(folder, 'new') : '/sys/quhua-test';
  const notOurs = await quhua(ASSESS, { home: closed });
  await chmod(folder, 0o700);
  expect(notOurs.code).toBe(2);
  expectSpoken(notOurs, 'EMBEDDED_HOME_NOT_WRITABLE');
});

test('a database that is down, refuses the login or does not exist: who is to do what, soon, and no password', async () => {
  const home = await newHome();
  const { url } = await createTestDatabase();
  const [down, password, missing] = [new URL(url), new URL(url), new URL(url)];
  down.port = '9';
  password.password = 'wrong-secret';
  missing.pathname = '/quhua_test_nowhere';
  const began = performance.now();
  const place = (address: URL) => ({ home, env: { DATABASE_URL: address.href } });
  const [refused, login, none, spoken] = await Promise.all([
    ask<ErrorDocument>(ASSESS, place(down), 5),
    ask<ErrorDocument>(ASSESS, place(password), 2),
    ask<ErrorDocument>(ASSESS, place(missing), 2),
    quhua(['status'], place(down)),
  ]);
  expect(performance.now() - began).toBeLessThan(30_000);
  expect(refused.error).toMatchObject({ kind: 'transient', code: 'DATABASE_DOWN' });
  for (const { error } of [login, none]) expect(error).toMatchObject({ kind: 'invalid', code: 'DATABASE_LOGIN' });
  expect(JSON.stringify([refused, login, none])).not.toContain('secret');
  expect(spoken.code).toBe(5);
  expectSpoken(spoken, 'DATABASE_DOWN');
});

test('an empty database is filled; one of a newer program is left alone', async () => {
  const { url } = await createTestDatabase({ migrated: false });
  const place = { home: await newHome(), env: { DATABASE_URL: url } };
  expect(await ask(['status'], place)).toMatchObject({ database: 'server', batches: [] });
  await using client = await connect(url);
  await client.query("insert into kysely_migration values ('9999_from_the_future', '2099-01-01')");
  for (const newer of await Promise.all(['status', 'migrate'].map((command) => quhua([command], place)))) {
    expect(newer.code).toBe(5);
    expectSpoken(newer, 'SCHEMA_NEWER');
    expect(newer.stderr).toContain('9999_from_the_future');
  }
});

async function connect(url: string): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}
