/**
 * Handling that fails and is tried again, as RabbitMQ does it: rejected messages come back by dead-letter queues, at the tail and
 * after a delay, or are put back at the head of a queue that counts deliveries.
 */
import * as v from 'valibot';
import { runUntil } from '../../../../engine/engine.ts';
import type { ScenarioEdge, ScenarioNode } from '../../../../scenario/document.ts';
import type { Distribution } from '../../../../scenario/values/distribution.ts';
import {
  bind,
  consume,
  consumer,
  deadLetter,
  enqueue,
  exchange,
  instantNs,
  producer,
  queue,
  start,
  type Design,
} from '../design.ts';
import { model, relaxationOf, sizes, uncovered, warmUp, type Model, type Plan } from '../plan.ts';
import { meanSeconds, queueFigure, queueMeter } from '../queues.ts';
import { pool, sum, type Tally } from '../tally.ts';
import { field } from '../table.ts';
import { visitMeter } from '../visits.ts';
import { watch } from '../watch.ts';
import { distribution } from './durations.ts';

/** The first queue of a design is worked on; the second one, if any, holds those who were given up, and is read at once. */
const [WORK, DEAD] = [0, 1];

interface Repeats {
  readonly design: Design;
  readonly rate: number;
  /** Load of the servers with all attempts. */
  readonly load: number;
}

function plan({ design, rate, load }: Repeats, relaxation: number | undefined, figure: Plan['figure']): Plan {
  if (load >= 1) throw new RangeError('Whoever makes a design sees to its load.');
  const remembered = relaxation ?? relaxationOf(load);
  const before = warmUp(remembered);
  return {
    size: sizes(remembered),
    run(seed, size) {
      const run = start(design, seed);
      runUntil(run, instantNs(before / rate));
      const visits = visitMeter(run, [WORK]);
      const meters = run.subscriptions.slice(WORK, DEAD + 1).map(({ index }) => queueMeter(run, index));
      watch(run, instantNs((before + size) / rate), [visits, ...meters]);
      return pool([visits, ...meters].map((meter) => meter.tally(run)));
    },
    units: (tally) => sum(tally, 'queue0.messages'),
    figure,
  };
}

const NEVER_READY = 'The queue never settles: its load is not below 1.';

const source = (ratePerSecond: number): ScenarioNode =>
  producer('source', { arrivals: { type: 'poisson', ratePerSecond } });

/** Those who were given up, and somebody who looks at each at once. */
const dead: { readonly nodes: readonly ScenarioNode[]; readonly edges: readonly ScenarioEdge[] } = {
  nodes: [queue('dead'), consumer('clerk', { workMs: { type: 'constant', mean: 0 } })],
  edges: [consume('dead', 'clerk', { prefetch: 1 })],
};

const feedbackParameters = v.object({
  arrival_rate: field.positive,
  service_mean: field.positive,
  servers: v.optional(field.count, 1),
  retry_probability: field.probability,
  retry_limit: v.optional(v.null()),
});

/** A queue that is its own dead-letter queue: what is rejected joins its tail, as often as it takes. */
export const feedback: Model = model(feedbackParameters, (given, { relaxation }) => {
  const { arrival_rate: rate, service_mean: mean, servers, retry_probability: failureRate } = given;
  const load = (rate * mean) / servers / (1 - failureRate);
  if (!(load < 1)) return uncovered(NEVER_READY);
  const workMs: Distribution = { type: 'exponential', mean: mean * 1000 };
  const design: Design = {
    nodes: [source(rate), queue('work'), consumer('server', { concurrency: servers, workMs, failureRate })],
    edges: [
      enqueue('source', 'work'),
      deadLetter('work', 'work'),
      consume('work', 'server', { prefetch: servers, onFailure: 'reject' }),
    ],
  };
  return plan({ design, rate, load }, relaxation, (tally, metric) => {
    if (metric === 'W_total') return queueFigure(tally, WORK, 'W', { servers });
    if (metric === 'W_per_visit') return meanSeconds(tally.histograms['visit0.stay']);
    return attemptFigure(tally, metric, servers);
  });
});

