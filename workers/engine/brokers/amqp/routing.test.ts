import { expect, test } from 'vitest';
import { NO_FIELDS } from '../../../scenario/amqp/headers.ts';
import { addQueue, bind, declareExchange, unbind } from '../../../scenario/amqp/routing-table.ts';
import { addEnvelope } from './envelopes.ts';
import { routeOf } from './routing.ts';
import { createBroker, FEATURES_4_3 } from './state.ts';

test('[RX6] each binding that matches counts the message, and a queue has it once', () => {
  const broker = createBroker(FEATURES_4_3, 1);
  const { routing } = broker;
  const plain = { durable: true, autoDelete: false, internal: false, arguments: NO_FIELDS };
  declareExchange(routing, { ...plain, name: 'x', type: 'topic' });
  addQueue(routing, 0, 'q');
  const to = { source: 'x', to: 'queue', destination: 'q', arguments: NO_FIELDS } as const;
  for (const key of ['a.*', '#', 'b']) expect(bind(routing, { ...to, key })).toBeNull();
  const envelope = addEnvelope(broker, { exchange: 'x', key: 'a.b', headers: NO_FIELDS });
  expect([routeOf(broker, envelope), routeOf(broker, envelope)]).toEqual([[0], [0]]);
  expect(Array.from(broker.matched.slice(0, 3))).toEqual([2, 2, 0]);

  // A binding keeps its count, whatever becomes of those before it.
  expect(unbind(routing, { ...to, key: 'a.*' })).toBeNull();
  routeOf(broker, envelope);
  expect(routing.bindings.map(({ id, key }) => [key, broker.matched[id]])).toEqual([
    ['#', 3],
    ['b', 0],
  ]);
});
