import { expect, test } from 'vitest';
import { lab } from '../../../testing/lab.ts';
import { at, scenario } from '../../../testing/scenario-builder.ts';

test('[KC12] a client that begins while nobody leads asks until somebody does', () => {
  // The leader dies at 10 ms; its session ends a second later, and broker 1 leads 20 ms after that.
  const run = lab(
    scenario()
      .cluster('k', {
        brokers: 2,
        brokerLatencyMs: 1,
        brokerSessionTimeoutMs: 1000,
        brokerHeartbeatIntervalMs: 100,
        autoLeaderRebalanceEnable: false,
      })
      .topic('t', { replicationFactor: 2 })
      .host('k', 't', { replicaAssignment: '0:1' })
      .fault({ atMs: 10, do: 'crash', target: 'k', instance: 0 }),
  ).until(100);
  run.edit(
    {
      op: 'add',
      in: 'nodes',
      item: { id: 'p', name: 'p', position: { x: 0, y: 0 }, kind: 'producer', arrivals: at(0), startMs: 100 },
    },
    { op: 'add', in: 'edges', item: { id: 'p-t', kind: 'publish', from: 'p', to: 't', acks: 'all' } },
  );
  run.until(1000);
  expect(run.hops('sent')).toEqual([]);
  run.until(1500);
  expect(run.hops('sent')).toHaveLength(1);
  expect(run.source('p-t')).toMatchObject({ attempted: 1, acknowledged: 1, retries: 0 });
});
