/** ReceiveMessage: what is taken for a receive, and receives that wait. */
import { growFloat64, growInt32 } from '../../core/columns.ts';
import { nextBelow, nextUnit } from '../../core/random.ts';
import { rememberReceive, repeatReceive } from './attempts.ts';
import { nextFifoGroup, nextStandardGroup, refreshGroup, unlink } from './groups.ts';
import { heapDelete, heapSet, heapTop, heapTopKey } from '../../core/indexed-heap.ts';
import { putAnswer, putDeadLetter, putDelivery, type SqsOutput } from './output.ts';
import { LUCK, NONE, ROW, type SqsQueue, type SqsWaiting } from './queue-state.ts';
import { addRow, handleOf, hide, removeRow, show } from './rows.ts';

/** What a receive is told. Of the first two the answer is in the output; `waiting` will be answered later. */
export const RECEIVED = { messages: 0, empty: 1, waiting: 2, overLimit: 3, invalid: 4 } as const;
export type Received = (typeof RECEIVED)[keyof typeof RECEIVED];

export interface SqsReceive {
  /** Who asks, for the answer. */
  receiver: number;
  /** MaxNumberOfMessages, 1 to 10. */
  max: number;
  /** VisibilityTimeout; NONE to leave it to the queue. */
  visibilityNs: number;
  /** WaitTimeSeconds; NONE to leave it to the queue. */
  waitNs: number;
  /** FIFO: ReceiveRequestAttemptId, 0 or more, of this receiver; NONE without one. */
  attempt: number;
}

export const MESSAGES_MAX = 10;
const VISIBILITY_MAX_NS = 43_200e9;
const WAIT_MAX_NS = 20e9;

/** @param deadLetters where messages go that were received too often; null without a redrive policy */
export function receiveMessage(
  queue: SqsQueue,
  deadLetters: SqsQueue | null,
  asked: SqsReceive,
  out: SqsOutput,
  nowNs: number,
): Received {
  const { settings } = queue;
  const visibilityNs = asked.visibilityNs === NONE ? settings.visibilityTimeoutNs : asked.visibilityNs;
  const waitNs = asked.waitNs === NONE ? settings.waitNs : asked.waitNs;
  if (!(asked.max >= 1 && asked.max <= MESSAGES_MAX && visibilityNs <= VISIBILITY_MAX_NS && waitNs <= WAIT_MAX_NS))
    return RECEIVED.invalid;
  // [SQ9] A FIFO queue says nothing of its limit, it has no messages.
  if (!settings.fifo && queue.inFlight >= settings.inFlightMax) return RECEIVED.overLimit;
  const first = out.deliveries;
  if (settings.fifo && asked.attempt !== NONE && repeatReceive(queue, asked, visibilityNs, out, nowNs)) {
    putAnswer(out, asked.receiver, first);
    return RECEIVED.messages;
  }
  // Who waits has come before.
  if (queue.waiting.count === 0) take(queue, deadLetters, asked.max, visibilityNs, waitNs === 0, out, nowNs);
  if (out.deliveries === first && waitNs > 0) {
    wait(queue.waiting, asked, visibilityNs, nowNs + waitNs);
    return RECEIVED.waiting;
  }
  putAnswer(out, asked.receiver, first);
  if (out.deliveries === first) return RECEIVED.empty;
  rememberReceive(queue, asked.receiver, asked.attempt, first, out, nowNs);
  return RECEIVED.messages;
}

/** Takes up to `max` messages; what has been received too often goes to the dead letters instead. */
function take(
  queue: SqsQueue,
  deadLetters: SqsQueue | null,
  max: number,
  visibilityNs: number,
  isShort: boolean,
  out: SqsOutput,
  nowNs: number,
): void {
  const first = out.deliveries;
  const most = Math.min(max, queue.settings.inFlightMax - queue.inFlight);
  if (queue.settings.fifo) takeGroups(queue, deadLetters, most, visibilityNs, out, nowNs);
  else takeOldest(queue, deadLetters, most, visibilityNs, isShort, out, nowNs);
  // Only now, so that a receive never gets a message twice.
  if (visibilityNs === 0) for (let at = first; at < out.deliveries; at += 1) show(queue, out.row[at]!);
}

