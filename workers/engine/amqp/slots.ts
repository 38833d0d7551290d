/** Whom copies in a queue are owed to. */
import { assert } from '../core/assert.ts';
import { M, O, OBLIGATION } from '../ledger/layout.ts';
import type { Run } from '../state.ts';

/** The slot of a message's obligation to a subscription, which it has. */
export function slotOf({ messages }: Run, row: number, subscription: number): number {
  const first = messages.int[row + M.owedAt]!;
  const { rows } = messages.obligations;
  let slot = 0;
  while (rows[first + slot * OBLIGATION + O.subscription] !== subscription) slot += 1;
  return slot;
}

/** The subscription of the broker's queue of that number. */
export function subscriptionOf({ amqp }: Run, core: number): number {
  const place = amqp.queueOf[core];
  assert(place !== undefined, 'a queue of the broker that nobody drew');
  return amqp.queues[place]!.subscription;
}
