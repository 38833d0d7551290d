import { expect, test } from 'vitest';
import { NO_FIELDS, tableOf } from '../../../scenario/amqp/headers.ts';
import { addQueue, bind, declareExchange, exchangeIndex, unbind } from '../../../scenario/amqp/routing-table.ts';
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
  const counts = () => routing.bindings.map(({ id, key }) => [key, broker.matched[id]]);
  expect(counts()).toEqual([
    ['a.*', 2],
    ['#', 2],
    ['b', 0],
  ]);

  // A binding keeps its count, whatever becomes of those before it.
  expect(unbind(routing, { ...to, key: 'a.*' })).toBeNull();
  routeOf(broker, envelope);
  expect(counts()).toEqual([
    ['#', 3],
    ['b', 0],
  ]);
});

test('[RX9] an exchange counts what it hands to its alternate', () => {
  const broker = createBroker(FEATURES_4_3, 1);
  const { routing } = broker;
  const plain = { durable: true, autoDelete: false, internal: false };
  const handing = tableOf({ 'alternate-exchange': 'rest' });
  declareExchange(routing, { ...plain, name: 'x', type: 'direct', arguments: handing });
  declareExchange(routing, { ...plain, name: 'rest', type: 'fanout', arguments: NO_FIELDS });
  addQueue(routing, 0, 'q');
  bind(routing, { source: 'x', to: 'queue', destination: 'q', key: 'k', arguments: NO_FIELDS });
  for (const key of ['k', 'other', 'other'])
    routeOf(broker, addEnvelope(broker, { exchange: 'x', key, headers: NO_FIELDS }));
  const handsOn = (name: string) => routing.exchanges[exchangeIndex(routing, name)]!.handsOn;
  expect([broker.matched[handsOn('x')], broker.matched[handsOn('rest')]]).toEqual([2, 0]);
});
