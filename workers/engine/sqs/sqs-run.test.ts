/** Queues of SQS and topics of SNS in runs: what clients, faults and edits do to messages. Every law is checked after every event. */
import { describe, expect, test } from 'vitest';
import { report } from '../engine.ts';
import { lab } from '../testing/lab.ts';
import { at, constant, latency, scenario } from '../testing/scenario-builder.ts';

const figuresOf = (one: ReturnType<typeof lab>, id: string) =>
  report(one.run).nodes.find((node) => node.id === id)!.figures;

describe('a queue between a producer and a consumer', () => {
  test('[SQ19] a message is sent, received, worked on and deleted', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(10) })
        .sqs('q')
        .consumer('c', { workMs: constant(5) })
        .sqsSend('p', 'q')
        .sqsReceive('q', 'c'),
    ).until(100);
    expect(one.life(1)).toEqual([
      'produced@10',
      'sent@10',
      'put into the queue@11',
      'fetched@12',
      'work started@12',
      'acknowledged@12',
      'applied@17',
      'deleted@18',
    ]);
    expect(one.source('p-q')).toMatchObject({ attempted: 1, acknowledged: 1, appended: 1 });
    expect(one.subscription('q', '')).toMatchObject({ owed: 1, applied: 1, inFlight: 0, lag: 0 });
    expect(one.run.messages.live).toBe(0);
  });

  test('[SQ1] [SQ19] a visibility timeout that is shorter than the work makes every message a duplicate', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0) })
        .sqs('q', { visibilityTimeoutMs: 100 })
        .consumer('c', { instances: 2, workMs: constant(150) })
        .sqsSend('p', 'q')
        .sqsReceive('q', 'c'),
    ).until(1000);
    expect(one.subscription('q', '')).toMatchObject({ applied: 1, duplicateEffects: 1, delivered: 2 });
  });

  test('[SQ21] a client that extends the timeout keeps what it works on', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0) })
        .sqs('q', { visibilityTimeoutMs: 100 })
        .consumer('c', { instances: 2, workMs: constant(450) })
        .sqsSend('p', 'q')
        .sqsReceive('q', 'c', { extendEveryMs: 50 }),
    ).until(2000);
    expect(one.subscription('q', '')).toMatchObject({ applied: 1, duplicateEffects: 0, delivered: 1 });
    expect(figuresOf(one, 'q')['visibilityCalls']).toBe(8);
  });

  test('[HD1] a crash gives the message to another instance when its time is over', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0) })
        .sqs('q', { visibilityTimeoutMs: 100 })
        .consumer('c', { instances: 2, workMs: constant(50) })
        .sqsSend('p', 'q')
        .sqsReceive('q', 'c')
        .fault({ atMs: 20, do: 'crash', target: 'c', instance: 0 }),
    ).until(1000);
    expect(one.subscription('q', '')).toMatchObject({ applied: 1, duplicateEffects: 0, delivered: 2, lost: 0 });
    expect(one.hops('work started')).toEqual(['#1@2', '#1@102']);
  });

  test('[SQ20] deleted before the work, a crash loses', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0) })
        .sqs('q', { visibilityTimeoutMs: 100 })
        .consumer('c', { workMs: constant(50) })
        .sqsSend('p', 'q')
        .sqsReceive('q', 'c', { deleteWhen: 'before' })
        .fault({ atMs: 20, do: 'crash', target: 'c' })
        .fault({ atMs: 30, do: 'restart', target: 'c' }),
    ).until(1000);
    expect(one.subscription('q', '')).toMatchObject({ applied: 0, lost: 1, inFlight: 0 });
  });

  test('[SQ8] poison goes to the dead letters, and comes back when it is moved', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0) })
        .sqs('q', { visibilityTimeoutMs: 100 })
        .sqs('dlq')
        .consumer('c', { failureRate: 1 })
        .sqsSend('p', 'q')
        .sqsReceive('q', 'c')
        .redrive('q', 'dlq', { maxReceiveCount: 2 }),
    ).until(1000);
    expect(one.subscription('q', '')).toMatchObject({ deadLettered: 1, inFlight: 0, delivered: 2 });
    expect(one.subscription('dlq', '')).toMatchObject({ owed: 1, inFlight: 1 });
    one.set('nodes', 'c', { failureRate: 0 }).fault({ do: 'redrive', target: 'dlq' }).until(2000);
    expect(one.subscription('q', '')).toMatchObject({ deadLettered: 0, applied: 1 });
    expect(one.subscription('dlq', '')).toMatchObject({ deadLettered: 1, inFlight: 0 });
  });

  test('[SQ13] retention is an end that the ledger knows', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0) })
        .sqs('q', { retentionMs: 1000 })
        .sqsSend('p', 'q'),
    ).until(2000);
    expect(one.subscription('q', '')).toMatchObject({ expired: 1, inFlight: 0 });
  });

  test('[SQ19] batches: ten messages a call, received and deleted ten at a time', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(...Array.from({ length: 20 }, () => 0)) })
        .sqs('q')
        .consumer('c')
        .sqsSend('p', 'q', { batchSize: 10, lingerMs: 5 })
        .sqsReceive('q', 'c', { maxNumberOfMessages: 10, deleteBatchSize: 10 }),
    ).until(100);
    expect(one.subscription('q', '')).toMatchObject({ applied: 20 });
    expect(figuresOf(one, 'q')).toMatchObject({ sendCalls: 2, deleteCalls: 2 });
  });

  test('[SQ5] a client that does not wait asks and asks, and pays for it', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(500) })
        .sqs('q')
        .consumer('c')
        .sqsSend('p', 'q')
        .sqsReceive('q', 'c', { waitTimeMs: 0 }),
    ).until(1000);
    expect(figuresOf(one, 'q')['emptyReceives']).toBeGreaterThan(450);
    expect(one.subscription('q', '')).toMatchObject({ applied: 1 });
  });
});

