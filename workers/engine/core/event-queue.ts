/**
 * The one event queue: pending events in the total order (time, priority, sequence).
 *
 * What an event carries is written once, into columns by slot, and stays there. Its place in the order is kept in one of
 * two ways:
 * - events of a later instant lie in a 4-ary heap in typed-array columns (time, order, slot);
 * - events scheduled for the very instant that is being worked off, which a network without latency makes the rule, wait
 *   in lanes, one a priority, first in, first out: a list through the slots. Nothing has to be compared to put one there.
 *
 * The event `schedule`d first comes first among equals, so a run never depends on how a heap happens to break ties.
 *
 * Example, time/order of a heap of six (children of row i are rows 4i+1 .. 4i+4):
 *
 *     row      0     1     2     3     4     5
 *     time    10    12    30    10    15    12
 *     order    0     3     4     5     1     6
 *
 * Row 0 leaves a hole: its least child, row 3 (10/5), moves up, and row 3 has no children. So the last row (12/6) goes
 * there, and stays, because its parent is now 10/5.
 */
import { assert, fail } from './assert.ts';
import { grownLength, growFloat64, growInt32 } from './columns.ts';

/** Priorities are `0 .. PRIORITY_MAX`, the lowest first among events of one instant. */
const PRIORITY_MAX = 15;

/** `order = priority * 2^48 + sequence`: exact in a float64 for 2.8e14 events, months of computing. */
const SEQUENCE_SPAN = 2 ** 48;

const PRIORITIES = PRIORITY_MAX + 1;
const NONE = -1;

/** Plain data: a checkpoint copies it. */
export interface EventQueue {
  /** Pending events, those in lanes included. */
  size: number;
  capacity: number;
  nextSequence: number;
  /** Time of the event popped last: nothing may be scheduled before it, and the lanes are of this instant. 0 at first. */
  lastTimeNs: number;
  /** The heap's rows: `heapSize` of them. */
  heapSize: number;
  time: Float64Array;
  order: Float64Array;
  slot: Int32Array;
  /** First and last slot of a lane, by priority; bit `p` of `lanes` says that lane `p` is not empty. */
  lanes: number;
  laneHead: Int32Array;
  laneTail: Int32Array;
  /** By slot: what the event carries, and the next slot of its lane or of the free ones. */
  target: Int32Array;
  operation: Int32Array;
  a: Float64Array;
  b: Float64Array;
  slotOrder: Float64Array;
  next: Int32Array;
  free: number;
}

/** @param capacity rows to begin with, at least 1; the queue doubles when it is full */
export function createEventQueue(capacity = 256): EventQueue {
  assert(capacity >= 1, 'An event queue needs room for one event');
  const queue: EventQueue = {
    size: 0,
    capacity,
    nextSequence: 0,
    lastTimeNs: 0,
    heapSize: 0,
    time: new Float64Array(capacity),
    order: new Float64Array(capacity),
    slot: new Int32Array(capacity),
    lanes: 0,
    laneHead: new Int32Array(PRIORITIES).fill(NONE),
    laneTail: new Int32Array(PRIORITIES).fill(NONE),
    target: new Int32Array(capacity),
    operation: new Int32Array(capacity),
    a: new Float64Array(capacity),
    b: new Float64Array(capacity),
    slotOrder: new Float64Array(capacity),
    next: new Int32Array(capacity),
    free: NONE,
  };
  freeSlots(queue, 0);
  return queue;
}

/** Makes every slot from `first` on a free one, the lowest in front. */
function freeSlots(queue: EventQueue, first: number): void {
  for (let slot = queue.capacity - 1; slot >= first; slot -= 1) {
    queue.next[slot] = queue.free;
    queue.free = slot;
  }
}

/**
 * Adds an event.
 *
 * @param timeNs finite, not before the event popped last (the same instant is allowed)
 * @param priority whole, `0 .. 15`; lower comes first among events of one instant
 * @param target int32, by the engine's own convention the actor
 * @param operation int32
 * @param a payload, any number
 * @param b payload, any number
 */
export function schedule(
  queue: EventQueue,
  timeNs: number,
  priority: number,
  target: number,
  operation: number,
  a: number,
  b: number,
): void {
  // One comparison each way refuses NaN and both infinities too.
  if (!(timeNs >= queue.lastTimeNs && timeNs < Infinity)) refuseTime(queue, timeNs);
  if (!(priority >= 0 && priority <= PRIORITY_MAX)) refusePriority(priority);
  if (queue.size === queue.capacity) grow(queue);
  queue.size += 1;
  const slot = queue.free;
  queue.free = queue.next[slot]!;
  queue.target[slot] = target;
  queue.operation[slot] = operation;
  queue.a[slot] = a;
  queue.b[slot] = b;
  const order = priority * SEQUENCE_SPAN + queue.nextSequence++;
  if (timeNs === queue.lastTimeNs) putInLane(queue, priority, slot, order);
  else putInHeap(queue, timeNs, order, slot);
}

function putInLane(queue: EventQueue, priority: number, slot: number, order: number): void {
  queue.slotOrder[slot] = order;
  queue.next[slot] = NONE;
  const tail = queue.laneTail[priority]!;
  if (tail === NONE) {
    queue.laneHead[priority] = slot;
    queue.lanes |= 1 << priority;
  } else queue.next[tail] = slot;
  queue.laneTail[priority] = slot;
}

function putInHeap(queue: EventQueue, timeNs: number, order: number, slot: number): void {
  const times = queue.time;
  const orders = queue.order;
  const slots = queue.slot;
  let row = queue.heapSize++;
  while (row > 0) {
    const parent = (row - 1) >> 2;
    const parentTime = times[parent]!;
    if (parentTime < timeNs || (parentTime === timeNs && orders[parent]! < order)) break;
    times[row] = parentTime;
    orders[row] = orders[parent]!;
    slots[row] = slots[parent]!;
    row = parent;
  }
  times[row] = timeNs;
  orders[row] = order;
  slots[row] = slot;
}

