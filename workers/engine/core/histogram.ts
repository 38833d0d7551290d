/**
 * A histogram of durations with a bounded relative error: 64 equal buckets in every octave, one bucket a nanosecond
 * below 128 ns. A bucket is never wider than 1/64 of its lower end, so its middle is within 1/128 (0.79 %) of any
 * duration in it.
 *
 * Bucket of `ns >= 64`, with `shift` such that `ns >> shift` lies in 64 .. 127:  `64 shift + (ns >> shift)`.
 *
 *     ns      63   64  127  128  129  130  255  256
 *     shift    -    0    0    1    1    1    1    2
 *     bucket  63   64  127  128  128  129  191  192
 */
import { assert, fail } from './assert.ts';
import { growFloat64 } from './columns.ts';

/** 104 days in nanoseconds: what can be recorded, and counted exactly. */
const LONGEST_NS = 2 ** 53 - 1;

/** Buckets when nothing longer than 2 µs was recorded; the column doubles as longer ones come, up to 4096. */
const BUCKETS_AT_FIRST = 512;

/** Plain data: a checkpoint copies it. */
export interface Histogram {
  /** By bucket; grows to the longest duration recorded. */
  counts: Float64Array;
  total: number;
  /** Nanoseconds; exact up to 2^53. */
  sum: number;
  /** `Infinity` while empty. */
  min: number;
  /** `-Infinity` while empty. */
  max: number;
}

export function createHistogram(): Histogram {
  return { counts: new Float64Array(BUCKETS_AT_FIRST), total: 0, sum: 0, min: Infinity, max: -Infinity };
}

/** @param ns whole, in `[0, 2^53)` */
export function record(h: Histogram, ns: number): void {
  if (!(ns >= 0 && ns <= LONGEST_NS)) refuseDuration(ns);
  const bucket = bucketOf(ns);
  if (bucket >= h.counts.length) h.counts = growFloat64(h.counts, bucket + 1);
  h.counts[bucket]! += 1;
  h.total += 1;
  h.sum += ns;
  if (ns < h.min) h.min = ns;
  if (ns > h.max) h.max = ns;
}

function refuseDuration(ns: number): never {
  return fail(`A histogram takes durations from 0 to 2^53 - 1 ns, not ${ns}`);
}

/**
 * Records the same duration `n` times.
 *
 * @param ns whole, in `[0, 2^53)`
 * @param n whole, not negative
 */
export function recordMany(h: Histogram, ns: number, n: number): void {
  if (!(ns >= 0 && ns <= LONGEST_NS)) refuseDuration(ns);
  if (n === 0) return;
  const bucket = bucketOf(ns);
  if (bucket >= h.counts.length) h.counts = growFloat64(h.counts, bucket + 1);
  h.counts[bucket]! += n;
  h.total += n;
  h.sum += ns * n;
  if (ns < h.min) h.min = ns;
  if (ns > h.max) h.max = ns;
}

/**
 * The duration of rank `ceil(q * total)`, ranks counted from 1: the middle of its bucket, but never outside of what was
 * recorded, and exact for the first and last rank.
 *
 * @param q in `[0, 1]`
 * @returns nanoseconds; NaN while empty
 */
export function quantile(h: Histogram, q: number): number {
  assert(q >= 0 && q <= 1, () => `There is no quantile ${q}`);
  if (h.total === 0) return Number.NaN;
  const rank = rankOf(h, q);
  return durationOf(h, rank, rank * 2 > h.total ? bucketFromAbove(h, rank) : bucketFromBelow(h, rank));
}

/**
 * What `quantile` gives for each of several `q`, in one walk from the longest duration down.
 *
 * @param falling each in `[0, 1]`, none above the one before it
 * @param into as long as `falling`: nanoseconds; NaN while nothing is recorded
 */
export function quantiles(h: Histogram, falling: readonly number[], into: Float64Array): void {
  if (h.total === 0) {
    into.fill(Number.NaN);
    return;
  }
  const { counts } = h;
  const first = bucketOf(h.min);
  let bucket = bucketOf(h.max);
  let below = h.total - counts[bucket]!;
  for (let i = 0; i < falling.length; i++) {
    const rank = rankOf(h, falling[i]!);
    while (below >= rank && bucket > first) below -= counts[--bucket]!;
    into[i] = durationOf(h, rank, bucket);
  }
}

