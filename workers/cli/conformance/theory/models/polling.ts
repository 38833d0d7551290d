/** Pollers of a table whose queries cost nothing: how long a row waits until somebody looks. */
import * as v from 'valibot';
import { runUntil, type Run } from '../../../../engine/engine.ts';
import type { Distribution } from '../../../../scenario/values/distribution.ts';
import type { Arrivals } from '../../../../scenario/values/arrivals.ts';
import { consumer, insert, instantNs, poll, producer, start, store } from '../design.ts';
import { model, sizes, uncovered, warmUp, type Model, type Plan } from '../plan.ts';
import { measureQueues, meanSeconds, percentile } from '../queues.ts';
import { pool, sum, type Tally } from '../tally.ts';
import { field } from '../table.ts';
import { pollable } from './durations.ts';
import type { Observer } from '../watch.ts';

interface Pollers {
  /** Seconds between two polls of one poller, on average. */
  readonly period: number;
  readonly interval: Distribution;
  readonly schedule: 'fixedRate' | 'fixedDelay';
  readonly pollers: number;
  readonly phase: 'random' | 'staggered' | 'together';
  readonly batchSize: number;
  readonly rate: number;
}

/** As many as a poll may take. */
const ALL = 100_000;
/** Messages in a period, where a case does not say. */
const PER_PERIOD = 10;

const plainly: Omit<Pollers, 'period' | 'interval' | 'rate'> = {
  schedule: 'fixedRate',
  pollers: 1,
  phase: 'random',
  batchSize: ALL,
};

function begin(given: Pollers, seed: number): Run {
  const arrivals: Arrivals = { type: 'poisson', ratePerSecond: given.rate };
  const { interval: intervalMs, schedule, phase, batchSize } = given;
  return start(
    {
      nodes: [
        producer('source', { arrivals }),
        store('table'),
        consumer('pollers', { instances: given.pollers, workMs: { type: 'constant', mean: 0 } }),
      ],
      edges: [
        insert('source', 'table'),
        poll('table', 'pollers', { intervalMs: pollable(intervalMs), schedule, phase, batchSize, pollAgain: 'never' }),
      ],
    },
    seed,
  );
}

function plan(given: Pollers, size: Plan['size'], before: number): Plan {
  const { rate, period } = given;
  // Whole periods, so that as many polls fall into each span.
  const spanOf = (messages: number): number => Math.ceil(messages / rate / period) * period;
  return {
    size,
    run(seed, messages) {
      const run = begin(given, seed);
      const fromNs = instantNs(spanOf(before));
      runUntil(run, fromNs);
      const { polls, idlePolls } = run.polls[0]!;
      const left = backlogMeter(run);
      const tally = pool(measureQueues(run, fromNs, instantNs(spanOf(before) + spanOf(messages)), [left]));
      const now = run.polls[0]!;
      const sums = { polls: now.polls - polls, idle: now.idlePolls - idlePolls, ...left.sums() };
      return { ...tally, sums: { ...tally.sums, ...sums } };
    },
    units: (tally) => sum(tally, 'queue0.messages'),
    observations: (tally, metric) => (metric.startsWith('delay_') ? undefined : sum(tally, 'polls')),
    figure,
  };
}

/** What each poll leaves behind, looked at before time goes on. */
function backlogMeter(from: Run): Observer & { readonly sums: () => Record<string, number> } {
  let { polls } = from.polls[0]!;
  let [left, looks] = [0, 0];
  return {
    lasts(run) {
      if (run.polls[0]!.polls === polls) return;
      ({ polls } = run.polls[0]!);
      left += run.subscriptions[0]!.ledger.inFlight;
      looks += 1;
    },
    sums: () => ({ left, looks }),
  };
}

const PERIODS = 100;

/** Messages a second of pollers that always find more than they take, over whole periods. */
function saturated(given: Pollers, seed: number): number {
  const { batchSize, pollers: count, period } = given;
  const run = begin({ ...given, rate: (2 * batchSize * count) / period }, seed);
  const appliedAt = (periods: number): number => {
    runUntil(run, instantNs((periods + 0.5) * period));
    return run.subscriptions[0]!.ledger.applied;
  };
  const before = appliedAt(PERIODS);
  return (appliedAt(2 * PERIODS) - before) / (PERIODS * period);
}

