/** Responses: what the client does with the broker's answer to a request. */
import { unreachable } from '../core/assert.ts';
import { removeFrom } from '../core/columns.ts';
import { deferred, OP } from '../events.ts';
import { rowOf } from '../pool.ts';
import type { Run } from '../state.ts';
import type { Batch, ClientState, LogSource } from './client-state.ts';
import { RESULT, type Result } from '../brokers/log/result.ts';
import { sequenceAfter } from '../brokers/log/producer-state.ts';
import { HOP } from '../ledger/hops.ts';
import { processOf } from './application.ts';
import { acknowledgeBatch, endRequest, failBatch, letRequestGo, newBatch, noteBatchHop } from './batches.ts';
import { admitBlocked } from './client.ts';
import { packedBytes } from './compression.ts';
import { connectionOf } from './connections.ts';
import { AGED, askForLeaders, learnLeader, learnLeaders, refreshLater } from './metadata.ts';
import { giveUp, requeue, retryOrFail, trySend } from './sender.ts';
import { resetLostSequence } from './sequences.ts';
import { logSource } from './log-source.ts';
import { M } from '../ledger/layout.ts';

export function responseArrives(run: Run, index: number, requestRow: number): void {
  const client = run.clients[index]!;
  const request = rowOf(run.requests, requestRow);
  const source = logSource(run, client.source);
  const edge = run.edges[source.edge]!;
  if (!request.awaited || edge.cut || edge.lastCutNs >= request.answeredNs) {
    endRequest(run, requestRow);
    return;
  }
  if (deferred(processOf(run, client), OP.responseArrives, index, requestRow, 0)) return;
  const connection = connectionOf(client, request);
  const { inFlight } = connection;
  if (inFlight[0] !== requestRow) {
    // [PR3] The answer to one before it got lost, and with the connection everything that follows.
    for (const row of request.batches) noteBatchHop(run, row, HOP.responseLost);
    endRequest(run, requestRow);
    return;
  }
  if (request.throttleNs > 0) connection.throttledUntilNs = run.nowNs + request.throttleNs;
  request.awaited = false;
  removeFrom(inFlight, 0);
  for (let position = 0; position < request.batches.length; position += 1) {
    const batchRow = request.batches[position]!;
    const batch = rowOf(run.batches, batchRow);
    if (batch.resolved) continue;
    client.partitions[batch.partition]!.inFlight -= 1;
    const result = request.results[position] as Result;
    if (result === RESULT.ok) acknowledgeBatch(run, batchRow, batch, client, source);
    else judge(run, index, batchRow, batch, client, source, result);
  }
  // One hold for the wait, one for the response itself.
  letRequestGo(run, requestRow, request);
  letRequestGo(run, requestRow, request);
  if (client.blocked > 0) admitBlocked(run, index);
  if (client.queuedBatches > 0) trySend(run, index);
}

/** What becomes of a batch that was not simply appended. */
function judge(
  run: Run,
  index: number,
  batchRow: number,
  batch: Batch,
  client: ClientState,
  source: LogSource,
  result: Exclude<Result, typeof RESULT.ok>,
): void {
  switch (result) {
    case RESULT.duplicate:
      acknowledgeBatch(run, batchRow, batch, client, source);
      return;
    case RESULT.notLeader:
      retryElsewhere(run, index, batchRow);
      return;
    case RESULT.notEnoughReplicas:
      retryOrFail(run, index, batchRow, 'not enough replicas');
      return;
    case RESULT.notEnoughReplicasAfterAppend:
      batch.uncertain = true;
      retryOrFail(run, index, batchRow, 'not enough replicas after append');
      return;
    case RESULT.outOfOrderSequence:
      resetLostSequence(run, index, batchRow);
      retryOrFail(run, index, batchRow, 'out of order sequence');
      return;
    case RESULT.disconnected:
      batch.uncertain = true;
      askForLeaders(run, index);
      retryOrFail(run, index, batchRow, 'disconnected');
      return;
    case RESULT.concurrentTransactions:
      retryOrFail(run, index, batchRow, 'concurrent transactions');
      return;
    case RESULT.staleEpoch:
      failBatch(run, batchRow, 'invalid producer epoch');
      return;
    case RESULT.messageTooLarge:
      if (batch.count > 1) splitBatch(run, index, batchRow);
      else giveUp(run, index, batchRow, 'record too large');
      return;
    case RESULT.recordListTooLarge:
      giveUp(run, index, batchRow, 'record list too large');
      return;
    case RESULT.invalidRecord:
      giveUp(run, index, batchRow, 'invalid record');
      return;
    case RESULT.invalidTransactionState:
      failBatch(run, batchRow, 'invalid transaction state');
      return;
    default:
      unreachable(result);
  }
}

/** Not the leader: the batch goes to the one that is, at once if the client knows it now. */
function retryElsewhere(run: Run, index: number, batchRow: number): void {
  const known = learnLeader(run, index, rowOf(run.batches, batchRow).partition);
  retryOrFail(run, index, batchRow, 'not leader', known);
}

/** [KC12] An answer about who leads what, asked for or due by age. */
export function metadataArrives(run: Run, index: number, ticket: number, what: number): void {
  const client = run.clients[index]!;
  if (client.gone || client.metadataTicket !== ticket) return;
  const process = processOf(run, client);
  if (deferred(process, OP.metadataArrives, index, ticket, what)) return;
  if (what === AGED) refreshLater(run, index);
  else client.metadataPending = false;
  if (process.crashed) return;
  if (!run.edges[logSource(run, client.source).edge]!.cut) learnLeaders(run, client);
  if (client.queuedBatches > 0) trySend(run, index);
}

/** [PR14] A batch that its topic finds too large goes back as two halves, with the sequences that it had. */
function splitBatch(run: Run, index: number, batchRow: number): void {
  const first = rowOf(run.batches, batchRow);
  const restRow = newBatch(run, index, run.clients[index]!, first.partition);
  const rest = rowOf(run.batches, restRow);
  const { head, tail, count, bytes, sequence } = first;
  first.count = Math.ceil(count / 2);
  first.bytes = 0;
  let row = head;
  for (let place = 1; ; place += 1) {
    first.bytes += packedBytes(run.messages.int[row + M.bytes]!, first.compression);
    first.tail = row;
    row = run.messages.int[row + M.next]!;
    if (place === first.count) break;
  }
  run.messages.int[first.tail + M.next] = -1;
  Object.assign(rest, {
    ...first,
    head: row,
    tail,
    count: count - first.count,
    bytes: bytes - first.bytes,
    holders: 1,
  });
  if (sequence >= 0) rest.sequence = sequenceAfter(sequence, first.count);
  requeue(run, index, restRow, run.nowNs);
  requeue(run, index, batchRow, run.nowNs);
}
