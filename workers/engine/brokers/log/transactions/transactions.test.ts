import { describe, expect, test } from 'vitest';
import { lab } from '../../../testing/lab.ts';
import {
  at,
  constant,
  latency,
  scenario,
  type ConsumerSettings,
  type PublishSettings,
} from '../../../testing/scenario-builder.ts';
import { RECORD_FLAG } from '../partition.ts';

const READ_COMMITTED = { isolationLevel: 'read_committed' } as const;

/** Facts at the instants given, in transactions of 25 ms, 1 ms to the broker each way; one group reads all, the other what is committed. */
function writer(instants: readonly number[], publish: PublishSettings = {}) {
  return scenario()
    .producer('p', { arrivals: at(...instants) })
    .topic('t')
    .consumer('all')
    .consumer('committed')
    .publish('p', 't', { network: latency(1), transactionalId: 'tx', transactionIntervalMs: 25, ...publish })
    .subscribe('t', 'all')
    .subscribe('t', 'committed', READ_COMMITTED);
}

function coordinatorOf(run: ReturnType<typeof lab>) {
  const { phase, epoch, committed, aborted } = run.run.transactions[0]!;
  return { phase, epoch, committed, aborted };
}

describe('a transactional producer', () => {
  test('[KT1] [KT6] [KT9] what it sends is read at once by some, and when it commits by those who read what is committed', () => {
    const run = lab(writer([10, 20, 30])).until(200);
    // Appended at 11, 21 and 31. Commit at 35, decided at 36, when the marker is appended and replicated; told at 37.
    const [all, committed] = [run.subscription('t', 'all'), run.subscription('t', 'committed')];
    expect([all.latency!.minMs, all.latency!.maxMs]).toEqual([1, 1]);
    expect([committed.latency!.minMs, committed.latency!.maxMs]).toEqual([6, 26]);
    expect(run.hops('acknowledged')).toEqual(['#1@37', '#2@37', '#3@37']);
    expect(run.source('p-t')).toMatchObject({ attempted: 3, acknowledged: 3 });
    const [log] = run.run.topics[0]!.partitions;
    expect([log!.end, log!.holes, log!.flags[3]]).toEqual([4, 1, RECORD_FLAG.commitMarker]);
    // Epoch 0 from InitProducerId, 1 from the end of the transaction.
    expect(coordinatorOf(run)).toEqual({ phase: 'completeCommit', epoch: 1, committed: 1, aborted: 0 });
    for (const { verdict, lag } of [all, committed]) expect([verdict, lag]).toEqual(['exactly-once effect', 0]);
  });

  test('[KT6] transactionMessages ends a transaction earlier; what comes meanwhile waits for the next one', () => {
    const run = lab(writer([10, 11, 11.5, 12], { transactionMessages: 2 })).until(200);
    // The second message ends the first transaction at 11: its batch is answered at 13, the commit at 15.
    expect(run.hops('acknowledged')).toEqual(['#1@15', '#2@15', '#3@19', '#4@19']);
    expect(coordinatorOf(run)).toMatchObject({ committed: 2, epoch: 2 });
  });

  test('[KT5] [KT9] one transaction that hangs holds up everybody who reads what is committed, whoever wrote it', () => {
    const run = lab(
      writer([10])
        .producer('q', { arrivals: at(20, 40) })
        .publish('q', 't', { network: latency(1) })
        .fault({ do: 'pause', target: 'p', atMs: 15 }),
    ).until(5000);
    expect(run.subscription('t', 'all')).toMatchObject({ applied: 2, lag: 0 });
    expect(run.subscription('t', 'committed')).toMatchObject({ delivered: 0, lag: 0, unseen: 2 });
  });

  test('[KT9] [ED6] another isolation level holds at once, also for a request that waits behind an open transaction', () => {
    const run = lab(writer([10], { transactionIntervalMs: 1000 })).until(100);
    expect(run.life(1)).not.toContain('applied@100');
    run.set('edges', 't-committed', { isolationLevel: 'read_uncommitted' });
    expect(run.until(100).life(1)).toContain('applied@100');
  });

  test('[KT8] a scan that comes just when the timeout is over finds a transaction that is not open for longer', () => {
    const run = lab(writer([0], { network: latency(0), transactionIntervalMs: 60_000, transactionTimeoutMs: 10_000 }));
    expect(coordinatorOf(run.until(10_000))).toMatchObject({ phase: 'ongoing' });
    expect(coordinatorOf(run.until(20_000))).toMatchObject({ phase: 'completeAbort' });
  });

  test('[KT8] transaction.timeout.ms: the scan at 10 s aborts it, and its producer finds itself fenced', () => {
    const run = lab(
      writer([10, 13_000], { transactionTimeoutMs: 2000 })
        .producer('q', { arrivals: at(20) })
        .publish('q', 't', { network: latency(1) })
        .fault({ do: 'pause', target: 'p', atMs: 15, forMs: 12_000 }),
    ).until(14_000);
    // The marker of the abort at 10 s: what q wrote can be read, what p wrote is stepped over.
    expect(run.told('applied')).toContain('#2@10000 instance 0, partition 0, offset 1');
    // At 12,015 p asks for its commit, in vain; the fact of 13 s comes to a producer that is closed.
    expect(run.source('p-t')).toMatchObject({
      attempted: 2,
      refused: 2,
      refusals: { 'producer fenced': 2 },
    });
    expect(run.subscription('t', 'committed')).toMatchObject({ owed: 1, applied: 1, delivered: 1, unexpected: 0 });
    const all = run.subscription('t', 'all');
    expect(all).toMatchObject({ owed: 1, applied: 1, delivered: 2, unexpected: 1, verdict: 'at-least-once' });
    expect(all.evidence['unexpected']![0]!.because).toMatch(/aborted/);
    // Raised by the fence, and by the end of the transaction.
    expect(coordinatorOf(run)).toEqual({ phase: 'completeAbort', epoch: 2, committed: 0, aborted: 1 });
  });

  test('[KT2] a restart aborts what the process before had open, without waiting for its timeout', () => {
    const run = lab(writer([10, 100]).fault({ do: 'crash', target: 'p', atMs: 20, forMs: 30 })).until(400);
    // InitProducerId at 50 is answered CONCURRENT_TRANSACTIONS and repeated 100 ms later.
    expect(run.life(1)).toContain('refused@20');
    expect(run.hops('appended')).toEqual(['#1@11', '#2@155']);
    expect(run.subscription('t', 'committed')).toMatchObject({ owed: 1, applied: 1, unexpected: 0 });
    expect(run.subscription('t', 'all')).toMatchObject({ owed: 1, applied: 1, unexpected: 1 });
    expect(coordinatorOf(run)).toMatchObject({ committed: 1, aborted: 1 });
  });

  test('[KT2] of two producers with one transactional.id the later fences the earlier', () => {
    const run = lab(
      writer([10, 100, 2000])
        .producer('z', { arrivals: at(1000) })
        .journal()
        .publish('z', 't', { network: latency(1), transactionalId: 'other', transactionIntervalMs: 25 }),
    )
      .until(500)
      .set('edges', 'z-t', { transactionalId: 'tx' })
      .until(3000);
    // z came with the id at 500. The fact of 2000 is written under an epoch that is over.
    expect(run.source('z-t')).toMatchObject({ attempted: 1, acknowledged: 1 });
    expect(run.source('p-t')).toMatchObject({ attempted: 3, acknowledged: 2, refused: 1 });
    expect(run.subscription('t', 'committed')).toMatchObject({ owed: 3, applied: 3, unexpected: 0 });
  });

  test('[KT11] a crash after the commit was asked for: nobody knows, and it may have been done', () => {
    const run = lab(writer([10]).fault({ do: 'crash', target: 'p', atMs: 35.5, forMs: 100 })).until(500);
    expect(run.source('p-t')).toMatchObject({ attempted: 1, unknown: 1 });
    expect(run.subscription('t', 'committed')).toMatchObject({
      applied: 1,
      recovered: 1,
      verdict: 'exactly-once effect',
    });
  });

  test('[KT11] a batch that fails makes the whole transaction fail', () => {
    const run = lab(
      writer([10, 12], { requestTimeoutMs: 8, deliveryTimeoutMs: 9, retryBackoffMs: 1 }).fault({
        do: 'dropAcks',
        target: 'p-t',
        atMs: 11.5,
        forMs: 30,
      }),
    ).until(500);
    // Of #1 the answer was on its way; of #2 it is lost, and given up at 21. The abort is asked for until the edge heals.
    expect(run.source('p-t')).toMatchObject({ attempted: 2, refused: 2 });
    expect(Object.keys(run.source('p-t').refusals)).toEqual(['transaction aborted: delivery timeout']);
    expect(run.subscription('t', 'committed')).toMatchObject({ owed: 0, delivered: 0 });
    expect(run.subscription('t', 'all')).toMatchObject({ owed: 0, unexpected: 2 });
  });

  test('[KT6] [KL4] a marker that went with its leader is written again under the next one', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10) })
        .topic('t', { replicationFactor: 3, replicationMs: 20, electionMs: 50 })
        .consumer('c')
        .publish('p', 't', { network: latency(1), transactionalId: 'tx', transactionIntervalMs: 25 })
        .subscribe('t', 'c', READ_COMMITTED)
        .fault({ do: 'crash', target: 't', atMs: 45 }),
    ).until(1000);
    // The record is replicated at 31, the marker of 36 would have been at 56.
    expect(coordinatorOf(run)).toMatchObject({ phase: 'completeCommit', committed: 1 });
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 1, lost: 0 });
    expect(run.run.topics[0]!.partitions[0]!.end).toBe(2);
  });
});

