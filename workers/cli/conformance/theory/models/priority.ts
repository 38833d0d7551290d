/** A priority queue: a source for each class, the most urgent one first, and a worker that never puts a message away for another. */
import * as v from 'valibot';
import { createHistogram, record, type Histogram } from '../../../../engine/core/histogram.ts';
import { runUntil, type Run } from '../../../../engine/engine.ts';
import { HOP } from '../../../../engine/ledger/hops.ts';
import type { Distribution } from '../../../../scenario/values/distribution.ts';
import { consume, consumer, enqueue, instantNs, producer, queue, start } from '../design.ts';
import { hopReader } from '../hops.ts';
import { model, relaxationOf, sizes, uncovered, warmUp, type Model } from '../plan.ts';
import { meanSeconds } from '../queues.ts';
import { sum, type Tally } from '../tally.ts';
import { field } from '../table.ts';
import { watch, type Observer } from '../watch.ts';
import { distribution } from './durations.ts';

/** As many priorities as a queue may have, zero among them. */
const CLASSES_MAX = 255;

const parameters = v.object({
  classes: v.pipe(
    v.array(v.object({ arrival_rate: field.positive, service_mean: field.positive })),
    v.minLength(1),
    v.maxLength(CLASSES_MAX),
  ),
  service: v.optional(v.string(), 'exponential'),
  service_scv: v.optional(v.number()),
  servers: v.optional(field.count, 1),
});

interface Visit {
  readonly of: number;
  readonly producedNs: number;
}

/** What happens to the messages of each class from now on; those that came before are not followed. */
function classMeter(begin: Run, classes: number): Observer & { readonly tally: () => Tally } {
  const histograms = (): Histogram[] => Array.from({ length: classes }, createHistogram);
  const [waits, sojourns] = [histograms(), histograms()];
  const zeros = (): number[] => Array.from({ length: classes }, () => 0);
  const [area, inSystem] = [zeros(), zeros()];
  const under = new Map<number, Visit>();
  let ns = 0;
  const read = hopReader(begin, ({ what, message, timeNs, where }) => {
    if (what === HOP.produced) {
      under.set(message, { of: where, producedNs: timeNs });
      inSystem[where]! += 1;
    }
    const visit = under.get(message);
    if (visit === undefined) return;
    if (what === HOP.started) record(waits[visit.of]!, timeNs - visit.producedNs);
    if (what === HOP.applied) {
      record(sojourns[visit.of]!, timeNs - visit.producedNs);
      inSystem[visit.of]! -= 1;
      under.delete(message);
    }
  });
  return {
    lasts(_, lastsNs) {
      ns += lastsNs;
      for (let i = 0; i < classes; i += 1) area[i]! += inSystem[i]! * lastsNs;
    },
    happened: read,
    tally: () => ({
      sums: { ns, messages: sojourns.reduce((all, { total }) => all + total, 0) },
      vectors: { area },
      histograms: Object.fromEntries(
        sojourns.flatMap((sojourn, i) => [
          [`sojourn${i}`, sojourn],
          [`wait${i}`, waits[i]!],
        ]),
      ),
    }),
  };
}

/** Bytes of a message of the class whose work takes longest; that of the others is in proportion to their size. */
const LARGEST = 1_000_000;

interface Classes {
  readonly rates: readonly number[];
  readonly bytes: readonly number[];
  readonly servers: number;
  /** Of the largest message. */
  readonly work: Distribution;
}

function design({ rates, bytes, servers, work }: Classes, seed: number): Run {
  const last = rates.length - 1;
  return start(
    {
      nodes: [
        ...rates.map((ratePerSecond, i) =>
          producer(`class${i}`, { arrivals: { type: 'poisson', ratePerSecond }, sizeBytes: bytes[i]! }),
        ),
        queue('queue', { maxPriority: Math.max(1, last) }),
        consumer('server', { concurrency: servers, workMs: work, workBytes: LARGEST }),
      ],
      edges: [
        ...rates.map((_, i) => enqueue(`class${i}`, 'queue', { priority: last - i })),
        consume('queue', 'server', { prefetch: servers }),
      ],
    },
    seed,
  );
}

export const priorityQueue: Model = model(parameters, (given, { relaxation }) => {
  const { classes, servers } = given;
  const rates = classes.map(({ arrival_rate }) => arrival_rate);
  const means = classes.map(({ service_mean }) => service_mean);
  const longest = Math.max(...means);
  const rate = rates.reduce((all, one) => all + one, 0);
  const rho = rates.reduce((all, one, i) => all + one * means[i]!, 0) / servers;
  if (rho >= 1) return uncovered('The queue never settles: its load is not below 1.');
  const remembered = relaxation ?? relaxationOf(rho);
  const before = warmUp(remembered);
  const work = distribution(given.service, longest, given.service_scv);
  const bytes = means.map((mean) => Math.max(1, Math.round((mean / longest) * LARGEST)));
  return {
    size: sizes(remembered),
    run(seed, size) {
      const run = design({ rates, bytes, servers, work }, seed);
      runUntil(run, instantNs(before / rate));
      const meter = classMeter(run, classes.length);
      watch(run, instantNs((before + size) / rate), [meter]);
      return meter.tally();
    },
    units: (tally) => sum(tally, 'messages'),
    figure(tally, metric) {
      const waitOf = (i: number): number => meanSeconds(tally.histograms[`wait${i}`]);
      if (metric === 'Wq_conservation_sum') {
        return rates.reduce((all, one, i) => all + ((one * means[i]!) / servers) * waitOf(i), 0);
      }
      const match = /^(Wq?|L)_class(\d+)$/.exec(metric);
      const index = Number(match?.[2]) - 1;
      if (match === null || !(index >= 0 && index < classes.length)) return undefined;
      if (match[1] === 'Wq') return waitOf(index);
      if (match[1] === 'W') return meanSeconds(tally.histograms[`sojourn${index}`]);
      return tally.vectors['area']![index]! / sum(tally, 'ns');
    },
  };
});
