import { describe, expect, test } from 'vitest';
import { copyPlain, equalPlain, sharedPath } from '../../core/plain.ts';
import type { Parcel } from './accept.ts';
import { NO_ARGUMENTS, readArguments } from './arguments.ts';
import { closeConnection, openChannel, openConnection, setAlarm, setPrefetch } from './channels.ts';
import { NOTE, REASON } from './codes.ts';
import { cancelConsumer, consume, getMessage } from './consumers.ts';
import { COPY, liveCopies } from './copies.ts';
import { addEnvelope, dropCopy } from './envelopes.ts';
import { clearDeliveries, clearNotes } from './outbox.ts';
import { beforePublish, publish, PUBLISHED } from './publish.ts';
import { createQueue, emptyQueue, refitQueues } from './queue-life.ts';
import { readyCopies } from './ready.ts';
import { OUTCOME, outcomeOfNack, settle } from './settle.ts';
import {
  createBroker,
  FEATURES_3_10,
  FEATURES_4_0,
  FEATURES_4_3,
  type Broker,
  type BrokerFeatures,
  type QueueArguments,
} from './state.ts';
import { advance } from './time.ts';

const S = 1e9;

function world(given: Partial<QueueArguments> = {}, features: BrokerFeatures = FEATURES_4_3) {
  const broker = createBroker(features, 1);
  const queue = createQueue(broker, 'q', -1, { ...NO_ARGUMENTS, ...given }, 0);
  const envelope = addEnvelope(broker, { exchange: '', key: 'q', headers: [] });
  let message = 0;
  const put = (nowNs = 0, more: Partial<Parcel> = {}) =>
    publish(
      broker,
      { message: message++, envelope, bytes: 1, priority: -1, persistent: true, ttlNs: -1, ...more },
      nowNs,
    );
  const reader = (prefetch: number, more: object = {}, args: Record<string, number> = {}) => {
    const channel = openChannel(broker, openConnection(broker));
    setPrefetch(broker, channel, prefetch, false);
    const wanted = { channel, queue: 'q', tag: 'c', autoAck: false, exclusive: false, arguments: args, ...more };
    return consume(broker, wanted, 0) as number;
  };
  return { broker, queue, envelope, put, reader };
}

/** Takes the deliveries: `[message, consumer]`, and the copies. */
function delivered(broker: Broker): { pairs: [number, number][]; copies: number[] } {
  const { deliveries, copies } = broker;
  const list = [...deliveries.copy.subarray(0, deliveries.count)];
  const pairs = list.map((copy, i) => [copies.message[copy]!, deliveries.consumer[i]!] as [number, number]);
  clearDeliveries(broker);
  return { pairs, copies: list };
}

function notes(broker: Broker): number[][] {
  const { kind, message, detail, count } = broker.notes;
  const list = Array.from({ length: count }, (_, i) => [kind[i]!, message[i]!, detail[i]!]);
  clearNotes(broker);
  return list;
}

