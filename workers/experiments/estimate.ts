import { studentT } from './student.ts';

/** A mean over replications: with probability `confidence` the true one lies within `halfWidth` of it. */
export interface Estimate {
  readonly mean: number;
  /** Null for a single replication, which says nothing of its own error. */
  readonly halfWidth: number | null;
  /** In `(0, 1)`. */
  readonly confidence: number;
}

/**
 * Mean and confidence interval of independent values of equal weight, by Student's t (Law and Kelton, Simulation Modeling
 * and Analysis, 3rd edition 2000, section 9.4.1: replication with deletion of the warm-up).
 *
 * @param values at least one
 */
export function estimateOf(values: readonly number[], confidence: number): Estimate {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, halfWidth: null, confidence };
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, halfWidth: studentT(confidence, n - 1) * Math.sqrt(squares / (n - 1) / n), confidence };
}
