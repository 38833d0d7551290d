import { describe, expect, it } from 'vitest';
import { guidesFor } from './guides.ts';

const box = (x: number, y: number, width = 100, height = 60) => ({ x, y, width, height });

describe('guides', () => {
  it('join the middles of nodes in line', () => {
    expect(guidesFor(box(300, 20), [box(0, 10, 100, 80), box(0, 400)])).toEqual([
      { axis: 'y', at: 50, from: 0, to: 400 },
    ]);
  });

  it('join edges where no middles are in line', () => {
    expect(guidesFor(box(300, 10), [box(0, 10, 100, 80)])).toEqual([{ axis: 'y', at: 10, from: 0, to: 400 }]);
  });

  it('show both directions at once, and none for nodes out of line', () => {
    expect(guidesFor(box(0, 200), [box(0, 0), box(300, 200)]).map(({ axis }) => axis)).toEqual(['x', 'y']);
    expect(guidesFor(box(7, 207), [box(0, 0, 90, 50)])).toEqual([]);
  });
});
