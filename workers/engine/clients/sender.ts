/** Sending: which batches go into the next request, how it travels, when the client gives up waiting. */
import { cut, removeFrom } from '../core/columns.ts';
import { fromMs } from '../core/time.ts';
import { nextUnit } from '../core/random.ts';
import { at, OP, PRIORITY } from '../events.ts';
import { HOP, noteHops } from '../ledger/hops.ts';
import { STATUS_UNKNOWN } from '../ledger/messages.ts';
import { isDoubled, isLost, latencyNs } from '../network.ts';
import { FLIGHT_OF, writeFlight } from '../observe/flights.ts';
import { allocate, rowOf } from '../pool.ts';
import { loseBy, wakeBy } from './alarms.ts';
import type { Batch, ClientState, Connection, LogSource, Request } from './client-state.ts';
import { takesMore } from './connections.ts';
import { askForLeaders } from './metadata.ts';
import type { Run } from '../state.ts';
import { processOf } from './application.ts';
import { endRequest, failBatch, holdRequest, letRequestGo, noteBatchHop, noteRetry, resolveBatch } from './batches.ts';
import { logSource } from './log-source.ts';
import { M } from '../ledger/layout.ts';

/** Sends what is ready while the connection takes more, then sets the alarm for what will be due next. */
export function trySend(run: Run, index: number): void {
  const client = run.clients[index]!;
  const process = processOf(run, client);
  if (client.gone || process.frozen || process.crashed) return;
  const source = logSource(run, client.source);
  if (client.routed) sendToBrokers(run, index, client, source);
  else sendOver(run, index, client, source, 0);
  if (client.queuedBatches > 0) wakeBy(run, index, client, nextReadyNs(run, client, source));
}

/** Sends what is ready to each broker, and asks for the leaders that the client does not know. */
function sendToBrokers(run: Run, index: number, client: ClientState, source: LogSource): void {
  const wanted = new Set<number>();
  for (const { queue, connection } of client.partitions) {
    const head = queue[0];
    if (head !== undefined && readyAtNs(run, client, source, rowOf(run.batches, head), queue.length) <= run.nowNs)
      wanted.add(connection);
  }
  for (const connection of wanted) {
    if (connection < 0) askForLeaders(run, index);
    else sendOver(run, index, client, source, connection);
  }
}

/** Sends what is ready for one connection while that takes more. */
function sendOver(run: Run, index: number, client: ClientState, source: LogSource, connectionIndex: number): void {
  const connection = client.connections[connectionIndex]!;
  const { maxInFlight } = source.settings;
  while (client.queuedBatches > 0 && takesMore(run, connection, maxInFlight)) {
    const batches = collectReady(run, client, source, connectionIndex);
    if (batches.length === 0) return;
    sendRequest(run, index, client, source, connection, connectionIndex, batches);
  }
}

/** Filled by every call of `collectReady`, and read before the next. */
const ready: number[] = [];

/** [PR2] The first batch of each partition that is full, has lingered, is followed by another, or is due for a retry. */
function collectReady(run: Run, client: ClientState, source: LogSource, connection: number): readonly number[] {
  const { partitions } = client;
  let room = source.settings.maxRequestSize;
  let count = 0;
  for (let partition = 0; partition < partitions.length; partition += 1) {
    const buffer = partitions[partition]!;
    if (buffer.queue.length === 0 || buffer.connection !== connection) continue;
    const head = buffer.queue[0]!;
    const batch = rowOf(run.batches, head);
    if (readyAtNs(run, client, source, batch, buffer.queue.length) > run.nowNs) continue;
    if (batch.sequence >= 0 && buffer.inFlight > 0 && overtakes(run, client, batch)) continue;
    // The rest goes with the next request. [PR14]
    if (batch.bytes > room && count > 0) break;
    room -= batch.bytes;
    removeFrom(buffer.queue, 0);
    client.queuedBatches -= 1;
    ready[count] = head;
    count += 1;
  }
  cut(ready, count);
  return ready;
}

