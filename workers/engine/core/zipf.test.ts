import { describe, expect, it } from 'vitest';
import { createRandomStreams, openStream } from './random.ts';
import { compileZipf, sampleZipf, zipfShares } from './zipf.ts';

describe('zipf', () => {
  it.each([
    [1, 1],
    [2, 0],
    [7, 1],
    [12, 5],
    [1000, 0.8],
    [100_000, 1.2],
  ])('the table over %i ranks with exponent %d has exactly their probabilities', (n, exponent) => {
    const table = compileZipf(n, exponent);
    const share = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const own = table.threshold[i]! / 2 ** 32;
      expect(own >= 0 && own <= 1).toBe(true);
      share[i]! += own / n;
      share[table.alias[i]!]! += (1 - own) / n;
    }
    let total = 0;
    zipfShares(n, exponent).forEach((expected, i) => {
      total += expected;
      // One column is known to 2^-32, and a rank may be the alias of many.
      if (Math.abs(share[i]! - expected) > 2 ** -32) throw new Error(`rank ${i}: ${share[i]} instead of ${expected}`);
    });
    expect(total).toBeCloseTo(1, 12);
  });

  it('draws ranks as often as they should come', () => {
    const streams = createRandomStreams();
    const stream = openStream(streams, 5, 'keys');
    const table = compileZipf(50, 1);
    const counts = new Float64Array(50);
    const draws = 200_000;
    for (let i = 0; i < draws; i++) counts[sampleZipf(table, streams, stream)]!++;
    let chi = 0;
    zipfShares(50, 1).forEach((p, i) => {
      chi += (counts[i]! - draws * p) ** 2 / (draws * p);
    });
    expect(Math.abs(chi - 49)).toBeLessThan(4 * Math.sqrt(98));
  });

  it('refuses what is no distribution', () => {
    for (const [n, exponent] of [
      [0, 1],
      [1.5, 1],
      [3e6, 1],
      [5, -1],
      [5, Infinity],
      [5, Number.NaN],
    ] as const) {
      expect(() => compileZipf(n, exponent)).toThrow('Zipf');
    }
  });
});
