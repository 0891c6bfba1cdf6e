import { type Channel, type MessageEvent, messageText } from '@quhua/alerts';
import { AppError, LEVELS, type Level } from '@quhua/core';
import {
  type Alert,
  type AlertEvent,
  claimDelivery,
  type Delivery,
  findDeliveryStatus,
  getAlert,
  listAlertEvents,
  markOutboxDone,
  markSent,
  newAttemptId,
  releaseDelivery,
} from '@quhua/storage';
import { ALERTS_QUEUE } from './announce.ts';
import type { Engine } from './engine.ts';

/** Ways out, by the channel's name in `alerts.yaml`. */
export type Channels = Readonly<Record<string, Channel>>;

/** How long one attempt may take before another worker may try; over by the time that the relay offers it again. */
const LEASE_MS = 12_000;

/**
 * Sends one delivery through its channel and records it; false if it was sent before or somebody else is at it.
 *
 * Errors: whatever the channel throws; the delivery is free for the next attempt at once.
 * Concurrency: claimed by a lease and fenced by the attempt. A crash after sending sends again, marked `repeat`, with the same id.
 */
export async function deliverAlert(engine: Engine, channels: Channels, deliveryId: string): Promise<boolean> {
  const { database } = engine;
  const attemptId = newAttemptId();
  const until = engine.now().getTime() + LEASE_MS;
  const delivery = await claimDelivery(database.db, deliveryId, attemptId, LEASE_MS);
  if (delivery === undefined) {
    await closeIfSettled(engine, deliveryId);
    return false;
  }
  engine.onStep('deliver.claimed');
  try {
    await send(engine, channels, { delivery, until });
  } catch (error) {
    await releaseDelivery(database.db, deliveryId, attemptId, error instanceof Error ? error.message : String(error));
    throw error;
  }
  engine.onStep('deliver.sent');
  const sent = await database.transaction(async (tx) => {
    if (!(await markSent(tx, deliveryId, attemptId))) return false;
    await markOutboxDone(tx, engine.config.jurisdiction.code, { queue: ALERTS_QUEUE, jobKey: deliveryId });
    return true;
  });
  engine.onStep('deliver.recorded');
  return sent;
}

type Claim = { readonly delivery: Delivery; readonly until: number };

async function send({ database, config, now }: Engine, channels: Channels, { delivery, until }: Claim): Promise<void> {
  const alert = await getAlert(database.db, config.jurisdiction.code, delivery.alertId);
  const event = (await listAlertEvents(database.db, alert.id)).find((candidate) => candidate.id === delivery.eventId);
  const channel = channels[delivery.channel];
  if (event === undefined || channel === undefined)
    throw new Error(`delivery ${delivery.id} has no event or no channel`);
  // A process that was frozen in between: whoever took over may have sent it, and would be repeated without saying so.
  if (now().getTime() >= until) throw new AppError('transient', 'DELIVERY_LATE', 'the lease ran out before sending');
  await channel.send({
    deliveryId: delivery.id,
    receiver: delivery.receiver,
    repeat: delivery.attempts > 1,
    alerts: [
      {
        id: String(alert.id),
        event: messageEvent(event),
        kind: alert.kind,
        subject: alert.subject,
        level: levelOf(event, alert),
      },
    ],
    text: messageText(messageEvent(event), levelOf(event, alert), textOf(event, alert)),
  });
}

/** People are told of a confirmed alert as of one that opens, and whoever it is escalated to as of a reminder. */
function messageEvent({ event }: AlertEvent): MessageEvent {
  if (event === 'escalate') return 'repeat';
  return MESSAGE_EVENTS.find((one) => one === event) ?? 'open';
}

const MESSAGE_EVENTS: readonly MessageEvent[] = ['open', 'rise', 'fall', 'repeat', 'resolve'];

/** What was true when the event happened, not what the alert says now. */
function textOf({ detail }: AlertEvent, alert: Alert): string {
  return 'text' in detail && typeof detail.text === 'string' ? detail.text : alert.text;
}

function levelOf({ detail }: AlertEvent, alert: Alert): Level {
  const said = 'level' in detail ? detail.level : null;
  return LEVELS.find((level) => level === said) ?? alert.level;
}

async function closeIfSettled({ database, config }: Engine, deliveryId: string): Promise<void> {
  await database.transaction(async (tx) => {
    const status = await findDeliveryStatus(tx.sql, deliveryId);
    if (status !== undefined && status !== 'pending')
      await markOutboxDone(tx, config.jurisdiction.code, { queue: ALERTS_QUEUE, jobKey: deliveryId });
  });
}
