import { CommanderError } from 'commander';

/** What commander found wrong with a command line, in both languages. */
export function usageText(error: CommanderError): string {
  const english = error.message
    .replace(/^error: /u, '')
    .replace(/\n/gu, ' ')
    .replace(/\.$/u, '');
  return `${chinese(error.code, quoted(english))} / ${error.code === 'commander.help' ? 'no command given' : english}`;
}

function chinese(code: string, word: string): string {
  switch (code) {
    case 'commander.help':
      return '没有给出命令，quhua --help 列出全部命令';
    case 'commander.unknownCommand':
      return `没有命令 ${word}`;
    case 'commander.unknownOption':
      return `没有选项 ${word}`;
    case 'commander.missingArgument':
      return `缺少参数 ${word}`;
    case 'commander.optionMissingArgument':
      return `选项 ${word} 缺少值`;
    case 'commander.missingMandatoryOptionValue':
      return `必须给出选项 ${word}`;
    case 'commander.excessArguments':
      return '参数过多';
    default:
      return '用法有误';
  }
}

function quoted(text: string): string {
  return /'(?<word>[^']*)'/u.exec(text)?.groups?.word ?? '';
}

/** Whether commander stopped because it has shown what was asked for: help, or the version. */
export function isAnswered(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}
