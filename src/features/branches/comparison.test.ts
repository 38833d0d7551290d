import { describe, expect, test } from 'vitest';
import type { Report } from '../../simulation/polling.ts';
import { compareReports } from './comparison.ts';

type Subscription = Report['subscriptions'][number];

const figures = {
  owed: 0,
  delivered: 0,
  lost: 0,
  gone: 0,
  expired: 0,
  superseded: 0,
  dropped: 0,
  replayable: 0,
  deadLettered: 0,
  inFlight: 0,
  recovered: 0,
  unexpected: 0,
};
const disorder = {
  duplicateDeliveries: 0,
  duplicateEffects: 0,
  repeatedWork: 0,
  outOfOrderPerKey: 0,
  outOfOrderGlobal: 0,
};
const reading = {
  disorderCauses: {},
  disorderDistanceMax: 0,
  skipped: 0,
  unseen: 0,
  unseenOldestMs: 0,
  lag: 0,
  lagMax: 0,
};
const quantiles = { count: 1, meanMs: 1, minMs: 1, maxMs: 1, p50Ms: 1, p95Ms: 1, p99Ms: 1, p999Ms: 1 };

function subscription(members: Partial<Subscription> = {}): Subscription {
  const names = { family: 'log' as const, topic: 't', group: 'g', consumers: ['c'] };
  const verdicts = {
    verdict: 'exactly-once effect',
    order: 'global',
    latency: null,
    wait: null,
    evidence: {},
  } as const;
  return { ...names, ...figures, ...disorder, ...reading, applied: 100, rebalances: 1, ...verdicts, ...members };
}

function report(subscriptions: readonly Subscription[], checks: Report['checks'] = []): Report {
  const nodes = [
    { id: 't', kind: 'topic', name: 'Log', figures: {} },
    { id: 'c', kind: 'consumer', name: 'Billing', figures: {} },
  ];
  const head = {
    format: 'sluice-report/1',
    engine: '1',
    title: '',
    seed: 1,
    untilMs: 1,
    events: 1,
    messages: 1,
  } as const;
  return { ...head, digest: '', nodes, edges: [], sources: [], subscriptions, checks };
}

const rowsOf = (left: Report, right: Report) =>
  new Map(compareReports(left, right).flatMap(({ rows }) => rows.map((row) => [row.label, row])));

describe('two reports', () => {
  test('are held against each other figure by figure, seen from the left', () => {
    const right = subscription({
      applied: 88,
      lost: 12,
      lag: 3,
      verdict: 'at-most-once',
      order: 'per key',
      latency: { ...quantiles, p99Ms: 2400 },
    });
    const rows = rowsOf(report([subscription({ lag: 1, latency: quantiles })]), report([right]));
    expect(rows.get('Applied')).toEqual({
      label: 'Applied',
      left: '100',
      right: '88',
      change: 'worse',
      difference: '−12',
    });
    expect(rows.get('Lost')).toMatchObject({ change: 'worse', difference: '+12' });
    expect(rows.get('Delivery')).toMatchObject({ left: 'Exactly-once effect', right: 'At-most-once', change: 'worse' });
    expect(rows.get('Order')).toMatchObject({ change: 'worse' });
    expect(rows.get('Latency p99')).toMatchObject({
      left: '1 ms',
      right: '2.4 s',
      difference: '+2.4 s',
      change: 'worse',
    });
    expect(rows.get('Latency p50')).toMatchObject({ change: 'same', difference: '' });
    const back = rowsOf(report([right]), report([subscription({ latency: quantiles })]));
    expect(back.get('Lost')).toMatchObject({ change: 'better', difference: '−12' });
    expect(back.get('Delivery')).toMatchObject({ change: 'better' });
  });

  test('may have parts that the other one has not', () => {
    const parts = compareReports(report([]), report([subscription()]));
    expect(parts.map(({ title }) => title)).toEqual(['Log → Billing']);
    expect(parts[0]?.rows[0]).toMatchObject({ left: '–', right: 'Exactly-once effect', change: 'other' });
  });

  test('have checks that hold or broke, and when', () => {
    const check = { id: 'k1', claim: 'noLoss', of: 'c', holds: true, finding: '', firstBreachMs: null, messages: [] };
    const broken = { ...check, holds: false, firstBreachMs: 5250 };
    const rows = rowsOf(report([], [check]), report([], [broken]));
    expect(rows.get('Nothing lost, Billing')).toMatchObject({
      left: 'Holds',
      right: 'Broken at 0:05.250',
      change: 'worse',
    });
  });

  test('of the same run differ in nothing', () => {
    const same = report([subscription({ latency: quantiles })]);
    expect([...rowsOf(same, same).values()].filter(({ change }) => change !== 'same')).toEqual([]);
  });
});
