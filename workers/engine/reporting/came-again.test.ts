import { expect, test } from 'vitest';
import { lab, type Lab } from '../testing/lab.ts';
import { at, constant, latency, scenario, type ScenarioBuilder } from '../testing/scenario-builder.ts';

/** Why messages came again, as the report of the queue's subscription says it. */
function reasons(place: Lab, kind: string): readonly string[] {
  return (place.subscription('q', '').evidence[kind] ?? []).map(({ message, because }) => `${message}: ${because}`);
}

function queue(consumer: Parameters<ScenarioBuilder['consumer']>[1]): ScenarioBuilder {
  return scenario()
    .producer('p', { arrivals: at(100, 101) })
    .queue('q')
    .consumer('c', { workMs: constant(50), ...consumer })
    .amqpPublish('p', 'q', { network: latency(1) })
    .amqpConsume('q', 'c', { network: latency(1), prefetch: 10 });
}

test('what an instance held when it died says so, whether its work had begun or not', () => {
  const place = lab(queue({}).fault({ atMs: 120, do: 'crash', target: 'c', forMs: 100 })).until(1000);
  const died =
    'whoever had it lost it from memory, by a crash or with the connection, before it was done with, at 120 ms';
  expect(reasons(place, 'redelivered')).toEqual([1, 2].map((id) => `${id}: It was handed out again: ${died}.`));
  expect(reasons(place, 'duplicateDelivery')).toEqual([`1: It was handed out again: ${died}.`]);
});

test('what could not be handled says so', () => {
  const place = lab(queue({ failureRate: 1 })).until(170);
  expect(reasons(place, 'redelivered')[0]).toBe(
    '1: It was handed out again: handling it failed, and it went back, at 152 ms.',
  );
});

test('what was received again while somebody worked on it says so', () => {
  const hidden = scenario()
    .producer('p', { arrivals: at(100) })
    .sqs('q', { visibilityTimeoutMs: 20 })
    .consumer('c', { workMs: constant(50), instances: 2 })
    .sqsSend('p', 'q', { network: latency(1) })
    .sqsReceive('q', 'c', { network: latency(1) });
  const place = lab(hidden).until(200);
  const late = 'it was not deleted before its visibility timeout ended, or the queue delivered a copy twice';
  expect(reasons(place, 'duplicateDelivery')[0]).toBe(`1: It was handed out again: ${late}.`);
  expect(reasons(place, 'duplicateEffect')[0]).toBe(
    `1: Its effect took place before and took place again. Cause: ${late}.`,
  );
});

test('what a producer sent again, because an answer was lost, says so', () => {
  const twice = scenario()
    .producer('p', { arrivals: at(100) })
    .topic('t', { partitions: 1 })
    .consumer('c', { workMs: constant(3) })
    .publish('p', 't', { network: latency(2), enableIdempotence: false, retryBackoffMs: 0, requestTimeoutMs: 30 })
    .subscribe('t', 'c', { network: latency(1) })
    .fault({ atMs: 101, do: 'dropAcks', target: 'p-t', forMs: 10 });
  const { evidence } = lab(twice).until(1000).subscription('t', 'c');
  expect(evidence.duplicateEffect![0]!.because).toBe(
    'Its effect took place before and took place again. Cause: its source did not hear that it had arrived, sent it again, and it is there twice.',
  );
});
