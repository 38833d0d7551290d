import { expect, it } from 'vitest';
import { fromMs, LAST_NS, toMs } from './time.ts';

it('milliseconds become whole nanoseconds, halves up', () => {
  expect([0, 1, 0.1, 0.3, 1e-6, 4.9e-7, 5e-7, 1234.5678901].map(fromMs)).toEqual([
    0, 1_000_000, 100_000, 300_000, 1, 0, 1, 1_234_567_890,
  ]);
  expect(toMs(fromMs(12.345678))).toBe(12.345678);
});

it('refuses what is no span of simulated time', () => {
  for (const ms of [-1, Number.NaN, Infinity, 9_007_199_255])
    expect(() => fromMs(ms)).toThrow('span of simulated time');
  expect(fromMs(9_007_199_254)).toBeLessThanOrEqual(LAST_NS);
});
