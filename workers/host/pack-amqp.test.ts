import { expect, test } from 'vitest';
import { createRun, runUntil } from '../engine/engine.ts';
import {
  EXCHANGE,
  QUEUE,
  QUEUE_CONSUMER,
  RABBITMQ,
  type ExchangeBlock,
  type QueueBlock,
} from '../protocol/frame-amqp.ts';
import type { Scenario } from '../scenario/document.ts';
import { layoutOf } from './layout.ts';
import { packFrame } from './pack.ts';
import { createPacker } from './pack-news.ts';

const position = { x: 0, y: 0 };
const network = { latencyMs: { type: 'constant', mean: 1 } } as const;

/** Ten messages at 0, every second one routed; two instances of which each may hold two. */
const shop: Scenario = {
  format: 'sluice/1',
  title: '',
  notes: '',
  seed: 1,
  nodes: [
    {
      id: 'p',
      kind: 'producer',
      name: 'p',
      position,
      arrivals: { type: 'trace', atMs: Array.from({ length: 10 }, () => 0) },
      key: { type: 'listed', keys: 'known\nlost' },
      sizeBytes: 100,
    },
    { id: 'x', kind: 'exchange', name: 'x', position },
    { id: 'q', kind: 'queue', name: 'q', position },
    { id: 'r', kind: 'rabbitmq', name: 'r', position, memoryHighWatermark: 200 },
    { id: 'c', kind: 'consumer', name: 'c', position, instances: 2, workMs: { type: 'constant', mean: 1000 } },
  ],
  edges: [
    { id: 'p-x', kind: 'amqpPublish', from: 'p', to: 'x', network },
    { id: 'x-q', kind: 'bind', from: 'x', to: 'q', bindingKeys: 'known\nother' },
    { id: 'q-c', kind: 'amqpConsume', from: 'q', to: 'c', prefetch: 2, network },
  ],
  faults: [],
  checks: [],
  journal: [],
  view: {},
};

test('a frame shows what bindings matched, what is in a queue, and who holds what of it', () => {
  const run = createRun(shop);
  runUntil(run, 100e6);
  const layout = layoutOf(run, 1);
  const head = { horizonNs: 0, status: 0, speed: 1, journalApplied: 0 };
  const values = new Float64Array(packFrame(run, createPacker(), layout, head));
  const exchange = layout.nodes['x'] as ExchangeBlock;
  const queue = layout.nodes['q'] as QueueBlock;

  expect([values[exchange.at + EXCHANGE.published], values[exchange.at + EXCHANGE.unroutable]]).toEqual([10, 5]);
  expect(exchange.bindings).toEqual(['x-q']);
  expect(values[exchange.bindingsAt]).toBe(5);

  const figure = (name: keyof typeof QUEUE) => values[queue.at + QUEUE[name]];
  expect([figure('ready'), figure('unacknowledged'), figure('enqueued'), figure('exists')]).toEqual([1, 4, 5, 1]);
  expect(figure('readyBytes')).toBe(100);
  expect(queue.consumers).toEqual([
    { node: 'c', instance: 0 },
    { node: 'c', instance: 1 },
  ]);
  const holder = (place: number) =>
    Array.from(values.subarray(queue.consumersAt + place * QUEUE_CONSUMER.size).slice(0, QUEUE_CONSUMER.size));
  expect([holder(0), holder(1)]).toEqual([
    [2, 2, 1, 0, 0],
    [2, 2, 1, 0, 0],
  ]);

  const { at } = layout.nodes['r']!;
  expect([values[at + RABBITMQ.queues], values[at + RABBITMQ.bytes], values[at + RABBITMQ.alarm]]).toEqual([1, 500, 1]);
});

test('a frame shows what a stream keeps, and how far its readers are', () => {
  const nodes = shop.nodes.map((node) => (node.kind === 'queue' ? { ...node, type: 'stream' as const } : node));
  const run = createRun({ ...shop, nodes });
  runUntil(run, 1100e6);
  const layout = layoutOf(run, 1);
  const head = { horizonNs: 0, status: 0, speed: 1, journalApplied: 0 };
  const values = new Float64Array(packFrame(run, createPacker(), layout, head));
  const stream = layout.nodes['q'] as QueueBlock;
  expect([values[stream.at + QUEUE.ready], values[stream.at + QUEUE.nextOffset]]).toEqual([5, 5]);
  // Each has done one message, holds two, and two are to come.
  for (const reader of [0, 1]) {
    const at = stream.consumersAt + reader * QUEUE_CONSUMER.size;
    expect([values[at + QUEUE_CONSUMER.position], values[at + QUEUE_CONSUMER.lag]]).toEqual([3, 4]);
  }
});
