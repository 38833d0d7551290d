import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../testing/lab.ts';
import { checkRows, checkVerdicts } from '../testing/rows.ts';
import { at, constant, latency, scenario, type ConsumerSettings } from '../testing/scenario-builder.ts';

type ConsumeSettings = Parameters<ReturnType<typeof scenario>['amqpConsume']>[2];
type StreamSettings = Parameters<ReturnType<typeof scenario>['queue']>[1];

/** 20 facts, one every 10 ms from 10 ms on, into a stream that two consumers read. */
function world(
  first: ConsumeSettings = {},
  second: ConsumeSettings = {},
  { stream, consumer }: { readonly stream?: StreamSettings; readonly consumer?: ConsumerSettings } = {},
): Lab {
  return lab(
    scenario()
      .producer('p', { arrivals: { type: 'constant', ratePerSecond: 100 }, key: { type: 'none' }, limit: 20 })
      .queue('s', { type: 'stream', ...stream })
      .consumer('a', { workMs: constant(5), ...consumer })
      .consumer('b', { workMs: constant(1) })
      .amqpPublish('p', 's', { persistent: true })
      .amqpConsume('s', 'a', { prefetch: 5, ...first })
      .amqpConsume('s', 'b', { prefetch: 5, ...second }),
  );
}

function sound(place: Lab): Lab {
  checkRows(place.run);
  checkVerdicts(place.run);
  return place;
}

const read = (place: Lab, by = 'a') => place.subscription('s', by);
const records = ({ run }: Lab) => run.amqp.queues[0]!.stream!;

test('[RS5] every consumer of a stream is owed all of it, and reading takes nothing out', () => {
  const place = sound(world().until(1000));
  expect(place.source('p-s')).toMatchObject({ acknowledged: 20 });
  for (const by of ['a', 'b'])
    expect(read(place, by)).toMatchObject({ owed: 20, applied: 20, lag: 0, replayable: 20, duplicateEffects: 0 });
  expect(place.report().subscriptions.map(({ group }) => group)).toEqual(['a', 'b']);
  expect(records(place)).toMatchObject({ start: 0, end: 20 });
  expect(place.run.messages.live).toBe(20);
});

test('[RS5] each instance reads all of it: they do not compete', () => {
  const place = sound(world({}, {}, { consumer: { instances: 2 } }).until(1000));
  expect(read(place)).toMatchObject({ owed: 20, applied: 20, duplicateEffects: 20, verdict: 'at-least-once' });
});

test('[RS2] an acknowledgement makes room under the prefetch, and nothing else', () => {
  const place = world({ prefetch: 2 }, {}, { consumer: { workMs: constant(1000) } }).until(500);
  expect(place.report().nodes.find(({ id }) => id === 's')!.figures).toMatchObject({ ready: 20, unacknowledged: 2 });
  expect(read(place)).toMatchObject({ lag: 20, unseen: 19 });
  expect(read(sound(place.until(30_000)))).toMatchObject({ applied: 20, lag: 0 });
});

describe('[RS6] where a reader begins that consumes anew', () => {
  const crashed = (settings: ConsumeSettings): Lab => {
    const place = world(settings).until(102);
    place.fault({ do: 'crash', target: 'a' }).until(151);
    return sound(place.fault({ do: 'restart', target: 'a' }).until(2000));
  };

  test('next: what it held and what came meanwhile is lost', () => {
    const place = crashed({ streamOffset: 'next' });
    expect(read(place)).toMatchObject({ owed: 20, applied: 14, lost: 6, duplicateEffects: 0, verdict: 'at-most-once' });
    expect(read(place, 'b')).toMatchObject({ applied: 20, lost: 0 });
    expect(place.hops('skipped')).toEqual(['#11@151', '#12@151', '#13@151', '#14@151', '#15@151']);
  });

  test('first: everything comes again', () => {
    const place = crashed({ streamOffset: 'first' });
    expect(read(place)).toMatchObject({ applied: 20, lost: 0, duplicateEffects: 9, verdict: 'at-least-once' });
  });

  test('a number: what is from there on comes again', () => {
    const place = crashed({ streamOffset: '6' });
    expect(read(place)).toMatchObject({ owed: 14, applied: 14, duplicateEffects: 3 });
  });

  test('an age: what is not older', () => {
    const place = crashed({ streamOffset: '1h' });
    expect(read(place)).toMatchObject({ owed: 20, applied: 20, duplicateEffects: 9 });
  });

  test('last: from the last message on', () => {
    const place = crashed({ streamOffset: 'last' });
    expect(read(place)).toMatchObject({ owed: 20, applied: 15, lost: 5 });
  });
});

