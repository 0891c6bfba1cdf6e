import { type Destination, routeAlert } from '@quhua/alerts';
import type { AlertKind, AlertsSettings, FeedName, Level } from '@quhua/core';
import { consumerQueue } from '@quhua/queue';
import { appendOutbox, insertDeliveries, type NewDelivery, type OutboxMessage, type Tx } from '@quhua/storage';
import type { Engine } from './engine.ts';

/** An event that people are to be told of. */
export type LoudEvent = {
  readonly eventId: number;
  readonly alertId: number;
  readonly kind: AlertKind;
  readonly level: Level;
  readonly regionCode: string | null;
  /** Feed that it is about: whoever answers for it is told. */
  readonly feed: FeedName | null;
  /** Only this receiver is told, whatever the routes say: it is escalated to them. */
  readonly to?: { readonly receiver: string; readonly reason: string };
};

/** Queue on which our own worker delivers; other systems have queues of their own. */
export const ALERTS_QUEUE = 'alerts';

/** Decides who is told of each event and puts that on its way, in the commit of the events themselves. */
export async function announce({ config, log }: Engine, tx: Tx, events: readonly LoudEvent[]): Promise<void> {
  const ownerOf = ({ feed }: LoudEvent): string | null =>
    feed === null ? null : (config.schedule.expected[feed]?.owner ?? null);
  const deliveries = events.flatMap((event) =>
    deliveriesOf(
      event,
      event.to === undefined
        ? routeAlert({ ...event, owner: ownerOf(event) }, config.alerts)
        : channelsOf(event.to, config.alerts),
    ),
  );
  const unrouted = deliveries.filter((delivery) => delivery.reason === NO_ROUTE);
  for (const { alertId } of unrouted) log.warn({ alertId }, 'no route takes this alert');
  const ids = await insertDeliveries(tx, deliveries);
  const messages = deliveries.flatMap((delivery, at): OutboxMessage[] => {
    const deliveryId = ids[at];
    if (deliveryId === undefined || delivery.status !== 'pending') return [];
    const queue = delivery.consumer === null ? ALERTS_QUEUE : consumerQueue(delivery.consumer);
    const payload = { v: 1, deliveryId, alertId: String(delivery.alertId), eventId: String(delivery.eventId) };
    return [{ queue, jobKey: deliveryId, payload }];
  });
  await appendOutbox(tx, config.jurisdiction.code, messages);
}

const NO_ROUTE = 'NO_ROUTE';

/** Every channel of one receiver; none where the configuration no longer has them. */
function channelsOf({ receiver, reason }: NonNullable<LoudEvent['to']>, { receivers }: AlertsSettings): Destination[] {
  const channels = receivers.find(({ name }) => name === receiver)?.channels ?? [];
  return channels.map((channel) => ({ receiver, channel, reason }));
}

function deliveriesOf({ eventId, alertId }: LoudEvent, destinations: ReturnType<typeof routeAlert>): NewDelivery[] {
  if (destinations.length === 0) {
    // Kept where `status` and the digest count it: an alert that nobody gets must not vanish.
    return [{ alertId, eventId, receiver: '-', channel: 'none', consumer: null, status: 'silenced', reason: NO_ROUTE }];
  }
  return destinations.map(({ receiver, channel, reason }) => ({
    alertId,
    eventId,
    receiver,
    channel: channel.channel,
    consumer: channel.channel === 'queue' ? channel.consumer : null,
    status: 'pending',
    reason,
  }));
}
