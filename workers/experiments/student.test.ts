import { describe, expect, test } from 'vitest';
import { estimateOf } from './estimate.ts';
import { replicationSeed } from './seeds.ts';
import { studentT } from './student.ts';

describe("Student's t", () => {
  // Abramowitz and Stegun (1964), table 26.10; two-sided, so A(t | nu) is the confidence.
  test.each([
    [0.9, 1, 6.314],
    [0.95, 1, 12.706],
    [0.99, 1, 63.657],
    [0.95, 2, 4.303],
    [0.99, 2, 9.925],
    [0.95, 4, 2.776],
    [0.99, 5, 4.032],
    [0.95, 9, 2.262],
    [0.99, 9, 3.25],
    [0.9, 10, 1.812],
    [0.99, 10, 3.169],
    [0.95, 29, 2.045],
    [0.99, 30, 2.75],
    [0.95, 60, 2],
    [0.999, 120, 3.373],
  ])('of confidence %d and %d degrees of freedom is %d', (confidence, degrees, t) => {
    expect(studentT(confidence, degrees)).toBeCloseTo(t, 3);
  });

  test('has closed forms for one and two degrees: tan(pi p / 2), and p sqrt(2 / (1 - p²))', () => {
    for (const p of [0.1, 0.5, 0.95, 0.999]) {
      expect(studentT(p, 1) / Math.tan((Math.PI * p) / 2)).toBeCloseTo(1, 12);
      expect(studentT(p, 2) / (p * Math.sqrt(2 / (1 - p * p)))).toBeCloseTo(1, 12);
    }
  });

  test('is that of the normal distribution in the end, to 0.02 %', () => {
    expect(Math.abs(studentT(0.95, 1_000_000) / 1.959964 - 1)).toBeLessThan(0.0002);
    expect(Math.abs(studentT(0.99, 1_000_000) / 2.575829 - 1)).toBeLessThan(0.0002);
  });
});

describe('an estimate', () => {
  test('is the mean, and t times the standard error on either side', () => {
    // Mean 3, squares 10, so s² = 2.5 and the standard error is sqrt(0.5).
    const { mean, halfWidth, confidence } = estimateOf([1, 2, 3, 4, 5], 0.95);
    expect([mean, confidence]).toEqual([3, 0.95]);
    expect(halfWidth).toBeCloseTo(2.776445 * Math.sqrt(0.5), 5);
  });

  test('has no width for one value, and a width of zero for equal ones', () => {
    expect(estimateOf([7], 0.95)).toEqual({ mean: 7, halfWidth: null, confidence: 0.95 });
    expect(estimateOf([7, 7, 7], 0.99)).toEqual({ mean: 7, halfWidth: 0, confidence: 0.99 });
  });

  test('covers the true mean as often as it says', () => {
    // A fixed generator of uniform values with mean 1/2: MINSTD (Park and Miller 1988).
    let state = 1;
    const unit = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    let covered = 0;
    for (let trial = 0; trial < 2000; trial += 1) {
      const { mean, halfWidth } = estimateOf(
        Array.from({ length: 8 }, () => unit()),
        0.9,
      );
      if (Math.abs(mean - 0.5) <= halfWidth!) covered += 1;
    }
    // 1800 ± 3.9 × sqrt(2000 × 0.9 × 0.1).
    expect(Math.abs(covered - 1800)).toBeLessThan(53);
  });
});

describe('seeds of replications', () => {
  test('the first is the scenario’s own, and none comes twice', () => {
    for (const seed of [0, 1, 7, 2 ** 32 - 1]) {
      const seeds = Array.from({ length: 20_000 }, (_, i) => replicationSeed(seed, i));
      expect(seeds[0]).toBe(seed);
      expect(new Set(seeds).size).toBe(seeds.length);
      expect(seeds.every((one) => Number.isInteger(one) && one >= 0 && one < 2 ** 32)).toBe(true);
    }
  });
});