function rankOf({ total }: Histogram, q: number): number {
  // A hair less, so that 0.07 of 100, which is 7.000000000000001 in a float64, is rank 7 and not 8.
  return Math.ceil(q * total * (1 - 2 ** -50));
}

/** The duration of a rank that lies in `bucket`. */
function durationOf({ min, max, total }: Histogram, rank: number, bucket: number): number {
  if (rank <= 1) return min;
  if (rank >= total) return max;
  return Math.min(Math.max(middleOf(bucket), min), max);
}

function bucketFromBelow({ counts, min, max }: Histogram, rank: number): number {
  const last = bucketOf(max);
  let bucket = bucketOf(min);
  let upTo = counts[bucket]!;
  while (upTo < rank && bucket < last) upTo += counts[++bucket]!;
  return bucket;
}

/** The same, shorter for the high ranks that are asked for most. */
function bucketFromAbove({ counts, total, min, max }: Histogram, rank: number): number {
  const first = bucketOf(min);
  let bucket = bucketOf(max);
  let below = total - counts[bucket]!;
  while (below >= rank && bucket > first) below -= counts[--bucket]!;
  return bucket;
}

/** Arithmetic mean in nanoseconds, not rounded to buckets; NaN while empty. */
export function mean(h: Histogram): number {
  return h.total === 0 ? Number.NaN : h.sum / h.total;
}

/** Adds everything recorded in `from` to `into`. */
export function merge(into: Histogram, from: Histogram): void {
  if (from.total === 0) return;
  into.counts = growFloat64(into.counts, bucketOf(from.max) + 1);
  const last = bucketOf(from.max);
  for (let bucket = bucketOf(from.min); bucket <= last; bucket++) into.counts[bucket]! += from.counts[bucket]!;
  into.total += from.total;
  into.sum += from.sum;
  if (from.min < into.min) into.min = from.min;
  if (from.max > into.max) into.max = from.max;
}

/**
 * What was recorded in `later` since `earlier` was copied from it. Its `min` and `max` are ends of buckets, because the
 * exact ones are not known of a part.
 */
export function difference(later: Histogram, earlier: Histogram): Histogram {
  const counts = later.counts.slice();
  let first = -1;
  let last = -1;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    const count = counts[bucket]! - (bucket < earlier.counts.length ? earlier.counts[bucket]! : 0);
    assert(count >= 0, 'A histogram can only be compared with an earlier copy of itself');
    counts[bucket] = count;
    if (count === 0) continue;
    if (first < 0) first = bucket;
    last = bucket;
  }
  const total = later.total - earlier.total;
  if (total === 0) return { counts, total, sum: 0, min: Infinity, max: -Infinity };
  return {
    counts,
    total,
    sum: later.sum - earlier.sum,
    min: Math.max(lowerEndOf(first), later.min),
    max: Math.min(lowerEndOf(last + 1) - 1, later.max),
  };
}

/** Index of the bucket that holds a duration. */
export function bucketOf(ns: number): number {
  if (ns < 2 ** 32) {
    const word = ns >>> 0;
    if (word < 64) return word;
    const shift = 25 - Math.clz32(word);
    return (shift << 6) + (word >>> shift);
  }
  // The upper 31 bits of 53 decide: below 2^22 nothing matters to a bucket this wide.
  const upper = (ns * 2 ** -22) >>> 0;
  const shift = 25 - Math.clz32(upper);
  return ((shift + 22) << 6) + (upper >>> shift);
}

/** 1, 2, 4, … by doubling, so exact. */
const POWERS_OF_TWO = new Float64Array(64);
for (let i = 0, power = 1; i < POWERS_OF_TWO.length; i += 1, power *= 2) POWERS_OF_TWO[i] = power;

/** The shortest duration of a bucket, nanoseconds. */
export function lowerEndOf(bucket: number): number {
  if (bucket < 128) return bucket;
  const shift = (bucket >> 6) - 1;
  return (bucket - (shift << 6)) * POWERS_OF_TWO[shift]!;
}

/** Halfway between the shortest and the longest duration of a bucket, a whole number. */
function middleOf(bucket: number): number {
  const lower = lowerEndOf(bucket);
  return lower + Math.floor((lowerEndOf(bucket + 1) - 1 - lower) / 2);
}
