import { describe, expect, it } from 'vitest';
import { CELLS } from '../../../../workers/protocol/frame.ts';
import { boundaryX, CELL_WIDTH, CELLS_SHOWN, nextHead, offsetAt, placeMarkers, STRIP_WIDTH } from './topic-strip.ts';

describe('a partition as a strip', () => {
  it('has the newest record at its right end', () => {
    expect(boundaryX(124, 124)).toBe(STRIP_WIDTH);
    expect(boundaryX(123, 124)).toBe(STRIP_WIDTH - CELL_WIDTH);
  });

  it('finds the offset under the pointer, and none outside the log', () => {
    expect(offsetAt(STRIP_WIDTH - 1, 124, 0, 124)).toBe(123);
    expect(offsetAt(0, 124, 0, 124)).toBe(124 - CELLS_SHOWN);
    expect(offsetAt(STRIP_WIDTH - 35, 3, 0, 3)).toBeNull();
    expect(offsetAt(STRIP_WIDTH - 35, 40, 39, 40)).toBeNull();
    expect(offsetAt(-1, 124, 0, 124)).toBeNull();
  });

  it('agrees with itself: the middle of a cell belongs to its offset', () => {
    for (const head of [40, 40.3, 40.99]) {
      for (let offset = 16; offset < 40; offset += 1) {
        expect(offsetAt(boundaryX(offset, head) + CELL_WIDTH / 2, head, 0, 41)).toBe(offset);
      }
    }
  });

  it('slides towards the end of the log and arrives', () => {
    let head = 10;
    for (let step = 0; step < 60; step += 1) {
      const next = nextHead(head, 12, 16);
      expect(next).toBeGreaterThanOrEqual(head);
      expect(next).toBeLessThanOrEqual(12);
      head = next;
    }
    expect(head).toBe(12);
  });

  it('never lags so far that the frame has no cell for its left end', () => {
    const head = nextHead(100, 120, 1);
    expect(head - CELLS_SHOWN).toBeGreaterThanOrEqual(120 - CELLS);
  });

  it('jumps to another instant', () => {
    expect(nextHead(500, 20, 16)).toBe(20);
    expect(nextHead(20, 5000, 16)).toBe(5000);
    expect(nextHead(Number.NaN, 7, 16)).toBe(7);
  });
});

describe('markers of groups', () => {
  const gap = 11;

  it('stand at their offset when there is room', () => {
    const [marker] = placeMarkers([110], 124, gap);
    expect(marker).toEqual({ x: boundaryX(110, 124), pointsTo: boundaryX(110, 124), before: false });
  });

  it('never hide each other and never leave the strip', () => {
    const markers = placeMarkers([124, 124, 124, 123, 1, 0], 124, gap);
    const xs = markers.map(({ x }) => x).toSorted((a, b) => a - b);
    xs.forEach((x, place) => {
      expect(x).toBeGreaterThanOrEqual(gap / 2);
      expect(x).toBeLessThanOrEqual(STRIP_WIDTH - gap / 2);
      if (place > 0) expect(x - xs[place - 1]!).toBeGreaterThanOrEqual(gap - 1e-9);
    });
  });

  it('say when their offset lies further left than the strip reaches', () => {
    expect(placeMarkers([3, 120], 124, gap).map(({ before }) => before)).toEqual([true, false]);
  });

  it('keep the order in which they were given', () => {
    const markers = placeMarkers([120, 110], 124, gap);
    expect(markers[0]!.pointsTo).toBeGreaterThan(markers[1]!.pointsTo);
  });
});
