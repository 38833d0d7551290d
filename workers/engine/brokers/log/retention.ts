/**
 * Retention: whole segments go from the log start, by size and by age.
 *
 * Worked example, five segments of 100 bytes, retention.bytes 250: 500 - 250 = 250 bytes too many. The first segment fits
 * into that (150 left), the second one too (50 left), the third does not: 300 bytes stay, as it takes whole segments to get
 * below 250 and Kafka never does.
 *
 * One alarm a topic, and only while something could go: for the first look of the broker that could find it. Looks come at the
 * multiples of `log.retention.check.interval.ms`.
 *
 * Source: apache/kafka `UnifiedLog.deletableSegments`, `deleteRetentionSizeBreachedSegments`,
 * `deleteRetentionMsBreachedSegments`, `LogManager.cleanupLogs`.
 */
import { fromMs } from '../../core/time.ts';
import { at, OP, PRIORITY } from '../../events.ts';
import type { Run } from '../../state.ts';
import type { PartitionState, SegmentState, TopicState } from './log-state.ts';
import { raiseLogStart } from './partition.ts';
import { createSegment, dropSegmentsBelow, segmentEnd } from './segments.ts';

/** The first multiple of an interval after an instant. */
export function nextLookNs(afterNs: number, intervalMs: number): number {
  const intervalNs = fromMs(intervalMs);
  return (Math.floor(afterNs / intervalNs) + 1) * intervalNs;
}

/** How often the topic's segments are looked at: by the log manager, of a compacted topic by the cleaner. */
function lookIntervalMs({ settings }: TopicState): number {
  return settings.cleanupPolicy === 'delete' ? settings.retentionCheckIntervalMs : settings.cleanerBackoffMs;
}

/** Sets the alarm for the first look that can find a segment to delete. A later one that is set already is void then. */
export function scheduleRetention(run: Run, topicIndex: number): void {
  const topic = run.topics[topicIndex]!;
  const { retentionMs, retentionBytes, cleanupPolicy } = topic.settings;
  if ((retentionMs < 0 && retentionBytes < 0) || cleanupPolicy === 'compact') return;
  const soonestNs = nextLookNs(run.nowNs, lookIntervalMs(topic));
  if (topic.retentionDueNs <= soonestNs) return;
  let oldestNs = Infinity;
  let tooBig = false;
  for (const log of topic.partitions) {
    const first = log.segments[0]!;
    if (first.bytes > 0) oldestNs = Math.min(oldestNs, first.largestNs);
    tooBig ||= retentionBytes >= 0 && log.totalBytes - retentionBytes >= first.bytes && first.bytes > 0;
  }
  const tooOldNs = retentionMs < 0 ? Infinity : oldestNs + fromMs(retentionMs);
  if (!tooBig && tooOldNs === Infinity) return;
  const dueNs = tooBig ? soonestNs : nextLookNs(Math.max(run.nowNs, tooOldNs), lookIntervalMs(topic));
  if (topic.retentionDueNs <= dueNs) return;
  topic.retentionDueNs = dueNs;
  at(run, dueNs, PRIORITY.broker, OP.retention, topicIndex, 0, dueNs);
}

/** The alarm goes off, unless it is an old one. */
export function retentionPass(run: Run, topicIndex: number, dueNs: number): void {
  const topic = run.topics[topicIndex]!;
  if (topic.gone || topic.retentionDueNs !== dueNs) return;
  topic.retentionDueNs = Infinity;
  for (let partition = 0; partition < topic.partitions.length; partition += 1)
    if (topic.partitions[partition]!.leader >= 0) deleteSegments(run, topicIndex, partition);
  scheduleRetention(run, topicIndex);
}

/** [KS2] [KS3] Deletes what is beyond the size, then what is too old. */
export function deleteSegments(run: Run, topicIndex: number, partition: number): void {
  const topic = run.topics[topicIndex]!;
  const log = topic.partitions[partition]!;
  const { retentionMs, retentionBytes, cleanupPolicy } = topic.settings;
  if (cleanupPolicy === 'compact') return;
  if (retentionBytes >= 0 && log.totalBytes >= retentionBytes) {
    let excess = log.totalBytes - retentionBytes;
    deleteWhile(run, topicIndex, partition, ({ bytes }) => {
      excess -= bytes;
      return excess >= 0;
    });
  }
  if (retentionMs >= 0) {
    const horizonNs = run.nowNs - fromMs(retentionMs);
    deleteWhile(run, topicIndex, partition, ({ largestNs }) => largestNs < horizonNs);
  }
}

/** Deletes segments from the oldest on while they are to go and lie below the high watermark; the active one is rolled first. */
function deleteWhile(run: Run, topicIndex: number, partition: number, goes: (segment: SegmentState) => boolean): void {
  const log = run.topics[topicIndex]!.partitions[partition]!;
  const { segments } = log;
  let count = 0;
  while (count < segments.length && mayGo(log, count) && goes(segments[count]!)) count += 1;
  if (count === 0) return;
  if (count === segments.length) segments.push(createSegment(log.end));
  for (let place = 0; place < count; place += 1) log.totalBytes -= segments[place]!.bytes;
  const start = segments[count]!.base;
  raiseLogStart(run, topicIndex, partition, start);
  dropSegmentsBelow(log, start);
}

/** Nothing goes at or above the high watermark, and an empty active segment stays. */
function mayGo(log: PartitionState, place: number): boolean {
  const last = place === log.segments.length - 1;
  return segmentEnd(log, place) <= log.highWatermark && !(last && log.segments[place]!.bytes === 0);
}
