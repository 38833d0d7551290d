/**
 * What the leader of a partition knows of its producers: idempotence, and where their transactions stand. Functions over
 * the partition's state alone, so that recorded cases of the real broker can be held against them.
 *
 *     offsets  0  1  2  3  4  5  6        A = data of producer 1's transaction, C = its commit marker,
 *              A  A  B  C  B  .  .        B = data of producer 2's, which is open
 *     last stable offset: 2, the first offset of the earliest transaction that is open, or whose marker is not yet
 *     below the high watermark
 */
import { assert } from '../../core/assert.ts';
import type {
  EndedTransaction,
  OpenTransaction,
  PartitionState,
  PartitionTransactions,
  ProducerMemory,
} from './log-state.ts';
import { RESULT, type Result } from './result.ts';

/** Batches whose sequence a broker remembers per producer and partition. [KI1] */
const BATCHES_REMEMBERED = 5;

/** Producer sequences are 32-bit and start again at 0 after this one. */
const SEQUENCE_MAX = 2_147_483_647;

/** A batch as the leader judges it. */
export interface ProducerBatch {
  readonly producerId: number;
  readonly epoch: number;
  /** Sequence of its first record. */
  readonly sequence: number;
  /** Records, at least 1. */
  readonly count: number;
  readonly transactional: boolean;
}

/** The sequence `count` places after one. [KI1] */
export function sequenceAfter(sequence: number, count: number): number {
  return sequence > SEQUENCE_MAX - count ? sequence - (SEQUENCE_MAX - count) - 1 : sequence + count;
}

/** What the leader remembers of a producer, null for one that it does not know. */
export function memoryOf({ producers }: PartitionState, producerId: number): ProducerMemory | null {
  for (let i = 0; i < producers.length; i += 1) if (producers[i]!.producerId === producerId) return producers[i]!;
  return null;
}

/** The offset of the first record of a batch that the leader has already, -1 if it does not remember such a batch. [KI1] */
export function offsetOfDuplicate(log: PartitionState, batch: ProducerBatch): number {
  const memory = memoryOf(log, batch.producerId);
  return memory === null ? -1 : recall(memory, batch);
}

function recall(memory: ProducerMemory, batch: ProducerBatch): number {
  // One that follows on the last one is new, and that is what nearly all of them do.
  if (memory.epoch !== batch.epoch || follows(memory, batch.sequence)) return -1;
  const { recent } = memory;
  const last = sequenceAfter(batch.sequence, batch.count - 1);
  for (const known of recent)
    if (known.first === batch.sequence && known.last === last) return known.offset - batch.count;
  return -1;
}

/**
 * [KI1] [KI2] [KT3] What the leader says to a batch: it has it already, its epoch is old, its sequence does not follow on
 * the last one, or a batch outside of a transaction comes while one is open. Changes nothing.
 *
 * @param memory what it remembers of the batch's producer
 */
export function judgeBatch(log: PartitionState, memory: ProducerMemory | null, batch: ProducerBatch): Result {
  if (memory === null) return RESULT.ok;
  if (recall(memory, batch) >= 0) return RESULT.duplicate;
  if (batch.epoch < memory.epoch) return RESULT.staleEpoch;
  if (batch.epoch > memory.epoch ? batch.sequence !== 0 : !follows(memory, batch.sequence))
    return RESULT.outOfOrderSequence;
  if (!batch.transactional && openTransaction(log, batch.producerId) !== null) return RESULT.invalidTransactionState;
  return RESULT.ok;
}

function follows({ lastSequence }: ProducerMemory, sequence: number): boolean {
  return lastSequence < 0 ? sequence === 0 : sequence === sequenceAfter(lastSequence, 1);
}

/** Remembers a batch that was appended up to `end`, excluded; a transactional one begins a transaction or adds to it. */
export function rememberBatch(log: PartitionState, batch: ProducerBatch, end: number): void {
  const memory = memoryOf(log, batch.producerId) ?? newMemory(log, batch.producerId, batch.epoch);
  takeEpoch(memory, batch.epoch);
  memory.lastSequence = sequenceAfter(batch.sequence, batch.count - 1);
  const { recent } = memory;
  const known = recent.length < BATCHES_REMEMBERED ? { first: 0, last: 0, offset: 0 } : recent.shift()!;
  known.first = batch.sequence;
  known.last = memory.lastSequence;
  known.offset = end;
  recent.push(known);
  if (batch.transactional) noteData(log, batch, end);
}

function newMemory(log: PartitionState, producerId: number, epoch: number): ProducerMemory {
  const memory = { producerId, epoch, lastSequence: -1, recent: [] };
  log.producers.push(memory);
  return memory;
}

/** A new epoch forgets the batches of the one before: sequences begin at 0 again. */
function takeEpoch(memory: ProducerMemory, epoch: number): void {
  if (epoch === memory.epoch) return;
  memory.epoch = epoch;
  memory.lastSequence = -1;
  memory.recent = [];
}