describe('calls that fail', () => {
  test('[SN5] an answer that gets lost makes a second message on a standard queue, none on a FIFO queue', () => {
    const sent = (fifo: boolean) =>
      lab(
        scenario()
          .producer('p', { arrivals: at(0) })
          .sqs('q', { fifo })
          .consumer('c')
          .sqsSend('p', 'q', { timeoutMs: 100, backoffMs: 0 })
          .sqsReceive('q', 'c')
          .fault({ atMs: 0, do: 'dropAcks', target: 'p-q', forMs: 50 }),
      ).until(1000);
    expect(sent(false).subscription('q', '')).toMatchObject({ applied: 1, duplicateEffects: 1 });
    const fifo = sent(true);
    expect(fifo.subscription('q', '')).toMatchObject({ applied: 1, duplicateEffects: 0 });
    expect(fifo.source('p-q')).toMatchObject({ acknowledged: 1, retries: 1 });
    expect(figuresOf(fifo, 'q')['repeatedSendsDropped']).toBe(1);
  });

  test('[SN5] after the last attempt nobody knows', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0) })
        .sqs('q')
        .sqsSend('p', 'q', { timeoutMs: 100, maxAttempts: 2, backoffMs: 0 })
        .fault({ atMs: 0, do: 'dropAcks', target: 'p-q' }),
    ).until(1000);
    expect(one.source('p-q')).toMatchObject({ unknown: 1, retries: 1, appended: 2 });
    expect(one.subscription('q', '')).toMatchObject({ owed: 1, inFlight: 1 });
  });

  test('[SF8] beyond 300 calls a second a FIFO queue throttles; the client tries again, or gives up for good', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: { type: 'constant', ratePerSecond: 500 }, stopMs: 1000 })
        .sqs('q', { fifo: true, callsPerSecond: 100 })
        .sqsSend('p', 'q', { maxAttempts: 2, backoffMs: 0 }),
    ).until(3000);
    const { acknowledged, refused, refusals } = one.source('p-q');
    expect(acknowledged).toBeLessThan(320);
    expect(refusals).toEqual({ throttled: refused });
  });

  test('a cut edge: receives are asked again when they have waited too long', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0, 2000) })
        .sqs('q', { visibilityTimeoutMs: 200 })
        .consumer('c', { workMs: constant(5) })
        .sqsSend('p', 'q')
        .sqsReceive('q', 'c', { timeoutMs: 300, waitTimeMs: 100 })
        .fault({ atMs: 1, do: 'cut', target: 'q-c', forMs: 500 }),
    ).until(3000);
    expect(one.subscription('q', '')).toMatchObject({ applied: 2, lost: 0, duplicateEffects: 0 });
  });

  test('a producer that dies: what was never sent is refused, of the rest it does not know', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0, 0, 0) })
        .sqs('q')
        .consumer('c')
        .sqsSend('p', 'q', { maxConnections: 1, network: latency(50) })
        .sqsReceive('q', 'c')
        .fault({ atMs: 10, do: 'crash', target: 'p' }),
    ).until(1000);
    expect(one.source('p-q')).toMatchObject({ attempted: 3, unknown: 1, refused: 2 });
    expect(one.subscription('q', '')).toMatchObject({ recovered: 1, applied: 1 });
  });
});

