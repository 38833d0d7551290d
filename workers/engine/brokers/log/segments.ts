/**
 * Segments: a partition's log is cut into pieces, and only whole ones are deleted. The last one is active: appends go there.
 *
 * Worked example, segment.bytes 250, segment.ms 1000, batches of one record of 100 bytes with timestamps 0, 10, 20, 5000:
 *   offsets 0 and 1 go into the first segment (200 bytes); 200 + 100 > 250, so offset 2 begins a second one;
 *   offset 3 comes 4,980 ms after the first record of that segment, more than 1,000: it begins a third one.
 *
 * A timestamp is that of the fact (CreateTime, Kafka's default), and a batch has that of its latest record.
 * Source: apache/kafka `storage/…/log/LogSegment.java` (shouldRoll, timeWaitedForRoll), `LogConfig.maxSegmentMs`.
 */
import { fromMs } from '../../core/time.ts';
import type { NodeOf } from '../../../scenario/resolve.ts';
import type { PartitionState, SegmentState } from './log-state.ts';

/** An empty segment that begins at an offset. */
export function createSegment(base: number): SegmentState {
  return { base, bytes: 0, firstNs: -1, largestNs: -1 };
}

/** [KS1] Longest span of timestamps in one segment, nanoseconds. A compacted log is rolled in time for its cleaner. */
function spanMaxNs({ segmentMs, cleanupPolicy, maxCompactionLagMs }: NodeOf<'topic'>): number {
  const compacts = cleanupPolicy !== 'delete' && maxCompactionLagMs > 0;
  return fromMs(compacts ? Math.min(segmentMs, maxCompactionLagMs) : segmentMs);
}

/**
 * [KS1] Counts a batch that is about to be appended into the active segment, or into a new one: the active one has
 * no room for it, or its first record is too old.
 *
 * @returns true if a new segment was begun
 */
export function addToSegment(log: PartitionState, topic: NodeOf<'topic'>, bytes: number, latestNs: number): boolean {
  let active = log.segments[log.segments.length - 1]!;
  const full = active.bytes + bytes > topic.segmentBytes;
  const rolled = active.bytes > 0 && (full || latestNs - active.firstNs > spanMaxNs(topic));
  if (rolled) {
    active = createSegment(log.end);
    log.segments.push(active);
  }
  if (active.bytes === 0) active.firstNs = latestNs;
  active.bytes += bytes;
  if (latestNs > active.largestNs) active.largestNs = latestNs;
  log.totalBytes += bytes;
  return rolled;
}

/** The offset at which the segment after the `place`-th begins; the log end for the active one. */
export function segmentEnd(log: PartitionState, place: number): number {
  return place + 1 < log.segments.length ? log.segments[place + 1]!.base : log.end;
}

/** The place of the segment that an offset lies in. */
export function segmentAt({ segments }: PartitionState, offset: number): number {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (segments[middle]!.base <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Takes the bytes of a record out of its segment and of the log. */
export function takeBytes(log: PartitionState, offset: number): void {
  const bytes = log.bytes[offset & log.mask]!;
  log.segments[segmentAt(log, offset)]!.bytes -= bytes;
  log.totalBytes -= bytes;
}

/** Forgets the segments that end at or before an offset, except the active one. */
export function dropSegmentsBelow({ segments }: PartitionState, offset: number): void {
  let gone = 0;
  while (gone + 1 < segments.length && segments[gone + 1]!.base <= offset) gone += 1;
  if (gone > 0) segments.splice(0, gone);
}

/** The log now ends earlier: segments beyond its end are gone, and the one that it ends in is active again. */
export function cutSegments({ segments, end }: PartitionState): void {
  while (segments.length > 1 && segments[segments.length - 1]!.base >= end) segments.pop();
}
