/**
 * What becomes of deliveries: acknowledged, put back, or rejected.
 *
 * Put back, a copy goes to its old place in a classic queue. In a quorum queue it is served before all others, in the order of
 * return; but one that a consumer gives back to a queue without a delivery limit goes to the end.
 */
import { holdLimit } from './accept.ts';
import { NOTE, REASON } from './codes.ts';
import { COPY } from './copies.ts';
import { delayNs, keepBack } from './delayed.ts';
import { bury } from './dead-letter.ts';
import { dispatch } from './dispatch.ts';
import { dropCopy } from './envelopes.ts';
import { expireHeads } from './expiry.ts';
import { release } from './holding.ts';
import { dieLater } from './later.ts';
import { tell } from './outbox.ts';
import { levelOf, pushReady, pushReturned } from './ready.ts';
import { backInRotation, hasRoom } from './rotation.ts';
import { KIND, type Broker, type Queue } from './state.ts';

/** `returned` counts towards the delivery limit of a quorum queue, `released` does not. */
export const OUTCOME = { acknowledged: 0, returned: 1, released: 2, rejected: 3 } as const;
export type Outcome = (typeof OUTCOME)[keyof typeof OUTCOME];

/** Given back by its consumer, as a delivery that counts or as none; or abandoned by one whose channel has closed. */
export const RETURN = { free: 0, counted: 1, abandoned: 2 } as const;
type Return = (typeof RETURN)[keyof typeof RETURN];

/** What a nack that requeues means to this broker. */
export function outcomeOfNack(broker: Broker, requeue: boolean): Outcome {
  if (!requeue) return OUTCOME.rejected;
  return broker.features.nackCounts ? OUTCOME.returned : OUTCOME.released;
}

/** Acknowledges a copy that is held: the usual way, one by one. */
function acknowledge(broker: Broker, copy: number, nowNs: number): void {
  const consumer = broker.copies.consumer[copy]!;
  const channel = broker.copies.channel[copy]!;
  release(broker, copy);
  dropCopy(broker, copy);
  if (consumer >= 0) makeRoom(broker, consumer, channel, nowNs);
  if (broker.dying.length > 0) bury(broker, nowNs);
}

/** Settles one copy that is held. */
export function settle(broker: Broker, copy: number, outcome: Outcome, nowNs: number): void {
  if (outcome === OUTCOME.acknowledged) acknowledge(broker, copy, nowNs);
  else settleAll(broker, [copy], outcome, nowNs);
}

/** Settles copies that are held, in the order given; each queue does with its own ones together. */
export function settleAll(broker: Broker, copies: readonly number[], outcome: Outcome, nowNs: number): void {
  const byQueue: number[][] = [];
  for (const copy of copies) {
    const queue = broker.copies.queue[copy]!;
    const same = byQueue.find((list) => broker.copies.queue[list[0]!] === queue);
    if (same === undefined) byQueue.push([copy]);
    else same.push(copy);
  }
  for (const list of byQueue) settleOfQueue(broker, list, outcome, nowNs);
  bury(broker, nowNs);
}

function settleOfQueue(broker: Broker, list: readonly number[], outcome: Outcome, nowNs: number): void {
  const index = broker.copies.queue[list[0]!]!;
  const consumers: number[] = [];
  for (const copy of list) {
    const consumer = broker.copies.consumer[copy]!;
    if (consumer >= 0 && !consumers.includes(consumer)) consumers.push(consumer);
    release(broker, copy);
  }
  let room = false;
  for (const consumer of consumers) room = joinIfRoom(broker, consumer) || room;
  if (outcome === OUTCOME.returned || outcome === OUTCOME.released) {
    returnAll(broker, index, list, outcome === OUTCOME.returned ? RETURN.counted : RETURN.free, nowNs);
  } else {
    for (const copy of list) {
      if (outcome === OUTCOME.rejected && !isOver(broker, copy)) dieLater(broker, copy, REASON.rejected);
      else if (outcome === OUTCOME.rejected) dropOver(broker, copy);
      else dropCopy(broker, copy);
    }
  }
  if (room && broker.queues[index]!.exists) dispatch(broker, index, nowNs);
  for (const consumer of consumers) makeRoomOnChannel(broker, broker.consumers[consumer]!.channel, nowNs);
}

