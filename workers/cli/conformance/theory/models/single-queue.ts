/**
 * One queue, consumed by one instance with c workers; or a topic, shared out in turn over c private partitions. M/M/1, M/M/c,
 * M/D/c, M/G/1, GI/M/1, GI/G/1 differ by their distributions only.
 */
import * as v from 'valibot';
import {
  consume,
  consumer,
  enqueue,
  instantNs,
  producer,
  publish,
  queue,
  start,
  subscribe,
  topic,
  type Design,
} from '../design.ts';
import { model, relaxationOf, sizes, uncovered, warmUp, type Model } from '../plan.ts';
import { measureQueues, queueFigure } from '../queues.ts';
import { pool, sum } from '../tally.ts';
import { field } from '../table.ts';
import { distribution, renewals, TRACE_MAX } from './durations.ts';

const parameters = v.object({
  arrival_rate: field.positive,
  service_mean: field.positive,
  servers: v.optional(field.count, 1),
  service: v.optional(v.string(), 'exponential'),
  service_scv: v.optional(v.number()),
  /** Say the same, where a table leaves the scv out. */
  erlang_k: v.optional(field.count),
  lognormal_sigma: v.optional(field.positive),
  interarrival: v.optional(v.string(), 'exponential'),
  interarrival_scv: v.optional(v.number()),
  /** Round-robin from one stream to private queues, each with the rate above. */
  consumers: v.optional(field.count, 1),
  dispatch: v.optional(v.string()),
});

function scvOf({ erlang_k: stages, lognormal_sigma: sigma }: v.InferOutput<typeof parameters>): number | undefined {
  if (stages !== undefined) return 1 / stages;
  return sigma === undefined ? undefined : Math.exp(sigma * sigma) - 1;
}

export const singleQueue: Model = model(parameters, (given, { relaxation }) => {
  const { servers, consumers: queues, dispatch } = given;
  const rho = (given.arrival_rate * given.service_mean) / servers;
  if (rho >= 1) return uncovered('The queue never settles: its load is not below 1.');
  if (queues > 1 && dispatch !== 'round-robin')
    return uncovered(`Nothing is known of the dispatch "${dispatch ?? ''}".`);
  const remembered = relaxation ?? relaxationOf(rho);
  const before = warmUp(remembered);
  const service = distribution(given.service, given.service_mean, given.service_scv ?? scvOf(given));
  // In turn, of k private queues each gets every k-th of the facts: sums of k exponentials.
  const interarrival =
    queues > 1
      ? distribution('exponential', 1 / given.arrival_rate / queues, 1)
      : distribution(given.interarrival, 1 / given.arrival_rate, given.interarrival_scv);
  const isRecorded = interarrival.type !== 'constant' && interarrival.type !== 'exponential';

  return {
    size: sizes(remembered, isRecorded ? TRACE_MAX - 2 * before : Infinity),
    cost: queues,
    run(seed, size) {
      // A tenth more than is measured, so that a trace does not end early.
      const count = Math.ceil(1.1 * (before + size));
      const source = producer('source', { arrivals: renewals(interarrival, seed, count) });
      const server = consumer('server', { instances: queues, concurrency: servers, workMs: service });
      const shared: Design = {
        nodes: [source, queue('queue'), server],
        edges: [enqueue('source', 'queue'), consume('queue', 'server', { prefetch: servers })],
      };
      const inTurn: Design = {
        nodes: [source, topic('queue', { partitions: queues }), server],
        edges: [publish('source', 'queue', { partitioner: 'roundRobin' }), subscribe('queue', 'server')],
      };
      const run = start(queues > 1 ? inTurn : shared, seed);
      const [fromNs, untilNs] = [before, before + size].map((messages) => instantNs(messages / given.arrival_rate));
      return pool(measureQueues(run, fromNs!, untilNs!));
    },
    units: (tally) => Math.floor(sum(tally, 'queue0.messages') / queues),
    figure: (tally, metric) => queueFigure(tally, 0, metric, { servers: servers * queues, queues }),
  };
});
