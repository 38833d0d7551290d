import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createHumanPace } from './human-pace.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('passes at most four values a second, the first at once and the last always', () => {
  const passed: number[] = [];
  const hear = createHumanPace<number>((value) => passed.push(value));
  for (let i = 0; i < 60; i++) {
    hear(i, false);
    vi.advanceTimersByTime(1000 / 60);
  }
  vi.advanceTimersByTime(1000);
  expect(passed[0]).toBe(0);
  expect(passed.at(-1)).toBe(59);
  expect(passed.length).toBeLessThanOrEqual(6);
});

test('what is urgent goes at once, and what waited before it is not passed after it', () => {
  const passed: string[] = [];
  const hear = createHumanPace<string>((value) => passed.push(value));
  hear('playing', false);
  hear('old', false);
  hear('paused', true);
  vi.advanceTimersByTime(1000);
  expect(passed).toEqual(['playing', 'paused']);
});
