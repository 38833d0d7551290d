/** What a run is measured by. Everything in a tally adds up, so replications pool by addition. */
import { createHistogram, merge, type Histogram } from '../../../engine/core/histogram.ts';

export interface Tally {
  readonly sums: Readonly<Record<string, number>>;
  readonly vectors: Readonly<Record<string, readonly number[]>>;
  /** Durations in nanoseconds. */
  readonly histograms: Readonly<Record<string, Histogram>>;
}

export const EMPTY: Tally = { sums: {}, vectors: {}, histograms: {} };

/** Several measurements of one replication side by side. A name that occurs twice is a mistake and adds up. */
export function pool(parts: readonly Tally[]): Tally {
  const sums: Record<string, number> = {};
  const vectors: Record<string, number[]> = {};
  const histograms: Record<string, Histogram> = {};
  for (const part of parts) {
    for (const [name, value] of Object.entries(part.sums)) sums[name] = (sums[name] ?? 0) + value;
    for (const [name, values] of Object.entries(part.vectors)) {
      const into = (vectors[name] ??= []);
      values.forEach((value, i) => (into[i] = (into[i] ?? 0) + value));
    }
    for (const [name, histogram] of Object.entries(part.histograms)) {
      merge((histograms[name] ??= createHistogram()), histogram);
    }
  }
  return { sums, vectors, histograms };
}

/** A sum by name; NaN for one that was not measured. */
export function sum(tally: Tally, name: string): number {
  return tally.sums[name] ?? Number.NaN;
}
