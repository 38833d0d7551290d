/**
 * The transaction coordinator: which producer may write under a `transactional.id`, which partitions its transaction has
 * reached, and how it ends. It never fails, and what it writes down is written at once (SPEC KT1).
 *
 *     empty ──first batch or offsets──> ongoing ──EndTxn──> prepareCommit ──all markers written──> completeCommit
 *                                          └──EndTxn, InitProducerId or timeout──> prepareAbort ──> completeAbort
 *
 * Transactions V2 (KIP-890): every end raises the producer's epoch, and the markers carry the raised one, so that what was
 * written late for the transaction before is turned away.
 */
import { newProducerId } from '../../../clients/producer-id.ts';
import { fromMs } from '../../../core/time.ts';
import { at, OP, PRIORITY } from '../../../events.ts';
import type { Run } from '../../../state.ts';
import { COMMIT_ANSWER, judgeCommit } from '../commit-answer.ts';
import { RESULT, type Result } from '../result.ts';
import type { TransactionAnswer, TransactionRequest, TransactionState } from './transaction-state.ts';

/** transaction.abort.timed.out.transaction.cleanup.interval.ms [KT8] */
const ABORT_SCAN_MS = 10_000;

/** In the event of a marker: it has not been sent to a leader yet. */
export const UNADDRESSED = -1;

/** What is kept under a transactional.id, new if it has never been used. Returns its index. */
export function transactionNamed(run: Run, transactionalId: string): number {
  const known = run.transactions.findIndex((transaction) => transaction.transactionalId === transactionalId);
  if (known >= 0) return known;
  run.transactions.push({
    transactionalId,
    producerId: newProducerId(run),
    epoch: -1,
    phase: 'empty',
    timeoutNs: 0,
    beganNs: 0,
    partitions: [],
    offsets: [],
    inputs: [],
    committed: 0,
    aborted: 0,
  });
  return run.transactions.length - 1;
}

function isEnding({ phase }: TransactionState): boolean {
  return phase === 'prepareCommit' || phase === 'prepareAbort';
}

/**
 * [KT2] InitProducerId: the epoch goes up, so whoever had the id before is fenced. A transaction that is open is aborted
 * first, and one that is ending has to end: the client asks again.
 */
export function initProducerId(run: Run, index: number, timeoutMs: number): TransactionAnswer {
  const transaction = run.transactions[index]!;
  if (isEnding(transaction)) return 'concurrent';
  if (transaction.phase === 'ongoing') {
    fenceAndAbort(run, index);
    return 'concurrent';
  }
  transaction.epoch += 1;
  transaction.timeoutNs = fromMs(timeoutMs);
  return 'ok';
}

/** The epoch is raised once to fence the producer, and once more by the end of its transaction. */
function fenceAndAbort(run: Run, index: number): void {
  run.transactions[index]!.epoch += 1;
  decide(run, index, false);
}

/**
 * [KT1] The leader of a partition asks before it appends the first batch of a transaction (AddPartitionsToTxn): the partition
 * takes part from now on.
 */
export function addPartition(
  run: Run,
  index: number,
  part: { readonly producerId: number; readonly epoch: number; readonly topic: number; readonly partition: number },
): Result {
  const transaction = run.transactions[index]!;
  if (transaction.producerId !== part.producerId || transaction.epoch !== part.epoch) return RESULT.staleEpoch;
  // The epoch is the raised one already, and the producer may know it: its next transaction has to wait.
  if (isEnding(transaction)) return RESULT.concurrentTransactions;
  begin(run, index);
  const { topic, partition } = part;
  if (!transaction.partitions.some((known) => known.topic === topic && known.partition === partition))
    transaction.partitions.push({ topic, partition, done: false });
  return RESULT.ok;
}

/** The first partition or offset of a transaction: its time runs from now. */
function begin(run: Run, index: number): void {
  const transaction = run.transactions[index]!;
  if (transaction.phase === 'ongoing') return;
  transaction.phase = 'ongoing';
  transaction.beganNs = run.nowNs;
  const scanNs = fromMs(ABORT_SCAN_MS);
  // The first scan after its time: one that comes just then is too early.
  const scans = Math.floor((transaction.beganNs + transaction.timeoutNs) / scanNs) + 1;
  at(run, scans * scanNs, PRIORITY.broker, OP.abortScan, index, transaction.epoch);
}

/** [KT8] The scan finds a transaction that is open for longer than its timeout: fenced and aborted. */
export function abortScan(run: Run, index: number, epoch: number): void {
  const transaction = run.transactions[index]!;
  if (transaction.phase === 'ongoing' && transaction.epoch === epoch) fenceAndAbort(run, index);
}

