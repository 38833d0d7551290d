import { expect, it } from 'vitest';
import { windowOf } from './window.ts';

it('shows the whole run, and never less than a few seconds', () => {
  expect(windowOf(null, 200, 200)).toEqual({ fromMs: 0, toMs: 5000 });
  expect(windowOf(null, 90_000, 10)).toEqual({ fromMs: 0, toMs: 90_000 });
});

it('ends at the furthest instant, or stays with the instant shown', () => {
  expect(windowOf(10_000, 60_000, 60_000)).toEqual({ fromMs: 50_000, toMs: 60_000 });
  const { fromMs, toMs } = windowOf(10_000, 60_000, 20_000);
  expect(toMs - fromMs).toBe(10_000);
  expect(fromMs).toBeLessThanOrEqual(20_000);
  expect(toMs).toBeGreaterThanOrEqual(20_000);
  expect(windowOf(10_000, 60_000, 0)).toEqual({ fromMs: 0, toMs: 10_000 });
});
