/** Scenarios that tests of the whole engine share. */
import type { Scenario } from '../../scenario/document.ts';
import { scenario } from './scenario-builder.ts';

/**
 * Everything at once, for 10 s: every pattern of arrivals, every distribution, keys of every kind, a lossy network, a
 * pipeline, two groups, crashes, and edits and faults live.
 */
export function everythingAtOnce(seed: number): Scenario {
  const quick = { sessionTimeoutMs: 900, heartbeatIntervalMs: 300, initialRebalanceDelayMs: 50 } as const;
  return scenario(seed)
    .producer('p', { arrivals: { type: 'poisson', ratePerSecond: 60 }, key: { type: 'zipf', keys: 9, exponent: 0.7 } })
    .producer('q', {
      arrivals: { type: 'wave', meanPerSecond: 30, amplitude: 0.9, periodMs: 3000 },
      key: { type: 'none' },
    })
    .producer('r', {
      arrivals: { type: 'ramp', fromPerSecond: 0, toPerSecond: 40, overMs: 5000 },
      key: { type: 'unique' },
    })
    .producer('s', {
      arrivals: { type: 'bursts', size: 20, everyMs: 1500, spreadMs: 40 },
      key: { type: 'fixed', key: 'é€😀' },
    })
    .topic('t', {
      partitions: 4,
      replicationFactor: 3,
      replicationMs: 3,
      electionMs: 200,
      appendMs: 0.2,
      retentionMs: 5000,
      segmentMs: 500,
      retentionCheckIntervalMs: 100,
    })
    .topic('u', { partitions: 2, retentionBytes: 30_000, segmentBytes: 5000, retentionCheckIntervalMs: 100 })
    .consumer('c', {
      instances: 3,
      workMs: { type: 'lognormal', mean: 8, cv: 1.5 },
      crash: { mtbfMs: 2500, restartMs: 150 },
    })
    .consumer('d', { instances: 2, concurrency: 4, workMs: { type: 'erlang', mean: 12, k: 3 } })
    .consumer('e', { workMs: { type: 'hyperexponential', mean: 3, cv: 3 } })
    .publish('p', 't', {
      acks: '1',
      enableIdempotence: false,
      lingerMs: 3,
      requestTimeoutMs: 120,
      network: { latencyMs: { type: 'pareto', mean: 4, alpha: 1.8 }, loss: 0.03, duplicate: 0.02 },
    })
    .publish('q', 't', {
      lingerMs: 8,
      batchSize: 900,
      network: { latencyMs: { type: 'normal', mean: 5, sd: 3 }, loss: 0.01 },
    })
    .publish('r', 't', { acks: '0', network: { latencyMs: { type: 'exponential', mean: 3 } } })
    .publish('s', 'u', { bufferMemory: 2000, maxInFlight: 1, maxBlockMs: 300, partitioner: 'roundRobin' })
    .subscribe('t', 'c', { ...quick, commit: 'after', assignor: 'cooperative-sticky', maxPollRecords: 20 })
    .publish('c', 'u', { lingerMs: 1, network: { latencyMs: { type: 'uniform', min: 1, max: 4 } } })
    .subscribe('t', 'd', { ...quick, commit: 'auto', autoCommitIntervalMs: 400, network: { loss: 0.02 } })
    .subscribe('u', 'e', { ...quick, commit: 'before', autoOffsetReset: 'latest', assignor: 'sticky' })
    .fault({ do: 'crash', target: 't', atMs: 2100, forMs: 900 })
    .fault({ do: 'cut', target: 't-d', atMs: 3000, forMs: 1500 })
    .fault({ do: 'pause', target: 'c', instance: 1, atMs: 4000, forMs: 1400 })
    .fault({ do: 'dropAcks', target: 'q-t', atMs: 5200, forMs: 300 })
    .fault({ do: 'slow', target: 'e', factor: 6, atMs: 6000, forMs: 700 })
    .journal(
      { atMs: 2500, edit: [{ op: 'change', in: 'nodes', id: 't', set: { partitions: 6 } }] },
      { atMs: 4400, edit: [{ op: 'change', in: 'nodes', id: 'c', set: { instances: 5 } }] },
      { atMs: 5000, fault: { do: 'crash', target: 'q', forMs: 600 } },
      { atMs: 7000, edit: [{ op: 'remove', in: 'edges', id: 't-d' }] },
    )
    .build();
}
