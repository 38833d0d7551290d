/** A queue goes on: what is ready is delivered while there is somebody to take it. */
import { expireHeads } from './expiry.ts';
import { deliver } from './holding.ts';
import { takeHead } from './ready.ts';
import { nextConsumer } from './rotation.ts';
import { KIND, type Broker } from './state.ts';
import { feedStream } from './stream.ts';

/** Delivers what is ready while there is somebody to take it. */
export function dispatch(broker: Broker, index: number, nowNs: number): void {
  const queue = broker.queues[index]!;
  if (queue.kind === KIND.stream) {
    feedStream(broker, index, nowNs);
    return;
  }
  while (queue.ready > 0) {
    if (queue.expiring) expireHeads(broker, index, nowNs);
    if (queue.ready === 0) return;
    const consumer = nextConsumer(broker, queue);
    if (consumer < 0) return;
    deliver(broker, queue, takeHead(queue, broker.copies), consumer, nowNs);
  }
}
