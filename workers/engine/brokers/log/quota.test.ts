import { describe, expect, test } from 'vitest';
import { lab } from '../../testing/lab.ts';
import { at, latency, scenario } from '../../testing/scenario-builder.ts';
import { createQuota, throttleNs } from './quota.ts';

const ms = (instant: number): number => instant * 1e6;

describe('quotas', () => {
  test('[KQ1] the rate is that of the windows there are, ten at least, and its excess the throttle time', () => {
    // The worked example, and what follows it: 20,000 bytes over 10 s are 2,000 a second, so 10 s of silence.
    const quota = createQuota();
    const throttles = [1, 101, 201, 5001].map((instant) => throttleNs(quota, 5000, 1000, ms(instant)));
    expect(throttles).toEqual([0, 0, ms(4800), ms(10_000)]);
  });

  test('[KQ1] a window that got nothing for eleven seconds is forgotten', () => {
    const quota = createQuota();
    expect(throttleNs(quota, 30_000, 1000, ms(0))).toBe(ms(20_000));
    // At 10,999 ms it still counts, over 10,999 ms; at 11,000 it does not.
    expect(throttleNs(structuredClone(quota), 0, 1000, ms(10_999))).toBe(ms(19_001));
    expect(throttleNs(quota, 0, 1000, ms(11_000))).toBe(0);
  });

  test('[KQ2] the broker answers at once, and client and broker wait for the throttle time', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1, 101, 201, 301), sizeBytes: 5000 })
        .topic('t')
        .publish('p', 't', { producerByteRate: 1000 }),
    ).until(4000);
    expect(run.hops('acknowledged')).toEqual(['#1@1', '#2@101', '#3@201']);
    expect(run.until(6000).hops('sent').at(-1)).toBe('#4@5001');
    expect(run.hops('acknowledged').at(-1)).toBe('#4@5001');
  });

  test('[KQ2] what was under way to a muted connection is handled when the throttle time is over', () => {
    // 5 ms away: #3 arrives at 206, #4 at 216, before the client knows. #4 is handled at 206 + 4,800 ms.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1, 101, 201, 202), sizeBytes: 5000 })
        .topic('t')
        .publish('p', 't', { producerByteRate: 1000, network: latency(5) }),
    ).until(6000);
    expect(run.hops('appended').slice(-2)).toEqual(['#3@206', '#4@5006']);
    expect(run.source('p-t')).toMatchObject({ acknowledged: 4, retries: 0 });
  });

  test('[KQ2] over time a client that has more to send sends at its quota', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: { type: 'constant', ratePerSecond: 100 }, sizeBytes: 100 })
        .topic('t')
        .publish('p', 't', { producerByteRate: 2000 }),
    ).until(120_000);
    const perSecond = run.run.topics[0]!.partitions[0]!.totalBytes / 120;
    expect(perSecond).toBeGreaterThan(1700);
    expect(perSecond).toBeLessThan(2300);
  });

  test('[KQ3] a consumer beyond its quota waits at the broker, and what it was not given does not count', () => {
    // 15,000 bytes over 10.2 s at 201: 4.8 s. At 5,001 and 10,001 still 15,000 over 10 s: 5 s each. At 15,001 the window of the
    // first two is forgotten.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1, 101, 201), sizeBytes: 5000 })
        .topic('t')
        .consumer('c')
        .publish('p', 't')
        .subscribe('t', 'c', { consumerByteRate: 1000 }),
    ).until(20_000);
    expect(run.hops('fetched')).toEqual(['#1@1', '#2@101', '#3@15001']);
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 3, lag: 0 });
  });

  test('[KQ3] an answer holds no more than the quota of its windows, a single record excepted', () => {
    // Ten seconds of 100 bytes: two records of 400 fit, a third does not.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1, 1, 1, 1, 1), sizeBytes: 400 })
        .topic('t')
        .consumer('c')
        .publish('p', 't', { lingerMs: 5, batchSize: 5000 })
        .subscribe('t', 'c', { consumerByteRate: 100 }),
    ).until(10);
    expect(run.hops('fetched')).toEqual(['#1@6', '#2@6']);
    expect(run.until(120_000).subscription('t', 'c')).toMatchObject({ applied: 5, lag: 0 });
  });
});
