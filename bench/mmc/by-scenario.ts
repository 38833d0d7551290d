/** The model through Sluice: a document in; a producer, a topic with one partition or a queue, one consumer; everything accounted. */
import { mean } from '../../workers/engine/core/histogram.ts';
import { createRun, fromMs, runUntil, type Run } from '../../workers/engine/engine.ts';
import { scenarioOf } from '../scenario.ts';
import { arrivalsPerMs, SERVICE_MS, type Served } from './model.ts';

const NO_DELAY = { latencyMs: { type: 'constant', mean: 0 } } as const;

/** Everything but the service takes no time, and the log forgets what is older than ten seconds. */
function documentOf(servers: number, customers: number, seed: number): unknown {
  return {
    format: 'sluice/1',
    title: `M/M/${servers}`,
    seed,
    nodes: [
      {
        id: 'source',
        kind: 'producer',
        arrivals: { type: 'poisson', ratePerSecond: 1000 * arrivalsPerMs(servers) },
        key: { type: 'none' },
        limit: customers,
      },
      {
        id: 'line',
        kind: 'topic',
        partitions: 1,
        appendMs: 0,
        replicationMs: 0,
        retentionMs: 10_000,
        segmentMs: 100,
        retentionCheckIntervalMs: 100,
      },
      { id: 'servers', kind: 'consumer', concurrency: servers, workMs: { type: 'exponential', mean: SERVICE_MS } },
    ],
    edges: [
      { kind: 'publish', from: 'source', to: 'line', lingerMs: 0, network: NO_DELAY },
      {
        kind: 'subscribe',
        from: 'line',
        to: 'servers',
        commit: 'auto',
        autoOffsetReset: 'earliest',
        initialRebalanceDelayMs: 0,
        network: NO_DELAY,
      },
    ],
  };
}

/** The line is a queue: it pushes to the consumer as many as there are servers, and each is acknowledged. */
function queueDocumentOf(servers: number, customers: number, seed: number): unknown {
  return {
    format: 'sluice/1',
    title: `M/M/${servers} of a queue`,
    seed,
    nodes: [
      {
        id: 'source',
        kind: 'producer',
        arrivals: { type: 'poisson', ratePerSecond: 1000 * arrivalsPerMs(servers) },
        key: { type: 'none' },
        limit: customers,
      },
      { id: 'line', kind: 'queue' },
      { id: 'broker', kind: 'rabbitmq', confirmMs: 0 },
      { id: 'servers', kind: 'consumer', concurrency: servers, workMs: { type: 'exponential', mean: SERVICE_MS } },
    ],
    edges: [
      { kind: 'amqpPublish', from: 'source', to: 'line', confirms: true, network: NO_DELAY },
      { kind: 'amqpConsume', from: 'line', to: 'servers', prefetch: servers, network: NO_DELAY },
    ],
  };
}

export function serveByScenario(servers: number, customers: number, seed: number): Served {
  return serve(documentOf(servers, customers, seed), servers, customers);
}

export function serveByQueue(servers: number, customers: number, seed: number): Served {
  return serve(queueDocumentOf(servers, customers, seed), servers, customers);
}

function serve(document: unknown, servers: number, customers: number): Served {
  const run = createRun(scenarioOf(document));
  // Long enough for the last customer, and for nothing else to happen than a few polls and heartbeats.
  const untilMs = customers / arrivalsPerMs(servers);
  runUntil(run, fromMs(untilMs));
  for (let extraMs = 100; applied(run) < customers; extraMs += 100) runUntil(run, fromMs(untilMs + extraMs));
  return { customers: applied(run), meanSojournMs: mean(run.subscriptions[0]!.latency) / 1e6 };
}

function applied(run: Run): number {
  return run.subscriptions[0]!.ledger.applied;
}