describe('consume, process, produce', () => {
  /** Facts into `a`; c works 4 ms on each and publishes to `b`, 1 ms away; d reads all of it, e what is committed. */
  function pipeline(instants: readonly number[], instances = 1) {
    const quick = { sessionTimeoutMs: 30, heartbeatIntervalMs: 10, network: latency(1) } as const;
    return scenario()
      .producer('p', { arrivals: at(...instants) })
      .topic('a')
      .topic('b')
      .consumer('c', { workMs: constant(4), instances })
      .consumer('d')
      .consumer('e')
      .publish('p', 'a', { lingerMs: 1 })
      .subscribe('a', 'c', { ...quick, commit: 'transaction', isolationLevel: 'read_committed' })
      .publish('c', 'b', { network: latency(1), transactionalId: 'c' })
      .subscribe('b', 'd', quick)
      .subscribe('b', 'e', { ...quick, ...READ_COMMITTED });
  }

  test('[KT7] [KT10] effect, position and output come with the commit, after the offsets were sent to the transaction', () => {
    const run = lab(pipeline([99, 99])).until(500);
    // In memory at 101. Work until 105 and 109; the second output is answered at 111, the offsets at 113, the commit at 115.
    expect(run.hops('work done in the transaction')).toEqual(['#1@105', '#2@109']);
    expect(run.hops('applied').filter((hop) => /#[12]@/.test(hop))).toEqual(['#1@114', '#2@114']);
    expect(run.hops('acknowledged').slice(-2)).toEqual(['#3@115', '#4@115']);
    expect(run.subscription('a', 'c')).toMatchObject({ applied: 2, lag: 0, verdict: 'exactly-once effect' });
    expect(run.subscription('b', 'e')).toMatchObject({ applied: 2, lag: 0, verdict: 'exactly-once effect' });
  });

  test('[KT10] [LG22] a crash before the commit: the work is done again, and downstream it counts once', () => {
    const run = lab(pipeline([99, 99]).fault({ do: 'crash', target: 'c', atMs: 110, forMs: 50 })).until(2000);
    const input = run.subscription('a', 'c');
    expect(input).toMatchObject({ applied: 2, duplicateEffects: 0, duplicateDeliveries: 2, repeatedWork: 2 });
    expect(input.verdict).toBe('exactly-once effect');
    expect(input.evidence['repeatedWork']![0]!.because).toMatch(/outside of Kafka/);
    expect(run.source('c-b')).toMatchObject({ attempted: 4, acknowledged: 2, refused: 2 });
    expect(run.subscription('b', 'e')).toMatchObject({ owed: 2, applied: 2, duplicateEffects: 0, unexpected: 0 });
    // Who reads what is not committed has applied the first outputs, and applies the same facts again.
    expect(run.subscription('b', 'd')).toMatchObject({ unexpected: 2, duplicateEffects: 2, verdict: 'at-least-once' });
  });

  test('[KT7] [KG5] a zombie: the group has gone on without it, its offsets are turned away and its outputs aborted', () => {
    const run = lab(pipeline([99], 2).fault({ do: 'pause', target: 'c', instance: 0, atMs: 103, forMs: 200 })).until(
      2000,
    );
    // Instance 1 takes the partition over after the session, works and commits; instance 0 wakes up at 303 and goes on.
    expect(run.hops('work done in the transaction').length).toBe(2);
    expect(run.source('c-b')).toMatchObject({ attempted: 2, acknowledged: 1, refused: 1 });
    expect(Object.keys(run.source('c-b').refusals)[0]).toBe(
      'transaction aborted: the group has gone on without this member',
    );
    expect(run.subscription('a', 'c')).toMatchObject({ applied: 1, duplicateEffects: 0, repeatedWork: 1 });
    expect(run.subscription('b', 'e')).toMatchObject({
      owed: 1,
      applied: 1,
      duplicateEffects: 0,
      verdict: 'exactly-once effect',
    });
  });

  test('[KT9] positions that a transaction may still move are waited for', () => {
    // Frozen between its offsets (sent at 107, there at 108) and its commit; the group gives its partition to the other one.
    const run = lab(pipeline([99], 2).fault({ do: 'pause', target: 'c', instance: 0, atMs: 108.5, forMs: 400 })).until(
      3000,
    );
    expect(run.hops('work done in the transaction').length).toBe(1);
    expect(run.subscription('a', 'c')).toMatchObject({ applied: 1, duplicateDeliveries: 0 });
    expect(run.subscription('b', 'e')).toMatchObject({ applied: 1, duplicateEffects: 0 });
  });
});

describe('random crashes', () => {
  /** Two stages under crashes of the first one, pauses longer than its sessions, and a broker that dies; 12 s. */
  function shop(seed: number, transactional: boolean) {
    const quick = { sessionTimeoutMs: 300, heartbeatIntervalMs: 100, network: latency(3) } as const;
    return scenario(seed)
      .producer('p', { arrivals: { type: 'poisson', ratePerSecond: 60 }, stopMs: 8000 })
      .topic('a', { partitions: 3 })
      .topic('b', { partitions: 2, replicationFactor: 3, replicationMs: 4, electionMs: 300 })
      .consumer('c', {
        instances: 3,
        workMs: { type: 'exponential', mean: 8 },
        crash: { mtbfMs: 1500, restartMs: 100 },
      })
      .consumer('d')
      .publish('p', 'a', { network: latency(2) })
      .subscribe('a', 'c', {
        ...quick,
        maxPollRecords: 8,
        ...(transactional ? { commit: 'transaction', ...READ_COMMITTED } : {}),
      })
      .publish('c', 'b', { network: latency(2), ...(transactional ? { transactionalId: 'c' } : {}) })
      .subscribe('b', 'd', { ...quick, ...READ_COMMITTED })
      .fault({ do: 'pause', target: 'c', instance: 1, atMs: 2000, forMs: 900 })
      .fault({ do: 'pause', target: 'c', instance: 2, atMs: 4100, forMs: 1200 })
      .fault({ do: 'crash', target: 'b', atMs: 5200, forMs: 1500 });
  }

  test.each([1, 2, 3, 4, 5, 6])(
    '[KT7] [KT9] [KT10] exactly once for those who read what is committed, seed %i',
    (seed) => {
      const run = lab(shop(seed, true)).until(12_000);
      const input = run.subscription('a', 'c');
      expect(input).toMatchObject({
        lost: 0,
        gone: 0,
        inFlight: 0,
        duplicateEffects: 0,
        verdict: 'exactly-once effect',
      });
      // The work is what a crash repeats.
      expect(input.repeatedWork).toBeLessThanOrEqual(input.duplicateDeliveries);
      const output = run.subscription('b', 'd');
      expect(output).toMatchObject({ lost: 0, duplicateEffects: 0, unexpected: 0, verdict: 'exactly-once effect' });
      // Each input has one output that was applied.
      expect(output.applied).toBe(input.applied);
    },
  );

  test('and at least once without transactions', () => {
    const run = lab(shop(1, false)).until(12_000);
    expect(run.subscription('a', 'c').verdict).toBe('at-least-once');
    expect(run.subscription('b', 'd')).toMatchObject({ lost: 0, verdict: 'at-least-once' });
  });
});

test('[KW15] a share group reads before the commit, whatever isolation it asks for', () => {
  const share = { groupProtocol: 'share', share: { autoOffsetReset: 'earliest' }, ...READ_COMMITTED } as const;
  const run = lab(
    writer([10, 20, 30])
      .consumer('queue')
      .subscribe('t', 'queue', { network: latency(1), ...share }),
  ).until(200);
  const [queue, committed] = [run.subscription('t', 'queue'), run.subscription('t', 'committed')];
  expect(queue.applied).toBe(3);
  // The first fact is appended at 11; its transaction ends at 36, and readers of what is committed wait for that.
  expect(queue.latency!.maxMs).toBeLessThan(5);
  expect(committed.latency!.maxMs).toBe(26);
});

describe('edits under a transaction', () => {
  /** A fact every 10 ms is consumed, worked on for 5 ms and published on, in transactions of a poll. */
  function relayed(consumer: ConsumerSettings = {}) {
    return scenario()
      .producer('p', { arrivals: at(10, 20, 30, 40, 50, 60) })
      .topic('a')
      .topic('b')
      .consumer('w', { workMs: constant(5), ...consumer })
      .consumer('r')
      .publish('p', 'a', { network: latency(1) })
      .subscribe('a', 'w', { commit: 'transaction', network: latency(1), maxPollRecords: 2, ...READ_COMMITTED })
      .publish('w', 'b', { network: latency(1), transactionalId: 'tx' })
      .subscribe('b', 'r', READ_COMMITTED);
  }

  function relay(edit: (run: ReturnType<typeof lab>) => void, editMs: number) {
    const run = lab(relayed()).until(editMs);
    edit(run);
    return run.until(90_000);
  }
  const instants = Array.from({ length: 18 }, (_, i) => 11 + 4 * i);

  test.each(instants)(
    '[ED7] [KT2] another transactional.id at %i ms: a late commit of the one before does no harm',
    (ms) => {
      const run = relay((now) => now.set('edges', 'w-b', { transactionalId: 'ty' }), ms);
      expect(run.subscription('a', 'w')).toMatchObject({ applied: 6, lost: 0, duplicateEffects: 0 });
      // What an abandoned producer had sent is aborted after transaction.timeout.ms.
      expect(run.subscription('b', 'r')).toMatchObject({ lost: 0, inFlight: 0, unexpected: 0 });
    },
  );

  test.each(instants)(
    '[KT7] [KW13] a consumer that becomes a member of a share group at %i ms saves no positions',
    (ms) => {
      const run = relay((now) => now.set('edges', 'a-w', { groupProtocol: 'share' }), ms);
      expect(run.source('w-b')).toMatchObject({ waiting: 0 });
      for (const { inFlight } of run.report().subscriptions) expect(inFlight).toBe(0);
    },
  );

  test('[ED7] one edge of a transactional producer leaves it: what the other one has not been told is given up as well', () => {
    for (const leave of [{ transactionalId: '' }, { transactionalId: 'ty' }, null]) {
      // Nobody leads u: its batch waits, and would be taken in the end for a transaction that is over.
      const run = lab(
        writer([10, 500], { transactionIntervalMs: 50 })
          .topic('u')
          .publish('p', 'u', { network: latency(1), transactionalId: 'tx', transactionIntervalMs: 50 })
          .fault({ do: 'crash', target: 'u', atMs: 5, forMs: 200 }),
      ).until(30);
      if (leave === null) run.edit({ op: 'remove', in: 'edges', id: 'p-t' });
      else run.set('edges', 'p-t', leave);
      run.until(90_000);
      expect(run.source('p-u')).toMatchObject({ attempted: 2, acknowledged: 1, waiting: 0 });
    }
  });

  test('[HD7] [KT7] what a handler could not handle is stepped over by the commit, and lost', () => {
    const run = lab(relayed({ poisonRate: 1 })).until(1000);
    expect(run.subscription('a', 'w')).toMatchObject({ owed: 6, applied: 0, lost: 6, inFlight: 0, lag: 0 });
    expect(run.run.transactions[0]).toMatchObject({ aborted: 0, phase: 'completeCommit' });
  });
});
