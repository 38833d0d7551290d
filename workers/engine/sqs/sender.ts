/**
 * A client that sends: it gathers messages into calls, repeats calls that fail, and tells the ledger what it was told. The far end is
 * a queue of SQS or a topic of SNS.
 */
import { growInt32, removeFrom } from '../core/columns.ts';
import { nextUnit } from '../core/random.ts';
import { fromMs } from '../core/time.ts';
import { SENT } from '../brokers/sqs/send.ts';
import { endMessage, processOf, tellFate, wakeHandler } from '../clients/application.ts';
import { leaveFirst, mergeFact, refusalOf, waitOutside } from '../clients/waiting-room.ts';
import { at, deferred, OP, PRIORITY } from '../events.ts';
import { HOP, noteHop } from '../ledger/hops.ts';
import { M } from '../ledger/layout.ts';
import { attempt, letGo, oweToNobody } from '../ledger/ledger.ts';
import {
  MESSAGE_FLAG,
  STATUS_ACKNOWLEDGED,
  STATUS_REFUSED,
  STATUS_UNKNOWN,
  type MessageStatus,
} from '../ledger/messages.ts';
import { isDoubled, isLost, latencyNs } from '../network.ts';
import { FLIGHT_OF } from '../observe/flights.ts';
import { allocate, release, rowOf } from '../pool.ts';
import type { Run } from '../state.ts';
import { noteSqsFlight } from './flights.ts';
import type { SqsCall, SqsSender, SqsSource } from './sqs-state.ts';

/** Bytes of one call: what SQS takes. */
const CALL_BYTES_MAX = 1_048_576;

export function sqsSource(run: Run, index: number): SqsSource {
  return run.sources[index] as SqsSource;
}

/** A fact sets out, see `publish`. */
export function sendSqs(
  run: Run,
  index: number,
  key: number,
  bytes: number,
  parent: number,
  waiter: number,
  flags: number,
): void {
  const sender = run.sqs.senders[index]!;
  const source = sqsSource(run, sender.source);
  const { settings, target } = source;
  const isFull = sender.blocked > 0 || sender.tail - sender.head >= settings.bufferSize;
  if (isFull && mergeFact(run, sender, settings, key, flags)) {
    wakeHandler(run, waiter);
    return;
  }
  const owed = settings.kind === 'sqsSend' ? 1 : run.sqs.topics[target]!.routes.length;
  const row = attempt(run, source, sender.source, index, key, bytes, parent, run.messages.shelf, owed);
  oweToNobody(run, row);
  run.messages.num[row + M.waiter] = waiter;
  run.messages.int[row + M.flags]! |= flags;
  const refusal = isFull ? refusalOf(sender, settings) : '';
  if (refusal !== '') endMessage(run, row, STATUS_REFUSED, refusal);
  else if (isFull) waitOutside(run, sender, row, settings);
  else {
    takeIn(sender, row);
    trySendCalls(run, index);
  }
}

function takeIn(sender: SqsSender, row: number): void {
  if (sender.tail - sender.head === sender.waiting.length) growWaiting(sender);
  sender.waiting[sender.tail & (sender.waiting.length - 1)] = row;
  sender.tail += 1;
}

/** [BP1] Those who wait outside come in as there is room. */
function admitOutside(run: Run, sender: SqsSender, bufferSize: number): void {
  while (sender.blocked > 0 && sender.tail - sender.head < bufferSize) takeIn(sender, leaveFirst(run, sender, true));
}

function growWaiting(sender: SqsSender): void {
  const { waiting, head, tail } = sender;
  const grown = growInt32(waiting, waiting.length + 1);
  for (let i = head; i < tail; i += 1) grown[i & (grown.length - 1)] = waiting[i & (waiting.length - 1)]!;
  sender.waiting = grown;
}

