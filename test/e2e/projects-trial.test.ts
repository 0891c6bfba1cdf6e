import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { ROOT } from '../support/planted.ts';
import { ask, type ErrorDocument, FEEDS, newHome, quhua } from './quhua.ts';

const KASHGAR = join(ROOT, 'config/kashgar');

/** Columns on a terminal: what is Chinese takes two. */
const width = (line: string): number => line.length + (line.match(/[\u2e80-\u9fff\uff00-\uff60]/gu)?.length ?? 0);

type Trial = {
  readonly inForce: string;
  readonly tried: string;
  readonly simulated: boolean;
  readonly differences: readonly unknown[];
  readonly projects: readonly {
    readonly changes: readonly string[];
    readonly current: { readonly level: string };
    readonly trial: { readonly level: string };
  }[];
  readonly quality: { readonly current: { readonly projects: number }; readonly trial: unknown };
};

/** A copy of the configuration in which some text of a file is another. */
async function changed(file: string, from: string, to: string): Promise<string> {
  const dir = join(await temporaryFolder('trial'), 'config');
  await cp(KASHGAR, dir, { recursive: true });
  const text = await readFile(join(dir, file), 'utf8');
  if (!text.includes(from)) throw new Error(`${file} does not say ${from}`);
  await writeFile(join(dir, file), text.replace(from, to));
  return dir;
}

test('changed limits tried on the sample, for people and for programs; the configuration in force stays', async () => {
  const home = await newHome();
  await ask(['ingest', join(FEEDS, 'projects.csv'), join(FEEDS, 'project-reports.csv')], { home });
  const [strict, broken, foreign] = await Promise.all([
    changed('delivery.yaml', 'D1: { blue: "5", yellow: "10", orange: "15", red: "25" }', 'D1: { red: "5" }'),
    changed('delivery.yaml', 'red: "25"', 'red: "1"'),
    changed('jurisdiction.yaml', 'code: "653100"', 'code: "653200"'),
  ]);
  const at = ['--date', '2025-10-31'];
  const [told, spoken, same, none, fault, other, missing, day] = await Promise.all([
    ask<Trial>(['projects', 'trial', '--config', strict, ...at], { home }),
    quhua(['projects', 'trial', '--config', strict, ...at], { home }),
    quhua(['projects', 'trial', '--config', KASHGAR, ...at], { home }),
    ask<Trial>(['projects', 'trial', ...at], { home }),
    ask<ErrorDocument>(['projects', 'trial', '--config', broken, ...at], { home }, 2),
    ask<ErrorDocument>(['projects', 'trial', '--config', foreign, ...at], { home }, 2),
    ask<ErrorDocument>(['projects', 'trial', '--config', join(home, 'nowhere'), ...at], { home }, 2),
    ask<ErrorDocument>(['projects', 'trial', '--date', '2099-01-01'], { home }, 2),
  ]);
  expect(told).toMatchObject({ inForce: KASHGAR, tried: strict, simulated: true });
  expect(told.differences).toContainEqual({ key: 'limits.D1.red', from: '25', to: '5' });
  expect(told.projects).toHaveLength(43);
  expect(told.projects.some(({ changes }) => changes.includes('level'))).toBe(true);
  expect(spoken.code).toBe(0);
  expect(spoken.stdout).toMatch(/^【模拟数据】由模拟数据得出/mu);
  expect(spoken.stdout).toMatch(/^D1 进度偏差：到红的界限 +25 +5 +limits\.D1\.red$/mu);
  const red = (side: 'current' | 'trial') => told.projects.filter((one) => one[side].level === 'red').length;
  expect(red('trial')).toBeGreaterThan(red('current'));
  expect(spoken.stdout).toMatch(new RegExp(`^目前为红的项目 +${red('current')} +${red('trial')}$`, 'mu'));
  expect(spoken.stdout).toMatch(/^BJF\d{6} .* \S+→红 /mu);
  expect(spoken.stdout).toMatch(/^已见分晓 9 个：逾期 9，未逾期 0$/mu);
  // a path may be longer than a line
  const wide = spoken.stdout.split('\n').filter((line) => width(line) > 120 && !line.includes('/config'));
  expect(wide).toEqual([]);
  expect(same.stdout).toContain('没有给出另一套设定，没有可比的：下面只衡量现行预警');
  expect(same.stdout).not.toContain('对 43 个项目的影响');
  expect(none).toMatchObject({
    tried: KASHGAR,
    differences: [],
    projects: [],
    quality: { current: { projects: 43 }, trial: null },
  });
  expect(fault.error).toMatchObject({ kind: 'invalid', code: 'CONFIG_INVALID' });
  expect(other.error).toMatchObject({ kind: 'invalid', code: 'TRIAL_JURISDICTION' });
  expect(missing.error).toMatchObject({ kind: 'invalid', code: 'CONFIG_INVALID' });
  expect(day.error).toMatchObject({ kind: 'invalid', code: 'TRIAL_DATE' });
});
