/**
 * Deliveries: from the queue over the edge into the memory of an instance.
 *
 * A delivery is known by its *handle*: the broker's copy and the serial number of this delivery, so that an answer to one that the
 * broker has taken back is told from an answer to a later one of the same copy. `NO_ANSWER` for what is acknowledged already.
 */
import { COPY, SERIALS } from '../brokers/amqp/copies.ts';
import { at, OP, PRIORITY, wake } from '../events.ts';
import { pushFetched } from '../handlers/record-ring.ts';
import { keepEvidence } from '../ledger/evidence.ts';
import { addChance, dropChance, slotOf } from '../ledger/ledger.ts';
import { M } from '../ledger/layout.ts';
import { MESSAGE_FLAG } from '../ledger/messages.ts';
import { passesAtOnce, patientLatencyNs } from '../network.ts';
import { FLIGHT_OF } from '../observe/flights.ts';
import { allocate, release, rowOf } from '../pool.ts';
import type { Run } from '../state.ts';
import type { AmqpDelivery } from './amqp-state.ts';
import { noteAmqpFlight } from './flights.ts';
import { readerIsSent } from './streams.ts';

export const NO_ANSWER = -1;

/** The broker sends a copy to a consumer: there is one more that may be worked on, in the hands of the network. */
export function sendDelivery(run: Run, copy: number, consumer: number): void {
  const { amqp } = run;
  const { copies } = amqp.broker;
  const feedIndex = amqp.feedOf[consumer]!;
  const feed = amqp.feeds[feedIndex]!;
  const instance = amqp.instanceOf[consumer]!;
  const row = copies.message[copy]!;
  const flags = copies.flags[copy]!;
  const queue = amqp.queues[feed.queue]!;
  feed.delivered += 1;
  queue.delivered += 1;
  if ((flags & COPY.redelivered) !== 0) {
    queue.redelivered += 1;
    keepEvidence(run, run.subscriptions[feed.subscription]!, 'redelivered', row, '');
  }
  // Acknowledged automatically, the broker's copy is no more: the one that is sent takes its place.
  const automatic = (flags & COPY.automatic) !== 0;
  if (!automatic) addChance(run, row, slotOf(run, row, feed.subscription));
  if ((flags & COPY.ofStream) !== 0) readerIsSent(run, feedIndex, consumer, copies.order[copy]!);
  const handle = automatic ? NO_ANSWER : copy * SERIALS + copies.serial[copy]!;
  const edge = run.edges[feed.edge]!;
  const session = amqp.sessions[instance]!;
  const redelivered = (flags & COPY.redelivered) !== 0;
  if (passesAtOnce(run, edge, session.lastForwardNs)) {
    session.lastForwardNs = run.nowNs;
    hand(run, row, feedIndex, instance, handle, redelivered);
  } else carry(run, row, feedIndex, instance, handle, redelivered);
}

/** A delivery goes over an edge that may hold it up, never past the one before it. */
function carry(run: Run, row: number, feedIndex: number, instance: number, handle: number, redelivered: boolean): void {
  const { amqp } = run;
  const feed = amqp.feeds[feedIndex]!;
  const edge = run.edges[feed.edge]!;
  const session = amqp.sessions[instance]!;
  const delayNs = patientLatencyNs(run, edge, edge.forward);
  const arriveNs = Math.max(run.nowNs + delayNs, session.lastForwardNs);
  session.lastForwardNs = arriveNs;
  noteAmqpFlight(run, feed.edge, arriveNs, FLIGHT_OF.data, run.messages.int[row + M.key]!, instance);
  if (arriveNs <= run.nowNs && !edge.cut) {
    hand(run, row, feedIndex, instance, handle, redelivered);
    return;
  }
  const index = allocate(amqp.deliveries, newDelivery);
  const delivery = rowOf(amqp.deliveries, index);
  delivery.row = row;
  delivery.feed = feedIndex;
  delivery.instance = instance;
  delivery.subscription = feed.subscription;
  delivery.incarnation = run.instances[instance]!.process.incarnation;
  delivery.handle = handle;
  delivery.redelivered = redelivered;
  delivery.held = false;
  at(run, arriveNs, PRIORITY.client, OP.amqpDelivered, index);
}

function newDelivery(): AmqpDelivery {
  return {
    row: 0,
    feed: 0,
    instance: 0,
    subscription: 0,
    incarnation: 0,
    handle: 0,
    redelivered: false,
    held: false,
  };
}

/** It is there. A cut edge holds it up; to a process that has died it says nothing. */
export function delivered(run: Run, index: number): void {
  const delivery = rowOf(run.amqp.deliveries, index);
  const feed = run.amqp.feeds[delivery.feed]!;
  const { row, instance } = delivery;
  if (run.edges[feed.edge]!.cut && !feed.gone) {
    delivery.held = true;
    return;
  }
  const { process, stopped } = run.instances[instance]!;
  release(run.amqp.deliveries, index);
  if (feed.gone || stopped || process.crashed || process.incarnation !== delivery.incarnation) {
    dropChance(run, row, slotOf(run, row, delivery.subscription));
    return;
  }
  hand(run, row, delivery.feed, instance, delivery.handle, delivery.redelivered);
}

function hand(run: Run, row: number, feed: number, instance: number, handle: number, redelivered: boolean): void {
  if (redelivered) run.messages.int[row + M.flags]! |= MESSAGE_FLAG.redelivered;
  pushFetched(run.instances[instance]!.records, row, -1 - feed, handle);
  wake(run, instance);
}

/** Whose delivery it is, by a record's or a worker's cursor. */
export function amqpSubscription({ amqp }: Run, cursor: number): number {
  return amqp.feeds[-1 - cursor]!.subscription;
}

/** What is on its way to an instance whose connection has ended does not arrive. */
export function loseDeliveries(run: Run, instance: number, feed = -1): void {
  const { deliveries } = run.amqp;
  deliveries.rows.forEach((delivery, index) => {
    if (delivery === null || delivery.instance !== instance) return;
    if (feed >= 0 && delivery.feed !== feed) return;
    // One whose event is still to come is found void then.
    delivery.incarnation = -1;
    if (!delivery.held) return;
    release(deliveries, index);
    const { row, subscription } = delivery;
    dropChance(run, row, slotOf(run, row, subscription));
  });
}
