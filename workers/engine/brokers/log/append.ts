/** The broker's side of publishing: requests in, appends one after another, replication, responses out. */
import { assert } from '../../core/assert.ts';
import { removeFrom } from '../../core/columns.ts';
import { mixInt } from '../../core/digest.ts';
import { fromMs } from '../../core/time.ts';
import { endRequest, holdRequest, letRequestGo, noteBatchHop } from '../../clients/batches.ts';
import { at, deferred, OP, PRIORITY } from '../../events.ts';
import { connectionOf } from '../../clients/connections.ts';
import { HOP } from '../../ledger/hops.ts';
import { NO_KEY } from '../../ledger/messages.ts';
import { isLost, latencyNs } from '../../network.ts';
import { FLIGHT_OF, writeFlight } from '../../observe/flights.ts';
import { rowOf } from '../../pool.ts';
import type { PartitionState, TopicState } from './log-state.ts';
import type { Batch, Connection, LogSource, Request } from '../../clients/client-state.ts';
import type { Process, Run } from '../../state.ts';
import { leaderProcess } from './brokers.ts';
import { wakeFollowers } from './cluster/fetchers.ts';
import { inSyncEnd } from './cluster/watermark.ts';
import { writeToZombie } from './cluster/zombie-log.ts';
import { wakeReaders } from './fetch.ts';
import { appendRecords } from './partition.ts';
import { judgeBatch, memoryOf, openTransaction, rememberBatch } from './producer-state.ts';
import { createQuota, throttleNs } from './quota.ts';
import { addPartition } from './transactions/coordinator.ts';
import { transactionsReplicated } from './transactions/markers.ts';
import { RESULT, type Result } from './result.ts';
import { keepUp } from './upkeep.ts';
import { logSource } from '../../clients/log-source.ts';
import { M } from '../../ledger/layout.ts';

/** Packs a leader epoch and an offset or position into one exact number: offsets below 2^36, epochs below 2^17. */
export const EPOCH_UNIT = 2 ** 36;

function epochOf(packed: number): number {
  return Math.floor(packed / EPOCH_UNIT);
}

/** What is packed with an epoch. No remainder: that of two doubles takes as long as all the rest of an append. */
function restOf(packed: number): number {
  return packed - epochOf(packed) * EPOCH_UNIT;
}

/** A request reaches the broker, unless the edge was cut on the way. [PR3] One of a connection is handled at a time. */
export function requestArrives(run: Run, clientIndex: number, requestRow: number): void {
  const client = run.clients[clientIndex]!;
  const source = logSource(run, client.source);
  const topic = run.topics[source.topic]!;
  const edge = run.edges[source.edge]!;
  const request = rowOf(run.requests, requestRow);
  if (topic.gone || edge.cut || edge.lastCutNs >= request.sentNs) {
    for (const row of request.batches) noteBatchHop(run, row, HOP.requestLost);
    endRequest(run, requestRow);
    return;
  }
  const connection = connectionOf(client, request);
  const process =
    connection.broker < 0 ? leaderProcess(run, topic.partitions[0]!) : run.brokers[connection.broker]!.process;
  if (process !== null && deferred(process, OP.requestArrives, clientIndex, requestRow, 0)) return;
  if (connection.brokerBusy) connection.atBroker.push(requestRow);
  else startRequest(run, source, topic, requestRow, request, connection);
}

function startRequest(
  run: Run,
  source: LogSource,
  topic: TopicState,
  requestRow: number,
  request: Request,
  connection: Connection,
): void {
  const topicIndex = source.topic;
  connection.brokerBusy = true;
  request.pending = request.batches.length;
  // The request stays held by its place at the broker until it is answered, so the loop may finish it.
  for (let position = 0; position < request.batches.length; position += 1) {
    const batchRow = request.batches[position]!;
    const batch = rowOf(run.batches, batchRow);
    const log = topic.partitions[batch.partition]!;
    const process = answering(run, log, connection.broker);
    if (process === null) finish(run, requestRow, request, position, RESULT.notLeader);
    else if (request.acks === 'all' && log.isr.length < topic.settings.minInsyncReplicas) {
      finish(run, requestRow, request, position, RESULT.notEnoughReplicas);
    } else {
      const doneNs =
        Math.max(run.nowNs, log.busyUntilNs) + Math.round(fromMs(topic.settings.appendMs) * process.slowFactor);
      log.busyUntilNs = doneNs;
      // What reaches a leader of the past is of its epoch.
      const epoch =
        log.replication !== null && log.leader !== connection.broker ? log.leaderEpoch - 1 : log.leaderEpoch;
      if (doneNs === run.nowNs)
        appendBatch(run, source, topic, log, requestRow, request, position, epoch, batchRow, batch);
      else at(run, doneNs, PRIORITY.broker, OP.append, topicIndex, requestRow, epoch * EPOCH_UNIT + position);
    }
  }
}

