/** Retention by age: one alarm a topic, for the end of its oldest record. */
import { fromMs } from '../../core/time.ts';
import { at, OP, PRIORITY } from '../../events.ts';
import type { Run } from '../../state.ts';
import { applyRetention } from './partition.ts';

/** Shortest time between two passes of the retention by age. [KL5] */
const RETENTION_PASS_NS = 10e6;

/** Sets the alarm for the oldest record's end, at most one at a time. */
export function scheduleRetention(run: Run, topicIndex: number): void {
  const topic = run.topics[topicIndex]!;
  if (topic.retentionScheduled || topic.settings.retentionMs < 0) return;
  let oldestNs = Infinity;
  for (const log of topic.partitions) {
    if (log.start < log.highWatermark) oldestNs = Math.min(oldestNs, log.appendedNs[log.start & log.mask]!);
  }
  if (oldestNs === Infinity) return;
  topic.retentionScheduled = true;
  const dueNs = Math.max(oldestNs + fromMs(topic.settings.retentionMs), run.nowNs + RETENTION_PASS_NS);
  at(run, dueNs, PRIORITY.broker, OP.retention, topicIndex);
}

export function retentionPass(run: Run, topicIndex: number): void {
  const topic = run.topics[topicIndex]!;
  if (topic.gone) return;
  topic.retentionScheduled = false;
  for (let partition = 0; partition < topic.partitions.length; partition += 1)
    applyRetention(run, topicIndex, partition);
  scheduleRetention(run, topicIndex);
}
