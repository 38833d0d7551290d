/** Markers: the coordinator writes the outcome of a transaction into every partition that took part. */
import { mixInt } from '../../../core/digest.ts';
import { fromMs } from '../../../core/time.ts';
import { at, deferred, OP, PRIORITY } from '../../../events.ts';
import type { Run } from '../../../state.ts';
import { EPOCH_UNIT, replicateMarker } from '../append.ts';
import { leaderProcess } from '../brokers.ts';
import { appendControlRecord } from '../partition.ts';
import { judgeMarker, rememberMarker } from '../producer-state.ts';
import { RESULT } from '../result.ts';
import { markerDone, UNADDRESSED } from './coordinator.ts';

/** How soon the coordinator tries again where nobody leads, milliseconds. */
const RETRY_MS = 100;

/** [KT6] Sends one marker. Without a leader it is tried again until there is one. */
function sendMarker(run: Run, index: number, part: number): void {
  const { topic: topicIndex, partition } = run.transactions[index]!.partitions[part]!;
  const topic = run.topics[topicIndex]!;
  const log = topic.partitions[partition]!;
  const process = leaderProcess(run, log);
  if (process === null) {
    at(run, run.nowNs + fromMs(RETRY_MS), PRIORITY.broker, OP.appendMarker, index, part, UNADDRESSED);
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
  replicateMarker(run, place.topic, place.partition);
}