function noteData(log: PartitionState, batch: ProducerBatch, end: number): void {
  const { open } = transactionsOf(log);
  let transaction = openTransaction(log, batch.producerId);
  if (transaction === null) {
    transaction = { producerId: batch.producerId, first: end - batch.count, runs: [] };
    open.push(transaction);
  }
  const { runs } = transaction;
  // Batches side by side are one run.
  if (runs.at(-1) === end - batch.count) runs[runs.length - 1] = end;
  else runs.push(end - batch.count, end);
}

function transactionsOf(log: PartitionState): PartitionTransactions {
  log.transactions ??= { open: [], ended: [], aborted: [] };
  return log.transactions;
}

/** The transaction of a producer that is open on this partition, or null. */
export function openTransaction(log: PartitionState, producerId: number): OpenTransaction | null {
  if (log.transactions === null) return null;
  for (const transaction of log.transactions.open) if (transaction.producerId === producerId) return transaction;
  return null;
}

/** [KT4] What the leader says to a marker: its epoch may not be older than the producer's. Changes nothing. */
export function judgeMarker(log: PartitionState, producerId: number, epoch: number): Result {
  const memory = memoryOf(log, producerId);
  return memory !== null && epoch < memory.epoch ? RESULT.staleEpoch : RESULT.ok;
}

/** [KT4] A marker was appended at `offset`. Returns the first offset of the transaction that it ended, -1 for none. */
export function rememberMarker(
  log: PartitionState,
  marker: { readonly producerId: number; readonly epoch: number; readonly commit: boolean },
  offset: number,
): number {
  const { producerId, epoch, commit } = marker;
  takeEpoch(memoryOf(log, producerId) ?? newMemory(log, producerId, epoch), epoch);
  const transaction = openTransaction(log, producerId);
  if (transaction === null) return -1;
  const { open, ended, aborted } = log.transactions!;
  open.splice(open.indexOf(transaction), 1);
  ended.push({ ...transaction, marker: offset, commit });
  // What the last stable offset will be once the marker is replicated.
  const stable = open[0]?.first ?? offset + 1;
  if (!commit) aborted.push({ producerId, first: transaction.first, last: offset, stable });
  return transaction.first;
}

/** [KT5] The last stable offset: readers of what is committed see what lies below it. */
export function lastStableOffset(log: PartitionState): number {
  if (log.transactions === null) return log.highWatermark;
  const { open, ended } = log.transactions;
  let stable = log.highWatermark;
  // Open ones are in the order of their first offsets, ended ones in that of their markers.
  if (open.length > 0) stable = Math.min(stable, open[0]!.first);
  for (const transaction of ended) stable = Math.min(stable, transaction.first);
  return Math.max(log.start, stable);
}

/**
 * [KT5] The high watermark moved: transactions whose marker lies below it hold up nothing any more. Returns them, in the order
 * of their markers.
 */
export function settleTransactions(log: PartitionState): readonly EndedTransaction[] {
  const transactions = log.transactions;
  if (transactions === null || transactions.ended.length === 0) return [];
  const settled = transactions.ended.filter(({ marker }) => marker < log.highWatermark);
  if (settled.length > 0) transactions.ended = transactions.ended.slice(settled.length);
  return settled;
}

/**
 * [KL4] The log was cut off at its end: what was appended beyond is forgotten, and a marker that went leaves its transaction
 * open. Returns the producers whose markers went.
 */
export function truncateProducers(log: PartitionState): readonly number[] {
  for (const memory of log.producers) {
    const cut = memory.recent.find((batch) => batch.offset > log.end);
    if (cut === undefined) continue;
    memory.recent = memory.recent.filter((batch) => batch.offset <= log.end);
    memory.lastSequence = cut.first === 0 ? -1 : cut.first - 1;
  }
  const transactions = log.transactions;
  if (transactions === null) return [];
  const { open, ended } = transactions;
  const unmarked = ended.filter(({ marker }) => marker >= log.end).map(({ producerId }) => producerId);
  for (const { marker, commit: _, ...transaction } of ended) if (marker >= log.end) open.push(transaction);
  transactions.ended = ended.filter(({ marker }) => marker < log.end);
  transactions.aborted = transactions.aborted.filter(({ last }) => last < log.end);
  transactions.open = open
    .filter(({ first }) => first < log.end)
    .map((transaction) => ({ ...transaction, runs: cutRuns(transaction.runs, log.end) }))
    .sort((a, b) => a.first - b.first);
  return unmarked;
}

function cutRuns(runs: readonly number[], end: number): number[] {
  const kept: number[] = [];
  for (let i = 0; i < runs.length; i += 2) if (runs[i]! < end) kept.push(runs[i]!, Math.min(end, runs[i + 1]!));
  assert(kept.length > 0, 'an open transaction without data');
  return kept;
}

/** Forgets what lies wholly below the log start. */
export function forgetAborted(log: PartitionState): void {
  const transactions = log.transactions;
  if (transactions === null || transactions.aborted.length === 0) return;
  if (transactions.aborted[0]!.last < log.start)
    transactions.aborted = transactions.aborted.filter(({ last }) => last >= log.start);
}
