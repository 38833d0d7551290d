/**
 * The cells of partitions as they were packed last. From one frame to the next most logs of a large design have a few records
 * more, or none, and reading those out of a log takes longer than writing the whole strip.
 */
import type { PartitionState, SegmentState, TopicState } from '../engine/brokers/log/log-state.ts';
import { CELLS } from '../protocol/frame.ts';

/** The cell of an offset is at `offset & CELL_MASK` of its strip. */
export const CELL_MASK = CELLS - 1;

/** What was packed last of one partition. */
export interface Strip {
  readonly log: PartitionState;
  /** Of its partition's block in a frame. */
  readonly at: number;
  /** Of its first cell in `Cells`. */
  readonly first: number;
  /** Its topic only deletes. */
  readonly deletes: boolean;
  start: number;
  end: number;
  /** Message of the last record: a log that was cut and written again may end where it did. */
  last: number;
  /** The segment that was active: one that begins later begins with a record. */
  active: SegmentState | null;
}

/** The cells of all strips, strip after strip, in as few bytes as hold them: they are read again for every frame. */
export interface Cells {
  readonly colours: Int32Array;
  readonly flags: Uint16Array;
  readonly messages: Float64Array;
}

export function createCells(strips: number): Cells {
  const count = strips * CELLS;
  return { colours: new Int32Array(count), flags: new Uint16Array(count), messages: new Float64Array(count) };
}

/**
 * A strip that shows nothing yet.
 *
 * @param index its place among all strips
 * @param at of its partition's block in a frame
 */
export function createStrip({ settings }: TopicState, log: PartitionState, index: number, at: number): Strip {
  const deletes = settings.cleanupPolicy === 'delete';
  return { log, at, first: index * CELLS, deletes, start: 0, end: 0, last: 0, active: null };
}

/**
 * Whether what the strip shows is still there, so that only later records are to be added. Cells of a log that only deletes change
 * where it begins, ends, or begins a segment; the cleaner makes holes anywhere, and a transaction's end marks what lies behind. Where
 * the log has come to begin among the cells, the border of its first segment is one no more.
 */
export function goesOn(strip: Strip, log: PartitionState): boolean {
  if (!strip.deletes || log.transactions !== null) return false;
  if (strip.end > log.end || strip.end <= log.start) return false;
  if (strip.start !== log.start && log.start + CELLS >= log.end) return false;
  return strip.last === log.message[(strip.end - 1) & log.mask];
}

/** Notes what the strip shows from now on. */
export function markCurrent(strip: Strip, log: PartitionState, active: SegmentState): void {
  strip.start = log.start;
  strip.end = log.end;
  strip.last = log.end > log.start ? log.message[(log.end - 1) & log.mask]! : 0;
  strip.active = active;
}
