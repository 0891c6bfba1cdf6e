import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@quhua/core';
import type { Clock } from '@quhua/runtime';
import type { Channel, Message } from '../../message.ts';

/**
 * Appends one JSON line per message to `<home>/sent/<receiver>.jsonl`, on disk before it counts as sent.
 *
 * Errors: transient/CHANNEL_FILE if the file cannot be written; the message is tried again.
 * Concurrency: one write call a line in append mode, so lines of several processes do not mix.
 */
export function fileChannel(home: string, now: Clock): Channel {
  return {
    send: async (message) => {
      const folder = join(home, 'sent');
      const path = join(folder, `${message.receiver}.jsonl`);
      try {
        await mkdir(folder, { recursive: true });
        await using file = await open(path, 'a', 0o640);
        await file.appendFile(`${JSON.stringify(lineOf(message, now()))}\n`);
        await file.datasync();
      } catch (cause) {
        throw new AppError('transient', 'CHANNEL_FILE', `预警写不进文件 ${path}，将重试 / cannot write`, { cause });
      }
    },
  };
}

function lineOf({ deliveryId, receiver, repeat, alerts, text }: Message, sentAt: Date): object {
  return { deliveryId, receiver, sentAt: sentAt.toISOString(), repeat, alerts, text };
}
