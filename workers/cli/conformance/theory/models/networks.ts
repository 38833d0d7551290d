/** Several queues: in a row, side by side, and by policy of dispatch. */
import * as v from 'valibot';
import { nowNs, runUntil, type Run } from '../../../../engine/engine.ts';
import type { ScenarioEdge, ScenarioNode } from '../../../../scenario/document.ts';
import type { Distribution } from '../../../../scenario/values/distribution.ts';
import { consumer, instantNs, producer, publish, start, subscribe, topic } from '../design.ts';
import { followJourneys } from '../journeys.ts';
import { model, relaxationOf, sizes, uncovered, warmUp, type Model } from '../plan.ts';
import { meanSeconds, percentile, queueFigure, queueMeter } from '../queues.ts';
import { EMPTY, pool, sum, type Tally } from '../tally.ts';
import { field } from '../table.ts';
import { watch } from '../watch.ts';

/** Queues and journeys of a run between two instants. */
export function measureJourneys(
  run: Run,
  [fromNs, untilNs]: readonly [number, number],
  { ends, effects, thresholdsNs = [] }: Readonly<{ ends: number[]; effects: number; thresholdsNs?: readonly number[] }>,
): Tally {
  runUntil(run, fromNs);
  const journeys = followJourneys(run, ends, effects, thresholdsNs);
  const meters = run.subscriptions.map((_, index) => queueMeter(run, index));
  watch(run, untilNs, [...meters, journeys]);
  const told: Tally = {
    sums: { journeys: journeys.total.total },
    vectors: { longer: journeys.longer },
    histograms: { journey: journeys.total },
  };
  return pool([...meters.map((meter) => meter.tally(run)), told]);
}

export interface Stage {
  readonly work: Distribution;
  readonly workers: number;
}

/** Stages in a row: each consumer publishes to the topic of the next one. */
export function row(rate: number, stages: readonly Stage[]): { nodes: ScenarioNode[]; edges: ScenarioEdge[] } {
  const nodes = [producer('source', { arrivals: { type: 'poisson', ratePerSecond: rate } })];
  const edges: ScenarioEdge[] = [];
  stages.forEach(({ work, workers }, i) => {
    nodes.push(topic(`topic${i}`), consumer(`stage${i}`, { concurrency: workers, workMs: work }));
    edges.push(publish(i === 0 ? 'source' : `stage${i - 1}`, `topic${i}`), subscribe(`topic${i}`, `stage${i}`));
  });
  return { nodes, edges };
}

const tandemParameters = v.object({
  arrival_rate: field.positive,
  service_means: field.list,
  servers: v.array(field.count),
});

export const tandem: Model = model(tandemParameters, ({ arrival_rate, service_means, servers }, { relaxation }) => {
  if (servers.length !== service_means.length) return uncovered('Every stage needs its number of servers.');
  const stages = service_means.map((mean, i): Stage => ({
    work: { type: 'exponential', mean: mean * 1000 },
    workers: servers[i]!,
  }));
  const rho = Math.max(...service_means.map((mean, i) => (arrival_rate * mean) / servers[i]!));
  if (rho >= 1) return uncovered('A stage never settles: its load is not below 1.');
  const remembered = relaxation ?? relaxationOf(rho);
  const before = warmUp(remembered);
  return {
    size: sizes(remembered),
    cost: stages.length,
    run(seed, size) {
      const run = start(row(arrival_rate, stages), seed);
      const span = [instantNs(before / arrival_rate), instantNs((before + size) / arrival_rate)] as const;
      return measureJourneys(run, span, { ends: [stages.length - 1], effects: 1 });
    },
    units: (tally) => sum(tally, 'queue0.messages'),
    figure(tally, metric) {
      if (metric === 'W_total') return meanSeconds(tally.histograms['journey']);
      if (metric.startsWith('sojourn_total_')) {
        return percentile(tally.histograms['journey'], metric.slice('sojourn_total_'.length));
      }
      const stage = /^(\w+)_stage(\d+)$/.exec(metric);
      if (stage === null || Number(stage[2]) > stages.length) return undefined;
      const index = Number(stage[2]) - 1;
      return queueFigure(tally, index, stage[1]!, { servers: servers[index] ?? 1 });
    },
  };
});

const fanOutParameters = v.object({
  arrival_rate: field.positive,
  service_mean: field.positive,
  subscribers: v.pipe(field.count, v.maxValue(200)),
});

