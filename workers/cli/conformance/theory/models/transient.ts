/** Queues on their way to the steady state, and back to it after an outage. Many short runs, each counted as one. */
import * as v from 'valibot';
import { nowNs, runUntil, type Run } from '../../../../engine/engine.ts';
import { replicationSeed } from '../../../../experiments/seeds.ts';
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
import { model, relaxationOf, uncovered, warmUp, type Model, type Plan } from '../plan.ts';
import { EMPTY, pool, sum, type Tally } from '../tally.ts';
import { field } from '../table.ts';
import { watchUntil } from '../watch.ts';

const shared = { arrival_rate: field.positive, service_mean: field.positive, servers: v.optional(v.literal(1), 1) };

const inSystem = (run: Run): number => run.subscriptions[0]!.ledger.inFlight;
const emptied = (run: Run): boolean => inSystem(run) === 0;

/** Sums over short runs. */
function shortRuns(
  cost: number,
  one: (seed: number) => Record<string, number>,
): Pick<Plan, 'size' | 'unit' | 'cost' | 'run' | 'units'> {
  return {
    size: { min: 20, max: Infinity },
    unit: 'runs',
    cost,
    run(seed, size) {
      const tallies = Array.from({ length: size }, (_, i): Tally => ({
        ...EMPTY,
        sums: { ...one(replicationSeed(seed, i)), runs: 1 },
      }));
      return pool(tallies);
    },
    units: (tally) => sum(tally, 'runs'),
  };
}

const transientParameters = v.object({
  ...shared,
  initial_messages: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000)),
});

const AT = /^E_N_at_(\d+(?:\.\d+)?)s$/;

export const transient: Model = model(transientParameters, (given, { metrics }) => {
  const { arrival_rate, service_mean, initial_messages } = given;
  const rho = arrival_rate * service_mean;
  const times = metrics.flatMap((metric) => Number(AT.exec(metric)?.[1] ?? [])).toSorted((a, b) => a - b);
  const last = times.at(-1) ?? 0;
  const grows = metrics.includes('backlog_growth_rate') && rho > 1 && last > 0;
  const empties = metrics.includes('time_to_empty_mean') && rho < 1 && initial_messages > 0;
  // As far as a queue of that length takes to empty, and a hundred times as long for the unlucky ones.
  const emptyS = empties ? initial_messages / (1 / service_mean - arrival_rate) : 0;
  const instants = grows ? [...times, 2 * last] : times;
  const spanS = Math.max(instants.at(-1) ?? 0, emptyS);
  if (spanS === 0) return uncovered('No metric names an instant.');
  const runs = shortRuns(initial_messages + Math.ceil(arrival_rate * spanS), (seed) => {
    const run = start(queue(given, initial_messages), seed);
    const sums: Record<string, number> = {};
    // The first messages are there at 0, and one of them is being worked on.
    let emptyNs = -1;
    runUntil(run, 0);
    for (const seconds of instants) {
      if (empties && emptyNs < 0 && watchUntil(run, instantNs(seconds), emptied)) emptyNs = nowNs(run);
      runUntil(run, instantNs(seconds));
      sums[`at${seconds}`] = inSystem(run);
    }
    if (empties && emptyNs < 0) {
      if (!watchUntil(run, instantNs(100 * emptyS), emptied)) throw new NotExpressible('A queue did not empty.');
      emptyNs = nowNs(run);
    }
    return { ...sums, emptyNs };
  });
  return {
    ...runs,
    figure(tally, metric) {
      const mean = (name: string): number => sum(tally, name) / sum(tally, 'runs');
      const seconds = AT.exec(metric)?.[1];
      if (seconds !== undefined) return mean(`at${Number(seconds)}`);
      // In the second half of twice the time, where the empty queue at the beginning is forgotten.
      if (metric === 'backlog_growth_rate' && grows) return (mean(`at${2 * last}`) - mean(`at${last}`)) / last;
      return metric === 'time_to_empty_mean' && empties ? mean('emptyNs') / 1e9 : undefined;
    },
  };
});

function queue({ arrival_rate, service_mean }: { arrival_rate: number; service_mean: number }, first = 0): Design {
  const source = producer('source', { arrivals: { type: 'poisson', ratePerSecond: arrival_rate } });
  const atMs = Array.from({ length: first }, () => 0);
  const already = first === 0 ? [] : [producer('first', { arrivals: { type: 'trace', atMs, repeatEveryMs: 0 } })];
  return {
    nodes: [
      source,
      ...already,
      topic('queue'),
      consumer('server', { workMs: { type: 'exponential', mean: service_mean * 1000 } }),
    ],
    edges: [
      publish('source', 'queue'),
      ...already.map(({ id }) => publish(id, 'queue', { batchSize: 0 })),
      subscribe('queue', 'server'),
    ],
  };
}

const outageParameters = v.object({ ...shared, outage: field.positive });

/** The outage is a crash: the message in process goes back to its place, and its work begins anew after the restart. */
export const outage: Model = model(outageParameters, (given) => {
  const { arrival_rate, service_mean, outage: outageS } = given;
  const rho = arrival_rate * service_mean;
  if (rho >= 1) return uncovered('The queue never drains: its load is not below 1.');
  const beginS = warmUp(relaxationOf(rho)) / arrival_rate;
  const endS = beginS + outageS;
  const drainS = (arrival_rate * outageS + rho / (1 - rho)) / (1 / service_mean - arrival_rate);
  const design = queue(given);
  // Its session is over well before it returns, and each message is saved by itself, so nothing is done twice.
  const session = { sessionTimeoutMs: Math.max(1, outageS * 500), heartbeatIntervalMs: Math.max(1, outageS * 100) };
  const edges = [
    publish('source', 'queue'),
    subscribe('queue', 'server', { commit: 'after', maxPollRecords: 1, ...session }),
  ];
  const fault = { id: 'outage', atMs: beginS * 1000, do: 'crash', target: 'server', forMs: outageS * 1000 } as const;
  return {
    ...shortRuns(Math.ceil((endS + drainS) * arrival_rate), (seed) => {
      const run = start({ ...design, edges, faults: [fault] }, seed);
      runUntil(run, instantNs(endS) - 1);
      const backlog = inSystem(run);
      runUntil(run, instantNs(endS));
      const isEmpty = watchUntil(run, instantNs(endS + 100 * drainS), emptied);
      if (!isEmpty) throw new NotExpressible('The backlog did not drain.');
      return { backlog, drainNs: nowNs(run) - instantNs(endS) };
    }),
    figure(tally, metric) {
      const runs = sum(tally, 'runs');
      if (metric === 'backlog_at_end_of_outage') return sum(tally, 'backlog') / runs;
      return metric === 'drain_time_mean' ? sum(tally, 'drainNs') / runs / 1e9 : undefined;
    },
  };
});
