/** When the next fact happens at a source. Non-homogeneous patterns are Poisson at every instant. */
import type { Arrivals } from '../../scenario/values/arrivals.ts';
import { sin2pi, ln } from '../core/exact-math.ts';
import { nextOpenUnit, nextUnit, type RandomStreams } from '../core/random.ts';
import { nextExponential } from '../core/ziggurat.ts';
import { fromMs, NS_PER_MS } from '../core/time.ts';
import { unreachable } from '../core/assert.ts';

const NS_PER_S = 1e9;
/** A trace is not repeated faster than this, whatever its settings: time has to go on. */
const TRACE_REPEAT_MIN_MS = 0.001;
/** Candidates drawn for one arrival of a wave before giving up until later: bounds the loop, changes nothing else. */
const CANDIDATES_MAX = 10_000;

/** What `nextArrival` fills. The caller keeps one and reuses it. */
export interface Arrival {
  /** Time of the next arrival since the pattern began, or Infinity for never. */
  elapsedNs: number;
  /** Phase to remember: arrivals so far in this pattern. */
  phase: number;
}

/**
 * Arrivals as `nextArrival` takes them: a trace's instants in order, sorted once instead of for every arrival, as there
 * may be a hundred thousand of them.
 */
export function orderArrivals(arrivals: Arrivals): Arrivals {
  if (arrivals.type !== 'trace') return arrivals;
  return { ...arrivals, atMs: arrivals.atMs.toSorted((a, b) => a - b) };
}

function exponentialNs(streams: RandomStreams, stream: number, perSecond: number): number {
  return (nextExponential(streams, stream) / perSecond) * NS_PER_S;
}

/** From one arrival of a Poisson process to the next: whole nanoseconds, Infinity at a rate of 0. */
export function poissonWaitNs(ratePerSecond: number, streams: RandomStreams, stream: number): number {
  return Math.round(exponentialNs(streams, stream, ratePerSecond));
}

/**
 * The arrival after the one at `fromNs`; `phase` counts the pattern's arrivals so far. Times are whole nanoseconds
 * since the pattern began; the result is never before `fromNs`. A trace has been put in order by `orderArrivals`.
 */
export function nextArrival(
  arrivals: Arrivals,
  fromNs: number,
  phase: number,
  streams: RandomStreams,
  stream: number,
  into: Arrival,
): void {
  into.phase = phase + 1;
  switch (arrivals.type) {
    case 'constant':
      // Counted from the start, so that rounding never adds up.
      into.elapsedNs = Math.max(fromNs, Math.round(((phase + 1) * NS_PER_S) / arrivals.ratePerSecond));
      return;
    case 'poisson':
      into.elapsedNs = fromNs + poissonWaitNs(arrivals.ratePerSecond, streams, stream);
      return;
    case 'bursts':
      into.elapsedNs = Math.max(fromNs, Math.round(burstOffsetMs(arrivals, phase) * NS_PER_MS));
      return;
    case 'ramp':
      into.elapsedNs = rampArrival(arrivals, fromNs, streams, stream);
      return;
    case 'wave':
      into.elapsedNs = waveArrival(arrivals, fromNs, streams, stream);
      return;
    case 'trace':
      traceArrival(arrivals, fromNs, phase, into);
      return;
    default:
      unreachable(arrivals);
  }
}

function burstOffsetMs(bursts: Extract<Arrivals, { type: 'bursts' }>, phase: number): number {
  const within = phase % bursts.size;
  return Math.floor(phase / bursts.size) * bursts.everyMs + (within * bursts.spreadMs) / bursts.size;
}

/** Inverts the integrated rate: a unit-rate Poisson process stretched so that its rate rises or falls evenly. */
function rampArrival(
  ramp: Extract<Arrivals, { type: 'ramp' }>,
  fromNs: number,
  streams: RandomStreams,
  stream: number,
): number {
  const over = ramp.overMs / 1000;
  const slope = (ramp.toPerSecond - ramp.fromPerSecond) / over;
  const elapsed = fromNs / NS_PER_S;
  let need = -ln(nextOpenUnit(streams, stream));
  if (elapsed < over) {
    const rateNow = ramp.fromPerSecond + slope * elapsed;
    const rest = over - elapsed;
    const area = rateNow * rest + 0.5 * slope * rest * rest;
    if (need <= area) {
      const root = Math.sqrt(Math.max(0, rateNow * rateNow + 2 * slope * need));
      // The form with the sum in the denominator loses no digits when the slope is small.
      const wait = (2 * need) / (rateNow + root);
      return fromNs + Math.round(wait * NS_PER_S);
    }
    need -= area;
  }
  if (ramp.toPerSecond === 0) return Infinity;
  const base = Math.max(fromNs, fromMs(ramp.overMs));
  return base + Math.round((need / ramp.toPerSecond) * NS_PER_S);
}

/** Thinning (Lewis and Shedler 1979): candidates at the highest rate, each kept with the present share of it. */
function waveArrival(
  wave: Extract<Arrivals, { type: 'wave' }>,
  fromNs: number,
  streams: RandomStreams,
  stream: number,
): number {
  const highest = wave.meanPerSecond * (1 + wave.amplitude);
  if (highest === 0) return Infinity;
  let time = fromNs;
  for (let tries = 0; tries < CANDIDATES_MAX; tries += 1) {
    time += Math.round(exponentialNs(streams, stream, highest));
    const turns = time / NS_PER_MS / wave.periodMs;
    const rate = wave.meanPerSecond * (1 + wave.amplitude * sin2pi(turns - Math.floor(turns)));
    if (nextUnit(streams, stream) * highest < rate) return time;
  }
  return time;
}

function traceArrival(trace: Extract<Arrivals, { type: 'trace' }>, fromNs: number, phase: number, into: Arrival): void {
  const instants = trace.atMs;
  into.elapsedNs = Infinity;
  if (instants.length === 0) return;
  const repeatMs = trace.repeatEveryMs === 0 ? Infinity : Math.max(TRACE_REPEAT_MIN_MS, trace.repeatEveryMs);
  const roundsOver = Math.floor((fromNs / NS_PER_MS - instants.at(-1)!) / repeatMs);
  let next = Math.max(phase, roundsOver * instants.length);
  // Instants that passed while nothing could happen are left out; at most one round of them is left to look through.
  for (;;) {
    const round = Math.floor(next / instants.length);
    into.phase = next;
    if (round > 0 && repeatMs === Infinity) return;
    const elapsedNs = Math.round((instants[next % instants.length]! + (round > 0 ? round * repeatMs : 0)) * NS_PER_MS);
    next += 1;
    if (elapsedNs < fromNs) continue;
    into.elapsedNs = elapsedNs;
    into.phase = next;
    return;
  }
}
