import { spawn } from 'node:child_process';
import { passSignals } from '../bootstrap/signals.mjs';

/**
 * Runs one check to its end and keeps what it prints; `stopped` is the signal that ended it early, or null.
 *
 * @param {{ name: string, command: string, args: string[] }} step
 */
export function runStep({ name, command, args }) {
  const start = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const { received, release } = passSignals(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    const end = (ok) => {
      release();
      const seconds = (performance.now() - start) / 1000;
      resolve({ name, ok, output: output.trim(), seconds, stopped: received() });
    };
    child.once('error', (error) => {
      output += `${command}: ${error.message}`;
      end(false);
    });
    child.once('close', (code) => end(code === 0));
  });
}
