import { expect, it } from 'vitest';
import { CONSUMER, HEADER, SUBSCRIPTION, type Layout } from '../../../workers/protocol/frame.ts';
import { nodeFigures } from './live-figures.ts';

it('counts what a consumer applied by message, over its subscriptions alone', () => {
  const at = HEADER.size;
  const places = [0, 1, 2].map((place) => at + CONSUMER.size + place * SUBSCRIPTION.size);
  const values = new Float64Array(at + CONSUMER.size + 3 * SUBSCRIPTION.size);
  // Effects, of which two were repeats.
  values[at + CONSUMER.applied] = 481;
  for (const [place, applied] of [400, 79, 50].entries()) values[places[place]! + SUBSCRIPTION.applied] = applied;
  const subscription = (topic: string, group: string, place: number) => ({
    topic,
    group,
    consumers: [group],
    at: places[place]!,
    positionsAt: 0,
    sharesAt: -1,
    lockNs: 0,
    partitions: 0,
  });
  const layout: Layout = {
    version: 1,
    length: values.length,
    nodeIds: ['billing'],
    edgeIds: [],
    nodes: { billing: { kind: 'consumer', at, instancesAt: 0, instances: 1, group: 'billing', requestsAt: -1 } },
    edges: {},
    subscriptions: [
      subscription('orders', 'billing', 0),
      subscription('refunds', 'billing', 1),
      subscription('orders', 'audit', 2),
    ],
    groups: [],
  };
  expect(nodeFigures('billing', values, layout)).toContainEqual({ label: 'Applied', text: '479' });
});
