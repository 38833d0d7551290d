/**
 * Simulated time inside the engine is a whole number of nanoseconds in a float64, exact for 104 days. Milliseconds
 * appear at the doors only: in the document, in frames and in reports.
 */
import { fail } from './assert.ts';

export const NS_PER_MS = 1_000_000;

/** The last exact instant, 104 days: 2^53 - 1 ns. */
export const LAST_NS = 2 ** 53 - 1;

/**
 * Milliseconds to the nearest whole nanosecond (halves up).
 *
 * @param ms in `[0, 9_007_199_254]`
 * @throws AssertionFailure for anything else, NaN included
 */
export function fromMs(ms: number): number {
  if (!(ms >= 0 && ms * NS_PER_MS <= LAST_NS)) refuseSpan(ms);
  return Math.round(ms * NS_PER_MS);
}

function refuseSpan(ms: number): never {
  return fail(`${ms} ms is not a span of simulated time`);
}

/** Nanoseconds to milliseconds, fractions kept. */
export function toMs(ns: number): number {
  return ns / NS_PER_MS;
}
