/** [SF9] Receives of a FIFO queue that name their attempts: one whose answer got lost is repeated, and gets the same messages. */
import { removeFrom } from '../../core/columns.ts';
import { putDelivery, type SqsOutput } from './output.ts';
import { NONE, ROW, type SqsQueue } from './queue-state.ts';
import { receiptOf, rowOf, setTimer } from './rows.ts';

/** Attempts are remembered for five minutes. */
const REMEMBERED_NS = 300e9;

/** Remembers what an answer carries: the deliveries from `first` on. */
export function rememberReceive(
  queue: SqsQueue,
  receiver: number,
  id: number,
  first: number,
  out: SqsOutput,
  nowNs: number,
): void {
  if (!queue.settings.fifo || id === NONE) return;
  const handles = Array.from(out.handle.subarray(first, out.deliveries));
  const found = queue.attempts.find((attempt) => attempt.receiver === receiver);
  if (found === undefined) queue.attempts.push({ receiver, id, atNs: nowNs, handles });
  else Object.assign(found, { id, atNs: nowNs, handles });
}

/**
 * Gives the same messages with the same handles again, hidden anew. False where the attempt is another one, too long ago, or
 * something has become of one of its messages since: then it is a receive like any other.
 */
export function repeatReceive(
  queue: SqsQueue,
  { receiver, attempt: id }: { readonly receiver: number; readonly attempt: number },
  visibilityNs: number,
  out: SqsOutput,
  nowNs: number,
): boolean {
  const place = queue.attempts.findIndex((attempt) => attempt.receiver === receiver);
  const found = queue.attempts[place];
  if (found === undefined || found.id !== id) return false;
  const { rows } = queue;
  const isCurrent = (handle: number): boolean => {
    const row = rowOf(queue, handle);
    return row !== NONE && rows.state[row] === ROW.inFlight && rows.receipt[row] === receiptOf(handle);
  };
  if (nowNs >= found.atNs + REMEMBERED_NS || !found.handles.every(isCurrent)) {
    removeFrom(queue.attempts, place);
    return false;
  }
  for (const handle of found.handles) {
    const row = rowOf(queue, handle);
    rows.visibleAtNs[row] = nowNs + visibilityNs;
    setTimer(queue, row);
    putDelivery(out, row, rows.message[row]!, handle, rows.receives[row]!);
  }
  return true;
}
