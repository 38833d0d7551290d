import { describe, expect, test } from 'vitest';
import { lab } from '../../testing/lab.ts';
import { at, latency, scenario, type SubscribeSettings } from '../../testing/scenario-builder.ts';

/** Records of 100 bytes at 20, 30, 40 and 50 ms; 1 ms to the broker. */
function stream(subscribe: SubscribeSettings) {
  return scenario()
    .producer('p', { arrivals: at(20, 30, 40, 50), sizeBytes: 100 })
    .topic('t')
    .consumer('c')
    .publish('p', 't')
    .subscribe('t', 'c', { network: latency(1), sessionTimeoutMs: 300, heartbeatIntervalMs: 100, ...subscribe });
}

describe('fetch sizes and waits', () => {
  test('[KF4] a fetch waits until there is enough', () => {
    // The first request has been at the broker since 7; at 40 there are 300 bytes.
    const run = lab(stream({ fetchMinBytes: 250, fetchMaxWaitMs: 1000 })).until(100);
    expect(run.hops('fetched')).toEqual(['#1@41', '#2@41', '#3@41']);
  });

  test('[KF4] or until it has waited long enough, and is answered with what there is', () => {
    // At the broker at 7 and every 27 ms from then on: 25 ms there, 2 ms to be answered and asked again.
    const run = lab(stream({ fetchMinBytes: 250, fetchMaxWaitMs: 25 })).until(200);
    expect(run.hops('fetched')).toEqual(['#1@33', '#2@33', '#3@60', '#4@60']);
  });

  test('[KF2] one answer carries so much of a partition, the first record always', () => {
    const late = { initialRebalanceDelayMs: 60 };
    // Positions are known at 66; then a round trip for each answer.
    const two = lab(stream({ ...late, maxPartitionFetchBytes: 250 })).until(200);
    expect(two.hops('fetched').map((hop) => hop.split('@')[1])).toEqual(['68', '68', '70', '70']);
    const one = lab(stream({ ...late, maxPartitionFetchBytes: 10 })).until(200);
    expect(one.hops('fetched').map((hop) => hop.split('@')[1])).toEqual(['68', '70', '72', '74']);
  });

  test('[KF2] and so much together', () => {
    const run = lab(stream({ initialRebalanceDelayMs: 60, fetchMaxBytes: 250 })).until(200);
    expect(run.hops('fetched').map((hop) => hop.split('@')[1])).toEqual(['68', '68', '70', '70']);
  });
});
