/**
 * The records in an instance's memory: first those that a poll has handed out and no worker has started, then those
 * that are only fetched. A ring in typed columns, so that a record costs no object.
 *
 *     head            split                tail
 *      │ handed out    │ fetched            │
 */
import { growFloat64, growInt32 } from '../core/columns.ts';

export interface RecordRing {
  /** Counters that only grow; place `i` is at `i & mask`. */
  head: number;
  split: number;
  tail: number;
  mask: number;
  /** Row of its message in the table. */
  row: Int32Array;
  /** As a worker has them: cursor and offset of a record, or -1 - feed and number of a delivery. */
  cursor: Int32Array;
  offset: Float64Array;
}

/** One record, apart from the ring. */
export interface HeldRecord {
  row: number;
  cursor: number;
  offset: number;
}

const FIRST_CAPACITY = 16;

export function createRecordRing(): RecordRing {
  return {
    head: 0,
    split: 0,
    tail: 0,
    mask: FIRST_CAPACITY - 1,
    row: new Int32Array(FIRST_CAPACITY),
    cursor: new Int32Array(FIRST_CAPACITY),
    offset: new Float64Array(FIRST_CAPACITY),
  };
}

/** A record arrives: the last of those fetched. */
export function pushFetched(ring: RecordRing, row: number, cursor: number, offset: number): void {
  if (ring.tail - ring.head > ring.mask) grow(ring);
  const at = ring.tail & ring.mask;
  ring.row[at] = row;
  ring.cursor[at] = cursor;
  ring.offset[at] = offset;
  ring.tail += 1;
}

/** All records of a log from one offset up to a later one, excluded, arrive at once: `pushFetched` for each. */
export function pushStretch(
  ring: RecordRing,
  log: { readonly row: Int32Array; readonly mask: number },
  from: number,
  to: number,
  cursorIndex: number,
): void {
  while (ring.tail - ring.head + to - from > ring.mask + 1) grow(ring);
  const { row: rows, mask } = log;
  const { row, cursor, offset } = ring;
  let { tail } = ring;
  for (let place = from; place < to; place += 1) {
    const held = rows[place & mask]!;
    // Compaction has left nothing there.
    if (held < 0) continue;
    const at = tail & ring.mask;
    row[at] = held;
    cursor[at] = cursorIndex;
    offset[at] = place;
    tail += 1;
  }
  ring.tail = tail;
}

/** Where the records from `from` on, which is before `end`, stop to be of one and the same cursor; at most `end`. */
export function stretchEnd({ cursor, mask }: RecordRing, from: number, end: number): number {
  const first = cursor[from & mask];
  let to = from + 1;
  while (to < end && cursor[to & mask] === first) to += 1;
  return to;
}

/** All of them, those handed out first. */
export function heldRecords(ring: RecordRing): HeldRecord[] {
  return Array.from({ length: ring.tail - ring.head }, (_, i) => recordAt(ring, ring.head + i));
}

/** Keeps the records that `stays` says yes to, in their order; gives back the others, those fetched first. */
export function sift(ring: RecordRing, stays: (record: HeldRecord) => boolean): HeldRecord[] {
  const handed = heldRecords(ring).slice(0, ring.split - ring.head);
  const fetched = heldRecords(ring).slice(ring.split - ring.head);
  clearRing(ring);
  for (const record of handed) if (stays(record)) pushFetched(ring, record.row, record.cursor, record.offset);
  ring.split = ring.tail;
  for (const record of fetched) if (stays(record)) pushFetched(ring, record.row, record.cursor, record.offset);
  return [...fetched, ...handed].filter((record) => !stays(record));
}

/** The same for the fetched ones only, after the first `taken` of them: what was handed out stays. */
export function siftFetched(ring: RecordRing, taken: number, stays: (record: HeldRecord) => boolean): HeldRecord[] {
  const held = heldRecords(ring);
  const handed = ring.split - ring.head;
  clearRing(ring);
  const given: HeldRecord[] = [];
  held.forEach((record, place) => {
    if (place === handed) ring.split = ring.tail;
    if (place < handed + taken || stays(record)) pushFetched(ring, record.row, record.cursor, record.offset);
    else given.push(record);
  });
  if (held.length === handed) ring.split = ring.tail;
  return given;
}

function clearRing(ring: RecordRing): void {
  ring.head = ring.tail;
  ring.split = ring.tail;
}

function recordAt(ring: RecordRing, place: number): HeldRecord {
  const at = place & ring.mask;
  return { row: ring.row[at]!, cursor: ring.cursor[at]!, offset: ring.offset[at]! };
}

function grow(ring: RecordRing): void {
  const held = heldRecords(ring);
  const capacity = (ring.mask + 1) * 2;
  ring.row = growInt32(ring.row, capacity);
  ring.cursor = growInt32(ring.cursor, capacity);
  ring.offset = growFloat64(ring.offset, capacity);
  ring.mask = capacity - 1;
  held.forEach((record, i) => {
    const at = (ring.head + i) & ring.mask;
    ring.row[at] = record.row;
    ring.cursor[at] = record.cursor;
    ring.offset[at] = record.offset;
  });
}