/** Sends what is ready, as far as calls may be under way. */
export function trySendCalls(run: Run, index: number): void {
  const sender = run.sqs.senders[index]!;
  const { settings } = sqsSource(run, sender.source);
  const process = processOf(run, sender);
  if (sender.gone || process.crashed || process.frozen) return;
  if (sender.blocked > 0) admitOutside(run, sender, settings.bufferSize);
  while (sender.open.length < settings.maxConnections && sender.tail > sender.head) {
    const oldest = sender.waiting[sender.head & (sender.waiting.length - 1)]!;
    const readyNs = run.messages.num[oldest + M.producedNs]! + fromMs(settings.lingerMs);
    if (sender.tail - sender.head < settings.batchSize && run.nowNs < readyNs) {
      wakeBy(run, index, readyNs);
      return;
    }
    sendCall(run, takeCall(run, index));
    if (sender.blocked > 0) admitOutside(run, sender, settings.bufferSize);
  }
}

function newCall(): SqsCall {
  return {
    sender: 0,
    rows: [],
    told: [],
    attempts: 0,
    sentNs: 0,
    dueNs: 0,
    failed: false,
    uncertain: false,
    awaited: false,
    travelling: 0,
  };
}

/** The messages in front, as many as a call holds. */
function takeCall(run: Run, index: number): number {
  const sender = run.sqs.senders[index]!;
  const { batchSize } = sqsSource(run, sender.source).settings;
  const callRow = allocate(run.sqs.calls, newCall);
  const call = rowOf(run.sqs.calls, callRow);
  call.sender = index;
  call.attempts = 0;
  call.failed = false;
  call.uncertain = false;
  call.awaited = true;
  call.travelling = 0;
  let bytes = 0;
  while (sender.tail > sender.head && call.rows.length < batchSize) {
    const row = sender.waiting[sender.head & (sender.waiting.length - 1)]!;
    bytes += run.messages.int[row + M.bytes]!;
    if (bytes > CALL_BYTES_MAX && call.rows.length > 0) break;
    call.rows.push(row);
    call.told.push(SENT.accepted);
    sender.head += 1;
  }
  sender.open.push(callRow);
  return callRow;
}

/** One attempt: the request leaves. */
function sendCall(run: Run, callRow: number): void {
  const call = rowOf(run.sqs.calls, callRow);
  const source = sqsSource(run, run.sqs.senders[call.sender]!.source);
  const edge = run.edges[source.edge]!;
  call.attempts += 1;
  call.failed = false;
  call.sentNs = run.nowNs;
  call.dueNs = run.nowNs + fromMs(source.settings.timeoutMs);
  const delayNs = latencyNs(run, edge, edge.forward);
  const lost = edge.cut || isLost(run, edge.forward);
  noteSending(run, call, lost);
  const kind = lost ? FLIGHT_OF.lostData : call.attempts > 1 ? FLIGHT_OF.retry : FLIGHT_OF.data;
  noteCallFlight(run, source.edge, run.nowNs + delayNs, kind, call);
  const copies = lost ? 0 : isDoubled(run, edge.forward) ? 2 : 1;
  for (let copy = 0; copy < copies; copy += 1) {
    call.travelling += 1;
    at(run, run.nowNs + delayNs, PRIORITY.broker, OP.sqsCallArrives, callRow, run.nowNs);
  }
  loseBy(run, call.sender, call.dueNs);
}

function noteSending(run: Run, { sender, rows, attempts }: SqsCall, lost: boolean): void {
  const { source } = run.sqs.senders[sender]!;
  if (attempts > 1) run.sources[source]!.ledger.retries += 1;
  for (const row of rows) {
    if (attempts > 1) {
      run.messages.int[row + M.flags]! |= MESSAGE_FLAG.retried;
      noteHop(run, row, HOP.retried, source, attempts - 1, -1);
    }
    noteHop(run, row, lost ? HOP.requestLost : HOP.sent, source, -1, -1);
  }
}

/** The client looks at its calls again at that instant, if it would not earlier. */
function wakeBy(run: Run, index: number, timeNs: number): void {
  const sender = run.sqs.senders[index]!;
  if (timeNs >= sender.wakeNs) return;
  sender.wakeNs = timeNs;
  at(run, timeNs, PRIORITY.client, OP.sqsSenderWakes, index, timeNs);
}

