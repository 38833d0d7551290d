/** Latencies that add up, and the slowest of several: services without queues, as stages with workers to spare. */
import * as v from 'valibot';
import type { Distribution } from '../../../../scenario/values/distribution.ts';
import { instantNs, start } from '../design.ts';
import { model, type Model, type Plan } from '../plan.ts';
import { meanSeconds, percentile } from '../queues.ts';
import { sum, type Tally } from '../tally.ts';
import { field } from '../table.ts';
import { distribution } from './durations.ts';
import { fan, measureJourneys, row, type Stage } from './networks.ts';

/** Workers of a stage of which one is busy on average: that nobody waits is checked all the same. */
const WORKERS = 100;

/** Plans of latencies over one design, at a rate of one message a mean latency. */
function journeyPlan(
  { nodes, edges }: ReturnType<typeof row>,
  rate: number,
  way: { readonly ends: number[]; readonly effects: number; readonly cost: number },
  thresholds: ReadonlyMap<string, number>,
): Plan {
  return {
    size: { min: 10_000, max: Infinity },
    cost: way.cost,
    run(seed, size) {
      const thresholdsNs = [...thresholds.values()].map((seconds) => Math.round(seconds * 1e9));
      const run = start({ nodes, edges }, seed);
      const tally = measureJourneys(run, [instantNs(100 / rate), instantNs((100 + size) / rate)], {
        ...way,
        thresholdsNs,
      });
      run.subscriptions.forEach((_, i) => {
        if (tally.histograms[`queue${i}.wait`]!.max > 0) throw new Error('A message waited where there is no queue.');
      });
      return tally;
    },
    units: (tally) => sum(tally, 'journeys'),
    figure(tally, metric) {
      const index = [...thresholds.keys()].indexOf(metric);
      if (index >= 0) return tally.vectors['longer']![index]! / sum(tally, 'journeys');
      if (metric === 'naive_sum_of_p99') return percentile(tally.histograms['journey'], 'p99');
      return latencyFigure(tally, metric);
    },
  };
}

function latencyFigure(tally: Tally, metric: string): number | undefined {
  if (metric === 'latency_mean') return meanSeconds(tally.histograms['journey']);
  return metric.startsWith('latency_')
    ? percentile(tally.histograms['journey'], metric.slice('latency_'.length))
    : undefined;
}

const chainParameters = v.object({
  services: v.pipe(field.count, v.maxValue(50)),
  service_mean: field.positive,
  latency: v.string(),
  latency_scv: v.optional(v.number()),
});

/** `P_timeout_0.2s`: the share of journeys that take longer. */
function timeouts(metrics: readonly string[]): ReadonlyMap<string, number> {
  const found = metrics.flatMap((metric): [string, number][] => {
    const match = /^P_timeout_(\d+(?:\.\d+)?)s$/.exec(metric);
    return match === null ? [] : [[metric, Number(match[1])]];
  });
  return new Map(found);
}

export const chain: Model = model(chainParameters, (given, { metrics }) => {
  const { services, service_mean } = given;
  const stage: Stage = { work: distribution(given.latency, service_mean, given.latency_scv), workers: WORKERS };
  const rate = 1 / service_mean;
  const design = row(
    rate,
    Array.from({ length: services }, () => stage),
  );
  return journeyPlan(design, rate, { ends: [services - 1], effects: 1, cost: services }, timeouts(metrics));
});

const scatterParameters = v.object({
  parallel_calls: v.pipe(field.count, v.maxValue(500)),
  service_mean: field.positive,
  latency: v.picklist(['exponential', 'exp']),
});

/** The quantile of one exponential call that 1 % exceed, in means: ln 100. */
const P99_OF_EXPONENTIAL = 4.605170185988092;

export const scatterGather: Model = model(scatterParameters, ({ parallel_calls, service_mean }) => {
  const work: Distribution = { type: 'exponential', mean: service_mean * 1000 };
  const rate = 1 / service_mean;
  const ends = Array.from({ length: parallel_calls }, (_, i) => i);
  const slowest = new Map([['P_any_call_slower_than_its_p99', P99_OF_EXPONENTIAL * service_mean]]);
  const way = { ends, effects: parallel_calls, cost: parallel_calls };
  return journeyPlan(fan(rate, parallel_calls, { work, workers: WORKERS }), rate, way, slowest);
});
