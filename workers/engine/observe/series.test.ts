import { describe, expect, test } from 'vitest';
import { createHistogram, quantile, record, type Histogram } from '../core/histogram.ts';
import { fromMs } from '../core/time.ts';
import {
  createSeries,
  forgetAfter,
  nextSampleNs,
  recordedSeries,
  SAMPLES_MAX,
  takeSample,
  type Series,
  type SampleSink,
} from './series.ts';

/** A run that is only its time: a value that follows it, and one latency every 10 ms, as long as it is late. */
function play(series: Series, fromNs: number, toNs: number, histogram: Histogram, extra?: (sink: SampleSink) => void) {
  let last = fromNs;
  for (let ns = nextSampleNs(series, fromNs); ns <= toNs; ns = nextSampleNs(series, last)) {
    for (let at = Math.floor(last / 1e7) * 1e7 + 1e7; at <= ns; at += 1e7) record(histogram, at / 100);
    last = ns;
    takeSample(series, ns, (sink) => {
      sink.value('x', ns / 1e6);
      sink.latencies('s', histogram);
      extra?.(sink);
    });
  }
}

describe('series', () => {
  test('begin with a sample at 0 and go on every 100 ms', () => {
    const series = createSeries();
    expect(nextSampleNs(series, -1)).toBe(0);
    expect(nextSampleNs(series, 0)).toBe(fromMs(100));
    expect(nextSampleNs(series, fromMs(100) - 1)).toBe(fromMs(100));
    play(series, -1, fromMs(1000), createHistogram());
    const { samples, intervalMs, columns } = recordedSeries(series);
    expect([samples, intervalMs]).toEqual([11, 100]);
    expect([...columns['x']!]).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
  });

  test('are given whole, or only the columns asked for, quantiles included', () => {
    const series = createSeries();
    play(series, -1, fromMs(1000), createHistogram());
    const all = recordedSeries(series);
    const some = recordedSeries(series, ['x', 's:p99Ms', 'nobody']);
    expect(new Set(Object.keys(some.columns))).toEqual(new Set(['s:p99Ms', 'x']));
    expect(some.columns['s:p99Ms']).toEqual(all.columns['s:p99Ms']);
    expect(recordedSeries(series, [])).toEqual({ ...all, columns: {} });
  });

  test('index i is the sample at i times the interval, also after doubling', () => {
    const series = createSeries();
    play(series, -1, fromMs(100 * SAMPLES_MAX * 5), createHistogram());
    const { samples, intervalMs, columns } = recordedSeries(series);
    expect(intervalMs).toBe(800);
    expect(samples).toBe((SAMPLES_MAX * 500) / 800 + 1);
    columns['x']!.forEach((value, i) => expect(value).toBe(i * intervalMs));
  });

  test('quantiles after doubling are those of everything in the longer interval', () => {
    const series = createSeries();
    const histogram = createHistogram();
    play(series, -1, fromMs(100 * SAMPLES_MAX * 3), histogram);
    const { samples, intervalMs, columns } = recordedSeries(series);
    for (const i of [1, 17, 150, samples - 2, samples - 1]) {
      const own = createHistogram();
      for (let at = (i - 1) * intervalMs + 10; at <= i * intervalMs; at += 10) record(own, fromMs(at) / 100);
      for (const [name, q] of [['s:p50Ms', 0.5] as const, ['s:p99Ms', 0.99] as const]) {
        const exact = quantile(own, q) / 1e6;
        expect(Math.abs(columns[name]![i]! / exact - 1)).toBeLessThan(0.07);
      }
    }
  });

  test('an interval without latencies has none', () => {
    const series = createSeries();
    const histogram = createHistogram();
    record(histogram, 5_000_000);
    for (const ms of [0, 100, 200]) takeSample(series, fromMs(ms), (sink) => sink.latencies('s', histogram));
    const { columns } = recordedSeries(series);
    expect(columns['s:p50Ms']![0]).toBeCloseTo(5, 0);
    expect(columns['s:p50Ms']![1]).toBeNaN();
  });

  test('taking a run back and forward again records nothing anew', () => {
    const series = createSeries();
    const histogram = createHistogram();
    play(series, -1, fromMs(5000), histogram);
    const before = recordedSeries(series);
    play(series, -1, fromMs(5000), createHistogram());
    expect(recordedSeries(series)).toEqual(before);
  });

  test('a change in the past cuts what came after, and the rest is as if it had never been', () => {
    const cut = createSeries();
    const histogram = createHistogram();
    play(cut, -1, fromMs(2000), histogram);
    const early = createHistogram();
    for (let at = 1e7; at <= fromMs(750); at += 1e7) record(early, at / 100);
    play(cut, fromMs(2000), fromMs(9000), histogram);
    forgetAfter(cut, fromMs(750));
    expect(recordedSeries(cut).samples).toBe(8);
    for (let at = fromMs(750) + 1e7; at <= fromMs(800); at += 1e7) record(early, at / 100);
    takeSample(cut, fromMs(800), (sink) => {
      sink.value('x', 800);
      sink.latencies('s', early);
    });
    const fresh = createSeries();
    play(fresh, -1, fromMs(800), createHistogram());
    expect(recordedSeries(cut)).toEqual(recordedSeries(fresh));
  });

  test('a column that appears late is missing before', () => {
    const series = createSeries();
    play(series, -1, fromMs(300), createHistogram(), (sink) => {
      if (series.samples > 2) sink.value('late', 1);
    });
    expect([...recordedSeries(series).columns['late']!]).toEqual([NaN, NaN, 1, 1]);
  });

  test('totals tell what was new since the last sample, and are not shown', () => {
    const series = createSeries();
    const news: number[] = [];
    [3, 3, 8].forEach((value, i) => takeSample(series, fromMs(100 * i), (s) => news.push(value - s.total('n', value))));
    expect(news).toEqual([3, 0, 5]);
    expect(recordedSeries(series).columns).toEqual({});
  });

  test('columns beyond the cap are counted, not recorded', () => {
    const series = createSeries();
    takeSample(series, 0, (sink) => {
      for (let i = 0; i < 6010; i++) sink.value(`c${i}`, i);
    });
    expect(recordedSeries(series).leftOut).toBe(10);
  });

  test('survive a copy to another thread', () => {
    const series = createSeries();
    play(series, -1, fromMs(70_000), createHistogram());
    expect(recordedSeries(structuredClone(series))).toEqual(recordedSeries(series));
  });
});