/** The process that takes a request for a partition on a connection with `broker`; null when it is turned away. [KL8] */
function answering(run: Run, log: PartitionState, broker: number): Process | null {
  if (log.replication === null) return broker < 0 ? leaderProcess(run, log) : null;
  const { zombie } = log.replication;
  const takes = log.leader === broker || (zombie !== null && zombie.serving && zombie.broker === broker);
  return takes && broker >= 0 ? run.brokers[broker]!.process : null;
}

/** A batch whose leader is no longer the leader: another one may be there, or it goes on without knowing. [KC9] */
function missLeader(run: Run, topicIndex: number, requestRow: number, epoch: number, position: number): void {
  const request = rowOf(run.requests, requestRow);
  const batch = rowOf(run.batches, request.batches[position]!);
  const { partition } = batch;
  const zombie = run.topics[topicIndex]!.partitions[partition]!.replication?.zombie ?? null;
  const { broker } = connectionOf(run.clients[request.client]!, request);
  if (zombie === null || !zombie.serving || zombie.broker !== broker) {
    finish(run, requestRow, request, position, RESULT.disconnected);
  } else if (
    !deferred(run.brokers[broker]!.process, OP.append, topicIndex, requestRow, epoch * EPOCH_UNIT + position)
  ) {
    // [KC9] acks=1 is acknowledged, acks=all waits for followers that do not come.
    writeToZombie(run, topicIndex, batch);
    if (request.acks === 'all') zombie.waiting.push({ request: requestRow, position });
    else finish(run, requestRow, request, position, RESULT.ok);
  }
}

/** [KL1] The leader appends one batch of a request, or finds that it has it already. */
export function append(run: Run, topicIndex: number, requestRow: number, epochAndPosition: number): void {
  const topic = run.topics[topicIndex]!;
  const request = rowOf(run.requests, requestRow);
  const source = logSource(run, run.clients[request.client]!.source);
  const position = restOf(epochAndPosition);
  const epoch = epochOf(epochAndPosition);
  const batchRow = request.batches[position]!;
  const batch = rowOf(run.batches, batchRow);
  const log = topic.partitions[batch.partition]!;
  appendBatch(run, source, topic, log, requestRow, request, position, epoch, batchRow, batch);
}

function appendBatch(
  run: Run,
  source: LogSource,
  topic: TopicState,
  log: PartitionState,
  requestRow: number,
  request: Request,
  position: number,
  epoch: number,
  batchRow: number,
  batch: Batch,
): void {
  const topicIndex = source.topic;
  const process = leaderProcess(run, log);
  if (process === null || log.leaderEpoch !== epoch) {
    missLeader(run, topicIndex, requestRow, epoch, position);
    return;
  }
  if (deferred(process, OP.append, topicIndex, requestRow, epoch * EPOCH_UNIT + position)) return;
  const refusal = judgeAppend(run, source, topic, log, batch);
  if (refusal !== RESULT.ok) {
    noteBatchHop(run, batchRow, refusal === RESULT.duplicate ? HOP.droppedAsDuplicate : HOP.rejected);
    // [KH2] What is known may not be replicated yet.
    const waits = refusal === RESULT.duplicate && log.replication !== null && request.acks === 'all';
    if (waits && log.highWatermark < log.end) log.waiting.push({ offset: log.end, request: requestRow, position });
    else finish(run, requestRow, request, position, refusal);
    return;
  }
  const end = appendRecords(run, source, topic, log, batch);
  if (batch.sequence >= 0) rememberBatch(log, batch, end);
  mixInt(run.digest, end);
  if (log.replication === null) replicateTogether(run, topicIndex, log, batch.partition, request, requestRow, position);
  else replicate(run, topicIndex, requestRow, position, end);
}

/** [KC4] On a cluster: followers fetch it. */
function replicate(run: Run, topicIndex: number, requestRow: number, position: number, end: number): void {
  const request = rowOf(run.requests, requestRow);
  const { partition } = rowOf(run.batches, request.batches[position]!);
  const log = run.topics[topicIndex]!.partitions[partition]!;
  if (request.acks === 'all') log.waiting.push({ offset: end, request: requestRow, position });
  else finish(run, requestRow, request, position, RESULT.ok);
  wakeFollowers(run, log);
  raiseHighWatermark(run, topicIndex, partition, inSyncEnd(log));
}

