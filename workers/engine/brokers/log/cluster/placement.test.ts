import { describe, expect, test } from 'vitest';
import { createRandomStreams, openStream } from '../../../core/random.ts';
import { placeReplicas } from './placement.ts';

function place(racks: readonly number[], count: number, factor: number, fenced: readonly number[] = []): number[][] {
  const streams = createRandomStreams();
  const draws = { streams, stream: openStream(streams, 7, 'placement') };
  return placeReplicas(
    draws,
    racks.map((rack, id) => ({ id, rack, fenced: fenced.includes(id) })),
    count,
    factor,
  );
}

describe('[KC2] placement', () => {
  test('replicas of a partition are on different brokers, and on as many racks as there are', () => {
    const racks = [0, 1, 2, 0, 1, 2, 0, 1, 2];
    for (const replicas of place(racks, 40, 3)) {
      expect(new Set(replicas).size).toBe(3);
      expect(new Set(replicas.map((broker) => racks[broker])).size).toBe(3);
    }
  });

  test('leaders and replicas go round: as many partitions as brokers give each of them one and three', () => {
    const placed = place([0, 0, 0, 0, 0], 5, 3);
    expect(placed.map(([leader]) => leader!).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
    const counts = [0, 1, 2, 3, 4].map((broker) => placed.flat().filter((other) => other === broker).length);
    expect(counts).toEqual([3, 3, 3, 3, 3]);
  });

  test('without racks each partition begins one further on', () => {
    const [first, second] = place([0, 0, 0, 0], 2, 3) as [number[], number[]];
    expect(first.slice(1)).toEqual(first.slice(0, 2).map((broker) => (broker + 1) % 4));
    expect(second).toEqual(first.map((broker) => (broker + 1) % 4));
  });

  test('a fenced broker is taken last and never leads', () => {
    for (const replicas of place([0, 0, 0], 10, 3, [1])) expect(replicas[2]).toBe(1);
    for (const replicas of place([0, 0, 0], 10, 2, [1])) expect(replicas).not.toContain(1);
  });
});
