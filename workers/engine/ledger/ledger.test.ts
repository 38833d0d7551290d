import { describe, expect, test } from 'vitest';
import { messageStory } from '../engine.ts';
import { lab } from '../testing/lab.ts';
import { at, constant, latency, QUICK_RETENTION, scenario } from '../testing/scenario-builder.ts';

const quick = { sessionTimeoutMs: 30, heartbeatIntervalMs: 10, network: latency(1) } as const;

describe('the ledger', () => {
  test('[LG1] each way out of a fact is a message of its own, numbered from 1', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1, 2) })
        .topic('a')
        .topic('b')
        .publish('p', 'a')
        .publish('p', 'b'),
    ).until(10);
    expect(run.hops('produced')).toEqual(['#1@1', '#2@1', '#3@2', '#4@2']);
    expect(run.report().messages).toBe(4);
  });

  test('[LG2] at every instant attempted = acknowledged + refused + unknown + waiting', () => {
    // One request at a time, 10 ms each way, room for one more record, dropped when full; answers are lost from 25 on.
    const run = lab(
      scenario()
        .producer('p', { arrivals: { type: 'constant', ratePerSecond: 500 }, sizeBytes: 100, limit: 40 })
        .topic('t')
        .publish('p', 't', {
          maxInFlight: 1,
          batchSize: 0,
          bufferMemory: 200,
          onFull: 'drop',
          requestTimeoutMs: 40,
          deliveryTimeoutMs: 60,
          network: latency(10),
        })
        .fault({ do: 'dropAcks', target: 'p-t', atMs: 25 }),
    );
    for (let ms = 0; ms <= 300; ms += 1) {
      const { attempted, acknowledged, refused, unknown, waiting } = run.until(ms).source('p-t');
      expect(attempted).toBe(acknowledged + refused + unknown + waiting);
    }
    const { attempted, acknowledged, unknown, waiting } = run.source('p-t');
    expect({ attempted, waiting }).toEqual({ attempted: 40, waiting: 0 });
    expect(acknowledged).toBe(1);
    expect(unknown).toBeGreaterThan(0);
  });

  test('[LG3] at every instant owed = applied + lost + gone + expired + superseded + dropped + dead-lettered + in flight, and nothing is owed of a refusal', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: { type: 'constant', ratePerSecond: 500 }, sizeBytes: 100, limit: 100 })
        .topic('t', { ...QUICK_RETENTION, retentionMs: 40, replicationFactor: 2, replicationMs: 5, electionMs: 10 })
        .consumer('c', { workMs: constant(3) })
        .publish('p', 't', { acks: '1', enableIdempotence: false, requestTimeoutMs: 20, deliveryTimeoutMs: 30 })
        .subscribe('t', 'c', { ...quick, commit: 'before', maxPollRecords: 3 })
        .fault({ do: 'crash', target: 't', atMs: 50 })
        .fault({ do: 'crash', target: 'c', atMs: 90, forMs: 10 })
        .fault({ do: 'cut', target: 'p-t', atMs: 100, forMs: 60 }),
    );
    for (let ms = 0; ms <= 1000; ms += 5) {
      const { owed, applied, lost, gone, expired, superseded, dropped, deadLettered, inFlight } = run
        .until(ms)
        .subscription('t', 'c');
      expect(owed).toBe(applied + lost + gone + expired + superseded + dropped + deadLettered + inFlight);
    }
    const { acknowledged, unknown } = run.source('p-t');
    const { owed, inFlight, lost, gone, expired } = run.subscription('t', 'c');
    expect({ owed, inFlight }).toEqual({ owed: acknowledged + unknown, inFlight: 0 });
    // Every way of not being applied occurred.
    for (const count of [lost, gone, expired]) expect(count).toBeGreaterThan(0);
  });

  test('[LG4] deliveries and effects count every time; a message is applied once', () => {
    // The network doubles the request: two records, one message.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10) })
        .topic('t')
        .consumer('c')
        .publish('p', 't', { enableIdempotence: false, network: { ...latency(0), duplicate: 1 } })
        .subscribe('t', 'c', quick),
    ).until(100);
    expect(run.subscription('t', 'c')).toMatchObject({
      owed: 1,
      delivered: 2,
      applied: 1,
      duplicateDeliveries: 1,
      duplicateEffects: 1,
      verdict: 'at-least-once',
    });
    // Latency is that of the first effect.
    expect(run.subscription('t', 'c').latency).toMatchObject({ count: 1, maxMs: 1 });
  });

  test('[LG5] a message is lost at the instant when its last chance goes', () => {
    // Saved at 12 before the work, and the process dies at 13: no copy is left that the group would still read.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10) })
        .topic('t')
        .consumer('c', { workMs: constant(50) })
        .consumer('d')
        .publish('p', 't')
        .subscribe('t', 'c', { ...quick, commit: 'before' })
        .subscribe('t', 'd', quick)
        .fault({ do: 'crash', target: 'c', atMs: 14 }),
    );
    expect(run.until(13.9).subscription('t', 'c')).toMatchObject({ inFlight: 1, lost: 0 });
    expect(run.until(14).subscription('t', 'c')).toMatchObject({ inFlight: 0, lost: 1 });
    // It is in the log all the same, and the other group has it.
    expect(run.subscription('t', 'd')).toMatchObject({ applied: 1, lost: 0 });
  });

  test('[LG6] unknown to its source: recovered when applied, gone when that cannot be any more', () => {
    // acks 0: #1 gets through; #2 leaves over a cut edge.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10, 30) })
        .topic('t')
        .consumer('c')
        .publish('p', 't', { acks: '0', network: latency(1) })
        .subscribe('t', 'c', quick)
        .fault({ do: 'cut', target: 'p-t', atMs: 20 }),
    ).until(100);
    expect(run.subscription('t', 'c')).toMatchObject({ owed: 2, applied: 1, recovered: 1, gone: 1, lost: 0 });
    // What is gone never took effect, whatever its source was told.
    expect(run.subscription('t', 'c').verdict).toBe('at-most-once');
  });

  test('[LG8] order: per key, and over everything of one source', () => {
    // Two partitions, one reader each; the first one is slow. Keys k0 and k1 lie apart, or the test says nothing.
    const run = lab(
      scenario()
        .producer('p', {
          arrivals: { type: 'constant', ratePerSecond: 100 },
          key: { type: 'uniform', keys: 6 },
          limit: 40,
        })
        .topic('t', { partitions: 2 })
        .consumer('a', { group: 'g', workMs: constant(30) })
        .consumer('b', { group: 'g', workMs: constant(1) })
        .publish('p', 't')
        .subscribe('t', 'a', quick)
        .subscribe('t', 'b', quick),
    ).until(5000);
    const { outOfOrderPerKey, outOfOrderGlobal, order } = run.subscription('t', 'g');
    expect(outOfOrderPerKey).toBe(0);
    expect(outOfOrderGlobal).toBeGreaterThan(0);
    expect(order).toBe('per key');
  });

  test('[LG8] two sources are not in order with each other, and need not be', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10, 20), key: { type: 'fixed', key: 'k' } })
        .producer('q', { arrivals: at(11, 21), key: { type: 'fixed', key: 'k' } })
        .topic('t')
        .consumer('c')
        .publish('p', 't', { network: latency(30) })
        .publish('q', 't')
        .subscribe('t', 'c', quick),
    ).until(500);
    expect(run.hops('applied').map((hop) => hop.split('@')[0])).toEqual(['#2', '#4', '#1', '#3']);
    expect(run.subscription('t', 'c')).toMatchObject({ outOfOrderPerKey: 0, outOfOrderGlobal: 0, order: 'global' });
  });

  test('[LG10] unseen: acknowledged and not yet delivered, with the age of the oldest', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10, 20, 30) })
        .topic('t')
        .consumer('c', { workMs: constant(100) })
        .publish('p', 't')
        .subscribe('t', 'c', quick),
    ).until(50);
    // #1 is being worked on since 11.
    expect(run.subscription('t', 'c')).toMatchObject({ unseen: 2, unseenOldestMs: 30, inFlight: 3 });
  });

  test('[LG13] the verdict is the strongest guarantee that the run did not contradict', () => {
    const verdict = (commit: 'before' | 'after', doubled: number, secondCrashMs = 5000) =>
      lab(
        scenario()
          .producer('p', { arrivals: at(9, 9, 9) })
          .topic('t')
          .consumer('c', { workMs: constant(5) })
          .publish('p', 't', { lingerMs: 1, enableIdempotence: false, network: { ...latency(0), duplicate: doubled } })
          .subscribe('t', 'c', { ...quick, commit })
          .fault({ do: 'crash', target: 'c', atMs: 22, forMs: 10 })
          .fault({ do: 'crash', target: 'c', atMs: secondCrashMs, forMs: 10 }),
      )
        .until(1000)
        .subscription('t', 'c').verdict;
    expect(verdict('after', 0)).toBe('at-least-once');
    expect(verdict('before', 0)).toBe('at-most-once');
    // Records 1 2 3 and their copies. The first three are saved at 12; #1 is done at 18, the others die with the process.
    // The copies, read after the restart, bring #2 and #3, and #1 once more.
    expect(verdict('before', 1)).toBe('at-least-once');
    // Restarted at 32, alone in the group at 51, told at 54, in memory at 58, saved at 60: #1 again at 65, #2 at 70. A
    // second crash at 72 takes the last copy of #3.
    expect(verdict('before', 1, 72)).toBe('none');
  });

  test('[LG14] a check remembers its first breach and the messages that broke it', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10, 20) })
        .topic('t')
        .consumer('c', { workMs: constant(5) })
        .publish('p', 't', { enableIdempotence: false, network: { ...latency(0), duplicate: 1 } })
        .subscribe('t', 'c', quick)
        .check({ id: 'k', claim: 'noDuplicateEffects', of: 'c' })
        .check({ id: 'l', claim: 'noLoss', of: 'c' })
        .check({ id: 'm', claim: 'lagBelow', of: 'c', messages: 3 })
        .check({ id: 'n', claim: 'availabilityAbove', of: 'p', share: 0.9 }),
    ).until(1000);
    const [duplicates, loss, lag, availability] = run.report().checks;
    // The first copy is done at 16, its commit is answered at 18, the second copy is done at 23.
    expect(duplicates).toMatchObject({ holds: false, firstBreachMs: 23, messages: [1, 2] });
    for (const check of [loss, lag, availability]) expect(check).toMatchObject({ holds: true, firstBreachMs: null });
  });

  test('[LG15] evidence: the first five messages of each kind, with their lives', () => {
    const run = lab(
      scenario()
        .producer('p', {
          arrivals: { type: 'constant', ratePerSecond: 100 },
          limit: 8,
          key: { type: 'fixed', key: 'k7' },
        })
        .topic('t')
        .consumer('c')
        .publish('p', 't', { enableIdempotence: false, network: { ...latency(0), duplicate: 1 } })
        .subscribe('t', 'c', quick),
    ).until(1000);
    const evidence = run.subscription('t', 'c').evidence.duplicateEffect!;
    expect(evidence.map((row) => row.message)).toEqual([1, 2, 3, 4, 5]);
    expect(run.subscription('t', 'c').duplicateEffects).toBe(8);
    expect(evidence[0]).toMatchObject({ key: 'k7', truncated: false });
    expect(evidence[0]!.history[0]).toEqual({ atMs: 10, what: 'produced', where: 'p', detail: '' });
    // A person may ask for any message, also one that has settled.
    expect(messageStory(run.run, 8)).toMatchObject({
      message: 8,
      source: 'p-t',
      status: 'acknowledged',
      truncated: false,
    });
    expect(messageStory(run.run, 99)).toBeNull();
  });
});
