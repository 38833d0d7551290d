/**
 * Series: figures of a run at regular simulated instants, for charts. Recorded outside the run and never read back.
 *
 * Samples lie `intervalNs` apart, first 100 ms. When `SAMPLES_MAX` are there, every other one goes and the interval
 * doubles: a run of any length keeps 300 to 600 samples over its whole past, for a cost that shrinks as it runs.
 *
 *     samples   0   1   2   3   4   5        after doubling   0       1       2
 *     instant   0 100 200 300 400 500 ms                      0     200     400 ms   next 600
 *
 * Latencies are kept as a histogram of each interval, in buckets of 1/8 octave (9 % wide). So the quantiles of two
 * intervals that become one are those of everything in both, which no arithmetic on quantiles could give.
 *
 * An instant is recorded once: when a run is taken back and forward again, it passes the same instants in the same
 * states. Only a change in the past makes another future, and then `forgetAfter` cuts.
 */
import { assert } from '../core/assert.ts';
import { lowerEndOf, type Histogram } from '../core/histogram.ts';
import { NS_PER_MS } from '../core/time.ts';
import { addMark, createMarks, dropMarksAfter, type Marks } from './marks.ts';

export const SAMPLES_MAX = 600;
const FIRST_INTERVAL_NS = 100 * NS_PER_MS;
/** Beyond this many columns (about 30 MB) further ones are not recorded but counted in `leftOut`. */
const COLUMNS_MAX = 6000;

/** 8 coarse buckets an octave: those of a `Histogram`, eight at a time. */
const COARSE_SHIFT = 3;
const COARSE_BUCKETS = 512;
const QUANTILES = { p50Ms: 0.5, p95Ms: 0.95, p99Ms: 0.99, p999Ms: 0.999 } as const;

/** What was recorded in one interval: bucket indexes, ascending, and their counts. */
interface Tally {
  readonly buckets: Uint16Array;
  readonly counts: Float64Array;
}

interface LatencyTrack {
  /** By sample: since the sample before it. Null for nothing. */
  tallies: (Tally | null)[];
  /** Coarse counts at the last sample, since the start of the run. */
  reached: Float64Array;
}

/** Plain data. */
export interface Series {
  intervalNs: number;
  samples: number;
  /** Of length `SAMPLES_MAX`, NaN where nothing was sampled. Names that begin with `~` are for the recorder itself. */
  columns: Record<string, Float64Array>;
  columnCount: number;
  leftOut: number;
  latencies: Record<string, LatencyTrack>;
  marks: Marks;
}

/** What a reader may write of the run at one instant. */
export interface SampleSink {
  readonly value: (column: string, value: number) => void;
  /** Everything recorded since the start of the run; gives the columns `<prefix>:p50Ms` and so on. */
  readonly latencies: (prefix: string, histogram: Histogram) => void;
  /** A total that only grows; returns what it was at the sample before, 0 at first. */
  readonly total: (name: string, value: number) => number;
  readonly mark: (atNs: number, kind: 'anomaly' | 'rebalance', label: string) => void;
}

/** What leaves the recorder: the protocol's `SeriesSet`, without the marks that only the document knows. */
export interface RecordedSeries {
  readonly intervalMs: number;
  readonly samples: number;
  readonly columns: Record<string, Float64Array<ArrayBuffer>>;
  readonly leftOut: number;
  readonly marks: readonly { readonly atMs: number; readonly kind: 'anomaly' | 'rebalance'; readonly label: string }[];
}

export function createSeries(): Series {
  return {
    intervalNs: FIRST_INTERVAL_NS,
    samples: 0,
    columns: {},
    columnCount: 0,
    leftOut: 0,
    latencies: {},
    marks: createMarks(FIRST_INTERVAL_NS),
  };
}

/** The first sampling instant after `ns`; 0 from -1. */
export function nextSampleNs(series: Series, ns: number): number {
  return (Math.floor(ns / series.intervalNs) + 1) * series.intervalNs;
}

