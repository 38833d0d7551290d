/**
 * The producer client: an accumulator of batches per partition and a buffer that blocks or refuses. Sending and its
 * timers are in `sender.ts`, the fate of batches in `batches.ts`, the broker's side in `brokers/log/append.ts`.
 */
import { newProducerId } from './producer-id.ts';
import { fromMs } from '../core/time.ts';
import { deferred, OP } from '../events.ts';
import { attempt, oweToSubscribers } from '../ledger/ledger.ts';
import { STATUS_REFUSED } from '../ledger/messages.ts';
import { rowOf } from '../pool.ts';
import type { Batch, ClientState, LogSource, PartitionBuffer } from './client-state.ts';
import type { Run } from '../state.ts';
import { endMessage, processOf, wakeHandler, wakeWaiter } from './application.ts';
import { endRequest, failBatch, newBatch } from './batches.ts';
import { packedBytes } from './compression.ts';
import { choosePartition, NO_PARTITION, noteAppended } from './partitioning.ts';
import { expireBatches, expireRequests } from './expiry.ts';
import { trySend } from './sender.ts';
import { loseBy, setPatience, wakeBy } from './alarms.ts';
import { crashManager } from './transactions/closing.ts';
import { failTransaction, isFenced, noteSent, takesMessages } from './transactions/membership.ts';
import { logSource } from './log-source.ts';
import { leaveFirst, mergeFact, refusalOf, waitOutside, type FullSettings } from './waiting-room.ts';
import { M } from '../ledger/layout.ts';

/**
 * A fact sets out: into a batch, onto the blocked list, or refused.
 *
 * @param waiter the handler to resume, -1 for none
 * @param flags bits of `MESSAGE_FLAG` that it has from the start
 */
export function send(
  run: Run,
  source: LogSource,
  index: number,
  key: number,
  bytes: number,
  parent: number,
  waiter: number,
  flags = 0,
): void {
  const client = run.clients[index]!;
  const tooLarge = bytes > source.settings.maxRequestSize;
  if (!tooLarge && (client.blocked > 0 || !hasRoom(run, client, source, bytes))) {
    stayOutside(run, source, index, client, key, bytes, parent, waiter, flags);
    return;
  }
  const topic = run.topics[source.topic]!;
  const partition = tooLarge ? NO_PARTITION : choosePartition(run, client, source, topic, key);
  const buffer = partition === NO_PARTITION ? null : client.partitions[partition]!;
  const shelf = buffer === null ? run.messages.shelf : buffer.shelf;
  const { subscriptions } = topic;
  const row = attempt(run, source, client.source, index, key, bytes, parent, shelf, subscriptions.length);
  // Whoever subscribes to the topic is owed it.
  oweToSubscribers(run, row, subscriptions);
  noteOrigin(run, row, waiter, flags);
  if (buffer === null) refuse(run, row, tooLarge ? 'record too large' : 'no such partition');
  else if (admit(run, index, client, source, buffer, row, bytes, partition)) trySend(run, index);
}

/** In a transaction no message stands for another, and none is left out. [BP3] [BP4] */
const BLOCKING: FullSettings = { onFull: 'block', sampleEvery: 1, aggregateMax: 0 };

/** There is no room: the fact waits, is refused, or is merged into a message that waits. [PR9] [BP1] */
function stayOutside(
  run: Run,
  source: LogSource,
  index: number,
  client: ClientState,
  key: number,
  bytes: number,
  parent: number,
  waiter: number,
  flags: number,
): void {
  const { settings } = source;
  const rules = client.manager >= 0 && settings.onFull !== 'drop' ? BLOCKING : settings;
  if (mergeFact(run, client, rules, key, flags)) {
    wakeHandler(run, waiter);
    return;
  }
  const { subscriptions } = run.topics[source.topic]!;
  const room = subscriptions.length;
  const row = attempt(run, source, client.source, index, key, bytes, parent, run.messages.shelf, room);
  oweToSubscribers(run, row, subscriptions);
  noteOrigin(run, row, waiter, flags);
  const fenced = client.manager >= 0 && isFenced(run, client);
  const refusal = fenced ? 'producer fenced' : refusalOf(client, rules);
  if (refusal !== '') {
    refuse(run, row, refusal);
    return;
  }
  waitOutside(run, client, row, rules);
  loseBy(run, index, client, run.nowNs + fromMs(settings.maxBlockMs));
  trySend(run, index);
}

/** What few messages have: a handler that waits for their fate, and flags from the start. */
function noteOrigin({ messages }: Run, row: number, waiter: number, flags: number): void {
  if (waiter >= 0) messages.num[row + M.waiter] = waiter;
  if (flags !== 0) messages.int[row + M.flags] = flags;
}

function hasRoom(run: Run, client: ClientState, { settings, compression }: LogSource, bytes: number): boolean {
  if (client.manager >= 0 && !takesMessages(run, client)) return false;
  // One record always fits into an empty buffer, so that a tiny buffer is slow and not dead.
  if (client.bufferedBytes === 0) return true;
  return client.bufferedBytes + packedBytes(bytes, compression) <= settings.bufferMemory;
}

/** Lets blocked messages in while there is room, and refuses those that waited too long. */
export function admitBlocked(run: Run, index: number): void {
  const client = run.clients[index]!;
  const source = logSource(run, client.source);
  const longestNs = fromMs(source.settings.maxBlockMs);
  while (client.blocked > 0) {
    const row = client.blockedHead;
    const bytes = run.messages.int[row + M.bytes]!;
    if (hasRoom(run, client, source, bytes)) {
      const topic = run.topics[source.topic]!;
      const partition = choosePartition(run, client, source, topic, run.messages.int[row + M.key]!);
      leaveFirst(run, client, partition !== NO_PARTITION);
      if (partition === NO_PARTITION) refuse(run, row, 'no such partition');
      else admit(run, index, client, source, client.partitions[partition]!, row, bytes, partition);
    } else if (run.messages.num[row + M.producedNs]! + longestNs <= run.nowNs)
      refuse(run, leaveFirst(run, client, false), 'blocked too long');
    else return;
  }
}

