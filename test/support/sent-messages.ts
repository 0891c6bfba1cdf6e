import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ask, type Target } from './with-client.ts';

/** One line of the file channel. */
export type SentMessage = {
  readonly deliveryId: string;
  readonly receiver: string;
  readonly repeat: boolean;
  readonly alerts: readonly { readonly id: string; readonly event: string; readonly kind: string }[];
  readonly text: string;
};

/** Everything that left through the file channel, in the order of the lines; a line that is not whole fails. */
export async function sentMessages(home: string): Promise<SentMessage[]> {
  const folder = join(home, 'sent');
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const lines = texts.flatMap((text) => text.split('\n').filter((line) => line !== ''));
  return lines.map((line) => JSON.parse(line) as SentMessage); // safe: written by the file channel only
}

/** What people read, without what differs from run to run. */
export function wordsOf(messages: readonly SentMessage[]): string[] {
  return messages.map(({ receiver, text, alerts }) => `${receiver} ${alerts[0]?.event} ${text}`).sort();
}

/**
 * What is wrong with what was sent, given that every delivery has been: each one has its line, no line is anybody
 * else's, and a second line of one carries the mark of a repeat.
 */
export async function sendFaults(target: Target, messages: readonly SentMessage[]): Promise<string[]> {
  const question = "select id, attempts from delivery where status = 'sent' and channel = 'file'";
  const deliveries = await ask<{ id: string; attempts: number }>(target, question);
  const lines = Map.groupBy(messages, ({ deliveryId }) => deliveryId);
  const faults = [...lines.keys()].filter((id) => !deliveries.some((delivery) => delivery.id === id));
  return [
    ...faults.map((id) => `${id} was sent and is no delivery`),
    ...deliveries.flatMap(({ id, attempts }) => faultsOf(id, attempts, lines.get(id) ?? [])),
  ];
}

function faultsOf(id: string, attempts: number, lines: readonly SentMessage[]): string[] {
  if (lines.length === 0) return [`${id} is marked sent and was not`];
  if (lines.length > attempts) return [`${id} was sent ${lines.length} times in ${attempts} attempts`];
  const unmarked = lines.slice(1).filter(({ repeat }) => !repeat).length;
  return unmarked === 0 ? [] : [`${id} was repeated without saying so`];
}

/** Lines beyond the first of each delivery. */
export function repeatsIn(messages: readonly SentMessage[]): number {
  return messages.length - new Set(messages.map(({ deliveryId }) => deliveryId)).size;
}
