/**
 * Retries of retries: every layer calls the next one, hears nothing in time, and calls again. A call is a request to the topic that the
 * next layer reads; it arrives, and its answer comes long after the caller has lost patience for the last time.
 */
import * as v from 'valibot';
import { consumer, instantNs, NotExpressible, producer, publish, start, subscribe, topic } from '../design.ts';
import { model, uncovered, type Model } from '../plan.ts';
import { EMPTY, sum } from '../tally.ts';
import { field } from '../table.ts';
import { watchUntil } from '../watch.ts';

const parameters = v.object({
  max_attempts_per_hop: v.pipe(field.count, v.maxValue(100)),
  layers: v.pipe(field.count, v.maxValue(20)),
});

/** Calls that one run may take to the bottom. */
const CALLS_MAX = 1_000_000;
/** Patience for one call, and the way to the next layer: longer than the patience for all of them together. */
const PATIENCE_MS = 1;
const WAY_MS = 1000;
/** How long a caller is busy with its attempts, the rests between them included. */
const BUSY_MS = 3 * PATIENCE_MS;

export const amplification: Model = model(parameters, ({ max_attempts_per_hop: attempts, layers }) => {
  if (attempts ** layers > CALLS_MAX) return uncovered(`More than ${CALLS_MAX} calls would come of it.`);
  const call = {
    acks: '1',
    enableIdempotence: false,
    retries: attempts - 1,
    batchSize: 0,
    requestTimeoutMs: PATIENCE_MS,
    deliveryTimeoutMs: 7_200_000,
    retryBackoffMs: PATIENCE_MS,
    retryBackoffMaxMs: PATIENCE_MS,
    network: { latencyMs: { type: 'constant', mean: WAY_MS } },
  } as const;
  // The last of the services is the bottom, which calls nobody and fails.
  const services = Array.from({ length: layers }, (_, i) => i);
  const design = {
    nodes: [
      producer('asker', { arrivals: { type: 'constant', ratePerSecond: 1 }, limit: 1 }),
      ...services.flatMap((i) => [
        topic(`calls${i}`),
        consumer(`service${i}`, {
          concurrency: 1000,
          workMs: { type: 'constant', mean: 0 },
          failureRate: i === layers - 1 ? 1 : 0,
        }),
      ]),
    ],
    edges: services.flatMap((i) => [
      publish(i === 0 ? 'asker' : `service${i - 1}`, `calls${i}`, call),
      subscribe(`calls${i}`, `service${i}`),
    ]),
  };
  return {
    deterministic: true,
    size: { min: 1, max: 1 },
    run(seed) {
      const run = start(design, seed);
      const untilNs = instantNs((CALLS_MAX * BUSY_MS * attempts + layers * WAY_MS) / 1000);
      const done = watchUntil(run, untilNs, ({ sources, subscriptions, nowNs }) => {
        const isQuiet = sources.every(({ ledger }) => ledger.waiting === 0);
        return isQuiet && nowNs > 1e9 && subscriptions.every(({ ledger }) => ledger.inFlight === 0);
      });
      if (!done) throw new NotExpressible('Calls were still under way after all the time that they should take.');
      return { ...EMPTY, sums: { calls: run.subscriptions.at(-1)!.ledger.delivered } };
    },
    units: () => 1,
    figure: (tally, metric) => (metric === 'calls_to_bottom_service_per_request' ? sum(tally, 'calls') : undefined),
  };
});