describe('a FIFO queue', () => {
  const fifo = () =>
    scenario()
      .producer('p', {
        arrivals: { type: 'constant', ratePerSecond: 200 },
        stopMs: 1000,
        key: { type: 'uniform', keys: 4 },
      })
      .sqs('q', { fifo: true, visibilityTimeoutMs: 500 })
      .consumer('c', { instances: 4, workMs: { type: 'exponential', mean: 5 } })
      .sqsSend('p', 'q')
      .sqsReceive('q', 'c', { maxNumberOfMessages: 10 });

  test('[SF2] keeps the order of each key however many instances receive', () => {
    const one = lab(fifo()).until(5000);
    expect(one.subscription('q', '')).toMatchObject({ applied: 200, outOfOrderPerKey: 0, order: 'per key' });
  });

  test('[SF2] one message in the hands of a frozen instance holds up its group, and no other', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0, 1, 2, 3), key: { type: 'listed', keys: 'a\na\nb\nb' } })
        .sqs('q', { fifo: true, visibilityTimeoutMs: 1000 })
        .consumer('c', { instances: 2, workMs: constant(10) })
        .sqsSend('p', 'q')
        .sqsReceive('q', 'c')
        .fault({ atMs: 5, do: 'pause', target: 'c', instance: 0 }),
    ).until(500);
    expect(one.subscription('q', '')).toMatchObject({ applied: 2, inFlight: 2 });
    one.until(2000);
    expect(one.subscription('q', '')).toMatchObject({ applied: 4 });
  });

  test('[SF5] a second message of a key within five minutes is dropped, where the key is its deduplication id', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0, 10), key: { type: 'fixed', key: 'a' } })
        .sqs('q', { fifo: true })
        .consumer('c')
        .sqsSend('p', 'q', { deduplicationId: 'key' })
        .sqsReceive('q', 'c'),
    ).until(1000);
    expect(one.source('p-q')).toMatchObject({ acknowledged: 2 });
    expect(one.subscription('q', '')).toMatchObject({ applied: 1, dropped: 1 });
  });
});

