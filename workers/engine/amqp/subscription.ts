import { assert } from '../core/assert.ts';
import type { Run } from '../state.ts';

/** The subscription of the broker's queue of that number. */
export function subscriptionOf({ amqp }: Run, core: number): number {
  const place = amqp.queueOf[core];
  assert(place !== undefined, 'a queue of the broker that nobody drew');
  return amqp.queues[place]!.subscription;
}
