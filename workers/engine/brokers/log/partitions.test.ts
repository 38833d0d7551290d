import { describe, expect, test } from 'vitest';
import { lab } from '../../testing/lab.ts';
import { at, constant, latency, scenario } from '../../testing/scenario-builder.ts';

const quick = { sessionTimeoutMs: 30, heartbeatIntervalMs: 10, network: latency(1) } as const;

describe('partitions added while a topic is in use', () => {
  test('[KL3] [KP3] keys map anew over all partitions, and what is written stays', () => {
    // Every key of k0 … k11 before and after, by its place in the log.
    const run = lab(
      scenario()
        .producer('p', { arrivals: { type: 'constant', ratePerSecond: 1000 }, key: { type: 'uniform', keys: 12 } })
        .topic('t', { partitions: 2 })
        .publish('p', 't'),
    ).until(100);
    const { partitions } = run.run.topics[0]!;
    const before = partitions.map((log) => [...log.key.subarray(0, log.end)]);
    run.set('nodes', 't', { partitions: 5 }).until(200);
    partitions.slice(0, 2).forEach((log, i) => {
      expect([...log.key.subarray(0, before[i]!.length)]).toEqual(before[i]);
    });
    const of = (key: number, from: (index: number) => number): number[] =>
      partitions.flatMap((log, index) => (log.key.subarray(from(index), log.end).includes(key) ? [index] : []));
    for (let key = 0; key < 12; key += 1) expect(of(key, (index) => before[index]?.length ?? 0)).toHaveLength(1);
    // At least one key moved: otherwise there is nothing to see here.
    const moved = Array.from({ length: 12 }, (_, key) => of(key, (index) => before[index]?.length ?? 0)[0]!);
    expect(new Set(moved).size).toBeGreaterThan(2);
  });

  test('[KL3] [LG8] a key that moved can overtake itself: disorder by repartition', () => {
    // One consumer an instance, 20 ms a record: partition 0 has a queue when the new partition is read by somebody idle.
    const run = lab(
      scenario()
        .producer('p', {
          arrivals: { type: 'constant', ratePerSecond: 200 },
          key: { type: 'uniform', keys: 8 },
          limit: 100,
        })
        .topic('t')
        .consumer('c', { instances: 2, workMs: constant(20) })
        .publish('p', 't')
        .subscribe('t', 'c', { ...quick, assignor: 'cooperative-sticky', maxPollRecords: 5 }),
    )
      .until(250)
      .set('nodes', 't', { partitions: 2 })
      .until(10_000);
    const { applied, lost, duplicateEffects, outOfOrderPerKey, disorderCauses, order } = run.subscription('t', 'c');
    expect({ applied, lost, duplicateEffects, order }).toEqual({
      applied: 100,
      lost: 0,
      duplicateEffects: 0,
      order: 'none',
    });
    expect(outOfOrderPerKey).toBeGreaterThan(0);
    expect(disorderCauses).toEqual({ repartition: outOfOrderPerKey });
  });

  test('[KL3] [KO1] a reader that begins at the end misses what came to the new partition before it was told', () => {
    // Round robin: half of what follows goes to the new partition, which is read some 15 ms later.
    const start = (autoOffsetReset: 'latest' | 'earliest') =>
      lab(
        scenario()
          .producer('p', { arrivals: { type: 'constant', ratePerSecond: 1000 } })
          .topic('t')
          .consumer('c')
          .publish('p', 't', { partitioner: 'roundRobin' })
          .subscribe('t', 'c', { ...quick, autoOffsetReset }),
      )
        .until(100)
        .set('nodes', 't', { partitions: 2 })
        .until(300)
        .subscription('t', 'c');
    const late = start('latest');
    expect(late.skipped).toBeGreaterThan(5);
    expect(late.lost).toBe(0);
    expect(start('earliest').skipped).toBe(0);
  });

  test('[KL3] idempotent producers go on: a new partition has sequences of its own', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10, 20, 30, 40, 50, 60) })
        .topic('t')
        .publish('p', 't', { partitioner: 'roundRobin' }),
    )
      .until(25)
      .set('nodes', 't', { partitions: 3 })
      .until(100);
    expect(run.source('p-t')).toMatchObject({ acknowledged: 6, retries: 0 });
    // Two on the only partition; then 0, 1, 2 and 0 again.
    expect(run.run.topics[0]!.partitions.map((log) => log.end)).toEqual([4, 1, 1]);
  });
});
