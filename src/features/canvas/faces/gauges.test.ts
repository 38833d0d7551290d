import { describe, expect, it } from 'vitest';
import {
  GROUP,
  GROUP_STATE,
  HEADER,
  HEALTH,
  POSITION,
  PRODUCER,
  PUBLISH,
  SUBSCRIPTION,
  type Layout,
} from '../../../../workers/protocol/frame.ts';
import { bufferOf, groupFigure, healthOf, isRebalancing, ownershipMark, ownershipOf, sumOf } from './gauges.ts';
import { groupIndexOf, subscriptionsOfConsumer } from './layout-index.ts';

const AT = {
  producer: HEADER.size,
  publish: HEADER.size + PRODUCER.size,
  subscription: HEADER.size + PRODUCER.size + PUBLISH.size,
  positions: HEADER.size + PRODUCER.size + PUBLISH.size + SUBSCRIPTION.size,
  group: HEADER.size + PRODUCER.size + PUBLISH.size + SUBSCRIPTION.size + 3 * POSITION.size,
};
const length = AT.group + GROUP.size;

const layout: Layout = {
  version: 3,
  length,
  nodeIds: ['web', 'orders', 'billing', 'audit'],
  edgeIds: ['a', 'b'],
  nodes: {
    web: { kind: 'producer', at: AT.producer },
    billing: { kind: 'consumer', at: AT.producer, instancesAt: 0, instances: 2, group: 'g', requestsAt: -1 },
  },
  edges: { a: { kind: 'publish', at: AT.publish, subscription: -1 } },
  subscriptions: [
    {
      topic: 'orders',
      group: 'g',
      consumers: ['billing'],
      at: AT.subscription,
      positionsAt: AT.positions,
      sharesAt: -1,
      lockNs: 0,
      partitions: 3,
    },
  ],
  groups: [
    {
      kind: 'consumer',
      name: 'g',
      at: AT.group,
      members: [
        { node: 'billing', instance: 0 },
        { node: 'billing', instance: 1 },
      ],
    },
  ],
};

function frame(owners: readonly number[]): Float64Array {
  const values = new Float64Array(length);
  owners.forEach((owner, partition) => (values[AT.positions + partition * POSITION.size + POSITION.owner] = owner));
  return values;
}

describe('what a face reads of a frame', () => {
  it('is health, and up for what is not in the layout yet', () => {
    const values = frame([]);
    values[AT.producer] = HEALTH.paused;
    expect(healthOf(values, layout, 'web')).toBe('paused');
    expect(healthOf(values, layout, 'new')).toBe('up');
  });

  it('is who owns which partition, nobody owning -1', () => {
    expect(ownershipOf(frame([1, -1, 0]), layout, 'billing')).toEqual([
      { instance: 0, topic: 'orders', partition: 2 },
      { instance: 1, topic: 'orders', partition: 0 },
    ]);
    expect(ownershipOf(frame([1, -1, 0]), layout, 'audit')).toEqual([]);
  });

  it('notices every change of owners', () => {
    const marks = [
      [0, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
      [1, 0, 0],
      [-1, 0, 0],
      [0, -1, 1],
    ].map((owners) => ownershipMark(frame(owners), layout, 'billing'));
    expect(new Set(marks).size).toBe(marks.length);
  });

  it('is the state of the group that the consumer belongs to', () => {
    const values = frame([]);
    values[AT.group + GROUP.generation] = 4;
    values[AT.group + GROUP.state] = GROUP_STATE.preparing;
    expect(groupIndexOf(layout, 'billing')).toBe(0);
    expect(groupIndexOf(layout, 'audit')).toBe(-1);
    expect(isRebalancing(values, layout, 'billing')).toBe(true);
    expect(groupFigure(values, layout, 'billing', 'generation')).toBe(4);
    expect(groupFigure(values, layout, 'audit', 'generation')).toBe(0);
  });

  it('adds up over subscriptions and over buffers, skipping edges that are not there yet', () => {
    const values = frame([]);
    values[AT.subscription + SUBSCRIPTION.lost] = 5;
    values[AT.publish + PUBLISH.blocked] = 2;
    expect(sumOf(values, subscriptionsOfConsumer(layout, 'billing'), 'lost')).toBe(5);
    expect(sumOf(values, subscriptionsOfConsumer(layout, 'audit'), 'lost')).toBe(0);
    expect(bufferOf(values, layout, ['a', 'b'])).toEqual({ bufferedBytes: 0, bufferMemory: 0, blocked: 2, merged: 0 });
  });
});
