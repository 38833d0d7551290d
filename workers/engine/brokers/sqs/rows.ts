/** Rows of messages: how they come into a queue, change their state, and leave it. */
import { fail } from '../../core/assert.ts';
import { groupPlace, leaveGroup, linkLast, linkReturned, refreshGroup, unlink } from './groups.ts';
import { heapDelete, heapSet } from '../../core/indexed-heap.ts';
import { growRows, NONE, ROW, type SqsQueue } from './queue-state.ts';

/** A receipt handle is the row and the number of the receive: `row + ROW_SPAN * receipt`, exact in a float64. */
const ROW_SPAN = 2 ** 24;
/** A row that gave out so many handles is not used again, so that no handle ever means two messages. */
const RECEIPTS_MAX = 2 ** 29 - 1;

export function handleOf({ rows }: SqsQueue, row: number): number {
  return row + ROW_SPAN * rows.receipt[row]!;
}

/** The row of a handle; NONE if its message is not in the queue any more. */
export function rowOf({ rows }: SqsQueue, handle: number): number {
  const receipt = receiptOf(handle);
  const row = handle - ROW_SPAN * receipt;
  if (!(row >= 0 && row < rows.used) || rows.state[row] === ROW.free) return NONE;
  return receipt > rows.firstReceipt[row]! && receipt <= rows.receipt[row]! ? row : NONE;
}

/** Which receive of its row gave the handle. */
export function receiptOf(handle: number): number {
  return Math.floor(handle / ROW_SPAN);
}

export interface Arrival {
  readonly message: number;
  /** NONE without one. */
  readonly group: number;
  readonly sentNs: number;
  /** Not before it is this instant it can be received. */
  readonly visibleAtNs: number;
  /** The queue whose dead letter it is; NONE for a message that was sent. */
  readonly source: number;
}

/** A message comes into the queue. */
export function addRow(queue: SqsQueue, arrival: Arrival, nowNs: number): void {
  const { rows, groups, settings } = queue;
  const row = freeRow(queue);
  const place = groupPlace(queue, arrival.group);
  groups.stored[place]! += 1;
  rows.message[row] = arrival.message;
  rows.group[row] = place;
  rows.sequence[row] = queue.nextSequence++;
  rows.sentNs[row] = arrival.sentNs;
  rows.receivedNs[row] = nowNs;
  rows.visibleAtNs[row] = arrival.visibleAtNs;
  rows.receives[row] = 0;
  rows.firstReceipt[row] = rows.receipt[row]!;
  rows.source[row] = arrival.source;
  linkAge(queue, row);
  const isDelayed = arrival.visibleAtNs > nowNs;
  rows.state[row] = isDelayed ? ROW.delayed : ROW.visible;
  if (isDelayed) queue.delayed += 1;
  else queue.visible += 1;
  if (settings.fifo || !isDelayed) linkLast(queue, row);
  if (groups.head[place] === row) refreshGroup(queue, place);
  if (isDelayed || rows.outOfAge[row] === 1) setTimer(queue, row);
}

function freeRow({ rows }: SqsQueue): number {
  const row = rows.free;
  if (row !== NONE) {
    rows.free = rows.next[row]!;
    return row;
  }
  if (rows.used === ROW_SPAN) fail(`A queue holds at most ${ROW_SPAN} messages`);
  if (rows.used === rows.state.length) growRows(rows, rows.used + 1);
  return rows.used++;
}

/**
 * The list of ages is in the order of `sentNs`. A dead letter keeps its own and may be older than the last one: it stays out
 * of the list, and its timer knows when its retention ends.
 */
function linkAge(queue: SqsQueue, row: number): void {
  const { rows, newest } = queue;
  rows.outOfAge[row] = newest !== NONE && rows.sentNs[row]! < rows.sentNs[newest]! ? 1 : 0;
  if (rows.outOfAge[row] === 1) return;
  rows.older[row] = newest;
  rows.newer[row] = NONE;
  if (newest === NONE) queue.oldest = row;
  else rows.newer[newest] = row;
  queue.newest = row;
  if (queue.settings.fifo && stored(queue) === queue.settings.lookahead - 1) queue.horizon = row;
}

function unlinkAge(queue: SqsQueue, row: number): void {
  const { rows, horizon } = queue;
  if (rows.outOfAge[row] === 1) return;
  const [older, newer] = [rows.older[row]!, rows.newer[row]!];
  if (horizon !== NONE && rows.sequence[row]! <= rows.sequence[horizon]!) queue.horizon = rows.newer[horizon]!;
  if (older === NONE) queue.oldest = newer;
  else rows.newer[older] = newer;
  if (newer === NONE) queue.newest = older;
  else rows.older[newer] = older;
}

/** Messages in the queue. */
export function stored({ visible, inFlight, delayed }: SqsQueue): number {
  return visible + inFlight + delayed;
}

/** When its retention ends. */
export function expiryOf({ rows, settings }: SqsQueue, row: number): number {
  return rows.sentNs[row]! + settings.retentionNs;
}

/** The row is looked at when its delay or its visibility timeout ends. */
export function setTimer(queue: SqsQueue, row: number): void {
  const { rows, timers } = queue;
  const waits = rows.state[row] !== ROW.visible;
  if (rows.outOfAge[row] === 0) heapSet(timers, row, rows.visibleAtNs[row]!);
  else heapSet(timers, row, waits ? Math.min(rows.visibleAtNs[row]!, expiryOf(queue, row)) : expiryOf(queue, row));
}

/** Hides a visible message that has been taken out of the list of a standard group. */
export function hide(queue: SqsQueue, row: number, untilNs: number): void {
  const { rows, groups } = queue;
  rows.state[row] = ROW.inFlight;
  rows.visibleAtNs[row] = untilNs;
  queue.visible -= 1;
  queue.inFlight += 1;
  groups.inFlight[rows.group[row]!]! += 1;
  setTimer(queue, row);
}

/** A delay or a visibility timeout is over. */
export function show(queue: SqsQueue, row: number): void {
  const { rows, groups, settings } = queue;
  const place = rows.group[row]!;
  const wasDelayed = rows.state[row] === ROW.delayed;
  rows.state[row] = ROW.visible;
  queue.visible += 1;
  if (wasDelayed) queue.delayed -= 1;
  else {
    queue.inFlight -= 1;
    groups.inFlight[place]! -= 1;
  }
  if (!settings.fifo) {
    if (wasDelayed) linkLast(queue, row);
    else linkReturned(queue, row);
  }
  if (rows.outOfAge[row] === 1) setTimer(queue, row);
  else heapDelete(queue.timers, row);
  if (groups.head[place] === row) refreshGroup(queue, place);
}

/** The message leaves the queue. */
export function removeRow(queue: SqsQueue, row: number): void {
  const { rows, groups, settings } = queue;
  const place = rows.group[row]!;
  const state = rows.state[row]!;
  const wasHead = groups.head[place] === row;
  if (settings.fifo || state === ROW.visible) unlink(queue, row);
  unlinkAge(queue, row);
  if (state !== ROW.visible || rows.outOfAge[row] === 1) heapDelete(queue.timers, row);
  if (state === ROW.visible) queue.visible -= 1;
  else if (state === ROW.delayed) queue.delayed -= 1;
  else {
    queue.inFlight -= 1;
    groups.inFlight[place]! -= 1;
  }
  rows.state[row] = ROW.free;
  if (wasHead && groups.head[place] !== row) refreshGroup(queue, place);
  leaveGroup(queue, place);
  if (rows.receipt[row]! >= RECEIPTS_MAX) return;
  rows.next[row] = rows.free;
  rows.free = row;
}
