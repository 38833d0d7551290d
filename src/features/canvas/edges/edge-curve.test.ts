import { describe, expect, it } from 'vitest';
import { curveBetween, placeOn, SAMPLES } from './edge-curve.ts';

const at = (curve: ReturnType<typeof curveBetween>, share: number) => {
  const out = { x: 0, y: 0 };
  placeOn(curve.points, share, out);
  return out;
};

describe('the curve of an edge', () => {
  const cases = [
    { name: 'ahead', source: { x: 0, y: 0 }, target: { x: 400, y: 120 } },
    { name: 'behind', source: { x: 300, y: 0 }, target: { x: -200, y: 40 } },
    { name: 'behind and far below', source: { x: 300, y: 0 }, target: { x: -200, y: 440 } },
    { name: 'straight down', source: { x: 0, y: 0 }, target: { x: 0, y: 500 } },
  ];

  it.each(cases)('starts and ends where its nodes are ($name)', ({ source, target }) => {
    const curve = curveBetween(source, target);
    expect(at(curve, 0).x).toBeCloseTo(source.x, 3);
    expect(at(curve, 0).y).toBeCloseTo(source.y, 3);
    expect(at(curve, 1).x).toBeCloseTo(target.x, 3);
    expect(at(curve, 1).y).toBeCloseTo(target.y, 3);
  });

  it.each(cases)('is sampled at equal distances, chords in a tight turn apart ($name)', ({ source, target }) => {
    const { points, length } = curveBetween(source, target);
    const even = length / (SAMPLES - 1);
    for (let sample = 1; sample < SAMPLES; sample += 1) {
      const step = Math.hypot(
        points[sample * 2]! - points[sample * 2 - 2]!,
        points[sample * 2 + 1]! - points[sample * 2 - 1]!,
      );
      expect(step).toBeGreaterThan(even * 0.6);
      expect(step).toBeLessThan(even * 1.05);
    }
  });

  it('is a straight line between two ends at the same height', () => {
    const curve = curveBetween({ x: 10, y: 50 }, { x: 210, y: 50 });
    expect(curve.length).toBeCloseTo(200, 1);
    expect(at(curve, 0.25).x).toBeCloseTo(60, 0);
    expect(at(curve, 0.25).y).toBe(50);
  });

  it('turns back in a lane of its own, between its ends or below them', () => {
    const between = curveBetween({ x: 300, y: 0 }, { x: -200, y: 400 });
    expect(at(between, 0.5)).toMatchObject({ y: 200 });
    const below = curveBetween({ x: 300, y: 0 }, { x: -200, y: 40 });
    expect(at(below, 0.5).y).toBeGreaterThan(100);
    // It leaves to the right and arrives from the left.
    for (const { points } of [between, below]) {
      expect(points[2]).toBeGreaterThan(300);
      expect(points[SAMPLES * 2 - 4]).toBeLessThan(-200);
    }
  });

  it('stays on the curve for shares outside 0 to 1', () => {
    const curve = curveBetween({ x: 0, y: 0 }, { x: 100, y: 100 });
    expect(at(curve, -3)).toEqual(at(curve, 0));
    expect(at(curve, 7)).toEqual(at(curve, 1));
  });

  it('has a length of 0 and no NaN when both ends meet', () => {
    const curve = curveBetween({ x: 5, y: 5 }, { x: 5, y: 5 });
    expect([...curve.points].every(Number.isFinite)).toBe(true);
  });
});
