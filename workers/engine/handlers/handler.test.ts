import { describe, expect, test } from 'vitest';
import { lab } from '../testing/lab.ts';
import {
  at,
  constant,
  latency,
  scenario,
  type ConsumerSettings,
  type SubscribeSettings,
} from '../testing/scenario-builder.ts';
import { M } from '../ledger/layout.ts';
import { findMessage } from '../ledger/messages.ts';

const quick = { sessionTimeoutMs: 30, heartbeatIntervalMs: 10, network: latency(1) } as const;

/** Ten records in one partition, all in memory at 11 ms. */
function batch(consumer: ConsumerSettings, subscribe: SubscribeSettings = {}) {
  return scenario()
    .producer('p', { arrivals: at(...Array.from({ length: 10 }, () => 9)), key: { type: 'uniform', keys: 3 } })
    .topic('t')
    .consumer('c', consumer)
    .publish('p', 't', { lingerMs: 1 })
    .subscribe('t', 'c', { ...quick, ...subscribe });
}

/** Reads `a`, works for 4 ms, publishes to `b` 5 ms away each way. Facts at the instants given. */
function pipeline(...instants: readonly number[]) {
  return scenario()
    .producer('p', { arrivals: at(...instants) })
    .topic('a')
    .topic('b')
    .consumer('c', { workMs: constant(4) })
    .consumer('d')
    .publish('p', 'a', { lingerMs: 1 })
    .subscribe('a', 'c', { ...quick, commit: 'after' })
    .publish('c', 'b', { network: latency(5), requestTimeoutMs: 100, retryBackoffMs: 1, retryBackoffMaxMs: 1 })
    .subscribe('b', 'd', quick);
}

describe('work', () => {
  test('[HD4] the effect takes place when the work is done, one record after another', () => {
    const run = lab(batch({ workMs: constant(5) })).until(200);
    expect(run.hops('work started').slice(0, 3)).toEqual(['#1@11', '#2@16', '#3@21']);
    expect(run.hops('applied').slice(0, 3)).toEqual(['#1@16', '#2@21', '#3@26']);
    // From the fact (9 ms) to its effect, and to the start of the work.
    const { latency: sojourn, wait } = run.subscription('t', 'c');
    expect([sojourn!.minMs, sojourn!.maxMs, wait!.minMs, wait!.maxMs]).toEqual([7, 52, 2, 47]);
  });

  test('[HD5] concurrency: that many at once from one queue', () => {
    const run = lab(batch({ workMs: constant(5), concurrency: 4 })).until(200);
    expect(run.hops('applied').map((hop) => hop.split('@')[1])).toEqual('16 16 16 16 21 21 21 21 26 26'.split(' '));
  });

  test('[HD5] [LG8] and then order per key is no longer kept', () => {
    const run = lab(batch({ workMs: { type: 'uniform', min: 1, max: 50 }, concurrency: 5 })).until(500);
    const { applied, outOfOrderPerKey, disorderCauses, order } = run.subscription('t', 'c');
    expect(applied).toBe(10);
    expect(outOfOrderPerKey).toBeGreaterThan(0);
    expect(disorderCauses).toEqual({ 'parallel workers': outOfOrderPerKey });
    expect(order).toBe('none');
  });

  test('[HD5] fewer workers: the last ones go when they are idle', () => {
    // Three workers from 11; one from 13 on: the three of 11 end at 16, then one at a time.
    const run = lab(batch({ workMs: constant(5), concurrency: 3 }))
      .until(13)
      .set('nodes', 'c', { concurrency: 1 })
      .until(200);
    expect(run.hops('applied').map((hop) => Number(hop.split('@')[1]))).toEqual([
      16, 16, 16, 21, 26, 31, 36, 41, 46, 51,
    ]);
  });

  test('[HD5] more workers: they start at once', () => {
    // Nine are handed out and wait at 12; three more workers start then.
    const run = lab(batch({ workMs: constant(5) }))
      .until(12)
      .set('nodes', 'c', { concurrency: 4 })
      .until(200);
    expect(
      run
        .hops('work started')
        .slice(0, 5)
        .map((hop) => Number(hop.split('@')[1])),
    ).toEqual([11, 12, 12, 12, 16]);
  });

  test('[FA4] a slow consumer takes that many times as long for what it starts', () => {
    const run = lab(
      batch({ workMs: constant(5) }).fault({ do: 'slow', target: 'c', factor: 3, atMs: 12, forMs: 20 }),
    ).until(100);
    // #1 began before; #2 and #3 take 15; #3 began at 31, just before the end.
    expect(run.hops('applied').slice(0, 4)).toEqual(['#1@16', '#2@31', '#3@46', '#4@51']);
  });
});

