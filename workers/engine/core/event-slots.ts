/**
 * Slots of an event queue: what an event carries, its place in the order, and the list that it is in, in a row of four numbers and a row
 * of four int32, so that an event is two lines of memory and not eight columns.
 */
import { growFloat64, growInt32 } from './columns.ts';

/** Places in the row of numbers: time, order among the events of one instant, and the payload. */
export const N = { time: 0, order: 1, a: 2, b: 3 } as const;

/** Places in the row of int32: the actor, what happens to it, and the next slot of the same list. */
export const I = { target: 0, operation: 1, next: 2 } as const;

/** Rows are this long: slot `s` begins at `s * SLOT`. */
export const SLOT = 4;

/** Plain data. */
export interface EventSlots {
  num: Float64Array;
  int: Int32Array;
}

/** @param capacity in slots */
export function createEventSlots(capacity: number): EventSlots {
  return { num: new Float64Array(capacity * SLOT), int: new Int32Array(capacity * SLOT) };
}

export function growEventSlots(slots: EventSlots, capacity: number): void {
  slots.num = growFloat64(slots.num, capacity * SLOT);
  slots.int = growInt32(slots.int, capacity * SLOT);
}

/** What the event of a slot carries, for who tells of it. */
export function eventOf(slots: EventSlots, slot: number): { target: number; operation: number; a: number; b: number } {
  const at = slot * SLOT;
  return {
    target: slots.int[at + I.target]!,
    operation: slots.int[at + I.operation]!,
    a: slots.num[at + N.a]!,
    b: slots.num[at + N.b]!,
  };
}
