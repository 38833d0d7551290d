import { describe, expect, test } from 'vitest';
import { lab } from './testing/lab.ts';
import { at, constant, latency, scenario } from './testing/scenario-builder.ts';

describe('the network of an edge', () => {
  test('[NW1] each request and each response takes its own delay', () => {
    // Both directions draw from the same distribution, each from a stream of its own.
    const run = lab(
      scenario()
        .producer('p', { arrivals: { type: 'constant', ratePerSecond: 10 }, limit: 50 })
        .topic('t')
        .publish('p', 't', { network: { latencyMs: { type: 'uniform', min: 1, max: 5 } } }),
    ).until(10_000);
    const instants = (what: 'sent' | 'appended' | 'acknowledged'): number[] =>
      run.hops(what).map((hop) => Number(hop.split('@')[1]));
    const [sent, appended, acknowledged] = [instants('sent'), instants('appended'), instants('acknowledged')];
    const there = sent.map((ms, i) => appended[i]! - ms);
    const back = appended.map((ms, i) => acknowledged[i]! - ms);
    for (const delay of [...there, ...back]) {
      expect(delay).toBeGreaterThanOrEqual(1 - 1e-9);
      expect(delay).toBeLessThan(5);
    }
    expect(there).not.toEqual(back);
  });

  test('[NW2] a connection never reorders: a slow request holds up those behind it', () => {
    // Delays of 1 or 50 ms. Requests leave 1 ms apart, so nearly every fast one is held up by a slow one.
    const run = lab(
      scenario()
        .producer('p', { arrivals: { type: 'constant', ratePerSecond: 1000 }, limit: 60 })
        .topic('t')
        .publish('p', 't', {
          batchSize: 0,
          maxInFlight: 100,
          network: { latencyMs: { type: 'empirical', values: [1, 50] } },
        }),
    ).until(1000);
    const order = run.hops('appended').map((hop) => Number(hop.slice(1).split('@')[0]));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).toHaveLength(60);
    const answered = run.hops('acknowledged').map((hop) => Number(hop.slice(1).split('@')[0]));
    expect(answered).toEqual(order);
  });

  test('[NW3] requests and responses of a producer disappear with the probability given', () => {
    // 2000 messages one by one with one retry each time either way is lost: attempts per message 1 / 0.81 = 1.235.
    const run = lab(
      scenario()
        .producer('p', { arrivals: { type: 'constant', ratePerSecond: 20 }, limit: 1000 })
        .topic('t')
        .publish('p', 't', {
          enableIdempotence: false,
          requestTimeoutMs: 2,
          retryBackoffMs: 1,
          network: { ...latency(0), loss: 0.1 },
        }),
    ).until(60_000);
    const { attempted, acknowledged, retries, appended } = run.source('p-t');
    expect({ attempted, acknowledged }).toEqual({ attempted: 1000, acknowledged: 1000 });
    // Retries: mean 1000 (1/0.81 - 1) = 235, variance 1000 * 0.19 / 0.81^2 = 290. Copies: 1000 (0.9/0.81 - 1) = 111.
    expect(Math.abs(retries - 235)).toBeLessThan(4 * Math.sqrt(290));
    expect(Math.abs(appended - 1111)).toBeLessThan(4 * Math.sqrt(124));
  });

  test('[NW4] a consumer opens a new connection and repeats what was lost, after 200 ms', () => {
    // Everything is lost, 100 times at most: the join takes 101 tries of 1 ms and 100 times 200 ms.
    const run = lab(
      scenario()
        .topic('t')
        .consumer('c')
        .subscribe('t', 'c', { network: { ...latency(1), loss: 1 } }),
    );
    run.until(20_100.999999);
    expect(run.run.members).toHaveLength(0);
    run.until(20_101);
    expect(run.run.members).toHaveLength(1);
  });

  test('[FA5] [NW2] a cut swallows what is under way as well, and what leaves after it heals gets through', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10, 20) })
        .topic('t')
        .publish('p', 't', { network: latency(5), requestTimeoutMs: 1000 })
        .fault({ do: 'cut', target: 'p-t', atMs: 12, forMs: 1 }),
    ).until(100);
    expect(run.hops('request lost')).toEqual(['#1@15']);
    // Its sequence is the first, so the broker turns #2 away until #1 is there.
    expect(run.hops('rejected')[0]).toBe('#2@25');
  });

  test('[FA5] what is read over a cut edge comes when it heals', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(100, 200) })
        .topic('t')
        .consumer('c', { workMs: constant(1) })
        .publish('p', 't')
        .subscribe('t', 'c', { network: latency(2), commit: 'after' })
        .fault({ do: 'cut', target: 't-c', atMs: 101, forMs: 400 }),
    ).until(2000);
    // #1 was under way at 101. The edge heals at 501: a new request is there at 503, its answer at 505.
    expect(run.hops('fetched')).toEqual(['#1@505', '#2@505']);
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 2, duplicateEffects: 0, lag: 0 });
  });

  test('[FA5] a cut in any phase of joining, reading or saving only delays', () => {
    for (let atMs = 0; atMs <= 40; atMs += 0.5) {
      const run = lab(
        scenario()
          .producer('p', { arrivals: at(0, 20, 30) })
          .topic('t', { partitions: 2 })
          .consumer('c', { workMs: constant(2) })
          .publish('p', 't')
          .subscribe('t', 'c', { network: latency(2), commit: atMs % 1 === 0 ? 'after' : 'before' })
          .fault({ do: 'cut', target: 't-c', atMs, forMs: 3 }),
      ).until(1000);
      const { applied, lost, lag } = run.subscription('t', 'c');
      expect({ atMs, applied, lost, lag }).toEqual({ atMs, applied: 3, lost: 0, lag: 0 });
    }
  });
});