/**
 * Records the instant `ns` by letting `read` write into a sink, unless it is recorded already.
 *
 * @param ns a sampling instant, as `nextSampleNs` gives
 */
export function takeSample(series: Series, ns: number, read: (sink: SampleSink) => void): void {
  assert(ns % series.intervalNs === 0, () => `${ns} ns is not a sampling instant`);
  while (ns / series.intervalNs >= SAMPLES_MAX) {
    halve(series);
    // The instant may have fallen between the samples that are left.
    if (ns % series.intervalNs !== 0) return;
  }
  const at = ns / series.intervalNs;
  if (at < series.samples) return;
  series.samples = at + 1;
  for (const track of Object.values(series.latencies)) while (track.tallies.length <= at) track.tallies.push(null);
  read(sinkAt(series, at));
}

/** Forgets every sample and mark after `ns`. The interval stays. */
export function forgetAfter(series: Series, ns: number): void {
  const kept = Math.min(series.samples, Math.floor(ns / series.intervalNs) + 1);
  if (kept === series.samples) return;
  for (const column of Object.values(series.columns)) column.fill(Number.NaN, kept, series.samples);
  for (const track of Object.values(series.latencies)) {
    for (let i = kept; i < track.tallies.length; i++) subtract(track.reached, track.tallies[i] ?? null);
    track.tallies.length = Math.min(kept, track.tallies.length);
  }
  series.samples = kept;
  // What was marked between the last sample kept and `ns` will be found again by the next sample.
  dropMarksAfter(series.marks, (kept - 1) * series.intervalNs);
}

/** A copy of all columns, or of those named, quantiles computed. */
export function recordedSeries(series: Series, names?: readonly string[]): RecordedSeries {
  const wanted = names === undefined ? null : new Set(names);
  const columns: Record<string, Float64Array<ArrayBuffer>> = {};
  for (const [name, column] of Object.entries(series.columns)) {
    if (name.startsWith('~') || wanted?.has(name) === false) continue;
    columns[name] = new Float64Array(column.subarray(0, series.samples));
  }
  for (const [prefix, track] of Object.entries(series.latencies)) {
    for (const [figure, q] of Object.entries(QUANTILES)) {
      const name = `${prefix}:${figure}`;
      if (wanted?.has(name) === false) continue;
      columns[name] = Float64Array.from({ length: series.samples }, (_, i) => quantileMs(track.tallies[i] ?? null, q));
    }
  }
  return {
    intervalMs: series.intervalNs / NS_PER_MS,
    samples: series.samples,
    columns,
    leftOut: series.leftOut,
    marks: series.marks.rows.map(({ atNs, kind, label }) => ({ atMs: atNs / NS_PER_MS, kind, label })),
  };
}

function sinkAt(series: Series, at: number): SampleSink {
  return {
    value(name, value) {
      const column = columnOf(series, name);
      if (column !== null) column[at] = value;
    },
    latencies(prefix, histogram) {
      const track = trackOf(series, prefix);
      if (track !== null) track.tallies[at] = tallySince(track.reached, histogram);
    },
    total(name, value) {
      const column = columnOf(series, `~${name}`);
      if (column === null) return value;
      const before = at > 0 ? column[at - 1]! : 0;
      column[at] = value;
      return before === before ? before : 0;
    },
    mark: (atNs, kind, label) => addMark(series.marks, { atNs, kind, label }),
  };
}

function columnOf(series: Series, name: string): Float64Array | null {
  const known = series.columns[name];
  if (known !== undefined) return known;
  if (series.columnCount >= COLUMNS_MAX) {
    series.leftOut += 1;
    return null;
  }
  series.columnCount += 1;
  const column = new Float64Array(SAMPLES_MAX).fill(Number.NaN);
  series.columns[name] = column;
  return column;
}

