import { describe, expect, test } from 'vitest';
import { validateScenario } from '../../scenario/validate.ts';
import { lab, type Lab } from '../testing/lab.ts';
import { checkRows, checkVerdicts } from '../testing/rows.ts';

type Values = Readonly<Record<string, unknown>>;

const NO_DELAY = { latencyMs: { type: 'constant', mean: 0 } } as const;

/** A producer, an exchange, a queue of work with dead letters, a consumer; what a test changes is by id. */
function world(changes: Readonly<Record<string, Values>> = {}, more: { nodes?: Values[]; edges?: Values[] } = {}): Lab {
  const nodes = [
    { id: 'p', kind: 'producer', arrivals: { type: 'constant', ratePerSecond: 100 }, key: { type: 'none' }, limit: 20 },
    { id: 'x', kind: 'exchange', type: 'direct' },
    { id: 'q', kind: 'queue' },
    { id: 'dead', kind: 'queue' },
    { id: 'c', kind: 'consumer', workMs: { type: 'constant', mean: 5 } },
    { id: 'r', kind: 'rabbitmq', confirmMs: 2 },
    ...(more.nodes ?? []),
  ];
  const edges = [
    { id: 'publish', kind: 'amqpPublish', from: 'p', to: 'x', routingKey: 'k', confirms: true, persistent: true },
    { id: 'bind', kind: 'bind', from: 'x', to: 'q', bindingKeys: 'k' },
    { id: 'consume', kind: 'amqpConsume', from: 'q', to: 'c', prefetch: 5 },
    { id: 'deadLetter', kind: 'deadLetter', from: 'q', to: 'dead' },
    ...(more.edges ?? []),
  ];
  const changed = (list: readonly Values[]): Values[] =>
    list
      .map((item) => ({ ...item, ...changes[item['id'] as string] }))
      .filter((item) => !('gone' in item))
      .map((item) =>
        ['amqpPublish', 'amqpConsume'].includes(item['kind'] as string) ? { network: NO_DELAY, ...item } : item,
      );
  const { scenario, diagnostics } = validateScenario({
    format: 'sluice/1',
    seed: 1,
    nodes: changed(nodes),
    edges: changed(edges),
  });
  if (scenario === null) throw new Error(JSON.stringify(diagnostics));
  return lab(scenario);
}

const GONE = { gone: true };
const queue = (place: Lab, id = 'q') => place.subscription(id, '');
const depth = ({ run }: Lab, id = 'q') => {
  const { ready, unacknowledged } = run.amqp.broker.queues[run.amqp.queues[run.places[id]!.index]!.core]!;
  return { ready, unacknowledged };
};

function sound(place: Lab): Lab {
  checkRows(place.run);
  checkVerdicts(place.run);
  return place;
}

test('[RP4] a message goes from exchange to queue to consumer, and is confirmed when it is on disk', () => {
  const place = sound(world().until(1000));
  expect(place.source('publish')).toMatchObject({ attempted: 20, acknowledged: 20, unknown: 0 });
  expect(queue(place)).toMatchObject({ owed: 20, applied: 20, inFlight: 0, verdict: 'exactly-once effect' });
  expect(place.life(1)).toEqual([
    'produced@10',
    'put into the queue@10',
    'work started@10',
    'acknowledged@12',
    'applied@15',
  ]);
  expect(place.run.messages.live).toBe(0);
  expect(place.run.amqp.broker.copies.freeCount).toBe(place.run.amqp.broker.copies.used);
});

test('[RP1] without confirms a source never knows, and the broker delivers all the same', () => {
  const place = sound(world({ publish: { confirms: false } }).until(1000));
  expect(place.source('publish')).toMatchObject({ acknowledged: 0, unknown: 20 });
  expect(queue(place)).toMatchObject({ applied: 20, recovered: 20 });
});

