import type { AlertKind, AlertsSettings, ChannelSettings, Level, Route } from '@quhua/core';

/** What routing looks at. */
export type RoutedAlert = {
  readonly kind: AlertKind;
  readonly level: Level;
  /** Region that the alert is about; null for one about a feed or a file. */
  readonly regionCode: string | null;
  /** Receiver who answers for what it is about: told whatever the routes say. */
  readonly owner?: string | null;
};

export type Destination = { readonly receiver: string; readonly channel: ChannelSettings; readonly reason: string };

/**
 * Where an alert goes: every channel of every receiver that a route names for it, each once.
 *
 * Shapes: empty if no route takes the alert; the caller must not let that pass in silence (`check-config` asks for a
 * route that takes everything).
 */
export function routeAlert(alert: RoutedAlert, { routes, receivers }: AlertsSettings): Destination[] {
  const taken = new Map<string, string>();
  if (typeof alert.owner === 'string') taken.set(alert.owner, 'owner');
  for (const [at, route] of routes.entries()) {
    if (takes(route, alert) && !taken.has(route.receiver)) taken.set(route.receiver, `routes[${at}]`);
  }
  return receivers.flatMap(({ name, channels }) => {
    const reason = taken.get(name);
    return reason === undefined ? [] : channels.map((channel) => ({ receiver: name, channel, reason }));
  });
}

function takes({ kinds, levels, regions }: Route, { kind, level, regionCode }: RoutedAlert): boolean {
  if (kinds !== undefined && !kinds.includes(kind)) return false;
  if (levels !== undefined && !levels.includes(level)) return false;
  return regions === undefined || (regionCode !== null && regions.includes(regionCode));
}
