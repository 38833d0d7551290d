/** One partition's log: a ring of records between the log start and the log end, and what moves its marks. */
import { assert } from '../../core/assert.ts';
import { dropChance, excuse } from '../../ledger/ledger.ts';
import { addChances, dropChances } from '../../ledger/whole-batches.ts';
import { HOP, noteHops, noteRecordHop } from '../../ledger/hops.ts';
import { MESSAGE_FLAG, NO_KEY, TAKEN } from '../../ledger/messages.ts';
import { packedBytes } from '../../clients/compression.ts';
import type { Batch, LogSource } from '../../clients/client-state.ts';
import type { CursorState, PartitionState, TopicState } from './log-state.ts';
import { isOffered } from './offering.ts';
import { forgetAborted, truncateProducers } from './producer-state.ts';
import { addToSegment, createSegment, cutSegments, takeBytes } from './segments.ts';
import { cutWindow } from './share/share-partition.ts';
import type { Run } from '../../state.ts';
import { resendMarkers } from './transactions/coordinator.ts';
import { logSubscription } from './subscription.ts';
import { M } from '../../ledger/layout.ts';

const FIRST_CAPACITY = 64;
/**
 * Bits of a record: a further copy of a message that is already in the log; one whose value is null; a transaction marker, of
 * a commit or of an abort (a hole); data of a transaction whose abort marker is replicated.
 */
export const RECORD_FLAG = { copy: 1, tombstone: 2, commitMarker: 4, abortMarker: 8, aborted: 16 } as const;

/** Whether a reader steps over an offset: it holds no record, or to readers of what is committed one that was aborted. [KT9] */
export function isPassedOver(log: PartitionState, offset: number, committedOnly: boolean): boolean {
  const i = offset & log.mask;
  return log.row[i]! < 0 || (committedOnly && (log.flags[i]! & RECORD_FLAG.aborted) !== 0);
}

export function isTombstone(log: PartitionState, offset: number): boolean {
  return (log.flags[offset & log.mask]! & RECORD_FLAG.tombstone) !== 0;
}

/** Whether an offset between the log start and the log end holds no record. */
export function isHole(log: PartitionState, offset: number): boolean {
  return log.row[offset & log.mask]! < 0;
}

export function isAborted(log: PartitionState, offset: number): boolean {
  return (log.flags[offset & log.mask]! & RECORD_FLAG.aborted) !== 0;
}

/** Records from one offset up to another, excluded, both between the log start and the log end. */
export function countRecords(log: PartitionState, from: number, to: number, committedOnly = false): number {
  let count = to - from;
  if (log.holes > 0 || committedOnly)
    for (let offset = from; offset < to; offset += 1) if (isPassedOver(log, offset, committedOnly)) count -= 1;
  return count;
}

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
    holes: 0,
    totalBytes: 0,
    segments: [createSegment(0)],
    cleanedTo: 0,
    tombstones: [],
    compacted: 0,
    busyUntilNs: 0,
    producers: [],
    transactions: null,
    waiting: [],
    leader: replicas[0]!,
    leaderEpoch: 0,
    replicas: [...replicas],
    isr: [...replicas],
    replication: null,
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

/** [KL1] Appends a batch's records at the log end, on behalf of the source that they came by. Returns the offset after the last. */
export function appendRecords(
  run: Run,
  source: LogSource,
  topic: TopicState,
  log: PartitionState,
  batch: Batch,
): number {
  const { partition } = batch;
  const copy = batch.appends > 0;
  addToSegment(log, topic.settings, batch.bytes, batch.latestNs);
  batch.appends += 1;
  const first = log.end;
  while (first + batch.count - log.start > log.mask + 1) grow(log);
  writeRecords(run, log, batch, copy);
  offerBatch(run, topic, partition, batch.head, first);
  noteHops(run, batch.head, HOP.appended, source.topic, partition, first, 1);
  source.ledger.appended += batch.count;
  return log.end;
}

/** [KT4] Appends a transaction marker: it takes an offset and is no record to anybody. */
export function appendControlRecord(run: Run, topicIndex: number, partition: number, commit: boolean): void {
  const topic = run.topics[topicIndex]!;
  const log = topic.partitions[partition]!;
  if (log.end - log.start > log.mask) grow(log);
  addToSegment(log, topic.settings, 0, run.nowNs);
  const i = log.end & log.mask;
  log.row[i] = -1;
  log.message[i] = 0;
  log.key[i] = NO_KEY;
  log.bytes[i] = 0;
  log.appendedNs[i] = run.nowNs;
  log.source[i] = -1;
  log.sequence[i] = -1;
  log.flags[i] = commit ? RECORD_FLAG.commitMarker : RECORD_FLAG.abortMarker;
  log.holes += 1;
  log.end += 1;
}