/** When a batch at the head of its partition may be sent. */
function readyAtNs(
  run: Run,
  client: ClientState,
  { settings, lingerNs }: LogSource,
  batch: Batch,
  queued: number,
): number {
  if (batch.attempts > 0) return batch.retryAtNs;
  if (queued > 1 || client.blocked > 0 || client.flushing || batch.bytes >= settings.batchSize) return run.nowNs;
  return batch.createdNs + lingerNs;
}

/** [PR7] A retried sequence waits until no lower one of its partition is in flight. */
function overtakes(run: Run, client: ClientState, batch: Batch): boolean {
  // On every connection: the partition may have had another leader.
  for (const { inFlight } of client.connections) {
    for (const requestRow of inFlight) {
      for (const row of rowOf(run.requests, requestRow).batches) {
        const other = rowOf(run.batches, row);
        if (
          other.partition === batch.partition &&
          !other.resolved &&
          other.sequence >= 0 &&
          other.sequence < batch.sequence
        )
          return true;
      }
    }
  }
  return false;
}

/** When the next batch may be sent; Infinity when none waits for time to pass. */
function nextReadyNs(run: Run, client: ClientState, source: LogSource): number {
  const { maxInFlight } = source.settings;
  const { partitions } = client;
  let next = Infinity;
  for (let partition = 0; partition < partitions.length; partition += 1) {
    const { queue, connection } = partitions[partition]!;
    if (queue.length === 0) continue;
    const head = queue[0]!;
    // A response makes room, and looks again.
    if (connection >= 0 && !takesMore(run, client.connections[connection]!, maxInFlight)) {
      const { throttledUntilNs } = client.connections[connection]!;
      if (throttledUntilNs > run.nowNs) next = Math.min(next, throttledUntilNs);
      continue;
    }
    const readyNs = readyAtNs(run, client, source, rowOf(run.batches, head), queue.length);
    // Already ready but held back (by order): the response that holds it back wakes the client.
    if (readyNs > run.nowNs) next = Math.min(next, readyNs);
  }
  return next;
}

function sendRequest(
  run: Run,
  index: number,
  client: ClientState,
  source: LogSource,
  connection: Connection,
  connectionIndex: number,
  batches: readonly number[],
): void {
  const requestRow = newRequest(run, index, connectionIndex, source.settings.acks, batches.length);
  const request = rowOf(run.requests, requestRow);
  for (let position = 0; position < batches.length; position += 1) {
    const row = batches[position]!;
    const batch = rowOf(run.batches, row);
    prepareBatch(run, client, batch, source.idempotent);
    carry(request, position, row, batch);
  }
  if (request.acks !== '0') {
    request.awaited = true;
    holdRequest(request);
    connection.inFlight.push(requestRow);
    loseBy(run, index, client, run.nowNs + source.requestTimeoutNs);
  }
  travel(run, index, client, source, connection, request, requestRow);
  if (!request.awaited) {
    for (const row of batches) {
      const batch = rowOf(run.batches, row);
      client.partitions[batch.partition]!.inFlight -= 1;
      resolveBatch(run, row, STATUS_UNKNOWN);
    }
    // The buffer has room again: blocked messages go in by an event of their own.
    if (client.blocked > 0) wakeBy(run, index, client, run.nowNs);
  }
  letRequestGo(run, requestRow, request);
}

/** A request for so many batches, which it is to `carry`. Its maker holds it, until `endRequest`. */
function newRequest(run: Run, index: number, connection: number, acks: Request['acks'], batches: number): number {
  const row = allocate(run.requests, createRequest);
  const request = rowOf(run.requests, row);
  request.client = index;
  request.connection = connection;
  request.sentNs = run.nowNs;
  request.answeredNs = 0;
  request.throttleNs = 0;
  request.awaited = false;
  request.acks = acks;
  cut(request.batches, batches);
  cut(request.results, batches);
  request.pending = 0;
  request.copy = false;
  request.holders = 1;
  return row;
}

