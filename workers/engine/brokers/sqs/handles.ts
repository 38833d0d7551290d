/** What is done with a receipt handle: DeleteMessage and ChangeMessageVisibility. */
import { nextUnit } from '../../core/random.ts';
import { refreshGroup, unlink } from './groups.ts';
import { LUCK, NONE, ROW, type SqsQueue } from './queue-state.ts';
import { hide, receiptOf, removeRow, rowOf, setTimer, show } from './rows.ts';

/** What a delete is told is success for the first three. */
export const DELETED = {
  deleted: 0,
  /** The message is not in the queue any more. */
  absent: 1,
  /** A copy was missed: the message comes back when its visibility timeout ends. */
  missed: 2,
  /** FIFO: the receipt handle has expired. */
  expired: 3,
} as const;
export type Deleted = (typeof DELETED)[keyof typeof DELETED];

/**
 * [SQ6] Deletes a message by the handle of any of its receives, also when its visibility timeout is over. [SF6] On a FIFO
 * queue only by that of the last receive, and only in time.
 */
export function deleteMessage(queue: SqsQueue, handle: number): Deleted {
  const { rows, settings, luck } = queue;
  const row = rowOf(queue, handle);
  if (row === NONE) return DELETED.absent;
  if (settings.fifo && !isCurrent(queue, row, handle)) return DELETED.expired;
  // [SQ10] One of the servers that hold a copy did not hear of it.
  const { duplicateRate } = settings;
  if (duplicateRate > 0 && !settings.fifo && rows.state[row] === ROW.inFlight) {
    if (nextUnit(luck, LUCK.duplicates) < duplicateRate) return DELETED.missed;
  }
  removeRow(queue, row);
  return DELETED.deleted;
}

/** Whether the message is in flight by the receive that gave the handle. */
function isCurrent({ rows }: SqsQueue, row: number, handle: number): boolean {
  return rows.state[row] === ROW.inFlight && rows.receipt[row] === receiptOf(handle);
}

export const CHANGED = {
  changed: 0,
  /** The message is not in the queue any more. */
  absent: 1,
  /** Twelve hours from the receive are the most. */
  tooLong: 2,
  /** FIFO: the receipt handle has expired. */
  expired: 3,
} as const;
export type Changed = (typeof CHANGED)[keyof typeof CHANGED];

const HIDDEN_MAX_NS = 43_200e9;

/**
 * [SQ7] The message stays hidden for so long from now on; 0 shows it at once. On a standard queue it is hidden again if its
 * timeout was over.
 */
export function changeVisibility(queue: SqsQueue, handle: number, visibilityNs: number, nowNs: number): Changed {
  const { rows, groups, settings } = queue;
  const row = rowOf(queue, handle);
  if (row === NONE) return CHANGED.absent;
  if (settings.fifo && !isCurrent(queue, row, handle)) return CHANGED.expired;
  if (nowNs + visibilityNs > rows.receivedNs[row]! + HIDDEN_MAX_NS) return CHANGED.tooLong;
  const isHidden = rows.state[row] === ROW.inFlight;
  if (visibilityNs === 0) {
    if (isHidden) show(queue, row);
  } else if (isHidden) {
    rows.visibleAtNs[row] = nowNs + visibilityNs;
    setTimer(queue, row);
  } else {
    const place = rows.group[row]!;
    const wasHead = groups.head[place] === row;
    unlink(queue, row);
    hide(queue, row, nowNs + visibilityNs);
    if (wasHead) refreshGroup(queue, place);
  }
  return CHANGED.changed;
}