/** [SQ2] Messages of a standard queue, the oldest first as far as it is in the hands of the queue. */
function takeOldest(
  queue: SqsQueue,
  deadLetters: SqsQueue | null,
  most: number,
  visibilityNs: number,
  isShort: boolean,
  out: SqsOutput,
  nowNs: number,
): void {
  const { shortPollShare } = queue.settings;
  const asked = isShort && shortPollShare < 1 ? nextUnit(queue.luck, LUCK.sampling) : NONE;
  const end = out.deliveries + most;
  while (out.deliveries < end) {
    const place = nextStandardGroup(queue);
    if (place === NONE) return;
    const row = asked === NONE ? pick(queue, place) : firstAsked(queue, place, asked);
    if (row === NONE) return;
    if (isDead(queue, deadLetters, row)) {
      bury(queue, deadLetters!, row, out, nowNs);
      continue;
    }
    const wasHead = queue.groups.head[place] === row;
    unlink(queue, row);
    deliver(queue, row, nowNs + visibilityNs, out, nowNs);
    if (wasHead) refreshGroup(queue, place);
  }
}

/** [SQ11] The first message, or with the probability `disorderRate` one of those behind it. */
function pick({ rows, groups, settings, luck }: SqsQueue, place: number): number {
  let row = groups.head[place]!;
  if (settings.disorderRate === 0 || nextUnit(luck, LUCK.disorder) >= settings.disorderRate) return row;
  for (let steps = 1 + nextBelow(luck, LUCK.disorder, DISORDER_MAX); steps > 0; steps -= 1) {
    if (rows.next[row] === NONE) break;
    row = rows.next[row]!;
  }
  return row;
}

/** The most places that a message gets ahead. */
const DISORDER_MAX = 10;

/** [SQ5] The first message on one of the servers that a short poll asks; NONE if there is none among the next ones. */
function firstAsked({ rows, groups, settings }: SqsQueue, place: number, asked: number): number {
  let row = groups.head[place]!;
  for (let looked = 0; row !== NONE && looked < SAMPLE_MAX; looked += 1) {
    const distance = serverOf(rows.sequence[row]!) - asked;
    if ((distance < 0 ? distance + 1 : distance) < settings.shortPollShare) return row;
    row = rows.next[row]!;
  }
  return NONE;
}

/** Messages that a short poll looks at, one after another, before it gives up. */
const SAMPLE_MAX = 128;

/** Servers are points of a circle of length 1; a short poll asks those of an arc. */
function serverOf(sequence: number): number {
  return (Math.imul(sequence, 0x9e3779b1) >>> 0) / 2 ** 32;
}

/** [SF2][SF3] Messages of a FIFO queue: as many as possible of one group before another one. */
function takeGroups(
  queue: SqsQueue,
  deadLetters: SqsQueue | null,
  most: number,
  visibilityNs: number,
  out: SqsOutput,
  nowNs: number,
): void {
  const { rows, groups } = queue;
  const end = out.deliveries + most;
  while (out.deliveries < end) {
    const place = nextFifoGroup(queue);
    if (place === NONE) return;
    let row = groups.head[place]!;
    while (row !== NONE && rows.state[row] === ROW.visible && out.deliveries < end) {
      const next = rows.next[row]!;
      if (isDead(queue, deadLetters, row)) bury(queue, deadLetters!, row, out, nowNs);
      else deliver(queue, row, nowNs + visibilityNs, out, nowNs);
      row = next;
    }
    if (groups.stored[place]! > 0) refreshGroup(queue, place);
  }
}

/** [SQ8] Whether it was received as often as is allowed. */
function isDead({ rows, settings }: SqsQueue, deadLetters: SqsQueue | null, row: number): boolean {
  return deadLetters !== null && rows.receives[row]! >= settings.maxReceiveCount;
}