function figure(tally: Tally, metric: string): number | undefined {
  const waits = tally.histograms['queue0.wait'];
  switch (metric) {
    case 'delay_mean':
      return meanSeconds(waits);
    case 'delay_max':
      return waits!.max / 1e9;
    case 'queries_per_s':
      return sum(tally, 'polls') / (sum(tally, 'queue0.ns') / 1e9);
    case 'nonempty_batches_per_s':
      return (sum(tally, 'polls') - sum(tally, 'idle')) / (sum(tally, 'queue0.ns') / 1e9);
    case 'batch_size_mean_nonempty':
      return sum(tally, 'queue0.messages') / (sum(tally, 'polls') - sum(tally, 'idle'));
    case 'backlog_after_poll_mean':
      return sum(tally, 'left') / sum(tally, 'looks');
    case 'P_empty_poll':
      return sum(tally, 'idle') / sum(tally, 'polls');
    default:
      return metric.startsWith('delay_') ? percentile(waits, metric.slice('delay_'.length)) : undefined;
  }
}

const PHASES: Readonly<Record<string, Pollers['phase']>> = {
  'random phases': 'random',
  'evenly staggered': 'staggered',
  synchronised: 'together',
};

const parameters = v.object({
  poll_interval: field.positive,
  pollers: v.pipe(field.count, v.maxValue(500)),
  phases: v.optional(v.picklist(Object.keys(PHASES)), 'random phases'),
  batch_limit: v.optional(v.nullable(field.count)),
  arrival_rate: v.optional(v.union([field.positive, v.string()])),
});

/** Fixed rate. Phases that are drawn are drawn anew for every few messages: one draw says little of the others. */
export const pollers: Model = model(parameters, (given, { relaxation, metrics }) => {
  const { poll_interval: period, batch_limit: limit } = given;
  const phase = PHASES[given.phases]!;
  const rate = typeof given.arrival_rate === 'number' ? given.arrival_rate : (PER_PERIOD * given.pollers) / period;
  const interval: Distribution = { type: 'constant', mean: period * 1000 };
  const plain = { ...plainly, period, interval, rate, phase, pollers: given.pollers };
  if (limit === null || limit === undefined) {
    const drawn = given.pollers > 1 && phase === 'random';
    const size = drawn ? { min: PER_PERIOD, max: PER_PERIOD * given.pollers } : sizes(0);
    return plan(plain, size, 2 * rate * period);
  }
  if (rate * period >= limit * given.pollers) return uncovered('More rows come than are taken.');
  const remembered = relaxation ?? 100 * limit;
  const limited = { ...plain, batchSize: limit };
  const usual = plan(limited, sizes(remembered), warmUp(remembered));
  if (!metrics.includes('max_throughput')) return usual;
  return {
    ...usual,
    run(seed, size) {
      const tally = usual.run(seed, size);
      return { ...tally, sums: { ...tally.sums, saturated: saturated(limited, seed), runs: 1 } };
    },
    figure: (tally, metric) =>
      metric === 'max_throughput' ? sum(tally, 'saturated') / sum(tally, 'runs') : usual.figure(tally, metric),
  };
});

const randomParameters = v.object({
  poll_interval_mean: field.positive,
  interval: v.picklist(['exponential', 'uniform']),
  low: v.optional(field.positive),
  high: v.optional(field.positive),
  pollers: v.optional(v.literal(1), 1),
});

export const randomPoller: Model = model(randomParameters, (given) => {
  const { poll_interval_mean: period, low, high } = given;
  if (given.interval === 'uniform' && (low === undefined || high === undefined))
    return uncovered('A uniform interval has two ends.');
  const interval: Distribution =
    given.interval === 'uniform'
      ? { type: 'uniform', min: low! * 1000, max: high! * 1000 }
      : { type: 'exponential', mean: period * 1000 };
  const rate = PER_PERIOD / period;
  return plan({ ...plainly, schedule: 'fixedDelay', period, interval, rate }, sizes(0), 100);
});

const flushParameters = v.object({ arrival_rate: field.positive, flush_interval: field.positive });

/** A buffer that a timer empties, whatever is in it: an outbox, and the one who looks into it. */
export const periodicFlush: Model = model(flushParameters, ({ arrival_rate: rate, flush_interval: period }) => {
  const messages = rate * period;
  const size = sizes(messages);
  return plan(
    { ...plainly, rate, period, interval: { type: 'constant', mean: period * 1000 } },
    size,
    warmUp(messages),
  );
});
