import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, type ErrorDocument, FEEDS, newHome, quhua } from './quhua.ts';

type Projects = {
  readonly date: string;
  readonly list: { readonly expected: number; readonly listed: number };
  readonly levels: Readonly<Record<string, number>>;
  readonly projects: readonly {
    readonly projectNo: string;
    readonly region: string;
    readonly level: string;
    readonly score: number;
    readonly indicators: readonly { readonly code: string; readonly level: string }[];
  }[];
  readonly atStake: { readonly byLevel: readonly { readonly key: string; readonly projects: number }[] };
};
type Page = {
  readonly project: { readonly level: string; readonly state: string; readonly reasons: readonly string[] };
  readonly timeline: readonly {
    readonly date: string;
    readonly level: string;
    readonly sources: readonly { readonly file: string; readonly line: number }[];
  }[];
};

test('the 43 projects: levels, money, one story from blue to red, and what people decide', async () => {
  const home = await newHome();
  const files = ['projects.csv', 'project-reports.csv'].map((name) => join(FEEDS, name));
  await ask(['ingest', ...files, '--simulated'], { home });
  const on = ['--date', '2025-10-31'];
  const [all, red, spoken, page, told, missing, level, day] = await Promise.all([
    ask<Projects>(['projects', ...on], { home }),
    ask<Projects>(['projects', ...on, '--level', '红', '--region', '莎车县'], { home }),
    quhua(['projects', ...on], { home }),
    ask<Page>(['projects', 'show', 'BJF312517', ...on], { home }),
    quhua(['projects', 'show', 'BJF312517', ...on], { home }),
    ask<ErrorDocument>(['projects', 'show', 'BJF999999'], { home }, 4),
    ask<ErrorDocument>(['projects', '--level', 'pink'], { home }, 2),
    ask<ErrorDocument>(['projects', '--date', '2099-01-01'], { home }, 2),
  ]);
  expect(all).toMatchObject({ date: '2025-10-31', list: { expected: 43, listed: 43 } });
  expect(all.projects).toHaveLength(43);
  expect(all.projects.every(({ indicators }) => indicators.length === 12)).toBe(true);
  expect(all.atStake.byLevel.reduce((sum, { projects }) => sum + projects, 0)).toBe(41); // two are delivered
  expect(new Set(red.projects.map((one) => `${one.region} ${one.level}`))).toEqual(new Set(['653125 red']));
  expect(red.levels).toEqual(all.levels);
  expect(spoken.stdout).toMatch(/^【模拟数据】数字由模拟数据得出/mu);
  expect(spoken.stdout).toMatch(
    /^BJF312517 +模拟保交房17号 +莎车县 +红 +33\.7 +预警 +2026-10-31 +2028-03-27 +156 +预计逾期/mu,
  );
  expect(spoken.stdout).toMatch(/^企业牵连：模拟开发企业\d\d 有红色项目 BJF/mu);
  const levels = page.timeline.slice(-5).map(({ date, level: held }) => `${date} ${held}`);
  expect(levels).toEqual(['2025-06-30 blue', '2025-07-31 blue', '2025-08-31 blue', '2025-09-30 red', '2025-10-31 red']);
  expect(page.timeline.at(-1)?.sources).toEqual([expect.objectContaining({ file: 'project-reports.csv', line: 202 })]);
  expect(told.stdout).toMatch(/^D2 预计逾期 +红 +预计 2028-03-27 完工，晚 513 天 +≥90天 +合同交付 2026-10-31/mu);
  expect(missing.error).toMatchObject({ kind: 'not_found', code: 'PROJECT_NOT_FOUND' });
  expect(level.error).toMatchObject({ code: 'USAGE' });
  expect(day.error).toMatchObject({ code: 'PROJECT_DATE' });
});

test('set-state: a word with a reason holds; one that the figures contradict is refused', async () => {
  const home = await newHome();
  const files = ['projects.csv', 'project-reports.csv'].map((name) => join(FEEDS, name));
  await ask(['ingest', ...files, '--simulated'], { home });
  const set = ['projects', 'set-state', 'BJF312517', '--reason', '专班约谈'];
  const supervised = await quhua([...set, '--to', '督办', '--document', '喀保交专〔2025〕3号'], { home });
  expect(supervised.code).toBe(0);
  expect(supervised.stdout).toMatch(/^BJF312517：预警 → 督办（.+，专班约谈）$/mu);
  const [page, same, over, strange] = await Promise.all([
    quhua(['projects', 'show', 'BJF312517'], { home }),
    ask<ErrorDocument>([...set, '--to', 'supervised'], { home }, 3),
    ask<ErrorDocument>([...set, '--to', '已化解', '--document', '纪要'], { home }, 3),
    ask<ErrorDocument>([...set, '--to', '正常'], { home }, 2),
  ]);
  expect(page.stdout).toMatch(/状态 督办（\d{4}-\d\d-\d\d .+：专班约谈，喀保交专〔2025〕3号）$/mu);
  expect(same.error.code).toBe('STATE_SAME');
  expect(over.error.code).toBe('STATE_NOT_DEFUSED');
  expect(strange.error.code).toBe('USAGE');
});
