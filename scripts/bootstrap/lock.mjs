import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs `work` while no other process does so for the same `root`; the others wait.
 *
 * The lock is a listening socket: the kernel closes it when its last holder is gone, by `kill -9` too, so it can never
 * be stale. `work` gets its descriptor to hand on to a child: an installation that outlives its parent stays locked.
 */
export async function withLock(root, { onWait, work }) {
  const name = `quhua-setup-${createHash('sha256').update(root).digest('hex').slice(0, 24)}`;
  const address = process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
  for (let turn = 0; ; turn += 1) {
    const lock = await tryListen(address);
    if (lock !== null) {
      try {
        return await work(lock.descriptor);
      } finally {
        lock.release();
      }
    }
    if (turn === 0) onWait();
    await untilReleased(address);
  }
}

function tryListen(address) {
  const waiting = new Set();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on('error', () => {});
  });
  const release = () => {
    server.close();
    for (const socket of waiting) socket.destroy();
  };
  return new Promise((resolve, reject) => {
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)));
    server.listen(address, () => resolve({ descriptor: server._handle?.fd, release }));
  });
}

/** A connection to the holder ends when the holder does. */
function untilReleased(address) {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.on('error', (error) => {
      // outside Linux the socket is a file, which a killed holder leaves behind
      if (error.code === 'ECONNREFUSED' && !address.startsWith('\0')) rmSync(address, { force: true });
    });
    socket.on('close', () => setTimeout(resolve, 20));
    socket.resume();
  });
}
