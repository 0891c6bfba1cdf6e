import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fileChannel, type Message, messageText } from '../src/index.ts';

const message: Message = {
  deliveryId: '11111111-1111-8111-8111-111111111111',
  receiver: 'staff',
  repeat: false,
  alerts: [
    {
      id: '7',
      event: 'open',
      kind: 'TIER_SWAP',
      subject: { type: 'region', code: '653121', name: '疏附县' },
      level: 'orange',
    },
  ],
  text: '【橙色预警】第一行\n第二行',
};

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'quhua-channel-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('a message is one line of JSON, whatever its text holds', async () => {
  const home = folder();
  const channel = fileChannel(home, () => new Date('2025-11-06T02:00:00Z'));
  await Promise.all([channel.send(message), channel.send({ ...message, repeat: true })]);
  const lines = readFileSync(join(home, 'sent/staff.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(2);
  expect(lines).toContainEqual({ ...message, sentAt: '2025-11-06T02:00:00.000Z' });
  expect(lines.map((line) => line.repeat).sort()).toEqual([false, true]);
});

test('a file that cannot be written is a fault that passes: the message is tried again', async () => {
  const home = folder();
  writeFileSync(join(home, 'sent'), 'not a folder');
  await expect(fileChannel(home, () => new Date()).send(message)).rejects.toMatchObject({
    kind: 'transient',
    code: 'CHANNEL_FILE',
  });
});

test.each([
  { event: 'open', level: 'red', text: '【红色预警】甲' },
  { event: 'resolve', level: 'blue', text: '【蓝色解除】甲' },
] as const)('$event at level $level begins with $text', ({ event, level, text }) => {
  expect(messageText(event, level, '甲')).toBe(text);
});
