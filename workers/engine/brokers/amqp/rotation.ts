/**
 * Who gets the next message. A queue has a rotation of consumers for each consumer priority; the first of the highest one
 * that has room is served and goes to the end.
 *
 * A classic queue takes a consumer without room out of the rotation when its turn comes, and puts it at the end again when it
 * gets room (rabbit_queue_consumers.erl). A quorum queue takes it out as soon as it has no room (rabbit_fifo.erl). So
 * a consumer that acknowledges before its turn keeps its place in one and loses it in the other.
 */
import { growInt32 } from '../../core/columns.ts';
import { KIND, type Broker, type Consumer, type Queue, type Rotation } from './state.ts';

/** Whether a consumer may be sent another message. */
export function hasRoom(broker: Broker, consumer: Consumer): boolean {
  if (consumer.autoAck) return true;
  if (consumer.prefetch > 0 && consumer.held >= consumer.prefetch) return false;
  const channel = broker.channels[consumer.channel]!;
  return channel.sharedPrefetch === 0 || channel.heldByConsumers < channel.sharedPrefetch;
}

/** The consumer whose turn it is, -1 if nobody has room. It has had its turn then. */
export function nextConsumer(broker: Broker, queue: Queue): number {
  if (queue.arguments.singleActiveConsumer) return activeConsumer(broker, queue);
  const { rotations } = queue;
  for (let i = 0; i < rotations.length; i += 1) {
    const rotation = rotations[i]!;
    while (rotation.count > 0) {
      const mask = rotation.ring.length - 1;
      const index = rotation.ring[rotation.head & mask]!;
      rotation.head = (rotation.head + 1) & mask;
      const consumer = broker.consumers[index]!;
      if (hasRoom(broker, consumer)) {
        rotation.ring[(rotation.head + rotation.count - 1) & mask] = index;
        return index;
      }
      rotation.count -= 1;
      consumer.waiting = false;
    }
  }
  return -1;
}

function activeConsumer(broker: Broker, queue: Queue): number {
  if (queue.active < 0 || (broker.features.takeover && queue.kind === KIND.quorum && isWaitedFor(broker, queue)))
    return -1;
  const consumer = broker.consumers[queue.active]!;
  if (hasRoom(broker, consumer)) return queue.active;
  consumer.waiting = false;
  return -1;
}

/**
 * In a quorum queue a consumer of higher priority takes over from the active one, as soon as that one has nothing
 * unacknowledged. True while it has.
 */
function isWaitedFor(broker: Broker, queue: Queue): boolean {
  const best = firstOfHighest(broker, queue);
  const active = broker.consumers[queue.active]!;
  if (broker.consumers[best]!.priority <= active.priority) return false;
  if (active.held > 0) {
    active.waiting = false;
    return true;
  }
  queue.active = best;
  return false;
}

/** The consumer of highest priority that came first; -1 if there is none. */
export function firstOfHighest(broker: Broker, queue: Queue): number {
  let best = -1;
  for (const index of queue.consumers) {
    if (best < 0 || broker.consumers[index]!.priority > broker.consumers[best]!.priority) best = index;
  }
  return best;
}

/** A consumer has got room: its queue serves it again. */
export function backInRotation(broker: Broker, index: number): void {
  const consumer = broker.consumers[index]!;
  consumer.waiting = true;
  const queue = broker.queues[consumer.queue]!;
  // Readers of a stream take no turns.
  if (!queue.arguments.singleActiveConsumer && queue.kind !== KIND.stream)
    joinRotation(queue, index, consumer.priority);
}

/** Puts a consumer at the end of the rotation of its priority. */
export function joinRotation(queue: Queue, index: number, priority: number): void {
  const rotation = rotationOf(queue, priority);
  if (rotation.count === rotation.ring.length) {
    const list = inTurn(rotation);
    rotation.ring = growInt32(Int32Array.from(list), list.length + 1);
    rotation.head = 0;
  }
  rotation.ring[(rotation.head + rotation.count) & (rotation.ring.length - 1)] = index;
  rotation.count += 1;
}

export function leaveRotation(queue: Queue, index: number, consumer: Consumer): void {
  consumer.waiting = false;
  if (queue.arguments.singleActiveConsumer) return;
  const rotation = rotationOf(queue, consumer.priority);
  const mask = rotation.ring.length - 1;
  const last = (rotation.head + rotation.count - 1) & mask;
  if (rotation.ring[last] !== index) {
    const list = inTurn(rotation).filter((each) => each !== index);
    list.forEach((each, i) => (rotation.ring[(rotation.head + i) & mask] = each));
    rotation.count = list.length;
    return;
  }
  rotation.count -= 1;
}

/** The consumers of a rotation, whose turn it is first. */
function inTurn(rotation: Rotation): number[] {
  return Array.from(
    { length: rotation.count },
    (_, i) => rotation.ring[(rotation.head + i) & (rotation.ring.length - 1)]!,
  );
}

function rotationOf(queue: Queue, priority: number): Rotation {
  let at = 0;
  while (at < queue.rotations.length && queue.rotations[at]!.priority > priority) at += 1;
  const found = queue.rotations[at];
  if (found?.priority === priority) return found;
  const rotation: Rotation = { priority, ring: new Int32Array(16), head: 0, count: 0 };
  queue.rotations.splice(at, 0, rotation);
  return rotation;
}
