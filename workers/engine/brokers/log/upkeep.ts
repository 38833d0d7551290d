/** What a log that has grown may need: the engine's own bound, retention, the cleaner. */
import type { Run } from '../../state.ts';
import { scheduleCleaning } from './cleaner.ts';
import { raiseLogStart } from './partition.ts';
import { scheduleRetention } from './retention.ts';
import { dropSegmentsBelow, takeBytes } from './segments.ts';

/** Offsets one partition keeps at most; older ones go as if retention.bytes had been reached. [KL6] */
const OFFSETS_MAX = 2 ** 20;

/** The high watermark of a partition has moved. Nearly always the alarms are set already, or there is nothing to be set. */
export function keepUp(run: Run, topicIndex: number, partition: number): void {
  const { retentionDueNs, settings, partitions } = run.topics[topicIndex]!;
  const log = partitions[partition]!;
  if (log.end - log.start > OFFSETS_MAX) keepBound(run, topicIndex, partition);
  const big = settings.retentionBytes >= 0 && log.totalBytes >= settings.retentionBytes;
  if (retentionDueNs === Infinity || big) scheduleRetention(run, topicIndex);
  if (settings.cleanupPolicy !== 'delete') scheduleCleaning(run, topicIndex);
}

/** [KL6] The oldest records go one by one. */
function keepBound(run: Run, topicIndex: number, partition: number): void {
  const log = run.topics[topicIndex]!.partitions[partition]!;
  const to = Math.min(log.highWatermark, log.end - OFFSETS_MAX);
  if (to <= log.start) return;
  for (let offset = log.start; offset < to; offset += 1) takeBytes(log, offset);
  raiseLogStart(run, topicIndex, partition, to);
  dropSegmentsBelow(log, to);
}
