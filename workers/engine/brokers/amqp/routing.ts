/** The queues for an envelope, remembered with it as long as nothing is declared, bound or deleted. */
import { exchangeIndex } from '../../../scenario/amqp/routing-table.ts';
import { route } from '../../../scenario/amqp/route.ts';
import { nextBelow } from '../../core/random.ts';
import type { Broker, Envelope } from './state.ts';

/** By ascending index; none where the exchange is not there. Do not change it. */
export function routeOf(broker: Broker, index: number): readonly number[] {
  const envelope = broker.envelopes[index]!;
  if (envelope.version === broker.routing.version) return envelope.route;
  return routeAnew(broker, envelope);
}

/** What an exchange leaves to chance is routed anew for each message. */
function routeAnew(broker: Broker, envelope: Envelope): readonly number[] {
  const exchange = exchangeIndex(broker.routing, envelope.exchange);
  let drawn = false;
  const draw = (count: number): number => {
    drawn = true;
    return nextBelow(broker.random, 0, count);
  };
  envelope.route = exchange < 0 ? [] : route(broker.routing, exchange, envelope, draw);
  envelope.version = drawn ? -1 : broker.routing.version;
  return envelope.route;
}
