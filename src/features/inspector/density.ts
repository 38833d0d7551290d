/**
 * The outline of a distribution or an arrival pattern, for the small picture beside its settings. For the eye only: the
 * engine draws from its own exact mathematics.
 */
import type { Arrivals } from '../../../workers/scenario/values/arrivals.ts';
import type { Distribution } from '../../../workers/scenario/values/distribution.ts';

/** A curve over `[0, until]`, its heights scaled to `[0, 1]`. `spikes` are places (x) where all the weight of a point sits. */
export interface Outline {
  readonly until: number;
  readonly heights: readonly number[];
  readonly spikes: readonly number[];
}

const POINTS = 64;

/** Density of a distribution over its interesting part, from 0 ms. */
export function densityOutline(distribution: Distribution): Outline {
  switch (distribution.type) {
    case 'constant':
      return spikesAt([distribution.mean], Math.max(1, distribution.mean * 2));
    case 'empirical':
      return spikesAt(distribution.values, Math.max(1, ...distribution.values) * 1.15);
    case 'uniform': {
      const { min, max } = distribution;
      if (max <= min) return spikesAt([min], Math.max(1, min * 2));
      return sampled(max * 1.2, (x) => (x >= min && x < max ? 1 : 0));
    }
    case 'normal': {
      const { mean, sd } = distribution;
      if (sd === 0) return spikesAt([mean], Math.max(1, mean * 2));
      return sampled(mean + 3.5 * sd, (x) => Math.exp(-0.5 * ((x - mean) / sd) ** 2));
    }
    default:
      return skewed(distribution);
  }
}

type Skewed = Extract<Distribution, { type: 'exponential' | 'lognormal' | 'erlang' | 'hyperexponential' | 'pareto' }>;

function skewed(distribution: Skewed): Outline {
  const { mean } = distribution;
  if (mean === 0) return spikesAt([0], 1);
  switch (distribution.type) {
    case 'exponential':
      return sampled(4 * mean, (x) => Math.exp(-x / mean));
    case 'lognormal': {
      const variance = Math.log(1 + distribution.cv ** 2);
      if (variance === 0) return spikesAt([mean], mean * 2);
      const middle = Math.log(mean) - variance / 2;
      return sampled(3.5 * mean, (x) => (x <= 0 ? 0 : Math.exp(-((Math.log(x) - middle) ** 2) / (2 * variance)) / x));
    }
    case 'erlang': {
      const { k } = distribution;
      // Around its mode the power and the exponential both overflow for many stages: stay with logarithms.
      return sampled(Math.max(2, 4 - k / 4) * mean, (x) =>
        x <= 0 ? (k === 1 ? 1 : 0) : Math.exp((k - 1) * Math.log(x / mean) - k * (x / mean - 1)),
      );
    }
    case 'hyperexponential': {
      const spread = Math.sqrt((distribution.cv ** 2 - 1) / (distribution.cv ** 2 + 1));
      const share = (1 + spread) / 2;
      const quick = (2 * share) / mean;
      const slow = (2 * (1 - share)) / mean;
      return sampled(4 * mean, (x) => share * quick * Math.exp(-quick * x) + (1 - share) * slow * Math.exp(-slow * x));
    }
    case 'pareto': {
      const { alpha } = distribution;
      const least = (mean * (alpha - 1)) / alpha;
      return sampled(4 * mean, (x) => (x < least ? 0 : (least / x) ** (alpha + 1)));
    }
    default:
      return distribution satisfies never;
  }
}

/** Rate over time of an arrival pattern, over the stretch in which it shows its form. */
export function arrivalsOutline(arrivals: Arrivals): Outline {
  switch (arrivals.type) {
    case 'constant':
      return spikesAt(
        Array.from({ length: 12 }, (_, index) => index + 0.5),
        12,
      );
    case 'poisson':
      return spikesAt(EXAMPLE_POISSON, 12);
    case 'bursts': {
      const { everyMs, spreadMs } = arrivals;
      if (spreadMs === 0)
        return spikesAt(
          [0.1, 1.1, 2.1].map((turn) => turn * everyMs),
          3 * everyMs,
        );
      return sampled(3 * everyMs, (x) => ((x + 0.9 * everyMs) % everyMs < spreadMs ? 1 : 0));
    }
    case 'ramp': {
      const { fromPerSecond, toPerSecond, overMs } = arrivals;
      return sampled(overMs * 1.3, (x) => fromPerSecond + (toPerSecond - fromPerSecond) * Math.min(1, x / overMs));
    }
    case 'wave':
      return sampled(
        2 * arrivals.periodMs,
        (x) => 1 + arrivals.amplitude * Math.sin((2 * Math.PI * x) / arrivals.periodMs),
      );
    case 'trace':
      return spikesAt(arrivals.atMs.slice(0, 200), Math.max(1, ...arrivals.atMs.slice(0, 200)) * 1.05);
    default:
      return arrivals satisfies never;
  }
}

/** A plausible draw of exponential gaps, fixed so that the picture does not flicker. */
const EXAMPLE_POISSON = [0.3, 0.9, 1.1, 2.6, 2.8, 3.0, 4.4, 5.1, 5.2, 7.3, 7.9, 8.1, 8.3, 10.2, 10.9, 11.7];

function sampled(until: number, height: (x: number) => number): Outline {
  const heights = Array.from({ length: POINTS }, (_, index) => height((index / (POINTS - 1)) * until));
  const most = Math.max(...heights.filter(Number.isFinite), Number.MIN_VALUE);
  return { until, spikes: [], heights: heights.map((value) => (Number.isFinite(value) ? value / most : 1)) };
}

function spikesAt(places: readonly number[], until: number): Outline {
  return { until, heights: [], spikes: places };
}
