/** The broker's side of publishing: requests in, appends one after another, replication, responses out. */
import { assert } from '../../core/assert.ts';
import { mixInt } from '../../core/digest.ts';
import { fromMs } from '../../core/time.ts';
import { endRequest, holdRequest, noteBatchHop } from '../../clients/batches.ts';
import { at, deferred, OP, PRIORITY } from '../../events.ts';
import { connectionOf } from '../../clients/connections.ts';
import { HOP } from '../../ledger/hops.ts';
import { NO_KEY } from '../../ledger/messages.ts';
import { isLost, latencyNs } from '../../network.ts';
import { FLIGHT_OF, writeFlight } from '../../observe/flights.ts';
import { rowOf } from '../../pool.ts';
import type { PartitionState, TopicState } from './log-state.ts';
import type { Batch, Request } from '../../clients/client-state.ts';
import type { Process, Run } from '../../state.ts';
import { leaderProcess } from './brokers.ts';
import { wakeReaders } from './fetch.ts';
import { appendRecords } from './partition.ts';
import { judgeBatch, knowsProducer, openTransaction, rememberBatch } from './producer-state.ts';
import { addPartition } from './transactions/coordinator.ts';
import { transactionsReplicated } from './transactions/markers.ts';
import { RESULT, type Result } from './result.ts';
import { keepUp } from './upkeep.ts';

/** Packs a leader epoch and an offset or position into one exact number: offsets below 2^36, epochs below 2^17. */
export const EPOCH_UNIT = 2 ** 36;

/** A request reaches the broker, unless the edge was cut on the way. [PR3] One of a connection is handled at a time. */
export function requestArrives(run: Run, clientIndex: number, requestRow: number): void {
  const client = run.clients[clientIndex]!;
  const source = run.sources[client.source]!;
  const topic = run.topics[source.topic]!;
  const edge = run.edges[source.edge]!;
  const request = rowOf(run.requests, requestRow);
  if (topic.gone || edge.cut || edge.lastCutNs >= request.sentNs) {
    for (const row of request.batches) noteBatchHop(run, row, HOP.requestLost);
    endRequest(run, requestRow);
    return;
  }
  const process = leaderProcess(run, topic.partitions[0]!);
  if (process !== null && deferred(process, OP.requestArrives, clientIndex, requestRow, 0)) return;
  const connection = connectionOf(client, request);
  if (connection.brokerBusy) connection.atBroker.push(requestRow);
  else startRequest(run, clientIndex, requestRow);
}

function startRequest(run: Run, clientIndex: number, requestRow: number): void {
  const client = run.clients[clientIndex]!;
  const source = run.sources[client.source]!;
  const topic = run.topics[source.topic]!;
  const request = rowOf(run.requests, requestRow);
  connectionOf(client, request).brokerBusy = true;
  request.pending = request.batches.length;
  // The request stays held by its place at the broker until it is answered, so the loop may finish it.
  for (let position = 0; position < request.batches.length; position += 1) {
    const batch = rowOf(run.batches, request.batches[position]!);
    const log = topic.partitions[batch.partition]!;
    const process = leaderProcess(run, log);
    if (process === null) finish(run, clientIndex, requestRow, position, RESULT.notLeader);
    else if (request.acks === 'all' && log.isr.length < topic.settings.minInsyncReplicas) {
      finish(run, clientIndex, requestRow, position, RESULT.notEnoughReplicas);
    } else {
      const doneNs =
        Math.max(run.nowNs, log.busyUntilNs) + Math.round(fromMs(topic.settings.appendMs) * process.slowFactor);
      log.busyUntilNs = doneNs;
      const epochAndPosition = log.leaderEpoch * EPOCH_UNIT + position;
      if (doneNs === run.nowNs) append(run, source.topic, requestRow, epochAndPosition);
      else at(run, doneNs, PRIORITY.broker, OP.append, source.topic, requestRow, epochAndPosition);
    }
  }
}