function trackOf(series: Series, prefix: string): LatencyTrack | null {
  const known = series.latencies[prefix];
  if (known !== undefined) return known;
  if (series.columnCount >= COLUMNS_MAX) {
    series.leftOut += 1;
    return null;
  }
  // Counted as the four columns it becomes.
  series.columnCount += 4;
  const track = {
    tallies: Array.from({ length: series.samples }, () => null),
    reached: new Float64Array(COARSE_BUCKETS),
  };
  series.latencies[prefix] = track;
  return track;
}

/** Every other sample goes; an interval takes over the latencies of the one before it. */
function halve(series: Series): void {
  const kept = Math.ceil(series.samples / 2);
  for (const column of Object.values(series.columns)) {
    for (let i = 1; i < kept; i++) column[i] = column[2 * i]!;
    column.fill(Number.NaN, kept);
  }
  for (const track of Object.values(series.latencies)) {
    const { tallies } = track;
    // A last sample that goes leaves its latencies to the next one to come.
    if (tallies.length === 2 * kept) subtract(track.reached, tallies.at(-1) ?? null);
    track.tallies = Array.from({ length: kept }, (_, i) =>
      i === 0 ? (tallies[0] ?? null) : merged(tallies[2 * i - 1] ?? null, tallies[2 * i] ?? null),
    );
  }
  series.samples = kept;
  series.intervalNs *= 2;
}

/** What the histogram has beyond `reached`, which is brought up to it. */
function tallySince(reached: Float64Array, { counts, total }: Histogram): Tally | null {
  if (total === 0) return null;
  const buckets: number[] = [];
  const found: number[] = [];
  const end = Math.min(COARSE_BUCKETS, counts.length >> COARSE_SHIFT);
  for (let coarse = 0; coarse < end; coarse++) {
    let count = 0;
    const from = coarse << COARSE_SHIFT;
    for (let bucket = from; bucket < from + (1 << COARSE_SHIFT); bucket++) count += counts[bucket]!;
    // Less than before: the subscription began anew.
    const more = count >= reached[coarse]! ? count - reached[coarse]! : count;
    reached[coarse] = count;
    if (more === 0) continue;
    buckets.push(coarse);
    found.push(more);
  }
  return buckets.length === 0 ? null : { buckets: Uint16Array.from(buckets), counts: Float64Array.from(found) };
}

function subtract(reached: Float64Array, tally: Tally | null): void {
  tally?.buckets.forEach((bucket, i) => {
    reached[bucket] = Math.max(0, reached[bucket]! - tally.counts[i]!);
  });
}

function merged(a: Tally | null, b: Tally | null): Tally | null {
  if (a === null || b === null) return a ?? b;
  const sums = new Map<number, number>();
  for (const { buckets, counts } of [a, b]) {
    buckets.forEach((bucket, i) => sums.set(bucket, (sums.get(bucket) ?? 0) + counts[i]!));
  }
  const rows = [...sums].toSorted((x, y) => x[0] - y[0]);
  return { buckets: Uint16Array.from(rows, (row) => row[0]), counts: Float64Array.from(rows, (row) => row[1]) };
}

/** Milliseconds, the middle of the bucket that holds the rank; NaN for nothing. */
function quantileMs(tally: Tally | null, q: number): number {
  if (tally === null) return Number.NaN;
  const total = tally.counts.reduce((sum, count) => sum + count, 0);
  // A hair less, as in the histogram: 0.95 of 100 is rank 95.
  const rank = Math.max(1, Math.ceil(q * total * (1 - 2 ** -50)));
  let below = 0;
  const at = tally.counts.findIndex((count) => (below += count) >= rank);
  const bucket = tally.buckets[at]! << COARSE_SHIFT;
  return (lowerEndOf(bucket) + lowerEndOf(bucket + (1 << COARSE_SHIFT))) / 2 / NS_PER_MS;
}
