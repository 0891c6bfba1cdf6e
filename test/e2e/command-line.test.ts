import { expect, test } from 'vitest';
import { ask, documentOf, type ErrorDocument, newHome, quhua } from './quhua.ts';

const COMMANDS = [
  'ingest',
  'approve',
  'withdraw',
  'assess',
  'alerts',
  'replay',
  'check-config',
  'status',
  'template',
  'sample',
  'migrate',
  'up',
];

/** Columns that text takes on a terminal, by the blocks that these texts use. */
function widthOf(text: string): number {
  return [...text].reduce((sum, sign) => sum + (/[\u2e80-\u9fff\uff00-\uff60\u3300-\u33ff]/u.test(sign) ? 2 : 1), 0);
}

test('help lists every command, Chinese first, and stands straight', async () => {
  const home = await newHome();
  const { code, stdout, stderr } = await quhua(['--help'], { home });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const name of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name} +\\p{Script=Han}.* / \\w`, 'mu'));
  expect(stdout).toContain('用法 / Usage: quhua COMMAND');
  expect(stdout).toContain('退出码 / exit codes');
  expect(Math.max(...stdout.split('\n').map(widthOf))).toBeLessThanOrEqual(100);
});

test('every command has help of its own, and takes --config and --json', async () => {
  const home = await newHome();
  const helps = await Promise.all(COMMANDS.map((name) => quhua([name, '--help'], { home })));
  for (const [at, { code, stdout, stderr }] of helps.entries()) {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`quhua ${COMMANDS[at]}`);
    const options = stdout.split('\n').filter((line) => /^ +-/u.test(line));
    const starts = options.map((line) => widthOf(line.slice(0, line.search(/\p{Script=Han}/u))));
    expect(new Set(starts).size).toBe(1); // descriptions begin in one column
    for (const option of ['--config <dir>', '--json', '--help']) expect(stdout).toContain(option);
  }
  const { help } = await ask<{ help: string }>(['help', 'ingest'], { home });
  expect(help).toBe(helps[0]?.stdout.trim());
});

const MISTAKES = [
  { args: [], says: /没有给出命令/u },
  { args: ['asess'], says: /没有命令 asess.*Did you mean assess/u },
  { args: ['assess', '--mnth', '2025-10'], says: /没有选项 --mnth/u },
  { args: ['assess', '--month'], says: /选项 --month <month> 缺少值/u },
  { args: ['assess', '--month', '2025-13'], says: /月份应写作 2025-10：2025-13/u },
  { args: ['assess', '--month', '2025-10', '--from', '2025-01'], says: /不能同用/u },
  { args: ['assess', '--from', '2025-01'], says: /要一起给/u },
  { args: ['assess', '--from', '2025-02', '--to', '2025-01'], says: /起始月份晚于结束月份/u },
  { args: ['assess', '--as-of', '2025-02-30'], says: /时点应写作/u },
  { args: ['assess', 'extra'], says: /参数过多/u },
  { args: ['ingest'], says: /缺少参数 file/u },
  { args: ['ingest', 'a.csv', '--feed', 'weather'], says: /没有数据源 weather：可用 sales、inventory/u },
  { args: ['withdraw', '1'], says: /必须给出选项 --reason <text>/u },
  { args: ['alerts', 'show', 'abc'], says: /编号应是正整数：abc/u },
  { args: ['alerts', '--status', 'closed'], says: /没有状态 closed/u },
  { args: ['replay', '--from', '2025-01'], says: /必须给出选项 --to <month>/u },
  { args: ['template', 'sales'], says: /必须给出选项 --out <file>/u },
] as const;

test('a mistake on the command line exits 2, says what is wrong, and touches nothing', async () => {
  const home = await newHome();
  const ends = await Promise.all(MISTAKES.map(({ args }) => quhua(['--json', ...args], { home })));
  for (const [at, end] of ends.entries()) {
    const { error } = documentOf<ErrorDocument>(end, 2);
    expect(error).toMatchObject({ kind: 'invalid', code: 'USAGE', details: null });
    expect(error.message).toMatch(MISTAKES[at]?.says ?? /never/u);
    expect(end.stderr).toBe('');
  }
  const spoken = await quhua(['assess', '--month', '2025-13'], { home });
  expect(spoken).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^错误 USAGE：月份应写作/u) });
});

test('options may stand before the command or behind it', async () => {
  const home = await newHome();
  const version = await quhua(['--version'], { home });
  expect(version).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
  const places = [
    ['--json', '--config', 'config/kashgar', 'check-config'],
    ['--config', 'config/kashgar', 'check-config', '--json'],
    ['check-config', '--json', '--config', 'config/kashgar'],
  ];
  const answers = await Promise.all(places.map((args) => quhua(args, { home })));
  for (const answer of answers) expect(documentOf(answer)).toMatchObject({ faults: [] });
  const moved = documentOf<ErrorDocument>(await quhua(['--month', '2025-00', '--json', 'assess'], { home }), 2);
  expect(moved.error.message).toContain('2025-00');
});