describe('a pipeline', () => {
  test('[HD3] a handler goes on when what it published is acknowledged', () => {
    // #1: appended to a at 10, in memory at 11, worked on until 15, published as #3, appended to b at 20, acknowledged at
    // 25. Only then #2 begins.
    const run = lab(pipeline(9, 9)).until(200);
    expect(run.hops('work started').slice(0, 2)).toEqual(['#1@11', '#3@21']);
    expect(run.hops('work started')).toContain('#2@25');
    expect(run.life(3).slice(0, 3)).toEqual(['produced@15', 'sent@15', 'appended@20']);
    // Then it saves: polls at 39 when both are through.
    expect(run.hops('committed').filter((hop) => hop.startsWith('#1'))).toEqual(['#1@40']);
  });

  test('[HD3] [LG1] what is published names its parent and the root of it all, and carries the key on', () => {
    const run = lab(pipeline(9).fault({ do: 'pause', target: 'd', atMs: 0 })).until(30);
    const row = findMessage(run.run.messages, 2);
    expect([run.run.messages.num[row + M.parent], run.run.messages.num[row + M.root]]).toEqual([1, 1]);
    expect(run.source('c-b')).toMatchObject({ node: 'c', topic: 'b', attempted: 1, acknowledged: 1 });
  });

  test('[HD2] steps come in the order of the edges', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10) })
        .topic('a')
        .topic('b')
        .topic('z')
        .consumer('c')
        .publish('p', 'a')
        .subscribe('a', 'c', quick)
        .publish('c', 'z', { network: latency(2) })
        .publish('c', 'b', { network: latency(3) }),
    ).until(100);
    // #2 to z at 11, acknowledged at 15; then #3 to b.
    expect(run.hops('produced')).toEqual(['#1@10', '#2@11', '#3@15']);
    expect(run.report().nodes.map(({ id, figures }) => [id, figures['records']])).toContainEqual(['z', 1]);
  });

  test('[HD3] a handler also goes on when what it published was refused or given up', () => {
    // The edge to b is cut; retries end after 250 ms.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(9) })
        .topic('a')
        .topic('b')
        .consumer('c')
        .publish('p', 'a')
        .subscribe('a', 'c', { ...quick, commit: 'after' })
        .publish('c', 'b', { requestTimeoutMs: 100, deliveryTimeoutMs: 250 })
        .fault({ do: 'cut', target: 'c-b', atMs: 0 }),
    ).until(1000);
    // In memory at 10, published at 10.
    expect(run.hops('given up, fate unknown')).toEqual(['#2@260']);
    expect(run.hops('committed')).toEqual(['#1@261']);
  });

  test('[HD1] a crash between the publication and the commit publishes twice', () => {
    // #2 is appended to b at 20, the process dies at 22, before its answer and the commit.
    const run = lab(pipeline(9).fault({ do: 'crash', target: 'c', atMs: 22, forMs: 10 })).until(1000);
    expect(run.source('c-b')).toMatchObject({ attempted: 2, acknowledged: 1, unknown: 1, appended: 2 });
    expect(run.subscription('a', 'c')).toMatchObject({ applied: 1, duplicateEffects: 1 });
    // Downstream nobody can tell that the two are one fact; the ledger can.
    const { verdict, evidence, ...rest } = run.subscription('b', 'd');
    expect(rest).toMatchObject({ owed: 2, applied: 2, recovered: 1, duplicateDeliveries: 0, duplicateEffects: 1 });
    expect(verdict).toBe('at-least-once');
    expect(evidence['duplicateEffect']![0]!.because).toMatch(/same handler published for the same input/);
  });

  test('[LG18] what a handler publishes along two edges, or two handlers along one each, are not kin', () => {
    const twoWays = scenario()
      .producer('p', { arrivals: at(9) })
      .topic('a')
      .topic('b')
      .topic('e')
      .consumer('c')
      .consumer('f')
      .consumer('d')
      .publish('p', 'a')
      .subscribe('a', 'c', quick)
      .subscribe('a', 'f', quick)
      .publish('c', 'b')
      .publish('c', 'e')
      .publish('f', 'b')
      .subscribe('b', 'd', quick)
      .subscribe('e', 'd', quick);
    const run = lab(twoWays).until(1000);
    expect(run.subscription('b', 'd')).toMatchObject({ applied: 2, duplicateEffects: 0 });
    expect(run.subscription('e', 'd')).toMatchObject({ applied: 1, duplicateEffects: 0 });
  });

  test('[LG18] the first of kin that is applied is a first effect, whichever was published first', () => {
    // The first copy is applied and settled long before the second one is published.
    const run = lab(
      pipeline(9)
        .fault({ do: 'dropAcks', target: 'a-c', atMs: 15, forMs: 60 })
        .fault({ do: 'crash', target: 'c', atMs: 60, forMs: 200 }),
    ).until(2000);
    expect(run.subscription('a', 'c')).toMatchObject({ applied: 1, duplicateEffects: 1 });
    expect(run.source('c-b')).toMatchObject({ attempted: 2, acknowledged: 2 });
    const downstream = run.subscription('b', 'd');
    expect(downstream).toMatchObject({ owed: 2, applied: 2, duplicateEffects: 1, outOfOrderGlobal: 0 });
    expect(downstream.latency!.count).toBe(1);
    expect(run.run.messages.kin.free.length).toBe(run.run.messages.kin.used);
  });

  test('[HD1] a crash between the effect and the publication, with commits before the work, leaves no trace downstream', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(9) })
        .topic('a')
        .topic('b')
        .consumer('c', { workMs: constant(4) })
        .publish('p', 'a')
        .subscribe('a', 'c', { ...quick, commit: 'before' })
        .publish('c', 'b', { lingerMs: 50 })
        .fault({ do: 'crash', target: 'c', atMs: 20, forMs: 10 }),
    ).until(1000);
    // Applied at 16, waiting in a batch when the process dies.
    expect(run.subscription('a', 'c')).toMatchObject({ applied: 1, lost: 0 });
    expect(run.source('c-b')).toMatchObject({ attempted: 1, refused: 1, appended: 0 });
  });
});

