import { SetupError } from './errors.mjs';
import { rootFolder } from './places.mjs';
import { pinnedNode, runNode } from './run.mjs';
import { currentStamp, isInstalled } from './stamp.mjs';

/** What each verb of package.json starts, from the root of the repository. */
const PROGRAMS = {
  start: 'services/standalone/src/main.ts',
  quhua: 'services/cli/src/main.ts',
  test: 'scripts/check.mjs',
  bench: 'test/bench/main.ts',
};

/**
 * Installs what is missing, then runs the verb's program with the pinned Node; resolves to the exit code.
 *
 * @param {string[]} argv the verb and the program's own arguments
 */
export async function main([verb, ...args]) {
  if (verb !== 'setup' && !Object.hasOwn(PROGRAMS, verb ?? '')) {
    say(`用法 / usage: node scripts/bootstrap.mjs setup|${Object.keys(PROGRAMS).join('|')} [参数 / arguments]`);
    return 2;
  }
  try {
    const stamp = currentStamp(rootFolder);
    if (!isInstalled(rootFolder, stamp)) {
      const { install } = await import('./install.mjs'); // not loaded on the many starts that need no installation
      await install(rootFolder);
    }
    const node = pinnedNode(rootFolder);
    if (verb === 'setup') {
      process.stdout.write(`安装就绪 / installed: ${node}\n`);
      return 0;
    }
    return await runNode(node, { root: rootFolder, program: PROGRAMS[verb], args });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    return error.exitCode;
  }
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
