/**
 * Publishing: route, and put a copy into each queue. What is said of a publish is one of three answers; the confirm to the
 * publisher, and its delay, are the caller's.
 */
import type { Refusal } from '../../../scenario/amqp/refusal.ts';
import { publishRefusal } from '../../../scenario/amqp/routing-table.ts';
import { accept, type Parcel } from './accept.ts';
import { refuseChannel } from './channels.ts';
import { NOTE } from './codes.ts';
import { bury } from './dead-letter.ts';
import { tell } from './outbox.ts';
import { routeOf } from './routing.ts';
import type { Broker } from './state.ts';

/** Answers to a publish: no queue for it; all its queues have it; one of them refused it. */
export const PUBLISHED = { unroutable: -1, accepted: 0, refused: 1 } as const;
export type Published = (typeof PUBLISHED)[keyof typeof PUBLISHED];

/**
 * What a client is told before it publishes to an exchange that is not there, or that is internal: its channel is closed.
 * While the alarm is on, this publish still comes through, and no other of its connection.
 */
export function beforePublish(broker: Broker, channel: number, exchange: string, nowNs: number): Refusal | null {
  const refusal = publishRefusal(broker.routing, exchange);
  if (refusal !== null) return refuseChannel(broker, channel, refusal, nowNs);
  if (broker.alarm) broker.connections[broker.channels[channel]!.connection]!.blocked = true;
  return null;
}

/** Puts a message into all the queues that its exchange has for it. */
export function publish(broker: Broker, parcel: Parcel, nowNs: number): Published {
  const route = routeOf(broker, parcel.envelope);
  let published: Published = route.length === 0 ? PUBLISHED.unroutable : PUBLISHED.accepted;
  for (let i = 0; i < route.length; i += 1) {
    if (accept(broker, route[i]!, parcel, false, nowNs)) continue;
    published = PUBLISHED.refused;
    tell(broker, NOTE.refused, parcel.message, route[i]!, 0);
  }
  if (broker.dying.length > 0) bury(broker, nowNs);
  return published;
}