/** The client looks for calls that have waited too long at that instant, if it would not earlier. */
function loseBy(run: Run, index: number, timeNs: number): void {
  const sender = run.sqs.senders[index]!;
  if (timeNs >= sender.patienceNs) return;
  sender.patienceNs = timeNs;
  at(run, timeNs, PRIORITY.client, OP.sqsSenderWakes, index, timeNs);
}

/** Calls that have waited too long fail, those that rested are tried again, and what has lingered leaves. */
export function senderWakes(run: Run, index: number, timeNs: number): void {
  const sender = run.sqs.senders[index]!;
  if (sender.gone || (sender.wakeNs !== timeNs && sender.patienceNs !== timeNs)) return;
  if (deferred(processOf(run, sender), OP.sqsSenderWakes, index, timeNs, 0)) return;
  if (sender.wakeNs === timeNs) sender.wakeNs = Infinity;
  if (sender.patienceNs === timeNs) sender.patienceNs = Infinity;
  for (const callRow of sender.open.slice()) {
    const call = rowOf(run.sqs.calls, callRow);
    if (call.dueNs > run.nowNs) continue;
    if (call.failed) sendCall(run, callRow);
    else {
      call.uncertain = true;
      for (const row of call.rows) noteHop(run, row, HOP.timedOut, sender.source, -1, -1);
      failCall(run, callRow, 'timed out');
    }
  }
  for (const callRow of sender.open) {
    const { failed, dueNs } = rowOf(run.sqs.calls, callRow);
    if (failed) wakeBy(run, index, dueNs);
    else loseBy(run, index, dueNs);
  }
  trySendCalls(run, index);
}

/** [SN5] A call has failed: it is tried again after a rest, or given up. */
function failCall(run: Run, callRow: number, reason: string): void {
  const call = rowOf(run.sqs.calls, callRow);
  const sender = run.sqs.senders[call.sender]!;
  const { maxAttempts, backoffMs, backoffMaxMs } = sqsSource(run, sender.source).settings;
  if (call.attempts >= maxAttempts) {
    closeCall(run, callRow, call.uncertain ? STATUS_UNKNOWN : STATUS_REFUSED, reason);
    return;
  }
  let longest = backoffMs;
  for (let i = 1; i < call.attempts && longest < backoffMaxMs; i += 1) longest *= 2;
  const restMs = Math.min(longest, backoffMaxMs) * nextUnit(run.streams, sender.stream);
  call.failed = true;
  // Time goes on also between attempts of a client that does not rest.
  call.dueNs = run.nowNs + Math.max(1, fromMs(restMs));
  wakeBy(run, call.sender, call.dueNs);
}

/** The broker has dealt with a request and answers. `failed`: the whole call was turned away. */
export function answerCall(run: Run, callRow: number, failed: boolean): void {
  const call = rowOf(run.sqs.calls, callRow);
  const source = sqsSource(run, run.sqs.senders[call.sender]!.source);
  const edge = run.edges[source.edge]!;
  if (!call.awaited || source.gone) return;
  const delayNs = latencyNs(run, edge, edge.backward);
  const lost = edge.cut || edge.dropAcks || isLost(run, edge.backward);
  const kind = lost ? FLIGHT_OF.lostAck : failed ? FLIGHT_OF.refusal : FLIGHT_OF.ack;
  noteCallFlight(run, source.edge, run.nowNs + delayNs, kind, call);
  if (lost) {
    for (const row of call.rows) noteHop(run, row, HOP.responseLost, run.sqs.senders[call.sender]!.source, -1, -1);
    return;
  }
  call.travelling += 1;
  at(run, run.nowNs + delayNs, PRIORITY.client, OP.sqsCallReturns, callRow, call.attempts, failed ? 1 : 0);
}

