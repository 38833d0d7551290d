import { describe, expect, test } from 'vitest';
import { createRun, fromMs, readingOf, report, runUntil, windowOf } from '../engine.ts';
import { scenario } from '../testing/scenario-builder.ts';

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

describe('a window', () => {
  test('from 0 is the report, to the least latency', () => {
    const run = createRun(shop());
    const start = readingOf(run);
    runUntil(run, fromMs(30_000));
    const whole = report(run);
    const part = windowOf(run, start);
    expect([part.fromMs, part.untilMs]).toEqual([0, 30_000]);
    expect(whole.sources[0]).toMatchObject(part.sources[0]!);
    const { latency, wait, ...counts } = part.subscriptions[0]!;
    expect(whole.subscriptions[0]).toMatchObject(counts);
    // The least and the greatest of a part are known to a bucket only.
    for (const [of, all] of [
      [latency!, whole.subscriptions[0]!.latency!],
      [wait!, whole.subscriptions[0]!.wait!],
    ] as const) {
      expect([of.count, of.meanMs]).toEqual([all.count, all.meanMs]);
      expect(Math.abs(of.p99Ms / all.p99Ms - 1)).toBeLessThan(0.016);
    }
  });

  test('windows side by side add up to the whole, and reading changes nothing', () => {
    const [run, other] = [createRun(shop()), createRun(shop())];
    const start = readingOf(run);
    runUntil(run, fromMs(10_000));
    const middle = readingOf(run);
    const first = windowOf(run, start);
    runUntil(run, fromMs(30_000));
    runUntil(other, fromMs(30_000));
    const [second, whole] = [windowOf(run, middle), windowOf(run, start)];
    expect(report(run)).toEqual(report(other));
    for (const name of ['attempted', 'acknowledged', 'retries', 'appended'] as const) {
      expect(first.sources[0]![name] + second.sources[0]![name]).toBe(whole.sources[0]![name]);
    }
    const latencies = [first, second, whole].map(({ subscriptions }) => subscriptions[0]!.latency!);
    const sums = latencies.map(({ count, meanMs }) => count * meanMs);
    expect(latencies[0]!.count + latencies[1]!.count).toBe(latencies[2]!.count);
    expect((sums[0]! + sums[1]!) / sums[2]!).toBeCloseTo(1, 9);
    expect(second.subscriptions[0]!.applied).toBe(whole.subscriptions[0]!.applied - first.subscriptions[0]!.applied);
  });
});