/** [KH1] On brokers of its own: they have it all at once, one delay later. */
function replicateTogether(
  run: Run,
  topicIndex: number,
  log: PartitionState,
  partition: number,
  request: Request,
  requestRow: number,
  position: number,
): void {
  const { end } = log;
  const alone = fetchTogether(run, topicIndex, log, partition);
  if (request.acks === 'all' && !alone) log.waiting.push({ offset: end, request: requestRow, position });
  else finish(run, requestRow, request, position, RESULT.ok);
  if (alone) raiseHighWatermark(run, topicIndex, partition, end);
}

/** The followers fetch what was appended. True if there are none to wait for. */
function fetchTogether(run: Run, topicIndex: number, log: PartitionState, partition: number): boolean {
  if (log.isr.length <= 1) return true;
  const { slowFactor } = run.brokers[log.leader]!.process;
  const replicationNs = Math.round(fromMs(run.topics[topicIndex]!.settings.replicationMs) * slowFactor);
  if (replicationNs === 0) return true;
  const epochAndEnd = log.leaderEpoch * EPOCH_UNIT + log.end;
  at(run, run.nowNs + replicationNs, PRIORITY.broker, OP.replicated, topicIndex, partition, epochAndEnd);
  return false;
}

/** [KT4] A marker was appended: it is replicated as anything else, and nobody waits for an answer. */
export function replicateMarker(run: Run, topicIndex: number, partition: number): void {
  const log = run.topics[topicIndex]!.partitions[partition]!;
  if (log.replication === null) {
    if (fetchTogether(run, topicIndex, log, partition)) raiseHighWatermark(run, topicIndex, partition, log.end);
    return;
  }
  wakeFollowers(run, log);
  raiseHighWatermark(run, topicIndex, partition, inSyncEnd(log));
}

/** [KH1] The in-sync followers have the log up to an offset. Void after a change of leader. */
export function replicated(run: Run, topicIndex: number, partition: number, epochAndEnd: number): void {
  const topic = run.topics[topicIndex]!;
  const log = topic.partitions[partition]!;
  const process = leaderProcess(run, log);
  if (topic.gone || process === null || log.leaderEpoch !== epochOf(epochAndEnd)) return;
  if (deferred(process, OP.replicated, topicIndex, partition, epochAndEnd)) return;
  raiseHighWatermark(run, topicIndex, partition, restOf(epochAndEnd));
}

/** Moves the high watermark up: what waited for it is answered, and readers see more. */
export function raiseHighWatermark(run: Run, topicIndex: number, partition: number, to: number): void {
  const topic = run.topics[topicIndex]!;
  const log = topic.partitions[partition]!;
  if (to <= log.highWatermark) return;
  assert(to <= log.end, 'the high watermark passed the log end');
  log.highWatermark = to;
  if (log.transactions !== null) transactionsReplicated(run, topicIndex, partition);
  if (log.replication !== null) log.replication.markNs = run.nowNs;
  // [KL7] Written all the same, and few have it.
  const few = log.isr.length < topic.settings.minInsyncReplicas;
  while (log.waiting.length > 0 && log.waiting[0]!.offset <= to) {
    const { request, position } = log.waiting.shift()!;
    const result = few ? RESULT.notEnoughReplicasAfterAppend : RESULT.ok;
    finish(run, request, rowOf(run.requests, request), position, result);
  }
  keepUp(run, topicIndex, partition);
  wakeReaders(run, topicIndex, partition);
}

/** [KL9] What speaks against an append. */
function judgeAppend(run: Run, source: LogSource, topic: TopicState, log: PartitionState, batch: Batch): Result {
  if (batch.bytes > topic.settings.maxMessageBytes) return RESULT.messageTooLarge;
  if (batch.bytes > topic.settings.segmentBytes) return RESULT.recordListTooLarge;
  if (topic.settings.cleanupPolicy !== 'delete' && !hasKeys(run, batch)) return RESULT.invalidRecord;
  return judgeSequence(run, source, log, batch);
}

/** [KS8] A record without a key has no place in a table. */
function hasKeys(run: Run, batch: Batch): boolean {
  for (let row = batch.head; row >= 0; row = run.messages.int[row + M.next]!)
    if (run.messages.int[row + M.key] === NO_KEY) return false;
  return true;
}

/**
 * [KI1] [KI2] What the leader's memory of this producer says to a batch. A producer that it does not know would be taken at any
 * sequence; but then an earlier request was lost, and on a real connection this one would have been lost with it. [NW3]
 */
