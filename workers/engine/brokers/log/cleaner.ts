/**
 * The log cleaner: it makes a compacted log keep at least the last record of every key. Offsets never change, so what it takes
 * leaves holes.
 *
 * Worked example, one partition, records as offset:key, segments between bars, the last one active, `x` a tombstone:
 *
 *     0:a 1:b 2:a │ 3:b 4:c 5:ax │ 6:c        nothing cleaned so far: all closed segments are dirty
 *     last offsets in the dirty part: a 5, b 3, c 4 (6:c is in the active segment and does not count)
 *     stays: 3:b 4:c 5:ax │ 6:c               three holes; 5:ax may go delete.retention.ms after this cleaning
 *     later, with 7:d │ 8:a appended: dirty is 6:c 7:d; last offsets: c 6, d 7
 *     stays: 3:b 6:c 7:d │ 8:a                4:c is superseded; 5:ax goes if its time is over
 *
 * Source: apache/kafka `core/…/log/LogCleaner.scala` (doClean, shouldRetainRecord, groupSegmentsBySize),
 * `LogCleanerManager.scala` (grabFilthiestCompactedLog, cleanableOffsets, maxCompactionDelay), `MemoryRecords.filterTo`.
 */
import { fromMs } from '../../core/time.ts';
import { at, OP, PRIORITY } from '../../events.ts';
import { NO_KEY, TAKEN } from '../../ledger/messages.ts';
import type { Run } from '../../state.ts';
import type { PartitionState, SegmentState } from './log-state.ts';
import { isAborted, isHole, isTombstone, removeRecord } from './partition.ts';
import { lastStableOffset } from './producer-state.ts';
import { deleteSegments, nextLookNs } from './retention.ts';
import { segmentAt, segmentEnd } from './segments.ts';

/** Sets the cleaner's alarm, if the topic is compacted and has closed segments that have not been cleaned. */
export function scheduleCleaning(run: Run, topicIndex: number): void {
  const topic = run.topics[topicIndex]!;
  if (topic.settings.cleanupPolicy === 'delete') return;
  if (topic.cleaningDueNs !== Infinity || !topic.partitions.some(hasDirtySegments)) return;
  const dueNs = nextLookNs(run.nowNs, topic.settings.cleanerBackoffMs);
  topic.cleaningDueNs = dueNs;
  at(run, dueNs, PRIORITY.broker, OP.clean, topicIndex, 0, dueNs);
}

function hasDirtySegments(log: PartitionState): boolean {
  return log.segments.length > 1 && segmentAt(log, firstDirty(log)) < log.segments.length - 1;
}

/** The cleaner looks at the topic, unless the alarm is an old one. */
export function cleaningPass(run: Run, topicIndex: number, dueNs: number): void {
  const topic = run.topics[topicIndex]!;
  if (topic.gone || topic.cleaningDueNs !== dueNs) return;
  topic.cleaningDueNs = Infinity;
  for (let partition = 0; partition < topic.partitions.length; partition += 1) {
    if (topic.partitions[partition]!.leader < 0) continue;
    const to = cleanableEnd(run, topicIndex, partition);
    if (to > 0) clean(run, topicIndex, partition, to);
    if (topic.settings.cleanupPolicy === 'compact,delete') deleteSegments(run, topicIndex, partition);
  }
  scheduleCleaning(run, topicIndex);
}

/** The first offset that no cleaning has looked at. */
function firstDirty(log: PartitionState): number {
  return Math.max(log.cleanedTo, log.start);
}

/**
 * [KS6] Up to where a partition is to be cleaned now, 0 for not at all: closed segments below the high watermark and old enough,
 * if they are dirty enough or have waited for too long.
 */
function cleanableEnd(run: Run, topicIndex: number, partition: number): number {
  const { settings, partitions } = run.topics[topicIndex]!;
  const log = partitions[partition]!;
  const { segments } = log;
  const dirtyFrom = firstDirty(log);
  const youngNs = run.nowNs - fromMs(settings.minCompactionLagMs);
  const overdueNs = settings.maxCompactionLagMs > 0 ? run.nowNs - fromMs(settings.maxCompactionLagMs) : -Infinity;
  let [cleanBytes, dirtyBytes, place, overdue] = [0, 0, 0, false];
  for (; place < segments.length - 1; place += 1) {
    const segment = segments[place]!;
    const dirty = segmentEnd(log, place) > dirtyFrom;
    if (segmentEnd(log, place) > lastStableOffset(log)) break;
    if (dirty && settings.minCompactionLagMs > 0 && segment.largestNs > youngNs) break;
    if (dirty) dirtyBytes += segment.bytes;
    else cleanBytes += segment.bytes;
    if (dirty && segment.firstNs >= 0 && segment.firstNs < overdueNs) overdue = true;
  }
  if (dirtyBytes === 0) return 0;
  const ratio = dirtyBytes / (cleanBytes + dirtyBytes);
  return overdue || ratio > settings.minCleanableDirtyRatio ? segments[place]!.base : 0;
}

/** [KS5] Takes what later records of the dirty part stand for, and tombstones whose time is over; then joins small segments. */
function clean(run: Run, topicIndex: number, partition: number, to: number): void {
  const { settings, partitions } = run.topics[topicIndex]!;
  const log = partitions[partition]!;
  const latest = latestByKey(log, firstDirty(log), to);
  const endOf = new Map(log.tombstones.map(({ offset, untilNs }) => [offset, untilNs]));
  log.tombstones = [];
  for (let offset = log.start; offset < to; offset += 1) {
    if (isHole(log, offset)) continue;
    if (isAborted(log, offset)) {
      removeRecord(run, topicIndex, partition, offset, TAKEN.byCompaction);
      continue;
    }
    const key = log.key[offset & log.mask]!;
    // Without a key it cannot be in a table: it came before the topic was compacted.
    if (key === NO_KEY || offset < (latest.get(key) ?? -1))
      removeRecord(run, topicIndex, partition, offset, TAKEN.byCompaction);
    else if (isTombstone(log, offset)) {
      // [KS7] The first cleaning that passes a tombstone sets its end, the first one after that takes it.
      const untilNs = endOf.get(offset) ?? run.nowNs + fromMs(settings.deleteRetentionMs);
      if (endOf.has(offset) && untilNs <= run.nowNs)
        removeRecord(run, topicIndex, partition, offset, TAKEN.byRetention);
      else log.tombstones.push({ offset, untilNs });
    }
  }
  log.cleanedTo = to;
  joinSegments(log, to, settings.segmentBytes);
}

function latestByKey(log: PartitionState, from: number, to: number): ReadonlyMap<number, number> {
  const latest = new Map<number, number>();
  for (let offset = from; offset < to; offset += 1)
    if (!isHole(log, offset) && !isAborted(log, offset)) latest.set(log.key[offset & log.mask]!, offset);
  return latest;
}

/** Neighbours among the cleaned segments become one as long as what they were fits into `segment.bytes`. */
function joinSegments(log: PartitionState, to: number, segmentBytes: number): void {
  const joined: SegmentState[] = [];
  for (const segment of log.segments) {
    const last = joined.at(-1);
    if (last === undefined || segment.base >= to || last.bytes + segment.bytes > segmentBytes) joined.push(segment);
    else {
      last.bytes += segment.bytes;
      last.largestNs = Math.max(last.largestNs, segment.largestNs);
    }
  }
  log.segments = joined;
}