describe('quorum queues of 4.3', () => {
  test('[RQ6] without a limit of its own a queue has one of 20; rejecting counts, and a nack does not', () => {
    const { broker, put, reader } = world({ type: 'quorum' });
    reader(1);
    put();
    for (let i = 0; i < 100; i += 1) {
      const { copies } = delivered(broker);
      settle(broker, copies[0]!, outcomeOfNack(broker, true), 0);
    }
    for (let i = 0; i < 20; i += 1) settle(broker, delivered(broker).copies[0]!, OUTCOME.returned, 0);
    expect(notes(broker)).toEqual([]);
    settle(broker, delivered(broker).copies[0]!, OUTCOME.returned, 0);
    expect(notes(broker)).toEqual([[NOTE.dropped, 0, REASON.deliveryLimit]]);
    expect(liveCopies(broker.copies)).toBe(0);
  });

  describe('[RQ13] delayed retry', () => {
    const ms = 1e6;
    const delayed = (delayedRetryType: QueueArguments['delayedRetryType'], more: Partial<QueueArguments> = {}) => {
      const times = { delayedRetryMinNs: 100 * ms, delayedRetryMaxNs: 250 * ms };
      const place = world({ type: 'quorum', delayedRetryType, ...times, ...more });
      place.reader(1);
      place.put();
      return { ...place, state: place.broker.queues[place.queue]! };
    };

    test('grows with every return that counts, up to the greatest', () => {
      const { broker, state } = delayed('all');
      let nowNs = 0;
      for (const waitsMs of [100, 200, 250, 250]) {
        settle(broker, delivered(broker).copies[0]!, OUTCOME.returned, nowNs);
        expect([state.ready, state.delayed, delivered(broker).pairs]).toEqual([0, 1, []]);
        nowNs += waitsMs * ms;
        advance(broker, nowNs - 1);
        expect(broker.deliveries.count).toBe(0);
        expect(broker.dueNs).toBe(nowNs);
        advance(broker, nowNs);
      }
      expect([state.delayed, delivered(broker).pairs]).toEqual([0, [[0, 0]]]);
    });

    test('of those that count, or of those that do not', () => {
      for (const [type, back] of [
        ['failed', OUTCOME.released],
        ['returned', OUTCOME.returned],
      ] as const) {
        const { broker, state } = delayed(type);
        settle(broker, delivered(broker).copies[0]!, back, 0);
        expect([state.delayed, broker.deliveries.count]).toEqual([0, 1]);
        settle(
          broker,
          delivered(broker).copies[0]!,
          back === OUTCOME.returned ? OUTCOME.released : OUTCOME.returned,
          0,
        );
        expect([state.delayed, broker.deliveries.count]).toEqual([1, 0]);
      }
    });

    test('others go on meanwhile, and what is ripe comes before all that is ready', () => {
      const { broker, put, state } = delayed('all');
      for (let i = 0; i < 2; i += 1) put();
      settle(broker, delivered(broker).copies[0]!, OUTCOME.returned, 0);
      const second = delivered(broker);
      expect(second.pairs).toEqual([[1, 0]]);
      advance(broker, 100 * ms);
      expect([state.ready, state.delayed]).toEqual([2, 0]);
      settle(broker, second.copies[0]!, OUTCOME.acknowledged, 100 * ms);
      expect(delivered(broker).pairs).toEqual([[0, 0]]);
    });

    test('counts towards the length, expires when it is ripe, and goes with a purge', () => {
      const full = delayed('all', { maxLength: 1, overflow: 'reject-publish' });
      settle(full.broker, delivered(full.broker).copies[0]!, OUTCOME.returned, 0);
      expect([full.put(0), full.state.delayed]).toEqual([PUBLISHED.accepted, 1]);
      expect(full.put(0)).toBe(PUBLISHED.accepted);
      expect(full.put(0)).toBe(PUBLISHED.refused);
      const short = delayed('all', { messageTtlNs: 50 * ms });
      settle(short.broker, delivered(short.broker).copies[0]!, OUTCOME.returned, 0);
      advance(short.broker, 60 * ms);
      expect(short.state.delayed).toBe(1);
      advance(short.broker, 100 * ms);
      expect([short.state.delayed, liveCopies(short.broker.copies)]).toEqual([0, 0]);
      const purged = delayed('all');
      settle(purged.broker, delivered(purged.broker).copies[0]!, OUTCOME.returned, 0);
      emptyQueue(purged.broker, purged.queue, REASON.purged);
      expect([purged.state.delayed, purged.broker.delayed.size, liveCopies(purged.broker.copies)]).toEqual([0, 0, 0]);
    });
  });

  test('[RQ9] 32 priorities, 4 for a message without one; what came back is served before all', () => {
    const { broker, put, reader } = world({ type: 'quorum' });
    for (const priority of [-1, 3, 5, 200, 4]) put(0, { priority });
    const consumer = reader(1);
    const order: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const { pairs, copies } = delivered(broker);
      order.push(pairs[0]![0]);
      if (i === 2) {
        settle(broker, copies[0]!, OUTCOME.returned, 0);
        const back = delivered(broker);
        expect(back.pairs).toEqual([[pairs[0]![0], consumer]]);
        settle(broker, back.copies[0]!, OUTCOME.acknowledged, 0);
      } else settle(broker, copies[0]!, OUTCOME.acknowledged, 0);
    }
    expect(order).toEqual([3, 2, 0, 4, 1]);
  });

  test('[RQ9] until 4.2 two priorities take turns, two high messages for each other one, unless the high one came before', () => {
    const { broker, put, reader } = world({ type: 'quorum' }, FEATURES_4_0);
    for (const priority of [-1, 4, 3, 0, 5, 9, 5, 255]) put(0, { priority });
    const order = (): number[] => {
      const list: number[] = [];
      reader(1);
      for (let next = delivered(broker); next.pairs.length > 0; next = delivered(broker)) {
        list.push(next.pairs[0]![0]);
        settle(broker, next.copies[0]!, OUTCOME.acknowledged, 0);
      }
      return list;
    };
    expect(order()).toEqual([4, 5, 0, 6, 7, 1, 2, 3]);
    const later = world({ type: 'quorum' }, FEATURES_4_0);
    for (const priority of [9, 9, 9, 9, 0]) later.put(0, { priority });
    later.reader(1);
    const first: number[] = [];
    for (let next = delivered(later.broker); next.pairs.length > 0; next = delivered(later.broker)) {
      first.push(next.pairs[0]![0]);
      settle(later.broker, next.copies[0]!, OUTCOME.acknowledged, 0);
    }
    expect(first).toEqual([0, 1, 2, 3, 4]);
  });

  test('[RQ9] what is ready is sorted anew when the broker has another version', () => {
    const { broker, queue, put } = world({ type: 'quorum' });
    for (const priority of [0, 5, 9, 4]) put(0, { priority });
    const messages = () => readyCopies(broker.queues[queue]!, broker.copies).map((copy) => broker.copies.message[copy]);
    expect(messages()).toEqual([2, 1, 3, 0]);
    broker.features = FEATURES_4_0;
    refitQueues(broker);
    expect(messages()).toEqual([2, 1, 3, 0]);
    put(0, { priority: 5 });
    expect(messages()).toEqual([2, 1, 3, 4, 0]);
  });

  test('[RC7] a single active consumer gives way to one of higher priority when it holds nothing', () => {
    const { broker, put, reader } = world({ type: 'quorum', singleActiveConsumer: true });
    const low = reader(2);
    put();
    const { copies } = delivered(broker);
    const high = reader(2, {}, { 'x-priority': 1 });
    put();
    expect(delivered(broker).pairs).toEqual([]);
    settle(broker, copies[0]!, OUTCOME.acknowledged, 0);
    expect(delivered(broker).pairs).toEqual([[1, high]]);
    cancelConsumer(broker, high, 0);
    put();
    expect(delivered(broker).pairs).toEqual([[2, low]]);
  });

  test('[RQ5] reject-publish takes one above the limit, and opens again below four fifths of it', () => {
    const { broker, put } = world({ type: 'quorum', maxLength: 10, overflow: 'reject-publish' });
    const channel = openChannel(broker, openConnection(broker));
    const take = () => dropCopy(broker, getMessage(broker, channel, 'q', true, 0) as number);
    const answers = Array.from({ length: 13 }, () => put());
    expect(answers.filter((answer) => answer === PUBLISHED.accepted)).toHaveLength(11);
    for (let i = 0; i < 3; i += 1) take();
    expect(put()).toBe(PUBLISHED.refused);
    take();
    expect(put()).toBe(PUBLISHED.accepted);
  });

  test('[RC8] a delivery that takes longer than the timeout ends its consumer at the next full minute', () => {
    const { broker, put, reader } = world({ type: 'quorum' });
    broker.consumerTimeoutNs = 90 * S;
    const slow = reader(10);
    put(10 * S);
    const other = reader(1);
    delivered(broker);
    expect(broker.dueNs).toBeLessThanOrEqual(100 * S);
    advance(broker, broker.dueNs);
    expect(broker.dueNs).toBe(120 * S);
    advance(broker, 120 * S);
    expect(notes(broker)).toEqual([[NOTE.cancelled, -1, slow]]);
    expect(delivered(broker).pairs).toEqual([[0, other]]);
  });
});