test('[RP2] a mandatory message without a queue is returned; one that is not is confirmed, and gone', () => {
  const lost = sound(world({ bind: GONE }).until(1000));
  expect(lost.source('publish')).toMatchObject({ acknowledged: 20, refused: 0 });
  expect(lost.report().nodes.find(({ id }) => id === 'x')!.figures).toMatchObject({ unroutable: 20, returned: 0 });
  const returned = sound(world({ bind: GONE, publish: { mandatory: true } }).until(1000));
  expect(returned.source('publish').refusals).toEqual({ 'returned: no route': 20 });
});

describe('how many may be unconfirmed', () => {
  test('beyond, the source waits', () => {
    const place = world({ publish: { maxInFlight: 1 }, r: { confirmMs: 25 } });
    expect(place.until(100).source('publish')).toMatchObject({ attempted: 10, acknowledged: 3, waiting: 7 });
    expect(sound(place.until(2000)).source('publish')).toMatchObject({ acknowledged: 20 });
  });

  test('or what it brings is refused', () => {
    const place = world({ publish: { maxInFlight: 1, onFull: 'drop' }, r: { confirmMs: 25 } });
    expect(sound(place.until(1000)).source('publish').refusals).toEqual({ 'buffer full': 13 });
  });
});

describe('what a crash of the consumer does', () => {
  const crash = (consume: Values) => {
    const place = world({ consume, c: { workMs: { type: 'constant', mean: 50 } } }).until(105);
    place.fault({ do: 'crash', target: 'c' }).until(200);
    return sound(place.fault({ do: 'restart', target: 'c' }).until(5000));
  };

  test('[RC9] acknowledged after the work, nothing is lost, and what it held comes again', () => {
    const place = crash({});
    expect(queue(place)).toMatchObject({ applied: 20, lost: 0, verdict: 'exactly-once effect' });
    expect(place.run.amqp.queues[0]!.redelivered).toBe(5);
  });

  test('[RC10] acknowledged before the work, what it worked on is lost; automatically, all it held', () => {
    expect(queue(crash({ ack: 'before' }))).toMatchObject({ applied: 19, lost: 1, duplicateDeliveries: 0 });
    expect(queue(crash({ ack: 'auto' })).lost).toBe(9);
  });
});

test('[RC11] a frozen consumer keeps what it holds until it has missed three heartbeats', () => {
  const place = world({ consume: { heartbeatMs: 100 }, c: { instances: 2, workMs: { type: 'constant', mean: 30 } } });
  place.until(55).fault({ do: 'pause', target: 'c', instance: 0 }).until(300);
  expect(depth(place).unacknowledged).toBeGreaterThan(0);
  const held = queue(place).applied;
  place.until(2000);
  expect(queue(place)).toMatchObject({ applied: 20, lost: 0 });
  expect(held).toBeLessThan(20);
  // What it works on is finished when it wakes up, and somebody else has done it.
  sound(place.fault({ do: 'resume', target: 'c', instance: 0 }).until(3000));
  expect(queue(place).duplicateEffects).toBeGreaterThan(0);
});

test('[RD1] what is rejected is a dead letter, and counts as such where it came from', () => {
  const place = sound(world({ c: { poisonRate: 1 }, consume: { onFailure: 'reject' } }).until(1000));
  expect(queue(place)).toMatchObject({ applied: 0, deadLettered: 20, lost: 0, inFlight: 0 });
  expect(queue(place, 'dead')).toMatchObject({ owed: 20, inFlight: 20 });
  expect(place.life(1).at(-1)).toBe('moved to the dead letters@15');
});

