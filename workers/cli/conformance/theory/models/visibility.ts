/** Visibility timeouts of a managed queue, read by one client with more workers than it ever needs. */
import * as v from 'valibot';
import { createHistogram, record } from '../../../../engine/core/histogram.ts';
import { type Run } from '../../../../engine/engine.ts';
import { HOP } from '../../../../engine/ledger/hops.ts';
import type { Distribution } from '../../../../scenario/values/distribution.ts';
import { consumer, instantNs, NotExpressible, producer, receive, sendTo, sqs, start } from '../design.ts';
import { hopReader } from '../hops.ts';
import { model, type Model, type Plan } from '../plan.ts';
import { meanSeconds } from '../queues.ts';
import { sum, type Tally } from '../tally.ts';
import { field } from '../table.ts';
import { watchUntil } from '../watch.ts';
import { distribution } from './durations.ts';

/** Workers of an instance, at most; of which so many are busy on average with first deliveries. */
const WORKERS = 1000;
const BUSY = 20;

interface Hidden {
  readonly visibility: number;
  readonly work: Distribution;
  readonly workMean: number;
  readonly failureRate: number;
}

function begin({ visibility, work, workMean, failureRate }: Hidden, size: number, seed: number): Run {
  return start(
    {
      nodes: [
        producer('source', { arrivals: { type: 'poisson', ratePerSecond: BUSY / workMean }, limit: size }),
        sqs('queue', { visibilityTimeoutMs: visibility * 1000, duplicateRate: 0, disorderRate: 0 }),
        consumer('workers', { concurrency: WORKERS, workMs: work, failureRate }),
      ],
      edges: [
        sendTo('source', 'queue'),
        receive('queue', 'workers', { maxNumberOfMessages: 1, waitTimeMs: 20_000, onFailure: 'timeout' }),
      ],
    },
    seed,
  );
}

/** Deliveries of each message, and how long it took until the first handler was done with it. */
function measured(given: Hidden, size: number, seed: number): Tally {
  const run = begin(given, size, seed);
  const deliveries = new Map<number, number>();
  const producedNs = new Map<number, number>();
  const taken = createHistogram();
  let late = 0;
  const read = hopReader(run, ({ what, message, timeNs }) => {
    if (what === HOP.produced) producedNs.set(message, timeNs);
    if (what === HOP.started) deliveries.set(message, (deliveries.get(message) ?? 0) + 1);
    if (what !== HOP.applied || !producedNs.has(message)) return;
    const ns = timeNs - producedNs.get(message)!;
    producedNs.delete(message);
    record(taken, ns);
    if (ns > given.visibility * 1e9) late += 1;
  });
  const untilNs = instantNs((size * given.workMean) / BUSY + 1000 * (given.visibility + given.workMean));
  const done = watchUntil(run, untilNs, (at) => {
    read(at);
    const { idleWorkers } = at.instances[0]!;
    if (idleWorkers === 0) throw new NotExpressible('More workers are needed than one instance has.');
    return taken.total === size && idleWorkers === WORKERS;
  });
  if (!done) throw new NotExpressible('Messages were still under way long after the last one was sent.');
  let [all, again] = [0, 0];
  for (const count of deliveries.values()) {
    all += count;
    if (count > 1) again += 1;
  }
  return { sums: { messages: size, all, again, late }, vectors: {}, histograms: { taken } };
}

function plan(given: Hidden): Plan {
  return {
    size: { min: 10_000, max: 100_000 },
    run: (seed, size) => measured(given, size, seed),
    units: (tally) => sum(tally, 'messages'),
    figure(tally, metric) {
      const share = (name: string): number => sum(tally, name) / sum(tally, 'messages');
      switch (metric) {
        case 'deliveries_per_message':
          return share('all');
        case 'P_delivered_more_than_once':
          return share('again');
        case 'P_time_exceeds_V':
          return share('late');
        case 'mean_time_to_ack':
          return meanSeconds(tally.histograms['taken']);
        default:
          return undefined;
      }
    },
  };
}

const parameters = v.object({
  visibility_timeout: field.positive,
  processing_mean: field.positive,
  processing: v.optional(v.string(), 'exponential'),
  processing_scv: v.optional(v.number()),
  crash_probability: v.optional(field.probability, 0),
});

/** A handler that fails leaves the message hidden until its time is over, which is what the queue sees of a crash. */
export const visibility: Model = model(parameters, (given) =>
  plan({
    visibility: given.visibility_timeout,
    work: distribution(given.processing, given.processing_mean, given.processing_scv),
    workMean: given.processing_mean,
    failureRate: given.crash_probability,
  }),
);
