import { expect, test } from 'vitest';
import { createRun, runUntil } from '../engine/engine.ts';
import { at, constant, latency, scenario } from '../engine/testing/scenario-builder.ts';
import { STORE } from '../protocol/frame-store.ts';
import { PUBLISH, SUBSCRIBE } from '../protocol/frame.ts';
import { layoutOf } from './layout.ts';
import { packFrame } from './pack.ts';
import { createPacker } from './pack-news.ts';

test('a frame tells of the rows of a table, of what is in hand, and of both of its edges', () => {
  const run = createRun(
    scenario()
      .producer('p', { arrivals: at(10, 10, 10) })
      .store('t', { connections: 7 })
      .consumer('c', { workMs: constant(500) })
      .insert('p', 't', { network: latency(1) })
      .poll('t', 'c', { intervalMs: constant(100), batchSize: 2, network: latency(1) })
      .build(),
  );
  runUntil(run, 300e6);
  const layout = layoutOf(run, 1);
  const head = { horizonNs: 0, status: 0, speed: 1, journalApplied: 0 };
  const values = new Float64Array(packFrame(run, createPacker(), layout, head));
  const table = layout.nodes['t']!.at;
  const [insert, poll] = [layout.edges['p-t']!, layout.edges['t-c']!];
  const read = (figure: Exclude<keyof typeof STORE, 'size'>): number => values[table + STORE[figure]]!;
  expect({ ready: read('ready'), locked: read('locked'), claimed: read('claimed') }).toEqual({
    ready: 1,
    locked: 2,
    claimed: 0,
  });
  expect({ connections: read('connections'), most: read('connectionsMax'), polls: read('polls') }).toEqual({
    connections: 1,
    most: 7,
    polls: 2,
  });
  expect(values[insert.at + PUBLISH.acknowledged]).toBe(3);
  expect(values[poll.at + SUBSCRIBE.fetched]).toBe(2);
  expect(layout.subscriptions[poll.subscription]).toMatchObject({ topic: 't', consumers: ['c'] });
});
