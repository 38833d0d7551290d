import { describe, expect, test } from 'vitest';
import { createHpa, decide, recommend, type HpaRules } from './hpa.ts';

const S = 1e9;
const RULES: HpaRules = {
  min: 1,
  max: 100,
  stabilizationNs: 300 * S,
  scaleUpPods: 4,
  scaleUpPercent: 100,
  scaleUpPeriodNs: 15 * S,
};

/** What it asks for at these instants, each time from what it asked for before. */
function decisions(rules: HpaRules, ...looks: readonly (readonly [atS: number, recommended: number])[]): number[] {
  const hpa = createHpa();
  let current = 1;
  return looks.map(([atS, recommended]) => (current = decide(hpa, atS * S, current, recommended, rules)));
}

describe('the recommendation', () => {
  test('[AS6] is the metric by the target, rounded up', () => {
    expect(recommend(41, 10, 2, 0.1)).toBe(5);
  });

  test.each([
    [44, 4],
    [36, 4],
    [45, 5],
    [35, 4],
    [30, 3],
  ])('[AS6] stays within the tolerance: %i messages, 10 each, 4 instances: %i', (metric, wanted) => {
    expect(recommend(metric, 10, 4, 0.1)).toBe(wanted);
  });
});

describe('going up', () => {
  test('[AS8] adds at most 4 instances or doubles them within 15 s', () => {
    expect(decisions(RULES, [15, 60], [30, 60], [45, 60], [60, 60], [75, 60])).toEqual([5, 10, 20, 40, 60]);
  });

  test('[AS8] counts what was added within the period', () => {
    expect(decisions(RULES, [1, 60], [5, 60], [10, 60], [16, 60], [20, 60])).toEqual([5, 5, 5, 10, 10]);
  });

  test('never beyond the most', () => {
    expect(decisions({ ...RULES, max: 3 }, [15, 60], [30, 60])).toEqual([3, 3]);
  });
});

describe('going down', () => {
  test('[AS7] waits until nothing in the window asked for more', () => {
    const looks = [15, 30, 45, 300, 315, 330, 345].map((atS) => [atS, atS <= 30 ? 5 : 2] as const);
    expect(decisions(RULES, ...looks)).toEqual([5, 5, 5, 5, 5, 2, 2]);
  });

  test('[AS7] stays for the first window where it is: what it began with counts as recommended', () => {
    const hpa = createHpa();
    expect(decide(hpa, 15 * S, 6, 1, RULES)).toBe(6);
    expect(decide(hpa, 300 * S, 6, 1, RULES)).toBe(6);
    expect(decide(hpa, 315 * S, 6, 1, RULES)).toBe(1);
  });

  test('[AS5] ends at 1 at the lowest: the last instance is not its to take', () => {
    expect(decisions({ ...RULES, min: 0, stabilizationNs: 0 }, [15, 0])).toEqual([1]);
  });

  test('[AS5] comes to its bounds at once when these have changed', () => {
    expect(decide(createHpa(), 15 * S, 9, 9, { ...RULES, max: 4 })).toBe(4);
    expect(decide(createHpa(), 15 * S, 2, 2, { ...RULES, min: 6 })).toBe(6);
  });
});
