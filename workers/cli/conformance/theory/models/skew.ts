/** Keys that are not equally busy, and partitions shared out among consumers. */
import * as v from 'valibot';
import { nowNs, runUntil, type Run } from '../../../../engine/engine.ts';
import type { ScenarioNode } from '../../../../scenario/document.ts';
import { consumer, instantNs, producer, publish, start, subscribe, topic } from '../design.ts';
import { model, relaxationOf, sizes, uncovered, warmUp, type Model, type Plan } from '../plan.ts';
import { queueFigure, queueMeter } from '../queues.ts';
import { EMPTY, pool, sum, type Tally } from '../tally.ts';
import { field } from '../table.ts';
import { watch, watchUntil, type Observer } from '../watch.ts';
import { logSubscription } from '../../../../engine/brokers/log/subscription.ts';

const parameters = v.object({
  key_prefix: v.pipe(v.string(), v.maxLength(100)),
  keys: field.count,
  zipf_s: v.pipe(v.number(), v.minValue(0), v.maxValue(10)),
  partitions: v.pipe(field.count, v.maxValue(500)),
  arrival_rate: field.positive,
  service_mean: field.positive,
  consumers: field.count,
});
type Skew = v.InferOutput<typeof parameters>;

/** Splitting a Poisson stream by independent keys gives independent Poisson streams: one producer a key. */
export const skew: Model = model(parameters, (given) => {
  const { keys, zipf_s, partitions, arrival_rate, service_mean } = given;
  if (given.consumers !== partitions) return uncovered('Each partition needs a consumer of its own.');
  const weights = Array.from({ length: keys }, (_, i) => (i + 1) ** -zipf_s);
  const whole = weights.reduce((total, weight) => total + weight, 0);
  const placed = placeKeys(given);
  const loads = Array.from({ length: partitions }, (_, p) =>
    weights.reduce((load, weight, key) => load + (placed[key] === p ? weight / whole : 0), 0),
  );
  // Of equally loaded ones the first.
  const hottest = Math.max(...loads);
  const hot = loads.findIndex((load) => load > hottest * (1 - 1e-12));
  const ofKeys = (metric: string) => keyFigure(placed, partitions, hot, metric);
  if (keys > PRODUCERS_MAX) return keysAlone(ofKeys);
  const rho = arrival_rate * hottest * service_mean;
  if (rho >= 1) return uncovered('The hottest partition never settles: its load is not below 1.');
  const remembered = relaxationOf(rho) / hottest;
  const before = warmUp(remembered);
  return {
    // Rows without a half-width need several replications; the hot partition is a large part of each.
    size: sizes(remembered / 10),
    run(seed, size) {
      const run = start(
        loaded(
          given,
          weights.map((weight) => (arrival_rate * weight) / whole),
        ),
        seed,
      );
      runUntil(run, instantNs(before / arrival_rate));
      const meter = queueMeter(run, 0);
      const each = partitionMeter(run);
      watch(run, nowNs(run) + instantNs(size / arrival_rate), [meter, each]);
      return pool([meter.tally(run), each.tally(run)]);
    },
    units: (tally) => sum(tally, 'queue0.messages'),
    figure: (tally, metric) => ofKeys(metric) ?? loadFigure(tally, hot, metric),
  };
});

/** A document holds 2,000 nodes. */
const PRODUCERS_MAX = 1500;

/** With more keys than that only their places can be told. */
function keysAlone(figure: (metric: string) => number | readonly number[] | undefined): Plan {
  return {
    deterministic: true,
    size: { min: 1, max: 1 },
    run: () => EMPTY,
    units: () => 1,
    figure: (_tally, metric) => figure(metric),
  };
}

const keyOf = ({ key_prefix }: Skew, index: number) => ({ type: 'fixed', key: `${key_prefix}${index}` }) as const;

function loaded(given: Skew, rates: readonly number[]) {
  const { partitions, service_mean } = given;
  const sources = rates.map((ratePerSecond, i) =>
    producer(`key${i}`, { arrivals: { type: 'poisson', ratePerSecond }, key: keyOf(given, i) }),
  );
  const work = { type: 'exponential', mean: service_mean * 1000 } as const;
  return {
    nodes: [...sources, topic('topic', { partitions }), consumer('readers', { instances: partitions, workMs: work })],
    edges: [...sources.map(({ id }) => publish(id, 'topic')), subscribe('topic', 'readers')],
  };
}

/** The partition of each key, by runs in which every key occurs once, a millisecond after the one before it. */
function placeKeys(given: Skew): readonly number[] {
  const placed: number[] = [];
  while (placed.length < given.keys) {
    const first = placed.length;
    const count = Math.min(PRODUCERS_MAX, given.keys - first);
    const sources: ScenarioNode[] = Array.from({ length: count }, (_, i) =>
      producer(`key${i}`, { arrivals: { type: 'trace', atMs: [i + 1] }, key: keyOf(given, first + i) }),
    );
    const nodes = [...sources, topic('topic', { partitions: given.partitions })];
    const run = start({ nodes, edges: sources.map(({ id }) => publish(id, 'topic')) }, 0);
    const { partitions } = run.topics[0]!;
    let ends = partitions.map(({ end }) => end);
    for (let i = 0; i < count; i += 1) {
      runUntil(run, instantNs((i + 1) / 1000));
      placed.push(partitions.findIndex(({ end }, partition) => end > ends[partition]!));
      ends = partitions.map(({ end }) => end);
    }
  }
  return placed;
}

