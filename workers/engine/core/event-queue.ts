/**
 * The one event queue: pending events in the total order (time, priority, sequence).
 *
 * A 4-ary heap in typed-array columns. Event `schedule`d first comes first among equals, so a run never depends on how
 * a heap happens to break ties. The heap moves three small columns (time, order, slot); what an event carries stays
 * where it was written, in the columns by slot.
 *
 * The slot column is a permutation of all slots: `slot[0 .. size)` belong to pending events, `slot[size .. capacity)`
 * are free. So there is no free list to keep.
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
import { assert } from './assert.ts';
import { grownLength, growFloat64, growInt32 } from './columns.ts';

/** Priorities are `0 .. PRIORITY_MAX`, the lowest first among events of one instant. */
const PRIORITY_MAX = 15;

/** `order = priority * 2^48 + sequence`: exact in a float64 for 2.8e14 events, months of computing. */
const SEQUENCE_SPAN = 2 ** 48;

/** Plain data: a checkpoint copies it. `time` and `order` are heap rows; `target`, `operation`, `a`, `b` are by slot. */
export interface EventQueue {
  size: number;
  capacity: number;
  nextSequence: number;
  /** Time of the event popped last: nothing may be scheduled before it. 0 at first. */
  lastTimeNs: number;
  time: Float64Array;
  order: Float64Array;
  slot: Int32Array;
  target: Int32Array;
  operation: Int32Array;
  a: Float64Array;
  b: Float64Array;
}

/** What `popInto` fills. The caller keeps one and reuses it, so that a pop allocates nothing. */
export interface PoppedEvent {
  timeNs: number;
  target: number;
  operation: number;
  a: number;
  b: number;
}

/** @param capacity rows to begin with, at least 1; the queue doubles when it is full */
export function createEventQueue(capacity = 256): EventQueue {
  assert(capacity >= 1, 'An event queue needs room for one event');
  const slot = new Int32Array(capacity);
  for (let i = 0; i < capacity; i++) slot[i] = i;
  return {
    size: 0,
    capacity,
    nextSequence: 0,
    lastTimeNs: 0,
    time: new Float64Array(capacity),
    order: new Float64Array(capacity),
    slot,
    target: new Int32Array(capacity),
    operation: new Int32Array(capacity),
    a: new Float64Array(capacity),
    b: new Float64Array(capacity),
  };
}

/** For `popInto` to fill. */
export function createPoppedEvent(): PoppedEvent {
  return { timeNs: 0, target: 0, operation: 0, a: 0, b: 0 };
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
  assert(timeNs >= queue.lastTimeNs && timeNs < Infinity, () => refusedTime(queue, timeNs));
  assert(priority >= 0 && priority <= PRIORITY_MAX, () => `An event priority is 0 to 15, not ${priority}`);
  if (queue.size === queue.capacity) grow(queue);

  const times = queue.time;
  const orders = queue.order;
  const slots = queue.slot;
  const order = priority * SEQUENCE_SPAN + queue.nextSequence++;
  let row = queue.size++;

  const slot = slots[row]!;
  queue.target[slot] = target;
  queue.operation[slot] = operation;
  queue.a[slot] = a;
  queue.b[slot] = b;

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

/** Moves the earliest event into `into` and removes it. False, with `into` untouched, when there is none. */
export function popInto(queue: EventQueue, into: PoppedEvent): boolean {
  if (queue.size === 0) return false;
  const slot = queue.slot[0]!;
  const timeNs = queue.time[0]!;
  into.timeNs = timeNs;
  into.target = queue.target[slot]!;
  into.operation = queue.operation[slot]!;
  into.a = queue.a[slot]!;
  into.b = queue.b[slot]!;
  queue.lastTimeNs = timeNs;
  removeRoot(queue);
  queue.slot[queue.size] = slot;
  return true;
}

/** Time of the earliest event, `Infinity` when there is none. */
export function peekTimeNs(queue: EventQueue): number {
  return queue.size === 0 ? Infinity : queue.time[0]!;
}

/**
 * Fills the hole at the root. The hole goes down to a leaf, the least child moving up each time, and the last row then
 * rises from there: it nearly always belongs near the leaves, so comparing it on the way down too would be wasted.
 * Leaves the popped event's slot to the caller, who frees it. (The family of four and the rise are written out for speed:
 * a tenth of the whole.)
 */
function removeRoot(queue: EventQueue): void {
  const times = queue.time;
  const orders = queue.order;
  const slots = queue.slot;
  const size = --queue.size;

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
  for (let i = before; i < capacity; i++) queue.slot[i] = i;
}

function refusedTime(queue: EventQueue, timeNs: number): string {
  return Number.isFinite(timeNs)
    ? `An event was scheduled at ${timeNs} ns, in the past of ${queue.lastTimeNs} ns`
    : `An event was scheduled at ${timeNs}, which is no instant`;
}
