import { readFileSync } from 'node:fs';

/** A terminal, npm and a shell may each pass on the one Ctrl-C that the person pressed. */
const SAME_KEYSTROKE_MS = 1_000;

/**
 * Passes signals on and waits for the child in any case. Ctrl-C is not passed on where the terminal has already given
 * it to the child: a program that is asked twice takes the second as "at once".
 */
export function passSignals(child) {
  let received = null;
  let lastInterrupt = -SAME_KEYSTROKE_MS;
  const pass = (signal) => {
    received = signal;
    if (signal === 'SIGINT') {
      const isRepeat = performance.now() - lastInterrupt < SAME_KEYSTROKE_MS;
      lastInterrupt = performance.now();
      if (isRepeat || terminalReachesChild()) return;
    }
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  const release = () => {
    for (const signal of signals) process.off(signal, pass);
  };
  return { received: () => received, release };
}

/** Whether this process is in the foreground of a terminal, whose Ctrl-C then goes to its children as well. */
function terminalReachesChild() {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === foreground;
  } catch {
    return process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  }
}
