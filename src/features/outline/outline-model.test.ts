import { describe, expect, it } from 'vitest';
import { CONSUMER, HEADER, HEALTH, SUBSCRIPTION, type Layout } from '../../../workers/protocol/frame.ts';
import type { ScenarioEdge, ScenarioNode } from '../../../workers/scenario/document.ts';
import { nodeState, outlineOf } from './outline-model.ts';

const node = (id: string, kind: ScenarioNode['kind'], more: object = {}): ScenarioNode => ({
  id,
  kind,
  name: id,
  position: { x: 0, y: 0 },
  ...more,
});
const edge = (id: string, kind: ScenarioEdge['kind'], from: string, to: string): ScenarioEdge => ({
  id,
  kind,
  from,
  to,
});

describe('the outline', () => {
  it('names every node with its connections, annotations last', () => {
    const design = {
      nodes: [
        node('why', 'note', { text: 'Because.' }),
        node('web', 'producer'),
        node('orders', 'topic'),
        node('billing', 'consumer'),
      ],
      edges: [edge('a', 'publish', 'web', 'orders'), edge('b', 'subscribe', 'orders', 'billing')],
    };
    expect(
      outlineOf(design).map(({ kind, name, connections }) => [kind, name, connections.map(({ text }) => text)]),
    ).toEqual([
      ['Producer', 'web', ['publishes to orders']],
      ['Topic', 'orders', ['receives from web', 'is read by billing']],
      ['Consumer', 'billing', ['reads orders']],
      ['Note', 'Because.', []],
    ]);
  });

  it('says how a consumer is doing, and only what went wrong', () => {
    const at = HEADER.size;
    const subscription = at + CONSUMER.size;
    const values = new Float64Array(subscription + SUBSCRIPTION.size);
    values[at + CONSUMER.health] = HEALTH.paused;
    values[at + CONSUMER.instancesUp] = 1;
    // Effects, repeats included; said is how many messages were applied.
    values[at + CONSUMER.applied] = 1202;
    values[subscription + SUBSCRIPTION.applied] = 1200;
    values[subscription + SUBSCRIPTION.lag] = 7;
    values[subscription + SUBSCRIPTION.duplicateEffects] = 2;
    const layout: Layout = {
      version: 1,
      length: values.length,
      nodeIds: ['billing'],
      edgeIds: [],
      nodes: { billing: { kind: 'consumer', at, instancesAt: 0, instances: 2, group: 'billing', requestsAt: -1 } },
      edges: {},
      subscriptions: [
        {
          topic: 'orders',
          group: 'billing',
          consumers: ['billing'],
          at: subscription,
          positionsAt: 0,
          sharesAt: -1,
          lockNs: 0,
          partitions: 0,
        },
      ],
      groups: [],
    };
    expect(nodeState(values, layout, 'billing')).toBe('paused, 1 instance up, 1,200 applied, lag 7, 2 duplicate');
    expect(nodeState(values, layout, 'gone')).toBe('');
  });
});