/** A request has a batch at that position, and holds it. */
function carry(request: Request, position: number, row: number, batch: Batch): void {
  request.batches[position] = row;
  request.results[position] = 0;
  batch.holders += 1;
}

function createRequest(): Request {
  return {
    client: -1,
    connection: -1,
    sentNs: 0,
    answeredNs: 0,
    throttleNs: 0,
    awaited: false,
    acks: '0',
    batches: [],
    results: [],
    pending: 0,
    copy: false,
    holders: 0,
  };
}

/** [KT1] Every transaction has an epoch of its own, in which sequences begin at 0. */
function takeEpoch(buffer: ClientState['partitions'][number], epoch: number): void {
  if (buffer.epoch === epoch) return;
  buffer.epoch = epoch;
  buffer.nextSequence = 0;
}

/** A batch goes on its way: attempt counted, sequence given, its messages' history noted. */
function prepareBatch(run: Run, client: ClientState, batch: Batch, idempotent: boolean): void {
  const buffer = client.partitions[batch.partition]!;
  if (client.manager >= 0) takeEpoch(buffer, run.managers[client.manager]!.epoch);
  if (idempotent && (batch.sequence < 0 || batch.epoch !== buffer.epoch)) {
    batch.sequence = buffer.nextSequence;
    batch.epoch = buffer.epoch;
    buffer.nextSequence += batch.count;
  }
  if (batch.attempts === 0) noteFirstSending(run, client, batch);
  else noteRetry(run, batch);
  batch.attempts += 1;
  buffer.inFlight += 1;
  noteHops(run, batch.head, HOP.sent, client.source, batch.partition, batch.attempts);
}

/** [BP5] A batch leaves the buffer for the first time. */
function noteFirstSending(run: Run, client: ClientState, { count, createdNs }: Batch): void {
  client.queuedMessages -= count;
  const { ledger } = run.sources[client.source]!;
  if (run.nowNs - createdNs > ledger.bufferedMostNs) ledger.bufferedMostNs = run.nowNs - createdNs;
}

/** Puts a request on the wire: it arrives once, twice, or not at all. */
function travel(
  run: Run,
  index: number,
  client: ClientState,
  source: LogSource,
  connection: Connection,
  request: Request,
  requestRow: number,
): void {
  const edge = run.edges[source.edge]!;
  const lost = isLost(run, edge.forward) || edge.cut;
  const arriveNs = Math.max(connection.lastForwardNs, run.nowNs + latencyNs(run, edge, edge.forward));
  noteRequestFlight(run, client, request, arriveNs, lost);
  if (lost) {
    for (const row of request.batches) noteBatchHop(run, row, HOP.requestLost);
    return;
  }
  connection.lastForwardNs = arriveNs;
  putUnderWay(run, index, request, requestRow, arriveNs);
  if (!isDoubled(run, edge.forward)) return;
  const copyRow = newRequest(run, index, request.connection, request.acks, request.batches.length);
  const copy = rowOf(run.requests, copyRow);
  request.batches.forEach((row, position) => {
    carry(copy, position, row, rowOf(run.batches, row));
  });
  copy.copy = true;
  putUnderWay(run, index, copy, copyRow, arriveNs);
  endRequest(run, copyRow);
}

function putUnderWay(run: Run, index: number, request: Request, requestRow: number, arriveNs: number): void {
  holdRequest(request);
  at(run, arriveNs, PRIORITY.broker, OP.requestArrives, index, requestRow);
}

