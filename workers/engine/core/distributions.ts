/**
 * Random durations. A scenario's `Distribution` is compiled once into plain numbers and then drawn from by
 * `sampleNs`: whole nanoseconds, never negative, the same on every machine.
 */
import type { Distribution } from '../../scenario/values/distribution.ts';
import { assert, unreachable } from './assert.ts';
import { exp, ln } from './exact-math.ts';
import { nextBelow, nextOpenUnit, nextUnit, type RandomStreams } from './random.ts';
import { NS_PER_MS } from './time.ts';
import { nextExponential, nextNormal } from './ziggurat.ts';

/** Plain data. `p` holds the shape's parameters, durations in nanoseconds; see the table below. */
export interface Sampler {
  kind: number;
  p: Float64Array;
}

// kind              p
const CONSTANT = 0; //       value
const EXPONENTIAL = 1; //    mean
const UNIFORM = 2; //        from, width
const NORMAL = 3; //         mean, standard deviation
const LOGNORMAL = 4; //      mu, sigma of the logarithm
const ERLANG = 5; //         stage mean, stages
const HYPEREXPONENTIAL = 6; // probability of the first, mean of the first, mean of the second
const PARETO = 7; //         least value, 1 / alpha
const EMPIRICAL = 8; //      every value

/** No duration is longer: 100 days, beyond the end of any run. Only heavy tails ever reach it. */
export const LONGEST_NS = 8.64e15;

/** Compiles a complete distribution (defaults filled in, as `resolve` gives it). */
export function compileDistribution(d: Distribution): Sampler {
  switch (d.type) {
    case 'constant':
      return constant(d.mean * NS_PER_MS);
    case 'exponential':
      return sampler(EXPONENTIAL, d.mean * NS_PER_MS);
    case 'uniform': {
      const [from, to] = ends(d);
      return sampler(UNIFORM, from * NS_PER_MS, (to - from) * NS_PER_MS);
    }
    case 'normal':
      return sampler(NORMAL, d.mean * NS_PER_MS, d.sd * NS_PER_MS);
    case 'lognormal': {
      if (d.mean === 0) return constant(0);
      const variance = ln(1 + d.cv * d.cv);
      return sampler(LOGNORMAL, ln(d.mean * NS_PER_MS) - variance / 2, Math.sqrt(variance));
    }
    case 'erlang':
      return sampler(ERLANG, (d.mean * NS_PER_MS) / d.k, d.k);
    case 'hyperexponential': {
      const first = balancedShare(d.cv);
      const mean = d.mean * NS_PER_MS;
      return sampler(HYPEREXPONENTIAL, first, mean / (2 * first), mean / (2 * (1 - first)));
    }
    case 'pareto':
      assert(d.alpha > 1, 'A Pareto tail index is above 1');
      return sampler(PARETO, (d.mean * NS_PER_MS * (d.alpha - 1)) / d.alpha, 1 / d.alpha);
    case 'empirical':
      assert(d.values.length > 0, 'An empirical distribution has a value');
      return sampler(EMPIRICAL, ...d.values.map((ms) => ms * NS_PER_MS));
    default:
      return unreachable(d);
  }
}

/** Rounded here, so that a draw is a look-up. */
function constant(ns: number): Sampler {
  return sampler(CONSTANT, Math.min(LONGEST_NS, Math.floor(ns + 0.5)));
}

/** What is always drawn, nanoseconds; -1 if that differs from draw to draw. */
export function constantOf(s: Sampler): number {
  return s.kind === CONSTANT ? s.p[0]! : -1;
}

/** One duration in whole nanoseconds, in `[0, LONGEST_NS]`, drawn from that stream alone. */
export function sampleNs(s: Sampler, streams: RandomStreams, stream: number): number {
  // The common cases apart: a call that is not inlined boxes the number it returns.
  if (s.kind === CONSTANT) return s.p[0]!;
  if (s.kind === EXPONENTIAL) return Math.floor(s.p[0]! * nextExponential(streams, stream) + 0.5);
  const ns = Math.floor(sample(s, streams, stream) + 0.5);
  return ns <= LONGEST_NS ? (ns > 0 ? ns : 0) : LONGEST_NS;
}

