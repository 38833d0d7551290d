import { expect, test } from 'vitest';
import { lab } from '../engine/testing/lab.ts';
import { at, constant, latency, scenario } from '../engine/testing/scenario-builder.ts';
import { POSITION, SHARE, SHARE_CELL, SHARE_STATE } from '../protocol/frame.ts';
import { layoutOf } from './layout.ts';
import { packFrame } from './pack.ts';
import { createPacker } from './pack-news.ts';

/** Three records at 5 for two members: one is slow, the other fails at each. */
const shop = scenario()
  .producer('p', { arrivals: at(5, 5, 5, 5) })
  .topic('t')
  .consumer('c', { instances: 2, workMs: constant(10) })
  .publish('p', 't')
  .subscribe('t', 'c', {
    groupProtocol: 'share',
    network: latency(1),
    maxPollRecords: 1,
    share: { autoOffsetReset: 'earliest', lockDurationMs: 100 },
  })
  .fault({ do: 'pause', target: 'c', instance: 0, atMs: 10 });

test('a frame shows what a share group has in hand of each partition, record by record', () => {
  const { run } = lab(shop).until(30);
  const layout = layoutOf(run, 1);
  const head = { horizonNs: 0, status: 0, speed: 1, journalApplied: 0 };
  const values = new Float64Array(packFrame(run, createPacker(), layout, head));
  const [block] = layout.subscriptions;
  expect([block!.lockNs, layout.groups[0]!.kind]).toEqual([100e6, 'share']);
  // The paused member holds the first; the other has done the second at 16, told at 17, and has the third since then.
  const figure = (name: 'start' | 'end' | 'available' | 'acquired' | 'done'): number =>
    values[block!.sharesAt + SHARE[name]]!;
  expect([figure('start'), figure('end'), figure('available')]).toEqual([0, 4, 0]);
  expect([figure('acquired'), figure('done')]).toEqual([2, 2]);
  const cell = (place: number): readonly number[] => {
    const cellAt = block!.sharesAt + SHARE.cellsAt + place * SHARE_CELL.size;
    return Array.from(values.subarray(cellAt, cellAt + SHARE_CELL.size));
  };
  expect(cell(0)).toEqual([SHARE_STATE.acquired, 1, 0, 105e6]);
  expect(cell(1)).toEqual([SHARE_STATE.acknowledged, 1, -1, 0]);
  expect(cell(3)[0]).toBe(SHARE_STATE.acquired);
  expect(cell(4)[0]).toBe(SHARE_STATE.outside);
  // Both members read the only partition.
  expect(values[block!.positionsAt + POSITION.readers]).toBe(0b11);
});

test('a consumer group takes no room for what only share groups have', () => {
  const plain = scenario().topic('t').consumer('c').subscribe('t', 'c');
  const layout = layoutOf(lab(plain).until(10).run, 1);
  expect(layout.subscriptions[0]).toMatchObject({ sharesAt: -1, lockNs: 0 });
});
