/** Identities of units and of luck: the scale of time, the seed, and what an average is weighted by. */
import { replicationSeed } from '../../../../experiments/seeds.ts';
import { mean } from '../../../../engine/core/histogram.ts';
import { runUntil, type Run } from '../../../../engine/engine.ts';
import type { Distribution } from '../../../../scenario/values/distribution.ts';
import { consume, consumer, enqueue, producer, queue, rabbitmq, start } from '../design.ts';
import { chronicle, stays } from './chronicle.ts';
import { differs, type Finding } from './laws.ts';

const SEED = 20_260_729;
/** Standard errors that a statistical identity may be off by. */
const ERRORS = 3.5;

/** Works take minutes, so that the nanosecond to which each draw is rounded is a part in 10¹⁰ of it. */
const WORK_MS = 100_000;

/** Two queues in a row over edges that take their time: every duration times `k`, every rate divided by it. */
function scaled(k: number): Run {
  const network = { latencyMs: { type: 'exponential', mean: 0.1 * WORK_MS * k } } as const;
  const source = producer('source', { arrivals: { type: 'poisson', ratePerSecond: 800 / (WORK_MS * k) } });
  const works: readonly Distribution[] = [
    { type: 'exponential', mean: WORK_MS * k },
    { type: 'lognormal', mean: 0.9 * WORK_MS * k, cv: 0.7 },
  ];
  return start(
    {
      nodes: [
        rabbitmq({ consumerTimeoutMs: 288 * WORK_MS * k }),
        source,
        ...works.flatMap((workMs, i) => [queue(`queue${i}`), consumer(`server${i}`, { workMs })]),
      ],
      edges: [
        enqueue('source', 'queue0', { network }),
        consume('queue0', 'server0', { prefetch: 1, network }),
        enqueue('server0', 'queue1', { network }),
        consume('queue1', 'server1', { prefetch: 1, network }),
      ],
    },
    SEED,
  );
}

/** Relative to the mean work. Every draw is a whole nanosecond, so not even twice the time is exactly twice as long. */
const ROUNDING = 1e-9;

function timeScaling(): Finding {
  const spanNs = 1000 * WORK_MS * 1e6;
  const plain = chronicle(scaled(1), spanNs);
  for (const k of [2, 0.5, 3]) {
    const other = chronicle(scaled(k), spanNs * k);
    const allowed = ROUNDING * k * WORK_MS * 1e6;
    const counts = differs(`visits, times ${k}`, other.visits.length, plain.visits.length, 0);
    if (counts !== null) return counts;
    for (const [i, visit] of plain.visits.entries()) {
      const { message, producedNs, startedNs, appliedNs } = other.visits[i]!;
      if (message !== visit.message) return `times ${k}: message ${message} has the turn of ${visit.message}`;
      const waits = Math.abs(startedNs - producedNs - k * (visit.startedNs - visit.producedNs));
      const works = Math.abs(appliedNs - startedNs - k * (visit.appliedNs - visit.startedNs));
      if (waits > allowed || works > allowed)
        return `times ${k}: message ${message} is off by ${waits} and ${works} ns`;
    }
    for (const [i, area] of plain.area.entries()) {
      const inSystem = differs(`L of queue ${i}, times ${k}`, other.area[i]!, k * area, ROUNDING);
      if (inSystem !== null) return inSystem;
    }
  }
  return null;
}

/** One queue and one worker of 100 a second. */
function single(seed: number, arrivals: 'constant' | 'poisson', ratePerSecond: number): Run {
  return start(
    {
      nodes: [
        producer('source', { arrivals: { type: arrivals, ratePerSecond } }),
        queue('queue'),
        consumer('server', { workMs: { type: 'exponential', mean: 10 } }),
      ],
      edges: [enqueue('source', 'queue'), consume('queue', 'server', { prefetch: 1 })],
    },
    seed,
  );
}

const SEEDS = 100;
const MESSAGES = 10_000;
/** Of the sum of n waits in M/M/1 with a load of a half, in works: n rho (2 + 5 rho - 4 rho² + rho³) / (1 - rho)⁴ (Daley 1968). */
const VARIANCE = 29;

/** Mean waits under many seeds, in standard errors: as many errors of each size as chance makes. */
function seedIndependence(): Finding {
  const errors = Array.from({ length: SEEDS }, (_, i) => {
    const run = single(replicationSeed(SEED, i), 'poisson', 50);
    runUntil(run, 20e9);
    const before = { sum: run.subscriptions[0]!.wait.sum, total: run.subscriptions[0]!.wait.total };
    runUntil(run, 20e9 + (MESSAGES / 50) * 1e9);
    const { wait } = run.subscriptions[0]!;
    const n = wait.total - before.total;
    return ((wait.sum - before.sum) / n / 10e6 - 1) / Math.sqrt(VARIANCE / n);
  });
  const average = errors.reduce((all, one) => all + one, 0) / SEEDS;
  const deviation = Math.sqrt(errors.reduce((all, one) => all + (one - average) ** 2, 0) / (SEEDS - 1));
  if (Math.abs(average) > ERRORS / Math.sqrt(SEEDS)) return `z-scores have a mean of ${average}`;
  return Math.abs(deviation - 1) > ERRORS / Math.sqrt(2 * SEEDS)
    ? `z-scores have a standard deviation of ${deviation}`
    : null;
}

/** D/M/1 at 80 %: whoever comes finds sigma = 0.6286 for the load of 0.8 that holds over time. */
const FOUND_OVER_HELD = 0.628_578 / 0.8;

function timeAverage(): Finding {
  const spanNs = 1000e9;
  const run = single(SEED, 'constant', 80);
  const told = chronicle(run, spanNs);
  const { visits, lengths, found, untilNs } = told;
  const weighted = lengths[0]!.reduce((all, ns, n) => all + n * ns, 0) / untilNs;
  const arrivals = found[0]!.reduce((all, count) => all + count, 0);
  const sampled = found[0]!.reduce((all, count, n) => all + n * count, 0) / arrivals;
  const done = visits.filter(({ appliedNs }) => !Number.isNaN(appliedNs));
  const sojourns = done.reduce((all, visit) => all + visit.appliedNs - visit.producedNs, 0);
  const { latency } = run.subscriptions[0]!;
  return (
    differs('L over time', weighted, stays(told) / untilNs, 1e-12) ??
    differs('W over messages', mean(latency), sojourns / done.length, 1e-12) ??
    differs('found on arrival, of L', sampled / weighted, FOUND_OVER_HELD, ERRORS * Math.sqrt(20 / arrivals))
  );
}

export const SCALES: Readonly<Record<string, () => Finding>> = {
  'time-scaling': timeScaling,
  'seed-independence': seedIndependence,
  'time-average-weighting': timeAverage,
};