/** The records of a batch, column by column. There is room for them. */
function writeRecords({ messages, nowNs }: Run, log: PartitionState, batch: Batch, copy: boolean): void {
  const { mask, row: rows, message, key, bytes, appendedNs, source, sequence, flags } = log;
  const { int, num } = messages;
  const { compression } = batch;
  const flag = copy ? RECORD_FLAG.copy : 0;
  let { end } = log;
  for (let row = batch.head; row >= 0; row = int[row + M.next]!) {
    const i = end & mask;
    rows[i] = row;
    message[i] = num[row + M.id]!;
    key[i] = int[row + M.key]!;
    bytes[i] = packedBytes(int[row + M.bytes]!, compression);
    appendedNs[i] = nowNs;
    source[i] = int[row + M.source]!;
    sequence[i] = num[row + M.sequence]!;
    flags[i] = (int[row + M.flags]! & MESSAGE_FLAG.tombstone) === 0 ? flag : flag | RECORD_FLAG.tombstone;
    if (copy) int[row + M.flags]! |= MESSAGE_FLAG.copied;
    end += 1;
  }
  log.end = end;
}

/** Every active subscription may still apply those of a batch's records that are not below its floor. */
function offerBatch(run: Run, topic: TopicState, partition: number, head: number, first: number): void {
  for (let slot = 0; slot < topic.subscriptions.length; slot += 1) {
    const subscription = logSubscription(run, topic.subscriptions[slot]!);
    if (!subscription.active) continue;
    const { floor } = run.cursors[subscription.cursors[partition]!]!;
    let from = head;
    for (let offset = first; offset < floor && from >= 0; offset += 1) from = run.messages.int[from + M.next]!;
    addChances(run, from, slot);
  }
}

/** Takes a record's chances away from every active subscription that had not passed it. */
function withdrawRecord(run: Run, topic: TopicState, partition: number, offset: number, taken: number): void {
  const log = topic.partitions[partition]!;
  const row = log.row[offset & log.mask]!;
  for (let slot = 0; slot < topic.subscriptions.length; slot += 1) {
    const subscription = logSubscription(run, topic.subscriptions[slot]!);
    if (!subscription.active || !isOffered(run.cursors[subscription.cursors[partition]!]!, offset)) continue;
    dropChance(run, row, slot, taken);
  }
}

/** [KL4] A new leader has only what was replicated: everything from the high watermark on is cut off. */
export function truncateToHighWatermark(run: Run, topicIndex: number, partition: number): void {
  truncateTo(run, topicIndex, partition, run.topics[topicIndex]!.partitions[partition]!.highWatermark, HOP.truncated);
}

/** Cuts a log off at `end`; `hop` says why. */
export function truncateTo(run: Run, topicIndex: number, partition: number, end: number, hop: number): void {
  const topic = run.topics[topicIndex]!;
  const log = topic.partitions[partition]!;
  while (log.end > end) {
    const offset = log.end - 1;
    if (!isHole(log, offset)) noteRecordHop(run, log.message[offset & log.mask]!, hop, topicIndex, partition, offset);
    takeLast(run, topic, partition);
  }
  forgetBeyondEnd(run, topicIndex, partition);
}

/** The last record is no longer there. */
function takeLast(run: Run, topic: TopicState, partition: number): void {
  const log = topic.partitions[partition]!;
  const offset = log.end - 1;
  if (isHole(log, offset)) log.holes -= 1;
  else {
    takeBytes(log, offset);
    withdrawRecord(run, topic, partition, offset, TAKEN.byNothing);
  }
  log.end = offset;
}

/** What goes by offsets forgets those that were cut off: share groups, segments, and what is known of producers. */
function forgetBeyondEnd(run: Run, topicIndex: number, partition: number): void {
  const topic = run.topics[topicIndex]!;
  const log = topic.partitions[partition]!;
  cutShares(run, topic, partition);
  cutSegments(log);
  resendMarkers(run, topicIndex, partition, truncateProducers(log));
}

/** Share groups forget what they had acquired beyond the log end. */
function cutShares(run: Run, topic: TopicState, partition: number): void {
  for (const index of topic.subscriptions) {
    const { share } = run.cursors[logSubscription(run, index).cursors[partition]!]!;
    if (share !== null) cutWindow(share, topic.partitions[partition]!.end);
  }
}

