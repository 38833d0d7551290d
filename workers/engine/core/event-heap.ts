/**
 * A 4-ary heap of events in typed-array columns: those that lie too far ahead for `event-queue.ts` to keep them sorted.
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
import { grownLength, growFloat64, growInt32 } from './columns.ts';
import { N, SLOT, type EventSlots } from './event-slots.ts';

/** Plain data: a checkpoint copies it. Rows `0 .. size - 1` are there, the earliest is row 0. */
export interface EventHeap {
  size: number;
  time: Float64Array;
  order: Float64Array;
  slot: Int32Array;
}

/** @param capacity rows to begin with, at least 1; the heap grows when it is full */
export function createEventHeap(capacity: number): EventHeap {
  return {
    size: 0,
    time: new Float64Array(capacity),
    order: new Float64Array(capacity),
    slot: new Int32Array(capacity),
  };
}

/** Adds the event of a slot, whose time and order stand there. Whoever has the lower (time, order) is above. */
export function pushEvent(heap: EventHeap, slots: EventSlots, slot: number): void {
  if (heap.size === heap.slot.length) grow(heap);
  heap.size += 1;
  rise(heap, heap.size - 1, slots.num[slot * SLOT + N.time]!, slots.num[slot * SLOT + N.order]!, slot);
}

/** Puts an event into the hole at `row`, or above it. */
function rise(heap: EventHeap, row: number, timeNs: number, order: number, slot: number): void {
  const times = heap.time;
  const orders = heap.order;
  const slots = heap.slot;
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
 * Takes the earliest event, row 0, out of a heap that has one. The hole goes down to a leaf, the least child moving up each time, and the last row then
 * rises from there: it nearly always belongs near the leaves, so comparing it on the way down too would be wasted.
 * (The family of four is written out for speed.)
 */
export function removeEarliest(heap: EventHeap): void {
  const times = heap.time;
  const orders = heap.order;
  const slots = heap.slot;
  const size = --heap.size;

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

  rise(heap, row, times[size]!, orders[size]!, slots[size]!);
}

function grow(heap: EventHeap): void {
  const capacity = grownLength(heap.slot.length, heap.slot.length + 1);
  heap.time = growFloat64(heap.time, capacity);
  heap.order = growFloat64(heap.order, capacity);
  heap.slot = growInt32(heap.slot, capacity);
}
