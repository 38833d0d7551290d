import { describe, expect, test } from 'vitest';
import { createSticky, nextPartition, onAppend, updateLoad } from './sticky.ts';

const BATCH = { batchSize: 100 };

describe('when to choose anew', () => {
  test('[KP5] a partition is kept until a whole batch is on it', () => {
    const state = createSticky(3);
    expect(state.current).toBeNull();
    expect(onAppend(state, { bytes: 99, batchReady: true, ...BATCH })).toBe(false);
    expect(onAppend(state, { bytes: 1, batchReady: true, ...BATCH })).toBe(true);
  });

  test('[KP5] while a batch is being filled, a partition is kept up to twice its size', () => {
    const state = createSticky(3);
    expect(onAppend(state, { bytes: 199, batchReady: false, ...BATCH })).toBe(false);
    expect(onAppend(state, { bytes: 1, batchReady: false, ...BATCH })).toBe(true);
  });

  test('[KP5] a batch that becomes ready later lets the partition go without another byte', () => {
    const state = createSticky(3);
    expect(onAppend(state, { bytes: 150, batchReady: false, ...BATCH })).toBe(false);
    expect(onAppend(state, { bytes: 0, batchReady: true, ...BATCH })).toBe(true);
  });

  test('[KP5] choosing starts the count again, also when the same partition is chosen', () => {
    const state = createSticky(1);
    onAppend(state, { bytes: 150, batchReady: true, ...BATCH });
    expect(nextPartition(state, [0], 7)).toBe(0);
    expect(onAppend(state, { bytes: 99, batchReady: true, ...BATCH })).toBe(false);
  });
});

describe('which partition', () => {
  test('[KP6] the choice is even among the partitions that have a leader', () => {
    const state = createSticky(4);
    expect([0, 1, 2, 3].map((random) => nextPartition(state, [1, 3], random))).toEqual([1, 3, 1, 3]);
  });

  test('[KP6] without any leader all partitions take part', () => {
    const state = createSticky(4);
    expect([0, 1, 2, 3, 4].map((random) => nextPartition(state, [], random))).toEqual([0, 1, 2, 3, 0]);
  });

  const queues = [0, 3, 1].map((waiting, partition) => ({ partition, waiting }));

  test('[KP7] a partition is the likelier the fewer batches wait for it', () => {
    const state = createSticky(3);
    updateLoad(state, queues, 3);
    expect([0, 3, 4, 5, 7, 8].map((random) => nextPartition(state, [0, 1, 2], random))).toEqual([0, 0, 1, 2, 2, 0]);
  });

  test('[KP7] equal queues weigh nothing, unless a partition was left out', () => {
    const state = createSticky(3);
    const equal = queues.map(({ partition }) => ({ partition, waiting: 2 }));
    updateLoad(state, equal, 3);
    expect(state.load).toBeNull();
    updateLoad(state, equal.slice(1), 3);
    expect([0, 1, 2].map((random) => nextPartition(state, [0, 1, 2], random))).toEqual([1, 2, 1]);
  });

  test('[KP7] one queue, none considered or none known: the choice is even again', () => {
    const state = createSticky(3);
    const nothing: [typeof queues | null, number][] = [
      [queues.slice(0, 1), 1],
      [[], 3],
      [null, 3],
    ];
    for (const [considered, all] of nothing) {
      updateLoad(state, queues, 3);
      updateLoad(state, considered, all);
      expect(state.load).toBeNull();
    }
  });
});

test('[KP6] a topic without partitions has no sticky partition', () => {
  expect(() => createSticky(0)).toThrow('at least one partition');
});