describe('[RS7] an offset that the broker has stored', () => {
  const crashed = (storeEvery: number): Lab => {
    const place = world({ streamOffset: 'first', offsetTracking: 'broker', storeEvery, storeMs: 60_000 }).until(102);
    place.fault({ do: 'crash', target: 'a' }).until(151);
    return sound(place.fault({ do: 'restart', target: 'a' }).until(2000));
  };

  test('is where a reader goes on: nothing is lost, what was done since comes again', () => {
    expect(read(crashed(1))).toMatchObject({ owed: 20, applied: 20, lost: 0, duplicateEffects: 0 });
    expect(read(crashed(4))).toMatchObject({ owed: 20, applied: 20, lost: 0, duplicateEffects: 1 });
  });

  test('is stored so long after the first message at the latest', () => {
    const place = world({ offsetTracking: 'broker', storeMs: 30 }).until(70);
    expect(place.run.amqp.feeds[0]!.readers[0]!.stored).toBe(3);
  });

  test('is that of the message done last, also when an earlier one is not: a crash loses that', () => {
    const slowFirst = { instances: 1, concurrency: 2, workMs: constant(35) };
    const place = world({ offsetTracking: 'broker', storeEvery: 1 }, {}, { consumer: slowFirst }).until(58);
    place.fault({ do: 'crash', target: 'a' }).until(100);
    sound(place.fault({ do: 'restart', target: 'a' }).until(5000));
    expect(read(place)).toMatchObject({ lost: 0, applied: 20 });
  });

  test('survives the broker, and is over when an edge swallows it', () => {
    const place = world({ offsetTracking: 'broker', storeEvery: 1, network: latency(1) }).until(102);
    place.edit({ op: 'add', in: 'nodes', item: { id: 'r', kind: 'rabbitmq', name: 'r', position: { x: 0, y: 0 } } });
    sound(place.fault({ do: 'restart', target: 'r' }).until(5000));
    expect(read(place)).toMatchObject({ lost: 0, gone: 0, inFlight: 0 });
  });
});

describe('[RS4] retention', () => {
  const slow = { workMs: constant(100) };

  test('takes whole segments, read or not: what was not read has expired', () => {
    const place = world({}, {}, { stream: { segmentBytes: 400, maxLengthBytes: 800 }, consumer: slow });
    sound(place.until(60_000));
    const { start, end } = records(place);
    expect(end).toBe(20);
    expect(start).toBeGreaterThan(10);
    const told = read(place);
    expect(told.applied + told.expired).toBe(20);
    expect(told.expired).toBeGreaterThan(0);
    expect(place.run.messages.live).toBe(end - start);
    expect(read(place, 'b')).toMatchObject({ applied: 20, expired: 0, replayable: end - start });
  });
});

describe('edits', () => {
  test('[RS8] a consumer that comes later reads what is there, if it asks for it', () => {
    const place = world().until(500);
    const node = { id: 'c', kind: 'consumer', name: 'c', position: { x: 0, y: 0 } } as const;
    const edge = { id: 's-c', kind: 'amqpConsume', from: 's', to: 'c', prefetch: 5 } as const;
    place.edit({ op: 'add', in: 'nodes', item: node });
    place.edit({ op: 'add', in: 'edges', item: { ...edge, streamOffset: 'first' } });
    expect(read(sound(place.until(3000)), 'c')).toMatchObject({
      owed: 20,
      applied: 20,
      verdict: 'exactly-once effect',
    });
  });

  test('[RS8] who goes back to the first offset reads all of it again', () => {
    const place = world().until(500);
    place.set('edges', 's-a', { streamOffset: 'first' });
    expect(read(sound(place.until(3000)))).toMatchObject({ owed: 20, applied: 20, duplicateEffects: 20, lag: 0 });
  });

  test('[RS8] what was lost is owed again, and no longer lost', () => {
    const place = world().until(102);
    place.fault({ do: 'crash', target: 'a' }).until(151);
    place.fault({ do: 'restart', target: 'a' }).until(500);
    expect(read(place).lost).toBe(6);
    place.set('edges', 's-a', { streamOffset: 'first' });
    expect(read(sound(place.until(3000)))).toMatchObject({ applied: 20, lost: 0, duplicateEffects: 14 });
  });

  test('[ED11] a queue that becomes a stream, and a stream that becomes a queue, is another one', () => {
    const place = world({}, {}, { consumer: { workMs: constant(40) } }).until(102);
    sound(place.set('nodes', 's', { type: 'classic' }).until(120));
    expect(place.report().subscriptions.map(({ group }) => group)).toEqual(['']);
    sound(place.set('nodes', 's', { type: 'stream' }).until(5000));
    expect(place.report().subscriptions.map(({ group }) => group)).toEqual(['a', 'b']);
    expect(read(place)).toMatchObject({ owed: 8, applied: 8 });
  });

  test('[ED4] who stops to read is owed nothing; the stream goes with its node', () => {
    const place = world({}, {}, { consumer: { workMs: constant(1000) } }).until(300);
    sound(place.edit({ op: 'remove', in: 'edges', id: 's-a' }).until(310));
    expect(place.report().subscriptions).toHaveLength(1);
    place.edit({ op: 'remove', in: 'edges', id: 's-b' }, { op: 'remove', in: 'edges', id: 'p-s' });
    sound(place.edit({ op: 'remove', in: 'nodes', id: 's' }).until(20_000));
    expect(place.run.messages.live).toBe(0);
  });

  test('[RS6] a stream waits for a consumer that was scaled to nothing', () => {
    const place = world().until(102);
    place.set('nodes', 'a', { instances: 0 }).until(1000);
    expect(read(place)).toMatchObject({ applied: 10, lost: 0, inFlight: 10 });
  });
});

