/** Backpressure, autoscaling and requests over queues of RabbitMQ. */
import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../testing/lab.ts';
import { at, constant, latency, scenario } from '../testing/scenario-builder.ts';

const figures = (found: Lab, id: string): Readonly<Record<string, number>> => {
  const { nodes, edges } = found.report();
  return [...nodes, ...edges].find((one) => one.id === id)!.figures;
};

describe('a publisher with too many unconfirmed', () => {
  /** One message at a time without a confirm, which takes 20 ms. */
  const tight = (settings: object): Lab =>
    lab(
      scenario()
        .producer('p', { arrivals: at(0, 1, 2, 3, 4, 5) })
        .queue('q')
        .amqpPublish('p', 'q', { maxInFlight: 1, network: latency(10), ...settings }),
    ).until(500);

  test('[BP1] lets messages wait, and publishes them all', () => {
    const found = tight({});
    expect(found.source('p-q')).toMatchObject({ attempted: 6, acknowledged: 6 });
    // The first confirm comes at 20, the fifth at 100: from 1 on somebody waits until then.
    expect(figures(found, 'p-q')).toMatchObject({ waitedForRoom: 5, stalledMs: 99 });
  });

  test('[BP2] or refuses them', () => {
    expect(tight({ onFull: 'drop' }).source('p-q')).toMatchObject({ acknowledged: 1, refusals: { 'buffer full': 5 } });
  });

  test('[BP3] or keeps a sample', () => {
    const found = tight({ onFull: 'sample', sampleEvery: 2 });
    expect(found.source('p-q')).toMatchObject({ acknowledged: 4, refusals: { 'sampled out': 2 } });
  });

  test('[BP4] or merges facts', () => {
    const found = tight({ onFull: 'aggregate' });
    expect(found.source('p-q')).toMatchObject({ attempted: 2, acknowledged: 2 });
    expect(figures(found, 'p-q')).toMatchObject({ factsMerged: 4, factsInOneMessageMost: 5 });
  });
});

test('[AS9] instances follow the depth of a queue, unacknowledged messages included', () => {
  const found = lab(
    scenario()
      .producer('p', { arrivals: at(...Array.from({ length: 45 }, () => 0)) })
      .queue('q')
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
      .amqpPublish('p', 'q')
      .amqpConsume('q', 'c', { prefetch: 1 }),
  );
  expect(figures(found.until(1000), 'c')).toMatchObject({ instancesWanted: 5, instancesUp: 1 });
  expect(figures(found.until(1300), 'c')['instancesUp']).toBe(5);
  const after = found.until(30_000);
  expect(figures(after, 'c')).toMatchObject({ instancesWanted: 1, instances: 1 });
  expect(after.subscription('q', '')).toMatchObject({ applied: 45, duplicateEffects: 0 });
});

describe('requests over queues', () => {
  /** Two clients with an exclusive reply queue each, and one responder. */
  const exchange = (): Lab =>
    lab(
      scenario()
        .client('a', { arrivals: at(100, 200), timeoutMs: 1000 })
        .client('b', { arrivals: at(150), timeoutMs: 1000 })
        .queue('ask')
        .consumer('r', { workMs: constant(10) })
        .queue('to-a')
        .queue('to-b')
        .amqpPublish('a', 'ask')
        .amqpPublish('b', 'ask')
        .amqpConsume('ask', 'r', { prefetch: 1 })
        .amqpPublish('r', 'to-a')
        .amqpPublish('r', 'to-b')
        .amqpConsume('to-a', 'a', { exclusive: true })
        .amqpConsume('to-b', 'b', { exclusive: true }),
    );

  test('[RR1] [RR7] each client hears its own answers, over its own queue', () => {
    const found = exchange().until(2000);
    expect(figures(found, 'a')).toMatchObject({ asked: 2, answered: 2, strayAnswers: 0 });
    expect(figures(found, 'b')).toMatchObject({ asked: 1, answered: 1, strayAnswers: 0 });
    expect(figures(found, 'a')['roundTripMeanMs']).toBeCloseTo(10, 6);
  });

  test('[RR6] an answer to a client that has died waits in its queue, and is a stray one then', () => {
    const found = exchange().fault({ do: 'crash', target: 'a', forMs: 500 }).until(2000);
    expect(figures(found, 'a')).toMatchObject({ asked: 0 });
    const later = exchange().until(105).fault({ do: 'crash', target: 'a', forMs: 50 }).until(2000);
    expect(figures(later, 'a')).toMatchObject({ asked: 2, abandoned: 1, answered: 1, strayAnswers: 1 });
  });
});
