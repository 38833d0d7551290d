/** The runs that identities are held to. */
import type { Run } from '../../../../engine/engine.ts';
import type { Distribution } from '../../../../scenario/values/distribution.ts';
import { consumer, producer, publish, start, subscribe, topic } from '../design.ts';

const SEED = 20_260_729;

const exponential = (mean: number): Distribution => ({ type: 'exponential', mean });

/**
 * Facts with keys to three partitions; one group of three works on them and publishes to a second topic, read by two workers;
 * another group reads the first topic too. Subscriptions and consumers have the same numbers. No delays but the work.
 */
export function shop(seed = SEED): Run {
  return start(
    {
      nodes: [
        producer('source', { arrivals: { type: 'poisson', ratePerSecond: 150 }, key: { type: 'uniform', keys: 12 } }),
        topic('orders', { partitions: 3 }),
        topic('shipments'),
        consumer('billing', { instances: 3, workMs: exponential(12) }),
        consumer('audit', { concurrency: 3, workMs: { type: 'lognormal', mean: 14, cv: 0.7 } }),
        consumer('shipping', { concurrency: 2, workMs: exponential(9) }),
      ],
      edges: [
        publish('source', 'orders'),
        subscribe('orders', 'billing'),
        subscribe('orders', 'audit'),
        publish('billing', 'shipments'),
        subscribe('shipments', 'shipping'),
      ],
    },
    seed,
  );
}

/** The same with a network, batches, crashes and commits after the work. */
export function troubledShop(): Run {
  const session = { commit: 'after', sessionTimeoutMs: 300, heartbeatIntervalMs: 100, maxPollRecords: 5 } as const;
  const latencyMs: Distribution = { type: 'uniform', min: 1, max: 4 };
  return start(
    {
      nodes: [
        producer('source', { arrivals: { type: 'poisson', ratePerSecond: 150 }, key: { type: 'uniform', keys: 12 } }),
        topic('orders', { partitions: 3 }),
        consumer('billing', { instances: 3, workMs: exponential(8), crash: { mtbfMs: 3000, restartMs: 200 } }),
        consumer('audit', { instances: 2, workMs: exponential(5) }),
      ],
      edges: [
        publish('source', 'orders', { lingerMs: 10, network: { latencyMs, loss: 0.01 }, requestTimeoutMs: 50 }),
        subscribe('orders', 'billing', { ...session, network: { latencyMs } }),
        subscribe('orders', 'audit', { ...session, network: { latencyMs } }),
      ],
    },
    SEED,
  );
}

export interface QueueSettings {
  readonly rate?: number;
  readonly work?: Distribution;
  readonly workers?: number;
  readonly partitions?: number;
  readonly bystander?: boolean;
  readonly batchSize?: number;
}

/** One queue, M/M/1 at 80 % unless said otherwise. */
export function queue({
  rate = 80,
  work = exponential(10),
  workers = 1,
  partitions = 1,
  ...more
}: QueueSettings = {}): Run {
  const bystander = more.bystander === true ? [producer('other', {}), topic('elsewhere')] : [];
  return start(
    {
      nodes: [
        producer('source', { arrivals: { type: 'poisson', ratePerSecond: rate }, key: { type: 'fixed', key: 'one' } }),
        topic('queue', { partitions }),
        consumer('server', { concurrency: workers, workMs: work }),
        ...bystander,
      ],
      edges: [
        publish('source', 'queue', more.batchSize === undefined ? {} : { batchSize: more.batchSize }),
        subscribe('queue', 'server'),
        ...(bystander.length > 0 ? [publish('other', 'elsewhere')] : []),
      ],
    },
    SEED,
  );
}
