import { describe, expect, test } from 'vitest';
import { lab } from '../../testing/lab.ts';
import { at, constant, latency, QUICK_RETENTION, scenario } from '../../testing/scenario-builder.ts';

describe('retention', () => {
  test('[KS2] a segment goes at the first look at which its latest record is older than retention.ms', () => {
    // A record a segment, looks at 50, 100, …: #1 is 150 ms old at 150, which is not more than 150, and goes at 200.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(0, 100, 200), sizeBytes: 100 })
        .topic('t', { segmentBytes: 100, retentionMs: 150, retentionCheckIntervalMs: 50 })
        .publish('p', 't'),
    ).until(1000);
    // The last one is in the active segment, which is rolled when all of it has to go.
    expect(run.hops('deleted by retention')).toEqual(['#1@200', '#2@300', '#3@400']);
    expect(run.report().nodes[1]!.figures).toMatchObject({ records: 0, recordsAppended: 3, bytes: 0 });
    expect(run.run.topics[0]!.partitions[0]!.segments).toMatchObject([{ base: 3, bytes: 0 }]);
  });

  test('[KS2] the records of a segment go together, the latest of them decides', () => {
    // #1 and #2 share a segment whose latest timestamp is 100: more than 150 ms old after 250.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(0, 100, 240), sizeBytes: 100 })
        .topic('t', { segmentBytes: 200, retentionMs: 150, retentionCheckIntervalMs: 50 })
        .publish('p', 't'),
    ).until(350);
    expect(run.hops('deleted by retention')).toEqual(['#1@300', '#2@300']);
  });

  test('[KS3] segments go while the rest is at least retention.bytes', () => {
    // The worked example: 500 bytes in five segments, 250 wanted: two go, and 300 bytes stay.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(0, 10, 20, 30, 40), sizeBytes: 100 })
        .topic('t', { segmentBytes: 100, retentionBytes: 250, retentionCheckIntervalMs: 100 })
        .publish('p', 't'),
    ).until(1000);
    expect(run.hops('deleted by retention')).toEqual(['#1@100', '#2@100']);
    expect(run.report().nodes[1]!.figures).toMatchObject({ records: 3, bytes: 300 });
  });

  test('[KS2] nothing goes at or above the high watermark', () => {
    // Replicated 500 ms after the append, at 500 and 510; at 600 both are old enough and below it.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(0, 10), sizeBytes: 100 })
        .topic('t', {
          segmentBytes: 100,
          retentionMs: 5,
          retentionCheckIntervalMs: 100,
          replicationFactor: 2,
          replicationMs: 500,
        })
        .publish('p', 't', { acks: '1' }),
    ).until(1000);
    expect(run.hops('deleted by retention')).toEqual(['#1@600', '#2@600']);
  });

  test('[KS4] the broker looks every five minutes', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(0) })
        .topic('t', { retentionMs: 1000 })
        .publish('p', 't'),
    ).until(600_000);
    expect(run.hops('deleted by retention')).toEqual(['#1@300000']);
  });

  test('[KS4] while its broker is down a log is left alone', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(0) })
        .topic('t', { retentionMs: 50, retentionCheckIntervalMs: 100 })
        .publish('p', 't')
        .fault({ do: 'crash', target: 't', atMs: 80, forMs: 200 }),
    ).until(1000);
    expect(run.hops('deleted by retention')).toEqual(['#1@300']);
  });

  test('[LG7] what retention took before anybody had it in memory has expired', () => {
    // One record at a time, 250 ms each: #1 is worked on from 0, #2 is fetched at 90, and the next fetch is at 250. The
    // log keeps 100 bytes, one record: #3 goes at 200, as #4 has come, and nobody has it.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(0, 90, 140, 190), sizeBytes: 100 })
        .topic('t', { segmentBytes: 100, retentionBytes: 100, retentionCheckIntervalMs: 50 })
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
          .topic('t', { ...QUICK_RETENTION, retentionMs: 200 })
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

  test('[ED6] a change of the retention takes effect with the next look, a change of the looks at once', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(0, 100), sizeBytes: 100 })
        .topic('t', { segmentBytes: 100, retentionCheckIntervalMs: 200 })
        .publish('p', 't'),
    ).until(500);
    run.set('nodes', 't', { retentionMs: 450 });
    expect(run.until(700).hops('deleted by retention')).toEqual(['#1@600', '#2@600']);
  });
});
