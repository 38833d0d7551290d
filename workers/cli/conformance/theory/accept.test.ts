import { describe, expect, test } from 'vitest';
import { halfWidthOf, judge, statedHalfWidth, type Measured } from './accept.ts';
import type { Row } from './table.ts';

const row = (more: Partial<Row> = {}): Row => ({
  metric: 'W',
  expected: 2,
  kind: 'exact',
  run_length: { rel_halfwidth_99_at_1e6: 0.01 },
  ...more,
});
const measured = (value: number, more: Partial<Measured> = {}): Measured => ({
  value,
  parts: [value],
  units: 250_000,
  deterministic: false,
  ...more,
});
const verdict = (given: Row, of: Measured) => judge(given, given.expected as number, of).verdict;

describe('the half-width of a row', () => {
  test('shrinks with the root of the length', () => {
    expect(statedHalfWidth(row(), 250_000)).toBeCloseTo(0.02, 12);
    expect(statedHalfWidth(row({ run_length: { messages_for_1pct_99: 40_000 } }), 10_000)).toBeCloseTo(0.02, 12);
    expect(statedHalfWidth(row({ run_length: { replications_for_1pct_99: 400 } }), 100)).toBeCloseTo(0.02, 12);
    expect(statedHalfWidth(row({ run_length: undefined, rel_halfwidth_99_at_1e6: 0.03 }), 1e6)).toBeCloseTo(0.03, 12);
    expect(statedHalfWidth(row({ run_length: undefined }), 1e6)).toBeUndefined();
  });

  test('comes from the replications where the table states none, and from ten at least', () => {
    const own = row({ run_length: undefined });
    // s = 0.3028 over ten, t(0.99, 9) = 3.2498, so 0.311 of 2.
    const parts = [1.55, 1.65, 1.75, 1.85, 1.95, 2.05, 2.15, 2.25, 2.35, 2.45];
    const width = 3.2498 * Math.sqrt(0.825 / 9 / 10);
    expect(halfWidthOf(own, 2, measured(2, { parts }))).toBeCloseTo(width / 2, 4);
    expect(halfWidthOf(own, 2, measured(2, { parts: parts.slice(1) }))).toBe(Infinity);
    expect(halfWidthOf(own, 0, measured(2, { parts }))).toBeCloseTo(width, 4);
  });

  test('is never less than what may be the lot of those who were not seen', () => {
    const own = row({ run_length: undefined });
    const parts = Array.from({ length: 10 }, () => 2);
    // ln 100 in 1,000, and in 50 where it was looked for as often only.
    expect(halfWidthOf(own, 2, measured(2, { parts, units: 1000 }))).toBeCloseTo(0.0046, 12);
    expect(halfWidthOf(own, 2, measured(2, { parts, units: 1000, observations: 50 }))).toBeCloseTo(0.092, 12);
    expect(verdict(own, measured(2.02, { parts, units: 1000 }))).toBe('differs');
  });

  test('of a percentile comes from replications with a hundred messages beyond it, or not at all', () => {
    const parts = Array.from({ length: 10 }, (_, i) => 2 + i / 1000);
    const p99 = row({ metric: 'latency_p99', run_length: undefined });
    expect(halfWidthOf(p99, 2, measured(2, { parts, units: 100_100 }))).toBeLessThan(0.01);
    expect(halfWidthOf(p99, 2, measured(2, { parts, units: 99_000 }))).toBe(Infinity);
    const p999 = row({ metric: 'latency_p99_9', run_length: undefined });
    expect(halfWidthOf(p999, 2, measured(2, { parts, units: 900_000 }))).toBe(Infinity);
  });
});

describe('a row', () => {
  test('agrees within 1.5 half-widths, and not beyond', () => {
    expect(verdict(row(), measured(2 * 1.0299))).toBe('agrees');
    expect(verdict(row(), measured(2 * 0.9701))).toBe('agrees');
    expect(verdict(row(), measured(2 * 1.0301))).toBe('differs');
    expect(verdict(row(), measured(2 * 0.9699))).toBe('differs');
    expect(verdict(row(), measured(Number.NaN))).toBe('differs');
  });

  test('has half a bucket more for a percentile', () => {
    const p99 = row({ metric: 'sojourn_p99_9' });
    expect(verdict(p99, measured(2 * (1.03 + 0.0077)))).toBe('agrees');
    expect(verdict(p99, measured(2 * (1.03 + 0.008)))).toBe('differs');
  });

  test('says nothing where its half-width exceeds 10 %', () => {
    expect(verdict(row(), measured(9, { units: 9_999 }))).toBe('says nothing');
    expect(verdict(row(), measured(9, { units: 10_001 }))).toBe('differs');
    expect(verdict(row({ run_length: undefined }), measured(9))).toBe('says nothing');
  });

  test('that is a bound is never too low', () => {
    const bound = row({ kind: 'bound_upper' });
    expect(verdict(bound, measured(0.1))).toBe('agrees');
    expect(verdict(bound, measured(2 * 1.02))).toBe('agrees');
    expect(verdict(bound, measured(2 * 1.04))).toBe('differs');
  });

  test('that is an estimate has its own error added', () => {
    // 2.576 × 0.02 / 2 = 2.58 %; with the 2 % of the run 3.26 %.
    const estimate = row({ kind: 'estimate', se: 0.02 });
    expect(verdict(estimate, measured(2 * 1.048))).toBe('agrees');
    expect(verdict(estimate, measured(2 * 1.05))).toBe('differs');
  });

  test('that is exact, or of a run without luck, has nothing to spare', () => {
    expect(verdict(row({ match: 'exact', expected: 3 }), measured(3))).toBe('agrees');
    expect(verdict(row({ match: 'exact', expected: 3 }), measured(4))).toBe('differs');
    expect(verdict(row(), measured(2 + 1e-8, { deterministic: true }))).toBe('differs');
    expect(verdict(row({ expected: 0 }), measured(1e-10, { deterministic: true }))).toBe('agrees');
  });
});
