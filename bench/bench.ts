/** What a benchmark is, and what it finds. A file `x.bench.ts` in this folder exports one as `bench`. */

/** `smoke`: does every body once, for the tests. `full`: what `npm run bench` does. `long`: as far as the goals are stated. */
export type Extent = 'smoke' | 'full' | 'long';

/** A size by extent; `long` is that of `full` unless it says otherwise. */
export interface Sizes {
  readonly smoke: number;
  readonly full: number;
  readonly long?: number;
}

export function sizeFor(extent: Extent, { smoke, full, long = full }: Sizes): number {
  return { smoke, full, long }[extent];
}

/** A row of the table at the end. */
export interface Finding {
  readonly what: string;
  /** With its unit. */
  readonly figure: string;
  /** What it is held against, measured in turns in the same run; empty when the goal is a plain figure. */
  readonly reference: string;
  /** Figure by reference: the median of the rounds' ratios; null without a reference. */
  readonly ratio: number | null;
  /** Empty where the row is there for information. */
  readonly goal: string;
  readonly met: boolean | null;
}

export interface Bench {
  /** One line: what is measured and how. */
  readonly about: string;
  /**
   * Measures, writing details to the error stream as they come.
   *
   * @param extent with `smoke` it does everything once, with sizes that take no time
   */
  readonly run: (extent: Extent) => readonly Finding[] | Promise<readonly Finding[]>;
}
