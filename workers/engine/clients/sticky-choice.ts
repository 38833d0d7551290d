/** [KP6] [KP7] The sticky partitioner in a running client: records without key fill one partition's batch, then move on. */
import { createSticky, nextPartition, onAppend, updateLoad } from '../brokers/log/partitioner/sticky.ts';
import { nextBelow } from '../core/random.ts';
import type { TopicState } from '../brokers/log/log-state.ts';
import type { ClientState } from './client-state.ts';
import type { Run } from '../state.ts';
import { logSource } from './log-source.ts';

const RANDOM_BOUND = 2 ** 31;

export function nextStickyPartition(run: Run, client: ClientState, topic: TopicState): number {
  const count = topic.partitions.length;
  if (client.sticky === null || client.sticky.partitions !== count) client.sticky = createSticky(count);
  return client.sticky.current ?? choose(run, client, count);
}

function choose(run: Run, client: ClientState, count: number): number {
  const sticky = client.sticky!;
  const queues = client.partitions.map((buffer, partition) => ({ partition, waiting: buffer.queue.length }));
  const { adaptivePartitioning } = logSource(run, client.source).settings;
  updateLoad(sticky, adaptivePartitioning ? queues : null, count);
  const available = queues.map((queue) => queue.partition);
  return nextPartition(sticky, available, nextBelow(run.streams, client.stream, RANDOM_BOUND));
}

/** A record was put into a batch of `partition`. */
export function noteStickyAppend(
  run: Run,
  client: ClientState,
  partition: number,
  bytes: number,
  batchFull: boolean,
): void {
  const { sticky } = client;
  if (sticky === null || sticky.current !== partition) return;
  const batchSize = Math.max(1, logSource(run, client.source).settings.batchSize);
  if (onAppend(sticky, { bytes, batchReady: batchFull, batchSize })) choose(run, client, sticky.partitions);
}
