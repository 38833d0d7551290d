/**
 * Ledgers of small runs of SQS, worked out on paper. Every call takes 1 ms there and its answer 1 ms back. Instances wait at the queue,
 * so a fact is received 2 ms after it happened, and worked on for 10 ms unless it says otherwise.
 */
import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../testing/lab.ts';
import { at, constant, scenario, type ScenarioBuilder } from '../testing/scenario-builder.ts';
import { sourceLedger, sourceLedgerOf, subscriptionLedger, subscriptionLedgerOf } from '../testing/whole-ledger.ts';

interface Parts {
  readonly send?: Parameters<ScenarioBuilder['sqsSend']>[2];
  readonly queue?: Parameters<ScenarioBuilder['sqs']>[1];
  readonly receive?: Parameters<ScenarioBuilder['sqsReceive']>[2];
  readonly consumer?: Parameters<ScenarioBuilder['consumer']>[1];
}

function line(facts: readonly number[], { send, queue, receive, consumer }: Parts = {}): ScenarioBuilder {
  return scenario()
    .producer('p', { arrivals: at(...facts), key: { type: 'fixed', key: 'a' } })
    .sqs('q', queue)
    .consumer('c', { workMs: constant(10), ...consumer })
    .sqsSend('p', 'q', send)
    .sqsReceive('q', 'c', { maxNumberOfMessages: 1, ...receive });
}

const source = (place: Lab) => sourceLedgerOf(place, 'p-q');
const read = (place: Lab, queue = 'q') => subscriptionLedgerOf(place, queue, '');
const ONE = sourceLedger({ attempted: 1, acknowledged: 1, appended: 1 });
const ONCE = { owed: 1, delivered: 1, applied: 1, waits: [2], latencies: [12] };

describe('[SQ1] a fact at 100, received at 101, and hidden for 8 ms, while work takes 10', () => {
  const short = (instances: number, receive: Parts['receive'] = {}) =>
    line([100], { queue: { visibilityTimeoutMs: 8 }, consumer: { instances }, receive });

  // Visible at 109. The only instance is at work until 112, and its delete is there at 113, before it asks again.
  test('[SQ6] one instance: it is deleted before anybody asks', () => {
    const place = lab(short(1)).until(1000);
    expect(source(place)).toEqual(ONE);
    expect(read(place)).toEqual(subscriptionLedger(ONCE));
  });

  // The second instance waits at the queue, has it at 110, and is done at 120. The first one's delete, at 113, takes the message all the same.
  test('[SQ4] two instances: the other one works on it, too', () => {
    const place = lab(short(2)).until(1000);
    expect(source(place)).toEqual(ONE);
    expect(read(place)).toEqual(
      subscriptionLedger({
        ...ONCE,
        delivered: 2,
        duplicateDeliveries: 1,
        duplicateEffects: 1,
        verdict: 'at-least-once',
        evidence: { duplicateEffect: ['#1@120'] },
      }),
    );
  });

  // Hidden anew at 102 + 5 + 1 = 108, until 116; deleted at 113.
  test('[SQ21] two instances, and the first extends its time: once', () => {
    const place = lab(short(2, { extendEveryMs: 5 })).until(1000);
    expect(source(place)).toEqual(ONE);
    expect(read(place)).toEqual(subscriptionLedger(ONCE));
  });
});

describe('the answer to a send is lost at 101, and the send repeated 20 ms after it began', () => {
  const repeated = (queue: Parts['queue'], send: Parts['send'] = {}) =>
    line([100], { queue, send: { timeoutMs: 20, backoffMs: 0, ...send } }).fault({
      atMs: 100,
      do: 'dropAcks',
      target: 'p-q',
      forMs: 3,
    });
  const resent = (appended: number) => sourceLedger({ attempted: 1, acknowledged: 1, retries: 1, appended });

  // The second one is there at 121, a nanosecond later, as every rest has one; it is received at 122 and worked on until 132.
  test('[SN5] a standard queue has two messages', () => {
    const place = lab(repeated({})).until(1000);
    expect(source(place)).toEqual(resent(2));
    expect(read(place)).toEqual(
      subscriptionLedger({
        ...ONCE,
        delivered: 2,
        duplicateDeliveries: 1,
        duplicateEffects: 1,
        verdict: 'at-least-once',
        evidence: { duplicateEffect: ['#1@132.000001'] },
      }),
    );
  });

  test('[SF5] a FIFO queue has one', () => {
    const place = lab(repeated({ fifo: true })).until(1000);
    expect(source(place)).toEqual(resent(1));
    expect(read(place)).toEqual(subscriptionLedger(ONCE));
  });
});