/** [KL1] The leader appends one batch of a request, or finds that it has it already. */
export function append(run: Run, topicIndex: number, requestRow: number, epochAndPosition: number): void {
  const topic = run.topics[topicIndex]!;
  const position = epochAndPosition % EPOCH_UNIT;
  const request = rowOf(run.requests, requestRow);
  const batchRow = request.batches[position]!;
  const batch = rowOf(run.batches, batchRow);
  const log = topic.partitions[batch.partition]!;
  const process = leaderProcess(run, log);
  if (process === null || log.leaderEpoch !== Math.floor(epochAndPosition / EPOCH_UNIT)) {
    finish(run, request.client, requestRow, position, RESULT.disconnected);
    return;
  }
  if (deferred(process, OP.append, topicIndex, requestRow, epochAndPosition)) return;
  const refusal = judgeAppend(run, topic, batch);
  if (refusal !== RESULT.ok) {
    noteBatchHop(run, batchRow, refusal === RESULT.duplicate ? HOP.droppedAsDuplicate : HOP.rejected);
    finish(run, request.client, requestRow, position, refusal);
    return;
  }
  const end = appendRecords(run, topicIndex, batch.partition, batchRow);
  if (batch.sequence >= 0) rememberBatch(log, batch, end);
  mixInt(run.digest, end);
  const alone = replicate(run, topicIndex, batch.partition, process);
  if (request.acks === 'all' && !alone) log.waiting.push({ offset: end, request: requestRow, position });
  else finish(run, request.client, requestRow, position, RESULT.ok);
  if (alone) raiseHighWatermark(run, topicIndex, batch.partition, end);
}

/** [KH1] The followers fetch what was appended. True if there are none to wait for. */
function replicate(run: Run, topicIndex: number, partition: number, { slowFactor }: Process): boolean {
  const topic = run.topics[topicIndex]!;
  const log = topic.partitions[partition]!;
  const delayNs = log.isr.length > 1 ? Math.round(fromMs(topic.settings.replicationMs) * slowFactor) : 0;
  if (delayNs === 0) return true;
  const epochAndEnd = log.leaderEpoch * EPOCH_UNIT + log.end;
  at(run, run.nowNs + delayNs, PRIORITY.broker, OP.replicated, topicIndex, partition, epochAndEnd);
  return false;
}

/** What is no client's request was appended: nobody waits for an answer. */
export function replicateControlRecord(run: Run, topicIndex: number, partition: number, process: Process): void {
  const { end } = run.topics[topicIndex]!.partitions[partition]!;
  if (replicate(run, topicIndex, partition, process)) raiseHighWatermark(run, topicIndex, partition, end);
}

/** [KH1] The in-sync followers have the log up to an offset. Void after a change of leader. */
export function replicated(run: Run, topicIndex: number, partition: number, epochAndEnd: number): void {
  const topic = run.topics[topicIndex]!;
  const log = topic.partitions[partition]!;
  const process = leaderProcess(run, log);
  if (topic.gone || process === null || log.leaderEpoch !== Math.floor(epochAndEnd / EPOCH_UNIT)) return;
  if (deferred(process, OP.replicated, topicIndex, partition, epochAndEnd)) return;
  raiseHighWatermark(run, topicIndex, partition, epochAndEnd % EPOCH_UNIT);
}

function raiseHighWatermark(run: Run, topicIndex: number, partition: number, to: number): void {
  const topic = run.topics[topicIndex]!;
  const log = topic.partitions[partition]!;
  if (to <= log.highWatermark) return;
  assert(to <= log.end, 'the high watermark passed the log end');
  log.highWatermark = to;
  if (log.transactions !== null) transactionsReplicated(run, topicIndex, partition);
  while (log.waiting.length > 0 && log.waiting[0]!.offset <= to) {
    const { request, position } = log.waiting.shift()!;
    finish(run, rowOf(run.requests, request).client, request, position, RESULT.ok);
  }
  keepUp(run, topicIndex, partition);
  wakeReaders(run, topicIndex, partition);
}

