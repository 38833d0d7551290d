/**
 * A fixed number of messages that never leave: each consumer publishes to the topic of the next one, and the last to that of the first.
 * Thinking is work that nobody waits for: as many workers as there are messages.
 */
import * as v from 'valibot';
import { runUntil } from '../../../../engine/engine.ts';
import {
  consumer,
  instantNs,
  NotExpressible,
  producer,
  publish,
  start,
  subscribe,
  topic,
  type Design,
} from '../design.ts';
import { model, sizes, warmUp, type Model } from '../plan.ts';
import { measureQueues, meanSeconds, queueFigure } from '../queues.ts';
import { pool, sum, type Tally } from '../tally.ts';
import { field } from '../table.ts';

/** As many workers as one instance may have. */
const window = v.pipe(field.count, v.maxValue(1000));
const think = v.pipe(v.number(), v.minValue(0));

export interface Ring {
  readonly window: number;
  /** Seconds; 0 for no such station. */
  readonly thinkMean: number;
  readonly stations: readonly { readonly mean: number; readonly servers: number }[];
}

const work = (seconds: number) => ({ type: 'exponential', mean: seconds * 1000 }) as const;

/** Stations come first, so that they are the first subscriptions. */
export function ring({ window: messages, thinkMean, stations }: Ring): Design {
  const stops = stations.map(({ mean, servers }, i) => ({
    id: `station${i}`,
    workMs: work(mean),
    concurrency: servers,
  }));
  if (thinkMean > 0) stops.push({ id: 'thinking', workMs: work(thinkMean), concurrency: messages });
  return {
    nodes: [
      producer('source', { arrivals: { type: 'bursts', size: messages, everyMs: NEVER_MS, spreadMs: 0 } }),
      ...stops.flatMap(({ id, ...settings }) => [topic(`${id}-topic`), consumer(id, settings)]),
    ],
    edges: [
      publish('source', `${stops.at(-1)!.id}-topic`),
      ...stops.flatMap(({ id }, i) => [
        subscribe(`${id}-topic`, id),
        publish(id, `${stops[(i + 1) % stops.length]!.id}-topic`),
      ]),
    ],
  };
}

/** The longest time between two bursts. */
const NEVER_MS = 86_400_000;

/** No ring is faster than its slowest station, nor than messages that never wait. */
export function rateMax({ window: messages, thinkMean, stations }: Ring): number {
  const around = stations.reduce((total, { mean }) => total + mean, thinkMean);
  return Math.min(messages / around, ...stations.map(({ mean, servers }) => servers / mean));
}

/** One replication. How long so many messages take is not known before: the warm-up tells. */
function turn(given: Ring, before: number, size: number, seed: number): Tally {
  const run = start(ring(given), seed);
  const fromNs = instantNs(before / rateMax(given));
  runUntil(run, fromNs);
  const nsEach = fromNs / run.subscriptions[0]!.latency.total;
  const untilNs = fromNs + Math.ceil(size * nsEach);
  if (!(untilNs < NEVER_MS * 1e6)) throw new NotExpressible('The run would see a second burst.');
  return pool(measureQueues(run, fromNs, untilNs));
}

function throughput(tally: Tally): number {
  return sum(tally, 'queue0.messages') / (sum(tally, 'queue0.ns') / 1e9);
}

const finiteParameters = v.object({
  window,
  think_mean: field.positive,
  service_mean: field.positive,
  servers: v.optional(field.count, 1),
});

/** Far beyond the number of messages that saturates the servers, the throughput is theirs. */
const SATURATED = 5;

/** M/M/c//N: whoever has an answer thinks, then asks again. */
export const finiteSource: Model = model(finiteParameters, (given, { relaxation, metrics }) => {
  const { think_mean: thinkMean, service_mean: mean, servers } = given;
  const closed: Ring = { window: given.window, thinkMean, stations: [{ mean, servers }] };
  const most = SATURATED * Math.ceil((servers * (thinkMean + mean)) / mean);
  const alsoSaturated = metrics.includes('saturation_window') && most <= 1000;
  const remembered = relaxation ?? 20 * given.window;
  const before = warmUp(remembered);
  return {
    size: sizes(remembered),
    cost: alsoSaturated ? 4 : 2,
    run(seed, size) {
      const tally = turn(closed, before, size, seed);
      if (!alsoSaturated) return tally;
      const [saturated, alone] = [most, 1].map((messages) =>
        throughput(turn({ ...closed, window: messages }, before, size / 4, seed)),
      );
      return { ...tally, sums: { ...tally.sums, saturated: saturated!, alone: alone! } };
    },
    units: (tally) => sum(tally, 'queue0.messages'),
    figure(tally, metric) {
      // So many that never wait are as fast as the servers can be.
      if (metric === 'saturation_window')
        return alsoSaturated ? sum(tally, 'saturated') / sum(tally, 'alone') : undefined;
      return queueFigure(tally, 0, metric, { servers });
    },
  };
});

const networkParameters = v.object({
  window,
  service_means: field.list,
  think_mean: v.optional(think, 0),
  servers: v.optional(field.count, 1),
});

export const closedNetwork: Model = model(networkParameters, (given, { relaxation }) => {
  const { servers, service_means: means } = given;
  const stations = means.map((mean) => ({ mean, servers }));
  const closed: Ring = { window: given.window, thinkMean: given.think_mean, stations };
  const remembered = relaxation ?? 10 * given.window;
  const before = warmUp(remembered);
  return {
    size: sizes(remembered),
    cost: means.length + (given.think_mean > 0 ? 1 : 0),
    run: (seed, size) => turn(closed, before, size, seed),
    units: (tally) => sum(tally, 'queue0.messages'),
    figure(tally, metric) {
      if (metric === 'throughput') return queueFigure(tally, 0, metric, { servers });
      if (metric === 'cycle_time_excluding_think') return cycleSeconds(tally, means.length);
      const station = /^(\w+)_station(\d+)$/.exec(metric);
      if (station === null || Number(station[2]) > means.length) return undefined;
      return queueFigure(tally, Number(station[2]) - 1, station[1]!, { servers });
    },
  };
});

function cycleSeconds(tally: Tally, stations: number): number {
  let seconds = 0;
  for (let i = 0; i < stations; i += 1) seconds += meanSeconds(tally.histograms[`queue${i}.sojourn`]);
  return seconds;
}
