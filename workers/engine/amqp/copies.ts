/** Live copies of messages at RabbitMQ's broker, in its streams, and on their way from it. */
import { COPY, FREED } from '../brokers/amqp/copies.ts';
import { slotOf } from '../ledger/ledger.ts';
import type { Run } from '../state.ts';
import { recordAt } from './stream-state.ts';
import { subscriptionOf } from './subscription.ts';

/** See `eachCopy`. */
export function eachAmqpCopy(run: Run, tell: (row: number, slot: number) => void): void {
  const { broker, deliveries } = run.amqp;
  const { copies } = broker;
  for (let copy = 0; copy < copies.used; copy += 1) {
    const core = copies.queue[copy]!;
    if (core === FREED || (copies.flags[copy]! & (COPY.automatic | COPY.ofStream)) !== 0) continue;
    const row = copies.message[copy]!;
    tell(row, slotOf(run, row, subscriptionOf(run, core)));
  }
  eachOffer(run, tell);
  for (const delivery of deliveries.rows) {
    if (delivery !== null) tell(delivery.row, slotOf(run, delivery.row, delivery.subscription));
  }
}

/** What streams still offer to those who read them. */
function eachOffer(run: Run, tell: (row: number, slot: number) => void): void {
  const { feeds, queues } = run.amqp;
  for (const { stream } of queues) {
    for (const feed of stream?.feeds ?? []) {
      const { floor, subscription } = feeds[feed]!;
      for (let offset = Math.max(floor, stream!.start); offset < stream!.end; offset += 1) {
        const row = recordAt(stream!, offset);
        tell(row, slotOf(run, row, subscription));
      }
    }
  }
}