test('[RD6] a retry queue brings a message back as often as it is rejected', () => {
  const retry = {
    nodes: [{ id: 'wait', kind: 'queue', messageTtlMs: 20 }],
    edges: [
      { id: 'retry', kind: 'deadLetter', from: 'q', to: 'wait' },
      { id: 'back', kind: 'deadLetter', from: 'wait', to: 'q' },
    ],
  };
  const place = world(
    { p: { limit: 1 }, c: { poisonRate: 1 }, consume: { onFailure: 'reject' }, deadLetter: GONE },
    retry,
  );
  place.until(1000);
  expect(queue(place).duplicateDeliveries).toBeGreaterThan(30);
  expect(queue(place, 'wait').lost + queue(place).lost).toBe(0);
  sound(place.set('nodes', 'c', { poisonRate: 0 }).until(2000));
  expect(queue(place)).toMatchObject({ owed: 1, applied: 1, deadLettered: 0 });
});

test.each([
  ['drop-head', { acknowledged: 20, refused: 0 }, { dropped: 0, deadLettered: 15 }],
  ['reject-publish', { acknowledged: 5, refused: 15 }, { dropped: 0, deadLettered: 0 }],
  ['reject-publish-dlx', { acknowledged: 5, refused: 15 }, { dropped: 0, deadLettered: 0 }],
])('[RQ5] a queue without a consumer overflows by %s', (overflow, source, left) => {
  const place = sound(world({ consume: GONE, q: { maxLength: 5, overflow } }).until(1000));
  expect(place.source('publish')).toMatchObject(source);
  expect(queue(place)).toMatchObject(left);
  expect(depth(place, 'dead').ready).toBe(overflow === 'reject-publish' ? 0 : 15);
});

test('[RQ7] [RQ8] what expires does so by itself, and is no loss', () => {
  const place = sound(world({ consume: GONE, deadLetter: GONE, q: { messageTtlMs: 50 } }).until(1000));
  expect(queue(place)).toMatchObject({ expired: 20, lost: 0, inFlight: 0 });
});

test('[RP6] after a crash of the broker what was persistent is there, and what was not is lost', () => {
  const crash = (persistent: boolean) => {
    const place = world({ publish: { persistent }, c: { workMs: { type: 'constant', mean: 30 } } }).until(101);
    place.fault({ do: 'crash', target: 'r' }).until(150);
    expect(place.source('publish').waiting).toBe(5);
    return sound(place.fault({ do: 'restart', target: 'r' }).until(3000));
  };
  expect(queue(crash(true))).toMatchObject({ applied: 20, lost: 0 });
  expect(queue(crash(false)).lost).toBeGreaterThan(0);
});

test('[RP5] short of memory the broker blocks its publishers until there is less', () => {
  const place = world({ p: { sizeBytes: 100 }, r: { memoryHighWatermark: 550 }, consume: GONE });
  place.until(300);
  expect(place.source('publish')).toMatchObject({ attempted: 20, waiting: 13 });
  place.edit({
    op: 'add',
    in: 'edges',
    item: { id: 'late', kind: 'amqpConsume', from: 'q', to: 'c', network: NO_DELAY },
  });
  sound(place.until(2000));
  expect(queue(place)).toMatchObject({ applied: 20 });
});

test('[RC8] until 4.2 a delivery that takes too long closes the channel, and its instance opens another one', () => {
  const place = world({
    p: { limit: 3 },
    r: { release: '4.0', consumerTimeoutMs: 1000 },
    c: { workMs: { type: 'constant', mean: 90_000 } },
    consume: { prefetch: 1 },
  });
  sound(place.until(62_000));
  const { core, ...counts } = place.run.amqp.queues[place.run.places['q']!.index]!;
  expect(counts).toMatchObject({ delivered: 2, redelivered: 1, acknowledged: 0 });
  expect(place.run.amqp.broker.queues[core]!.consumers).toHaveLength(1);
  sound(place.until(300_000));
  expect(queue(place).duplicateDeliveries).toBeGreaterThan(0);
});

