/**
 * A window of messages that are out and not acknowledged, behind which the others wait in order: a consumer's prefetch. What the queue
 * holds is what waits for the window, what the consumer holds is in it.
 */
import * as v from 'valibot';
import { nowNs, runUntil, type Run } from '../../../../engine/engine.ts';
import { HOP } from '../../../../engine/ledger/hops.ts';
import { consume, consumer, enqueue, instantNs, producer, queue, start } from '../design.ts';
import { hopReader } from '../hops.ts';
import { model, relaxationOf, sizes, uncovered, warmUp, type Model } from '../plan.ts';
import { queueFigure, queueMeter } from '../queues.ts';
import { pool, sum, type Tally } from '../tally.ts';
import { field } from '../table.ts';
import { watch, type Observer } from '../watch.ts';

const parameters = v.object({
  arrival_rate: field.positive,
  service_mean: field.positive,
  window: v.pipe(field.count, v.maxValue(65_535)),
  servers: v.optional(field.count, 1),
});

function readyIn(run: Run): number {
  return run.amqp.broker.queues[run.amqp.queues[0]!.core]!.ready;
}

/** What is ready and what is out, weighted by time, and how many arrivals had to wait for the window. */
function windowMeter(begin: Run): Observer & { readonly tally: (run: Run) => Tally } {
  const fromNs = nowNs(begin);
  let [ready, out, arrivals, blocked] = [0, 0, 0, 0];
  let arrived = false;
  const read = hopReader(begin, ({ what }) => {
    if (what === HOP.queued) arrived = true;
  });
  return {
    lasts(run, ns) {
      const waiting = readyIn(run);
      ready += waiting * ns;
      out += (run.subscriptions[0]!.ledger.inFlight - waiting) * ns;
    },
    happened(run) {
      read(run);
      if (!arrived) return;
      arrived = false;
      arrivals += 1;
      if (readyIn(run) > 0) blocked += 1;
    },
    tally: (run) => ({
      sums: { ready, out, arrivals, blocked, ns: nowNs(run) - fromNs },
      vectors: {},
      histograms: {},
    }),
  };
}

export const prefetchWindow: Model = model(parameters, (given, { relaxation }) => {
  const { arrival_rate: rate, service_mean: mean, window, servers } = given;
  if (window < servers) return uncovered('With fewer messages out than servers some never work.');
  const rho = (rate * mean) / servers;
  if (rho >= 1) return uncovered('The queue never settles: its load is not below 1.');
  const remembered = relaxation ?? relaxationOf(rho);
  const before = warmUp(remembered);
  const workMs = { type: 'exponential', mean: mean * 1000 } as const;
  return {
    size: sizes(remembered),
    run(seed, size) {
      const run = start(
        {
          nodes: [
            producer('source', { arrivals: { type: 'poisson', ratePerSecond: rate } }),
            queue('queue'),
            consumer('server', { concurrency: servers, workMs }),
          ],
          edges: [enqueue('source', 'queue'), consume('queue', 'server', { prefetch: window })],
        },
        seed,
      );
      runUntil(run, instantNs(before / rate));
      const meters = [queueMeter(run, 0), windowMeter(run)];
      watch(run, instantNs((before + size) / rate), meters);
      return pool(meters.map((meter) => meter.tally(run)));
    },
    units: (tally) => sum(tally, 'arrivals'),
    figure(tally, metric) {
      const overTime = (name: string): number => sum(tally, name) / sum(tally, 'ns');
      switch (metric) {
        case 'W_end_to_end':
          return queueFigure(tally, 0, 'W', { servers });
        case 'L_in_broker':
          return overTime('out');
        case 'L_blocked_in_producer':
          return overTime('ready');
        // Message-nanoseconds by messages.
        case 'wait_in_producer_mean':
          return sum(tally, 'ready') / sum(tally, 'arrivals') / 1e9;
        case 'P_message_blocked':
          return sum(tally, 'blocked') / sum(tally, 'arrivals');
        default:
          return undefined;
      }
    },
  };
});
