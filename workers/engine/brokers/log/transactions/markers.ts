/** Markers: the coordinator writes the outcome of a transaction into every partition that took part. */
import { mixInt } from '../../../core/digest.ts';
import { fromMs } from '../../../core/time.ts';
import { at, deferred, OP, PRIORITY } from '../../../events.ts';
import type { Run } from '../../../state.ts';
import { EPOCH_UNIT, replicateControlRecord } from '../append.ts';
import { leaderProcess } from '../brokers.ts';
import type { PartitionState } from '../log-state.ts';
import { appendControlRecord, RECORD_FLAG } from '../partition.ts';
import { judgeMarker, rememberMarker, settleTransactions } from '../producer-state.ts';
import { RESULT } from '../result.ts';
import { markerDone } from './coordinator.ts';

/** How soon the coordinator tries again where nobody leads, milliseconds. */
const RETRY_MS = 100;

/** [KT6] Sends one marker. Without a leader it is tried again until there is one. */
export function sendMarker(run: Run, index: number, part: number): void {
  const { topic: topicIndex, partition } = run.transactions[index]!.partitions[part]!;
  const topic = run.topics[topicIndex]!;
  const log = topic.partitions[partition]!;
  const process = leaderProcess(run, log);
  if (process === null) {
    at(run, run.nowNs + fromMs(RETRY_MS), PRIORITY.broker, OP.appendMarker, index, part, -1);
    return;
  }
  // As any append: one after another. [KL1]
  log.busyUntilNs =
    Math.max(run.nowNs, log.busyUntilNs) + Math.round(fromMs(topic.settings.appendMs) * process.slowFactor);
  const epochs = log.leaderEpoch * EPOCH_UNIT + run.transactions[index]!.epoch;
  at(run, log.busyUntilNs, PRIORITY.broker, OP.appendMarker, index, part, epochs);
}

/** [KT4] The leader appends the marker; under another leader it is sent anew. */
export function appendMarker(run: Run, index: number, part: number, epochs: number): void {
  const transaction = run.transactions[index]!;
  const place = transaction.partitions[part];
  const ending = transaction.phase === 'prepareCommit' || transaction.phase === 'prepareAbort';
  if (place === undefined || place.done || !ending) return;
  const topic = run.topics[place.topic]!;
  if (topic.gone) {
    markerDone(run, index, part);
    return;
  }
  const log = topic.partitions[place.partition]!;
  const process = leaderProcess(run, log);
  if (process === null || Math.floor(epochs / EPOCH_UNIT) !== log.leaderEpoch) {
    sendMarker(run, index, part);
    return;
  }
  if (deferred(process, OP.appendMarker, index, part, epochs)) return;
  const { producerId, epoch } = transaction;
  const commit = transaction.phase === 'prepareCommit';
  if (judgeMarker(log, producerId, epoch) !== RESULT.ok) {
    markerDone(run, index, part);
    return;
  }
  appendControlRecord(run, place.topic, place.partition, commit);
  const first = rememberMarker(log, { producerId, epoch, commit }, log.end - 1);
  mixInt(run.digest, log.end);
  // Nothing was open here, so nothing will tell when the marker is replicated.
  if (first < 0) markerDone(run, index, part);
  replicateControlRecord(run, place.topic, place.partition, process);
}

/**
 * The high watermark of a partition with transactions moved: those whose marker is replicated are over, and the records of
 * aborted ones are marked as such. [KT5]
 */
export function transactionsReplicated(run: Run, topicIndex: number, partition: number): void {
  const log = run.topics[topicIndex]!.partitions[partition]!;
  for (const { producerId, commit, runs } of settleTransactions(log)) {
    if (!commit)
      for (let i = 0; i < runs.length; i += 2)
        for (let offset = Math.max(log.start, runs[i]!); offset < runs[i + 1]!; offset += 1)
          log.flags[offset & log.mask]! |= RECORD_FLAG.aborted;
    const index = run.transactions.findIndex((transaction) => transaction.producerId === producerId);
    const part = run.transactions[index]!.partitions.findIndex(
      (place) => place.topic === topicIndex && place.partition === partition,
    );
    if (part >= 0) markerDone(run, index, part);
  }
}

/** [KL4] Markers were cut off with the end of a log: their coordinator was never told that they are there, and sends them again. */
export function resendMarkers(run: Run, topicIndex: number, partition: number, producers: readonly number[]): void {
  for (const producerId of producers) {
    const index = run.transactions.findIndex((transaction) => transaction.producerId === producerId);
    const part = run.transactions[index]!.partitions.findIndex(
      (place) => place.topic === topicIndex && place.partition === partition && !place.done,
    );
    if (part >= 0) sendMarker(run, index, part);
  }
}

/**
 * Whether a record that nobody follows any more was refused to its source: its transaction has been aborted, or will be, as
 * the producer that could commit it is gone.
 */
export function isRolledBack(run: Run, log: PartitionState, offset: number): boolean {
  if ((log.flags[offset & log.mask]! & RECORD_FLAG.aborted) !== 0) return true;
  if (log.transactions === null) return false;
  const { open, ended } = log.transactions;
  const holds = ({ runs }: { readonly runs: readonly number[] }): boolean =>
    runs.some((first, i) => i % 2 === 0 && offset >= first && offset < runs[i + 1]!);
  const over = ended.find(holds);
  if (over !== undefined) return !over.commit;
  const going = open.find(holds);
  if (going === undefined) return false;
  return run.transactions.find(({ producerId }) => producerId === going.producerId)?.phase !== 'prepareCommit';
}
