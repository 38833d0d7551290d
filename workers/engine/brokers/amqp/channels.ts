/** Connections and channels. What a channel holds goes back when it closes, however it closes. */
import type { Refusal } from '../../../scenario/amqp/refusal.ts';
import { REASON } from './codes.ts';
import { bury } from './dead-letter.ts';
import { outstanding, release } from './holding.ts';
import { deleteIfUnneeded, removeConsumer, removeQueueNow } from './queue-life.ts';
import { RETURN, returnAll } from './settle.ts';
import type { Broker } from './state.ts';

export function openConnection(broker: Broker): number {
  const index = broker.free.connections.pop() ?? broker.connections.length;
  broker.connections[index] = newConnection();
  return index;
}

export function openChannel(broker: Broker, connection: number): number {
  const index = broker.free.channels.pop() ?? broker.channels.length;
  broker.channels[index] = newChannel(connection);
  return index;
}

/** A client's connection ends, and it connects again, with one channel. For who keeps no number of the ones before: they are reused. */
export function reconnect(broker: Broker, channel: number, nowNs: number): void {
  const { connection } = broker.channels[channel]!;
  closeConnection(broker, connection, nowNs);
  broker.connections[connection] = newConnection();
  reopenChannel(broker, channel);
}

/** Opens a channel again that the broker has closed, under the same number. */
export function reopenChannel(broker: Broker, channel: number): void {
  broker.channels[channel] = newChannel(broker.channels[channel]!.connection);
}

function newConnection(): Broker['connections'][number] {
  return { open: true, blocked: false };
}

function newChannel(connection: number): Broker['channels'][number] {
  return {
    connection,
    open: true,
    lastTag: 0,
    first: -1,
    last: -1,
    held: 0,
    prefetch: 0,
    sharedPrefetch: 0,
    heldByConsumers: 0,
    consumers: [],
    past: [],
  };
}

/** basic.qos: for each consumer to come, or for all of the channel together. 0 is no limit. */
export function setPrefetch(broker: Broker, channel: number, count: number, shared: boolean): void {
  if (shared) broker.channels[channel]!.sharedPrefetch = count;
  else broker.channels[channel]!.prefetch = count;
}

/** Closes a channel, or its connection, as a refusal says, and gives the refusal back. */
export function refuseChannel(broker: Broker, channel: number, refusal: Refusal, nowNs: number): Refusal {
  if (refusal.closes === 'connection') closeConnection(broker, broker.channels[channel]!.connection, nowNs);
  else closeChannel(broker, channel, nowNs);
  return refusal;
}

/** Queue by queue: its consumers go, what they held goes back, and it goes on. */
export function closeChannel(broker: Broker, index: number, nowNs: number): void {
  const channel = broker.channels[index]!;
  if (!channel.open) return;
  channel.open = false;
  const held = outstanding(broker, index);
  const queues: number[] = [];
  for (const consumer of channel.consumers) noteQueue(queues, broker.consumers[consumer]!.queue);
  for (const copy of held) {
    noteQueue(queues, broker.copies.queue[copy]!);
    release(broker, copy);
  }
  for (const consumer of channel.consumers) removeConsumer(broker, consumer, nowNs);
  channel.past.push(...channel.consumers);
  channel.consumers = [];
  for (const queue of queues) {
    const back = held.filter((copy) => broker.copies.queue[copy] === queue);
    deleteIfUnneeded(broker, queue);
    returnAll(broker, queue, back, RETURN.abandoned, nowNs);
  }
  bury(broker, nowNs);
}

function noteQueue(queues: number[], queue: number): void {
  if (!queues.includes(queue)) queues.push(queue);
}

/** The end of a connection, orderly or not: to the broker it is the same once it knows. */
export function closeConnection(broker: Broker, index: number, nowNs: number): void {
  const connection = broker.connections[index]!;
  if (!connection.open) return;
  connection.open = false;
  connection.blocked = false;
  broker.channels.forEach((channel, place) => {
    if (channel.connection === index) closeChannel(broker, place, nowNs);
  });
  broker.queues.forEach((queue, place) => {
    if (queue.exists && queue.owner === index) removeQueueNow(broker, place, REASON.queueGone);
  });
}

/**
 * Ends a connection, if it has not ended yet, and lets its numbers be given out again, with those of its channels and their
 * consumers. For who alone knows it, and forgets it with this call.
 */
export function forgetConnection(broker: Broker, index: number, nowNs: number): void {
  closeConnection(broker, index, nowNs);
  const { free } = broker;
  free.connections.push(index);
  broker.channels.forEach((channel, place) => {
    if (channel.connection !== index) return;
    free.consumers.push(...channel.past);
    free.channels.push(place);
    broker.channels[place] = { ...newChannel(NOBODY), open: false };
  });
}

/** No connection has this number. */
const NOBODY = -1;

/** Memory or disk run short, or no longer do. Connections that publish are held back from their next publish on. */
export function setAlarm(broker: Broker, on: boolean): void {
  broker.alarm = on;
  if (!on) for (const connection of broker.connections) connection.blocked = false;
}
