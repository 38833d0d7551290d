import { expect, test } from 'vitest';
import {
  HEADER,
  PARTITION,
  SHARE,
  SHARE_CELL,
  SHARE_STATE,
  type Layout,
  type SubscriptionBlock,
  type TopicBlock,
} from '../../../../workers/protocol/frame.ts';
import { shareCellOf, shareSum, shareWords } from './share-cells.ts';

const topic: TopicBlock = { kind: 'topic', at: 20, partitionsAt: 30, partitions: 1 };
const subscription: SubscriptionBlock = {
  topic: 't',
  group: 'g',
  consumers: ['c'],
  at: 200,
  positionsAt: 230,
  sharesAt: 240,
  lockNs: 4e9,
  partitions: 1,
};
const layout: Layout = {
  version: 1,
  length: 600,
  nodeIds: ['t', 'c'],
  edgeIds: [],
  nodes: { t: topic },
  edges: {},
  subscriptions: [subscription],
  groups: [{ name: 'g', kind: 'share', at: 250, members: [{ node: 'c', instance: 2 }] }],
};

/** Offsets 10 to 12 are shown: one locked for another second, one done with, and one that nobody has asked for. */
function frame(): Float64Array {
  const values = new Float64Array(layout.length);
  values[HEADER.timeNs] = 9e9;
  values[topic.partitionsAt + PARTITION.firstCell] = 10;
  values[topic.partitionsAt + PARTITION.cells] = 3;
  values[subscription.sharesAt + SHARE.acquired] = 1;
  const cells = subscription.sharesAt + SHARE.cellsAt;
  values.set([SHARE_STATE.acquired, 2, 0, 10e9], cells);
  values.set([SHARE_STATE.archived, 4, -1, 0], cells + SHARE_CELL.size);
  return values;
}

test('a record in hand, with what is left of its lock', () => {
  const at = (offset: number) => shareCellOf(frame(), subscription, topic.partitionsAt, { partition: 0, offset });
  expect(at(10)).toEqual({ state: 'acquired', deliveries: 2, holder: 0, lockShare: 0.25, lockLeftMs: 1000 });
  expect(at(11)).toMatchObject({ state: 'archived', deliveries: 4, lockShare: 0 });
  expect([at(9), at(12), at(13)]).toEqual([null, null, null]);
});

test('the same in words, by the letter of the group', () => {
  const words = (offset: number) => shareWords(frame(), layout, topic, 't', { partition: 0, offset });
  expect(words(10)).toEqual(['A: acquired by instance 2, delivery 2, lock ends in 1 s']);
  expect(words(11)).toEqual(['A: archived, delivery 4']);
  expect(words(12)).toEqual([]);
});

test('sums over partitions; a consumer group has none', () => {
  expect(shareSum(frame(), subscription, 'acquired')).toBe(1);
  expect(shareSum(frame(), { ...subscription, sharesAt: -1 }, 'acquired')).toBe(0);
});
