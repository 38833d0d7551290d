/** Backpressure, autoscaling and requests over tables that serve as queues. */
import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../testing/lab.ts';
import { at, constant, latency, scenario } from '../testing/scenario-builder.ts';

const figures = (found: Lab, id: string): Readonly<Record<string, number>> => {
  const { nodes, edges } = found.report();
  return [...nodes, ...edges].find((one) => one.id === id)!.figures;
};

describe('a client without a free connection', () => {
  /** One insert at a time, 10 ms each way. */
  const tight = (settings: object): Lab =>
    lab(
      scenario()
        .producer('p', { arrivals: at(0, 1, 2, 3, 4, 5) })
        .store('t')
        .insert('p', 't', { poolSize: 1, network: latency(10), ...settings }),
    ).until(2000);

  test('[BP1] lets messages wait, and inserts them all', () => {
    const found = tight({});
    expect(found.source('p-t')).toMatchObject({ attempted: 6, acknowledged: 6 });
    expect(figures(found, 'p-t')['waitedForRoom']).toBe(5);
  });

  test('[BP2] or refuses them', () => {
    expect(tight({ onFull: 'drop' }).source('p-t')).toMatchObject({ acknowledged: 1, refusals: { 'buffer full': 5 } });
  });

  test('[BP3] or keeps a sample', () => {
    const found = tight({ onFull: 'sample', sampleEvery: 2 });
    expect(found.source('p-t')).toMatchObject({ acknowledged: 4, refusals: { 'sampled out': 2 } });
  });

  test('[BP4] or merges facts', () => {
    const found = tight({ onFull: 'aggregate' });
    expect(found.source('p-t')).toMatchObject({ attempted: 2, acknowledged: 2 });
    expect(figures(found, 'p-t')).toMatchObject({ factsMerged: 4, factsInOneMessageMost: 5 });
  });
});

test('[AS9] instances follow the rows that are not done', () => {
  const found = lab(
    scenario()
      .producer('p', { arrivals: at(...Array.from({ length: 45 }, () => 0)) })
      .store('t')
      .consumer('c', {
        instances: 1,
        workMs: constant(1000),
        autoscale: { enabled: true, min: 1, lagThreshold: 10, syncPeriodMs: 1000, scaleUpPods: 10, startupMs: 200 },
      })
      .insert('p', 't')
      .poll('t', 'c', { intervalMs: constant(100), batchSize: 1 }),
  );
  expect(figures(found.until(1500), 'c')).toMatchObject({ instancesWanted: 5, instancesUp: 5 });
  expect(found.until(60_000).subscription('t', '').applied).toBe(45);
});

test('[RR1] requests and replies go through tables', () => {
  const found = lab(
    scenario()
      .client('a', { arrivals: at(100, 200), timeoutMs: 1000 })
      .store('ask')
      .consumer('r', { workMs: constant(10) })
      .store('answer')
      .insert('a', 'ask')
      .poll('ask', 'r', { intervalMs: constant(100) })
      .insert('r', 'answer')
      .poll('answer', 'a', { intervalMs: constant(100) }),
  ).until(5000);
  expect(figures(found, 'a')).toMatchObject({ asked: 2, answered: 2, strayAnswers: 0 });
});