/** Whether a copy has nothing left to go back to: its queue is gone, or it was read from a stream. */
function isOver(broker: Broker, copy: number): boolean {
  return !broker.queues[broker.copies.queue[copy]!]!.exists || (broker.copies.flags[copy]! & COPY.ofStream) !== 0;
}

/** One whose queue is gone goes too; a record of a stream stays in it. */
function dropOver(broker: Broker, copy: number): void {
  const { flags, message, queue } = broker.copies;
  if ((flags[copy]! & COPY.ofStream) === 0) tell(broker, NOTE.dropped, message[copy]!, queue[copy]!, REASON.queueGone);
  dropCopy(broker, copy);
}

/** Puts copies that nobody holds any more back into their queue, and has it go on. */
export function returnAll(broker: Broker, index: number, list: readonly number[], how: Return, nowNs: number): void {
  const queue = broker.queues[index]!;
  for (const copy of list) {
    if (!isOver(broker, copy)) putBack(broker, queue, copy, how, nowNs);
    else dropOver(broker, copy);
  }
  if (!queue.exists) return;
  // A quorum queue delivers first, and then looks at its length (rabbit_fifo.erl, checkout).
  if (queue.kind === KIND.quorum) dispatch(broker, index, nowNs);
  if (queue.limited) holdLimit(broker, queue);
  if (queue.expiring) expireHeads(broker, index, nowNs);
  if (queue.kind === KIND.classic) dispatch(broker, index, nowNs);
}

function putBack(broker: Broker, queue: Queue, copy: number, how: Return, nowNs: number): void {
  const { copies } = broker;
  copies.flags[copy] = copies.flags[copy]! | COPY.redelivered;
  if (queue.kind === KIND.classic) {
    pushReturned(queue, copies, levelOf(queue, copies.priority[copy]!), copy);
    return;
  }
  if (how !== RETURN.free) copies.returns[copy] = copies.returns[copy]! + 1;
  if (queue.deliveryLimit >= 0 && copies.returns[copy]! > queue.deliveryLimit) {
    dieLater(broker, copy, REASON.deliveryLimit);
    return;
  }
  const waitsNs = broker.features.delayedRetry ? delayNs(queue, how !== RETURN.free, copies.returns[copy]!) : -1;
  if (waitsNs >= 0) keepBack(broker, queue, copy, nowNs + waitsNs);
  else if (queue.deliveryLimit < 0 && how !== RETURN.abandoned) {
    copies.order[copy] = queue.nextOrder;
    queue.nextOrder += 1;
    pushReady(queue, copies, levelOf(queue, copies.priority[copy]!), copy);
  } else {
    copies.order[copy] = queue.nextReturn;
    queue.nextReturn += 1;
    pushReturned(queue, copies, queue.levels.length - 1, copy);
  }
}

/** A consumer holds one less: it may have its turn again, and so may others on its channel. */
function makeRoom(broker: Broker, index: number, channel: number, nowNs: number): void {
  if (joinIfRoom(broker, index)) dispatch(broker, broker.consumers[index]!.queue, nowNs);
  if (broker.channels[channel]!.sharedPrefetch > 0) makeRoomOnChannel(broker, channel, nowNs);
}

function joinIfRoom(broker: Broker, index: number): boolean {
  const consumer = broker.consumers[index]!;
  if (consumer.waiting) return false;
  if (!consumer.alive || !hasRoom(broker, consumer)) return false;
  backInRotation(broker, index);
  return true;
}

function makeRoomOnChannel(broker: Broker, index: number, nowNs: number): void {
  if (broker.channels[index]!.sharedPrefetch > 0) resumeChannel(broker, index, nowNs);
}

/** Consumers of a channel that may have room again have their turn. */
export function resumeChannel(broker: Broker, index: number, nowNs: number): void {
  for (const consumer of broker.channels[index]!.consumers) {
    if (joinIfRoom(broker, consumer)) dispatch(broker, broker.consumers[consumer]!.queue, nowNs);
  }
}
