/**
 * Zipf-distributed ranks by Walker's alias method in Vose's form: a table built once, then one or two draws for any
 * number of ranks, without a logarithm.
 */
import { assert } from './assert.ts';
import { pow } from './exact-math.ts';
import { nextBelow, nextUint32, type RandomStreams } from './random.ts';

/** Plain data. Column `i` stands for rank `i` below `threshold[i]` of 2^32, and for `alias[i]` above. */
export interface ZipfTable {
  n: number;
  exponent: number;
  threshold: Float64Array;
  alias: Int32Array;
}

/**
 * @param n number of ranks, whole, in `[1, 2^21]`
 * @param exponent not negative; 0 makes all ranks equally likely
 */
export function compileZipf(n: number, exponent: number): ZipfTable {
  assert(n >= 1 && n <= 2 ** 21 && Math.floor(n) === n, () => `There is no Zipf distribution over ${n} ranks`);
  assert(exponent >= 0 && exponent < Infinity, () => `A Zipf exponent is not negative, unlike ${exponent}`);
  const share = zipfShares(n, exponent);
  const threshold = new Float64Array(n).fill(2 ** 32);
  const alias = new Int32Array(n);
  // One column of indices, poor ones from the left and rich ones from the right.
  const stack = new Int32Array(n);
  let poor = 0;
  let rich = n;
  for (let i = 0; i < n; i++) {
    alias[i] = i;
    share[i]! *= n;
    if (share[i]! < 1) stack[poor++] = i;
    else stack[--rich] = i;
  }
  while (poor > 0 && rich < n) {
    const taker = stack[--poor]!;
    const giver = stack[rich]!;
    threshold[taker] = Math.floor(share[taker]! * 2 ** 32 + 0.5);
    alias[taker] = giver;
    const left = share[giver]! - (1 - share[taker]!);
    share[giver] = left;
    if (left < 1) {
      rich++;
      stack[poor++] = giver;
    }
  }
  // What is left on either side is 1 but for rounding, and keeps its full threshold.
  return { n, exponent, threshold, alias };
}

/** A rank in `[0, n)`, rank k in proportion to `1 / (k + 1)^exponent`. */
export function sampleZipf(zipf: ZipfTable, streams: RandomStreams, stream: number): number {
  const column = nextBelow(streams, stream, zipf.n);
  return nextUint32(streams, stream) < zipf.threshold[column]! ? column : zipf.alias[column]!;
}

/** Probability of every rank, for `n` and `exponent` as above. */
export function zipfShares(n: number, exponent: number): Float64Array {
  const shares = new Float64Array(n);
  let sum = 0;
  // From the least, so that small terms are not lost beside a large sum.
  for (let k = n - 1; k >= 0; k--) {
    shares[k] = pow(k + 1, -exponent);
    sum += shares[k]!;
  }
  for (let k = 0; k < n; k++) shares[k]! /= sum;
  return shares;
}