test('[RS3] what a handler fails on is not delivered again', () => {
  const place = sound(world({}, {}, { consumer: { failureRate: 1 } }).until(1000));
  expect(read(place)).toMatchObject({ owed: 20, applied: 0, dropped: 20, delivered: 20 });
  expect(place.report().nodes.find(({ id }) => id === 's')!.figures).toMatchObject({ requeued: 0, redelivered: 0 });
});

describe('[RC10] a reader that does not acknowledge is refused, and with it its connection (540): the instance opens another one', () => {
  const held = (place: Lab) => place.report().nodes.find(({ id }) => id === 's')!.figures['unacknowledged'];
  const refused = () => world({ ack: 'auto' }, {}, { consumer: { workMs: constant(1000) } }).until(25);

  test('which ends with its process', () => {
    const place = refused();
    place.set('edges', 's-a', { ack: 'after' }).until(105);
    expect(held(place)).toBe(5);
    place.fault({ do: 'crash', target: 'a' }).until(155);
    expect(held(sound(place))).toBe(0);
  });

  test('when it is heard of again, if it is cut off', () => {
    const place = refused();
    place.set('edges', 's-a', { ack: 'after' }).until(55);
    place.fault({ do: 'cut', target: 's-a' }).set('edges', 's-a', { ack: 'auto' });
    expect(held(place)).toBe(0);
    place.set('edges', 's-a', { ack: 'after' }).until(305);
    expect(held(place)).toBe(0);
    sound(place.fault({ do: 'heal', target: 's-a' }).until(310));
    expect(place.run.amqp.sessions[0]!.channel).toBeGreaterThan(0);
  });
});

test('[RC10] [RQ6] what it was sent before the refusal it has, though the queue has given it up', () => {
  const refused = scenario()
    .producer('p', { arrivals: at(1, 2, 3, 4) })
    .queue('q', { type: 'quorum', deliveryLimit: 0 })
    .queue('s', { type: 'stream' })
    .consumer('c', { workMs: constant(1) })
    .amqpPublish('p', 'q')
    .amqpConsume('q', 'c', { prefetch: 2 })
    // Without a prefetch nobody reads a stream.
    .amqpConsume('s', 'c')
    .fault({ atMs: 0, do: 'crash', target: 'c', forMs: 50 });
  const place = sound(lab(refused).until(1000));
  expect(place.hops('removed from the queue')).toEqual(['#1@50', '#2@50']);
  expect(place.subscription('q', '')).toMatchObject({
    owed: 4,
    delivered: 4,
    applied: 4,
    dropped: 0,
    duplicateEffects: 0,
  });
});

test('[RC4] a shared prefetch that is raised on its channel makes room at once', () => {
  const raised = scenario()
    .producer('p', { arrivals: at(1, 2, 3) })
    .queue('q')
    .queue('w')
    .consumer('c', { workMs: constant(1000) })
    .amqpPublish('p', 'q')
    .amqpConsume('q', 'c', { prefetch: 1, prefetchShared: true })
    .amqpConsume('w', 'c', { prefetch: 0, prefetchShared: true })
    .fault({ atMs: 0, do: 'crash', target: 'c', forMs: 50 });
  expect(sound(lab(raised).until(60)).figures('q')).toMatchObject({ ready: 0, unacknowledged: 3 });
});

test('[RS5] a stream may be where dead letters go, and what an exchange sends on', () => {
  const place = lab(
    scenario()
      .producer('p', { arrivals: { type: 'constant', ratePerSecond: 100 }, key: { type: 'none' }, limit: 20 })
      .queue('q', { maxLength: 0 })
      .queue('s', { type: 'stream' })
      .consumer('a', { workMs: constant(1) })
      .amqpPublish('p', 'q')
      .amqpConsume('s', 'a', { prefetch: 1 })
      .deadLetter('q', 's'),
  );
  expect(read(sound(place.until(1000)))).toMatchObject({ owed: 20, applied: 20 });
  expect(place.subscription('q', '')).toMatchObject({ deadLettered: 20 });
});

test('[RP5] what a stream holds is on disk', () => {
  const place = world().until(500);
  const item = { id: 'r', kind: 'rabbitmq', name: 'r', position: { x: 0, y: 0 }, memoryHighWatermark: 100 } as const;
  place.edit({ op: 'add', in: 'nodes', item });
  expect(place.report().nodes.find(({ id }) => id === 'r')!.figures).toMatchObject({ bytesHeld: 0, alarm: 0 });
});
