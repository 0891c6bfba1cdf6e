import { parentPort, workerData } from 'node:worker_threads';
import { faultOf, openJob } from './held-book.ts';
import type { LegacyAnswer, RowsWanted } from './protocol.ts';

async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) return;
  const answer = (message: LegacyAnswer) => port.postMessage(message);
  try {
    const book = await openJob(workerData);
    port.on('message', (wanted: RowsWanted) => {
      try {
        answer({ found: book.rows(wanted) });
      } catch (error) {
        answer({ fault: faultOf(error) });
      }
    });
    answer({ opened: book.opened });
  } catch (error) {
    answer({ fault: faultOf(error) });
  }
}

await main();
