/** One partition's log: a ring of records between the log start and the log end, and what moves its marks. */
import { fromMs } from '../../core/time.ts';
import { addChance, dropChance, excuse } from '../../ledger/ledger.ts';
import { HOP, noteHop, noteRecordHop } from '../../ledger/hops.ts';
import { MESSAGE_FLAG, TAKEN } from '../../ledger/messages.ts';
import { rowOf } from '../../pool.ts';
import type { CursorState, PartitionState, TopicState } from './log-state.ts';
import { isOffered } from './offering.ts';
import { truncateProducers } from './producer-state.ts';
import { cutWindow } from './share/share-partition.ts';
import type { Run } from '../../state.ts';

const FIRST_CAPACITY = 64;
/** Records one partition keeps at most; older ones are deleted as if retention.bytes had been reached (SPEC KL6). */
const RECORDS_MAX = 2 ** 20;

const RECORD_FLAG = { copy: 1 } as const;

/** An empty log on these brokers, all in sync, led by the first. */
export function createPartition(replicas: readonly number[]): PartitionState {
  return {
    start: 0,
    highWatermark: 0,
    end: 0,
    mask: FIRST_CAPACITY - 1,
    row: new Int32Array(FIRST_CAPACITY),
    message: new Float64Array(FIRST_CAPACITY),
    key: new Int32Array(FIRST_CAPACITY),
    bytes: new Int32Array(FIRST_CAPACITY),
    appendedNs: new Float64Array(FIRST_CAPACITY),
    source: new Int32Array(FIRST_CAPACITY),
    sequence: new Float64Array(FIRST_CAPACITY),
    flags: new Uint8Array(FIRST_CAPACITY),
    totalBytes: 0,
    busyUntilNs: 0,
    producers: [],
    transactions: null,
    waiting: [],
    leader: replicas[0]!,
    leaderEpoch: 0,
    replicas: [...replicas],
    isr: [...replicas],
  };
}

type Column = Float64Array | Int32Array | Uint8Array;

function rering<T extends Column>(column: T, log: PartitionState, mask: number): T {
  const larger = new (column.constructor as new (n: number) => T)(mask + 1);
  for (let offset = log.start; offset < log.end; offset += 1) larger[offset & mask] = column[offset & log.mask]!;
  return larger;
}

function grow(log: PartitionState): void {
  const mask = log.mask * 2 + 1;
  log.row = rering(log.row, log, mask);
  log.message = rering(log.message, log, mask);
  log.key = rering(log.key, log, mask);
  log.bytes = rering(log.bytes, log, mask);
  log.appendedNs = rering(log.appendedNs, log, mask);
  log.source = rering(log.source, log, mask);
  log.sequence = rering(log.sequence, log, mask);
  log.flags = rering(log.flags, log, mask);
  log.mask = mask;
}

/** [KL1] Appends a batch's records at the log end. Returns the offset after the last. */
export function appendRecords(run: Run, topicIndex: number, partition: number, batchRow: number): number {
  const topic = run.topics[topicIndex]!;
  const log = topic.partitions[partition]!;
  const batch = rowOf(run.batches, batchRow);
  const { messages } = run;
  const copy = batch.appends > 0;
  batch.appends += 1;
  for (let row = batch.head; row >= 0; row = messages.next[row]!) {
    if (log.end - log.start > log.mask) grow(log);
    const i = log.end & log.mask;
    log.row[i] = row;
    log.message[i] = messages.id[row]!;
    log.key[i] = messages.key[row]!;
    log.bytes[i] = messages.bytes[row]!;
    log.appendedNs[i] = run.nowNs;
    log.source[i] = messages.source[row]!;
    log.sequence[i] = messages.sequence[row]!;
    log.flags[i] = copy ? RECORD_FLAG.copy : 0;
    log.totalBytes += messages.bytes[row]!;
    if (copy) messages.flags[row]! |= MESSAGE_FLAG.copied;
    offerRecord(run, topic, partition, row, log.end);
    noteHop(run, row, HOP.appended, topicIndex, partition, log.end);
    log.end += 1;
  }
  run.sources[run.clients[batch.client]!.source]!.ledger.appended += batch.count;
  return log.end;
}

/** Every active subscription whose floor is not above the record may still apply it. */
function offerRecord(run: Run, topic: TopicState, partition: number, row: number, offset: number): void {
  for (let slot = 0; slot < topic.subscriptions.length; slot += 1) {
    const subscription = run.subscriptions[topic.subscriptions[slot]!]!;
    if (subscription.active && offset >= run.cursors[subscription.cursors[partition]!]!.floor)
      addChance(run, row, slot);
  }
}