test('[RQ9] another version sorts what is there, and what comes', () => {
  const place = world({ q: { type: 'quorum' }, c: { instances: 0 } });
  place.set('nodes', 'r', { release: '4.0' });
  sound(
    place.until(100).set('nodes', 'r', { release: '4.3' }).until(200).set('nodes', 'c', { instances: 1 }).until(3000),
  );
  expect(queue(place)).toMatchObject({ applied: 20, inFlight: 0 });
});

test('[RQ13] what fails waits in its queue and is tried again, also after the setting was changed', () => {
  const place = world({
    p: { limit: 5 },
    q: { type: 'quorum', deliveryLimit: 3, delayedRetryType: 'all', delayedRetryMinMs: 100, delayedRetryMaxMs: 1000 },
    c: { failureRate: 1 },
  });
  const state = ({ run }: Lab) => run.amqp.broker.queues[run.amqp.queues[run.places['q']!.index]!.core]!;
  expect([state(place.until(95)).delayed, depth(place).ready]).toEqual([5, 0]);
  expect(place.run.subscriptions[0]!.ledger.delivered).toBe(5);
  place.set('nodes', 'q', { delayedRetryType: 'disabled' });
  sound(place.until(2000));
  expect(queue(place)).toMatchObject({ delivered: 20, inFlight: 0 });
  expect(depth(place, 'dead')).toEqual({ ready: 5, unacknowledged: 0 });
});

test('[HD1] a consumer that crashes again and again leaves nothing of its connections at the broker', () => {
  const place = world({ p: { limit: 0 }, c: { crash: { mtbfMs: 200, restartMs: 10 } }, consume: { prefetch: 1 } });
  const { broker } = place.run.amqp;
  place.until(3000);
  const { connections, channels, consumers } = broker;
  const sizes = [connections.length, channels.length, consumers.length];
  sound(place.fault({ do: 'crash', target: 'r' }).until(4000).fault({ do: 'restart', target: 'r' }).until(20_000));
  expect(place.run.instances[0]!.process.incarnation).toBeGreaterThan(50);
  expect([broker.connections.length, broker.channels.length, broker.consumers.length]).toEqual(sizes);
});

test('[HD1] a publisher that crashes again and again has one connection at the broker, and that of the dead is not blocked', () => {
  const place = world({ p: { sizeBytes: 100, limit: 0 }, r: { memoryHighWatermark: 550 }, consume: GONE });
  const { broker } = place.until(300).run.amqp;
  const counts = () => [broker.connections.length, broker.channels.length];
  const blocked = () => broker.connections.filter((connection) => connection.blocked).length;
  const before = counts();
  expect(blocked()).toBe(1);
  for (let atMs = 400; atMs < 800; atMs += 100) {
    place.until(atMs).fault({ do: 'crash', target: 'p' });
    expect(blocked()).toBe(0);
    place.until(atMs + 50).fault({ do: 'restart', target: 'p' });
  }
  expect(counts()).toEqual(before);
  sound(place.until(900).edit({ op: 'remove', in: 'edges', id: 'publish' }));
  expect(broker.connections.filter(({ open }) => open)).toEqual([]);
});

test('a channel that is closed for every message to an internal exchange is opened again in its place', () => {
  const place = sound(world({ x: { internal: true } }).until(1000));
  expect(place.source('publish')).toMatchObject({ refused: 20 });
  expect(place.run.amqp.broker.channels).toHaveLength(2);
});

test('[RC11] a cut edge holds up deliveries and acknowledgements, and heals in time', () => {
  const place = world().until(31);
  place.fault({ do: 'cut', target: 'consume' }).until(150);
  expect(depth(place).unacknowledged).toBe(5);
  sound(place.fault({ do: 'heal', target: 'consume' }).until(2000));
  expect(queue(place)).toMatchObject({ applied: 20, duplicateDeliveries: 0 });
});

