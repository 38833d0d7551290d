/** A message comes into a queue, if the queue takes it; and what a limit on the queue's length then does. */
import { NOTE, REASON } from './codes.ts';
import { COPY, takeRow } from './copies.ts';
import { dispatch } from './dispatch.ts';
import { expireHeads } from './expiry.ts';
import { deliver } from './holding.ts';
import { dieLater } from './later.ts';
import { tell } from './outbox.ts';
import { levelOf, pushReady, takeHead } from './ready.ts';
import { nextConsumer } from './rotation.ts';
import { KIND, type Broker, type Queue } from './state.ts';
import { appendToStream } from './stream.ts';

/** A message as it is published. */
export interface Parcel {
  message: number;
  envelope: number;
  bytes: number;
  /** -1 for none. */
  priority: number;
  persistent: boolean;
  /** Its own TTL, -1 for none. */
  ttlNs: number;
}

/**
 * Puts a copy into a queue, or straight into the hands of a consumer.
 *
 * @param dead whether it comes from another queue
 * @returns false when the queue refuses it
 */
export function accept(broker: Broker, index: number, parcel: Parcel, dead: boolean, nowNs: number): boolean {
  const queue = broker.queues[index]!;
  if (isRefused(queue, parcel.bytes)) {
    refuse(broker, index, parcel);
    return false;
  }
  const copy = addCopy(broker, queue, index, parcel, nowNs);
  if (dead || queue.kind === KIND.stream) tell(broker, NOTE.enqueued, parcel.message, index, copy);
  if (queue.kind === KIND.stream) {
    appendToStream(broker, index, copy, nowNs);
    return true;
  }
  if (queue.ready === 0) {
    const consumer = nextConsumer(broker, queue);
    if (consumer >= 0) {
      deliver(broker, queue, copy, consumer, nowNs);
      return true;
    }
  }
  pushReady(queue, broker.copies, levelOf(queue, parcel.priority), copy);
  if (queue.limited) holdLimit(broker, queue);
  // Unless it may be the head of something, nothing has changed that could expire.
  if (queue.expiring && (queue.ready === 1 || queue.limited || queue.levels.length > 1)) {
    expireHeads(broker, index, nowNs);
  }
  if (queue.ready > 1 && queue.arguments.singleActiveConsumer) dispatch(broker, index, nowNs);
  return true;
}

/** Whether a queue refuses a message of that size. */
export function isRefused(queue: Queue, bytes: number): boolean {
  return queue.limited && queue.arguments.overflow !== 'drop-head' && overflows(queue, bytes);
}

function addCopy(broker: Broker, queue: Queue, index: number, parcel: Parcel, nowNs: number): number {
  const { copies } = broker;
  const copy = takeRow(copies);
  const envelope = broker.envelopes[parcel.envelope]!;
  envelope.uses += 1;
  copies.message[copy] = parcel.message;
  copies.envelope[copy] = parcel.envelope;
  copies.queue[copy] = index;
  copies.bytes[copy] = parcel.bytes;
  copies.bytesHeld += parcel.bytes;
  copies.priority[copy] = parcel.priority;
  copies.flags[copy] = parcel.persistent ? COPY.persistent : 0;
  copies.order[copy] = queue.nextOrder;
  copies.ttlNs[copy] = parcel.ttlNs;
  copies.returns[copy] = 0;
  copies.channel[copy] = -1;
  queue.nextOrder += 1;
  const ttlNs = lowerLimit(parcel.ttlNs, queue.arguments.messageTtlNs);
  if (ttlNs < 0) copies.expiresNs[copy] = Infinity;
  else {
    copies.expiresNs[copy] = nowNs + ttlNs;
    queue.expiring = true;
  }
  return copy;
}

/** The lower of two limits of which -1 is none. */
function lowerLimit(a: number, b: number): number {
  if (a < 0) return b;
  return b < 0 || a < b ? a : b;
}

/**
 * Whether one more is too much. Only what is ready counts. A quorum queue tells its publishers late: it takes one above its
 * limit, and opens again when it is below four fifths of it (rabbit_fifo.erl, LOW_LIMIT).
 */
function overflows(queue: Queue, bytes: number): boolean {
  const { maxLength, maxLengthBytes } = queue.arguments;
  if (queue.kind !== KIND.quorum) {
    return (
      (maxLength >= 0 && queue.ready + 1 > maxLength) ||
      (maxLengthBytes >= 0 && queue.readyBytes + bytes > maxLengthBytes)
    );
  }
  if (isOverLimit(queue)) queue.rejecting = true;
  else if (queue.rejecting && isBelow(queue, 0.8)) queue.rejecting = false;
  return queue.rejecting;
}

function isOverLimit(queue: Queue): boolean {
  const { maxLength, maxLengthBytes } = queue.arguments;
  return (maxLength >= 0 && lengthOf(queue) > maxLength) || (maxLengthBytes >= 0 && bytesOf(queue) > maxLengthBytes);
}

/** What counts towards a limit: what is ready, and what a quorum queue keeps (RD7) or keeps back (RQ13). */
function lengthOf({ ready, kept, delayed }: Queue): number {
  return ready + kept.length + delayed;
}

function bytesOf({ readyBytes, keptBytes, delayedBytes }: Queue): number {
  return readyBytes + keptBytes + delayedBytes;
}

function isBelow(queue: Queue, share: number): boolean {
  const { maxLength, maxLengthBytes } = queue.arguments;
  return (
    (maxLength < 0 || lengthOf(queue) < maxLength * share) &&
    (maxLengthBytes < 0 || bytesOf(queue) < maxLengthBytes * share)
  );
}

/**
 * Takes from the head what is too much. Of several at once a quorum queue dead-letters the last first, because its effects
 * are listed so (rabbit_fifo.erl, drop_head).
 */
export function holdLimit(broker: Broker, queue: Queue): void {
  if (queue.arguments.overflow !== 'drop-head' || !isOverLimit(queue)) return;
  const dropped: number[] = [];
  while (queue.ready > 0 && isOverLimit(queue)) dropped.push(takeHead(queue, broker.copies));
  if (queue.kind === KIND.quorum) dropped.reverse();
  for (const copy of dropped) dieLater(broker, copy, REASON.maxlen);
}

/** With `reject-publish-dlx` what is refused is a dead letter all the same. */
function refuse(broker: Broker, index: number, parcel: Parcel): void {
  const queue = broker.queues[index]!;
  if (queue.arguments.overflow !== 'reject-publish-dlx' || queue.arguments.deadLetterExchange === null) return;
  const copy = addCopy(broker, queue, index, parcel, Infinity);
  tell(broker, NOTE.enqueued, parcel.message, index, copy);
  dieLater(broker, copy, REASON.maxlen);
}
