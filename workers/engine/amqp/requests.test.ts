/** Requests over queues of RabbitMQ, with a reply queue for each client. */
import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../testing/lab.ts';
import { at, constant, scenario } from '../testing/scenario-builder.ts';

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
    expect(found.figures('a')).toMatchObject({ asked: 2, answered: 2, strayAnswers: 0 });
    expect(found.figures('b')).toMatchObject({ asked: 1, answered: 1, strayAnswers: 0 });
    expect(found.figures('a')['roundTripMeanMs']).toBeCloseTo(10, 6);
  });

  test('[RR6] an answer to a client that has died waits in its queue, and is a stray one then', () => {
    const found = exchange().fault({ do: 'crash', target: 'a', forMs: 500 }).until(2000);
    expect(found.figures('a')).toMatchObject({ asked: 0 });
    const later = exchange().until(105).fault({ do: 'crash', target: 'a', forMs: 50 }).until(2000);
    expect(later.figures('a')).toMatchObject({ asked: 2, abandoned: 1, answered: 1, strayAnswers: 1 });
  });
});