/** Messages in each partition and at its consumer, weighted by time, and what came into each. */
function partitionMeter(begin: Run): Observer & { tally(run: Run): Tally } {
  const ends = begin.topics[0]!.partitions.map(({ end }) => end);
  const area = ends.map(() => 0);
  const busy = ends.map(() => 0);
  return {
    lasts(run, ns) {
      const { partitions } = run.topics[0]!;
      for (const index of logSubscription(run, 0).cursors) {
        const { partition, done } = run.cursors[index]!;
        const inSystem = partitions[partition]!.end - done;
        area[partition]! += inSystem * ns;
        if (inSystem > 0) busy[partition]! += ns;
      }
    },
    tally(run) {
      const arrived = run.topics[0]!.partitions.map(({ end }, partition) => end - ends[partition]!);
      return { ...EMPTY, vectors: { area, busy, arrived } };
    },
  };
}

/** What follows from the places of the keys alone. */
function keyFigure(
  placed: readonly number[],
  partitions: number,
  hot: number,
  metric: string,
): number | readonly number[] | undefined {
  const counts = Array.from({ length: partitions }, (_, p) => placed.filter((partition) => partition === p).length);
  switch (metric) {
    case 'keys_per_partition':
      return counts;
    case 'partition_of_first_keys':
      return placed.slice(0, 20);
    case 'empty_partitions':
      return counts.filter((count) => count === 0).length;
    case 'hot_partition':
      return hot;
    default:
      return undefined;
  }
}

function loadFigure(tally: Tally, hot: number, metric: string): number | readonly number[] | undefined {
  const { arrived = [], area = [], busy = [] } = tally.vectors;
  const total = arrived.reduce((all, count) => all + count, 0);
  const most = arrived[hot]!;
  const ns = sum(tally, 'queue0.ns');
  switch (metric) {
    case 'partition_share':
      return arrived.map((count) => count / total);
    case 'max_share':
      return most / total;
    case 'imbalance_max_over_mean':
      return (most / total) * arrived.length;
    // What the hottest partition was busy for can grow to all of the time, and all traffic with it.
    case 'max_throughput':
      return total / (ns / 1e9) / (busy[hot]! / ns);
    case 'L_hot_partition':
      return area[hot]! / ns;
    default:
      return queueFigure(tally, 0, metric, { servers: 1, queues: Number.NaN });
  }
}

const groupParameters = v.object({
  partitions: v.pipe(field.count, v.maxValue(500)),
  consumers: v.pipe(field.count, v.maxValue(500)),
  uniform_load: v.literal(true),
});

/** Messages of each partition, all of them there at once when the group has settled. */
const EACH = 20;
const WORK_MS = 10;
const SETTLED_S = 60;

export const groupAssignment: Model = model(groupParameters, ({ partitions, consumers }) => ({
  deterministic: true,
  size: { min: 1, max: 1 },
  run(seed) {
    const many = share(partitions, consumers, seed);
    const alone = share(partitions, 1, seed);
    return { ...EMPTY, sums: { ...many, aloneNs: alone.tookNs } };
  },
  units: () => partitions * EACH,
  figure(tally, metric) {
    switch (metric) {
      case 'max_partitions_per_consumer':
        return sum(tally, 'most');
      case 'idle_consumers':
        return sum(tally, 'idle');
      case 'speedup_over_one_consumer':
        return sum(tally, 'aloneNs') / sum(tally, 'tookNs');
      default:
        return undefined;
    }
  },
}));

/** A backlog that is the same in every partition, worked off by a group of that many instances. */
function share(partitions: number, consumers: number, seed: number) {
  const size = partitions * EACH;
  const run = start(
    {
      nodes: [
        producer('source', {
          arrivals: { type: 'bursts', size, everyMs: 86_400_000, spreadMs: 0 },
          startMs: SETTLED_S * 1000,
          limit: size,
        }),
        topic('topic', { partitions }),
        consumer('group', { instances: consumers, workMs: { type: 'constant', mean: WORK_MS } }),
      ],
      edges: [publish('source', 'topic', { partitioner: 'roundRobin' }), subscribe('topic', 'group')],
    },
    seed,
  );
  const patienceS = SETTLED_S + (2 * size * WORK_MS) / 1000;
  watchUntil(run, instantNs(patienceS), ({ subscriptions }) => subscriptions[0]!.ledger.applied === size);
  const held = run.consumers[0]!.instances.map((instance) =>
    run.instances[instance]!.readers.reduce((count, reader) => count + run.readers[reader]!.cursors.length, 0),
  );
  return {
    tookNs: nowNs(run) - instantNs(SETTLED_S),
    most: Math.max(...held),
    idle: held.filter((n) => n === 0).length,
  };
}