// The key is the group. #1 is received at 101 and worked on from 102 to 112; #2 is of its group, and offered when #1 is deleted, at 113. #3 is of
// another one: the second instance works on it from 104 to 114. #2 is worked on from 114 to 124; #3, which was before it, is of another source.
test('[SF2] a group waits for its message that is in flight, and another group does not', () => {
  const place = lab(
    line([100, 101], { queue: { fifo: true }, consumer: { instances: 2 }, send: { messageGroupId: 'key' } })
      .producer('r', { arrivals: at(102), key: { type: 'fixed', key: 'b' } })
      .sqsSend('r', 'q', { messageGroupId: 'key' }),
  ).until(1000);
  expect(read(place)).toEqual(
    subscriptionLedger({
      owed: 3,
      delivered: 3,
      applied: 3,
      waits: [2, 13, 2],
      latencies: [12, 23, 12],
    }),
  );
});

describe('[SQ8] work that takes 3 ms and always fails, and a visibility timeout of 10', () => {
  const failing = (onFailure: 'timeout' | 'release') =>
    line([100], {
      queue: { visibilityTimeoutMs: 10 },
      consumer: { failureRate: 1, workMs: constant(3) },
      receive: { onFailure },
    })
      .sqs('dlq')
      .redrive('q', 'dlq', { maxReceiveCount: 2 });
  const TWICE = { owed: 1, delivered: 2, deadLettered: 1, duplicateDeliveries: 1, waits: [2] };

  // Received at 101 and, when the time is over, at 111. At 121 it has been received twice, and the call that waits moves it.
  test('left alone, it comes back when its time is over', () => {
    const place = lab(failing('timeout')).until(1000);
    expect(source(place)).toEqual(ONE);
    expect(read(place)).toEqual(subscriptionLedger({ ...TWICE, evidence: { deadLettered: ['#1@121'] } }));
    expect(read(place, 'dlq')).toMatchObject({ owed: 1, inFlight: 1, unseen: 1, unseenOldestMs: 900, lag: 1 });
  });

  // Failed at 105, it is visible at 106, when the instance asks, too: in its hands at 107, failed at 110, and moved at 111.
  test('given back, it comes at once', () => {
    const place = lab(failing('release')).until(1000);
    expect(source(place)).toEqual(ONE);
    expect(read(place)).toEqual(subscriptionLedger({ ...TWICE, evidence: { deadLettered: ['#1@111'] } }));
  });
});

// They can be received from 102, 103 and 104 on. The call that waits has #1 at 102, which is worked on from 103 to 113; the next one is there at 114
// and takes both others, hidden until 144. #2 is worked on from 115 on when the process dies at 118. The new one asks at 122, and has both
// at 145: #2 is done at 155, #3 at 165.
test('[SQ19] [SQ22] a process that dies: what it held comes when its time is over', () => {
  const place = lab(
    line([1, 2, 3], { queue: { delayMs: 100, visibilityTimeoutMs: 30 }, receive: { maxNumberOfMessages: 2 } }).fault({
      atMs: 118,
      do: 'crash',
      target: 'c',
      forMs: 4,
    }),
  ).until(1000);
  expect(source(place)).toEqual(sourceLedger({ attempted: 3, acknowledged: 3, appended: 3 }));
  expect(read(place)).toEqual(
    subscriptionLedger({
      owed: 3,
      delivered: 4,
      applied: 3,
      duplicateDeliveries: 1,
      waits: [102, 113, 152],
      latencies: [112, 153, 162],
    }),
  );
});

// A message is at the topic 1 ms after its fact, in a queue after 2, received after 3 and done after 13. `one` wants key `a` alone.
test('[SN1] [SN2] a topic: each queue is owed what its policy lets pass', () => {
  const place = lab(
    scenario()
      .producer('p', { arrivals: at(100, 200), key: { type: 'listed', keys: 'a\nb' } })
      .sns('topic')
      .sqs('one')
      .sqs('all')
      .consumer('c', { workMs: constant(10) })
      .consumer('d', { workMs: constant(10) })
      .snsPublish('p', 'topic')
      .snsSubscribe('topic', 'one', { filterPolicy: '{"key":["a"]}' })
      .snsSubscribe('topic', 'all')
      .sqsReceive('one', 'c')
      .sqsReceive('all', 'd'),
  ).until(1000);
  expect(sourceLedgerOf(place, 'p-topic')).toEqual(sourceLedger({ attempted: 2, acknowledged: 2, appended: 2 }));
  expect(read(place, 'one')).toEqual(
    subscriptionLedger({ owed: 1, delivered: 1, applied: 1, waits: [3], latencies: [13] }),
  );
  expect(read(place, 'all')).toEqual(
    subscriptionLedger({ owed: 2, delivered: 2, applied: 2, waits: [3, 3], latencies: [13, 13] }),
  );
});
