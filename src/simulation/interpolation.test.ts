import { describe, expect, test } from 'vitest';
import { createShownClock, hearFrame, shownNs } from './interpolation.ts';

const MS = 1e6;

describe('the clock shown', () => {
  test('runs on between frames at the speed of the run', () => {
    const clock = createShownClock();
    hearFrame(clock, 1000, 50 * MS, 2, true);
    expect(shownNs(clock, 1010)).toBe(70 * MS);
  });

  test('stands exactly on the frame while paused', () => {
    const clock = createShownClock();
    hearFrame(clock, 0, 0, 1, true);
    hearFrame(clock, 100, 3 * MS, 0, false);
    expect(shownNs(clock, 500)).toBe(3 * MS);
  });

  test('smooths uneven frames and stays near the truth', () => {
    const clock = createShownClock();
    hearFrame(clock, 0, 0, 1, true);
    let last = 0;
    for (let wall = 16; wall < 2000; wall += 16) {
      const now = shownNs(clock, wall);
      expect(now).toBeGreaterThanOrEqual(last);
      expect(Math.abs(now / MS - wall)).toBeLessThan(12);
      last = now;
      hearFrame(clock, wall, (wall + (wall % 48 === 0 ? -8 : 4)) * MS, 1, true);
    }
  });

  test('follows a jump at once, also back', () => {
    const clock = createShownClock();
    hearFrame(clock, 0, 9000 * MS, 1, true);
    hearFrame(clock, 16, 20 * MS, 1, true);
    expect(shownNs(clock, 16)).toBe(20 * MS);
  });

  test('stands still when no frame comes', () => {
    const clock = createShownClock();
    hearFrame(clock, 0, 0, 1, true);
    expect(shownNs(clock, 60_000)).toBe(250 * MS);
  });
});
