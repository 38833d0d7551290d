import { describe, expect, test } from 'vitest';
import { createRun, report, runUntil } from '../../engine/engine.ts';
import type { Report } from '../../engine/report.ts';
import type { Scenario } from '../document.ts';
import { autoscaling } from './autoscaling.ts';
import { requestReply } from './request-reply.ts';
import { callersAndCrowds } from './callers-and-crowds.ts';
import { backpressure } from './backpressure.ts';

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

describe('backpressure', () => {
  const reported = reportAt(backpressure.scenario, 15_000);
  const [block, drop, sample, aggregate] = ['b', 'd', 's', 'a'].map((prefix) => ({
    figures: reported.edges.find(({ id }) => id === `${prefix}-publish`)!.figures,
    source: reported.sources.find(({ edge }) => edge === `${prefix}-publish`)!,
    p95Ms: reported.subscriptions.find(({ consumers }) => consumers.includes(`${prefix}-trend`))!.latency!.p95Ms,
  }));

  test('blocking costs time, and more of it with every second', () => {
    expect(block!.source.refused).toBe(0);
    expect(block!.p95Ms).toBeGreaterThan(3000);
  });

  test('dropping costs messages, and the rest is fresh', () => {
    expect(drop!.source.refused).toBeGreaterThan(150);
    expect(drop!.p95Ms).toBeLessThan(600);
  });

  test('a sample costs a few less, which wait for a moment', () => {
    expect(sample!.source.refusals['sampled out']).toBeGreaterThan(150);
    expect(sample!.figures['waitedForRoom']).toBeGreaterThan(20);
  });

  test('merging loses no fact, and precision instead', () => {
    expect(aggregate!.source.refused).toBe(0);
    expect(aggregate!.figures['factsMerged']).toBeGreaterThan(150);
    expect(aggregate!.p95Ms).toBeLessThan(1000);
  });
});

describe('request and reply', () => {
  const asked = (scenario: Scenario, atMs: number) =>
    reportAt(scenario, atMs).nodes.find(({ kind }) => kind === 'client')!.figures;
  const patient: Scenario = {
    ...requestReply.scenario,
    nodes: requestReply.scenario.nodes.map((node) => (node.kind === 'client' ? { ...node, retries: 0 } : node)),
  };

  test('before the slow-down everybody is answered', () => {
    expect(asked(requestReply.scenario, 6000)).toMatchObject({ givenUp: 0, lateAnswers: 0 });
  });

  test('with a retry the queue never gets short again, and answers go on to come late', () => {
    const [early, later] = [asked(requestReply.scenario, 20_000), asked(requestReply.scenario, 40_000)];
    expect(later['lateAnswers']! - early['lateAnswers']!).toBeGreaterThan(50);
    expect(later['answered']! - early['answered']!).toBeLessThan(20);
    expect(later['duplicateAnswers']).toBeGreaterThan(5);
  });

  test('without one it is over after a while', () => {
    const [early, later] = [asked(patient, 40_000), asked(patient, 50_000)];
    expect(later['answered']! - early['answered']!).toBeGreaterThan(80);
    expect(later['givenUp']! - early['givenUp']!).toBeLessThan(20);
  });
});

describe('callers and a crowd', () => {
  const reported = reportAt(callersAndCrowds.scenario, 25_000);
  const [callers, crowd] = ['k-client', 'w-client'].map((id) => reported.nodes.find((node) => node.id === id)!.figures);

  test('whoever waits does not ask: nobody is given up', () => {
    expect(callers).toMatchObject({ givenUp: 0, lateAnswers: 0, strayAnswers: 0 });
    expect(callers!['roundTripMostMs']).toBeLessThan(3000);
  });

  test('a crowd is answered late, and is answered again when the queue has drained', () => {
    expect(crowd!['givenUp']).toBeGreaterThan(20);
    expect(crowd!['lateAnswers']).toBe(crowd!['givenUp']);
    expect(crowd!['waiting']).toBeLessThan(10);
  });
});
