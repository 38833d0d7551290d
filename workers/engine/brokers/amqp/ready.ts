/**
 * What is ready in a queue, level by level, one level a priority. A level is a ring of copies in the order in which they came,
 * and a heap of those that came back, by their place. What came back was at the head once, so it is before all of the ring.
 *
 *     returned   3 5          ring   7 8 9
 *     head       3 5 7 8 9
 */
import type { Copies } from './copies.ts';
import type { Queue } from './state.ts';

export interface Level {
  /** Counters that only grow; place `i` is at `i & mask`. */
  head: number;
  tail: number;
  mask: number;
  ring: Int32Array;
  returned: Int32Array;
  returnedCount: number;
}

const FIRST_CAPACITY = 16;

export function createLevel(): Level {
  return {
    head: 0,
    tail: 0,
    mask: FIRST_CAPACITY - 1,
    ring: new Int32Array(FIRST_CAPACITY),
    returned: new Int32Array(FIRST_CAPACITY),
    returnedCount: 0,
  };
}

/** Puts a copy at the end of its level. */
export function pushReady(queue: Queue, copies: Copies, place: number, copy: number): void {
  const level = queue.levels[place]!;
  if (level.tail - level.head > level.mask) growRing(level);
  level.ring[level.tail & level.mask] = copy;
  level.tail += 1;
  if (place > queue.top) queue.top = place;
  queue.ready += 1;
  queue.readyBytes += copies.bytes[copy]!;
}

/** Puts a copy where its `order` says, before all that have never been taken. */
export function pushReturned(queue: Queue, copies: Copies, place: number, copy: number): void {
  const level = queue.levels[place]!;
  if (level.returnedCount === level.returned.length) {
    const grown = new Int32Array(level.returned.length * 2);
    grown.set(level.returned);
    level.returned = grown;
  }
  siftUp(level, copies.order, copy);
  if (place > queue.top) queue.top = place;
  queue.ready += 1;
  queue.readyBytes += copies.bytes[copy]!;
}

/** The copy that is next, -1 for none. */
export function headOf(queue: Queue): number {
  if (queue.ready === 0) return -1;
  const level = topLevel(queue);
  return level.returnedCount > 0 ? level.returned[0]! : level.ring[level.head & level.mask]!;
}

/** Takes the copy that is next. There is one. */
export function takeHead(queue: Queue, copies: Copies): number {
  const level = topLevel(queue);
  let copy: number;
  if (level.returnedCount > 0) {
    copy = level.returned[0]!;
    siftDown(level, copies.order);
  } else {
    copy = level.ring[level.head & level.mask]!;
    level.head += 1;
  }
  queue.ready -= 1;
  queue.readyBytes -= copies.bytes[copy]!;
  return copy;
}

/** All of them, in the order in which they would be taken. */
export function readyCopies(queue: Queue, copies: Copies): number[] {
  const list: number[] = [];
  for (let place = queue.levels.length - 1; place >= 0; place -= 1) {
    const level = queue.levels[place]!;
    const returned = [...level.returned.subarray(0, level.returnedCount)];
    list.push(...returned.sort((a, b) => copies.order[a]! - copies.order[b]!));
    for (let i = level.head; i < level.tail; i += 1) list.push(level.ring[i & level.mask]!);
  }
  return list;
}

function topLevel(queue: Queue): Level {
  let level = queue.levels[queue.top]!;
  while (level.returnedCount === 0 && level.head === level.tail) {
    queue.top -= 1;
    level = queue.levels[queue.top]!;
  }
  return level;
}

function growRing(level: Level): void {
  const length = level.mask + 1;
  const grown = new Int32Array(length * 2);
  for (let i = level.head; i < level.tail; i += 1) grown[i & (length * 2 - 1)] = level.ring[i & level.mask]!;
  level.ring = grown;
  level.mask = length * 2 - 1;
}

function siftUp(level: Level, order: Float64Array, copy: number): void {
  const heap = level.returned;
  let at = level.returnedCount;
  level.returnedCount += 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const other = heap[above]!;
    if (order[other]! <= order[copy]!) break;
    heap[at] = other;
    at = above;
  }
  heap[at] = copy;
}

function siftDown(level: Level, order: Float64Array): void {
  const heap = level.returned;
  level.returnedCount -= 1;
  const count = level.returnedCount;
  const copy = heap[count]!;
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= count) break;
    if (below + 1 < count && order[heap[below + 1]!]! < order[heap[below]!]!) below += 1;
    if (order[heap[below]!]! >= order[copy]!) break;
    heap[at] = heap[below]!;
    at = below;
  }
  heap[at] = copy;
}
