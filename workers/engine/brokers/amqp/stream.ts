/**
 * Streams: a log that readers do not empty. The counters of its ring are the offsets: `head` is the first that is still
 * there, `tail` the next. Each reader has a position; acknowledging only makes room under its prefetch.
 *
 * Source: rabbitmq.com/docs/streams. A chunk is one message here; retention looks when a segment is full.
 */
import { COPY, takeRow } from './copies.ts';
import { NOTE, REASON } from './codes.ts';
import { dropCopy } from './envelopes.ts';
import { deliver } from './holding.ts';
import { tell } from './outbox.ts';
import { pushReady, takeHead } from './ready.ts';
import { hasRoom } from './rotation.ts';
import type { Broker, Queue } from './state.ts';

/** [RS9] A stream keeps so many records at most, whatever its settings. */
const RECORDS_MOST = 2 ** 18;

export function appendToStream(broker: Broker, index: number, copy: number, nowNs: number): void {
  const queue = broker.queues[index]!;
  const offset = queue.levels[0]!.tail;
  broker.copies.expiresNs[copy] = nowNs;
  pushReady(queue, broker.copies, 0, copy);
  broker.streamBytes += broker.copies.bytes[copy]!;
  addToSegment(broker, index, offset, broker.copies.bytes[copy]!, nowNs);
  if (queue.ready > RECORDS_MOST) dropOldest(broker, index);
  feedStream(broker, index, nowNs);
}

/** Sends readers what they have room for, in the order in which they came. */
export function feedStream(broker: Broker, index: number, nowNs: number): void {
  const queue = broker.queues[index]!;
  const level = queue.levels[0]!;
  for (const place of queue.consumers) {
    const reader = broker.consumers[place]!;
    if (queue.arguments.singleActiveConsumer && queue.active !== place) continue;
    if (reader.offset < level.head) reader.offset = level.head;
    while (reader.offset < level.tail && hasRoom(broker, reader)) {
      const record = level.ring[reader.offset & level.mask]!;
      deliver(broker, queue, copyOfRecord(broker, record, reader.offset), place, nowNs);
      reader.offset += 1;
    }
    reader.waiting = hasRoom(broker, reader);
  }
}

function copyOfRecord(broker: Broker, record: number, offset: number): number {
  const { copies } = broker;
  const copy = takeRow(copies);
  const envelope = broker.envelopes[copies.envelope[record]!]!;
  envelope.uses += 1;
  copies.message[copy] = copies.message[record]!;
  copies.envelope[copy] = copies.envelope[record]!;
  copies.queue[copy] = copies.queue[record]!;
  copies.bytes[copy] = copies.bytes[record]!;
  copies.bytesHeld += copies.bytes[record]!;
  copies.priority[copy] = copies.priority[record]!;
  copies.flags[copy] = (copies.flags[record]! & COPY.persistent) | COPY.ofStream;
  copies.order[copy] = offset;
  copies.ttlNs[copy] = copies.ttlNs[record]!;
  copies.expiresNs[copy] = Infinity;
  copies.returns[copy] = 0;
  copies.channel[copy] = -1;
  return copy;
}

/** Where a reader starts that asks for it so; null for what no broker understands. */
export function startOffset(broker: Broker, queue: Queue, asked: unknown, nowNs: number): number | null {
  const { head, tail } = queue.levels[0]!;
  if (asked === undefined || asked === 'next') return tail;
  if (asked === 'first') return head;
  if (asked === 'last') return Math.max(head, tail - 1);
  if (typeof asked === 'number') return Number.isSafeInteger(asked) ? Math.max(head, asked) : null;
  const ageNs = typeof asked === 'string' ? intervalNs(asked) : null;
  return ageNs === null ? null : firstSince(broker, queue, nowNs - ageNs);
}

function firstSince(broker: Broker, queue: Queue, sinceNs: number): number {
  const { head, tail, mask, ring } = queue.levels[0]!;
  let offset = head;
  while (offset < tail && broker.copies.expiresNs[ring[offset & mask]!]! < sinceNs) offset += 1;
  return offset;
}

const SECONDS: Readonly<Record<string, number>> = { Y: 31_536_000, M: 2_592_000, D: 86_400, h: 3600, m: 60, s: 1 };

/** `7D`, `12h`: as `x-max-age` and `x-stream-offset` have it; null for anything else. */
export function intervalNs(text: string): number | null {
  const read = /^(\d+)([YMDhms])$/.exec(text);
  return read === null ? null : Number(read[1]) * SECONDS[read[2]!]! * 1e9;
}

function addToSegment(broker: Broker, index: number, offset: number, bytes: number, nowNs: number): void {
  const queue = broker.queues[index]!;
  const last = queue.segmentStarts.length - 1;
  if (last < 0 || queue.segmentBytes[last]! + bytes > queue.arguments.segmentBytes) {
    queue.segmentStarts.push(offset);
    queue.segmentBytes.push(bytes);
    queue.segmentLastNs.push(nowNs);
    dropOldSegments(broker, index, nowNs);
    return;
  }
  queue.segmentBytes[last] = queue.segmentBytes[last]! + bytes;
  queue.segmentLastNs[last] = nowNs;
}

/** Whole segments go, the oldest first, and never the last. */
function dropOldSegments(broker: Broker, index: number, nowNs: number): void {
  const queue = broker.queues[index]!;
  const { maxLengthBytes, maxAgeNs } = queue.arguments;
  while (queue.segmentStarts.length > 1) {
    const tooMuch = maxLengthBytes >= 0 && queue.readyBytes > maxLengthBytes;
    const tooOld = maxAgeNs >= 0 && queue.segmentLastNs[0]! < nowNs - maxAgeNs;
    if (!tooMuch && !tooOld) return;
    queue.segmentStarts.shift();
    queue.segmentBytes.shift();
    queue.segmentLastNs.shift();
    while (queue.levels[0]!.head < queue.segmentStarts[0]!) dropOldest(broker, index);
  }
}

function dropOldest(broker: Broker, index: number): void {
  const { copies } = broker;
  const record = takeHead(broker.queues[index]!, copies);
  broker.streamBytes -= copies.bytes[record]!;
  tell(broker, NOTE.dropped, copies.message[record]!, index, REASON.expired);
  dropCopy(broker, record);
}
