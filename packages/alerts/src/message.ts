import type { Level } from '@quhua/core';

export type MessageEvent = 'open' | 'rise' | 'fall' | 'repeat' | 'resolve';

export type MessageAlert = {
  readonly id: string;
  readonly event: MessageEvent;
  readonly kind: string;
  readonly subject: { readonly type: string; readonly code: string; readonly name: string };
  readonly level: Level;
};

/** One message to one receiver; `deliveryId` is the idempotency key that every channel carries. */
export type Message = {
  readonly deliveryId: string;
  readonly receiver: string;
  /** True if an earlier attempt may already have arrived. */
  readonly repeat: boolean;
  readonly alerts: readonly MessageAlert[];
  readonly text: string;
};

/** A way out. `send` resolves once the other side has accepted the message, and throws otherwise. */
export type Channel = { readonly send: (message: Message) => Promise<void> };

const LEVEL_TEXT: Readonly<Record<Level, string>> = { red: '红色', orange: '橙色', yellow: '黄色', blue: '蓝色' };
const EVENT_TEXT: Readonly<Record<MessageEvent, string>> = {
  open: '预警',
  rise: '升级',
  fall: '降级',
  repeat: '提醒',
  resolve: '解除',
};

/** `【红色预警】…`, the first words that a person sees. */
export function messageText(event: MessageEvent, level: Level, text: string): string {
  return `【${LEVEL_TEXT[level]}${EVENT_TEXT[event]}】${text}`;
}
