/**
 * What is ready in a queue, level by level, one level a priority. A level is a ring of copies in the order in which they came,
 * and a heap of those that came back, by their place. What came back was at the head once, so it is before all of the ring.
 *
 *     returned   3 5          ring   7 8 9
 *     head       3 5 7 8 9
 */
import type { Copies } from './copies.ts';
import { KIND, type Queue } from './state.ts';

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

/** The priority of a quorum queue's message without one, and the first that is high where there are two. */
const [MEDIUM, HIGH] = [4, 5];
/** So many high messages for each other one, while there are both (rabbit_fifo_q.erl, WEIGHT). */
const WEIGHT = 2;

/**
 * The level of a message of that priority; -1 for none. Classic queues have as many as they are declared with. Quorum queues have had
 * 32 since 4.3, 4 being that of a message without one, and before two, of which the upper is for 5 and more.
 */
export function levelOf(queue: Queue, priority: number): number {
  const highest = queue.levels.length - 1;
  if (highest === 0) return 0;
  if (queue.turn >= 0) return priority >= HIGH ? 1 : 0;
  if (priority < 0) return queue.kind === KIND.quorum ? MEDIUM : 0;
  return priority < highest ? priority : highest;
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
export function headOf(queue: Queue, { order }: Copies): number {
  if (queue.ready === 0) return -1;
  const level = nextLevel(queue, order);
  return level.returnedCount > 0 ? level.returned[0]! : level.ring[level.head & level.mask]!;
}

/** Takes the copy that is next. There is one. */
export function takeHead(queue: Queue, copies: Copies): number {
  const level = nextLevel(queue, copies.order);
  let copy: number;
  if (level.returnedCount > 0) {
    copy = level.returned[0]!;
    siftDown(level, copies.order);
  } else {
    copy = level.ring[level.head & level.mask]!;
    level.head += 1;
    if (queue.turn >= 0) queue.turn = queue.turn === WEIGHT ? 0 : queue.turn + 1;
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
    if (queue.turn < 0) for (let i = level.head; i < level.tail; i += 1) list.push(level.ring[i & level.mask]!);
  }
  if (queue.turn >= 0) list.push(...inTurns(queue, copies.order));
  return list;
}

/** What two levels that take turns are going to give. */
function inTurns({ levels, turn: from }: Queue, order: Float64Array): number[] {
  const [low, high] = [levels[0]!, levels[1]!];
  const list: number[] = [];
  let [l, h, turn] = [low.head, high.head, from];
  while (l < low.tail || h < high.tail) {
    const [lowest, highest] = [low.ring[l & low.mask]!, high.ring[h & high.mask]!];
    const isLow = h === high.tail || (l < low.tail && turn === WEIGHT && order[highest]! >= order[lowest]!);
    list.push(isLow ? lowest : highest);
    if (isLow) l += 1;
    else h += 1;
    turn = turn === WEIGHT ? 0 : turn + 1;
  }
  return list;
}

/** The level whose turn it is: the highest that holds anything, but for two that take turns. */
function nextLevel(queue: Queue, order: Float64Array): Level {
  const top = topLevel(queue);
  if (queue.turn !== WEIGHT || queue.top === 0 || top.returnedCount > 0) return top;
  const low = queue.levels[0]!;
  if (low.head === low.tail) return top;
  // A high message is favoured all the same where it came before.
  return order[top.ring[top.head & top.mask]!]! < order[low.ring[low.head & low.mask]!]! ? top : low;
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
