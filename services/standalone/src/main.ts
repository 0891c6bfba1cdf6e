import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Where `npm start` keeps it too: most of a start is compiling what is loaded.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/node-compile', import.meta.url)));

const { runStandalone } = await import('./standalone.ts');
process.exitCode = await runStandalone();
