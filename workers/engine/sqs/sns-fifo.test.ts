/** FIFO topics of SNS: order within groups on the way to queues, and repeated messages. Laws after every event. */
import { describe, expect, test } from 'vitest';
import { lab } from '../testing/lab.ts';
import { at, constant, latency, scenario } from '../testing/scenario-builder.ts';

const slowWay = { network: { latencyMs: { type: 'uniform', min: 1, max: 50 } } } as const;

describe('a FIFO topic', () => {
  const ordered = (fifo: boolean) =>
    scenario()
      .producer('p', {
        arrivals: { type: 'constant', ratePerSecond: 100 },
        stopMs: 1000,
        key: { type: 'uniform', keys: 3 },
      })
      .sns('t', { fifo })
      .sqs('q', { fifo })
      .consumer('c', { workMs: constant(1) })
      .snsPublish('p', 't')
      .snsSubscribe('t', 'q', slowWay)
      .sqsReceive('q', 'c', { maxNumberOfMessages: 10 });

  test('[SN6] sends on the messages of a group in their order, where another topic lets them overtake each other', () => {
    expect(lab(ordered(true)).until(10_000).subscription('q', '')).toMatchObject({
      applied: 100,
      outOfOrderPerKey: 0,
      duplicateEffects: 0,
      lost: 0,
    });
    expect(lab(ordered(false)).until(10_000).subscription('q', '').outOfOrderPerKey).toBeGreaterThan(0);
  });

  test('[SN6] what cannot be delivered holds up its group and no other', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0, 1, 2), key: { type: 'listed', keys: 'a\na\nb' } })
        .sns('t', { fifo: true })
        .sqs('q', { fifo: true })
        .snsPublish('p', 't')
        .snsSubscribe('t', 'q', { network: latency(10) }),
    ).until(100);
    // The second one of a sets out when the first one is there.
    expect(one.hops('put into the queue')).toEqual(['#1@11', '#3@13', '#2@21']);
  });

  test('[SN6] in its line everything waits for a queue that cannot be reached, and arrives in order', () => {
    const one = lab(ordered(true).fault({ atMs: 100, do: 'cut', target: 't-q', forMs: 3000 })).until(60_000);
    expect(one.subscription('q', '')).toMatchObject({ applied: 100, outOfOrderPerKey: 0, lost: 0 });
    expect(one.run.messages.live).toBe(0);
  });

  test('[SN6] a repeated call is answered with success and sent on once', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0) })
        .sns('t', { fifo: true })
        .sqs('q', { fifo: true })
        .sqs('s')
        .consumer('c')
        .consumer('d')
        .snsPublish('p', 't', { timeoutMs: 100, backoffMs: 0 })
        .snsSubscribe('t', 'q')
        .snsSubscribe('t', 's')
        .sqsReceive('q', 'c')
        .sqsReceive('s', 'd')
        .fault({ atMs: 0, do: 'dropAcks', target: 'p-t', forMs: 50 }),
    ).until(1000);
    expect(one.source('p-t')).toMatchObject({ acknowledged: 1, retries: 1, appended: 1 });
    for (const queue of ['q', 's'])
      expect(one.subscription(queue, '')).toMatchObject({ owed: 1, applied: 1, duplicateEffects: 0 });
    const { figures } = one.report().nodes.find(({ id }) => id === 't')!;
    expect(figures).toMatchObject({ publishCalls: 2, published: 1, repeatedPublishesDropped: 1, paidRequests: 2 });
    expect(figures['costDollars']).toBeCloseTo(2 * 0.3e-6, 12);
  });

  test('[SN6] by key, the second message of a key is owed and dropped', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0, 10), key: { type: 'fixed', key: 'a' } })
        .sns('t', { fifo: true })
        .sqs('q', { fifo: true })
        .snsPublish('p', 't', { deduplicationId: 'key' })
        .snsSubscribe('t', 'q'),
    ).until(100);
    expect(one.source('p-t')).toMatchObject({ acknowledged: 2, appended: 1 });
    expect(one.subscription('q', '')).toMatchObject({ owed: 2, dropped: 1, inFlight: 1 });
  });

  test('[SN6] refuses what has no group, and what has no id', () => {
    const refusals = (settings: object) =>
      lab(
        scenario()
          .producer('p', { arrivals: at(0) })
          .sns('t', { fifo: true })
          .snsPublish('p', 't', settings),
      )
        .until(100)
        .source('p-t').refusals;
    expect(refusals({ messageGroupId: 'none' })).toEqual({ 'no message group': 1 });
    expect(refusals({ deduplicationId: 'none' })).toEqual({ 'no deduplication id': 1 });
  });

  test.each([0, 1, 4, 9, 16, 25, 36, 49])(
    '[LG2] a crash %s ms in, lost answers and a cut behind it: the sums hold',
    (atMs) => {
      for (const target of ['p', 'c', 'd']) {
        const one = lab(
          scenario()
            .producer('p', { arrivals: at(0, 1, 2, 3, 4, 5), key: { type: 'uniform', keys: 2 } })
            .sns('t', { fifo: true })
            .sqs('q', { fifo: true, visibilityTimeoutMs: 15 })
            .sqs('s', { visibilityTimeoutMs: 10 })
            .sqs('dead', { fifo: true })
            .consumer('c', { workMs: constant(7), instances: 2, failureRate: 0.3 })
            .consumer('d', { workMs: constant(4) })
            .snsPublish('p', 't', { timeoutMs: 20, backoffMs: 5 })
            .snsSubscribe('t', 'q', { network: latency(3) })
            .snsSubscribe('t', 's')
            .sqsReceive('q', 'c', {
              receiveRequestAttemptId: true,
              timeoutMs: 20,
              waitTimeMs: 5,
              maxNumberOfMessages: 10,
            })
            .sqsReceive('s', 'd', { maxNumberOfMessages: 3, deleteBatchSize: 2, waitTimeMs: 5 })
            .redrive('q', 'dead', { maxReceiveCount: 2 })
            .fault({ atMs, do: 'crash', target, forMs: 9 })
            .fault({ atMs: atMs + 2, do: 'dropAcks', target: 'q-c', forMs: 8 })
            .fault({ atMs: atMs + 4, do: 'cut', target: 't-q', forMs: 12 })
            .fault({ atMs: atMs + 20, do: 'purge', target: 's' })
            .fault({ atMs: 60, do: 'redrive', target: 'dead' }),
        ).until(2000);
        for (const each of one.report().subscriptions) {
          const { owed, applied, lost, gone, expired, dropped, deadLettered, inFlight } = each;
          expect(owed).toBe(applied + lost + gone + expired + dropped + deadLettered + inFlight);
          expect(lost).toBe(0);
        }
      }
    },
  );

  test('[ED10] a subscription that is taken away, and one that is added, with lines full', () => {
    const one = lab(ordered(true).fault({ atMs: 100, do: 'cut', target: 't-q' })).until(500);
    one.edit({ op: 'remove', in: 'edges', id: 't-q' }).until(700);
    one
      .edit({ op: 'add', in: 'edges', item: { id: 'again', kind: 'snsSubscribe', from: 't', to: 'q', ...slowWay } })
      .set('nodes', 't', { contentBasedDeduplication: true })
      .until(10_000);
    expect(one.subscription('q', '')).toMatchObject({ inFlight: 0, outOfOrderPerKey: 0 });
    expect(one.run.messages.live).toBe(0);
  });
});