describe('a topic of SNS', () => {
  const fanOut = () =>
    scenario()
      .producer('p', { arrivals: at(0, 10, 20), key: { type: 'listed', keys: 'eu1\nus1\neu2' } })
      .sns('t')
      .sqs('all')
      .sqs('eu')
      .consumer('a')
      .consumer('e')
      .snsPublish('p', 't')
      .snsSubscribe('t', 'all')
      .snsSubscribe('t', 'eu', { filterPolicy: '{"key": [{"prefix": "eu"}]}' })
      .sqsReceive('all', 'a')
      .sqsReceive('eu', 'e');

  test('[SN1] [SN2] sends a copy to every queue whose policy lets it pass, and only to those it is owed', () => {
    const one = lab(fanOut()).until(1000);
    expect(one.subscription('all', '')).toMatchObject({ owed: 3, applied: 3 });
    expect(one.subscription('eu', '')).toMatchObject({ owed: 2, applied: 2 });
    expect(report(one.run).edges.find(({ id }) => id === 't-eu')!.figures).toEqual({ delivered: 2, filtered: 1 });
    expect(one.run.messages.live).toBe(0);
  });

  test('[SN4] tries again for as long as a queue cannot be reached', () => {
    const one = lab(fanOut().fault({ atMs: 0, do: 'cut', target: 't-eu', forMs: 3000 })).until(10_000);
    expect(one.subscription('eu', '')).toMatchObject({ owed: 2, applied: 2, lost: 0 });
  });

  test('[ED10] a subscription that is taken away takes what is on its way with it', () => {
    const one = lab(fanOut().fault({ atMs: 0, do: 'cut', target: 't-eu' })).until(100);
    one.edit({ op: 'remove', in: 'edges', id: 't-eu' }).until(5000);
    expect(one.subscription('eu', '')).toMatchObject({ lost: 2, inFlight: 0 });
  });
});

describe('edits of a run', () => {
  const running = () =>
    scenario()
      .producer('p', { arrivals: { type: 'constant', ratePerSecond: 100 } })
      .sqs('q', { visibilityTimeoutMs: 300 })
      .consumer('c', { instances: 2, workMs: constant(15) })
      .sqsSend('p', 'q')
      .sqsReceive('q', 'c', { maxNumberOfMessages: 10 });

  test('[ED10] what is received and waits in a consumer comes back when its edge is removed', () => {
    const one = lab(running()).until(500);
    one.edit({ op: 'remove', in: 'edges', id: 'q-c' }).until(700);
    one
      .edit({
        op: 'add',
        in: 'edges',
        item: { id: 'q-c', kind: 'sqsReceive', from: 'q', to: 'c', waitTimeMs: 1000, maxNumberOfMessages: 10 },
      })
      .set('nodes', 'p', { stopMs: 800 })
      .until(5000);
    const { applied, lost, inFlight } = one.subscription('q', '');
    expect({ applied, lost, inFlight }).toEqual({ applied: 80, lost: 0, inFlight: 0 });
  });

  test('[ED10] a queue that is deleted owes nothing; another kind of queue in its place begins empty', () => {
    const one = lab(running())
      .set('nodes', 'c', { workMs: constant(50) })
      .until(500);
    one.set('nodes', 'q', { fifo: true }).until(1000);
    expect(one.subscription('q', '').lost).toBeGreaterThan(0);
    one
      .edit(
        { op: 'remove', in: 'edges', id: 'p-q' },
        { op: 'remove', in: 'edges', id: 'q-c' },
        { op: 'remove', in: 'nodes', id: 'q' },
      )
      .until(2000);
    expect(report(one.run).subscriptions).toEqual([]);
    expect(one.run.messages.live).toBe(0);
  });

  test('[AS11] instances come and go: one that leaves deletes what it has done and gives nothing up', () => {
    const one = lab(running()).until(300);
    one.set('nodes', 'c', { instances: 4 }).until(600).set('nodes', 'c', { instances: 1 }).until(900);
    one.set('nodes', 'p', { stopMs: 1000 }).set('nodes', 'c', { instances: 3 }).until(8000);
    const { applied, lost, inFlight } = one.subscription('q', '');
    expect({ applied, lost, inFlight }).toEqual({ applied: 100, lost: 0, inFlight: 0 });
  });
});
