/** Batches and requests in a client's hands: their fate, and who still holds them. */
import { at, OP, PRIORITY } from '../events.ts';
import { resolve } from '../ledger/ledger.ts';
import { acknowledgeAll, letGoAll } from '../ledger/whole-batches.ts';
import { HOP, noteHop, noteHops } from '../ledger/hops.ts';
import { MESSAGE_FLAG, STATUS_REFUSED, STATUS_UNKNOWN, type MessageStatus } from '../ledger/messages.ts';
import { allocate, release, rowOf } from '../pool.ts';
import { tellFate, wakeWaiter } from './application.ts';
import type { Batch, ClientState, LogSource, Request } from './client-state.ts';
import type { Run } from '../state.ts';
import { endsByItself } from './transactions/membership.ts';
import { logSource } from './log-source.ts';
import { M } from '../ledger/layout.ts';

/** An empty batch, held by its client. */
export function newBatch(run: Run, clientIndex: number, client: ClientState, partition: number): number {
  const row = allocate(run.batches, createBatch);
  const batch = rowOf(run.batches, row);
  batch.client = clientIndex;
  batch.producerId = client.producerId;
  batch.transactional = client.manager >= 0;
  batch.partition = partition;
  batch.head = -1;
  batch.tail = -1;
  batch.count = 0;
  batch.bytes = 0;
  batch.createdNs = run.nowNs;
  batch.compression = logSource(run, client.source).compression;
  batch.latestNs = 0;
  batch.sequence = -1;
  batch.epoch = 0;
  batch.attempts = 0;
  batch.retryAtNs = 0;
  batch.resolved = false;
  batch.uncertain = false;
  batch.holders = 1;
  batch.appends = 0;
  return row;
}

function createBatch(): Batch {
  return {
    client: -1,
    producerId: -1,
    transactional: false,
    partition: -1,
    head: -1,
    tail: -1,
    count: 0,
    bytes: 0,
    createdNs: 0,
    compression: 1,
    latestNs: 0,
    sequence: -1,
    epoch: 0,
    attempts: 0,
    retryAtNs: 0,
    resolved: false,
    uncertain: false,
    holders: 0,
    appends: 0,
  };
}

/** The client tells the application the fate of a batch, and lets it go. `status` is that of every message in it. */
export function resolveBatch(run: Run, batchRow: number, status: 2 | 3, reason = ''): void {
  const batch = rowOf(run.batches, batchRow);
  const client = run.clients[batch.client]!;
  batch.resolved = true;
  client.bufferedBytes -= batch.bytes;
  if (batch.transactional && client.manager >= 0) {
    keepForOutcome(run, batchRow, false, reason);
    return;
  }
  for (let row = batch.head; row >= 0; row = run.messages.int[row + M.next]!) tellFate(run, row, status, reason);
  dropBatch(run, batchRow, batch);
}

/**
 * A batch of a transaction was answered, or has failed for good: the client is done with it, its messages wait for the
 * outcome. One that failed makes the whole transaction fail. [KT11]
 */
function keepForOutcome(run: Run, batchRow: number, acknowledged: boolean, reason: string): void {
  const batch = rowOf(run.batches, batchRow);
  const { manager: index } = run.clients[batch.client]!;
  const manager = run.managers[index]!;
  noteBatchHop(run, batchRow, acknowledged ? HOP.stored : HOP.rejected);
  if (manager.phase === 'idle') {
    // Its process died: the transaction will be aborted.
    resolveMessages(run, batchRow, STATUS_REFUSED, reason);
    return;
  }
  manager.batches.push(batchRow);
  if (!acknowledged && manager.failure === '') manager.failure = reason;
  // By an event of its own: the response that brought this may hold more.
  if (manager.phase === 'open' && manager.failure !== '' && endsByItself(run, manager))
    at(run, run.nowNs, PRIORITY.client, OP.transactionDue, index, manager.ticket);
  else if (manager.phase === 'ending') at(run, run.nowNs, PRIORITY.client, OP.transactionStep, index, manager.ticket);
}

/** Every message of a batch that its client is done with learns its fate, and the batch is let go. */
export function resolveMessages(run: Run, batchRow: number, status: Exclude<MessageStatus, 0>, reason: string): void {
  if (status === STATUS_REFUSED) noteBatchHop(run, batchRow, HOP.aborted);
  const batch = rowOf(run.batches, batchRow);
  for (let row = batch.head; row >= 0; row = run.messages.int[row + M.next]!) resolve(run, row, status, reason);
  dropBatch(run, batchRow, batch);
}

/** The fate of a batch that failed: unknown when it may have been appended, else a definite no. */
export function failBatch(run: Run, batchRow: number, reason: string): void {
  resolveBatch(run, batchRow, rowOf(run.batches, batchRow).uncertain ? STATUS_UNKNOWN : STATUS_REFUSED, reason);
}

/** The batch is in the log: what becomes of nearly all of them, so the ledger takes it as one. */
export function acknowledgeBatch(
  run: Run,
  batchRow: number,
  batch: Batch,
  client: ClientState,
  source: LogSource,
): void {
  batch.resolved = true;
  client.bufferedBytes -= batch.bytes;
  if (batch.transactional && client.manager >= 0) {
    keepForOutcome(run, batchRow, true, '');
    return;
  }
  acknowledgeAll(run, source, client.source, batch.head, batch.count);
  // Only handlers wait for the fate of what they publish.
  if (client.owner.kind === 'instance')
    for (let row = batch.head; row >= 0; row = run.messages.int[row + M.next]!) wakeWaiter(run, row);
  dropBatch(run, batchRow, batch);
}

/** One holder of a batch less; the last one lets go of its messages. */
function dropBatch(run: Run, batchRow: number, batch: Batch): void {
  batch.holders -= 1;
  if (batch.holders > 0) return;
  letGoAll(run, batch.head);
  release(run.batches, batchRow);
}

/** Marks a batch's messages as retried, and notes it in their history. */
export function noteRetry(run: Run, batch: Batch): void {
  logSource(run, run.clients[batch.client]!.source).ledger.retries += 1;
  for (let row = batch.head; row >= 0; row = run.messages.int[row + M.next]!) {
    run.messages.int[row + M.flags]! |= MESSAGE_FLAG.retried;
    noteHop(run, row, HOP.retried, run.messages.int[row + M.source]!, batch.attempts, -1);
  }
}

/** One holder of a request more: the client that waits for the response, or what is under way. */
export function holdRequest(request: Request): void {
  request.holders += 1;
}

/** One holder less: it has served, or vanished, or nobody waits for it any more. The last one lets go of its batches. */
export function endRequest(run: Run, requestRow: number): void {
  letRequestGo(run, requestRow, rowOf(run.requests, requestRow));
}

/** The same for who has it in hand. */
export function letRequestGo(run: Run, requestRow: number, request: Request): void {
  request.holders -= 1;
  if (request.holders > 0) return;
  const { batches } = request;
  for (let position = 0; position < batches.length; position += 1) {
    const row = batches[position]!;
    dropBatch(run, row, rowOf(run.batches, row));
  }
  release(run.requests, requestRow);
}

/** Notes a hop of every message of a batch. */
export function noteBatchHop(run: Run, batchRow: number, what: number): void {
  const batch = rowOf(run.batches, batchRow);
  const source = run.clients[batch.client]!.source;
  noteHops(run, batch.head, what, source, batch.partition, batch.attempts);
}