/** One topic and a group for each subscriber. */
export function fan(rate: number, groups: number, stage: Stage): { nodes: ScenarioNode[]; edges: ScenarioEdge[] } {
  const nodes = [producer('source', { arrivals: { type: 'poisson', ratePerSecond: rate } }), topic('topic')];
  const edges: ScenarioEdge[] = [publish('source', 'topic')];
  for (let i = 0; i < groups; i += 1) {
    nodes.push(consumer(`group${i}`, { concurrency: stage.workers, workMs: stage.work }));
    edges.push(subscribe('topic', `group${i}`));
  }
  return { nodes, edges };
}

export const fanOut: Model = model(fanOutParameters, ({ arrival_rate, service_mean, subscribers }, { relaxation }) => {
  const rho = arrival_rate * service_mean;
  if (rho >= 1) return uncovered('The queues never settle: their load is not below 1.');
  const remembered = relaxation ?? relaxationOf(rho);
  const before = warmUp(remembered);
  const groups = Array.from({ length: subscribers }, (_, i) => i);
  return {
    size: sizes(remembered),
    cost: subscribers,
    run(seed, size) {
      const stage: Stage = { work: { type: 'exponential', mean: service_mean * 1000 }, workers: 1 };
      const run = start(fan(arrival_rate, subscribers, stage), seed);
      const span = [instantNs(before / arrival_rate), instantNs((before + size) / arrival_rate)] as const;
      return measureJourneys(run, span, { ends: groups, effects: subscribers });
    },
    units: (tally) => sum(tally, 'journeys'),
    figure(tally, metric) {
      const total = (name: string): number => groups.reduce((all, i) => all + sum(tally, `queue${i}.${name}`), 0);
      const seconds = sum(tally, 'queue0.ns') / 1e9;
      switch (metric) {
        case 'deliveries_rate':
          return total('messages') / seconds;
        case 'W_per_subscriber':
          return pooledMean(tally, subscribers);
        case 'L_total_copies':
          return total('area') / sum(tally, 'queue0.ns');
        case 'W_all':
        case 'W_all_upper':
          return meanSeconds(tally.histograms['journey']);
        default:
          return undefined;
      }
    },
  };
});

function pooledMean(tally: Tally, queues: number): number {
  let [total, count] = [0, 0];
  for (let i = 0; i < queues; i += 1) {
    const sojourn = tally.histograms[`queue${i}.sojourn`]!;
    total += sojourn.sum;
    count += sojourn.total;
  }
  return total / count / 1e9;
}

const dispatchParameters = v.object({
  arrival_rate: field.positive,
  service_mean: field.positive,
  consumers: v.pipe(field.count, v.maxValue(500)),
});

/** The metric of each policy, in the order in which the scenario has them. */
const POLICIES = ['W_shared_queue', 'W_random_split', 'W_round_robin'] as const;

/** Three systems in one scenario, each with a source of its own. */
export const dispatchPolicies: Model = model(
  dispatchParameters,
  ({ arrival_rate, service_mean, consumers }, { relaxation }) => {
    const rho = (arrival_rate * service_mean) / consumers;
    if (rho >= 1) return uncovered('The queues never settle: their load is not below 1.');
    const remembered = Math.max(relaxation ?? 0, consumers * relaxationOf(rho));
    const before = warmUp(remembered);
    const work = { type: 'exponential', mean: service_mean * 1000 } as const;
    const arrivals = { type: 'poisson', ratePerSecond: arrival_rate } as const;
    const one = (id: string, key: 'none' | 'unique', shared: boolean): ScenarioNode[] => [
      producer(`${id}-source`, { arrivals, key: { type: key } }),
      topic(`${id}-queue`, { partitions: shared ? 1 : consumers }),
      consumer(id, { instances: shared ? 1 : consumers, concurrency: shared ? consumers : 1, workMs: work }),
    ];
    return {
      size: sizes(remembered),
      cost: POLICIES.length,
      run(seed, size) {
        const run = start(
          {
            nodes: [...one('shared', 'none', true), ...one('random', 'unique', false), ...one('turns', 'none', false)],
            edges: ['shared', 'random', 'turns'].flatMap((id) => [
              publish(`${id}-source`, `${id}-queue`, id === 'turns' ? { partitioner: 'roundRobin' } : {}),
              subscribe(`${id}-queue`, id),
            ]),
          },
          seed,
        );
        runUntil(run, instantNs(before / arrival_rate));
        const meters = POLICIES.map((_, index) => queueMeter(run, index));
        runUntil(run, nowNs(run) + instantNs(size / arrival_rate));
        return pool([EMPTY, ...meters.map((meter) => meter.tally(run))]);
      },
      units: (tally) => sum(tally, 'queue0.messages'),
      figure(tally, metric) {
        const index = POLICIES.findIndex((policy) => policy === metric);
        return index < 0 ? undefined : meanSeconds(tally.histograms[`queue${index}.sojourn`]);
      },
    };
  },
);