/** A definite no for a message that is in no batch. To a transaction that is open it is a failure. [KT11] */
function refuse(run: Run, row: number, reason: string): void {
  const { manager } = run.clients[run.messages.num[row + M.client]!]!;
  if (manager >= 0) failTransaction(run, manager, reason);
  endMessage(run, row, STATUS_REFUSED, reason);
}

/**
 * Puts a message into a batch of its partition. True when that may have made something due: a batch that only grows
 * leaves to be sent when it was going to be.
 */
function admit(
  run: Run,
  index: number,
  client: ClientState,
  { settings, lingerNs, deliveryTimeoutNs }: LogSource,
  { queue }: PartitionBuffer,
  row: number,
  unpacked: number,
  partition: number,
): boolean {
  const { int, num } = run.messages;
  const batch = openBatch(run, index, client, partition, queue, settings.batchSize, unpacked);
  const bytes = packedBytes(unpacked, batch.compression);
  if (batch.tail >= 0) int[batch.tail + M.next] = row;
  else batch.head = row;
  batch.tail = row;
  batch.count += 1;
  batch.bytes += bytes;
  batch.latestNs = num[row + M.producedNs]!;
  client.bufferedBytes += bytes;
  client.queuedMessages += 1;
  if (client.manager >= 0) {
    noteSent(run, client);
    // [KT10] `send` has returned: in a transaction it is the commit that is waited for.
    wakeWaiter(run, row);
  }
  const full = batch.bytes >= settings.batchSize;
  if (client.sticky !== null) noteAppended(run, client, partition, bytes, full);
  if (batch.count > 1) return full;
  loseBy(run, index, client, run.nowNs + deliveryTimeoutNs);
  if (queue.length > 1 || lingerNs === 0) return true;
  wakeBy(run, index, client, run.nowNs + lingerNs);
  return full;
}

/** The batch that takes the next record of `bytes`, uncompressed: the last one of the partition, or a new one. */
function openBatch(
  run: Run,
  index: number,
  client: ClientState,
  partition: number,
  queue: number[],
  batchSize: number,
  bytes: number,
): Batch {
  if (queue.length > 0) {
    const last = rowOf(run.batches, queue[queue.length - 1]!);
    if (last.attempts === 0 && last.bytes + packedBytes(bytes, last.compression) <= batchSize) return last;
  }
  const row = newBatch(run, index, client, partition);
  queue.push(row);
  client.queuedBatches += 1;
  return rowOf(run.batches, row);
}

/** One of the client's alarms goes off. */
export function clientWake(run: Run, index: number, incarnation: number, dueNs: number): void {
  const client = run.clients[index]!;
  const process = processOf(run, client);
  const near = dueNs === client.wakeNs;
  const far = dueNs === client.patienceNs;
  if (client.gone || process.incarnation !== incarnation || !(near || far)) return;
  if (deferred(process, OP.clientWake, index, incarnation, dueNs)) return;
  if (near) client.wakeNs = Infinity;
  if (far) {
    client.patienceNs = Infinity;
    expireRequests(run, index);
    expireBatches(run, index);
  }
  admitBlocked(run, index);
  trySend(run, index);
  if (far) setPatience(run, index);
}

/** Gives up every batch that is not under way. */
export function dropQueued(run: Run, index: number): void {
  const client = run.clients[index]!;
  for (const buffer of client.partitions) {
    const { queue } = buffer;
    if (queue.length === 0) continue;
    buffer.queue = [];
    client.queuedBatches -= queue.length;
    for (const row of queue) {
      const batch = rowOf(run.batches, row);
      if (batch.attempts === 0) client.queuedMessages -= batch.count;
      failBatch(run, row, 'transaction aborted');
    }
  }
}

/** A definite no for every message that waits for room. */
export function refuseBlocked(run: Run, index: number, reason: string): void {
  const client = run.clients[index]!;
  while (client.blocked > 0) refuse(run, leaveFirst(run, client, false), reason);
}

/** The client's process died: what it held and never sent is refused, what it sent is unknown. */
export function crashClient(run: Run, index: number): void {
  const client = run.clients[index]!;
  if (client.manager >= 0) crashManager(run, client.manager);
  const requests = client.connections.flatMap(({ inFlight }) => inFlight);
  for (const connection of client.connections) connection.inFlight = [];
  for (const buffer of client.partitions) {
    const { queue } = buffer;
    buffer.queue = [];
    for (const batch of queue) failBatch(run, batch, 'producer crashed');
    buffer.nextSequence = 0;
    buffer.epoch = 0;
    buffer.inFlight = 0;
  }
  for (const requestRow of requests) {
    const request = rowOf(run.requests, requestRow);
    request.awaited = false;
    for (const batchRow of request.batches) {
      const batch = rowOf(run.batches, batchRow);
      if (batch.resolved) continue;
      batch.uncertain = true;
      failBatch(run, batchRow, 'producer crashed');
    }
    endRequest(run, requestRow);
  }
  refuseBlocked(run, index, 'producer crashed');
  client.producerId = newProducerId(run);
  client.bufferedBytes = 0;
  client.queuedMessages = 0;
  client.queuedBatches = 0;
  client.wakeNs = Infinity;
  client.patienceNs = Infinity;
}