test('[RQ10] a queue that nobody ever uses expires, also when a broker that starts has declared it anew', () => {
  const place = world({ publish: GONE, consume: GONE, q: { expiresMs: 100, durable: false } }).until(99);
  const isThere = () => place.run.amqp.queues[place.run.places['q']!.index]!.core >= 0;
  expect(isThere()).toBe(true);
  expect((place.until(101), isThere())).toBe(false);
  place.fault({ do: 'restart', target: 'r' }).until(200);
  expect(isThere()).toBe(true);
  expect((place.until(202), isThere())).toBe(false);
});

test('[RC10] a consumer that is refused closes the channel: the other feeds of the instance go on over another one', () => {
  const place = world(
    { bind: { bindingKeys: 'k' }, q: { autoDelete: true } },
    {
      nodes: [{ id: 'single', kind: 'queue', singleActiveConsumer: true }],
      edges: [{ id: 'refused', kind: 'amqpConsume', from: 'single', to: 'c', exclusive: true }],
    },
  );
  sound(place.until(1000));
  expect(place.run.amqp.feeds.map(({ refusals }) => refusals)).toEqual([0, 1]);
  expect(queue(place)).toMatchObject({ applied: 20, lost: 0, inFlight: 0 });
});

test('[RQ10] what is rejected after its queue has deleted itself is gone with it', () => {
  const poison = { workMs: { type: 'constant', mean: 20 }, poisonRate: 1 };
  const place = world({ q: { autoDelete: true }, c: poison, consume: { onFailure: 'reject' }, deadLetter: GONE }).until(
    35,
  );
  place.set('edges', 'consume', { prefetch: 1 });
  sound(place.until(2000));
  expect(queue(place)).toMatchObject({ applied: 0, inFlight: 0 });
});

describe('edits', () => {
  test('[ED11] limits take effect at once; another type is another queue, and what was in it is gone', () => {
    const place = world({ consume: GONE }).until(150);
    place.set('nodes', 'q', { maxLength: 2 });
    expect(depth(place)).toEqual({ ready: 2, unacknowledged: 0 });
    place.set('nodes', 'q', { type: 'quorum' });
    expect(depth(place).ready).toBe(0);
    sound(place.until(300));
    expect(depth(place).ready).toBe(2);
  });

  test('[ED11] an exchange of another type is bound as before', () => {
    const place = world({ publish: { routingKey: 'other' } }).until(100);
    expect(depth(place).ready + queue(place).applied).toBe(0);
    sound(place.set('nodes', 'x', { type: 'fanout' }).until(1000));
    expect(queue(place).applied).toBe(10);
  });

  test('[ED12] a publisher that wants no confirms any more hears of none: what it waited for is in doubt', () => {
    const place = world({ publish: { network: { latencyMs: { type: 'constant', mean: 20 } } } }).until(35);
    expect(place.source('publish')).toMatchObject({ attempted: 3, waiting: 3 });
    place.set('edges', 'publish', { confirms: false });
    expect(place.source('publish')).toMatchObject({ attempted: 3, waiting: 0, unknown: 3 });
    sound(place.until(1000));
    expect(place.source('publish')).toMatchObject({ attempted: 20, waiting: 0, unknown: 20 });
    expect(queue(place)).toMatchObject({ applied: 20, inFlight: 0 });
  });

  test('a broker that is taken out of the drawing while it is down is there with its defaults; of two the first counts', () => {
    const place = world({}, { nodes: [{ id: 's', kind: 'rabbitmq', confirmMs: 7 }] }).until(50);
    expect(place.run.amqp.confirmNs).toBe(2e6);
    place.fault({ do: 'crash', target: 'r' }).until(60);
    place.edit({ op: 'remove', in: 'nodes', id: 'r' }).until(70);
    expect(place.run.amqp).toMatchObject({ down: true, confirmNs: 7e6 });
    place.edit({ op: 'remove', in: 'nodes', id: 's' }).until(1000);
    expect(place.run.amqp).toMatchObject({ down: false, settings: null });
    expect(queue(sound(place))).toMatchObject({ inFlight: 0 });
  });

  test('[ED12] another prefetch is that of a consumer registered anew', () => {
    const place = world({ c: { workMs: { type: 'constant', mean: 200 } } }).until(150);
    expect(depth(place).unacknowledged).toBe(5);
    place.set('edges', 'consume', { prefetch: 8 });
    sound(place.until(160));
    expect(depth(place).unacknowledged).toBeGreaterThan(8);
  });

  test('what is taken away leaves nothing behind', () => {
    const place = world().until(55);
    place.edit({ op: 'remove', in: 'edges', id: 'consume' }).until(80);
    place.edit(
      { op: 'remove', in: 'edges', id: 'bind' },
      { op: 'remove', in: 'edges', id: 'deadLetter' },
      { op: 'remove', in: 'nodes', id: 'q' },
    );
    sound(place.until(120));
    place.edit({ op: 'remove', in: 'edges', id: 'publish' });
    sound(place.until(1000));
    expect(place.run.messages.live).toBe(0);
    expect(place.run.amqp.broker.copies.freeCount).toBe(place.run.amqp.broker.copies.used);
  });
});

