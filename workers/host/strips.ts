/**
 * The cells of partitions as they were packed last. Most logs of a large design have not moved from one frame to the next,
 * and copying a strip takes a hundredth of the time of reading it out of the log.
 */
import type { PartitionState, TopicState } from '../engine/brokers/log/log-state.ts';
import { CELLS } from '../protocol/frame.ts';

/** Colours and flags, then message ids, as a frame has them. */
const STRIP_SIZE = 3 * CELLS;

/** What was packed last of one partition. */
export interface Strip {
  /** The very record: after a seek there is another one in its place. */
  log: PartitionState | null;
  start: number;
  end: number;
  /** Message of the last record: a log that was cut and written again may end where it did. */
  last: number;
  segments: number;
  readonly cells: Float64Array;
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
    segments: 0,
    cells: new Float64Array(STRIP_SIZE),
  });
}

/**
 * Whether cells change only where a log begins, ends, or begins a segment. The cleaner makes holes anywhere, and a
 * transaction's end marks what lies behind.
 */
export function onlyMovesAtItsEnds({ settings }: TopicState, log: PartitionState): boolean {
  return settings.cleanupPolicy === 'delete' && log.transactions === null;
}

/** Whether the strip still shows the log. */
export function isCurrent(strip: Strip, log: PartitionState): boolean {
  return (
    strip.log === log &&
    strip.end === log.end &&
    strip.start === log.start &&
    strip.last === lastMessage(log) &&
    strip.segments === log.segments.length
  );
}

/** Notes what the strip shows from now on. */
export function markCurrent(strip: Strip, log: PartitionState): void {
  strip.log = log;
  strip.start = log.start;
  strip.end = log.end;
  strip.last = lastMessage(log);
  strip.segments = log.segments.length;
}

function lastMessage(log: PartitionState): number {
  return log.end > log.start ? log.message[(log.end - 1) & log.mask]! : 0;
}
