/**
 * Queues that are full at K, and messages that expire: a RabbitMQ queue with a length, read by one instance with c workers and as
 * much prefetch. What the workers hold is unacknowledged and does not count, so the length is K - c.
 */
import * as v from 'valibot';
import { runUntil, type Run } from '../../../../engine/engine.ts';
import type { Distribution } from '../../../../scenario/values/distribution.ts';
import { consume, consumer, deadLetter, enqueue, instantNs, producer, queue, start } from '../design.ts';
import { model, sizes, uncovered, warmUp, type Model, type Plan } from '../plan.ts';
import { measureQueues, meanSeconds, queueFigure } from '../queues.ts';
import { pool, sum, type Tally } from '../tally.ts';
import { field } from '../table.ts';
import { distribution } from './durations.ts';

interface Bounded {
  readonly rate: number;
  readonly service: Distribution;
  readonly servers: number;
  /** Absent for a queue without a bound. */
  readonly capacity?: number;
  readonly dropHead?: boolean;
  /** Seconds. */
  readonly ttl?: number;
}

/**
 * A queue of no length refuses what it is offered even when a worker is free, but drops from its head only what no worker takes:
 * where nobody may wait, what arrives is what is dropped, either way.
 */
function limits({ capacity, servers, dropHead, ttl }: Bounded) {
  const maxLength = capacity === undefined ? -1 : capacity - servers;
  const overflow = dropHead === true || maxLength === 0 ? 'drop-head' : 'reject-publish';
  return { maxLength, overflow, messageTtlMs: ttl === undefined ? -1 : ttl * 1000 } as const;
}

/** What the queue loses is read, too, at once: how long it was there is how long it took. */
function begin(given: Bounded, seed: number): Run {
  const work: Distribution = { type: 'constant', mean: 0 };
  return start(
    {
      nodes: [
        producer('source', { arrivals: { type: 'poisson', ratePerSecond: given.rate } }),
        queue('queue', limits(given)),
        consumer('server', { concurrency: given.servers, workMs: given.service }),
        queue('lost'),
        consumer('clerk', { workMs: work }),
      ],
      edges: [
        enqueue('source', 'queue'),
        consume('queue', 'server', { prefetch: given.servers }),
        deadLetter('queue', 'lost'),
        consume('lost', 'clerk', { prefetch: 1 }),
      ],
    },
    seed,
  );
}

/** Facts so far, and those of them that no worker will have. */
function fates(run: Run): { readonly offered: number; readonly lost: number } {
  const [{ ledger: source }, { ledger }] = [run.sources[0]!, run.subscriptions[0]!];
  return { offered: source.attempted, lost: source.refused + ledger.dropped + ledger.expired + ledger.deadLettered };
}

function plan(given: Bounded, relaxation: number | undefined): Plan {
  const remembered = relaxation ?? 60 * given.servers;
  const before = warmUp(remembered);
  const { servers } = given;
  return {
    size: sizes(remembered),
    run(seed, size) {
      const run = begin(given, seed);
      const [fromNs, untilNs] = [before, before + size].map((messages) => instantNs(messages / given.rate));
      runUntil(run, fromNs!);
      const first = fates(run);
      const tally = pool(measureQueues(run, fromNs!, untilNs!));
      const last = fates(run);
      const sums = { offered: last.offered - first.offered, lost: last.lost - first.lost };
      return { ...tally, sums: { ...tally.sums, ...sums } };
    },
    units: (tally) => sum(tally, 'offered'),
    figure: (tally, metric) => figure(tally, metric, servers),
  };
}

/** Of those who were taken, in the words of the tables: a mean over the others would be another one. */
const OF_WHOM = /_(accepted|delivered|served)(?=_|$)/;

function figure(tally: Tally, metric: string, servers: number): number | undefined {
  switch (metric) {
    case 'P_loss':
    case 'P_reject':
    case 'P_expired':
      return sum(tally, 'lost') / sum(tally, 'offered');
    case 'threads_busy_mean':
      return sum(tally, 'queue0.busy') / sum(tally, 'queue0.ns');
    case 'time_in_queue_of_dropped':
      return meanSeconds(tally.histograms['queue1.sojourn']);
    default:
      return queueFigure(tally, 0, metric.replace(OF_WHOM, ''), { servers });
  }
}

const parameters = v.object({
  arrival_rate: field.positive,
  service_mean: field.positive,
  servers: v.optional(field.count, 1),
  system_capacity: field.count,
  service: v.optional(v.string(), 'exponential'),
  service_scv: v.optional(v.number()),
  overflow: v.optional(v.picklist(['drop-head', 'drop-newest', 'reject'])),
});

/** M/M/1/K, M/M/c/K, M/M/c/c, with the newest or the oldest dropped. */
export const boundedQueue: Model = model(parameters, (given, { relaxation }) => {
  const { servers, system_capacity: capacity } = given;
  if (capacity < servers) return uncovered('There is no room for all servers to work.');
  const service = distribution(given.service, given.service_mean, given.service_scv);
  const dropHead = given.overflow === 'drop-head';
  return plan({ rate: given.arrival_rate, service, servers, capacity, dropHead }, relaxation);
});

const ttlParameters = v.object({
  arrival_rate: field.positive,
  service_mean: field.positive,
  servers: v.optional(field.count, 1),
  ttl: field.positive,
});

/** All messages of the queue live as long, so they expire in order and none waits behind one that lives longer. */
export const expiring: Model = model(ttlParameters, (given, { relaxation }) => {
  const service = distribution('exponential', given.service_mean, 1);
  return plan({ rate: given.arrival_rate, service, servers: given.servers, ttl: given.ttl }, relaxation);
});

const poolParameters = v.object({
  arrival_rate: field.positive,
  call_mean: field.positive,
  latency: v.optional(v.string(), 'exponential'),
  latency_scv: v.optional(v.number()),
  pool_size: field.count,
  queue_size: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
});

/** Threads that wait for an answer are workers; who finds none free, and no room to wait in, is turned away. */
export const threadPool: Model = model(poolParameters, (given, { relaxation }) => {
  const service = distribution(given.latency, given.call_mean, given.latency_scv);
  const servers = given.pool_size;
  const capacity = servers + given.queue_size;
  return plan({ rate: given.arrival_rate, service, servers, capacity }, relaxation);
});
