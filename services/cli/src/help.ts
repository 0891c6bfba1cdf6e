import { styleText } from 'node:util';
import type { Command } from 'commander';

const TITLES: Readonly<Record<string, string>> = {
  'Usage:': '用法 / Usage:',
  'Arguments:': '参数 / Arguments:',
  'Options:': '选项 / Options:',
  'Commands:': '命令 / Commands:',
};

const EXIT_CODES = `
退出码 / exit codes:
  0 完成 / done · 1 程序错误 / bug · 2 用法或配置有误 / usage or configuration
  3 数据被拒 / data refused · 4 没有找到 / not found · 5 服务不可用 / a service is down

命令的用法 / help on a command: quhua COMMAND --help`;

/** Width of help that goes into a pipe or a file. */
const WIDTH = 100;

export type HelpOptions = {
  /** Whether help is asked for: what makes it stand straight takes long to load. */
  readonly asked: boolean;
  readonly write: (text: string) => void;
};

/** Help in both languages, aligned with double-width text; failures are left to whoever runs the program. */
export async function configureHelp(program: Command, { asked, write }: HelpOptions): Promise<void> {
  const widths = asked ? { displayWidth: (await import('string-width')).default } : {};
  program.addHelpText('after', EXIT_CODES);
  for (const command of [program, ...allOf(program)]) {
    command
      .exitOverride()
      .showHelpAfterError(false)
      .helpOption('-h, --help', '显示用法 / show this help')
      .configureHelp({ ...widths, styleTitle: (title) => styleText('bold', TITLES[title] ?? title, PLAIN) })
      .configureOutput({
        getOutHelpWidth: () => (process.stdout.isTTY ? process.stdout.columns : WIDTH),
        writeOut: write,
        writeErr: () => {},
        outputError: () => {},
      });
  }
}

/** Commander itself takes the colours out where there is no terminal. */
const PLAIN = { validateStream: false } as const;

function allOf(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allOf(child)]);
}
