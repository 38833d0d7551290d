/**
 * The copies of messages that a broker holds, one row each: ready in a queue, or delivered on a channel and not acknowledged.
 * Rows that were freed are given out again, the latest first.
 */
import { fail } from '../../core/assert.ts';
import { grownLength, growFloat64, growInt16, growInt32, growUint8 } from '../../core/columns.ts';

export const COPY = {
  persistent: 1,
  redelivered: 2,
  /** It was acknowledged in being delivered. */
  automatic: 4,
  /** What a reader of a stream was sent: the record stays. */
  ofStream: 8,
} as const;

/** The queue of a row that is not in use. */
export const FREED = -2;
/** Serial numbers are below this. */
export const SERIALS = 2 ** 24;

export interface Copies {
  capacity: number;
  /** Of the bodies of all of them. */
  bytesHeld: number;
  /** Deliveries so far. */
  deliveries: number;
  /** Rows never used start here. */
  used: number;
  free: Int32Array;
  freeCount: number;
  message: Int32Array;
  envelope: Int32Array;
  queue: Int32Array;
  bytes: Int32Array;
  priority: Int16Array;
  flags: Uint8Array;
  /** Its place in the queue: lower ones first. Of what is read from a stream, its offset. */
  order: Float64Array;
  /** When it expires, `Infinity` for never. Of a record of a stream, when it was appended. */
  expiresNs: Float64Array;
  /** The message's own TTL, -1 for none. */
  ttlNs: Float64Array;
  /** How often it came back to a quorum queue. */
  returns: Int32Array;
  /** Who holds it: a channel, -1 while it is in the queue. */
  channel: Int32Array;
  /** -1 for what was asked for by basic.get. */
  consumer: Int32Array;
  tag: Float64Array;
  deliveredNs: Float64Array;
  /** Tells this delivery from others of the same row: the last 24 bits of how many there were in all. */
  serial: Int32Array;
  /** Neighbours in the channel's list. */
  next: Int32Array;
  previous: Int32Array;
}

const FIRST_CAPACITY = 16;

export function createCopies(): Copies {
  const n = FIRST_CAPACITY;
  return {
    capacity: n,
    bytesHeld: 0,
    deliveries: 0,
    used: 0,
    free: new Int32Array(n),
    freeCount: 0,
    message: new Int32Array(n),
    envelope: new Int32Array(n),
    queue: new Int32Array(n),
    bytes: new Int32Array(n),
    priority: new Int16Array(n),
    flags: new Uint8Array(n),
    order: new Float64Array(n),
    expiresNs: new Float64Array(n),
    ttlNs: new Float64Array(n),
    returns: new Int32Array(n),
    channel: new Int32Array(n),
    consumer: new Int32Array(n),
    tag: new Float64Array(n),
    deliveredNs: new Float64Array(n),
    serial: new Int32Array(n),
    next: new Int32Array(n),
    previous: new Int32Array(n),
  };
}

/** A row for a copy; its fields are the caller's to write. */
export function takeRow(copies: Copies): number {
  if (copies.freeCount > 0) {
    copies.freeCount -= 1;
    return copies.free[copies.freeCount]!;
  }
  if (copies.used === copies.capacity) growCopies(copies);
  copies.used += 1;
  return copies.used - 1;
}

/** The row's queue becomes `FREED`: so a row that is freed twice is found. */
export function freeRow(copies: Copies, row: number): void {
  if (copies.queue[row] === FREED) fail('a copy was freed twice');
  copies.bytesHeld -= copies.bytes[row]!;
  copies.queue[row] = FREED;
  copies.free[copies.freeCount] = row;
  copies.freeCount += 1;
}

/** Rows in use. */
export function liveCopies(copies: Copies): number {
  return copies.used - copies.freeCount;
}

function growCopies(copies: Copies): void {
  const n = grownLength(copies.capacity, copies.capacity + 1);
  copies.capacity = n;
  copies.free = growInt32(copies.free, n);
  copies.message = growInt32(copies.message, n);
  copies.envelope = growInt32(copies.envelope, n);
  copies.queue = growInt32(copies.queue, n);
  copies.bytes = growInt32(copies.bytes, n);
  copies.priority = growInt16(copies.priority, n);
  copies.flags = growUint8(copies.flags, n);
  copies.order = growFloat64(copies.order, n);
  copies.expiresNs = growFloat64(copies.expiresNs, n);
  copies.ttlNs = growFloat64(copies.ttlNs, n);
  copies.returns = growInt32(copies.returns, n);
  copies.channel = growInt32(copies.channel, n);
  copies.consumer = growInt32(copies.consumer, n);
  copies.tag = growFloat64(copies.tag, n);
  copies.deliveredNs = growFloat64(copies.deliveredNs, n);
  copies.serial = growInt32(copies.serial, n);
  copies.next = growInt32(copies.next, n);
  copies.previous = growInt32(copies.previous, n);
}
