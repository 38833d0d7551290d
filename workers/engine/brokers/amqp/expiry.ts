/**
 * Time to live: of messages, which leave a queue only from its head, and of queues that nobody uses.
 *
 * A classic queue drops what has expired whenever its head changes. A quorum queue does so before it delivers, and by a timer
 * that is due as soon as the head has expired; so what basic.get tells to be left still counts them.
 */
import { REASON } from './codes.ts';
import { dieLater, noteDue } from './later.ts';
import { headOf, takeHead } from './ready.ts';
import { KIND, type Broker } from './state.ts';

/** Takes what has expired from the head, and notes when the next one does. */
export function expireHeads(broker: Broker, index: number, nowNs: number): void {
  const queue = broker.queues[index]!;
  if (queue.kind === KIND.stream) return;
  const { expiresNs } = broker.copies;
  for (let head = headOf(queue, broker.copies); head >= 0; head = headOf(queue, broker.copies)) {
    const atNs = expiresNs[head]!;
    if (atNs > nowNs) {
      if (atNs < Infinity) noteDue(broker, atNs);
      return;
    }
    dieLater(broker, takeHead(queue, broker.copies), REASON.expired);
  }
}
