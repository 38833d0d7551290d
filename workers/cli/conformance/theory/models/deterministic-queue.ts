/** D/D/1: no luck is involved, so every figure is exact. */
import * as v from 'valibot';
import { HOP, HOP_CAPACITY } from '../../../../engine/ledger/hops.ts';
import { nowNs, runUntil } from '../../../../engine/engine.ts';
import { consumer, instantNs, producer, publish, start, subscribe, topic } from '../design.ts';
import { model, uncovered, type Model } from '../plan.ts';
import { measureQueues, queueFigure } from '../queues.ts';
import { EMPTY, pool, sum } from '../tally.ts';
import { field } from '../table.ts';
import type { Observer } from '../watch.ts';

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
      runUntil(run, instantNs(1 / arrival_rate));
      const instants = watchInstants();
      const untilNs = instantNs((1 + intervals) / arrival_rate);
      const queues = measureQueues(run, nowNs(run), untilNs, [instants]);
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
function watchInstants(): Observer & { sums(): Record<string, number> } {
  const produced = new Map<number, number>();
  const waits: Record<string, number> = {};
  const done: number[] = [];
  let seen = 0;
  return {
    happened({ hops }) {
      for (let i = Math.max(seen, hops.count - HOP_CAPACITY); i < hops.count; i += 1) {
        const row = i & (HOP_CAPACITY - 1);
        const [message, timeNs] = [hops.message[row]!, hops.timeNs[row]!];
        if (hops.what[row] === HOP.produced) produced.set(message, timeNs);
        // Messages count from 1 in a run, and from 0 in the tables.
        if (hops.what[row] === HOP.started) waits[`wait${message - 1}`] = timeNs - produced.get(message)!;
        if (hops.what[row] === HOP.applied) done.push(timeNs);
      }
      seen = hops.count;
    },
    sums: () => ({ ...waits, arrivals: ratePerSecond([...produced.values()]), departures: ratePerSecond(done) }),
  };
}

/** Of instants in order, from the first to the last one. */
function ratePerSecond(instantsNs: readonly number[]): number {
  return ((instantsNs.length - 1) * 1e9) / (instantsNs.at(-1)! - instantsNs[0]!);
}
