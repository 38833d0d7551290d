import { describe, expect, test } from 'vitest';
import { lab } from '../../testing/lab.ts';
import { at, constant, latency, scenario } from '../../testing/scenario-builder.ts';

describe('retention', () => {
  test('[KL5] a record goes when it is retention.ms old, read or not', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(0, 100, 200) })
        .topic('t', { retentionMs: 150 })
        .publish('p', 't'),
    ).until(1000);
    expect(run.hops('deleted by retention')).toEqual(['#1@150', '#2@250', '#3@350']);
    expect(run.report().nodes[1]!.figures).toMatchObject({ records: 0, recordsAppended: 3, bytes: 0 });
  });

  test('[KL5] passes over the log lie at least 10 ms apart', () => {
    // #1 goes at 150; #2, 5 ms younger, goes with the next pass at 160.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(0, 5) })
        .topic('t', { retentionMs: 150 })
        .publish('p', 't'),
    ).until(1000);
    expect(run.hops('deleted by retention')).toEqual(['#1@150', '#2@160']);
  });

  test('[KL6] the oldest records go while a partition is bigger than retention.bytes', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(0, 100, 200, 300), sizeBytes: 100 })
        .topic('t', { retentionBytes: 250 })
        .publish('p', 't'),
    ).until(1000);
    expect(run.hops('deleted by retention')).toEqual(['#1@200', '#2@300']);
    expect(run.report().nodes[1]!.figures).toMatchObject({ records: 2, bytes: 200 });
  });

  test('[LG7] what retention took before anybody had it in memory has expired', () => {
    // One record at a time, 250 ms each: #1 is worked on from 0, #2 is fetched at 100, and the next fetch is at 250. The
    // log has room for one record: #3 goes when #4 comes, at 200, and nobody has it.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(0, 100, 150, 200), sizeBytes: 100 })
        .topic('t', { retentionBytes: 120 })
        .consumer('c', { workMs: constant(250) })
        .publish('p', 't')
        .subscribe('t', 'c', { maxPollRecords: 1 }),
    ).until(3000);
    expect(run.hops('deleted by retention')).toEqual(['#1@100', '#2@150', '#3@200']);
    const { owed, applied, expired, lost, verdict } = run.subscription('t', 'c');
    expect({ owed, applied, expired, lost, verdict }).toEqual({
      owed: 4,
      applied: 3,
      expired: 1,
      lost: 0,
      verdict: 'at-most-once',
    });
    expect(run.subscription('t', 'c').evidence.expired![0]).toMatchObject({ message: 3, atMs: 200 });
  });

  test('[KO4] a reader whose position was deleted goes on by auto.offset.reset', () => {
    // Frozen from 50 to 950: #2, #3, #4 are deleted unread at 400; #5 comes at 900. Its position 1 is gone: earliest is 4.
    const frozen = (autoOffsetReset: 'earliest' | 'latest') =>
      lab(
        scenario()
          .producer('p', { arrivals: at(0, 100, 200, 300, 900, 1200) })
          .topic('t', { retentionMs: 200 })
          .consumer('c')
          .publish('p', 't')
          .subscribe('t', 'c', { autoOffsetReset, network: latency(1) })
          .fault({ do: 'pause', target: 'c', atMs: 50, forMs: 900 }),
      ).until(2000);
    const earliest = frozen('earliest');
    expect(earliest.hops('applied').map((hop) => hop.split('@')[0])).toContain('#5');
    expect(earliest.subscription('t', 'c')).toMatchObject({ owed: 6, inFlight: 0, lost: 0 });
  });

  test('[KL6] a partition keeps 2^20 records at most, in a ring that grows', () => {
    // 300 records in one batch do not fit the first ring of 64.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(...Array.from({ length: 300 }, () => 1)) })
        .topic('t')
        .publish('p', 't', { lingerMs: 1, batchSize: 1_000_000 }),
    ).until(10);
    const log = run.run.topics[0]!.partitions[0]!;
    expect([log.end, log.mask]).toEqual([300, 511]);
    expect([...log.message.subarray(0, 300)]).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
  });

  test('[KL5] a change of the retention takes effect at once', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(0, 100) })
        .topic('t')
        .publish('p', 't'),
    ).until(500);
    run.set('nodes', 't', { retentionMs: 450 });
    expect(run.hops('deleted by retention')).toEqual(['#1@500']);
    run.until(1000);
    expect(run.hops('deleted by retention')).toEqual(['#1@500', '#2@550']);
  });
});
