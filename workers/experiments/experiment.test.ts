import { describe, expect, test } from 'vitest';
import { scenario } from '../engine/testing/scenario-builder.ts';
import { replicate, summarizeExperiment } from './experiment.ts';
import { findWarmUp } from './warm-up.ts';

/** M/M/1 at 80 % with a network and crashes, so that most counts occur. */
const shop = () =>
  scenario(5)
    .producer('p', { arrivals: { type: 'poisson', ratePerSecond: 80 }, key: { type: 'uniform', keys: 4 } })
    .topic('t', { partitions: 2 })
    .consumer('c', {
      instances: 2,
      workMs: { type: 'exponential', mean: 10 },
      crash: { mtbfMs: 4000, restartMs: 200 },
    })
    .publish('p', 't', { network: { loss: 0.01 }, requestTimeoutMs: 50 })
    .subscribe('t', 'c', { sessionTimeoutMs: 300, heartbeatIntervalMs: 100, maxPollRecords: 5 })
    .build();

describe('an experiment', () => {
  const options = { warmUp: { by: 'time', ms: 5000, settled: true }, untilMs: 20_000, confidence: 0.95 } as const;

  test('has every mean with its interval, and the replications it is made of', () => {
    const done = [0, 1, 2, 3].map((index) => replicate(shop(), index, 5000, 20_000));
    const told = summarizeExperiment(shop(), done, options);
    expect(told.replications.map(({ seed }) => seed)).toEqual(done.map(({ seed }) => seed));
    expect(new Set(told.replications.map(({ digest }) => digest)).size).toBe(4);
    const latency = told.subscriptions[0]!.latency!;
    const means = done.map(({ window }) => window.subscriptions[0]!.latency!.meanMs);
    expect(latency.meanMs.mean).toBeCloseTo(means.reduce((a, b) => a + b) / 4, 9);
    expect(latency.meanMs.halfWidth).toBeGreaterThan(0);
    expect(told.sources[0]!.attempted).toMatchObject({ confidence: 0.95 });
    expect(told.subscriptions[0]!.topic).toBe('t');
    expect(replicate(shop(), 2, 5000, 20_000)).toEqual(done[2]);
  });

  test('[TH3] a warm-up that is found leaves out a backlog that was there at the beginning', () => {
    const slowStart = scenario(9)
      .producer('p', { arrivals: { type: 'poisson', ratePerSecond: 50 } })
      .producer('backlog', { arrivals: { type: 'bursts', size: 500, everyMs: 86_400_000, spreadMs: 0 }, limit: 500 })
      .topic('t')
      .consumer('c', { workMs: { type: 'exponential', mean: 10 } })
      .publish('p', 't')
      .publish('backlog', 't')
      .subscribe('t', 'c')
      .build();
    const found = findWarmUp(slowStart, { by: 'MSER-5' }, { untilMs: 100_000, replications: 3 });
    // 500 messages drain at 100 - 50 a second.
    expect(found.settled).toBe(true);
    expect(found.ms).toBeGreaterThan(8000);
    expect(found.ms).toBeLessThan(20_000);
    const done = [0, 1, 2].map((index) => replicate(slowStart, index, found.ms, 100_000));
    const { latency } = summarizeExperiment(slowStart, done, { ...options, warmUp: found }).subscriptions[0]!;
    // M/M/1 at one half: 20 ms.
    expect(Math.abs(latency!.meanMs.mean - 20)).toBeLessThan(2 * latency!.meanMs.halfWidth!);
  });

  test('[TH3] a queue that only grows is not settled', () => {
    const overloaded = scenario(1)
      .producer('p', { arrivals: { type: 'poisson', ratePerSecond: 200 } })
      .topic('t')
      .consumer('c', { workMs: { type: 'exponential', mean: 10 } })
      .publish('p', 't')
      .subscribe('t', 'c')
      .build();
    expect(findWarmUp(overloaded, { by: 'MSER-5' }, { untilMs: 20_000, replications: 2 })).toMatchObject({
      settled: false,
      ms: 10_000,
    });
  });
});