/** The answer is back. That to an earlier attempt comes too late. */
export function callReturns(run: Run, callRow: number, attempts: number, failed: boolean): void {
  const call = rowOf(run.sqs.calls, callRow);
  const sender = run.sqs.senders[call.sender]!;
  if (deferred(processOf(run, sender), OP.sqsCallReturns, callRow, attempts, failed ? 1 : 0)) return;
  const edge = run.edges[sqsSource(run, sender.source).edge]!;
  const lost = edge.cut || edge.lastCutNs > call.sentNs;
  if (!lost && call.awaited && !call.failed && call.attempts === attempts) {
    if (failed) failCall(run, callRow, 'throttled');
    else closeCall(run, callRow, STATUS_ACKNOWLEDGED, '');
    trySendCalls(run, call.sender);
  }
  arrived(run, callRow);
}

/** Why a message was refused, by what the broker said. */
const REFUSALS: Readonly<Record<number, string>> = {
  [SENT.tooLarge]: 'message too large',
  [SENT.noGroup]: 'no message group',
  [SENT.noDeduplicationId]: 'no deduplication id',
  [SENT.deduplicationIdOnStandard]: 'deduplication id on a standard queue',
  [SENT.delayOnFifo]: 'delay on a FIFO queue',
  [SENT.delayTooLong]: 'delay too long',
};

/** The client is done with a call: its messages learn their fate. `status` is that of those the broker did not refuse. */
function closeCall(run: Run, callRow: number, status: Exclude<MessageStatus, 0>, reason: string): void {
  const call = rowOf(run.sqs.calls, callRow);
  const { open } = run.sqs.senders[call.sender]!;
  call.awaited = false;
  removeFrom(open, open.indexOf(callRow));
  call.rows.forEach((row, place) => {
    const told = call.told[place]!;
    if (status === STATUS_ACKNOWLEDGED && told > SENT.duplicate)
      tellFate(run, row, STATUS_REFUSED, REFUSALS[told] ?? 'refused');
    else tellFate(run, row, status, reason);
  });
  if (call.travelling === 0) freeCall(run, callRow);
}

/** A request or an answer less under way. */
export function arrived(run: Run, callRow: number): void {
  const call = rowOf(run.sqs.calls, callRow);
  call.travelling -= 1;
  if (call.travelling === 0 && !call.awaited) freeCall(run, callRow);
}

function freeCall(run: Run, callRow: number): void {
  const { rows, told } = rowOf(run.sqs.calls, callRow);
  for (const row of rows) letGo(run, row);
  while (rows.length > 0) {
    rows.pop();
    told.pop();
  }
  release(run.sqs.calls, callRow);
}

/** The process has died: what was never sent is refused, of the rest nobody knows. [PR11] */
export function crashSender(run: Run, index: number): void {
  const sender = run.sqs.senders[index]!;
  for (const callRow of sender.open.slice()) closeCall(run, callRow, STATUS_UNKNOWN, 'producer crashed');
  for (; sender.head < sender.tail; sender.head += 1) {
    const row = sender.waiting[sender.head & (sender.waiting.length - 1)]!;
    endMessage(run, row, STATUS_REFUSED, 'producer crashed');
  }
  while (sender.blocked > 0) endMessage(run, leaveFirst(run, sender, false), STATUS_REFUSED, 'producer crashed');
  sender.wakeNs = Infinity;
  sender.patienceNs = Infinity;
}

/** Messages in the hands of a client. */
export function sendersHold(run: Run, { clients }: SqsSource): { waiting: number; calls: number } {
  let [waiting, calls] = [0, 0];
  for (const client of clients) {
    const { head, tail, open } = run.sqs.senders[client]!;
    waiting += tail - head;
    calls += open.length;
  }
  return { waiting, calls };
}

/** A call is one flight, in the colour of its first message. */
function noteCallFlight(run: Run, edge: number, arriveNs: number, kind: number, { rows }: SqsCall): void {
  noteSqsFlight(run, edge, arriveNs, kind, rows.length, run.messages.int[rows[0]! + M.key]!);
}
