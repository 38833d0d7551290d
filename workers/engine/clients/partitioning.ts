/** Which partition a client puts a message into. */
import { crc32 } from '../brokers/log/partitioner/crc32.ts';
import { utf8 } from '../../scenario/utf8.ts';
import { keyText, positiveHash } from '../keys.ts';
import { growInt32 } from '../core/columns.ts';
import { FIXED_KEYS_AT, NO_KEY } from '../ledger/messages.ts';
import type { EdgeOf } from '../../scenario/resolve.ts';
import type { TopicState } from '../brokers/log/log-state.ts';
import type { ClientState, LogSource } from './client-state.ts';
import type { Run } from '../state.ts';
import { nextStickyPartition, noteStickyAppend } from './sticky-choice.ts';

/** What `choosePartition` gives for a record that names a partition which does not exist. */
export const NO_PARTITION = -1;

/** [KP1] [KP2] [KP9] The partition of a message: the one named, else by key hash over all of them, sticky or round robin. */
export function choosePartition(
  run: Run,
  client: ClientState,
  source: LogSource,
  topic: TopicState,
  key: number,
): number {
  if (source.goesByKey && key >= 0 && key < topic.keyPartition.length) {
    // What nearly all do: by a key that occurred before.
    const known = topic.keyPartition[key]!;
    if (known >= 0) return known;
  }
  return findPartition(run, client, source, topic, key);
}

/** Whether records that have a key go by the hash of Kafka's own client, and by nothing else. */
export function goesByKey({ partition, partitioner, ignoreKeys }: EdgeOf<'publish'>): boolean {
  return partition < 0 && partitioner !== 'roundRobin' && partitioner !== 'consistentRandom' && !ignoreKeys;
}

function findPartition(run: Run, client: ClientState, source: LogSource, topic: TopicState, key: number): number {
  const count = topic.partitions.length;
  const { partition } = source.settings;
  if (partition >= 0) return partition < count ? partition : NO_PARTITION;
  if (count === 1) return 0;
  if (source.settings.partitioner === 'roundRobin') {
    client.roundRobin = (client.roundRobin + 1) % count;
    return client.roundRobin;
  }
  if (key === NO_KEY || source.settings.ignoreKeys) return nextStickyPartition(run, client, topic);
  if (source.settings.partitioner === 'consistentRandom') return partitionByChecksum(run, client, topic, key);
  return partitionOfKey(run, topic, key);
}

/** [KP10] An empty key is none to librdkafka. */
function partitionByChecksum(run: Run, client: ClientState, topic: TopicState, key: number): number {
  const text = keyText(run, key) ?? '';
  if (text === '') return nextStickyPartition(run, client, topic);
  return crc32(utf8(text)) % topic.partitions.length;
}

/** Tells the sticky partitioner of a record without key that was put into a batch. */
export function noteAppended(
  run: Run,
  client: ClientState,
  partition: number,
  bytes: number,
  batchFull: boolean,
): void {
  noteStickyAppend(run, client, partition, bytes, batchFull);
}

function partitionOfKey(run: Run, topic: TopicState, key: number): number {
  const count = topic.partitions.length;
  if (key >= FIXED_KEYS_AT) return positiveHash(run, key) % count;
  if (key >= topic.keyPartition.length) {
    const before = topic.keyPartition.length;
    topic.keyPartition = growInt32(topic.keyPartition, key + 1);
    topic.keyPartition.fill(-1, before);
  }
  const cached = topic.keyPartition[key]!;
  if (cached >= 0) return cached;
  const partition = positiveHash(run, key) % count;
  topic.keyPartition[key] = partition;
  return partition;
}
