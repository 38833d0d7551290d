import { describe, expect, it } from 'vitest';
import { GRID } from '../faces/node-size.ts';
import { freeCell, type Rectangle } from './free-cell.ts';

const size = { width: 240, height: 140 };
const apart = (a: Rectangle, b: Rectangle) =>
  a.x >= b.x + b.width || b.x >= a.x + a.width || a.y >= b.y + b.height || b.y >= a.y + a.height;

describe('a place for something new', () => {
  it('is the one asked for when that is free', () => {
    expect(freeCell({ x: 500, y: 300 }, size, [])).toEqual({ x: 380, y: 240 });
  });

  it('is clear of everything that stands there, and on the grid', () => {
    const taken: Rectangle[] = [];
    for (let count = 0; count < 30; count += 1) {
      const at = { ...freeCell({ x: 0, y: 0 }, size, taken), ...size };
      expect([Math.abs(at.x % GRID), Math.abs(at.y % GRID)]).toEqual([0, 0]);
      for (const other of taken) expect(apart(at, other)).toBe(true);
      taken.push(at);
    }
  });

  it('is beside what stands there, to the right, as a diagram flows', () => {
    const at = freeCell({ x: 0, y: 0 }, size, [{ x: -120, y: -60, ...size }]);
    expect(at).toEqual({ x: 240, y: -60 });
  });

  it('is found also when there is none', () => {
    expect(freeCell({ x: 0, y: 0 }, size, [{ x: -1e6, y: -1e6, width: 2e6, height: 2e6 }])).toEqual({
      x: -120,
      y: -60,
    });
  });
});

it('is below or above what stands there, in a column of equals', () => {
  const first = { ...freeCell({ x: 0, y: 0 }, size, [], 'down'), ...size };
  const second = { ...freeCell({ x: 0, y: 0 }, size, [first], 'down'), ...size };
  const third = freeCell({ x: 0, y: 0 }, size, [first, second], 'down');
  expect([second.x, third.x]).toEqual([first.x, first.x]);
  expect(new Set([first.y, second.y, third.y]).size).toBe(3);
});