test('[RC8] before 4.3 the consumer timeout closes the channel, whatever the queue', () => {
  const { broker, put, reader } = world({}, FEATURES_3_10);
  broker.consumerTimeoutNs = 30 * S;
  const slow = reader(10);
  put();
  const { channel } = broker.consumers[slow]!;
  advance(broker, 30 * S);
  advance(broker, 60 * S);
  expect(notes(broker)).toEqual([[NOTE.channelClosed, -1, channel]]);
  expect(broker.channels[channel]!.open).toBe(false);
  expect(broker.queues[0]!.ready).toBe(1);
});

test('[RP5] while memory is short a connection publishes once more and is blocked; one that consumes goes on', () => {
  const { broker, put, reader } = world();
  const publisher = openConnection(broker);
  const channel = openChannel(broker, publisher);
  reader(0);
  setAlarm(broker, true);
  expect(broker.connections[publisher]!.blocked).toBe(false);
  expect(beforePublish(broker, channel, '', 0)).toBeNull();
  put();
  expect(broker.connections[publisher]!.blocked).toBe(true);
  expect(delivered(broker).pairs).toHaveLength(1);
  setAlarm(broker, false);
  expect(broker.connections[publisher]!.blocked).toBe(false);
});

test('[RC2] a consumer that makes room before its turn keeps its place in a classic queue and loses it in a quorum queue', () => {
  const turn = (type: 'classic' | 'quorum') => {
    const { broker, put, reader } = world({ type });
    for (let i = 0; i < 3; i += 1) reader(1);
    put();
    put();
    const { copies } = delivered(broker);
    settle(broker, copies[1]!, OUTCOME.acknowledged, 0);
    settle(broker, copies[0]!, OUTCOME.acknowledged, 0);
    for (let i = 0; i < 3; i += 1) put();
    return delivered(broker).pairs.map(([, consumer]) => consumer);
  };
  expect(turn('classic')).toEqual([2, 0, 1]);
  expect(turn('quorum')).toEqual([2, 1, 0]);
});