function sample(s: Sampler, streams: RandomStreams, stream: number): number {
  const p = s.p;
  switch (s.kind) {
    case UNIFORM:
      // Floored before the caller rounds to the nearest, because the upper end is excluded.
      return p[0]! + Math.floor(p[1]! * nextUnit(streams, stream));
    case NORMAL:
      return p[0]! + p[1]! * nextNormal(streams, stream);
    case LOGNORMAL:
      return exp(p[0]! + p[1]! * nextNormal(streams, stream));
    case ERLANG:
      return p[0]! * sumOfExponentials(p[1]!, streams, stream);
    case HYPEREXPONENTIAL: {
      const mean = nextOpenUnit(streams, stream) < p[0]! ? p[1]! : p[2]!;
      return mean * nextExponential(streams, stream);
    }
    case PARETO:
      // -ln U is an exponential variable, so U^(-1/alpha) needs no logarithm.
      return p[0]! * exp(p[1]! * nextExponential(streams, stream));
    case EMPIRICAL:
      return p[nextBelow(streams, stream, p.length)]!;
    default:
      return assert(false, 'A sampler has a kind that does not exist') as never;
  }
}

function sumOfExponentials(k: number, streams: RandomStreams, stream: number): number {
  let sum = 0;
  for (let stage = 0; stage < k; stage++) sum += nextExponential(streams, stream);
  return sum;
}

/**
 * The mean of what `sampleNs` draws, in milliseconds (before rounding to nanoseconds). For `normal` it is above the
 * `mean` parameter where draws below zero matter, because they count as zero.
 */
export function meanMs(d: Distribution): number {
  if (d.type === 'normal') return clampedNormal(d.mean, d.sd).mean;
  if (d.type === 'uniform') return (d.min + d.max) / 2;
  if (d.type === 'empirical') return moments(d.values).mean;
  return d.mean;
}

/** Squared coefficient of variation, variance over mean squared; `Infinity` for a Pareto tail index up to 2, 0 for a mean of 0. */
export function scv(d: Distribution): number {
  switch (d.type) {
    case 'constant':
      return 0;
    case 'exponential':
      return d.mean === 0 ? 0 : 1;
    case 'uniform':
      return ratio(((d.max - d.min) * (d.max - d.min)) / 12, (d.min + d.max) / 2);
    case 'normal': {
      const clamped = clampedNormal(d.mean, d.sd);
      return ratio(clamped.variance, clamped.mean);
    }
    case 'lognormal':
      return d.mean === 0 ? 0 : d.cv * d.cv;
    case 'hyperexponential':
      return d.mean === 0 ? 0 : Math.max(1, d.cv * d.cv);
    case 'erlang':
      return d.mean === 0 ? 0 : 1 / d.k;
    case 'pareto':
      if (d.mean === 0) return 0;
      return d.alpha > 2 ? 1 / (d.alpha * (d.alpha - 2)) : Infinity;
    case 'empirical': {
      const { mean, variance } = moments(d.values);
      return ratio(variance, mean);
    }
    default:
      return unreachable(d);
  }
}

function sampler(kind: number, ...p: readonly number[]): Sampler {
  return { kind, p: Float64Array.from(p) };
}

/** The ends in order, should the document have them the other way round. */
function ends(d: { readonly min: number; readonly max: number }): readonly [number, number] {
  return d.min <= d.max ? [d.min, d.max] : [d.max, d.min];
}

/** Probability of the shorter of the two exponentials, where both carry half of the mean. A `cv` below 1 counts as 1. */
function balancedShare(cv: number): number {
  const c = Math.max(1, cv * cv);
  return (1 + Math.sqrt((c - 1) / (c + 1))) / 2;
}

function ratio(variance: number, mean: number): number {
  return mean === 0 ? 0 : variance / (mean * mean);
}

function moments(values: readonly number[]): { mean: number; variance: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return { mean, variance: squares / values.length };
}

/** Mean and variance of max(0, X) for a normal X. */
function clampedNormal(mean: number, sd: number): { mean: number; variance: number } {
  if (sd === 0) return { mean, variance: 0 };
  const a = mean / sd;
  const density = exp((-a * a) / 2) / Math.sqrt(2 * Math.PI);
  const above = normalBelow(a, density);
  const first = mean * above + sd * density;
  const second = (mean * mean + sd * sd) * above + mean * sd * density;
  return { mean: first, variance: second - first * first };
}

/** P(N < a) for a standard normal N and a >= 0, by the series of Marsaglia (2004): 1/2 + density (a + a^3/3 + a^5/15 + …). */
function normalBelow(a: number, density: number): number {
  if (a > 9) return 1;
  let term = a;
  let sum = a;
  for (let odd = 3; term > sum * 1e-17; odd += 2) {
    term *= (a * a) / odd;
    sum += term;
  }
  return 0.5 + density * sum;
}
