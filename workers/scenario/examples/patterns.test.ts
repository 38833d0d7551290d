import { describe, expect, test } from 'vitest';
import { createRun, report, runUntil } from '../../engine/engine.ts';
import type { Report } from '../../engine/report.ts';
import type { Scenario } from '../document.ts';
import { autoscaling } from './autoscaling.ts';

function reportAt(scenario: Scenario, untilMs: number): Report {
  const run = createRun(scenario);
  runUntil(run, untilMs * 1e6);
  return report(run);
}

describe('autoscaling', () => {
  const figures = (atMs: number, id: string) =>
    reportAt(autoscaling.scenario, atMs).nodes.find((node) => node.id === id)!.figures;

  test('it overshoots to the cap by partitions, and sleeps before the next rush', () => {
    expect(figures(59_000, 's-packing')).toMatchObject({ instances: 0, instancesMost: 8 });
  });

  test('over two minutes it costs less than three instances that are always there', () => {
    const saved = figures(119_000, 'f-packing')['instanceSeconds']! - figures(119_000, 's-packing')['instanceSeconds']!;
    expect(saved).toBeGreaterThan(40);
  });

  test('and most orders wait longer', () => {
    const [scaled, fixed] = reportAt(autoscaling.scenario, 119_000).subscriptions;
    expect(scaled!.latency!.p50Ms).toBeGreaterThan(1.3 * fixed!.latency!.p50Ms);
    expect(scaled!.duplicateEffects).toBe(0);
  });
});
