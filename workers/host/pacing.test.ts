import { describe, expect, test } from 'vitest';
import { achievedSpeed, anchor, createPace, DEBT_MAX_MS, dueNs, observePace } from './pacing.ts';

const MS = 1e6;

describe('pacing', () => {
  test('simulated time is due in proportion to wall time, from 1/100 up', () => {
    for (const speed of [0.01, 1, 250]) {
      const pace = createPace(speed);
      anchor(pace, 1000, 5 * MS);
      expect(dueNs(pace, 1000)).toBe(5 * MS);
      expect(dueNs(pace, 1020)).toBe((5 + 20 * speed) * MS);
    }
  });

  test('unlimited speed is always due', () => {
    const pace = createPace(Infinity);
    anchor(pace, 0, 0);
    expect(dueNs(pace, 1)).toBe(Infinity);
  });

  test('a change of speed does not jump', () => {
    const pace = createPace(1);
    anchor(pace, 0, 0);
    pace.speed = 100;
    anchor(pace, 50, 50 * MS);
    expect(dueNs(pace, 51)).toBe(150 * MS);
  });

  test('the speed reached is measured, not promised', () => {
    const pace = createPace(10);
    anchor(pace, 0, 0);
    expect(achievedSpeed(pace, 10, 100 * MS)).toBe(10);
    for (let wall = 8; wall <= 600; wall += 8) observePace(pace, wall, wall * 4 * MS);
    expect(achievedSpeed(pace, 600, 2400 * MS)).toBeCloseTo(4);
  });

  test('a run that cannot keep up does not sprint when it can again', () => {
    const pace = createPace(10);
    anchor(pace, 0, 0);
    for (let wall = 8; wall <= 2000; wall += 8) observePace(pace, wall, wall * MS);
    const behindNs = dueNs(pace, 2000) - 2000 * MS;
    expect(behindNs).toBeLessThanOrEqual(DEBT_MAX_MS * 10 * MS);
    expect(behindNs).toBeGreaterThan(0);
  });
});
