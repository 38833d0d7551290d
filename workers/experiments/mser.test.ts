import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mser5 } from './mser.ts';

/** Noise of mean 0 between -1 and 1, the same every time: MINSTD (Park and Miller 1988). */
function noise(length: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length }, () => ((state = (state * 48_271) % 2_147_483_647) / 2_147_483_647) * 2 - 1);
}

test('the example of the docstring: five samples of a start that is too high', () => {
  const series = [90, 80, 70, 60, 50, 12, 9, 11, 8, 10, 10, 11, 9, 10, 10, 9, 12, 10, 9, 10];
  expect(mser5(series)).toEqual({ samples: 5, settled: true });
});

test('cuts a transient that dies away, about where it sinks into the noise', () => {
  const series = noise(1000, 42).map((off, i) => 10 + off + 30 * Math.exp(-i / 20));
  const { samples, settled } = mser5(series);
  expect(settled).toBe(true);
  // exp(-i / 20) × 30 is below the noise of a batch mean (0.26) after 95 samples.
  expect(samples).toBeGreaterThan(50);
  expect(samples).toBeLessThan(200);
});

test('a step is cut at the step', () => {
  const series = noise(1000, 7).map((off, i) => off + (i < 100 ? 50 : 0));
  expect(mser5(series)).toEqual({ samples: 100, settled: true });
});

test('a series that begins in its steady state keeps nearly everything', () => {
  for (const seed of [1, 2, 3, 4, 5]) expect(mser5(noise(1000, seed)).samples).toBeLessThan(250);
  expect(mser5(Array.from({ length: 1000 }, () => 4))).toEqual({ samples: 0, settled: true });
});

test('a series that only grows is not settled', () => {
  expect(mser5(Array.from({ length: 1000 }, (_, i) => i))).toEqual({ samples: 500, settled: false });
  expect(mser5([1, 2, 3])).toEqual({ samples: 0, settled: false });
});

test('agrees with the definition, sum by sum', () => {
  const plain = (series: readonly number[]): number => {
    const means: number[] = [];
    for (let i = 0; i + 5 <= series.length; i += 5) means.push(series.slice(i, i + 5).reduce((a, b) => a + b) / 5);
    const errors = means.map((_, d) => {
      const rest = means.slice(d);
      const mean = rest.reduce((a, b) => a + b) / rest.length;
      return rest.reduce((sum, z) => sum + (z - mean) ** 2, 0) / rest.length ** 2;
    });
    const looked = errors.slice(0, Math.floor(means.length / 2) + 1);
    return 5 * looked.indexOf(Math.min(...looked));
  };
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), { minLength: 20, maxLength: 120, size: 'max' }),
      (series) => {
        const spread = series.map((value, i) => value + i / 7);
        expect(mser5(spread).samples).toBe(plain(spread));
      },
    ),
  );
});
