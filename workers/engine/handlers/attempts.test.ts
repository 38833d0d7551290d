import { describe, expect, test } from 'vitest';
import { lab } from '../testing/lab.ts';
import { at, constant, latency, scenario, type ConsumerSettings } from '../testing/scenario-builder.ts';
import { backoffMs, jitteredMs, type Backoff } from './backoff.ts';

const quick = {
  sessionTimeoutMs: 30,
  heartbeatIntervalMs: 10,
  network: latency(1),
  autoOffsetReset: 'earliest',
} as const;

/** Facts at the instants given, each in the instance's memory 2 ms later. */
function world(consumer: ConsumerSettings, ...instants: readonly number[]) {
  return lab(
    scenario()
      .producer('p', { arrivals: at(...instants), sizeBytes: 300 })
      .topic('t')
      .consumer('c', consumer)
      .publish('p', 't', { lingerMs: 1 })
      .subscribe('t', 'c', quick),
  );
}

describe('retries in place', () => {
  const failing = { workMs: constant(5), poisonRate: 1, retry: { maxAttempts: 3, delayMs: 10, multiplier: 2 } };

  test('[HD8] the worker rests for longer each time, and gives up after the last attempt', () => {
    const run = world(failing, 9, 9).until(200);
    expect(run.hops('work started')).toEqual(['#1@11', '#1@26', '#1@51', '#2@56', '#2@71', '#2@96']);
    expect(run.hops('failed')).toEqual(['#1@16', '#1@31', '#1@56', '#2@61', '#2@76', '#2@101']);
    const { delivered, lost, applied } = run.subscription('t', 'c');
    expect([delivered, lost, applied]).toEqual([2, 2, 0]);
  });

  test('[HD8] an attempt that does not fail ends it, and has an effect', () => {
    const run = world(failing, 9).until(20).set('nodes', 'c', { poisonRate: 0 }).until(200);
    expect(run.hops('applied')).toEqual(['#1@31']);
  });

  test('[HD8] fewer attempts hold from the next failure on', () => {
    const run = world(failing, 9).until(20).set('nodes', 'c', { retry: {} }).until(200);
    expect(run.hops('failed')).toEqual(['#1@16', '#1@31']);
  });

  test('[HD8] without a retry nothing rests', () => {
    expect(
      world({ ...failing, retry: {} }, 9)
        .until(200)
        .hops('failed'),
    ).toEqual(['#1@16']);
  });

  test('[HD8] delays are bounded, and jitter stays where it belongs', () => {
    const backoff: Backoff = { delayMs: 100, multiplier: 3, maxDelayMs: 500, jitter: 'none' };
    expect([1, 2, 3, 4].map((retry) => backoffMs(backoff, retry))).toEqual([100, 300, 500, 500]);
    expect(backoffMs({ ...backoff, delayMs: 900 }, 1)).toBe(500);
    expect(jitteredMs({ ...backoff, jitter: 'full' }, 2, 0.25, 0)).toBe(75);
    expect(jitteredMs({ ...backoff, jitter: 'equal' }, 2, 0.25, 0)).toBe(187.5);
    // From 100 to three times 200.
    expect(jitteredMs({ ...backoff, jitter: 'decorrelated' }, 2, 0.5, 200)).toBe(350);
    expect(jitteredMs({ ...backoff, jitter: 'decorrelated' }, 1, 0.5, 0)).toBe(200);
    expect(jitteredMs({ ...backoff, jitter: 'decorrelated' }, 3, 0.9, 400)).toBe(500);
  });

  test('[HD8] jitter is drawn for each rest', () => {
    const run = world({ ...failing, retry: { ...failing.retry, jitter: 'full' } }, 9, 9, 9).until(300);
    const ms = (what: 'work started' | 'failed'): number[] => run.hops(what).map((hop) => Number(hop.split('@')[1]));
    const [started, failed] = [ms('work started'), ms('failed')];
    const rests = [1, 2, 4, 5, 7, 8].map((i) => started[i]! - failed[i - 1]!);
    expect(new Set(rests).size).toBe(rests.length);
    rests.forEach((rest, i) => expect(rest).toBeLessThanOrEqual(i % 2 === 0 ? 10 : 20));
  });
});

describe('how long work takes', () => {
  test('[HD9] it is in proportion to the size, where it is stated for one', () => {
    expect(
      world({ workMs: constant(4), workBytes: 100 }, 9)
        .until(100)
        .hops('applied'),
    ).toEqual(['#1@23']);
    expect(
      world({ workMs: constant(4), workBytes: 0 }, 9)
        .until(100)
        .hops('applied'),
    ).toEqual(['#1@15']);
  });

  test('[HD10] workers share a core alike', () => {
    const shared = { workMs: constant(6), concurrency: 4, cores: 1 };
    expect(world(shared, 9, 9, 9).until(100).hops('applied')).toEqual(['#1@29', '#2@29', '#3@29']);
    // Alone from 11 to 14, then by halves: 3 ms of each are left then, and #2 has the core to itself from 20.
    expect(world(shared, 9, 12).until(100).hops('applied')).toEqual(['#1@20', '#2@23']);
    expect(
      world({ ...shared, cores: 2 }, 9, 9, 9)
        .until(100)
        .hops('applied'),
    ).toEqual(['#1@20', '#2@20', '#3@20']);
    expect(
      world({ ...shared, cores: 5 }, 9, 9, 9)
        .until(100)
        .hops('applied'),
    ).toEqual(['#1@17', '#2@17', '#3@17']);
  });

  test('[HD10] other cores are shared from that instant on', () => {
    const shared = { workMs: constant(6), concurrency: 2, cores: 1 };
    const begun = () => world(shared, 9, 9).until(14);
    // 1.5 ms of each are done by then.
    expect(begun().set('nodes', 'c', { cores: 2 }).until(100).hops('applied')).toEqual(['#1@18.5', '#2@18.5']);
    expect(begun().set('nodes', 'c', { cores: 0 }).until(100).hops('applied')).toEqual(['#1@18.5', '#2@18.5']);
    const alone = world({ ...shared, cores: 0 }, 9, 9, 12)
      .until(14)
      .set('nodes', 'c', { cores: 1 });
    expect(alone.until(100).hops('applied')).toEqual(['#1@17', '#2@17', '#3@23']);
    // A second worker that comes at the same time has the core to itself: what had begun without one needs none.
    const more = world({ workMs: constant(6) }, 9, 9)
      .until(14)
      .set('nodes', 'c', { concurrency: 2, cores: 1 });
    expect(more.until(100).hops('applied')).toEqual(['#1@17', '#2@20']);
  });

  test('[HD10] [HD1] a crash ends the work of all', () => {
    const shared = { workMs: constant(6), concurrency: 2, cores: 1 };
    const run = world(shared, 9, 9).until(14).fault({ do: 'crash', target: 'c', forMs: 50 }).until(500);
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 2, inFlight: 0 });
  });

  test('[HD10] who rests before a retry needs no core', () => {
    const retry = { maxAttempts: 2, delayMs: 100 };
    const run = world({ workMs: constant(6), concurrency: 2, cores: 1, poisonRate: 1, retry }, 9, 12).until(400);
    expect(run.hops('failed')).toEqual(['#1@20', '#2@23', '#1@129', '#2@132']);
  });
});
