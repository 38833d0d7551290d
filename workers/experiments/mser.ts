/** Where a warm-up ends: MSER-5. */

/** Samples to a batch: the 5 of MSER-5. */
const BATCH = 5;

export interface Truncation {
  /** Samples to leave out from the beginning; a multiple of 5. */
  readonly samples: number;
  /** False when the best cut is as late as is looked for, in the middle: the series is too short, or never settles. */
  readonly settled: boolean;
}

/**
 * The marginal standard error rule on means of five samples. White, K. P. Jr. (1997), An effective truncation heuristic for
 * bias reduction in simulation output, Simulation 69(6), 323-334; in batches of five: White, Cobb and Spratt (2000), A
 * comparison of five steady-state truncation heuristics for simulation, Proceedings of the Winter Simulation Conference.
 *
 * With batch means Z(1) … Z(n) it leaves out the d first ones that make the squared standard error of the mean of the rest,
 * sum over i > d of (Z(i) - mean)² / (n - d)², least, for d in 0 … n/2; the earliest d of equals. A rest of less than five
 * samples at the end takes no part.
 *
 *     series  90 80 70 60 50 | 12 9 11 8 10 | 10 11 9 10 10 | 9 12 10 9 10
 *     Z               70           10               10               10
 *     d = 0: 2700 / 16      d = 1: 0, so 5 samples are left out
 */
export function mser5(series: readonly number[]): Truncation {
  const means: number[] = [];
  for (let first = 0; first + BATCH <= series.length; first += BATCH) {
    let sum = 0;
    for (let i = first; i < first + BATCH; i += 1) sum += series[i]!;
    means.push(sum / BATCH);
  }
  const latest = Math.floor(means.length / 2);
  let best = Infinity;
  let cut = 0;
  // From the back, so that mean and squares of the rest grow by one batch a step (Welford 1962).
  let mean = 0;
  let squares = 0;
  for (let d = means.length - 1; d >= 0; d -= 1) {
    const kept = means.length - d;
    const off = means[d]! - mean;
    mean += off / kept;
    squares += off * (means[d]! - mean);
    const error = squares / (kept * kept);
    if (d <= latest && error <= best) {
      best = error;
      cut = d;
    }
  }
  return { samples: cut * BATCH, settled: latest > 0 && cut < latest };
}
