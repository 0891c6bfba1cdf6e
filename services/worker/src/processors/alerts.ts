import { type Channels, deliverAlert, type Engine } from '@quhua/engine';
import type { Handler } from '@quhua/queue';

/** Sends one delivery. */
export function alertsProcessor(engine: Engine, channels: Channels): Handler<'alerts'> {
  return async ({ deliveryId }) => {
    await deliverAlert(engine, channels, deliveryId);
  };
}
