import { describe, expect, it } from 'vitest';
import { COLUMN_HEIGHT, columnShape, columnWidth } from './cluster-grid.ts';

describe('the columns of a cluster', () => {
  it('hold every replica, however many there are', () => {
    for (const brokers of [1, 3, 6, 12, 30, 100]) {
      const width = columnWidth(brokers);
      for (const replicas of [0, 1, 8, 9, 40, 100, 400]) {
        const { across, stepX, stepY } = columnShape(replicas, width);
        expect(across * stepX, `${replicas} on ${brokers}`).toBeLessThanOrEqual(width);
        expect(Math.ceil(replicas / across) * stepY, `${replicas} on ${brokers}`).toBeLessThanOrEqual(
          COLUMN_HEIGHT + 3,
        );
      }
    }
  });

  it('write figures, too, while replicas are few and columns wide', () => {
    expect(columnShape(3, columnWidth(3)).figures).toBe(true);
    expect(columnShape(4, columnWidth(3)).figures).toBe(false);
    expect(columnShape(3, columnWidth(9)).figures).toBe(false);
  });

  it('write words while there is room, and get denser', () => {
    expect(columnShape(6, columnWidth(3)).rows).toBe(true);
    expect(columnShape(7, columnWidth(3)).rows).toBe(false);
    expect(columnShape(100, columnWidth(30)).blockWidth).toBeLessThan(columnShape(20, columnWidth(30)).blockWidth);
  });
});
