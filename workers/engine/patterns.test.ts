/** Backpressure, autoscaling and requests over queues of every family. Those over logs are tested where they are written. */
import { describe, expect, test } from 'vitest';
import { lab, type Lab } from './testing/lab.ts';
import { at, constant, latency, scenario, type ScenarioBuilder } from './testing/scenario-builder.ts';

type Draw = (drawn: ScenarioBuilder, from: string, to: string, settings?: object) => ScenarioBuilder;

interface Queues {
  readonly name: string;
  readonly queue: (drawn: ScenarioBuilder, id: string) => ScenarioBuilder;
  readonly send: Draw;
  readonly read: Draw;
  /** Makes a client that has one message under way at a time. */
  readonly tight: object;
  /** Messages that it takes before others wait. */
  readonly room: number;
  /** Time for which others wait when six facts come within 5 ms, and each message takes 20. */
  readonly stalledMs: number;
  /** Makes an instance take one message at a time. */
  readonly single: object;
}

const families: readonly Queues[] = [
  {
    name: 'RabbitMQ',
    queue: (drawn, id) => drawn.queue(id),
    send: (drawn, from, to, settings) => drawn.amqpPublish(from, to, settings),
    read: (drawn, from, to, settings) => drawn.amqpConsume(from, to, settings),
    tight: { maxInFlight: 1 },
    room: 1,
    stalledMs: 99,
    single: { prefetch: 1 },
  },
  {
    name: 'SQS',
    queue: (drawn, id) => drawn.sqs(id),
    send: (drawn, from, to, settings) => drawn.sqsSend(from, to, settings),
    read: (drawn, from, to, settings) => drawn.sqsReceive(from, to, settings),
    tight: { maxConnections: 1, bufferSize: 1 },
    room: 2,
    stalledMs: 78,
    single: { maxNumberOfMessages: 1 },
  },
  {
    name: 'a table',
    queue: (drawn, id) => drawn.store(id),
    send: (drawn, from, to, settings) => drawn.insert(from, to, settings),
    read: (drawn, from, to, settings) => drawn.poll(from, to, { intervalMs: constant(100), ...settings }),
    tight: { poolSize: 1 },
    room: 1,
    stalledMs: 99,
    single: { batchSize: 1 },
  },
];

describe.each(families)('a client of $name that has no room', ({ queue, send, tight, room, stalledMs }) => {
  const FACTS = 6;
  const begun = (settings: object): Lab => {
    const drawn = queue(scenario().producer('p', { arrivals: at(0, 1, 2, 3, 4, 5) }), 'q');
    return lab(send(drawn, 'p', 'q', { ...tight, network: latency(10), ...settings }));
  };
  const ended = (settings: object): Lab => begun(settings).until(2000);

  test('[BP1] lets facts wait, and sends them all', () => {
    const found = ended({});
    expect(found.source('p-q')).toMatchObject({ attempted: FACTS, acknowledged: FACTS });
    expect(found.figures('p-q')).toMatchObject({ waitedForRoom: FACTS - room, stalledMs, factsMerged: 0 });
  });

  test('[BP1] loses with its process those who wait', () => {
    const found = begun({}).until(5).fault({ do: 'crash', target: 'p' }).until(500);
    expect(found.source('p-q')).toMatchObject({ attempted: FACTS, refused: FACTS - 1, unknown: 1 });
  });

  test('[BP2] or refuses them', () => {
    const { acknowledged, refusals } = ended({ onFull: 'drop' }).source('p-q');
    expect({ acknowledged, refusals }).toEqual({ acknowledged: room, refusals: { 'buffer full': FACTS - room } });
  });

  test('[BP3] or keeps a sample', () => {
    const { acknowledged, refusals } = ended({ onFull: 'sample', sampleEvery: 2 }).source('p-q');
    expect({ acknowledged, refusals }).toEqual({ acknowledged: 4, refusals: { 'sampled out': 2 } });
  });

  test('[BP4] or merges facts', () => {
    const found = ended({ onFull: 'aggregate' });
    expect(found.source('p-q')).toMatchObject({ attempted: room + 1, acknowledged: room + 1 });
    const factsInOneMessageMost = FACTS - room;
    expect(found.figures('p-q')).toMatchObject({ factsMerged: factsInOneMessageMost - 1, factsInOneMessageMost });
  });
});

describe.each(families)('consumers of $name', ({ queue, send, read, single }) => {
  test('[AS9] are as many as its backlog asks for, what they have in hand included', () => {
    const autoscale = {
      enabled: true,
      lagThreshold: 10,
      syncPeriodMs: 1000,
      scaleUpPods: 10,
      startupMs: 200,
      min: 1,
      stabilizationMs: 3000,
    };
    const drawn = queue(scenario().producer('p', { arrivals: at(...Array.from({ length: 45 }, () => 0)) }), 'q');
    drawn.consumer('c', { instances: 1, workMs: constant(1000), autoscale });
    const found = lab(read(send(drawn, 'p', 'q'), 'q', 'c', single));
    expect(found.until(1000).figures('c')).toMatchObject({ instancesWanted: 5, instancesUp: 1 });
    expect(found.until(1300).figures('c')).toMatchObject({ instancesUp: 5 });
    expect(found.until(60_000).figures('c')).toMatchObject({ instancesWanted: 1, instances: 1 });
    expect(found.subscription('q', '')).toMatchObject({ applied: 45, duplicateEffects: 0 });
  });

  test('[RR1] answer requests', () => {
    const drawn = scenario().client('a', { arrivals: at(100, 200), timeoutMs: 1000 });
    queue(queue(drawn.consumer('r', { workMs: constant(10) }), 'ask'), 'answer');
    read(send(drawn, 'a', 'ask'), 'ask', 'r');
    read(send(drawn, 'r', 'answer'), 'answer', 'a');
    const found = lab(drawn).until(5000);
    expect(found.figures('a')).toMatchObject({ asked: 2, answered: 2, strayAnswers: 0 });
  });
});