test('[RC3] automatic acknowledgement forgets a message in sending it', () => {
  const { broker, put, reader } = world();
  reader(1, { autoAck: true });
  for (let i = 0; i < 3; i += 1) put();
  const { flags } = broker.copies;
  expect([...broker.deliveries.copy.subarray(0, 3)].every((copy) => (flags[copy]! & COPY.automatic) !== 0)).toBe(true);
  expect(delivered(broker).pairs.map(([message]) => message)).toEqual([0, 1, 2]);
  expect(liveCopies(broker.copies)).toBe(0);
});

test.each([
  [{ 'x-message-ttl': -1 }],
  [{ 'x-expires': 0 }],
  [{ 'x-overflow': 'drop-tail' }],
  [{ 'x-max-priority': 256 }],
  [{ 'x-dead-letter-routing-key': 'k' }],
  [{ 'x-queue-mode': 'eager' }],
  [{ 'x-delivery-limit': 3 }],
  [{ 'x-queue-type': 'quorum', 'x-max-priority': 3 }],
  [{ 'x-queue-type': 'stream', 'x-message-ttl': 1000 }],
])('[RQ12] %j are no arguments of a queue', (given) => {
  expect(readArguments(given, { durable: true, autoDelete: false })).toMatchObject({ code: 406 });
});

test('[RQ12] an age that is none is found out only when the stream is made', () => {
  const given = { 'x-queue-type': 'stream', 'x-max-age': '7x' };
  expect(readArguments(given, { durable: true, autoDelete: false })).toMatchObject({ code: 541, closes: 'connection' });
});

test('[RQ12] an overflow that quorum queues do not know is the usual one', () => {
  const given = { 'x-queue-type': 'quorum', 'x-overflow': 'reject-publish-dlx' };
  expect(readArguments(given, { durable: true, autoDelete: false })).toMatchObject({ overflow: 'drop-head' });
});

test('a broker is plain data, and a copy of it goes on in the same way', () => {
  const { broker, put, reader } = world({ maxPriority: 2, messageTtlNs: 5 * S });
  const a = reader(2);
  const b = reader(0);
  for (let i = 0; i < 50; i += 1) put(i, { priority: i % 4 });
  for (const copy of delivered(broker).copies.slice(0, 20)) settle(broker, copy, OUTCOME.returned, S);
  expect(sharedPath(broker)).toBeNull();
  const other = copyPlain(broker);
  for (const one of [broker, other]) {
    closeConnection(one, one.channels[one.consumers[a]!.channel]!.connection, 2 * S);
    cancelConsumer(one, b, 3 * S);
    advance(one, 6 * S);
  }
  expect(equalPlain(broker, other)).toBeNull();
});
