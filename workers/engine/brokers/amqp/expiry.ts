/**
 * Time to live: of messages, which leave a queue only from its head, and of queues that nobody uses.
 *
 * A classic queue drops what has expired whenever its head changes. A quorum queue does so before it delivers, and by a timer
 * that is due as soon as the head has expired; so what basic.get tells to be left still counts them.
 */
import { REASON } from './codes.ts';
import { dieLater, noteDue } from './later.ts';
import { headOfLevel, takeOfLevel } from './ready.ts';
import { KIND, type Broker } from './state.ts';

/** Takes what has expired from the head of each level, and notes when the next one does. */
export function expireHeads(broker: Broker, index: number, nowNs: number): void {
  const queue = broker.queues[index]!;
  if (queue.kind === KIND.stream) return;
  const { copies } = broker;
  for (const level of queue.levels) {
    for (;;) {
      const head = headOfLevel(level);
      if (head < 0) break;
      const expiresNs = copies.expiresNs[head]!;
      if (expiresNs > nowNs) {
        if (expiresNs < Infinity) noteDue(broker, expiresNs);
        break;
      }
      takeOfLevel(queue, copies, level);
      dieLater(broker, head, REASON.expired);
    }
  }
}
