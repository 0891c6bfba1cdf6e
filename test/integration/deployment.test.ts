import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../support/planted.ts';
import { outputOf } from '../support/programs.ts';

type Service = {
  readonly image: string;
  readonly user?: string;
  readonly restart: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly container_name?: string;
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
};
type Compose = {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: object;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
};

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** The parser is a dependency of the package that reads the configuration. */
const yaml = createRequire(join(ROOT, 'packages/config/package.json'))('yaml') as {
  parse: (text: string, options: { merge: boolean }) => unknown;
};
const text = read('docker-compose.yml');
const compose = yaml.parse(text, { merge: true }) as Compose;
const dockerfile = read('Dockerfile');

const PROCESSES = ['migrate', 'scheduler', 'worker'];
const names = Object.keys(compose.services);
const serviceOf = (name: string): Service => compose.services[name] as Service;

describe('docker-compose.yml', () => {
  test('has the servers, the one-shot migration and the processes', () => {
    expect(names.sort()).toEqual(['migrate', 'postgres', 'redis', 'scheduler', 'worker']);
    expect(serviceOf('postgres').image).toBe('postgres:17');
    expect(serviceOf('redis').image).toBe('redis:7');
    for (const name of PROCESSES) {
      const program = serviceOf(name).command?.[1] ?? '';
      expect(read(program).length).toBeGreaterThan(0); // the file that it starts exists
    }
  });

  test.each(names)('%s: no root, read-only, no new rights', (name) => {
    const service = serviceOf(name);
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    if (!PROCESSES.includes(name)) expect(service.user).toBe(name);
    expect(service.restart).toBe(name === 'migrate' ? 'no' : 'unless-stopped');
  });

  test('may have many workers: no fixed name, no port of the host', () => {
    for (const name of names) {
      expect(serviceOf(name).container_name).toBeUndefined();
      expect(serviceOf(name).ports).toBeUndefined();
    }
  });

  test('a password has no default, and stands nowhere but in the environment', () => {
    const uses = [...text.matchAll(/\$\{([A-Z]+_PASSWORD)([^}]*)\}/gu)];
    expect(uses.length).toBeGreaterThanOrEqual(4);
    for (const [, , rest] of uses) expect(rest).toMatch(/^:\?/u);
    expect(read('.env.example')).toMatch(/^POSTGRES_PASSWORD=\nREDIS_PASSWORD=$/mu);
    expect(dockerfile).not.toMatch(/PASSWORD|SECRET|TOKEN/u);
    expect(read('.dockerignore')).toMatch(/^\*\*\/\.env\*$/mu);
  });

  test('the queue forgets nothing', () => {
    const command = serviceOf('redis').command?.join(' ') ?? '';
    for (const setting of ['--appendonly yes', '--appendfsync everysec', '--maxmemory-policy noeviction']) {
      expect(command).toContain(setting);
    }
  });

  test('processes wait for the schema, the schema for the server, and all tell how they are', () => {
    expect(serviceOf('migrate').depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    for (const name of ['scheduler', 'worker']) {
      expect(serviceOf(name).depends_on).toEqual({
        migrate: { condition: 'service_completed_successfully' },
        redis: { condition: 'service_healthy' },
      });
      expect(serviceOf(name).healthcheck).toBeUndefined(); // that of the image
    }
    for (const name of ['postgres', 'redis']) expect(serviceOf(name).healthcheck?.test?.length).toBeGreaterThan(0);
    expect(serviceOf('migrate').healthcheck).toEqual({ disable: true });
  });

  test('data is in volumes, and the servers are reachable from these containers alone', () => {
    expect(Object.keys(compose.volumes).sort()).toEqual(['home', 'inbox', 'postgres', 'redis']);
    expect(compose.networks.data).toEqual({ internal: true });
    for (const name of ['postgres', 'redis']) expect(serviceOf(name).networks).toEqual(['data']);
    expect(serviceOf('worker').networks).toContain('outside');
  });

  test('docker itself finds nothing wrong with it, where its compose plugin is installed', async () => {
    const hasPlugin = await outputOf('docker', ['compose', 'version'], 5_000).then(
      () => true,
      () => false,
    );
    const args = [
      'POSTGRES_PASSWORD=a',
      'REDIS_PASSWORD=b',
      'docker',
      'compose',
      '-f',
      join(ROOT, 'docker-compose.yml'),
    ];
    const checked = hasPlugin ? await outputOf('env', [...args, 'config', '--services'], 20_000) : names.join('\n');
    expect(checked.split('\n').sort()).toEqual(names);
  });
});

describe('Dockerfile', () => {
  test('ends as a user without rights, with a health check and without a shell around the process', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    expect(last).toMatch(/^USER node$/mu);
    expect(last).toMatch(/^HEALTHCHECK [\s\S]*CMD \["node", "services\/cli\/src\/main\.ts", "status", "--health"\]$/mu);
    expect(last).toMatch(/^CMD \["node", /mu);
    expect(last).not.toMatch(/^ENTRYPOINT|^CMD [^[]/mu);
  });

  test('installs with the package manager that the bootstrap uses', () => {
    const pinned = /pnpm@[\d.]+/u.exec(read('scripts/bootstrap/stamp.mjs'))?.[0];
    expect([...dockerfile.matchAll(/pnpm@[\d.]+/gu)].map(([version]) => version)).toEqual([pinned]);
  });
});