describe('stopping and crashing', () => {
  test('[HD6] an instance that is asked to stop finishes what a poll handed out, in parallel work too', () => {
    for (const concurrency of [1, 4]) {
      const run = lab(batch({ workMs: constant(5), concurrency, instances: 1 }, { maxPollRecords: 6, commit: 'after' }))
        .until(13)
        .set('nodes', 'c', { instances: 0 })
        .until(500);
      const { applied, duplicateEffects, inFlight } = run.subscription('t', 'c');
      // It polls again only when all six are done.
      expect({ applied, duplicateEffects, inFlight }).toEqual({ applied: 6, duplicateEffects: 0, inFlight: 4 });
      run.set('nodes', 'c', { instances: 1 }).until(1000);
      expect(run.subscription('t', 'c')).toMatchObject({ applied: 10, duplicateEffects: 0, lag: 0 });
    }
  });

  test('[HD1] a crash drops everything in memory: fetched, handed out and being worked on', () => {
    const run = lab(
      batch({ workMs: constant(5) }, { maxPollRecords: 3, commit: 'after' }).fault({
        do: 'crash',
        target: 'c',
        atMs: 13,
      }),
    ).until(500);
    expect(run.hops('dropped from memory')).toHaveLength(10);
    expect(run.subscription('t', 'c')).toMatchObject({ delivered: 1, applied: 0, inFlight: 10, lost: 0 });
  });

  test('[FA10] random crashes: exponential times, and a restart after its time', () => {
    const run = lab(
      scenario(7)
        .topic('t')
        .consumer('c', { instances: 20, crash: { mtbfMs: 1000, restartMs: 100 } })
        .subscribe('t', 'c', quick),
    ).until(10_000);
    // Up for 1000 ms on average, down for 100: 20 * 10,000 / 1100 = 182 crashes, within 4 sqrt(182).
    const { crashes } = run.report().nodes.find((node) => node.id === 'c')!.figures;
    expect(Math.abs(crashes! - 182)).toBeLessThan(4 * Math.sqrt(182));
  });
});
