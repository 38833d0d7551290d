/** Queues as theory sees them: a group's reading of one topic, the messages being worked on included. */
import { difference, mean, quantile, type Histogram } from '../../../engine/core/histogram.ts';
import { copyPlain } from '../../../engine/core/plain.ts';
import { nowNs, runUntil, type Run } from '../../../engine/engine.ts';
import { readersOf } from '../../../engine/observe/subscriptions.ts';
import { sum, type Tally } from './tally.ts';
import { watch, type Observer } from './watch.ts';

/** Numbers in the system that are told apart; more are taken together. */
const LENGTHS = 256;

/** Workers that are at it, over all instances of a consumer. */
export function busyWorkers(run: Run, consumer: number): number {
  let busy = 0;
  for (const index of run.consumers[consumer]!.instances) {
    const { workers, idleWorkers } = run.instances[index]!;
    busy += workers.length - idleWorkers;
  }
  return busy;
}

interface Meter extends Observer {
  tally(run: Run): Tally;
}

/** Measures the subscription of that number from now on. Without delays what is owed to it is what is in the system. */
export function queueMeter(start: Run, index: number): Meter {
  const name = `queue${index}`;
  const { latency, wait } = copyPlain({
    latency: start.subscriptions[index]!.latency,
    wait: start.subscriptions[index]!.wait,
  });
  const fromNs = nowNs(start);
  const lengths = Array.from({ length: LENGTHS + 1 }, () => 0);
  const [reader] = readersOf(start, start.subscriptions[index]!);
  const consumer = start.places[reader!]!.index;
  let area = 0;
  let busy = 0;
  return {
    lasts(run, ns) {
      const inSystem = run.subscriptions[index]!.ledger.inFlight;
      area += inSystem * ns;
      busy += busyWorkers(run, consumer) * ns;
      lengths[Math.min(inSystem, LENGTHS)]! += ns;
    },
    tally(run) {
      const now = run.subscriptions[index]!;
      const sojourn = difference(now.latency, latency);
      return {
        sums: {
          [`${name}.area`]: area,
          [`${name}.busy`]: busy,
          [`${name}.ns`]: nowNs(run) - fromNs,
          [`${name}.messages`]: sojourn.total,
        },
        vectors: { [`${name}.lengths`]: lengths },
        histograms: { [`${name}.sojourn`]: sojourn, [`${name}.wait`]: difference(now.wait, wait) },
      };
    },
  };
}

/** Measures all subscriptions of a run between two instants. */
export function measureQueues(run: Run, fromNs: number, untilNs: number, further: readonly Observer[] = []): Tally[] {
  runUntil(run, fromNs);
  const meters = run.subscriptions.map((_, index) => queueMeter(run, index));
  watch(run, untilNs, [...meters, ...further]);
  return meters.map((meter) => meter.tally(run));
}

/** A percentile in seconds of metrics such as `p50`, `p99` and `p99_9`; undefined for other names. */
export function percentile(histogram: Histogram | undefined, name: string): number | undefined {
  const match = /^p(\d{1,2})(?:_(\d+))?$/.exec(name);
  if (match === null || histogram === undefined) return undefined;
  return quantile(histogram, Number(`${match[1]}.${match[2] ?? 0}`) / 100) / 1e9;
}

/** Mean of a histogram in seconds. */
export function meanSeconds(histogram: Histogram | undefined): number {
  return histogram === undefined ? Number.NaN : mean(histogram) / 1e9;
}

/**
 * A metric of the queue of that number.
 *
 * @param servers of all instances together; `queues` private queues stand behind them
 */
export function queueFigure(
  tally: Tally,
  index: number,
  metric: string,
  { servers, queues = 1 }: { readonly servers: number; readonly queues?: number },
): number | undefined {
  const name = `queue${index}`;
  const { [`${name}.sojourn`]: sojourn, [`${name}.wait`]: wait } = tally.histograms;
  if (sojourn === undefined || wait === undefined) return undefined;
  const [area, busy, ns] = [sum(tally, `${name}.area`), sum(tally, `${name}.busy`), sum(tally, `${name}.ns`)];
  const above = /^P_N_gt_(\d+)$/.exec(metric);
  if (above !== null && queues === 1) return shareAbove(tally.vectors[`${name}.lengths`]!, Number(above[1]));
  if (metric.startsWith('sojourn_')) return percentile(sojourn, metric.slice('sojourn_'.length));
  if (metric.startsWith('wait_')) return percentile(wait, metric.slice('wait_'.length));
  switch (metric) {
    case 'L':
      return area / ns / queues;
    case 'Lq':
      return (area - busy) / ns / queues;
    case 'utilisation':
      return busy / ns / servers;
    case 'W':
      return meanSeconds(sojourn);
    case 'Wq':
    case 'Wq_kingman_upper':
      return meanSeconds(wait);
    // Those who find every server busy, which for one server is the root sigma of GI/M/1.
    case 'P_wait':
    case 'erlang_c':
    case 'sigma':
      return 1 - wait.counts[0]! / wait.total;
    case 'throughput':
      return sojourn.total / (ns / 1e9);
    default:
      return undefined;
  }
}

function shareAbove(lengths: readonly number[], n: number): number | undefined {
  if (n >= LENGTHS) return undefined;
  const whole = lengths.reduce((total, ns) => total + ns, 0);
  return lengths.slice(n + 1).reduce((total, ns) => total + ns, 0) / whole;
}
