import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { tolerateClosedPipe } from './closed-pipe.ts';

// Where `npm run quhua` keeps it too: compiling what is loaded takes longer than most commands.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/node-compile', import.meta.url)));
tolerateClosedPipe();

const { runCli } = await import('./program.ts');
process.exitCode = await runCli(process.argv.slice(2));
