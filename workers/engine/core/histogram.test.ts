import { describe, expect, it } from 'vitest';
import {
  bucketOf,
  createHistogram,
  difference,
  lowerEndOf,
  mean,
  merge,
  quantile,
  record,
  recordMany,
} from './histogram.ts';
import { copyPlain, equalPlain } from './plain.ts';

const of = (...values: readonly number[]) => {
  const h = createHistogram();
  for (const value of values) record(h, value);
  return h;
};

describe('buckets', () => {
  it('follow each other without a gap, and lowerEndOf is their first duration', () => {
    expect([63, 64, 127, 128, 129, 130, 255, 256].map(bucketOf)).toEqual([63, 64, 127, 128, 128, 129, 191, 192]);
    const last = bucketOf(2 ** 53 - 1);
    for (let bucket = 0; bucket <= last; bucket++) {
      const lower = lowerEndOf(bucket);
      expect(bucketOf(lower)).toBe(bucket);
      if (bucket > 0) expect(bucketOf(lower - 1)).toBe(bucket - 1);
    }
    expect(lowerEndOf(last + 1)).toBe(2 ** 53);
    expect(last).toBeLessThan(4096);
  });
});

describe('histogram', () => {
  it('knows total, sum, mean, least and most exactly', () => {
    const h = of(5, 1_000_000_007, 3);
    expect([h.total, h.sum, h.min, h.max, mean(h)]).toEqual([3, 1_000_000_015, 3, 1_000_000_007, 1_000_000_015 / 3]);
  });

  it('is empty at first: no mean, no quantile', () => {
    const h = createHistogram();
    expect(mean(h)).toBeNaN();
    expect(quantile(h, 0.5)).toBeNaN();
    recordMany(h, 7, 0);
    expect(equalPlain(h, createHistogram())).toBeNull();
  });

  it('takes the rank ceil(q n)', () => {
    const h = of(...Array.from({ length: 100 }, (_, i) => i + 1));
    expect([0, 0.001, 0.01, 0.07, 0.5, 0.501, 0.95, 0.99, 0.999, 1].map((q) => quantile(h, q))).toEqual([
      1, 1, 1, 7, 50, 51, 95, 99, 100, 100,
    ]);
  });

  it('stays between least and most', () => {
    const h = of(1_000_000, 1_000_001, 1_000_002);
    for (const q of [0, 0.3, 0.5, 0.9, 1]) {
      expect(quantile(h, q)).toBeGreaterThanOrEqual(1_000_000);
      expect(quantile(h, q)).toBeLessThanOrEqual(1_000_002);
    }
  });

  it('takes the longest duration, and refuses what is none', () => {
    const h = of(2 ** 53 - 1, 0);
    expect(quantile(h, 1)).toBe(2 ** 53 - 1);
    for (const bad of [-1, 2 ** 53, Number.NaN, Infinity]) expect(() => record(h, bad)).toThrow('durations');
    expect(h.total).toBe(2);
  });

  it('merges an empty one, and into an empty one', () => {
    const h = of(4, 5_000_000_000);
    const before = copyPlain(h);
    merge(h, createHistogram());
    expect(equalPlain(h, before)).toBeNull();
    const empty = createHistogram();
    merge(empty, h);
    expect([empty.total, empty.sum, empty.min, empty.max, quantile(empty, 1)]).toEqual([
      2, 5_000_000_004, 4, 5_000_000_000, 5_000_000_000,
    ]);
  });

  it('counts a duration as often as it is recorded, in the sum too', () => {
    const h = createHistogram();
    recordMany(h, 300, 4);
    expect([h.total, h.sum, mean(h)]).toEqual([4, 1200, 300]);
  });

  it('has no quantile outside of 0 to 1', () => {
    for (const bad of [-0.01, 1.01, Number.NaN]) expect(() => quantile(of(1, 2), bad)).toThrow(`no quantile ${bad}`);
  });

  it('finds a rank from either end', () => {
    // The ten ranks of the upper half are counted down from the top.
    const h = of(...Array.from({ length: 20 }, (_, i) => 10 * i));
    for (let rank = 1; rank <= 20; rank += 1) expect(quantile(h, rank / 20)).toBe(10 * (rank - 1));
  });

  it('subtracts an earlier copy: what has been recorded since, its sum exactly', () => {
    const h = of(5, 700);
    const earlier = copyPlain(h);
    record(h, 60);
    record(h, 90);
    const since = difference(h, earlier);
    expect([since.total, since.sum, since.min, since.max, mean(since)]).toEqual([2, 150, 60, 90, 75]);
    expect([h.total, h.counts[bucketOf(5)]]).toEqual([4, 1]);
    const none = difference(h, copyPlain(h));
    expect([none.total, none.sum, none.min, none.max]).toEqual([0, 0, Infinity, -Infinity]);
    expect(quantile(none, 0.5)).toBeNaN();
  });

  it('refuses to subtract what is no earlier copy', () => {
    expect(() => difference(of(5), of(6))).toThrow('earlier copy');
  });
});
