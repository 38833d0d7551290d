import { describe, expect, it } from 'vitest';
import type { Hop } from '../../simulation/polling.ts';
import { diagramOf, placesOf } from './space-time.ts';

const at = { position: { x: 0, y: 0 } };
const design = {
  nodes: [
    { ...at, id: 'p', kind: 'producer', name: 'Shop' },
    { ...at, id: 't', kind: 'topic', name: 'Orders' },
    { ...at, id: 'c', kind: 'consumer', name: 'Billing' },
  ],
  edges: [
    { id: 'pub', kind: 'publish', from: 'p', to: 't' },
    { id: 'sub', kind: 'subscribe', from: 't', to: 'c' },
  ],
} as const;

function hop(atMs: number, what: string, where: string, detail = ''): Hop {
  return { atMs, what, where, detail };
}

describe('the space-time diagram', () => {
  it('has a lane a node, in the order of the flow', () => {
    const { lanes } = diagramOf(
      [hop(0, 'produced', 'pub'), hop(5, 'sent', 'pub'), hop(6, 'appended', 't'), hop(8, 'fetched', 'c')],
      design,
    );
    expect(lanes.map(({ label }) => label)).toEqual(['Shop', 'Orders', 'Billing']);
  });

  it('draws an append from its sending, the answer from the append, and waiting in place', () => {
    const { lines } = diagramOf(
      [hop(0, 'produced', 'pub'), hop(5, 'sent', 'pub'), hop(6, 'appended', 't'), hop(7, 'acknowledged', 'pub')],
      design,
    );
    expect(lines).toEqual([
      { from: 0, to: 1, kind: 'wait' },
      { from: 1, to: 2, kind: 'travel' },
      { from: 2, to: 3, kind: 'answer' },
    ]);
  });

  it('draws a lost answer half-way, and its doubled record as an effect that is a duplicate', () => {
    const { points, lines } = diagramOf(
      [
        hop(0, 'sent', 'pub', 'attempt 1'),
        hop(1, 'appended', 't', 'partition 0, offset 7'),
        hop(2, 'response lost', 'pub'),
        hop(30, 'retried', 'pub', 'attempt 2'),
        hop(31, 'appended', 't', 'partition 0, offset 8'),
        hop(40, 'fetched', 'c', 'partition 0, offset 7'),
        hop(41, 'fetched', 'c', 'partition 0, offset 8'),
        hop(50, 'applied', 'c'),
        hop(60, 'applied', 'c'),
      ],
      design,
    );
    expect(points[2]?.lane).toBe(0.5);
    expect(lines).toContainEqual({ from: 1, to: 2, kind: 'lost' });
    expect(lines).toContainEqual({ from: 3, to: 4, kind: 'travel' });
    expect(lines).toContainEqual({ from: 1, to: 5, kind: 'travel' });
    expect(lines).toContainEqual({ from: 4, to: 6, kind: 'travel' });
    expect(points.map(({ state }) => state).slice(-2)).toEqual(['applied', 'duplicate']);
  });

  it('takes an effect at each of two consumers as what it should be', () => {
    const nodes = [...design.nodes, { ...at, id: 'd', kind: 'consumer', name: 'Shipping' } as const];
    const { points } = diagramOf([hop(1, 'applied', 'c'), hop(2, 'applied', 'd'), hop(3, 'applied', 'c')], {
      ...design,
      nodes,
    });
    expect(points.map(({ state }) => state)).toEqual(['applied', 'applied', 'duplicate']);
  });

  it('names places that are no longer in the design by their id', () => {
    expect(diagramOf([hop(0, 'applied', 'gone-node')], design).lanes).toEqual([
      { id: 'gone-node', label: 'gone-node' },
    ]);
  });
});

describe('the time axis', () => {
  it('is true to time, or gives every gap some room', () => {
    expect(placesOf([10, 20, 110], 'scale')).toEqual([0, 0.1, 1]);
    const stretched = placesOf([0, 0.05, 1000], 'stretched');
    expect(stretched[1]).toBeGreaterThan(0.15);
    expect(stretched[2]).toBe(1);
    expect(placesOf([5, 5], 'scale')).toEqual([0, 0]);
    expect(placesOf([], 'stretched')).toEqual([]);
  });
});
