/**
 * The calls of a queue, each with the time that has passed before and the answers that follow. One call is one request of a client:
 *
 *     beginCall(queue, …, nowNs)      delays, timeouts and retention until now
 *     sendMessage | receiveMessage | deleteMessage | changeVisibility     once, or for each entry of a batch
 *     endCall(queue, …, nowNs)        long polls get what can be received now
 *
 * Dead letters change another queue: whoever runs both lets it answer its own long polls (`endCall`).
 */
import { putGone, type SqsOutput } from './output.ts';
import { ROW, type SqsQueue, type SqsSettings } from './queue-state.ts';
import { answerWaiting, endWaiting } from './receive.ts';
import { removeRow, setTimer } from './rows.ts';
import { clearIds } from './send.ts';
import { expireAndShow, nextDueNs } from './time.ts';

/** Lets time pass until `nowNs`, from one instant at which something is due to the next. */
export function beginCall(queue: SqsQueue, deadLetters: SqsQueue | null, out: SqsOutput, nowNs: number): void {
  for (let dueNs = nextDueNs(queue); dueNs <= nowNs; dueNs = nextDueNs(queue)) {
    expireAndShow(queue, out, dueNs);
    endCall(queue, deadLetters, out, dueNs);
    endWaiting(queue, out, dueNs);
  }
}

/** Answers the long polls that can be answered now. */
export function endCall(queue: SqsQueue, deadLetters: SqsQueue | null, out: SqsOutput, nowNs: number): void {
  if (queue.waiting.count > 0 && queue.visible > 0) answerWaiting(queue, deadLetters, out, nowNs);
}

const PURGE_EVERY_NS = 60e9;

/** [SQ15] PurgeQueue. False, and nothing is done, within 60 s of the last one (PurgeQueueInProgress). */
export function purgeQueue(queue: SqsQueue, out: SqsOutput, nowNs: number): boolean {
  if (nowNs < queue.purgedNs + PURGE_EVERY_NS) return false;
  queue.purgedNs = nowNs;
  const { rows } = queue;
  for (let row = 0; row < rows.used; row += 1) {
    if (rows.state[row] === ROW.free) continue;
    putGone(out, rows.message[row]!);
    removeRow(queue, row);
  }
  clearIds(queue.dedup);
  return true;
}

/**
 * SetQueueAttributes. Retention concerns what is in the queue, too; visibility timeouts that run go on; a delay concerns what is
 * delayed on a FIFO queue alone [SF4].
 */
export function setAttributes(queue: SqsQueue, settings: SqsSettings): void {
  const { rows } = queue;
  const changesDelays = settings.fifo && settings.delayNs !== queue.settings.delayNs;
  const changesRetention = settings.retentionNs !== queue.settings.retentionNs;
  if (settings.partitions !== queue.settings.partitions) queue.admitted.fill(0);
  queue.settings = { ...settings };
  if (!changesDelays && !changesRetention) return;
  for (let row = 0; row < rows.used; row += 1) {
    if (changesDelays && rows.state[row] === ROW.delayed) {
      rows.visibleAtNs[row] = rows.sentNs[row]! + settings.delayNs;
      setTimer(queue, row);
    } else if (rows.state[row] !== ROW.free && rows.outOfAge[row] === 1) setTimer(queue, row);
  }
}
