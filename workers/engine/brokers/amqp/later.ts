/** What a broker remembers to see to later. */
import type { Broker, Queue } from './state.ts';

/** A copy that is in no list has died; `bury` sees to it when the operation is over. */
export function dieLater(broker: Broker, copy: number, reason: number): void {
  broker.dying.push(copy);
  broker.dyingReasons.push(reason);
}

/** How long until a dead letter is tried again (dead_letter_worker_publisher_confirm_timeout, rabbit_fifo_dlx_worker.erl). */
const RETRY_NS = 180e9;

/** [RD7] A dead letter that no queue took stays with the queue in which it died. */
export function keepDead(broker: Broker, copy: number, reason: number, nowNs: number): void {
  const queue = broker.queues[broker.copies.queue[copy]!]!;
  queue.kept.push(copy);
  queue.keptReasons.push(reason);
  queue.keptBytes += broker.copies.bytes[copy]!;
  if (queue.retryNs === Infinity) queue.retryNs = nowNs + RETRY_NS;
  noteDue(broker, queue.retryNs);
}

/** Takes the dead letters that a queue has kept. */
export function takeKept(queue: Queue): { readonly copies: readonly number[]; readonly reasons: readonly number[] } {
  const { kept, keptReasons } = queue;
  queue.kept = [];
  queue.keptReasons = [];
  queue.keptBytes = 0;
  queue.retryNs = Infinity;
  return { copies: kept, reasons: keptReasons };
}

/** They are tried again, when `bury` is called. */
export function retryKept(broker: Broker, queue: Queue): void {
  if (queue.kept.length === 0) return;
  const { copies, reasons } = takeKept(queue);
  copies.forEach((copy, place) => dieLater(broker, copy, reasons[place]!));
}

/** Something may happen by itself at that instant. */
export function noteDue(broker: Broker, atNs: number): void {
  if (atNs < broker.dueNs) broker.dueNs = atNs;
}