/** [SQ8] To the dead-letter queue: with its age on a standard queue, as a new one on a FIFO queue. */
function bury(queue: SqsQueue, deadLetters: SqsQueue, row: number, out: SqsOutput, nowNs: number): void {
  const { rows, groups, self } = queue;
  const message = rows.message[row]!;
  const group = groups.id[rows.group[row]!]!;
  const sentNs = queue.settings.fifo ? nowNs : rows.sentNs[row]!;
  removeRow(queue, row);
  addRow(deadLetters, { message, group, sentNs, visibleAtNs: nowNs, source: self }, nowNs);
  putDeadLetter(out, message);
}

function deliver(queue: SqsQueue, row: number, untilNs: number, out: SqsOutput, nowNs: number): void {
  const { rows } = queue;
  rows.receives[row]! += 1;
  rows.receipt[row]! += 1;
  rows.receivedNs[row] = nowNs;
  hide(queue, row, untilNs);
  putDelivery(out, row, rows.message[row]!, handleOf(queue, row), rows.receives[row]!);
}

/** [SQ4] A long poll waits until something can be received, or `deadlineNs`. */
function wait(
  waiting: SqsWaiting,
  { receiver, max, attempt }: SqsReceive,
  visibilityNs: number,
  deadlineNs: number,
): void {
  let at = waiting.free;
  if (at === NONE) {
    at = waiting.used++;
    waiting.receiver = growInt32(waiting.receiver, waiting.used);
    waiting.max = growInt32(waiting.max, waiting.used);
    waiting.visibilityNs = growFloat64(waiting.visibilityNs, waiting.used);
    waiting.attempt = growFloat64(waiting.attempt, waiting.used);
    waiting.next = growInt32(waiting.next, waiting.used);
    waiting.previous = growInt32(waiting.previous, waiting.used);
  } else waiting.free = waiting.next[at]!;
  waiting.count += 1;
  waiting.receiver[at] = receiver;
  waiting.max[at] = max;
  waiting.visibilityNs[at] = visibilityNs;
  waiting.attempt[at] = attempt;
  waiting.previous[at] = waiting.tail;
  waiting.next[at] = NONE;
  if (waiting.tail === NONE) waiting.head = at;
  else waiting.next[waiting.tail] = at;
  waiting.tail = at;
  heapSet(waiting.deadlines, at, deadlineNs);
}

function stopWaiting(waiting: SqsWaiting, at: number): void {
  const [before, after] = [waiting.previous[at]!, waiting.next[at]!];
  if (before === NONE) waiting.head = after;
  else waiting.next[before] = after;
  if (after === NONE) waiting.tail = before;
  else waiting.previous[after] = before;
  heapDelete(waiting.deadlines, at);
  waiting.count -= 1;
  waiting.next[at] = waiting.free;
  waiting.free = at;
}

/** Gives what can be received to those who wait, who came first first. To be called at the end of every call. */
export function answerWaiting(queue: SqsQueue, deadLetters: SqsQueue | null, out: SqsOutput, nowNs: number): void {
  const { waiting } = queue;
  while (waiting.count > 0 && queue.visible > 0) {
    const at = waiting.head;
    const first = out.deliveries;
    take(queue, deadLetters, waiting.max[at]!, waiting.visibilityNs[at]!, false, out, nowNs);
    if (out.deliveries === first) return;
    putAnswer(out, waiting.receiver[at]!, first);
    rememberReceive(queue, waiting.receiver[at]!, waiting.attempt[at]!, first, out, nowNs);
    stopWaiting(waiting, at);
  }
}

/** [SQ4] Long polls whose time is over are answered with nothing. */
export function endWaiting({ waiting }: SqsQueue, out: SqsOutput, nowNs: number): void {
  while (heapTopKey(waiting.deadlines) <= nowNs) {
    const at = heapTop(waiting.deadlines);
    putAnswer(out, waiting.receiver[at]!, out.deliveries);
    stopWaiting(waiting, at);
  }
}

/** A receiver does not wait any more, as its connection is closed. Nothing happens if it did not wait. */
export function cancelWaiting({ waiting }: SqsQueue, receiver: number): void {
  for (let at = waiting.head; at !== NONE;) {
    const next = waiting.next[at]!;
    if (waiting.receiver[at] === receiver) stopWaiting(waiting, at);
    at = next;
  }
}
