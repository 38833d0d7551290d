/** D/D/1: no luck is involved, so every figure is exact. */
import * as v from 'valibot';
import { HOP } from '../../../../engine/ledger/hops.ts';
import { runUntil, type Run } from '../../../../engine/engine.ts';
import { consumer, instantNs, producer, publish, start, subscribe, topic } from '../design.ts';
import { hopReader } from '../hops.ts';
import { model, uncovered, type Model } from '../plan.ts';
import { measureQueues, queueFigure } from '../queues.ts';
import { EMPTY, pool, sum } from '../tally.ts';
import { field } from '../table.ts';
import { watch, type Observer } from '../watch.ts';

const parameters = v.object({
  arrival_rate: field.positive,
  service_mean: field.positive,
  servers: v.optional(v.literal(1), 1),
  interarrival: v.literal('deterministic'),
  service: v.literal('deterministic'),
});

/** Messages that the figures are taken over at least. */
const MESSAGES = 1000;
const OVERLOAD_MAX = 100;
const WAIT_OF = /^wait_of_message_(\d{1,5})$/;

export const deterministicQueue: Model = model(parameters, ({ arrival_rate, service_mean }, { metrics }) => {
  if (arrival_rate * service_mean > OVERLOAD_MAX) return uncovered('The overload is beyond measure.');
  const last = Math.max(0, ...metrics.map((metric) => Number(WAIT_OF.exec(metric)?.[1] ?? 0)));
  // Whole intervals of arrivals, as many as it takes to work on the last message that is asked for.
  const intervals = Math.max(MESSAGES, Math.ceil((last + 2) * Math.max(1, arrival_rate * service_mean)));
  return {
    deterministic: true,
    size: { min: 1, max: 1 },
    run(seed) {
      const run = start(
        {
          nodes: [
            producer('source', { arrivals: { type: 'constant', ratePerSecond: arrival_rate } }),
            topic('queue'),
            consumer('server', { workMs: { type: 'constant', mean: service_mean * 1000 } }),
          ],
          edges: [publish('source', 'queue'), subscribe('queue', 'server')],
        },
        seed,
      );
      const fromNs = instantNs(1 / arrival_rate);
      // The first fact is the last event before the measurement, and one of the instants.
      runUntil(run, fromNs - 1);
      const instants = watchInstants(run);
      watch(run, fromNs, [instants]);
      const untilNs = instantNs((1 + intervals) / arrival_rate);
      const queues = measureQueues(run, fromNs, untilNs, [instants]);
      return pool([...queues, { ...EMPTY, sums: instants.sums() }]);
    },
    units: () => MESSAGES,
    figure(tally, metric) {
      const message = WAIT_OF.exec(metric)?.[1];
      if (message !== undefined) return sum(tally, `wait${message}`) / 1e9;
      const [arrivals, departures] = [sum(tally, 'arrivals'), sum(tally, 'departures')];
      if (metric === 'throughput') return departures;
      if (metric === 'backlog_growth') return arrivals - departures;
      return queueFigure(tally, 0, metric, { servers: 1 });
    },
  };
});

/** Instants of every message, read from the ring of hops: arrivals, starts and ends of work. */
function watchInstants(begin: Run): Observer & { sums(): Record<string, number> } {
  const produced = new Map<number, number>();
  const waits: Record<string, number> = {};
  const done: number[] = [];
  return {
    happened: hopReader(begin, ({ what, message, timeNs }) => {
      if (what === HOP.produced) produced.set(message, timeNs);
      // Messages count from 1 in a run, and from 0 in the tables.
      if (what === HOP.started) waits[`wait${message - 1}`] = timeNs - produced.get(message)!;
      if (what === HOP.applied) done.push(timeNs);
    }),
    sums: () => ({ ...waits, arrivals: ratePerSecond([...produced.values()]), departures: ratePerSecond(done) }),
  };
}

/** Of instants in order, from the first to the last one. */
function ratePerSecond(instantsNs: readonly number[]): number {
  return ((instantsNs.length - 1) * 1e9) / (instantsNs.at(-1)! - instantsNs[0]!);
}
