/** Distributions by the tables' names, and arrivals drawn from them. */
import { compileDistribution, sampleNs } from '../../../../engine/core/distributions.ts';
import { createRandomStreams, openStream } from '../../../../engine/core/random.ts';
import type { Arrivals } from '../../../../scenario/values/arrivals.ts';
import type { Distribution } from '../../../../scenario/values/distribution.ts';
import { NotExpressible } from '../design.ts';

/**
 * @param name `deterministic`, `exponential`, `erlang`, `h2`, `lognormal`, in any case and abbreviated as the tables do
 * @param scv squared coefficient of variation, for those that have one to choose
 */
export function distribution(name: string, meanSeconds: number, scv: number | undefined): Distribution {
  const mean = meanSeconds * 1000;
  const kind = name.toLowerCase();
  if (/^(d|det|deterministic|constant)$/.test(kind)) return { type: 'constant', mean };
  if (/^(m|exp|exponential)$/.test(kind)) return { type: 'exponential', mean };
  if (scv === undefined || !(scv > 0)) throw new NotExpressible(`A distribution "${name}" needs its scv.`);
  if (kind === 'lognormal') return { type: 'lognormal', mean, cv: Math.sqrt(scv) };
  if (/^(e|ek|erlang)$/.test(kind) && Math.abs(1 / scv - Math.round(1 / scv)) < 1e-9) {
    return { type: 'erlang', mean, k: Math.round(1 / scv) };
  }
  if (/^(h|h2|hyperexponential)$/.test(kind) && scv >= 1) return { type: 'hyperexponential', mean, cv: Math.sqrt(scv) };
  throw new NotExpressible(`There is no distribution "${name}" with an scv of ${scv}.`);
}

/** The shortest time between two polls of the engine, and the mean of which so few draws are shorter that it does not show. */
const POLL_LEAST_MS = 1;
const POLL_MEAN_LEAST_MS = 20;

/** An interval of polls as it is. @throws NotExpressible for one that the engine would make longer */
export function pollable(interval: Distribution): Distribution {
  const least = interval.type === 'constant' ? interval.mean / POLL_LEAST_MS : meanOf(interval) / POLL_MEAN_LEAST_MS;
  if (least < 1) throw new NotExpressible('Polls are a millisecond apart at least.');
  return interval;
}

function meanOf(interval: Distribution): number {
  if (interval.type === 'uniform') return interval.min < POLL_LEAST_MS ? interval.max / 2 : Infinity;
  return 'mean' in interval ? interval.mean : Infinity;
}

/** Instants that one recorded trace may hold. */
export const TRACE_MAX = 100_000;

/**
 * Renewal arrivals. Constant and Poisson ones are the engine's own; others are recorded as a trace of instants, drawn with the
 * engine's distributions from a stream of their own.
 *
 * @param count facts that the trace has to last for, at most `TRACE_MAX`
 */
export function renewals(interarrival: Distribution, seed: number, count: number): Arrivals {
  const mean = 'mean' in interarrival ? interarrival.mean : Number.NaN;
  if (interarrival.type === 'constant') return { type: 'constant', ratePerSecond: 1000 / mean };
  if (interarrival.type === 'exponential') return { type: 'poisson', ratePerSecond: 1000 / mean };
  const sampler = compileDistribution(interarrival);
  const streams = createRandomStreams();
  const stream = openStream(streams, seed, 'theory:arrivals');
  const atMs: number[] = [];
  let ns = 0;
  for (let i = 0; i < Math.min(count, TRACE_MAX); i += 1) {
    ns += sampleNs(sampler, streams, stream);
    atMs.push(ns / 1e6);
  }
  return { type: 'trace', atMs, repeatEveryMs: 0 };
}
