/**
 * The cells of partitions as they were packed last. From one frame to the next most logs of a large design have a few records
 * more, or none, and reading those out of a log takes longer than writing the whole strip.
 */
import type { PartitionState, TopicState } from '../engine/brokers/log/log-state.ts';
import { CELLS } from '../protocol/frame.ts';

/** The cell of an offset, in each column, is at `offset & CELL_MASK`. */
export const CELL_MASK = CELLS - 1;

/** What was packed last of one partition. */
export interface Strip {
  /** The very record: after a seek there is another one in its place. */
  log: PartitionState | null;
  start: number;
  end: number;
  /** Message of the last record: a log that was cut and written again may end where it did. */
  last: number;
  readonly colours: Float64Array;
  readonly flags: Float64Array;
  readonly messages: Float64Array;
}

/** By topic and partition. Outside of the run, like everything that an observer remembers. */
export type Strips = Strip[][];

/** The strip of one partition, empty before it was packed for the first time. */
export function stripOf(strips: Strips, topicIndex: number, partition: number): Strip {
  const rows = (strips[topicIndex] ??= []);
  return (rows[partition] ??= {
    log: null,
    start: 0,
    end: 0,
    last: 0,
    colours: new Float64Array(CELLS),
    flags: new Float64Array(CELLS),
    messages: new Float64Array(CELLS),
  });
}

/**
 * Whether cells change only where a log begins, ends, or begins a segment. The cleaner makes holes anywhere, and a
 * transaction's end marks what lies behind.
 */
export function onlyMovesAtItsEnds({ settings }: TopicState, log: PartitionState): boolean {
  return settings.cleanupPolicy === 'delete' && log.transactions === null;
}

/**
 * Whether what the strip shows is still there, so that only later records are to be added. Where the log has come to begin
 * among the cells, the border of its first segment is one no more.
 */
export function goesOn(strip: Strip, log: PartitionState): boolean {
  if (strip.log !== log || strip.end > log.end || strip.end <= log.start) return false;
  if (strip.start !== log.start && log.start + CELLS >= log.end) return false;
  return strip.last === log.message[(strip.end - 1) & log.mask];
}

/** Notes what the strip shows from now on. */
export function markCurrent(strip: Strip, log: PartitionState): void {
  strip.log = log;
  strip.start = log.start;
  strip.end = log.end;
  strip.last = log.end > log.start ? log.message[(log.end - 1) & log.mask]! : 0;
}
