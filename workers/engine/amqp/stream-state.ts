/** A stream in a run: what is in it, and how far each instance of each consumer has read. */

/** Messages in a stream by offset. */
export interface StreamRecords {
  /** Offsets of the first one that is there, and of the next one to come. */
  start: number;
  end: number;
  /** Row of the message at `offset & mask`. */
  mask: number;
  rows: Int32Array;
  /** Who reads it, as indexes into `feeds`. */
  feeds: number[];
}

/** An instance that reads a stream. Readers do not compete: each gets everything from where it began. */
export interface StreamReader {
  /** The broker's number of its consumer; -1 while it has none. */
  number: number;
  /** The next offset to be sent to it. */
  position: number;
  /** It will never read what is below this offset again, as far as is known; Infinity for one that has not begun, or has stopped for good. */
  floor: number;
  /** The offset that the broker would have it go on from; -1 for none. */
  stored: number;
  /** The offset after the message that was done last, and messages done since one was stored. */
  done: number;
  unstored: number;
  /** A time to store is set. */
  timer: boolean;
}

const FIRST_CAPACITY = 16;

export function createStreamRecords(): StreamRecords {
  return { start: 0, end: 0, mask: FIRST_CAPACITY - 1, rows: new Int32Array(FIRST_CAPACITY), feeds: [] };
}

export function createStreamReader(): StreamReader {
  return { number: -1, position: 0, floor: Infinity, stored: -1, done: 0, unstored: 0, timer: false };
}

/** Puts a message at the end. Returns its offset. */
export function pushRecord(stream: StreamRecords, row: number): number {
  const { end, start, mask, rows } = stream;
  if (end - start > mask) {
    const length = 2 * rows.length;
    const grown = new Int32Array(length);
    for (let offset = start; offset < end; offset += 1) grown[offset & (length - 1)] = rows[offset & mask]!;
    stream.rows = grown;
    stream.mask = length - 1;
  }
  stream.rows[end & stream.mask] = row;
  stream.end = end + 1;
  return end;
}

/** Row of the message at an offset that is there. */
export function recordAt({ rows, mask }: StreamRecords, offset: number): number {
  return rows[offset & mask]!;
}
