import { describe, expect, test } from 'vitest';
import { createRun, report, runUntil } from '../../engine/engine.ts';
import type { CheckReport, Report, SubscriptionReport } from '../../engine/report.ts';
import type { Scenario } from '../document.ts';
import { brokerLoss } from './broker-loss.ts';
import { uncleanElection } from './unclean-election.ts';

function reportAt(scenario: Scenario, untilMs: number): Report {
  const run = createRun(scenario);
  runUntil(run, untilMs * 1e6);
  return report(run);
}

function of(reported: Report, consumer: string): SubscriptionReport {
  return reported.subscriptions.find(({ consumers }) => consumers.includes(consumer))!;
}

function check(reported: Report, id: string): CheckReport {
  return reported.checks.find((row) => row.id === id)!;
}

describe('a broker dies', () => {
  const { scenario } = brokerLoss;
  const reported = reportAt(scenario, 20_000);

  test('acks 1 loses what was acknowledged, acks all does not', () => {
    expect(of(reported, 'o-billing').lost).toBeGreaterThan(0);
    expect(of(reported, 'o-billing').evidence['lost']![0]!.history.map(({ what }) => what)).toContain('truncated');
    expect(of(reported, 'a-billing')).toMatchObject({ lost: 0, unexpected: 0 });
    expect(reported.sources.find(({ node }) => node === 'a-shop')).toMatchObject({ refused: 0, unknown: 0 });
  });

  test('the broker comes back, and catches up', () => {
    const figures = reported.nodes.find(({ id }) => id === 'brokers')!.figures;
    expect(figures).toMatchObject({ brokersUp: 3, underReplicated: 0, offline: 0 });
    const during = reportAt(scenario, 8000).nodes.find(({ id }) => id === 'brokers')!.figures;
    expect(during).toMatchObject({ brokersUp: 2, underReplicated: 6, offline: 0 });
  });

  test('with other seeds, too', () => {
    const others = [2, 3, 4].map((seed) => reportAt({ ...scenario, seed }, 15_000));
    for (const other of others) expect(of(other, 'a-billing').lost).toBe(0);
    expect(others.some((other) => of(other, 'o-billing').lost > 0)).toBe(true);
  });
});

describe('an unclean election', () => {
  const { scenario } = uncleanElection;

  test('waiting loses nothing, and nothing moves for a while', () => {
    const waits = reportAt(scenario, 25_000);
    expect(of(waits, 'w-billing')).toMatchObject({ lost: 0, inFlight: expect.any(Number) as number });
    const acknowledged = (ms: number) =>
      reportAt(scenario, ms).sources.find(({ node }) => node === 'w-shop')!.acknowledged;
    expect(acknowledged(15_500)).toBe(acknowledged(9000));
    expect(acknowledged(20_000)).toBeGreaterThan(acknowledged(15_500));
  });

  test('going on loses what only the dead leader had, and says why', () => {
    const goesOn = reportAt(scenario, 14_000);
    const row = of(goesOn, 'g-billing');
    expect(row.lost).toBeGreaterThan(5);
    expect(row.evidence['lost']![0]!.history.map(({ what }) => what)).toContain('cut off by an unclean election');
    expect(check(goesOn, 'g-loss').holds).toBe(false);
    const acknowledged = (ms: number) =>
      reportAt(scenario, ms).sources.find(({ node }) => node === 'g-shop')!.acknowledged;
    expect(acknowledged(15_000)).toBeGreaterThan(acknowledged(11_000));
  });

  test('what the second note says: with two in sync required, nothing is taken that can be lost', () => {
    const nodes = scenario.nodes.map((node) => (node.id === 'g-log' ? { ...node, minInsyncReplicas: 2 } : node));
    expect(of(reportAt({ ...scenario, nodes }, 14_000), 'g-billing').lost).toBe(0);
  });
});
