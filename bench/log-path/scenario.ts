/**
 * The log path under load: eight producers that batch, a topic with 12 partitions, a group of 12 that crash at random and
 * read again what they had not committed. At least once: idempotent producers, acks=all, positions committed only after
 * the work (after each poll, or by the timer).
 */

/** A way to load it. What varies is what an engine could have been tuned to. */
export interface Variant {
  readonly name: string;
  /** Arrivals at one of the producers at that rate. */
  readonly arrivals: (ratePerSecond: number) => Readonly<Record<string, unknown>>;
  readonly key: Readonly<Record<string, unknown>>;
  readonly publish: Readonly<Record<string, unknown>>;
  readonly subscribe: Readonly<Record<string, unknown>>;
  readonly work: 'constant' | 'exponential';
}

export const VARIANTS: readonly Variant[] = [
  {
    name: 'defaults',
    arrivals: (ratePerSecond) => ({ type: 'poisson', ratePerSecond }),
    key: { type: 'uniform', keys: 10_000 },
    publish: {},
    subscribe: { commit: 'after' },
    work: 'constant',
  },
  {
    name: 'small batches',
    arrivals: (ratePerSecond) => ({ type: 'poisson', ratePerSecond }),
    key: { type: 'zipf', keys: 10_000, exponent: 0.5 },
    publish: { batchSize: 3200, lingerMs: 1 },
    subscribe: { commit: 'auto', autoCommitIntervalMs: 50, maxPollRecords: 100 },
    work: 'exponential',
  },
  {
    name: 'bursts',
    arrivals: (ratePerSecond) => ({
      type: 'bursts',
      size: Math.max(1, Math.round(ratePerSecond / 20)),
      everyMs: 50,
      spreadMs: 20,
    }),
    key: { type: 'none' },
    publish: { batchSize: 65_536, lingerMs: 10 },
    subscribe: { commit: 'after', maxPollRecords: 2000 },
    work: 'constant',
  },
];

const PRODUCERS = 8;
const PARTITIONS = 12;
/** Within one data centre, so that requests of one connection, which the broker takes one at a time, reach 5 M messages/s. */
const NETWORK = { latencyMs: { type: 'constant', mean: 0.25 } };
/** At 5 M messages/s the twelve are busy for 0.4 of their time; the rest is for catching up. */
const WORK_MS = 0.001;
const QUICK = { sessionTimeoutMs: 200, heartbeatIntervalMs: 50, initialRebalanceDelayMs: 0 };
/** One of the twelve crashes about every 80 ms. */
const CRASHES = { mtbfMs: 1000, restartMs: 20 };

/** @param retentionMs how long records stay in the logs after they were read */
export function logPathDocument(variant: Variant, ratePerSecond: number, seed: number, retentionMs = 5000): unknown {
  const producers = Array.from({ length: PRODUCERS }, (_, index) => `source${index}`);
  return {
    format: 'sluice/1',
    title: `The log path, ${variant.name}, ${ratePerSecond} messages a second`,
    seed,
    nodes: [
      ...producers.map((id) => ({
        id,
        kind: 'producer',
        arrivals: variant.arrivals(ratePerSecond / PRODUCERS),
        key: variant.key,
      })),
      {
        id: 'log',
        kind: 'topic',
        partitions: PARTITIONS,
        replicationFactor: 3,
        replicationMs: 0.2,
        appendMs: 0.005,
        retentionMs,
        segmentMs: 100,
        retentionCheckIntervalMs: 100,
      },
      {
        id: 'group',
        kind: 'consumer',
        instances: PARTITIONS,
        workMs: { type: variant.work, mean: WORK_MS },
        crash: CRASHES,
      },
    ],
    edges: [
      ...producers.map((id) => ({ kind: 'publish', from: id, to: 'log', network: NETWORK, ...variant.publish })),
      {
        kind: 'subscribe',
        from: 'log',
        to: 'group',
        autoOffsetReset: 'earliest',
        assignor: 'cooperative-sticky',
        network: NETWORK,
        ...QUICK,
        ...variant.subscribe,
      },
    ],
  };
}