/**
 * Takes everything from `end` on out of a log, for somebody who goes on holding it. Rows of the messages in order of offsets;
 * -1 where the ledger has forgotten the message, or the cleaner has taken it.
 */
export function takeTail(run: Run, topicIndex: number, partition: number, end: number): number[] {
  const topic = run.topics[topicIndex]!;
  const log = topic.partitions[partition]!;
  const rows: number[] = [];
  for (let offset = end; offset < log.end; offset += 1) {
    const row = log.row[offset & log.mask]!;
    const known = row >= 0 && run.messages.num[row + M.id] === log.message[offset & log.mask];
    if (known) run.messages.int[row + M.inHand]! += 1;
    rows.push(known ? row : -1);
  }
  while (log.end > end) takeLast(run, topic, partition);
  forgetBeyondEnd(run, topicIndex, partition);
  return rows;
}

/** Offsets below are saved as read by every group that reads the partition; -1 if nobody reads it. */
function readByAll(run: Run, topic: TopicState, partition: number): number {
  let lowest = Infinity;
  for (const index of topic.subscriptions) {
    const subscription = logSubscription(run, index);
    if (subscription.active) lowest = Math.min(lowest, run.cursors[subscription.cursors[partition]!]!.floor);
  }
  return lowest === Infinity ? -1 : lowest;
}

/** The log begins at a later offset from now on: what lies before it is gone, read or not. */
export function raiseLogStart(run: Run, topicIndex: number, partition: number, to: number): void {
  const topic = run.topics[topicIndex]!;
  const log = topic.partitions[partition]!;
  assert(to <= log.highWatermark, 'the log start passed the high watermark');
  // The end of what everybody has read and saved is no news.
  const news = Math.max(log.start, Math.min(to, readByAll(run, topic, partition)));
  if (log.holes > 0) log.holes -= to - log.start - countRecords(log, log.start, to);
  for (let offset = news; offset < to; offset += 1) {
    if (isHole(log, offset)) continue;
    noteRecordHop(run, log.message[offset & log.mask]!, HOP.expired, topicIndex, partition, offset);
    withdrawRecord(run, topic, partition, offset, TAKEN.byRetention);
  }
  log.start = to;
  forgetAborted(log);
}

/** The cleaner takes a record: its offset is a hole from now on. */
export function removeRecord(run: Run, topicIndex: number, partition: number, offset: number, taken: number): void {
  const topic = run.topics[topicIndex]!;
  const log = topic.partitions[partition]!;
  const i = offset & log.mask;
  if (offset >= readByAll(run, topic, partition)) {
    const what = taken === TAKEN.byCompaction ? HOP.superseded : HOP.expired;
    noteRecordHop(run, log.message[i]!, what, topicIndex, partition, offset);
    withdrawRecord(run, topic, partition, offset, taken);
  }
  takeBytes(log, offset);
  log.row[i] = -1;
  log.message[i] = 0;
  log.bytes[i] = 0;
  log.flags[i] = 0;
  log.holes += 1;
  log.compacted += 1;
}

/**
 * [KO2] The subscription's saved position moves up to `to`: what lies below it will not be read again. With `excused`
 * the position was reset past records that were never owed (auto.offset.reset).
 */
export function raiseFloor(run: Run, cursorIndex: number, to: number, excused: boolean): void {
  const cursor = run.cursors[cursorIndex]!;
  const subscription = logSubscription(run, cursor.subscription);
  const log = run.topics[subscription.topic]!.partitions[cursor.partition]!;
  const from = Math.max(cursor.floor, log.start);
  const until = Math.min(to, log.end);
  cursor.floor = Math.max(cursor.floor, to);
  if (!subscription.active) return;
  if (excused) excuseRecords(run, cursor, from, until);
  dropChances(run, log, from, until, subscription.slot);
}

function excuseRecords(run: Run, cursor: CursorState, from: number, to: number): void {
  const { topic, slot } = logSubscription(run, cursor.subscription);
  const log = run.topics[topic]!.partitions[cursor.partition]!;
  for (let offset = from; offset < to; offset += 1) {
    const row = log.row[offset & log.mask]!;
    if (row >= 0 && excuse(run, row, slot)) noteExcused(cursor, offset);
  }
}

/** Offsets that were stepped over, as ranges: should the group go back, they are owed. */
function noteExcused({ excused }: CursorState, offset: number): void {
  if (excused.at(-1) === offset) excused[excused.length - 1] = offset + 1;
  else excused.push(offset, offset + 1);
}