function noteRequestFlight(run: Run, client: ClientState, request: Request, arriveNs: number, lost: boolean): void {
  if (run.flights === null) return;
  for (const row of request.batches) {
    const batch = rowOf(run.batches, row);
    writeFlight(run.flights, {
      edge: logSource(run, client.source).edge,
      departNs: run.nowNs,
      arriveNs,
      kind: lost ? FLIGHT_OF.lostData : batch.attempts > 1 ? FLIGHT_OF.retry : FLIGHT_OF.data,
      messages: batch.count,
      color: run.messages.int[batch.head + M.key]!,
      partition: batch.partition,
      instance: client.owner.kind === 'instance' ? run.instances[client.owner.index]!.index : -1,
    });
  }
}

/**
 * A failed attempt that may be repeated: back into the queue, or given up when tries or time are used up. `atOnce` when it has
 * another broker to go to.
 */
export function retryOrFail(run: Run, index: number, batchRow: number, reason: string, atOnce = false): void {
  const client = run.clients[index]!;
  const { settings } = logSource(run, client.source);
  const batch = rowOf(run.batches, batchRow);
  const late = batch.createdNs + fromMs(settings.deliveryTimeoutMs) <= run.nowNs;
  // [KT11] What belongs to a transaction that is lost already is not tried again.
  const vain = client.manager >= 0 && run.managers[client.manager]!.failure !== '';
  if (late || vain || batch.attempts > settings.retries) {
    giveUp(run, index, batchRow, reason);
    return;
  }
  requeue(run, index, batchRow, atOnce ? run.nowNs : run.nowNs + backoffNs(run, client, batch.attempts));
}

/** A batch that was sent goes back into the queue, to be sent again at an instant. */
export function requeue(run: Run, index: number, batchRow: number, atNs: number): void {
  const client = run.clients[index]!;
  const { idempotent } = logSource(run, client.source);
  const batch = rowOf(run.batches, batchRow);
  batch.retryAtNs = atNs;
  const { queue } = client.partitions[batch.partition]!;
  // [PR7] With idempotence a retry goes back to its place in the sequence; without, to the front, whatever its age.
  const place = idempotent ? queue.findIndex((row) => comesAfter(run, row, batch)) : 0;
  queue.splice(place < 0 ? queue.length : place, 0, batchRow);
  client.queuedBatches += 1;
  wakeBy(run, index, client, batch.retryAtNs);
}

function comesAfter(run: Run, otherRow: number, batch: Batch): boolean {
  const other = rowOf(run.batches, otherRow);
  return (
    other.sequence < 0 || other.epoch > batch.epoch || (other.epoch === batch.epoch && other.sequence > batch.sequence)
  );
}

/** Doublings after which any backoff has reached its bound. */
const DOUBLINGS_MAX = 30;

/** A retry never comes sooner, so that a refusal without delay is not repeated for ever at one instant. */
const BACKOFF_MIN_MS = 1;

/** [PR4] retry.backoff.ms doubling up to retry.backoff.max.ms, with 20 % jitter either way (KIP-580). */
function backoffNs(run: Run, client: ClientState, attempts: number): number {
  const { settings } = logSource(run, client.source);
  const doubled = settings.retryBackoffMs * (1 << Math.min(attempts - 1, DOUBLINGS_MAX));
  const capped = Math.min(doubled, Math.max(settings.retryBackoffMs, settings.retryBackoffMaxMs));
  return fromMs(Math.max(BACKOFF_MIN_MS, capped * (0.8 + 0.4 * nextUnit(run.streams, client.stream))));
}

/** A batch fails for good. With idempotence its sequence would leave a gap, so the client starts a new epoch (KIP-360). */
export function giveUp(run: Run, index: number, batchRow: number, reason: string): void {
  const client = run.clients[index]!;
  const batch = rowOf(run.batches, batchRow);
  if (batch.sequence >= 0 && client.manager < 0) {
    const buffer = client.partitions[batch.partition]!;
    buffer.epoch += 1;
    buffer.nextSequence = 0;
  }
  failBatch(run, batchRow, reason);
}
