import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../../testing/lab.ts';
import { at, latency, scenario, type TopicSettings } from '../../testing/scenario-builder.ts';

/** Records of 100 bytes with these timestamps, each a batch. */
function logged(settings: TopicSettings, ...atMs: readonly number[]): Lab {
  return lab(
    scenario()
      .producer('p', { arrivals: at(...atMs), sizeBytes: 100 })
      .topic('t', settings)
      .publish('p', 't'),
  );
}

function bases(run: Lab): number[] {
  return run.run.topics[0]!.partitions[0]!.segments.map(({ base }) => base);
}

describe('segments', () => {
  test('[KS1] a batch that does not fit begins a new one, and so does one much younger than the first', () => {
    // The worked example: two records fit, the third does not; the fourth is 4,980 ms younger than the third.
    const run = logged({ segmentBytes: 250, segmentMs: 1000 }, 0, 10, 20, 5000).until(6000);
    expect(bases(run)).toEqual([0, 2, 3]);
    expect(run.run.topics[0]!.partitions[0]!.segments.map(({ bytes }) => bytes)).toEqual([200, 100, 100]);
  });

  test('[KS1] as large as segment.bytes and as old as segment.ms still fits', () => {
    expect(bases(logged({ segmentBytes: 200, segmentMs: 50 }, 0, 50).until(100))).toEqual([0]);
    expect(bases(logged({ segmentBytes: 200, segmentMs: 50 }, 0, 51).until(100))).toEqual([0, 1]);
  });

  test('[KS1] a compacted log is rolled within max.compaction.lag.ms, another one is not', () => {
    const settings = { segmentMs: 1000, maxCompactionLagMs: 30 } as const;
    const keyed = (cleanupPolicy: 'compact' | 'delete'): Lab =>
      lab(
        scenario()
          .producer('p', { arrivals: at(0, 40), key: { type: 'fixed', key: 'a' } })
          .topic('t', { ...settings, cleanupPolicy })
          .publish('p', 't'),
      ).until(100);
    expect(bases(keyed('compact'))).toEqual([0, 1]);
    expect(bases(keyed('delete'))).toEqual([0]);
  });

  test('[KS1] a timestamp is that of the fact, not of the append', () => {
    // The first record is appended at 1 and the second, over a slow network, at 61: their facts lie 20 ms apart.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(0), sizeBytes: 100 })
        .producer('q', { arrivals: at(20), sizeBytes: 100 })
        .topic('t', { segmentMs: 30 })
        .publish('p', 't', { network: latency(1) })
        .publish('q', 't', { network: latency(41) }),
    ).until(100);
    expect(bases(run)).toEqual([0]);
  });

  test('[KL4] what a new leader cuts off goes out of its segment, and segments that begin there are gone', () => {
    // Replication takes 100 ms: #1 is replicated at 100, the crash at 130 cuts off #2 and #3, two segments.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(0, 40, 50), sizeBytes: 100 })
        .topic('t', { segmentBytes: 100, replicationFactor: 2, replicationMs: 100, electionMs: 10 })
        .publish('p', 't', { acks: '1' })
        .fault({ do: 'crash', target: 't', atMs: 130 }),
    ).until(1000);
    const log = run.run.topics[0]!.partitions[0]!;
    expect([bases(run), log.end, log.totalBytes]).toEqual([[0], 1, 100]);
  });
});
