/** Runs the vectors about what the leader of a partition makes of producers' batches and of transaction markers. */
import * as v from 'valibot';
import { createPartition } from '../../engine/brokers/log/partition.ts';
import {
  judgeBatch,
  judgeMarker,
  lastStableOffset,
  memoryOf,
  offsetOfDuplicate,
  rememberBatch,
  rememberMarker,
  settleTransactions,
} from '../../engine/brokers/log/producer-state.ts';
import { RESULT } from '../../engine/brokers/log/result.ts';
import { checking, difference } from './cases.ts';

const offset = v.pipe(v.number(), v.safeInteger());
const step = v.variant('op', [
  v.object({
    op: v.literal('append'),
    pid: offset,
    epoch: v.optional(offset, -1),
    firstSeq: v.optional(offset, -1),
    count: offset,
    txn: v.optional(v.boolean(), false),
  }),
  v.object({ op: v.literal('endTxn'), pid: offset, epoch: offset, commit: v.boolean() }),
  v.object({ op: v.literal('hw'), to: offset }),
]);
type Step = v.InferOutput<typeof step>;

const marks = { logEndOffset: offset, highWatermark: offset, lastStableOffset: offset };
const expectation = v.object({
  results: v.array(
    v.object({
      result: v.string(),
      baseOffset: v.optional(offset),
      completedTxnFirstOffset: v.optional(offset),
      ...marks,
    }),
  ),
  abortedTxns: v.array(
    v.object({ producerId: offset, firstOffset: offset, lastOffset: offset, lastStableOffset: offset }),
  ),
  readCommittedOffsets: v.array(offset),
  readUncommittedOffsets: v.array(offset),
});

/** What Kafka's classes throw, by the engine's answer. */
const EXCEPTIONS: Readonly<Record<number, string>> = {
  [RESULT.outOfOrderSequence]: 'OutOfOrderSequenceException',
  [RESULT.staleEpoch]: 'InvalidProducerEpochException',
  [RESULT.invalidTransactionState]: 'InvalidTxnStateException',
};

/** A partition whose records are only their offsets. */
function createLeader() {
  const log = createPartition([0]);
  const data: number[] = [];
  const aborted = new Set<number>();

  function append({ pid, epoch, firstSeq, count, txn }: Extract<Step, { op: 'append' }>): object {
    const batch = { producerId: pid, epoch, sequence: firstSeq, count, transactional: txn };
    const answer = pid < 0 ? RESULT.ok : judgeBatch(log, memoryOf(log, pid), batch);
    if (answer === RESULT.duplicate) return { result: 'duplicate', baseOffset: offsetOfDuplicate(log, batch) };
    if (answer !== RESULT.ok) return { result: EXCEPTIONS[answer] };
    const baseOffset = log.end;
    for (; log.end < baseOffset + count; log.end += 1) data.push(log.end);
    if (pid >= 0) rememberBatch(log, batch, log.end);
    return { result: 'ok', baseOffset };
  }

  function end({ pid, epoch, commit }: Extract<Step, { op: 'endTxn' }>): object {
    const answer = judgeMarker(log, pid, epoch);
    if (answer !== RESULT.ok) return { result: EXCEPTIONS[answer] };
    const baseOffset = log.end;
    log.end += 1;
    const first = rememberMarker(log, { producerId: pid, epoch, commit }, baseOffset);
    return { result: 'ok', baseOffset, ...(first < 0 ? {} : { completedTxnFirstOffset: first }) };
  }

  function replicate(to: number): object {
    log.highWatermark = Math.max(log.highWatermark, Math.min(to, log.end));
    for (const { runs } of settleTransactions(log).filter(({ commit }) => !commit))
      for (let i = 0; i < runs.length; i += 2) for (let at = runs[i]!; at < runs[i + 1]!; at += 1) aborted.add(at);
    return { result: 'ok' };
  }

  return {
    take(given: Step): object {
      const outcome = given.op === 'append' ? append(given) : given.op === 'endTxn' ? end(given) : replicate(given.to);
      return {
        ...outcome,
        logEndOffset: log.end,
        highWatermark: log.highWatermark,
        lastStableOffset: lastStableOffset(log),
      };
    },
    abortedTxns: () =>
      (log.transactions?.aborted ?? []).map(({ producerId, first, last, stable }) => ({
        producerId,
        firstOffset: first,
        lastOffset: last,
        lastStableOffset: stable,
      })),
    seen: (isolation: 'read_committed' | 'read_uncommitted') =>
      isolation === 'read_uncommitted'
        ? data.filter((at) => at < log.highWatermark)
        : data.filter((at) => at < lastStableOffset(log) && !aborted.has(at)),
  };
}

/** [KI1] [KI2] [KT3] [KT4] [KT5] One leader, step by step, and what consumers see at the end. */
export const producerStateVectors = checking(
  v.object({ ops: v.array(step), expected: expectation }),
  ({ ops, expected }) => {
    const leader = createLeader();
    for (const [i, given] of ops.entries()) {
      const wrong = difference(`step ${i} (${given.op})`, leader.take(given), expected.results[i]);
      if (wrong !== null) return wrong;
    }
    return (
      difference('aborted transactions', leader.abortedTxns(), expected.abortedTxns) ??
      difference('offsets read_committed', leader.seen('read_committed'), expected.readCommittedOffsets) ??
      difference('offsets read_uncommitted', leader.seen('read_uncommitted'), expected.readUncommittedOffsets)
    );
  },
);