/** Takes a record's chances away from every active subscription that had not passed it. */
function withdrawRecord(run: Run, topic: TopicState, partition: number, offset: number, taken: number): void {
  const log = topic.partitions[partition]!;
  const i = offset & log.mask;
  log.totalBytes -= log.bytes[i]!;
  for (let slot = 0; slot < topic.subscriptions.length; slot += 1) {
    const subscription = run.subscriptions[topic.subscriptions[slot]!]!;
    if (!subscription.active || !isOffered(run.cursors[subscription.cursors[partition]!]!, offset)) continue;
    dropChance(run, log.row[i]!, slot, taken);
  }
}

/** [KL4] A new leader has only what was replicated: everything from the high watermark on is cut off. */
export function truncateToHighWatermark(run: Run, topicIndex: number, partition: number): void {
  const topic = run.topics[topicIndex]!;
  const log = topic.partitions[partition]!;
  while (log.end > log.highWatermark) {
    log.end -= 1;
    const i = log.end & log.mask;
    noteRecordHop(run, log.message[i]!, HOP.truncated, topicIndex, partition, log.end);
    withdrawRecord(run, topic, partition, log.end, TAKEN.byNothing);
  }
  for (const index of topic.subscriptions) {
    const { share } = run.cursors[run.subscriptions[index]!.cursors[partition]!]!;
    if (share !== null) cutWindow(share, log.end);
  }
  truncateProducers(log);
}

/** Whether some subscription has not saved a position above the record, or nobody reads the topic at all. */
function isAwaited(run: Run, topic: TopicState, partition: number, offset: number): boolean {
  let readers = 0;
  for (const index of topic.subscriptions) {
    const subscription = run.subscriptions[index]!;
    if (!subscription.active) continue;
    readers += 1;
    if (isOffered(run.cursors[subscription.cursors[partition]!]!, offset)) return true;
  }
  return readers === 0;
}

/** [KL5] [KL6] Deletes from the log start while records are too old or the log too big. Only below the high watermark. */
export function applyRetention(run: Run, topicIndex: number, partition: number): void {
  const topic = run.topics[topicIndex]!;
  const log = topic.partitions[partition]!;
  const { retentionMs, retentionBytes } = topic.settings;
  const oldestNs = retentionMs < 0 ? -1 : run.nowNs - fromMs(retentionMs);
  while (log.start < log.highWatermark) {
    const i = log.start & log.mask;
    const tooOld = log.appendedNs[i]! <= oldestNs && retentionMs >= 0;
    const tooBig = retentionBytes >= 0 && log.totalBytes > retentionBytes;
    if (!tooOld && !tooBig && log.end - log.start <= RECORDS_MAX) return;
    const offset = log.start;
    // The end of what everybody has read and saved is no news.
    if (isAwaited(run, topic, partition, offset))
      noteRecordHop(run, log.message[i]!, HOP.expired, topicIndex, partition, offset);
    log.start += 1;
    withdrawRecord(run, topic, partition, offset, TAKEN.byRetention);
  }
}

/**
 * [KO2] The subscription's saved position moves up to `to`: what lies below it will not be read again. With `excused`
 * the position was reset past records that were never owed (auto.offset.reset).
 */
export function raiseFloor(run: Run, cursorIndex: number, to: number, excused: boolean): void {
  const cursor = run.cursors[cursorIndex]!;
  const subscription = run.subscriptions[cursor.subscription]!;
  const log = run.topics[subscription.topic]!.partitions[cursor.partition]!;
  const from = Math.max(cursor.floor, log.start);
  const until = Math.min(to, log.end);
  cursor.floor = Math.max(cursor.floor, to);
  if (!subscription.active) return;
  for (let offset = from; offset < until; offset += 1) {
    const row = log.row[offset & log.mask]!;
    if (excused && excuse(run, row, subscription.slot)) noteExcused(cursor, offset);
    dropChance(run, row, subscription.slot);
  }
}

/** Offsets that were stepped over, as ranges: should the group go back, they are owed. */
function noteExcused({ excused }: CursorState, offset: number): void {
  if (excused.at(-1) === offset) excused[excused.length - 1] = offset + 1;
  else excused.push(offset, offset + 1);
}