/** What speaks against an append. */
function judgeAppend(run: Run, topic: TopicState, batch: Batch): Result {
  if (topic.settings.cleanupPolicy !== 'delete' && !hasKeys(run, batch)) return RESULT.invalidRecord;
  return judgeSequence(run, topic.partitions[batch.partition]!, batch);
}

/** [KS8] A record without a key has no place in a table. */
function hasKeys(run: Run, batch: Batch): boolean {
  for (let row = batch.head; row >= 0; row = run.messages.next[row]!)
    if (run.messages.key[row] === NO_KEY) return false;
  return true;
}

/**
 * [KI1] [KI2] What the leader's memory of this producer says to a batch. A producer that it does not know would be taken at any
 * sequence; but then an earlier request was lost, and on a real connection this one would have been lost with it. [NW3]
 */
function judgeSequence(run: Run, log: PartitionState, batch: Batch): Result {
  const { idempotent } = run.sources[run.clients[batch.client]!.source]!;
  if (batch.sequence < 0 || !(idempotent || batch.transactional)) return RESULT.ok;
  if (batch.sequence > 0 && !knowsProducer(log, batch.producerId)) return RESULT.outOfOrderSequence;
  const result = judgeBatch(log, batch);
  if (result !== RESULT.ok || !batch.transactional || openTransaction(log, batch.producerId) !== null) return result;
  return joinTransaction(run, batch);
}

/** [KT1] The first batch of a transaction on a partition: the coordinator has to know of it. */
function joinTransaction(run: Run, { client: index, producerId, epoch, partition }: Batch): Result {
  const client = run.clients[index]!;
  // A producer that is gone had a transaction that is aborted by now, or will be.
  if (client.manager < 0) return RESULT.staleEpoch;
  const { topic } = run.sources[client.source]!;
  return addPartition(run, run.managers[client.manager]!.transaction, { producerId, epoch, topic, partition });
}

/** One batch of a request is done; the last one sends the response and lets the next request of the connection in. */
export function finish(run: Run, clientIndex: number, requestRow: number, position: number, result: Result): void {
  const request = rowOf(run.requests, requestRow);
  request.results[position] = result;
  request.pending -= 1;
  if (request.pending > 0) return;
  const connection = connectionOf(run.clients[clientIndex]!, request);
  if (request.acks !== '0' && !request.copy) respond(run, clientIndex, requestRow);
  endRequest(run, requestRow);
  connection.brokerBusy = false;
  const next = connection.atBroker.shift();
  if (next !== undefined) startRequest(run, clientIndex, next);
}

function respond(run: Run, clientIndex: number, requestRow: number): void {
  const client = run.clients[clientIndex]!;
  const edge = run.edges[run.sources[client.source]!.edge]!;
  const request = rowOf(run.requests, requestRow);
  const lost = isLost(run, edge.backward) || edge.cut || edge.dropAcks;
  const connection = connectionOf(client, request);
  const arriveNs = Math.max(connection.lastBackwardNs, run.nowNs + latencyNs(run, edge, edge.backward));
  noteResponseFlight(run, request, arriveNs, lost);
  if (lost) {
    for (const row of request.batches) noteBatchHop(run, row, HOP.responseLost);
    return;
  }
  connection.lastBackwardNs = arriveNs;
  request.answeredNs = run.nowNs;
  holdRequest(run, requestRow);
  at(run, arriveNs, PRIORITY.client, OP.responseArrives, clientIndex, requestRow);
}

function noteResponseFlight(run: Run, request: Request, arriveNs: number, lost: boolean): void {
  if (run.flights === null) return;
  const refused = request.results.some((result) => result > RESULT.duplicate);
  writeFlight(run.flights, {
    edge: run.sources[run.clients[request.client]!.source]!.edge,
    departNs: run.nowNs,
    arriveNs,
    kind: lost ? FLIGHT_OF.lostAck : refused ? FLIGHT_OF.refusal : FLIGHT_OF.ack,
    messages: request.batches.length,
    color: -1,
    partition: rowOf(run.batches, request.batches[0]!).partition,
    instance: -1,
  });
}
