/** Backpressure, autoscaling and requests over queues of SQS. */
import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../testing/lab.ts';
import { at, constant, latency, scenario } from '../testing/scenario-builder.ts';

const figures = (found: Lab, id: string): Readonly<Record<string, number>> => {
  const { nodes, edges } = found.report();
  return [...nodes, ...edges].find((one) => one.id === id)!.figures;
};

describe('a client whose buffer is full', () => {
  /** One call at a time, 10 ms each way, and room for one message beside it. */
  const tight = (settings: object): Lab =>
    lab(
      scenario()
        .producer('p', { arrivals: at(0, 1, 2, 3, 4, 5) })
        .sqs('q')
        .sqsSend('p', 'q', { maxConnections: 1, bufferSize: 1, network: latency(10), ...settings }),
    ).until(500);

  test('[BP1] lets messages wait, and sends them all', () => {
    const found = tight({});
    expect(found.source('p-q')).toMatchObject({ attempted: 6, acknowledged: 6 });
    expect(figures(found, 'p-q')).toMatchObject({ waitedForRoom: 4, factsMerged: 0 });
    expect(figures(found, 'p-q')['stalledMs']).toBeGreaterThan(50);
  });

  test('[BP2] or refuses them', () => {
    expect(tight({ onFull: 'drop' }).source('p-q')).toMatchObject({ acknowledged: 2, refusals: { 'buffer full': 4 } });
  });

  test('[BP3] or keeps a sample', () => {
    const found = tight({ onFull: 'sample', sampleEvery: 2 });
    expect(found.source('p-q')).toMatchObject({ acknowledged: 4, refusals: { 'sampled out': 2 } });
  });

  test('[BP4] or merges facts', () => {
    const found = tight({ onFull: 'aggregate' });
    expect(found.source('p-q')).toMatchObject({ attempted: 3, acknowledged: 3 });
    expect(figures(found, 'p-q')).toMatchObject({ factsMerged: 3, factsInOneMessageMost: 4 });
  });

  test('[BP1] a crash refuses those who wait', () => {
    const found = lab(
      scenario()
        .producer('p', { arrivals: at(0, 1, 2, 3) })
        .sqs('q')
        .sqsSend('p', 'q', { maxConnections: 1, bufferSize: 1, network: latency(10) })
        .fault({ do: 'crash', target: 'p', atMs: 5 }),
    ).until(500);
    expect(found.source('p-q')).toMatchObject({ attempted: 4, refused: 3, unknown: 1 });
  });
});

test('[AS9] instances follow the depth of a queue, messages in flight included', () => {
  const found = lab(
    scenario()
      .producer('p', { arrivals: at(...Array.from({ length: 45 }, () => 0)) })
      .sqs('q')
      .consumer('c', {
        instances: 1,
        workMs: constant(1000),
        autoscale: {
          enabled: true,
          lagThreshold: 10,
          syncPeriodMs: 1000,
          scaleUpPods: 10,
          startupMs: 200,
          min: 1,
          stabilizationMs: 3000,
        },
      })
      .sqsSend('p', 'q')
      .sqsReceive('q', 'c', { maxNumberOfMessages: 1 }),
  );
  expect(figures(found.until(1000), 'c')).toMatchObject({ instancesWanted: 5, instancesUp: 1 });
  expect(figures(found.until(1300), 'c')['instancesUp']).toBe(5);
  const after = found.until(30_000);
  expect(figures(after, 'c')).toMatchObject({ instancesWanted: 1, instances: 1 });
  expect(after.subscription('q', '')).toMatchObject({ applied: 45, duplicateEffects: 0 });
});

test('[RR1] requests and replies go through queues', () => {
  const found = lab(
    scenario()
      .client('a', { arrivals: at(100, 200), timeoutMs: 1000 })
      .sqs('ask')
      .consumer('r', { workMs: constant(10) })
      .sqs('answer')
      .sqsSend('a', 'ask')
      .sqsReceive('ask', 'r')
      .sqsSend('r', 'answer')
      .sqsReceive('answer', 'a'),
  ).until(5000);
  expect(figures(found, 'a')).toMatchObject({ asked: 2, answered: 2, strayAnswers: 0 });
});
