import { Command } from 'commander';
import displayWidth from 'string-width';
import { addAlerts } from './commands/alerts.ts';
import { addAssess } from './commands/assess.ts';
import { addBatchCommands } from './commands/batches.ts';
import { addCheckConfig } from './commands/check-config.ts';
import { addIngest } from './commands/ingest.ts';
import { addMigrate } from './commands/migrate.ts';
import { addReplay } from './commands/replay.ts';
import { addSample } from './commands/sample.ts';
import { addStatus } from './commands/status.ts';
import { addTemplate } from './commands/template.ts';
import { addUp } from './commands/up.ts';
import { reportFailure } from './failure.ts';

/** The command line; each command is one file. */
export function createProgram(): Command {
  const program = new Command('quhua')
    .description('去化：商品住房去化周期监测与预警 / sell-through monitoring and early warning')
    .version('0.1.0')
    .showHelpAfterError(false)
    .configureOutput({ writeErr: () => {} }) // failures are told in one place, in the form that was asked for
    .configureHelp({ displayWidth })
    .exitOverride();
  for (const add of [
    addIngest,
    addBatchCommands,
    addAssess,
    addAlerts,
    addReplay,
    addCheckConfig,
    addStatus,
    addMigrate,
    addSample,
    addTemplate,
    addUp,
  ]) {
    add(program);
  }
  for (const command of allOf(program)) {
    command.exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} });
    command.configureHelp({ displayWidth });
  }
  return program;
}

function allOf(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allOf(child)]);
}

/** Runs one command line; never throws. Returns the exit code. */
export async function runCli(argv: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(argv, { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    return reportFailure(error, argv.includes('--json'));
  }
}
