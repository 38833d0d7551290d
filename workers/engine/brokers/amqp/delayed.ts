/**
 * [RQ13] Delayed retry of quorum queues: what comes back is kept back for a while, longer with every return that counts, and is then
 * served before all that is ready, as what came back at once is. Meanwhile it is not ready, but counts towards the queue's
 * length. All queues share one heap of copies by the instants at which they are ripe.
 *
 * Source: rabbit_fifo.erl, `should_delay`, `calculate_ready_at`, `expire_shallow`.
 */
import { heapDelete, heapSet, heapTop, heapTopKey } from '../../core/indexed-heap.ts';
import { holdLimit } from './accept.ts';
import { dispatch } from './dispatch.ts';
import { expireHeads } from './expiry.ts';
import { noteDue } from './later.ts';
import { pushReturned } from './ready.ts';
import type { Broker, Queue } from './state.ts';

/**
 * Nanoseconds for which a queue keeps back what was returned; -1 for not at all.
 *
 * @param counted whether this return counts towards the delivery limit; `returns` have counted in all
 */
export function delayNs({ arguments: given }: Queue, counted: boolean, returns: number): number {
  const { delayedRetryType: type, delayedRetryMinNs: least, delayedRetryMaxNs: most } = given;
  if (type === 'disabled' || least <= 0 || type === (counted ? 'returned' : 'failed')) return -1;
  return Math.min(least * Math.max(1, returns), most < 0 ? least : most);
}

/** Keeps a copy back that is in no list. */
export function keepBack(broker: Broker, queue: Queue, copy: number, untilNs: number): void {
  heapSet(broker.delayed, copy, untilNs);
  queue.delayed += 1;
  queue.delayedBytes += broker.copies.bytes[copy]!;
  noteDue(broker, untilNs);
}

/** What is ripe goes to the front of its queue, which then goes on. */
export function ripen(broker: Broker, nowNs: number): void {
  const { delayed, copies, queues } = broker;
  const ripe: number[] = [];
  while (heapTopKey(delayed) <= nowNs) {
    const copy = heapTop(delayed);
    const index = copies.queue[copy]!;
    const queue = queues[index]!;
    release(broker, queue, copy);
    copies.order[copy] = queue.nextReturn;
    queue.nextReturn += 1;
    pushReturned(queue, copies, queue.levels.length - 1, copy);
    if (!ripe.includes(index)) ripe.push(index);
  }
  for (const index of ripe) {
    if (queues[index]!.expiring) expireHeads(broker, index, nowNs);
    dispatch(broker, index, nowNs);
    holdLimit(broker, queues[index]!);
  }
  if (delayed.size > 0) noteDue(broker, heapTopKey(delayed));
}

/** Takes all that a queue keeps back, in the order in which it is ripe. */
export function takeDelayed(broker: Broker, index: number): number[] {
  const queue = broker.queues[index]!;
  if (queue.delayed === 0) return [];
  const { item, size, key, order } = broker.delayed;
  const list = [...item.subarray(0, size)].filter((copy) => broker.copies.queue[copy] === index);
  list.sort((a, b) => key[a]! - key[b]! || order[a]! - order[b]!);
  for (const copy of list) release(broker, queue, copy);
  return list;
}

function release(broker: Broker, queue: Queue, copy: number): void {
  heapDelete(broker.delayed, copy);
  queue.delayed -= 1;
  queue.delayedBytes -= broker.copies.bytes[copy]!;
}