/** What does not depend on the way in which attempts are repeated. */
function attemptFigure(tally: Tally, metric: string, servers: number): number | undefined {
  const [done, given_up] = [sum(tally, 'queue0.messages'), tally.sums['queue1.messages'] ?? 0];
  switch (metric) {
    case 'attempts_mean':
      return sum(tally, 'visit0.starts') / (done + given_up);
    case 'dlq_fraction':
      return given_up / (done + given_up);
    case 'offered_load':
    case 'utilisation':
      return queueFigure(tally, WORK, 'utilisation', { servers });
    case 'L':
    case 'L_queue':
      return sum(tally, 'visit0.area') / sum(tally, 'visits.ns');
    case 'Wq':
    case 'Wq_per_attempt':
      return meanSeconds(tally.histograms['visit0.wait']);
    default:
      return undefined;
  }
}

const delayedParameters = v.object({
  arrival_rate: field.positive,
  service_mean: field.positive,
  servers: v.optional(field.count, 1),
  failure_probability: field.probability,
  max_attempts: v.pipe(field.count, v.maxValue(50)),
  retry_delays: v.array(v.pipe(v.number(), v.minValue(0))),
  jitter: v.optional(v.string(), 'none'),
});

/** From what share of a delay on it is drawn. */
const JITTER_FROM: Readonly<Record<string, number>> = { full: 0, equal: 0.5 };
/** Workers of one instance. */
const WORKERS = 1000;

/**
 * Where a retry waits: a queue that nobody reads, whose messages expire after the delay. With jitter every message has a delay of its
 * own: a queue of which every message is taken at once, held for so long, and rejected.
 *
 * @param rate of messages that come here at most
 */
function waiting(id: string, seconds: number, from: number | undefined, rate: number): Pick<Design, 'nodes' | 'edges'> {
  if (from === undefined || seconds === 0) return { nodes: [queue(id, { messageTtlMs: seconds * 1000 })], edges: [] };
  const held = consumer(`held-${id}`, {
    // Twice as many as are there at once on average, and some more: nobody waits to be held.
    instances: Math.ceil((2 * rate * seconds + 100) / WORKERS),
    concurrency: WORKERS,
    workMs: { type: 'uniform', min: from * seconds * 1000, max: seconds * 1000 },
    failureRate: 1,
  });
  return {
    nodes: [queue(id), held],
    edges: [consume(id, `held-${id}`, { prefetch: WORKERS, onFailure: 'reject' })],
  };
}

/**
 * The number of the attempt is the routing key: what is rejected keeps it and is sent by it to where it waits, and comes back with the
 * next number; the last number leads to those who were given up.
 */
function ladder(delays: readonly number[], from: number | undefined, rate: number): Pick<Design, 'nodes' | 'edges'> {
  const places = delays.map((seconds, i) => waiting(`wait${i + 1}`, seconds, from, rate));
  return {
    nodes: [exchange('retry'), exchange('again', { type: 'fanout' }), ...places.flatMap(({ nodes }) => nodes)],
    edges: [
      deadLetter('work', 'retry'),
      bind('again', 'work'),
      ...places.flatMap(({ edges }, i) => [
        ...edges,
        bind('retry', `wait${i + 1}`, { bindingKeys: `attempt-${i + 1}` }),
        deadLetter(`wait${i + 1}`, 'again', { deadLetterRoutingKey: `attempt-${i + 2}` }),
      ]),
      bind('retry', 'dead', { bindingKeys: `attempt-${delays.length + 1}` }),
    ],
  };
}

