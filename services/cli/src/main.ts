import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Where `npm run quhua` keeps it too: compiling what is loaded takes longer than most commands.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/node-compile', import.meta.url)));

// A reader that has seen enough (`| head`) closes the pipe: the command goes on to its end and leaves nothing open.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
  });
}

const { runCli } = await import('./program.ts');
process.exitCode = await runCli(process.argv.slice(2));
