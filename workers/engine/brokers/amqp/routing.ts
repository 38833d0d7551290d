/** The queues for an envelope, remembered with it as long as nothing is declared, bound or deleted. */
import { exchangeIndex } from '../../../scenario/amqp/routing-table.ts';
import { queuesOf, visits } from '../../../scenario/amqp/route.ts';
import { growFloat64 } from '../../core/columns.ts';
import { nextBelow } from '../../core/random.ts';
import type { Broker, Envelope } from './state.ts';

/** The queues for a message, by ascending index; none where the exchange is not there. Its bindings count it, and who hands it to an alternate. Do not change it. */
export function routeOf(broker: Broker, index: number): readonly number[] {
  const envelope = broker.envelopes[index]!;
  if (envelope.version !== broker.routing.version) routeAnew(broker, envelope);
  const { matched } = envelope;
  for (let i = 0; i < matched.length; i += 1) broker.matched[matched[i]!]! += 1;
  return envelope.route;
}

/** What an exchange leaves to chance is routed anew for each message. */
function routeAnew(broker: Broker, envelope: Envelope): void {
  const { routing } = broker;
  const exchange = exchangeIndex(routing, envelope.exchange);
  let drawn = false;
  const draw = (count: number): number => {
    drawn = true;
    return nextBelow(broker.random, 0, count);
  };
  const seen = exchange < 0 ? [] : visits(routing, exchange, envelope, draw);
  envelope.route = queuesOf(routing, seen);
  envelope.matched = seen.flatMap(({ matched, arrival }) => [
    ...matched.map((place) => routing.bindings[place]!.id),
    ...(arrival.by === 'alternate' ? [routing.exchanges[arrival.of]!.handsOn] : []),
  ]);
  envelope.version = drawn ? -1 : routing.version;
  if (broker.matched.length < routing.nextBinding) broker.matched = growFloat64(broker.matched, routing.nextBinding);
}
