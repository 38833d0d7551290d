import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  createHistogram,
  difference,
  mean,
  merge,
  quantile,
  quantiles,
  record,
  recordMany,
  type Histogram,
} from './histogram.ts';
import { copyPlain, equalPlain } from './plain.ts';

const duration = fc.oneof(
  fc.nat(300),
  fc.nat(2 ** 31 - 1),
  // Every magnitude equally often.
  fc
    .tuple(fc.integer({ min: 0, max: 52 }), fc.double({ min: 1, max: 2, maxExcluded: true, noNaN: true }))
    .map(([octave, x]) => Math.floor(x * 2 ** octave)),
);
const durations = fc.array(duration, { minLength: 1, maxLength: 300, size: 'max' });

function histogramOf(values: readonly number[]): Histogram {
  const h = createHistogram();
  for (const value of values) record(h, value);
  return h;
}

it('a quantile is within 0.8 % of the value of its rank', () => {
  fc.assert(
    fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
      const sorted = values.toSorted((a, b) => a - b);
      const rank = Math.max(1, Math.ceil(q * sorted.length * (1 - 2 ** -50)));
      const exact = sorted[rank - 1]!;
      expect(Math.abs(quantile(histogramOf(values), q) - exact)).toBeLessThanOrEqual(exact * 0.008);
    }),
    { numRuns: 500 },
  );
});

it('quantiles rise with q, from the least to the most', () => {
  fc.assert(
    fc.property(durations, (values) => {
      const h = histogramOf(values);
      const drawn = [0, 0.1, 0.5, 0.9, 0.99, 0.999, 1].map((q) => quantile(h, q));
      expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
      expect(drawn[0]).toBe(Math.min(...values));
      expect(drawn.at(-1)).toBe(Math.max(...values));
      expect(mean(h)).toBe(values.reduce((sum, value) => sum + value, 0) / values.length);
    }),
  );
});

it('merging equals recording together, in counts, extremes and quantiles', () => {
  fc.assert(
    fc.property(durations, durations, (first, second) => {
      const merged = histogramOf(first);
      merge(merged, histogramOf(second));
      const together = histogramOf([...first, ...second]);
      expect([merged.total, merged.min, merged.max]).toEqual([together.total, together.min, together.max]);
      for (const q of [0, 0.25, 0.5, 0.99, 1]) expect(quantile(merged, q)).toBe(quantile(together, q));
    }),
  );
});

it('the difference to an earlier copy is what was recorded since, within a bucket', () => {
  fc.assert(
    fc.property(durations, durations, (first, second) => {
      const h = histogramOf(first);
      const earlier = copyPlain(h);
      for (const value of second) record(h, value);
      const since = difference(h, earlier);
      const alone = histogramOf(second);
      expect(since.total).toBe(second.length);
      expect(since.min).toBeLessThanOrEqual(alone.min);
      expect(since.max).toBeGreaterThanOrEqual(alone.max);
      expect(alone.min - since.min).toBeLessThanOrEqual(alone.min / 64);
      expect(since.max - alone.max).toBeLessThanOrEqual(alone.max / 64);
      expect(difference(h, copyPlain(h)).total).toBe(0);
    }),
  );
});

it('recording a duration n times equals recording it n times over', () => {
  fc.assert(
    fc.property(duration, fc.integer({ min: 1, max: 20 }), (ns, n) => {
      const h = createHistogram();
      recordMany(h, ns, n);
      // The sum of large durations is rounded, in one addition here and in n there.
      const others = histogramOf(Array.from({ length: n }, () => ns));
      expect(equalPlain({ ...h, sum: 0 }, { ...others, sum: 0 })).toBeNull();
    }),
  );
});

it('several quantiles in one walk are those found one by one', () => {
  const falling = fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 })
    .map((some) => some.toSorted((a, b) => b - a));
  fc.assert(
    fc.property(durations, falling, (some, qs) => {
      const h = histogramOf(some);
      const found = new Float64Array(qs.length);
      quantiles(h, qs, found);
      expect([...found]).toEqual(qs.map((q) => quantile(h, q)));
    }),
  );
});
