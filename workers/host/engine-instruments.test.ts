import { expect, test } from 'vitest';
import type { FramePort, StreamMessage } from '../protocol/commands.ts';
import { ANOMALY, FLIGHT, HEADER, PARTITION, PRODUCER, STATUS, SUBSCRIPTION, type Layout } from '../protocol/frame.ts';
import type { Scenario } from '../scenario/document.ts';
import { engineInstruments } from './engine-instruments.ts';
import { SimulationHost } from './host.ts';
import { createTurns } from './turns.ts';

const position = { x: 0, y: 0 };
const shop: Scenario = {
  format: 'sluice/1',
  title: 'Shop',
  notes: '',
  seed: 5,
  nodes: [
    { id: 'p', kind: 'producer', name: 'Shop', position, arrivals: { type: 'poisson', ratePerSecond: 200 } },
    { id: 't', kind: 'topic', name: 'orders', position, partitions: 3 },
    { id: 'c', kind: 'consumer', name: 'Billing', position, instances: 2, workMs: { type: 'constant', mean: 1 } },
  ],
  edges: [
    { id: 'pt', kind: 'publish', from: 'p', to: 't' },
    { id: 'tc', kind: 'subscribe', from: 't', to: 'c', autoOffsetReset: 'earliest', initialRebalanceDelayMs: 0 },
  ],
  faults: [{ id: 'f', atMs: 700, do: 'crash', target: 'c', instance: 0, forMs: 300 }],
  checks: [],
  journal: [],
  view: {},
};

/** The worker's host on the real engine, with a clock on which nothing but reading it takes time; and the page's end. */
async function open() {
  let wallMs = 0;
  let waitMs = 0;
  const turns = createTurns();
  const host = new SimulationHost(engineInstruments(), {
    clock: () => (wallMs += 0.01),
    later(ms, turn) {
      waitMs = ms;
      turns(0, () => {
        wallMs += waitMs;
        turn();
      });
    },
  });
  const messages: StreamMessage[] = [];
  const asked: (() => void)[] = [];
  const port: FramePort = {
    postMessage: (message) => void messages.push(message),
    addEventListener: (_type, listener) => void asked.push(() => listener({ data: { type: 'next' } })),
    start: () => {},
    close: () => {},
  };
  await host.connect(port);
  function frame(): { values: Float64Array; layout: Layout } {
    asked[0]!();
    const layout = messages.findLast((message) => message.type === 'layout')!.layout;
    return { values: new Float64Array(messages.findLast((message) => message.type === 'frame')!.buffer), layout };
  }
  return { host, frame };
}

test('frames tell what the report tells, at every instant sought', async () => {
  const { host, frame } = await open();
  await host.load(shop, 0);
  for (const ms of [500, 2000, 900]) {
    await host.seek(ms);
    const { values, layout } = frame();
    const report = await host.report();
    expect(values[HEADER.timeNs]).toBe(ms * 1e6);
    expect(values[HEADER.layout]).toBe(layout.version);
    expect(values[HEADER.messages]).toBe(report.messages);
    expect(values[layout.nodes['p']!.at + PRODUCER.attempted]).toBe(report.sources[0]!.attempted);
    const { at } = layout.subscriptions[0]!;
    expect(values[at + SUBSCRIPTION.applied]).toBe(report.subscriptions[0]!.applied);
    expect(values[at + SUBSCRIPTION.lag]).toBe(report.subscriptions[0]!.lag);
    const topic = layout.nodes['t']!;
    let end = 0;
    if (topic.kind === 'topic')
      for (let i = 0; i < topic.partitions; i++)
        end += values[topic.partitionsAt + i * PARTITION.size + PARTITION.end]!;
    expect(end).toBe(report.sources[0]!.appended);
  }
});

test('a playing run sends what moves, and a layout whenever the members of a group change', async () => {
  const { host, frame } = await open();
  await host.load(shop, 600);
  const before = frame().layout;
  await host.setSpeed(2);
  await host.play();
  while ((await host.report()).untilMs < 1400) await new Promise((resolve) => setImmediate(resolve));
  const { values, layout } = frame();
  await host.pause();
  expect(values[HEADER.status]).toBe(STATUS.playing);
  expect(values[HEADER.speed]).toBeGreaterThan(1);
  expect(values[HEADER.flights]).toBeGreaterThan(10);
  const first = values[HEADER.flightsAt]!;
  expect(layout.edgeIds[values[first + FLIGHT.edge]!]).toMatch(/^(pt|tc)$/);
  expect(values.length).toBeGreaterThanOrEqual(values[HEADER.anomaliesAt]! + values[HEADER.anomalies]! * ANOMALY.size);
  expect(before.groups[0]!.members.length).toBe(2);
});

test('series have every figure they promise, and marks of the fault and its rebalance', async () => {
  const { host } = await open();
  await host.load(shop, 60_000);
  const { columns, samples, intervalMs, marks } = await host.series();
  expect([samples, intervalMs]).toEqual([301, 200]);
  const publish = ['attempted', 'acknowledged', 'refused', 'unknown', 'retries'];
  const client = ['queued', 'blocked', 'bufferedBytes', 'requestsInFlight'];
  const counts = ['applied', 'delivered', 'duplicateEffects', 'lost', 'outOfOrderPerKey', 'outOfOrderGlobal'];
  const names = [
    ...[...publish, ...client].map((figure) => `publish:pt:${figure}`),
    ...[...counts, 'dropped', 'deadLettered', 'expired', 'lag', 'inFlight', 'p50Ms', 'p95Ms', 'p99Ms', 'p999Ms'].map(
      (figure) => `subscription:t:c:${figure}`,
    ),
    'consumer:c:busy',
  ];
  expect(Object.keys(columns).toSorted()).toEqual(names.toSorted());
  const report = await host.report();
  expect(columns['publish:pt:attempted']!.at(-1)).toBe(report.sources[0]!.attempted);
  expect(columns['subscription:t:c:p50Ms']!.at(-1)).toBeGreaterThan(1);
  expect(marks.map(({ kind }) => kind)).toContain('rebalance');
  expect(marks).toContainEqual({ atMs: 700, kind: 'fault', label: 'Crash Billing instance 1' });
});

test('watching, framing and asking change nothing', async () => {
  const checks = [{ id: 'k', claim: 'lagBelow', of: 'c', messages: 3 } as const];
  const watched = await open();
  await watched.host.load({ ...shop, checks }, 0);
  for (let ms = 37; ms <= 3000; ms += 37) {
    await watched.host.seek(ms);
    watched.frame();
    await watched.host.report();
    await watched.host.series();
    await watched.host.message(1);
  }
  await watched.host.seek(3000);
  const plain = await open();
  await plain.host.load({ ...shop, checks }, 3000);
  expect(await watched.host.report()).toEqual(await plain.host.report());
});
