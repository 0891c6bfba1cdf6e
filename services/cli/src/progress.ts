/** Tells how far long work has come, on stderr: a bar on a terminal, plain lines elsewhere. */
export type Progress = { readonly step: (done: number) => void; readonly stop: () => void };

/** Work that is done sooner than this needs no progress. */
const SHOWN_AFTER_MS = 400;
const PLAIN_EVERY_MS = 2_000;

export async function startProgress(label: string, total: number): Promise<Progress> {
  return process.stderr.isTTY ? startBar(label, total) : startLines(label, total);
}

async function startBar(label: string, total: number): Promise<Progress> {
  const { Presets, SingleBar } = await import('cli-progress');
  const format = `${label} {bar} {value}/{total} {eta_formatted}`;
  const bar = new SingleBar(
    { stream: process.stderr, format, clearOnComplete: true, hideCursor: true },
    Presets.shades_classic,
  );
  const began = performance.now();
  return {
    step: (done) => {
      if (bar.isActive) bar.update(done);
      else if (performance.now() - began > SHOWN_AFTER_MS) bar.start(total, done);
    },
    stop: () => {
      if (bar.isActive) bar.stop();
    },
  };
}

function startLines(label: string, total: number): Progress {
  let told = performance.now();
  return {
    step: (done) => {
      if (performance.now() - told < PLAIN_EVERY_MS) return;
      told = performance.now();
      process.stderr.write(`${label} ${done}/${total}\n`);
    },
    stop: () => {},
  };
}
