/** A queue's life, and that of its consumers: made, emptied, deleted, and what it takes with it. */
import { addQueue, removeQueue } from '../../../scenario/amqp/routing-table.ts';
import { removeFrom } from '../../core/columns.ts';
import { NOTE, REASON } from './codes.ts';
import { takeDelayed } from './delayed.ts';
import { dropCopy } from './envelopes.ts';
import { noteDue, takeKept } from './later.ts';
import { tell } from './outbox.ts';
import { createLevel, levelOf, pushReady, pushReturned, readyCopies } from './ready.ts';
import { firstOfHighest, leaveRotation } from './rotation.ts';
import { KIND, type Broker, type Queue, type QueueArguments } from './state.ts';

/** Adds a queue whose name is free. @returns its index */
export function createQueue(broker: Broker, name: string, owner: number, given: QueueArguments, nowNs: number): number {
  const kind = KIND[given.type];
  const levels = kind === KIND.quorum ? broker.features.quorumPriorities : given.maxPriority + 1;
  const queue: Queue = {
    name,
    exists: true,
    arguments: { ...given },
    owner,
    kind,
    levels: Array.from({ length: kind === KIND.stream ? 1 : levels }, createLevel),
    top: 0,
    turn: kind === KIND.quorum && levels === 2 ? 0 : -1,
    ready: 0,
    readyBytes: 0,
    unacknowledged: 0,
    nextOrder: 0,
    nextReturn: 0,
    expiring: false,
    limited: kind !== KIND.stream && (given.maxLength >= 0 || given.maxLengthBytes >= 0),
    rejecting: false,
    deliveryLimit: given.deliveryLimit ?? broker.features.deliveryLimit,
    kept: [],
    keptReasons: [],
    keptBytes: 0,
    retryNs: Infinity,
    delayed: 0,
    delayedBytes: 0,
    consumers: [],
    rotations: [],
    active: -1,
    exclusive: false,
    hadConsumers: false,
    unusedSinceNs: nowNs,
    segmentStarts: [],
    segmentBytes: [],
    segmentLastNs: [],
  };
  broker.queues.push(queue);
  const index = broker.queues.length - 1;
  addQueue(broker.routing, index, name);
  startUnused(broker, queue, nowNs);
  return index;
}

/** The broker has another version now: what is ready in its quorum queues is sorted into the levels that these have in it. */
export function refitQueues(broker: Broker): void {
  const { copies, features } = broker;
  for (const queue of broker.queues) {
    const { quorumPriorities: levels } = features;
    if (!queue.exists || queue.kind !== KIND.quorum || queue.levels.length === levels) continue;
    const list = readyCopies(queue, copies).map((copy) => ({ copy, isBack: copies.returns[copy]! > 0 }));
    queue.levels = Array.from({ length: levels }, createLevel);
    Object.assign(queue, { top: 0, turn: levels === 2 ? 0 : -1, ready: 0, readyBytes: 0 });
    for (const { copy, isBack } of list) {
      if (isBack) pushReturned(queue, copies, levels - 1, copy);
      else pushReady(queue, copies, levelOf(queue, copies.priority[copy]!), copy);
    }
  }
}

/** Takes all out of a queue that is ready, or kept back until it is ready again; it dies no death. @returns how many copies that was */
export function emptyQueue(broker: Broker, index: number, reason: number): number {
  const queue = broker.queues[index]!;
  const list = [...readyCopies(queue, broker.copies), ...takeDelayed(broker, index)];
  const [first] = queue.levels;
  if (queue.kind === KIND.stream) broker.streamBytes -= queue.readyBytes;
  for (const copy of list) {
    tell(broker, NOTE.dropped, broker.copies.message[copy]!, index, reason);
    dropCopy(broker, copy);
  }
  const next = first!.tail;
  queue.levels = queue.levels.map(createLevel);
  // The offsets of a stream go on.
  queue.levels[0]!.head = next;
  queue.levels[0]!.tail = next;
  queue.top = 0;
  queue.ready = 0;
  queue.readyBytes = 0;
  return list.length;
}

/** A queue goes with what is ready in it, and its consumers are told. */
export function removeQueueNow(broker: Broker, index: number, reason: number): void {
  const queue = broker.queues[index]!;
  emptyQueue(broker, index, reason);
  dropKept(broker, index, reason);
  queue.exists = false;
  removeQueue(broker.routing, index);
  for (const each of queue.consumers) {
    const consumer = broker.consumers[each]!;
    consumer.alive = false;
    consumer.waiting = false;
    leaveChannel(broker, each);
    tell(broker, NOTE.cancelled, -1, index, each);
  }
  queue.consumers = [];
  queue.rotations = [];
  queue.active = -1;
  tell(broker, NOTE.queueGone, -1, index, 0);
}

function dropKept(broker: Broker, index: number, reason: number): void {
  for (const copy of takeKept(broker.queues[index]!).copies) {
    tell(broker, NOTE.dropped, broker.copies.message[copy]!, index, reason);
    dropCopy(broker, copy);
  }
}

/** A queue that deletes itself goes with its last consumer. */
export function deleteIfUnneeded(broker: Broker, index: number): void {
  const queue = broker.queues[index]!;
  const unneeded = queue.arguments.autoDelete && queue.hadConsumers && queue.consumers.length === 0;
  if (queue.exists && unneeded) removeQueueNow(broker, index, REASON.queueGone);
}

/** Takes a consumer off its queue. The next in line is the active one, if it was that. */
export function removeConsumer(broker: Broker, index: number, nowNs: number): void {
  const consumer = broker.consumers[index]!;
  const queue = broker.queues[consumer.queue]!;
  consumer.alive = false;
  if (consumer.waiting && queue.kind !== KIND.stream) leaveRotation(queue, index, consumer);
  consumer.waiting = false;
  const at = queue.consumers.indexOf(index);
  if (at < 0) return;
  removeFrom(queue.consumers, at);
  if (consumer.exclusive) queue.exclusive = false;
  if (queue.active === index) queue.active = firstOfHighest(broker, queue);
  if (queue.consumers.length === 0) startUnused(broker, queue, nowNs);
}

/** Nobody consumes from a queue: its own time to live begins. */
export function startUnused(broker: Broker, queue: Queue, nowNs: number): void {
  queue.unusedSinceNs = nowNs;
  const { expiresNs } = queue.arguments;
  if (expiresNs >= 0) noteDue(broker, nowNs + expiresNs);
}

/** A consumer is no longer of its channel. */
export function leaveChannel(broker: Broker, consumer: number): void {
  const { consumers, past } = broker.channels[broker.consumers[consumer]!.channel]!;
  const at = consumers.indexOf(consumer);
  if (at < 0) return;
  removeFrom(consumers, at);
  past.push(consumer);
}
