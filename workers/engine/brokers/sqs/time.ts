/** What time alone changes in a queue: delays, visibility timeouts, retention, long polls, and the moving of dead letters. */
import { nextFifoGroup, nextStandardGroup } from './groups.ts';
import { heapTop, heapTopKey } from '../../core/indexed-heap.ts';
import { putGone, putMoved, type SqsOutput } from './output.ts';
import { NONE, type SqsQueue } from './queue-state.ts';
import { expiryOf, removeRow, show } from './rows.ts';

/** When `advance` has something to do next; Infinity for never. */
export function nextDueNs(queue: SqsQueue): number {
  const { rows, oldest, settings, waiting } = queue;
  const expiryNs = oldest === NONE ? Infinity : rows.sentNs[oldest]! + settings.retentionNs;
  return Math.min(expiryNs, heapTopKey(queue.timers), heapTopKey(waiting.deadlines), nextMoveNs(queue));
}

/** Ends what is over at `nowNs`: retention, delays, visibility timeouts; and moves what is due. Long polls are not looked at. */
export function expireAndShow(queue: SqsQueue, out: SqsOutput, nowNs: number): void {
  const { rows, timers } = queue;
  for (let row = queue.oldest; row !== NONE && expiryOf(queue, row) <= nowNs; row = queue.oldest)
    expire(queue, row, out);
  while (heapTopKey(timers) <= nowNs) {
    const row = heapTop(timers);
    if (rows.outOfAge[row] === 1 && expiryOf(queue, row) <= nowNs) expire(queue, row, out);
    else show(queue, row);
  }
  while (nextMoveNs(queue) <= nowNs) moveOne(queue, out);
}

/** [SQ13] Retention counts from the first send, and does not spare what is in flight. */
function expire(queue: SqsQueue, row: number, out: SqsOutput): void {
  putGone(out, queue.rows.message[row]!);
  removeRow(queue, row);
}

/** [SQ14] Begins to move dead letters back; false while it is being done. */
export function startMove({ move }: SqsQueue, perSecond: number, nowNs: number): boolean {
  if (move.running) return false;
  move.running = true;
  move.perSecond = perSecond;
  move.startedNs = nowNs;
  move.moved = 0;
  return true;
}

export function cancelMove({ move }: SqsQueue): void {
  move.running = false;
}

function nextMoveNs({ move }: SqsQueue): number {
  return move.running ? move.startedNs + Math.ceil((move.moved * 1e9) / move.perSecond) : Infinity;
}

/** Takes one message out, to be sent to where it came from. The task is done when nothing is visible. */
function moveOne(queue: SqsQueue, out: SqsOutput): void {
  const { rows, groups, move, settings } = queue;
  const place = settings.fifo ? nextFifoGroup(queue) : nextStandardGroup(queue);
  if (place === NONE) {
    move.running = false;
    return;
  }
  const row = groups.head[place]!;
  putMoved(out, rows.message[row]!, rows.source[row]!, groups.id[place]!);
  removeRow(queue, row);
  move.moved += 1;
}