function judgeSequence(run: Run, { idempotent }: LogSource, log: PartitionState, batch: Batch): Result {
  if (batch.sequence < 0 || !(idempotent || batch.transactional)) return RESULT.ok;
  const memory = memoryOf(log, batch.producerId);
  if (batch.sequence > 0 && memory === null) return RESULT.outOfOrderSequence;
  const result = judgeBatch(log, memory, batch);
  if (result !== RESULT.ok || !batch.transactional || openTransaction(log, batch.producerId) !== null) return result;
  return joinTransaction(run, batch);
}

/** [KT1] The first batch of a transaction on a partition: the coordinator has to know of it. */
function joinTransaction(run: Run, { client: index, producerId, epoch, partition }: Batch): Result {
  const client = run.clients[index]!;
  // A producer that is gone had a transaction that is aborted by now, or will be.
  if (client.manager < 0) return RESULT.staleEpoch;
  const { topic } = logSource(run, client.source);
  return addPartition(run, run.managers[client.manager]!.transaction, { producerId, epoch, topic, partition });
}

/** One batch of a request is done; the last one sends the response and lets the next request of the connection in. */
export function finish(run: Run, requestRow: number, request: Request, position: number, result: Result): void {
  request.results[position] = result;
  request.pending -= 1;
  if (request.pending > 0) return;
  const clientIndex = request.client;
  const client = run.clients[clientIndex]!;
  const source = logSource(run, client.source);
  const connection = connectionOf(client, request);
  const throttled = source.settings.producerByteRate > 0 && throttle(run, clientIndex, request, connection, source);
  if (request.acks !== '0' && !request.copy) respond(run, clientIndex, requestRow, request, connection, source);
  letRequestGo(run, requestRow, request);
  if (!throttled) readOn(run, source, connection);
}

/** The broker is done with a request of this connection, and takes the next. */
function readOn(run: Run, source: LogSource, connection: Connection): void {
  connection.brokerBusy = false;
  const { atBroker } = connection;
  if (atBroker.length === 0) return;
  const next = atBroker[0]!;
  removeFrom(atBroker, 0);
  startRequest(run, source, run.topics[source.topic]!, next, rowOf(run.requests, next), connection);
}

/** [KQ1] [KQ2] Counts a request against its client's quota. True when that mutes the connection: the answer says so. */
function throttle(
  run: Run,
  clientIndex: number,
  request: Request,
  connection: Connection,
  { settings }: LogSource,
): boolean {
  connection.quota ??= createQuota();
  const bytes = request.batches.reduce((sum, row) => sum + rowOf(run.batches, row).bytes, 0);
  request.throttleNs = throttleNs(connection.quota, bytes, settings.producerByteRate, run.nowNs);
  if (request.throttleNs === 0) return false;
  connection.mutedUntilNs = run.nowNs + request.throttleNs;
  at(run, connection.mutedUntilNs, PRIORITY.broker, OP.unmute, clientIndex, request.connection);
  return true;
}

/** [KQ2] The throttle time of a connection is over: the broker reads on. */
export function unmute(run: Run, clientIndex: number, connectionIndex: number): void {
  const client = run.clients[clientIndex]!;
  const connection = client.connections[connectionIndex]!;
  if (connection.mutedUntilNs !== run.nowNs) return;
  connection.mutedUntilNs = 0;
  readOn(run, logSource(run, client.source), connection);
}

function respond(
  run: Run,
  clientIndex: number,
  requestRow: number,
  request: Request,
  connection: Connection,
  source: LogSource,
): void {
  const edge = run.edges[source.edge]!;
  const lost = isLost(run, edge.backward) || edge.cut || edge.dropAcks;
  const arriveNs = Math.max(connection.lastBackwardNs, run.nowNs + latencyNs(run, edge, edge.backward));
  noteResponseFlight(run, request, arriveNs, lost);
  if (lost) {
    for (const row of request.batches) noteBatchHop(run, row, HOP.responseLost);
    return;
  }
  connection.lastBackwardNs = arriveNs;
  request.answeredNs = run.nowNs;
  holdRequest(request);
  at(run, arriveNs, PRIORITY.client, OP.responseArrives, clientIndex, requestRow);
}

function noteResponseFlight(run: Run, request: Request, arriveNs: number, lost: boolean): void {
  if (run.flights === null) return;
  const refused = request.results.some((result) => result > RESULT.duplicate);
  writeFlight(run.flights, {
    edge: logSource(run, run.clients[request.client]!.source).edge,
    departNs: run.nowNs,
    arriveNs,
    kind: lost ? FLIGHT_OF.lostAck : refused ? FLIGHT_OF.refusal : FLIGHT_OF.ack,
    messages: request.batches.length,
    color: -1,
    partition: rowOf(run.batches, request.batches[0]!).partition,
    instance: -1,
  });
}
