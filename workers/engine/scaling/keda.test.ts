import { describe, expect, test } from 'vitest';
import { cappedLag, isActive, type LagRules } from './keda.ts';

const RULES: LagRules = {
  lagThreshold: 10,
  allowIdleConsumers: false,
  limitToPartitionsWithLag: false,
  ensureEvenDistributionOfPartitions: false,
};

describe('the metric', () => {
  test('[AS2] is the total while that asks for no more instances than there are partitions', () => {
    expect(cappedLag([12, 5, 0], RULES)).toBe(17);
    expect(cappedLag([39, 0, 0], RULES)).toBe(39);
    expect(cappedLag([40, 0, 0], RULES)).toBe(30);
  });

  test('[AS2] is the whole total where idle consumers are allowed', () => {
    expect(cappedLag([300, 0, 5], { ...RULES, allowIdleConsumers: true })).toBe(305);
  });

  test('[AS2] is capped by the partitions that lag', () => {
    expect(cappedLag([300, 0, 5], { ...RULES, limitToPartitionsWithLag: true })).toBe(20);
  });

  test.each([
    [[5, 0, 0, 0, 0, 0], 10],
    [[15, 0, 0, 0, 0, 0], 20],
    [[31, 0, 0, 0, 0, 0], 60],
    [[900, 0, 0, 0, 0, 0], 60],
  ])('[AS3] of %j goes up to a number that divides the partitions: %i', (lags, metric) => {
    expect(cappedLag(lags, { ...RULES, ensureEvenDistributionOfPartitions: true })).toBe(metric);
  });

  test('[AS2] of no partitions is 0', () => {
    expect(cappedLag([], RULES)).toBe(0);
  });
});

test('[AS4] active is more than the threshold, not as much', () => {
  expect([isActive(0, 0), isActive(1, 0), isActive(20, 20), isActive(21, 20)]).toEqual([false, true, false, true]);
});