export const delayedRetry: Model = model(delayedParameters, (given, { relaxation }) => {
  const { arrival_rate: rate, service_mean: mean, servers, failure_probability: f, max_attempts: k } = given;
  const from = JITTER_FROM[given.jitter];
  if (from === undefined && given.jitter !== 'none')
    return uncovered(`Nothing is known of the jitter "${given.jitter}".`);
  if (given.retry_delays.length !== k - 1) return uncovered('Every attempt but the first needs its delay.');
  const load = ((rate * mean) / servers) * attemptsMean(f, k);
  if (!(load < 1)) return uncovered(NEVER_READY);
  const workMs: Distribution = { type: 'exponential', mean: mean * 1000 };
  const steps = ladder(given.retry_delays, from, rate);
  const design: Design = {
    nodes: [
      source(rate),
      queue('work'),
      ...dead.nodes,
      consumer('server', { concurrency: servers, workMs, failureRate: f }),
      ...steps.nodes,
    ],
    edges: [
      enqueue('source', 'again', { routingKey: 'attempt-1' }),
      consume('work', 'server', { prefetch: servers, onFailure: 'reject' }),
      ...dead.edges,
      ...steps.edges,
    ],
  };
  return plan({ design, rate, load }, relaxation, (tally, metric) => {
    const [successes, lost] = [tally.histograms['queue0.sojourn'], tally.histograms['queue1.sojourn']];
    if (metric === 'W_total_successes') return meanSeconds(successes);
    if (metric === 'W_total_deadlettered') return meanSeconds(lost);
    if (metric === 'W_total_all') return (successes!.sum + lost!.sum) / (successes!.total + lost!.total) / 1e9;
    return attemptFigure(tally, metric, servers);
  });
});

/** 1 + f + f² …, k terms. */
function attemptsMean(f: number, k: number): number {
  let [mean, reached] = [0, 1];
  for (let i = 0; i < k; i += 1) {
    mean += reached;
    reached *= f;
  }
  return mean;
}

const inPlaceParameters = v.object({
  arrival_rate: field.positive,
  attempt_mean: field.positive,
  attempt: v.optional(v.string(), 'exponential'),
  attempt_scv: v.optional(v.number()),
  failure_probability: field.probability,
  max_attempts: v.pipe(field.count, v.maxValue(1000)),
  sleeps: v.array(v.pipe(v.number(), v.minValue(0))),
  servers: v.optional(v.literal(1), 1),
});

/** The delays of an exponential backoff without a bound that is reached, as a handler has them; undefined for any others. */
function backoffOf(sleeps: readonly number[]): { delayMs: number; multiplier: number } | undefined {
  const [first = 0, second = first] = sleeps;
  const multiplier = first > 0 ? second / first : 1;
  let next = first;
  for (const seconds of sleeps) {
    if (Math.abs(seconds - next) > 1e-9 * next) return undefined;
    next *= multiplier;
  }
  return multiplier >= 1 ? { delayMs: first * 1000, multiplier } : undefined;
}

/** A handler that tries the same message again, and rests in between. */
export const inPlaceRetry: Model = model(inPlaceParameters, (given, { relaxation }) => {
  const { arrival_rate: rate, attempt_mean: mean, failure_probability: f, max_attempts: k, sleeps } = given;
  if (sleeps.length !== k - 1) return uncovered('Every attempt but the first needs its sleep.');
  const backoff = backoffOf(sleeps);
  if (backoff === undefined) return uncovered('Sleeps of a handler grow by one factor, which these do not.');
  const rests = sleeps.reduce((all, seconds, i) => all + seconds * f ** (i + 1), 0);
  const load = rate * (mean * attemptsMean(f, k) + rests);
  if (!(load < 1)) return uncovered(NEVER_READY);
  const design: Design = {
    nodes: [
      source(rate),
      queue('work'),
      ...dead.nodes,
      consumer('server', {
        workMs: distribution(given.attempt, mean, given.attempt_scv),
        failureRate: f,
        retry: { maxAttempts: k, ...backoff },
      }),
    ],
    edges: [
      enqueue('source', 'work'),
      deadLetter('work', 'dead'),
      consume('work', 'server', { prefetch: 1, onFailure: 'reject' }),
      ...dead.edges,
    ],
  };
  return plan({ design, rate, load }, relaxation, (tally, metric) => {
    const held = meanSeconds(tally.histograms['visit0.held']);
    if (metric === 'holding_time_mean') return held;
    if (metric === 'max_stable_arrival_rate') return 1 / held;
    if (metric === 'W_total_all') return meanSeconds(tally.histograms['visit0.stay']);
    return attemptFigure(tally, metric, 1);
  });
});
