/** The ring of recent hops: always on, so that an anomaly's history is there when it is found. */

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
] as const;

/** Rows kept: the newest 2^14 hops of all messages together. */
export const HOP_CAPACITY = 16_384;

export interface HopRing {
  /** Hops ever written; the newest is at `(count - 1) & (HOP_CAPACITY - 1)`. */
  count: number;
  timeNs: Float64Array;
  message: Float64Array;
  what: Uint8Array;
  /** Index of a node-like thing whose meaning depends on `what`: source, topic, or instance. */
  where: Int32Array;
  /** Partition, attempt or worker; -1 for none. */
  first: Int32Array;
  /** Offset or count; -1 for none. */
  second: Float64Array;
}

export function createHopRing(): HopRing {
  return {
    count: 0,
    timeNs: new Float64Array(HOP_CAPACITY),
    message: new Float64Array(HOP_CAPACITY),
    what: new Uint8Array(HOP_CAPACITY),
    where: new Int32Array(HOP_CAPACITY),
    first: new Int32Array(HOP_CAPACITY),
    second: new Float64Array(HOP_CAPACITY),
  };
}

export function writeHop(
  ring: HopRing,
  timeNs: number,
  message: number,
  what: number,
  where: number,
  first: number,
  second: number,
): void {
  const row = ring.count & (HOP_CAPACITY - 1);
  ring.count += 1;
  ring.timeNs[row] = timeNs;
  ring.message[row] = message;
  ring.what[row] = what;
  ring.where[row] = where;
  ring.first[row] = first;
  ring.second[row] = second;
}

export interface RawHop {
  timeNs: number;
  what: number;
  where: number;
  first: number;
  second: number;
}

/** The kept hops of a message, oldest first, at most `limit` of the newest. */
export function hopsOf(ring: HopRing, message: number, limit = 64): RawHop[] {
  const found: RawHop[] = [];
  const oldest = Math.max(0, ring.count - HOP_CAPACITY);
  for (let i = ring.count - 1; i >= oldest && found.length < limit; i -= 1) {
    const row = i & (HOP_CAPACITY - 1);
    if (ring.message[row] !== message) continue;
    found.push({
      timeNs: ring.timeNs[row]!,
      what: ring.what[row]!,
      where: ring.where[row]!,
      first: ring.first[row]!,
      second: ring.second[row]!,
    });
  }
  return found.reverse();
}
