/**
 * From the series of a run to at most a hundred-odd rows for a chart.
 *
 * Samples are gathered into buckets of equal length, aligned to multiples of that length since 0: as the run goes on,
 * buckets that are complete keep their value, so a line does not shimmer while it grows.
 */
import type { SeriesSet } from '../../simulation/polling.ts';

/** Most points a chart draws. */
export const MAX_POINTS = 120;

/** How a bucket's samples become one value. */
type Gathering =
  /** Increase per simulated second of a running total. */
  | 'rate'
  /**
   * The same over at least so many simulated milliseconds before the end of the bucket. Of a handful of messages a second
   * a short bucket holds one or none, and its rate would jump between zero and several times what it is.
   */
  | { readonly rateOverMs: number }
  /** Increase of a running total within the bucket. */
  | 'increase'
  /** The largest sample: what a threshold is held against. */
  | 'max'
  /**
   * This quantile of the samples, themselves quantiles of an interval. Exact where an interval has one message at most,
   * and between the samples' extremes where it has many; the histograms behind them stay in the worker.
   */
  | { readonly quantile: number }
  /** The last sample. */
  | 'last';

export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Column {
  /** Name in `SeriesSet.columns`. */
  readonly column: string;
  readonly gathering: Gathering;
}

/** One row a bucket: `atMs` is the bucket's end; a value is null where nothing was measured. */
export interface Rows {
  readonly bucketMs: number;
  readonly atMs: readonly number[];
  /** By column name, each as long as `atMs`. */
  readonly values: Readonly<Record<string, readonly (number | null)[]>>;
}

const NICE = [1, 2, 5];

/** The smallest of 1, 2, 5, 10, 20, … times `intervalMs` with which `spanMs` needs at most `points` buckets. */
export function bucketLength(spanMs: number, intervalMs: number, points = MAX_POINTS): number {
  const least = Math.max(1, Math.ceil(spanMs / intervalMs / points));
  for (let decade = 1; ; decade *= 10) {
    for (const step of NICE) if (step * decade >= least) return step * decade * intervalMs;
  }
}

/**
 * Gathers `columns` of the samples within `window` into at most `points` rows. Columns that the run does not have (yet)
 * are all null.
 */
export function gatherRows(
  series: SeriesSet,
  columns: readonly Column[],
  window: Window,
  points: number = MAX_POINTS,
): Rows {
  const { intervalMs, samples } = series;
  const bucketMs = bucketLength(window.toMs - window.fromMs, intervalMs, points);
  const perBucket = Math.round(bucketMs / intervalMs);
  const first = Math.max(0, Math.floor(window.fromMs / bucketMs));
  const last = Math.ceil(Math.min(window.toMs, (samples - 1) * intervalMs) / bucketMs);
  const atMs: number[] = [];
  for (let bucket = first; bucket < last; bucket += 1) {
    atMs.push(Math.min((bucket + 1) * bucketMs, (samples - 1) * intervalMs));
  }
  const values: Record<string, readonly (number | null)[]> = {};
  for (const { column, gathering } of columns) {
    const data = series.columns[column];
    values[column] = atMs.map((_, index) => {
      if (data === undefined) return null;
      const start = (first + index) * perBucket;
      const end = Math.min(start + perBucket, samples - 1);
      // A rate over a stretch that has hardly begun is noise; the stretch before it speaks for it.
      if (gathering === 'rate' && index > 0 && (end - start) * 2 < perBucket) return null;
      if (typeof gathering === 'object' && 'rateOverMs' in gathering) {
        const over = Math.max(end - start, Math.round(gathering.rateOverMs / intervalMs));
        return gather(data, 'rate', Math.max(0, end - over), end, intervalMs);
      }
      return gather(data, gathering, start, end, intervalMs);
    });
  }
  return { bucketMs, atMs, values };
}

/** The value of one bucket: samples in `(start, end]`, with the total at `start` as the base of an increase. */
function gather(
  data: Float64Array,
  gathering: Exclude<Gathering, { readonly rateOverMs: number }>,
  start: number,
  end: number,
  intervalMs: number,
): number | null {
  if (end <= start) return null;
  if (typeof gathering === 'object') return quantileOf(data.subarray(start + 1, end + 1), gathering.quantile);
  switch (gathering) {
    case 'rate':
    case 'increase': {
      // A total that begins later (a node added during the run) began at nothing.
      const base = data[start] ?? Number.NaN;
      const total = data[end] ?? Number.NaN;
      if (Number.isNaN(total)) return null;
      const increase = total - (Number.isNaN(base) ? 0 : base);
      return gathering === 'increase' ? increase : (increase * 1000) / ((end - start) * intervalMs);
    }
    case 'max': {
      let most: number | null = null;
      for (let index = start + 1; index <= end; index += 1) {
        const value = data[index] ?? Number.NaN;
        if (!Number.isNaN(value) && (most === null || value > most)) most = value;
      }
      return most;
    }
    case 'last': {
      const value = data[end] ?? Number.NaN;
      return Number.isNaN(value) ? null : value;
    }
    default:
      return gathering satisfies never;
  }
}

/** The nearest-rank quantile of the samples that are there, or null without any. */
function quantileOf(samples: Float64Array, quantile: number): number | null {
  const measured = samples.filter((value) => !Number.isNaN(value)).sort();
  return measured[Math.max(0, Math.ceil(measured.length * quantile) - 1)] ?? null;
}

/** The last value that is not null, or null. */
export function latest(values: readonly (number | null)[] | undefined): number | null {
  return values?.findLast((value) => value !== null) ?? null;
}

/** The largest value that is not null, or null. */
export function largest(values: readonly (number | null)[] | undefined): number | null {
  let most: number | null = null;
  for (const value of values ?? []) if (value !== null && (most === null || value > most)) most = value;
  return most;
}
