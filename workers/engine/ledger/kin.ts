/**
 * Kin: messages that handlers have published for one and the same input along one and the same edge. A redelivered input is
 * handled again and publishes again; each time that is a message with an id and a fate of its own, but downstream it is
 * the same fact, and applied a second time it is a duplicate effect. [LG18]
 *
 * Nothing is kept until the first message is forwarded. A kin lives as long as its input can be handled again or one of
 * its messages is alive.
 */
import { growInt32 } from '../core/columns.ts';
import { countOf } from './layout.ts';

export interface KinTable {
  /** By row of the message table, counted (`countOf`): the kin that a message belongs to, -1 for none. Empty until a message is forwarded. */
  of: Int32Array;
  /** The same way: the first kin that its handling has brought about, -1 for none. */
  firstOf: Int32Array;
  /** By kin: the next one of the same input, -1 for none. */
  next: Int32Array;
  source: Int32Array;
  /** The input, and each message of the kin, while their rows live. */
  holders: Int32Array;
  /** Two numbers a kin: a bit for each subscription, by slot, that has applied one of its messages. */
  applied: Int32Array;
  used: number;
  free: number[];
}

/** Subscriptions of a topic, by slot, for which kin is known. */
const SLOTS = 64;
const FIRST_CAPACITY = 64;

export function createKinTable(): KinTable {
  return {
    of: new Int32Array(0),
    firstOf: new Int32Array(0),
    next: new Int32Array(0),
    source: new Int32Array(0),
    holders: new Int32Array(0),
    applied: new Int32Array(0),
    used: 0,
    free: [],
  };
}

/** The message table has room for `capacity` rows. */
export function fitKin(kin: KinTable, capacity: number): void {
  const before = kin.of.length;
  if (before >= capacity) return;
  kin.of = growInt32(kin.of, capacity).fill(-1, before);
  kin.firstOf = growInt32(kin.firstOf, capacity).fill(-1, before);
}

/** The message in `row` is published along `source` while the one in `input` is handled. */
export function joinKin(kin: KinTable, row: number, input: number, source: number): void {
  const by = countOf(input);
  let found = kin.firstOf[by]!;
  while (found >= 0 && kin.source[found] !== source) found = kin.next[found]!;
  if (found < 0) {
    found = allocate(kin);
    kin.source[found] = source;
    kin.next[found] = kin.firstOf[by]!;
    kin.firstOf[by] = found;
    kin.holders[found] = 1;
  }
  kin.holders[found]! += 1;
  kin.of[countOf(row)] = found;
}

function allocate(kin: KinTable): number {
  const found = kin.free.pop() ?? kin.used;
  if (found === kin.used) {
    kin.used += 1;
    if (kin.used > kin.next.length) {
      const capacity = Math.max(FIRST_CAPACITY, kin.next.length * 2);
      kin.next = growInt32(kin.next, capacity);
      kin.source = growInt32(kin.source, capacity);
      kin.holders = growInt32(kin.holders, capacity);
      kin.applied = growInt32(kin.applied, 2 * capacity);
    }
  }
  kin.applied[2 * found] = 0;
  kin.applied[2 * found + 1] = 0;
  return found;
}

/** The row is recycled: it holds no kin any more, neither as one of it nor as its input. */
export function leaveKin(kin: KinTable, row: number): void {
  const count = countOf(row);
  const own = kin.of[count]!;
  if (own >= 0) release(kin, own);
  kin.of[count] = -1;
  let found = kin.firstOf[count]!;
  kin.firstOf[count] = -1;
  while (found >= 0) {
    const next = kin.next[found]!;
    release(kin, found);
    found = next;
  }
}

function release(kin: KinTable, index: number): void {
  kin.holders[index]! -= 1;
  if (kin.holders[index] === 0) kin.free.push(index);
}

/** Notes that the subscription in `slot` applies the message in `row`. True if it had applied one of its kin before. */
export function applyKin(kin: KinTable, row: number, slot: number): boolean {
  const own = kin.of[countOf(row)]!;
  if (own < 0 || slot >= SLOTS) return false;
  const place = 2 * own + (slot >> 5);
  const bit = 1 << (slot & 31);
  const before = kin.applied[place]!;
  kin.applied[place] = before | bit;
  return (before & bit) !== 0;
}