/**
 * Takes out the earliest event that is not later than `untilNs`. What it carries stands in the columns by slot until the next
 * one is scheduled, and its time in `lastTimeNs`.
 *
 * @returns its slot, -1 when there is none
 */
export function pop(queue: EventQueue, untilNs = Infinity): number {
  let slot: number;
  if (queue.lanes === 0 || heapGoesFirst(queue)) {
    if (queue.heapSize === 0 || queue.time[0]! > untilNs) return NONE;
    slot = popHeap(queue);
  } else {
    if (queue.lastTimeNs > untilNs) return NONE;
    slot = popLane(queue);
  }
  queue.size -= 1;
  queue.next[slot] = queue.free;
  queue.free = slot;
  return slot;
}

/** Whether, while there is something in the lanes, an event of the same instant in the heap comes before it. */
function heapGoesFirst(queue: EventQueue): boolean {
  if (queue.heapSize === 0 || queue.time[0] !== queue.lastTimeNs) return false;
  return queue.order[0]! < queue.slotOrder[queue.laneHead[firstLane(queue)]!]!;
}

/** The lowest priority that has something in its lane. */
function firstLane(queue: EventQueue): number {
  return 31 - Math.clz32(queue.lanes & -queue.lanes);
}

function popLane(queue: EventQueue): number {
  const lane = firstLane(queue);
  const slot = queue.laneHead[lane]!;
  const next = queue.next[slot]!;
  queue.laneHead[lane] = next;
  if (next === NONE) {
    queue.laneTail[lane] = NONE;
    queue.lanes &= queue.lanes - 1;
  }
  return slot;
}

function popHeap(queue: EventQueue): number {
  const slot = queue.slot[0]!;
  queue.lastTimeNs = queue.time[0]!;
  removeRoot(queue);
  return slot;
}

/** Time of the earliest event, `Infinity` when there is none. */
export function peekTimeNs(queue: EventQueue): number {
  if (queue.lanes !== 0) return queue.lastTimeNs;
  return queue.heapSize === 0 ? Infinity : queue.time[0]!;
}

/** Slot of the earliest event, for who wants to know what comes; -1 when there is none. */
export function peekSlot(queue: EventQueue): number {
  if (queue.size === 0) return NONE;
  return queue.lanes === 0 || heapGoesFirst(queue) ? queue.slot[0]! : queue.laneHead[firstLane(queue)]!;
}

/**
 * Fills the hole at the root. The hole goes down to a leaf, the least child moving up each time, and the last row then
 * rises from there: it nearly always belongs near the leaves, so comparing it on the way down too would be wasted.
 * (The family of four and the rise are written out for speed:
 * a tenth of the whole.)
 */
function removeRoot(queue: EventQueue): void {
  const times = queue.time;
  const orders = queue.order;
  const slots = queue.slot;
  const size = --queue.heapSize;

  let row = 0;
  let first = 1;
  while (first < size) {
    let least = first;
    let leastTime = times[first]!;
    if (first + 3 < size) {
      let time = times[first + 1]!;
      if (time < leastTime || (time === leastTime && orders[first + 1]! < orders[least]!)) {
        least = first + 1;
        leastTime = time;
      }
      time = times[first + 2]!;
      if (time < leastTime || (time === leastTime && orders[first + 2]! < orders[least]!)) {
        least = first + 2;
        leastTime = time;
      }
      time = times[first + 3]!;
      if (time < leastTime || (time === leastTime && orders[first + 3]! < orders[least]!)) {
        least = first + 3;
        leastTime = time;
      }
    } else {
      for (let child = first + 1; child < size; child++) {
        const time = times[child]!;
        if (time < leastTime || (time === leastTime && orders[child]! < orders[least]!)) {
          least = child;
          leastTime = time;
        }
      }
    }
    times[row] = leastTime;
    orders[row] = orders[least]!;
    slots[row] = slots[least]!;
    row = least;
    first = row * 4 + 1;
  }

  const time = times[size]!;
  const order = orders[size]!;
  while (row > 0) {
    const parent = (row - 1) >> 2;
    const parentTime = times[parent]!;
    if (parentTime < time || (parentTime === time && orders[parent]! < order)) break;
    times[row] = parentTime;
    orders[row] = orders[parent]!;
    slots[row] = slots[parent]!;
    row = parent;
  }
  times[row] = time;
  orders[row] = order;
  slots[row] = slots[size]!;
}

function grow(queue: EventQueue): void {
  const before = queue.capacity;
  const capacity = grownLength(before, before + 1);
  queue.capacity = capacity;
  queue.time = growFloat64(queue.time, capacity);
  queue.order = growFloat64(queue.order, capacity);
  queue.slot = growInt32(queue.slot, capacity);
  queue.target = growInt32(queue.target, capacity);
  queue.operation = growInt32(queue.operation, capacity);
  queue.a = growFloat64(queue.a, capacity);
  queue.b = growFloat64(queue.b, capacity);
  queue.slotOrder = growFloat64(queue.slotOrder, capacity);
  queue.next = growInt32(queue.next, capacity);
  freeSlots(queue, before);
}

function refuseTime(queue: EventQueue, timeNs: number): never {
  return fail(
    Number.isFinite(timeNs)
      ? `An event was scheduled at ${timeNs} ns, in the past of ${queue.lastTimeNs} ns`
      : `An event was scheduled at ${timeNs}, which is no instant`,
  );
}

function refusePriority(priority: number): never {
  return fail(`An event priority is 0 to 15, not ${priority}`);
}