test('[RQ11] a purge takes what is ready, and leaves to consumers what they hold', () => {
  const place = world({ c: { workMs: { type: 'constant', mean: 1000 } } }).until(205);
  expect(depth(place)).toEqual({ ready: 15, unacknowledged: 5 });
  sound(place.fault({ do: 'purge', target: 'q' }).until(210));
  expect(depth(place)).toEqual({ ready: 0, unacknowledged: 5 });
  sound(place.until(10_000));
  expect(queue(place)).toMatchObject({ applied: 5, dropped: 15, deadLettered: 0, lost: 0 });
  expect(queue(place).evidence['dropped']![0]!.because).toContain('purged');
});

describe('[RD7] dead letters of a quorum queue whose target is full', () => {
  const full = (deadLetterStrategy: string): Lab =>
    sound(
      world({
        q: { type: 'quorum', overflow: 'reject-publish', maxLength: 15, deadLetterStrategy },
        c: { failureRate: 1 },
        consume: { onFailure: 'reject' },
        dead: { overflow: 'reject-publish', maxLength: 8 },
      }).until(1000),
    );
  const kept = (place: Lab) => place.report().nodes.find(({ id }) => id === 'q')!.figures['deadLettersKept'];

  test('at most once: they are lost', () => {
    const place = full('at-most-once');
    expect(kept(place)).toBe(0);
    expect(queue(place)).toMatchObject({ deadLettered: 8, dropped: 12 });
  });

  test('at least once: they are kept, count as part of the queue, and arrive when there is room', () => {
    const place = full('at-least-once');
    expect(kept(place)).toBe(12);
    expect(queue(place)).toMatchObject({ deadLettered: 8, dropped: 0, inFlight: 12 });
    place.fault({ do: 'purge', target: 'dead' }).until(179_000);
    expect(kept(place)).toBe(12);
    sound(place.until(200_000));
    expect(kept(place)).toBe(4);
    expect(depth(place, 'dead')).toEqual({ ready: 8, unacknowledged: 0 });
    place.set('nodes', 'dead', { maxLength: -1 });
    sound(place.set('nodes', 'q', { deliveryLimit: 5 }));
    expect(kept(place)).toBe(0);
    expect(queue(place)).toMatchObject({ deadLettered: 20, dropped: 0, inFlight: 0 });
  });

  test('they fill the queue: publishers are refused', () => {
    const place = world({
      p: { limit: 60 },
      q: { type: 'quorum', overflow: 'reject-publish', maxLength: 15, deadLetterStrategy: 'at-least-once' },
      c: { failureRate: 1 },
      consume: { onFailure: 'reject' },
      dead: { overflow: 'reject-publish', maxLength: 0 },
    }).until(2000);
    expect(sound(place).source('publish').refusals).toEqual({ 'queue full': 44 });
  });
});
