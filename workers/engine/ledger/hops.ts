/** The ring of recent hops: always on, so that an anomaly's history is there when it is found. */

import type { Run } from '../state.ts';
import { M } from './layout.ts';

/** What happened to a message. The number is the row's code; the word is what a person reads. */
export const HOP = {
  produced: 0,
  blocked: 1,
  refused: 2,
  batched: 3,
  sent: 4,
  requestLost: 5,
  appended: 6,
  droppedAsDuplicate: 7,
  rejected: 8,
  acknowledged: 9,
  responseLost: 10,
  timedOut: 11,
  retried: 12,
  unknown: 13,
  truncated: 14,
  expired: 15,
  fetched: 16,
  started: 17,
  applied: 18,
  committed: 19,
  dropped: 20,
  skipped: 21,
  forwarded: 22,
  failed: 23,
  accepted: 24,
  released: 25,
  lockEnded: 26,
  archived: 27,
  superseded: 28,
  /** Cut off by an unclean election. */
  lostUncleanly: 29,
  /** By the broker, in a transaction that is open. */
  stored: 30,
  aborted: 31,
  worked: 32,
  rolledBack: 33,
  /** Of queues; told by their subscription. */
  queued: 34,
  deleted: 35,
  deadLettered: 36,
  aged: 37,
  /** Another fact, at a full client. */
  merged: 38,
  /** From a queue, by one of its rules. */
  removed: 39,
  /** Into a table, and committed. */
  inserted: 40,
  /** From a table, by a poll. */
  taken: 41,
  /** Its attempts were spent. */
  spent: 42,
} as const;

export const HOP_WORDS = [
  'produced',
  'blocked',
  'refused',
  'batched',
  'sent',
  'request lost',
  'appended',
  'dropped as duplicate',
  'rejected',
  'acknowledged',
  'response lost',
  'timed out',
  'retried',
  'given up, fate unknown',
  'truncated',
  'deleted by retention',
  'fetched',
  'work started',
  'applied',
  'committed',
  'dropped from memory',
  'skipped',
  'forwarded',
  'failed',
  'accepted',
  'released',
  'lock ended',
  'archived',
  'superseded',
  'cut off by an unclean election',
  'stored in the transaction',
  'transaction aborted',
  'work done in the transaction',
  'work rolled back',
  'put into the queue',
  'deleted',
  'moved to the dead letters',
  'too old for the queue',
  'took in another fact',
  'removed from the queue',
  'inserted',
  'found by a poll',
  'attempts spent',
] as const;

/** Rows kept: the newest 2^14 hops of all messages together. */
const HOP_CAPACITY = 16_384;

/** Numbers a hop takes: time, message, second, and the three small ones in one. */
const STRIDE = 4;
/** `what + WHERE * (where + 1) + FIRST * (first + 1)`: exact in a float64 for 64 kinds, 2^24 places and 2^23 of the last. */
const WHERE_BITS = 6;
const WHERE = 1 << WHERE_BITS;
const FIRST = 2 ** 30;

export interface HopRing {
  /** Hops ever written; hop `i` is at `STRIDE * (i & (HOP_CAPACITY - 1))` until another one takes its place. */
  count: number;
  rows: Float64Array;
}

export interface RawHop {
  timeNs: number;
  what: number;
  /** Index of a node-like thing whose meaning depends on `what`: source, topic, or instance; -1 for none. */
  where: number;
  /** Partition, attempt or worker; -1 for none. */
  first: number;
  /** Offset or count; -1 for none. */
  second: number;
}

export function createHopRing(): HopRing {
  return { count: 0, rows: new Float64Array(HOP_CAPACITY * STRIDE) };
}

/** Something happens, now, to the message in `row` of the table. */
export function noteHop(run: Run, row: number, what: number, where: number, first: number, second: number): void {
  noteRecordHop(run, run.messages.num[row + M.id]!, what, where, first, second);
}

/** The same for a message that may have settled: `message` is its id. */
export function noteRecordHop(
  run: Run,
  message: number,
  what: number,
  where: number,
  first: number,
  second: number,
): void {
  const { rows, count } = run.hops;
  const at = (count & (HOP_CAPACITY - 1)) * STRIDE;
  run.hops.count = count + 1;
  rows[at] = run.nowNs;
  rows[at + 1] = message;
  rows[at + 2] = second;
  rows[at + 3] = smallOf(what, where, first);
}

/**
 * The same for every message of a batch, which begins with `head`; `second` of each is `step` more than that of the one
 * before it. One function for all of them, because what is the same for a whole batch is looked up once.
 */
export function noteHops(
  run: Run,
  head: number,
  what: number,
  where: number,
  first: number,
  second: number,
  step = 0,
): void {
  const { int, num } = run.messages;
  const { rows } = run.hops;
  const { nowNs } = run;
  const small = smallOf(what, where, first);
  let { count } = run.hops;
  let value = second;
  for (let row = head; row >= 0; row = int[row + M.next]!) {
    const at = (count & (HOP_CAPACITY - 1)) * STRIDE;
    rows[at] = nowNs;
    rows[at + 1] = num[row + M.id]!;
    rows[at + 2] = value;
    rows[at + 3] = small;
    count += 1;
    value += step;
  }
  run.hops.count = count;
}

/** The same for the messages of records in a log, offsets `from` to `to`, excluded; those offsets are their `second`. */
export function noteLogHops(
  run: Run,
  log: { readonly message: Float64Array; readonly mask: number },
  from: number,
  to: number,
  what: number,
  where: number,
  first: number,
): void {
  const { message, mask } = log;
  const { rows } = run.hops;
  const { nowNs } = run;
  const small = smallOf(what, where, first);
  let { count } = run.hops;
  for (let offset = from; offset < to; offset += 1) {
    // Compaction has left nothing there.
    if (message[offset & mask]! <= 0) continue;
    const at = (count & (HOP_CAPACITY - 1)) * STRIDE;
    rows[at] = nowNs;
    rows[at + 1] = message[offset & mask]!;
    rows[at + 2] = offset;
    rows[at + 3] = small;
    count += 1;
  }
  run.hops.count = count;
}

function smallOf(what: number, where: number, first: number): number {
  return (what | ((where + 1) << WHERE_BITS)) + FIRST * (first + 1);
}

/** The `index`-th hop ever written, which is still kept: `count - HOP_CAPACITY <= index < count`. */
export function readHop({ rows }: HopRing, index: number): RawHop & { message: number } {
  const at = (index & (HOP_CAPACITY - 1)) * STRIDE;
  const small = rows[at + 3]!;
  return {
    message: rows[at + 1]!,
    timeNs: rows[at]!,
    what: small % WHERE,
    where: (Math.floor(small / WHERE) % (FIRST / WHERE)) - 1,
    first: Math.floor(small / FIRST) - 1,
    second: rows[at + 2]!,
  };
}

/** The index of the oldest hop that is still kept. */
export function oldestHop({ count }: HopRing): number {
  return Math.max(0, count - HOP_CAPACITY);
}

/** The kept hops of a message, oldest first, at most `limit` of the newest. */
export function hopsOf(ring: HopRing, message: number, limit = 64): RawHop[] {
  const found: RawHop[] = [];
  for (let index = ring.count - 1; index >= oldestHop(ring) && found.length < limit; index -= 1) {
    if (ring.rows[(index & (HOP_CAPACITY - 1)) * STRIDE + 1] !== message) continue;
    const { message: _, ...hop } = readHop(ring, index);
    found.push(hop);
  }
  return found.reverse();
}
