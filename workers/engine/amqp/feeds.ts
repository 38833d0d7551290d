/** What an instance of a consumer reads from queues, see `handlers/feeds.ts` and `handlers/copies.ts`. */
import { FREED, COPY } from '../brokers/amqp/copies.ts';
import { endInstance } from '../scaling/cost.ts';
import type { Run } from '../state.ts';
import { leaveAmqp } from './sessions.ts';
import { recordAt } from './stream-state.ts';
import { subscriptionOf } from './subscription.ts';
import { slotOf } from '../ledger/ledger.ts';

export function pollAmqpFeeds(run: Run, index: number): void {
  const instance = run.instances[index]!;
  if (!instance.leaving) return;
  leaveAmqp(run, index);
  if (instance.unfinished > 0) return;
  endInstance(run, instance);
  instance.leaving = false;
  instance.phase = 'down';
}

/** Every copy of the family: at the broker, on its way, in memory, in the hands of workers. */
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
  deliveries.rows.forEach(({ row, subscription }, index) => {
    if (deliveries.live[index] === true) tell(row, slotOf(run, row, subscription));
  });
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
