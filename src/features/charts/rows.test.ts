import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SeriesSet } from '../../simulation/polling.ts';
import { bucketLength, gatherRows, largest, latest, MAX_POINTS } from './rows.ts';
import { decadeTicks, evenTicks, timeTicks, writeTick } from './ticks.ts';

function seriesOf(intervalMs: number, columns: Record<string, readonly number[]>): SeriesSet {
  const samples = Object.values(columns)[0]?.length ?? 0;
  const arrays = Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)]);
  return { intervalMs, samples, columns: Object.fromEntries(arrays), leftOut: 0, marks: [] };
}

describe('gathering rows', () => {
  it('turns a running total into a rate per simulated second', () => {
    const series = seriesOf(100, { total: [0, 1, 2, 5, 5] });
    const { atMs, values } = gatherRows(series, [{ column: 'total', gathering: 'rate' }], { fromMs: 0, toMs: 400 });
    expect(atMs).toEqual([100, 200, 300, 400]);
    expect(values['total']).toEqual([10, 10, 30, 0]);
  });

  it('takes a rate over longer than a bucket where buckets are short', () => {
    const series = seriesOf(200, { total: [0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2] });
    const gathering = { rateOverMs: 1000 } as const;
    const { values } = gatherRows(series, [{ column: 'total', gathering }], { fromMs: 0, toMs: 2000 });
    // As long as less than a second has passed, over what has passed.
    expect(values['total']?.map((rate) => rate?.toFixed(2))).toEqual([
      '0.00',
      '2.50',
      '1.67',
      '1.25',
      '1.00',
      '1.00',
      '1.00',
      '1.00',
      '1.00',
      '1.00',
    ]);
  });

  it('takes the last bucket as short as it is', () => {
    // 301 samples of 100 ms are 30 s: buckets of 500 ms; at 30.3 s the last one has 300 ms.
    const series = (samples: number) => seriesOf(100, { total: Array.from({ length: samples }, (_, index) => index) });
    const rate = [{ column: 'total', gathering: 'rate' }] as const;
    const rows = gatherRows(series(304), rate, { fromMs: 0, toMs: 30_300 });
    expect(rows.bucketMs).toBe(500);
    expect(rows.atMs.at(-1)).toBe(30_300);
    expect(new Set(rows.values['total'])).toEqual(new Set([10]));
    // With less than half of it there, its rate would be noise.
    expect(gatherRows(series(303), rate, { fromMs: 0, toMs: 30_200 }).values['total']?.at(-1)).toBeNull();
  });

  it('keeps the largest gauge, and null where nothing was measured', () => {
    const series = seriesOf(1000, { p99: [Number.NaN, Number.NaN, 3, 9, Number.NaN] });
    const rows = gatherRows(series, [{ column: 'p99', gathering: 'max' }], { fromMs: 0, toMs: 4000 });
    expect(rows.values['p99']).toEqual([null, 3, 9, null]);
    expect(latest(rows.values['p99'])).toBe(9);
    expect(largest([null, null])).toBeNull();
  });

  it('takes quantiles of the samples of a bucket', () => {
    const series = seriesOf(100, { p50: [Number.NaN, 4, Number.NaN, 1, 9, 2] });
    const window = { fromMs: 0, toMs: 500 };
    const rows = (quantile: number) =>
      gatherRows(series, [{ column: 'p50', gathering: { quantile } }], window, 1).values['p50'];
    expect(rows(0.5)).toEqual([2]);
    expect(rows(0.99)).toEqual([9]);
  });

  it('takes a total that begins later as begun at nothing', () => {
    const series = seriesOf(1000, { total: [Number.NaN, Number.NaN, 4, 6] });
    const rows = gatherRows(series, [{ column: 'total', gathering: 'increase' }], { fromMs: 0, toMs: 3000 });
    expect(rows.values['total']).toEqual([null, 4, 2]);
  });

  it('has nothing but nulls for a column that is not there', () => {
    const series = seriesOf(1000, { total: [0, 1] });
    const rows = gatherRows(series, [{ column: 'other', gathering: 'last' }], { fromMs: 0, toMs: 1000 });
    expect(rows.values['other']).toEqual([null]);
  });

  it('never draws more points than a chart can, and loses no increase', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { minLength: 2, maxLength: 2000, size: 'max' }),
        fc.constantFrom(10, 100, 250, 1000),
        (increments, intervalMs) => {
          let total = 0;
          const totals = increments.map((increment, index) => (total += index === 0 ? 0 : increment));
          const toMs = (totals.length - 1) * intervalMs;
          const series = seriesOf(intervalMs, { total: totals });
          const rows = gatherRows(series, [{ column: 'total', gathering: 'increase' }], { fromMs: 0, toMs });
          const sum = (rows.values['total'] ?? []).reduce<number>((all, value) => all + (value ?? 0), 0);
          return rows.atMs.length <= MAX_POINTS && sum === total;
        },
      ),
    );
  });

  it('chooses buckets of round length', () => {
    expect(bucketLength(12_000, 100)).toBe(100);
    expect(bucketLength(12_100, 100)).toBe(200);
    expect(bucketLength(3_600_000, 100)).toBe(50_000);
  });
});

describe('ticks', () => {
  it('ends at a round number at or above the largest value', () => {
    expect(evenTicks(0)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(evenTicks(1, 1)).toEqual([0, 1]);
    expect(evenTicks(3, 1)).toEqual([0, 1, 2, 3]);
    expect(evenTicks(97)).toEqual([0, 25, 50, 75, 100]);
    expect(evenTicks(1)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (most) => {
        const ticks = evenTicks(most);
        return ticks.length >= 3 && ticks.length <= 6 && (ticks.at(-1) ?? 0) >= most * (1 - 1e-9);
      }),
    );
  });

  it('covers whole decades', () => {
    expect(decadeTicks(3, 250)).toEqual([1, 10, 100, 1000]);
    expect(decadeTicks(10, 10)).toEqual([10, 100]);
  });

  it('puts time ticks where a clock has them', () => {
    expect(timeTicks(0, 30_000)).toEqual([0, 5000, 10_000, 15_000, 20_000, 25_000, 30_000]);
    expect(timeTicks(61_000, 125_000).every((at) => at % 10_000 === 0)).toBe(true);
    expect(writeTick(5000, 30_000)).toBe('5 s');
    expect(writeTick(90_000, 300_000)).toBe('1:30');
    expect(writeTick(7_200_000, 9_000_000)).toBe('2:00:00');
    expect(writeTick(200, 900)).toBe('200 ms');
  });
});