/**
 * [KT7] TxnOffsetCommit: positions that are saved if the transaction commits. The group has to know the member, and the
 * partitions have to be its own, else the group has gone on without it.
 */
export function addOffsets(run: Run, index: number, request: TransactionRequest): TransactionAnswer {
  const transaction = run.transactions[index]!;
  if (transaction.producerId !== request.producerId || transaction.epoch !== request.epoch) return 'fenced';
  if (isEnding(transaction)) return 'concurrent';
  const member = request.member >= 0 ? run.members[request.member]! : null;
  if (judgeCommit(run, member, request.generation) !== COMMIT_ANSWER.saved) return 'illegalGeneration';
  begin(run, index);
  request.cursors.forEach((cursor, i) => {
    transaction.offsets = transaction.offsets.filter((known) => known.cursor !== cursor);
    transaction.offsets.push({ cursor, offset: request.positions[i]!, seeks: request.seeks[i]! });
  });
  // The effects of what was handled are from now on those of the transaction, whatever becomes of the process.
  const manager = run.managers[request.manager]!;
  transaction.inputs.push(...manager.inputs);
  manager.inputs = [];
  return 'ok';
}

/** [KT6] EndTxn. A repeated one of the same producer gets the answer of the first. */
export function endTransaction(run: Run, index: number, request: TransactionRequest): TransactionAnswer {
  const transaction = run.transactions[index]!;
  const commit = request.ask === 'commit';
  if (transaction.producerId !== request.producerId) return 'fenced';
  const repeated = request.epoch === transaction.epoch - 1;
  switch (transaction.phase) {
    case 'ongoing':
      if (request.epoch !== transaction.epoch) return 'fenced';
      decide(run, index, commit);
      return 'ok';
    case 'prepareCommit':
    case 'prepareAbort':
      return repeated && commit === (transaction.phase === 'prepareCommit') ? 'concurrent' : 'fenced';
    case 'completeCommit':
    case 'completeAbort':
      if (repeated && commit === (transaction.phase === 'completeCommit')) return 'ok';
      return endNothing(transaction, request);
    default:
      return endNothing(transaction, request);
  }
}

/** An end although nothing has reached the coordinator: an abort takes the next epoch, a commit is an error. */
function endNothing(transaction: TransactionState, { ask, epoch }: TransactionRequest): TransactionAnswer {
  if (epoch !== transaction.epoch) return 'fenced';
  if (ask === 'commit') return 'invalidState';
  transaction.epoch += 1;
  transaction.phase = 'completeAbort';
  return 'ok';
}

/** [KT6] The outcome is written down, which decides it: positions are saved, and markers go to every partition. */
function decide(run: Run, index: number, commit: boolean): void {
  const transaction = run.transactions[index]!;
  transaction.epoch += 1;
  transaction.phase = commit ? 'prepareCommit' : 'prepareAbort';
  if (commit) transaction.committed += 1;
  else transaction.aborted += 1;
  at(run, run.nowNs, PRIORITY.broker, OP.transactionDecided, index, commit ? 1 : 0);
  transaction.partitions.forEach((_, part) => sendMarker(run, index, part));
  completeIfMarked(run, index);
}

/** The leader is looked for by an event of its own. */
function sendMarker(run: Run, index: number, part: number): void {
  at(run, run.nowNs, PRIORITY.broker, OP.appendMarker, index, part, UNADDRESSED);
}

/** [KL4] Markers were cut off with the end of a log: their coordinator was never told that they are there, and sends them again. */
export function resendMarkers(run: Run, topic: number, partition: number, producers: readonly number[]): void {
  for (const producerId of producers) {
    const index = run.transactions.findIndex((transaction) => transaction.producerId === producerId);
    const part = run.transactions[index]!.partitions.findIndex(
      (place) => place.topic === topic && place.partition === partition && !place.done,
    );
    if (part >= 0) sendMarker(run, index, part);
  }
}

/** A marker is written and replicated, or its partition is no more. */
export function markerDone(run: Run, index: number, part: number): void {
  run.transactions[index]!.partitions[part]!.done = true;
  completeIfMarked(run, index);
}

function completeIfMarked(run: Run, index: number): void {
  const transaction = run.transactions[index]!;
  if (!isEnding(transaction) || transaction.partitions.some(({ done }) => !done)) return;
  transaction.phase = transaction.phase === 'prepareCommit' ? 'completeCommit' : 'completeAbort';
  transaction.partitions = [];
}

/** [KT9] Whether some transaction may still move the position of a partition: a reader of what is committed has to wait for that. */
export function hasPendingOffset(run: Run, cursor: number): boolean {
  return run.transactions.some(({ offsets }) => offsets.some((pending) => pending.cursor === cursor));
}
