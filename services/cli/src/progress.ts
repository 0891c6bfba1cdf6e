import { Presets, SingleBar } from 'cli-progress';

/** Tells how far long work has come, on stderr: a bar on a terminal, plain lines elsewhere. */
export type Progress = { readonly step: (done: number) => void; readonly stop: () => void };

/** Plain lines come at every tenth of the way. */
const PLAIN_STEPS = 10;

export function startProgress(label: string, total: number): Progress {
  if (process.stderr.isTTY) {
    const bar = new SingleBar(
      { stream: process.stderr, format: `${label} {bar} {value}/{total}`, clearOnComplete: true, hideCursor: true },
      Presets.shades_classic,
    );
    bar.start(total, 0);
    return { step: (done) => bar.update(done), stop: () => bar.stop() };
  }
  let told = 0;
  return {
    step: (done) => {
      const tenth = total === 0 ? PLAIN_STEPS : Math.floor((done * PLAIN_STEPS) / total);
      if (tenth <= told || total < PLAIN_STEPS) return;
      told = tenth;
      process.stderr.write(`${label} ${done}/${total}\n`);
    },
    stop: () => {},
  };
}
